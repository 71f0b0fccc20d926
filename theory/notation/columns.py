"""A part's notes as columns of whole numbers.

Arithmetic of fractions is exact and slow. Times are counted here in ticks, as many a quarter as every
time of the part needs, which is exact too; where they would not fit into 64 bits the columns hold
Python's own integers. Each part counts its columns once (`Part.columns`).
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

_ROOM = 1 << 44  # ticks; what is compared with them is multiplied by a thousand at most


def ticks_needed(times: Iterable[Fraction]) -> int:
    """Return how many ticks a quarter must have for all of these times to be whole numbers.

    >>> ticks_needed([Fraction(1, 2), Fraction(5, 3)])
    6
    """
    return lcm(*{time.denominator for time in times})


def in_ticks(times: Iterable[Fraction], ticks: int) -> Ints:
    """Return times as whole numbers of ticks, of which a quarter has so many.

    >>> in_ticks([Fraction(1, 2), Fraction(5, 3)], 6).tolist()
    [3, 10]
    """
    return _counted([time.as_integer_ratio() for time in times], ticks)


def in_quarters(times: Iterable[int], ticks: int) -> tuple[Fraction, ...]:
    """Return times in ticks, of which a quarter has so many, as quarters.

    >>> [str(time) for time in in_quarters([3, 10], 6)]
    ['1/2', '5/3']
    """
    return tuple(_quarters(time, ticks) for time in times)


@lru_cache(maxsize=8192)
def _quarters(time: int, ticks: int) -> Fraction:
    return Fraction(time, ticks)  # making a fraction is slow, and all scores have much the same ones


def _counted(ratios: Sequence[tuple[int, int]], ticks: int) -> Ints:
    """Return times, given as numerators and denominators, in ticks."""
    return _column([numerator * (ticks // denominator) for numerator, denominator in ratios])


def _column(values: Sequence[int]) -> Ints:
    fits = min(values, default=0) > -_ROOM and max(values, default=0) < _ROOM
    return np.array(values, dtype=np.int64 if fits else object)


@dataclass(frozen=True, eq=False, repr=False)
class Times(Value):
    """When notes, or bars, begin and end, each column (notes,)."""

    ticks: int  # of a quarter
    onset: Ints
    end: Ints

    def scaled(self, ticks: int) -> tuple[Ints, Ints]:
        """Return onsets and ends in ticks of another clock, of which this one's are a divisor."""
        return _scaled(self.onset, ticks // self.ticks), _scaled(self.end, ticks // self.ticks)


@dataclass(frozen=True, eq=False, repr=False)
class Columns(Times):
    """The notes of one part in their order, each column (notes,)."""

    midi: Ints  # -1: a rest
    fifths: Ints  # spelling: place on the line of fifths; 0 for a rest
    counts: Mask  # no grace note: it takes time
    chord: Mask  # sounds with the note before it
    tie_stop: Mask

    @cached_property
    def middle(self) -> float | None:
        """The pitch above which the part sounds half of its time, as a MIDI number; None where it has no notes."""
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
    """Return times in ticks so many times as short."""
    if factor == 1:
        return times
    if times.dtype == np.int64 and int(np.abs(times).max(initial=0)) * factor < _ROOM:
        return times * factor
    return _column([time * factor for time in times.tolist()])


def times_of(onsets: Iterable[Fraction], lengths: Iterable[Fraction]) -> Times:
    """Return the times of what begins and lasts so long, in quarters."""
    begun, lasting = ([time.as_integer_ratio() for time in times] for times in (onsets, lengths))
    ticks = lcm(*{denominator for ratios in (begun, lasting) for _, denominator in ratios})
    onset = _counted(begun, ticks)
    return Times(ticks, onset, onset + _counted(lasting, ticks))


def columns_of(notes: Sequence[Note]) -> Columns:
    """Return the columns of notes."""
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
