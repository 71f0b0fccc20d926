"""The masses of Palestrina in music21's corpus: four-part sections, read with halved note values.

Most are barred in 4/2 with the half note as beat. Halving makes the beat a quarter, as in the other training music:
Palestrina's passing tones, quarters on the weak half of the beat, become eighths.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from corpora.corpus import MUSIC21, Corpus, music21_folder, read_four_parts
from theory.notation.score import Bar, Meter, Note, Score

MASSES = Corpus(
    name="masses",
    title="Sections in four parts of the masses of G. P. da Palestrina",
    citation=f"encoded by J. Miller (1992-2000), converted to Humdrum by B. Aarden; {MUSIC21}",
    licence="the music is in the public domain; each file reserves the rights to derivative electronic formats and "
    "asks that the licence agreement go with it, so scores made from the files are not passed on",
    quirks=(
        "The splits hold sections in four parts only.",
        "Of all files, 498 are in four parts, 75 in three, 477 in five, the others in six to eight.",
        "A movement is divided where the number of voices changes, one file per section.",
        "Spines go from the lowest voice to the highest; two tenors share a name.",
        "Bars are of one or two breves, with ties across them; note values are long.",
        "The words are missing.",
    ),
    files=1318,
    folders=("palestrina",),
    suffixes=(".krn",),
    digest="c333ccb38ed1a2f9",
    style="renaissance",
    split_file="palestrina_split.json",
)
_HALF = Fraction(1, 2)


def read_palestrina(name: str) -> Score:
    """Return a section by its name in ``palestrina_split.json``. Raises ValueError if it does not have four parts."""
    return in_halves(read_four_parts(music21_folder() / "palestrina" / f"{name}.krn"))


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
