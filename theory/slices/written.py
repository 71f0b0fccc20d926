"""The whole score, as seen by rules that need more than a few slices and therefore only check."""

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
    """Successive tones of one part; tied notes are one tone."""

    tied: tuple[tuple[Note, Note], ...]  # the first and the last written note of each tone
    midi: tuple[int, ...]  # MIDI numbers
    start: tuple[int, ...]  # onsets in ticks
    length: tuple[int, ...]  # durations in ticks

    def __len__(self) -> int:
        return len(self.tied)

    def __getitem__(self, places: slice) -> Line:
        return Line(self.tied[places], self.midi[places], self.start[places], self.length[places])

    @property
    def onset_quarter(self) -> Fraction:
        """Onset of the first tone, in quarters."""
        return self.tied[0][0].onset_quarter

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """The tones as notes, each as long as its tied notes together; built on first use."""
        return tuple(_joined(first, last) for first, last in self.tied)


@dataclass(frozen=True)
class Written:
    """A whole score, its windows (with chords and keys, given or estimated) and the given lines."""

    score: Score
    windows: Windows
    given: Mapping[str, Part] = field(default_factory=dict)  # part name -> given line

    @property
    def texture(self) -> Texture:
        """The score as an array of slices and voices."""
        return self.windows.texture

    @cached_property
    def ticks(self) -> int:
        """Ticks per quarter, the unit of time of lines and bars."""
        return lcm(self.score.bar_times.ticks, *(part.columns.ticks for part in self.score.parts))

    @cached_property
    def bars(self) -> tuple[Ints, Ints]:
        """Onsets and lengths of the bars, in ticks."""
        starts, ends = self.score.bar_times.scaled(self.ticks)
        return starts, ends - starts

    @cached_property
    def phrase_ends(self) -> frozenset[Fraction]:
        """Times, in quarters, of the slice boundaries at which a phrase ends."""
        starts = (*self.texture.onset_quarter[1:], self.score.end_quarter)
        return frozenset(compress(starts, self.texture.phrase_end.tolist()))

    @cached_property
    def players(self) -> tuple[Instrument | None, ...]:
        """Voice or instrument of each part, None if unknown."""
        return tuple(player_of(part) for part in self.score.parts)

    @cached_property
    def middles(self) -> tuple[float | None, ...]:
        """Median pitch of each part, weighted by duration, as a MIDI number; None if it has no notes."""
        return tuple(part.columns.middle for part in self.score.parts)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The tones of every part, without rests and grace notes; of notes written as one chord, only the first."""
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
        """Every phrase as (index of the part, tones): a passage without a rest or phrase end inside."""
        ends = frozenset(in_ticks(self.phrase_ends, self.ticks).tolist())
        return tuple((voice, phrase) for voice, line in enumerate(self.lines) for phrase in _divided(line, ends))


def _divided(line: Line, ends: Container[int]) -> Iterator[Line]:
    """Yield the phrases of a line, divided at rests, fermatas, breath marks and the times ``ends``, in ticks."""
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
    """Something that a Written rule flags: where, in which parts, at which notes, and a detail for the message."""

    onset_quarter: Fraction
    voices: tuple[int, ...]  # indices of parts
    notes: tuple[str, ...] = ()
    detail: str = ""


def sounding_notes(part: Part) -> tuple[Note, ...]:
    """Return the tones of a part, tied notes as one, without rests and grace notes; of a chord, only its first note."""
    return tuple(_joined(first, last) for first, last in _written(part, *_joined_notes(part.columns)))


def _written(part: Part, first: Ints, last: Ints) -> Iterator[tuple[Note, Note]]:
    """Yield the first and the last written note of each tone, given their indices in the part."""
    return ((part.notes[start], part.notes[end]) for start, end in zip(first.tolist(), last.tolist(), strict=True))


def _joined_notes(columns: Columns) -> tuple[Ints, Ints]:
    """Return the indices of the first and the last written note of each tone of a part.

    Grace notes and rests are left out, and all notes of a chord except the first. A tie between different pitches is
    taken as a slur.
    """
    places = np.flatnonzero(columns.counts & (columns.midi >= 0) & ~columns.chord)
    midi, fifths = columns.midi[places], columns.fifths[places]
    held = columns.tie_stop[places]
    held[:1] = False
    held[1:] &= (midi[1:] == midi[:-1]) & (fifths[1:] == fifths[:-1])
    return places[~held], places[~np.append(held[1:], False)[: len(held)]]


def _joined(first: Note, last: Note) -> Note:
    """Return the first of tied notes with the duration of all of them."""
    if first is last:
        return first
    length = last.end_quarter - first.onset_quarter
    return replace(first, duration_quarter=length, fermata=last.fermata, articulations=last.articulations)


def simultaneities(part: Part) -> Iterator[tuple[Fraction, tuple[Note, ...]]]:
    """Yield (onset, all sounding notes from low to high) where a part begins a note and sounds at least two."""
    sounding = [note for note in part.notes if note.pitch is not None and note.grace is None]
    held: list[Note] = []
    for onset, begun in groupby(sorted(sounding, key=attrgetter("onset_quarter")), attrgetter("onset_quarter")):
        new = list(begun)
        held = [note for note in held if note.end_quarter > onset] + new
        if len(held) > 1 and not all(note.tie_stop for note in new):
            yield onset, tuple(sorted(held, key=midi_of))


def midi_of(note: Note) -> int:
    """Return the MIDI number of a note that is not a rest."""
    assert note.pitch is not None
    return note.pitch.midi
