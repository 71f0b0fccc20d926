"""A part's notes as integer columns.

Arithmetic with Fractions is exact but slow. Here times are counted in ticks. The number of ticks per quarter
is the least that makes every time of the part a whole number, so this is exact too. Columns that could
overflow 64 bits hold Python integers (dtype object). Each part computes its columns once (`Part.columns`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from theory.types import Ints, Mask
from theory.values import Value

if TYPE_CHECKING:
    from theory.notation.score import Note

_ROOM = 1 << 44  # ticks; leaves room to multiply by 1000 in comparisons


def ticks_needed(times: Iterable[Fraction]) -> int:
    """Return the least number of ticks per quarter that makes all these times whole numbers.

    >>> ticks_needed([Fraction(1, 2), Fraction(5, 3)])
    6
    """
    return lcm(*{time.denominator for time in times})


def in_ticks(times: Iterable[Fraction], ticks: int) -> Ints:
    """Return times in quarters as ticks, shape (time,); ``ticks`` is the number per quarter.

    >>> in_ticks([Fraction(1, 2), Fraction(5, 3)], 6).tolist()
    [3, 10]
    """
    return _counted([time.as_integer_ratio() for time in times], ticks)


def in_quarters(times: Iterable[int], ticks: int) -> tuple[Fraction, ...]:
    """Return times in ticks as quarters; ``ticks`` is the number per quarter.

    >>> [str(time) for time in in_quarters([3, 10], 6)]
    ['1/2', '5/3']
    """
    return tuple(_quarters(time, ticks) for time in times)


@lru_cache(maxsize=8192)
def _quarters(time: int, ticks: int) -> Fraction:
    return Fraction(time, ticks)  # cached: making a Fraction is slow, and scores share most of them


def _counted(ratios: Sequence[tuple[int, int]], ticks: int) -> Ints:
    """Return times, given as pairs (numerator, denominator), in ticks."""
    return _column([numerator * (ticks // denominator) for numerator, denominator in ratios])


def _column(values: Sequence[int]) -> Ints:
    fits = min(values, default=0) > -_ROOM and max(values, default=0) < _ROOM
    return np.array(values, dtype=np.int64 if fits else object)


@dataclass(frozen=True, eq=False, repr=False)
class Times(Value):
    """Onsets and ends of notes or bars in ticks, each column (note,) or (bar,)."""

    ticks: int  # per quarter
    onset: Ints
    end: Ints

    def scaled(self, ticks: int) -> tuple[Ints, Ints]:
        """Return onsets and ends with ``ticks`` ticks per quarter, a multiple of ``self.ticks``."""
        return _scaled(self.onset, ticks // self.ticks), _scaled(self.end, ticks // self.ticks)


@dataclass(frozen=True, eq=False, repr=False)
class Columns(Times):
    """The notes of one part in order, each column (note,)."""

    midi: Ints  # MIDI number, -1 for a rest
    fifths: Ints  # spelling as position on the line of fifths, 0 for a rest
    counts: Mask  # not a grace note
    chord: Mask  # on the same stem as the previous note
    tie_stop: Mask

    @cached_property
    def middle(self) -> float | None:
        """Median pitch, weighted by duration, as a MIDI number; None if the part has no notes."""
        sounds = (self.midi >= 0) & self.counts
        midi, length = self.midi[sounds], (self.end - self.onset)[sounds]
        if not len(midi):
            return None
        order = midi.argsort(kind="stable")
        reached = length[order].cumsum()
        half = reached[-1] / 2
        at, beyond = (midi[order[reached.searchsorted(half, side=side)]] for side in ("left", "right"))
        return float(at + beyond) / 2


def _scaled(times: Ints, factor: int) -> Ints:
    """Return times multiplied by a factor, as Python integers if they would overflow."""
    if factor == 1:
        return times
    if times.dtype == np.int64 and int(np.abs(times).max(initial=0)) * factor < _ROOM:
        return times * factor
    return _column([time * factor for time in times.tolist()])


def times_of(onsets: Iterable[Fraction], lengths: Iterable[Fraction]) -> Times:
    """Return the Times of onsets and lengths in quarters."""
    begun, lasting = ([time.as_integer_ratio() for time in times] for times in (onsets, lengths))
    ticks = lcm(*{denominator for ratios in (begun, lasting) for _, denominator in ratios})
    onset = _counted(begun, ticks)
    return Times(ticks, onset, onset + _counted(lasting, ticks))


def columns_of(notes: Sequence[Note]) -> Columns:
    """Return the columns of a part's notes."""
    times = times_of([note.onset_quarter for note in notes], [note.duration_quarter for note in notes])
    pitches = [note.pitch for note in notes]
    return Columns(
        ticks=times.ticks,
        onset=times.onset,
        end=times.end,
        midi=np.array([pitch.midi if pitch else -1 for pitch in pitches], dtype=np.int64),
        fifths=np.array([pitch.fifths if pitch else 0 for pitch in pitches], dtype=np.int64),
        counts=np.array([note.grace is None for note in notes], dtype=bool),
        chord=np.array([note.chord for note in notes], dtype=bool),
        tie_stop=np.array([note.tie_stop for note in notes], dtype=bool),
    )
