"""The common result of all readers: staves of measures.

Each file format is parsed into these classes; ``layout`` then builds a ``Score`` from them, so
that pickups, irregular bars, repeats and endings are treated alike in all formats.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from arranger.formats.reading.turns import Turn
from theory.notation.score import BarLine, Direction, Harmony, Meter, Note, Part


@dataclass
class Lines:
    """Repeats, endings and styles of the bar lines of one measure."""

    repeat_start: bool = False
    repeat_end: int = 0
    repeat_after: bool = False  # a forward repeat on the right bar line: the repeat starts with the next bar
    ends_before: int = 0  # a backward repeat on the left bar line: the repeat ends with the bar before
    volta_start: tuple[int, ...] = ()
    volta_stop: str | None = None
    left: BarLine | None = None
    right: BarLine | None = None


@dataclass
class Measure:
    """One measure of one part; onsets are relative to the measure."""

    number: str
    implicit: bool = False
    length_quarter: Fraction = Fraction(0)
    meter: Meter | None = None
    key: tuple[int, str | None] | None = None  # (fifths, mode) at sounding pitch; mode None: not known
    notes: dict[str, list[Note]] = field(default_factory=dict)  # staff number -> notes
    harmonies: list[Harmony] = field(default_factory=list)
    directions: list[Direction] = field(default_factory=list)
    lines: Lines = field(default_factory=Lines)
    turns: list[Turn] = field(default_factory=list)  # signatures and repeats within the bar, until it is divided
    divided: bool = False  # the first piece of a bar that a signature or a repeat divides


@dataclass
class Staff:
    """One staff of a file, which becomes a part of the score.

    ``lost`` counts marks that are not kept, and ``lost_in`` says in which bars; ``doubts`` are notices as
    (bar number, message). ``silent`` says which notes are no tune, and so are rests here.
    """

    part: Part  # name and id, without notes
    measures: list[Measure]
    staff: str = "1"
    lost: Counter[str] = field(default_factory=Counter)
    doubts: list[tuple[str, str]] = field(default_factory=list)
    lost_in: dict[str, list[str]] = field(default_factory=dict)  # mark -> bar numbers
    silent: str = ""

    @property
    def has_notes(self) -> bool:
        """Whether the staff has pitched notes."""
        return any(note.pitch for measure in self.measures for note in measure.notes.get(self.staff, ()))

    @property
    def notes(self) -> list[Note]:
        """The notes on the staff, with onsets in their measures."""
        return [note for measure in self.measures for note in measure.notes.get(self.staff, ())]

    @property
    def has_chords(self) -> bool:
        """Whether the part has chord symbols."""
        return any(measure.harmonies for measure in self.measures)

    @property
    def has_lyrics(self) -> bool:
        """Whether a note on the staff has words."""
        return any(note.lyrics for measure in self.measures for note in measure.notes.get(self.staff, ()))


@dataclass(frozen=True)
class Heading:
    """Title, creators and copyright notice."""

    title: str = ""
    creators: tuple[tuple[str, str], ...] = ()  # (role, name)
    rights: str = ""


@dataclass(frozen=True)
class Sheet:
    """A parsed file: its staves, its heading, and notices about the file as a whole (``doubts``)."""

    staves: list[Staff]
    heading: Heading = Heading()
    doubts: tuple[str, ...] = ()
    likeliest: int | None = None  # index of the staff with the tune if neither words nor symbols decide; None: unknown
    reason: str = "it is the highest"


def volta_numbers(text: str) -> tuple[int, ...]:
    """Return the numbers of endings in a text; (1,) if there are none.

    >>> volta_numbers("1, 2"), volta_numbers("1-3"), volta_numbers("")
    ((1, 2), (1, 2, 3), (1,))
    """
    numbers: list[int] = []
    for first, last in re.findall(r"(\d{1,2})(?:\s*-\s*(\d{1,2}))?", text):
        numbers += range(int(first), int(last or first) + 1)
    return tuple(sorted(set(numbers))) or (1,)
