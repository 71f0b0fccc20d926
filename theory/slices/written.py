"""The score itself, for rules that look at more than a few slices and so only check."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import compress, groupby
from math import lcm
from operator import add, attrgetter

import numpy as np

from theory.notation.columns import Columns, in_ticks
from theory.notation.instruments import Instrument, player_of
from theory.notation.phrase import BREATHS
from theory.notation.score import Note, Part, Score
from theory.slices.texture import Texture
from theory.slices.windows import Windows
from theory.types import Ints


@dataclass(frozen=True)
class Line:
    """Successive notes of one part, tied ones as one, with their pitches and times as whole numbers."""

    tied: tuple[tuple[Note, Note], ...]  # of each note the first and the last that is written
    midi: tuple[int, ...]
    start: tuple[int, ...]  # ticks
    length: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.tied)

    def __getitem__(self, places: slice) -> Line:
        return Line(self.tied[places], self.midi[places], self.start[places], self.length[places])

    @property
    def onset_quarter(self) -> Fraction:
        """Where the line begins."""
        return self.tied[0][0].onset_quarter

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """The notes, made only where somebody asks for them."""
        return tuple(_joined(first, last) for first, last in self.tied)


@dataclass(frozen=True)
class Written:
    """A whole score, its windows (with chords and keys, given or estimated) and the lines it was to keep."""

    score: Score
    windows: Windows
    given: Mapping[str, Part] = field(default_factory=dict)  # part name -> the line that it was given

    @property
    def texture(self) -> Texture:
        """The score as slices and voices."""
        return self.windows.texture

    @cached_property
    def ticks(self) -> int:
        """Ticks of a quarter, in which lines and bars count their times."""
        return lcm(self.score.bar_times.ticks, *(part.columns.ticks for part in self.score.parts))

    @cached_property
    def bars(self) -> tuple[Ints, Ints]:
        """Where bars begin and how long they are, in ticks."""
        starts, ends = self.score.bar_times.scaled(self.ticks)
        return starts, ends - starts

    @cached_property
    def phrase_ends(self) -> frozenset[Fraction]:
        """The times at which phrases end, of those at which a note does."""
        starts = (*self.texture.onset_quarter[1:], self.score.end_quarter)
        return frozenset(compress(starts, self.texture.phrase_end.tolist()))

    @cached_property
    def players(self) -> tuple[Instrument | None, ...]:
        """Who sings or plays each part, None where that is not known."""
        return tuple(player_of(part) for part in self.score.parts)

    @cached_property
    def middles(self) -> tuple[float | None, ...]:
        """The pitch above which each part sounds half of its time, as a MIDI number; None where it has no notes."""
        return tuple(part.columns.middle for part in self.score.parts)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The notes of every part, without rests, grace notes and the further notes of chords, tied ones as one."""
        return tuple(self._line(part) for part in self.score.parts)

    def _line(self, part: Part) -> Line:
        columns = part.columns
        onset, end = columns.scaled(self.ticks)
        first, last = _joined_notes(columns)
        return Line(
            tuple(_written(part, first, last)),
            tuple(columns.midi[first].tolist()),
            tuple(onset[first].tolist()),
            tuple((end[last] - onset[first]).tolist()),
        )

    @cached_property
    def phrases(self) -> tuple[tuple[int, Line], ...]:
        """Index of the part and notes of every sung or played phrase: no rest and no phrase end inside."""
        ends = frozenset(in_ticks(self.phrase_ends, self.ticks).tolist())
        return tuple((voice, phrase) for voice, line in enumerate(self.lines) for phrase in _divided(line, ends))


def _divided(line: Line, ends: Container[int]) -> Iterator[Line]:
    """Yield the phrases of a line, which also ends at these times."""
    first = 0
    stops = map(add, line.start, line.length)
    for place, ((_, note), stop, start) in enumerate(zip(line.tied, stops, line.start[1:], strict=False), start=1):
        if start > stop or stop in ends or note.fermata or not BREATHS.isdisjoint(note.articulations):
            yield line[first:place]
            first = place
    if len(line):
        yield line[first:]


@dataclass(frozen=True)
class Remark:
    """Something that a Written rule finds: where, in which parts, which notes, and what of it."""

    onset_quarter: Fraction
    voices: tuple[int, ...]  # indices of parts
    notes: tuple[str, ...] = ()
    detail: str = ""


def sounding_notes(part: Part) -> tuple[Note, ...]:
    """Return a part's notes without rests, grace notes and the further notes of chords, tied ones as one."""
    return tuple(_joined(first, last) for first, last in _written(part, *_joined_notes(part.columns)))


def _written(part: Part, first: Ints, last: Ints) -> Iterator[tuple[Note, Note]]:
    """Yield the first and the last of tied notes, from their places in the part."""
    return ((part.notes[start], part.notes[end]) for start, end in zip(first.tolist(), last.tolist(), strict=True))


def _joined_notes(columns: Columns) -> tuple[Ints, Ints]:
    """Return the places of the notes that sound, without grace notes and the further notes of chords.

    Tied ones are one: of each the places of the first and the last note are given.

    A tie between different pitches is a slur by another name.
    """
    places = np.flatnonzero(columns.counts & (columns.midi >= 0) & ~columns.chord)
    midi, fifths = columns.midi[places], columns.fifths[places]
    held = columns.tie_stop[places]
    held[:1] = False
    held[1:] &= (midi[1:] == midi[:-1]) & (fifths[1:] == fifths[:-1])
    return places[~held], places[~np.append(held[1:], False)[: len(held)]]


def _joined(first: Note, last: Note) -> Note:
    """Return the first of tied notes as long as all of them."""
    if first is last:
        return first
    length = last.end_quarter - first.onset_quarter
    return replace(first, duration_quarter=length, fermata=last.fermata, articulations=last.articulations)


def simultaneities(part: Part) -> Iterator[tuple[Fraction, tuple[Note, ...]]]:
    """Yield where a part begins a note while it sounds more than one, and all that it then sounds, low to high."""
    sounding = [note for note in part.notes if note.pitch is not None and note.grace is None]
    held: list[Note] = []
    for onset, begun in groupby(sorted(sounding, key=attrgetter("onset_quarter")), attrgetter("onset_quarter")):
        new = list(begun)
        held = [note for note in held if note.end_quarter > onset] + new
        if len(held) > 1 and not all(note.tie_stop for note in new):
            yield onset, tuple(sorted(held, key=midi_of))


def midi_of(note: Note) -> int:
    """Return the MIDI number of a note that sounds."""
    assert note.pitch is not None
    return note.pitch.midi
