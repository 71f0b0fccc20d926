"""The bass of a score, its lowest sounding notes in any part, and the chord inversions that follow from it.

A non-chord tone in the bass (a passing tone, a suspension) does not change the inversion. A lower chord tone of half a
beat or more does. A higher one must last a beat, at most an octave above: otherwise it is figuration (an arpeggio, an
Alberti bass, the chords after a low bass note), and the lower note still counts as the bass.
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

# least duration, in beats, of a chord tone in the bass that changes the inversion: below and above the bass before
_SHORTEST, _SHORTEST_ABOVE = Fraction(1, 2), Fraction(1)
_OCTAVE = 12  # semitones


def bass_line(parts: Iterable[Part]) -> tuple[Note, ...]:
    """Return the lowest sounding notes of some parts in order; repeated and tied notes become one note.

    A note lasts as long as it is the lowest, so a tenor below the bass, or alone, counts as the bass.
    """
    notes, exact = _sounding(parts)
    line: list[list[_Sounding]] = []  # runs of lowest notes at one pitch, without a gap
    held: list[_Sounding] = []
    index = 0
    for start, end in pairwise(sorted(exact)):
        held = [note for note in held if note.end > start]
        while index < len(notes) and notes[index].start <= start:
            held.append(notes[index])
            index += 1
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
    """A note with float times, which compare ten times faster; equal Fractions give equal floats."""

    start: float
    end: float
    midi: int
    note: Note


def _sounding(parts: Iterable[Part]) -> tuple[list[_Sounding], dict[float, Fraction]]:
    """Return the sounding notes sorted by onset, and a dict from float times of onsets and ends to exact ones."""
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
    """Yield the inversions of a chord within its span, as (onset in quarters, pitch class of the bass).

    The first begins with the chord. If no chord tone is in the bass, the root is yielded.

    Parameters
    ----------
    line
        The result of `bass_line`.
    span
        Onset and end of the chord in quarters.
    members
        Pitch classes of the chord, root first.
    beat_quarter
        Length of a beat in quarters.
    """
    start, end = span
    within = ((*_within(note, start, end), midi_of(note)) for note in _between(line, start, end))
    tones = [(since, until, midi) for since, until, midi in within if midi % 12 in members]
    long = [tone for tone in tones if tone[1] - tone[0] >= _SHORTEST * beat_quarter]
    before = -1
    for since, until, midi in long or tones[:1] or [(start, end, members[0])]:
        is_figure = until - since < _SHORTEST_ABOVE * beat_quarter or midi - before > _OCTAVE
        if 0 <= before < midi and is_figure:
            continue
        if before < 0 or midi % 12 != before % 12:
            yield (start if before < 0 else since), midi % 12
        before = midi


def _within(note: Note, start: Fraction, end: Fraction) -> tuple[Fraction, Fraction]:
    return max(start, note.onset_quarter), min(end, note.end_quarter)


def _between(line: Sequence[Note], start: Fraction, end: Fraction) -> Iterator[Note]:
    index = bisect_right(line, start, key=lambda note: note.end_quarter)
    while index < len(line) and line[index].onset_quarter < end:
        yield line[index]
        index += 1
