"""The bass of a texture: what lies lowest, whoever sings it, and which inversions of its chords that makes.

A bass note that is no chord tone (a passing note, a suspension) names nothing; a chord tone of half a
beat or more begins a new inversion.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from theory.notation.score import Note, Part
from theory.slices.written import midi_of

_SHORTEST = Fraction(1, 2)  # share of a beat that a chord tone in the bass must last to change the inversion


def bass_line(parts: Iterable[Part]) -> tuple[Note, ...]:
    """Return the lowest sounding notes of some parts in time, what is repeated or tied as one note.

    A note lasts while it lies lowest, so a tenor under the bass, or alone, is the bass.
    """
    notes, exact = _sounding(parts)
    line: list[list[_Sounding]] = []  # runs of what lies lowest at one pitch, without a gap
    held: list[_Sounding] = []
    place = 0
    for start, end in pairwise(sorted(exact)):
        held = [note for note in held if note.end > start]
        while place < len(notes) and notes[place].start <= start:
            held.append(notes[place])
            place += 1
        if not held:
            continue
        lowest = min(held, key=attrgetter("midi"))
        piece = _Sounding(start, end, lowest.midi, lowest.note)
        if line and line[-1][-1].midi == piece.midi and line[-1][-1].end == start:
            line[-1].append(piece)
        else:
            line.append([piece])
    return tuple(_joined(run[0].note, exact[run[0].start], exact[run[-1].end]) for run in line)


class _Sounding(NamedTuple):
    """A note with its times as floats, which are compared ten times as fast; equal fractions give equal floats."""

    start: float
    end: float
    midi: int
    note: Note


def _sounding(parts: Iterable[Part]) -> tuple[list[_Sounding], dict[float, Fraction]]:
    """Return the sounding notes by their beginnings, and all times at which they begin and end."""
    notes, exact = [], {}
    for note in (note for part in parts for note in part.notes if note.pitch is not None and note.grace is None):
        times = (note.onset_quarter, note.end_quarter)
        start, end = map(float, times)
        exact[start], exact[end] = times
        notes.append(_Sounding(start, end, midi_of(note), note))
    return sorted(notes, key=attrgetter("start")), exact


def _joined(note: Note, start: Fraction, end: Fraction) -> Note:
    return replace(note, onset_quarter=start, duration_quarter=end - start)


def inversions(
    line: Sequence[Note], span: tuple[Fraction, Fraction], *, members: Sequence[int], beat_quarter: Fraction
) -> Iterator[tuple[Fraction, int]]:
    """Yield from when on which member of a chord lies lowest in a span of time, as (quarter, pitch class).

    The first begins with the chord. Where no member lies in the bass at all, the root is taken for it.

    Parameters
    ----------
    line
        What `bass_line` returns.
    span
        Beginning and end of the chord in quarters.
    members
        Pitch classes of the chord, root first.
    beat_quarter
        Length of a beat.
    """
    start, end = span
    within = [(*_within(note, start, end), midi_of(note) % 12) for note in _between(line, start, end)]
    tones = [(since, until, pitch_class) for since, until, pitch_class in within if pitch_class in members]
    long = [tone for tone in tones if tone[1] - tone[0] >= _SHORTEST * beat_quarter]
    before = -1
    for since, _, pitch_class in long or tones[:1] or [(start, end, members[0])]:
        if pitch_class != before:
            yield (start if before < 0 else since), pitch_class
        before = pitch_class


def _within(note: Note, start: Fraction, end: Fraction) -> tuple[Fraction, Fraction]:
    return max(start, note.onset_quarter), min(end, note.end_quarter)


def _between(line: Sequence[Note], start: Fraction, end: Fraction) -> Iterator[Note]:
    place = bisect_right(line, start, key=lambda note: note.end_quarter)
    while place < len(line) and line[place].onset_quarter < end:
        yield line[place]
        place += 1
