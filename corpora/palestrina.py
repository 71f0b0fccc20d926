"""Sections of Palestrina's masses in four parts, with note values of today.

Most are barred in 4/2, and their beat is the half note. All values are halved, so that the beat is a quarter as in
the other music that models learn from: what is a passing note to Palestrina, a quarter on a weak half, is an eighth.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from corpora.shipped import PALESTRINA, read_shipped
from theory.notation.score import Bar, Meter, Note, Score

_HALF = Fraction(1, 2)


def read_palestrina(name: str) -> Score:
    """Return a section by its name in ``palestrina_split.json``; ValueError where it has not four parts."""
    from music21 import common

    return in_halves(read_shipped(common.getCorpusFilePath() / PALESTRINA.folder / f"{name}{PALESTRINA.suffix}"))


def in_halves(score: Score) -> Score:
    """Return the bars and notes of a score at half their values; other things are left out.

    >>> from theory.notation.score import Key, Part
    >>> bar = Bar(0, "1", Fraction(0), Fraction(8), Meter(4, 2), Key.parse("G"))
    >>> halved = in_halves(Score((bar,), (Part("Cantus", (Note(Fraction(4), Fraction(4), None),)),)))
    >>> str(halved.bars[0].meter), halved.end_quarter, halved.parts[0].notes[0].onset_quarter
    ('4/4', Fraction(4, 1), Fraction(2, 1))
    """
    parts = tuple(replace(part, notes=tuple(_note(note) for note in part.notes)) for part in score.parts)
    return Score(tuple(_bar(bar) for bar in score.bars), parts, title=score.title, creators=score.creators)


def _note(note: Note) -> Note:
    return replace(
        note, onset_quarter=note.onset_quarter * _HALF, duration_quarter=note.duration_quarter * _HALF, notation=None
    )


def _bar(bar: Bar) -> Bar:
    meter = Meter(bar.meter.beats, 2 * bar.meter.beat_type)
    return replace(bar, onset_quarter=bar.onset_quarter * _HALF, length_quarter=bar.length_quarter * _HALF, meter=meter)
