"""Reads four-part sections of Palestrina's masses, with halved note values.

Most are barred in 4/2 with the half note as beat. Halving makes the beat a quarter, as in the other training music:
Palestrina's passing tones, quarters on the weak half of the beat, become eighths.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from corpora.shipped import PALESTRINA, read_shipped
from theory.notation.score import Bar, Meter, Note, Score

_HALF = Fraction(1, 2)


def read_palestrina(name: str) -> Score:
    """Return a section by its name in ``palestrina_split.json``. Raises ValueError if it does not have four parts."""
    from music21 import common

    return in_halves(read_shipped(common.getCorpusFilePath() / PALESTRINA.folder / f"{name}{PALESTRINA.suffix}"))


def in_halves(score: Score) -> Score:
    """Return a score with halved note values; directions and chord symbols are left out.

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
