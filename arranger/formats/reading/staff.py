"""What every reader hands on: staves of measures, before bars are laid out.

Each file format is parsed into these values; ``layout`` then builds one ``Score`` from them, so
that pickups, irregular bars, repeats and endings are treated alike whatever the format.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from theory.notation.score import BarLine, Direction, Harmony, Meter, Note, Part


@dataclass
class Lines:
    """What the bar lines of one measure say."""

    repeat_start: bool = False
    repeat_end: int = 0
    repeat_after: bool = False  # a forward repeat drawn on the right line: the next bar begins it
    ends_before: int = 0  # a backward repeat drawn on the left line: the bar before ends it
    volta_start: tuple[int, ...] = ()
    volta_stop: str | None = None
    left: BarLine | None = None
    right: BarLine | None = None


@dataclass
class Measure:
    """One measure of one part; onsets count from its beginning."""

    number: str
    implicit: bool = False
    length_quarter: Fraction = Fraction(0)
    meter: Meter | None = None
    key: tuple[int, str | None] | None = None  # fifths and mode, as sounding
    notes: dict[str, list[Note]] = field(default_factory=dict)  # by staff
    harmonies: list[Harmony] = field(default_factory=list)
    directions: list[Direction] = field(default_factory=list)
    lines: Lines = field(default_factory=Lines)


@dataclass
class Staff:
    """One staff of the file: a part of the score before bars are laid out."""

    part: Part  # without notes
    measures: list[Measure]
    staff: str = "1"
    lost: Counter[str] = field(default_factory=Counter)
    doubts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def has_notes(self) -> bool:
        """Whether a pitch is written on the staff."""
        return any(note.pitch for measure in self.measures for note in measure.notes.get(self.staff, ()))

    @property
    def has_chords(self) -> bool:
        """Whether its part has chord symbols."""
        return any(measure.harmonies for measure in self.measures)

    @property
    def has_lyrics(self) -> bool:
        """Whether a note on the staff has a syllable."""
        return any(note.lyrics for measure in self.measures for note in measure.notes.get(self.staff, ()))


@dataclass(frozen=True)
class Heading:
    """What stands over the music."""

    title: str = ""
    creators: tuple[tuple[str, str], ...] = ()  # (role, name)
    rights: str = ""


@dataclass(frozen=True)
class Sheet:
    """A file as read: its staves, its heading and what was noticed about the file as a whole."""

    staves: list[Staff]
    heading: Heading = Heading()
    doubts: tuple[str, ...] = ()
    likeliest: int = 0  # index of the staff that has the tune where neither chord symbols nor words tell
    reason: str = "it is the first"


def volta_numbers(text: str) -> tuple[int, ...]:
    """Return the endings that a text names; 1 where it names none.

    >>> volta_numbers("1, 2"), volta_numbers("1-3"), volta_numbers("")
    ((1, 2), (1, 2, 3), (1,))
    """
    numbers: list[int] = []
    for first, last in re.findall(r"(\d{1,2})(?:\s*-\s*(\d{1,2}))?", text):
        numbers += range(int(first), int(last or first) + 1)
    return tuple(sorted(set(numbers))) or (1,)
