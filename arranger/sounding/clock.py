"""The clock of a performance: from quarters to seconds, by the tempo marks and the fermatas."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from arranger.formats.performance import Performance, first_tempo

_HELD_LONGER = 0.75  # a fermata makes its note longer by this share of it,
_LONGEST_HOLD_QUARTERS = 2  # but by no more than this


@dataclass(frozen=True)
class Clock:
    """When each quarter of a performance comes, in seconds; between two points time runs evenly.

    >>> Clock((Fraction(0), Fraction(4)), (0.0, 2.0)).seconds(Fraction(3))
    1.5
    """

    quarters: tuple[Fraction, ...]
    at_seconds: tuple[float, ...]

    def seconds(self, quarter: Fraction) -> float:
        """Return the time of a quarter in seconds; after the last point the last tempo goes on."""
        index = min(max(bisect_right(self.quarters, quarter), 1), len(self.quarters) - 1)
        left, right = self.quarters[index - 1], self.quarters[index]
        start, end = self.at_seconds[index - 1], self.at_seconds[index]
        return start + (end - start) * float((quarter - left) / (right - left))


def clock_of(performance: Performance, *, speed: float = 1.0) -> Clock:
    """Return the clock of a performance; at ``speed`` 2 all is twice as fast.

    The first tempo mark holds from the beginning, and without one a minute has 120 quarters, as in a MIDI file. A note
    with a fermata is held three quarters longer, by two quarter notes at most, and all parts wait for it.
    """
    tempi = dict(performance.tempi)
    holds = _holds(performance)
    ends = [end for _, end, _ in holds]
    marks = {Fraction(0), performance.end_quarter or Fraction(1), *tempi, *(start for start, _, _ in holds), *ends}
    points = sorted(mark for mark in marks if 0 <= mark <= (performance.end_quarter or 1))
    tempo = first_tempo(performance)
    seconds = [0.0]
    for left, right in pairwise(points):
        tempo = tempi.get(left, tempo)
        stretch = next((by for start, end, by in holds if start <= left < end), 1.0)
        seconds.append(seconds[-1] + float((right - left) * 60 / tempo) * stretch / speed)
    return Clock(tuple(points), tuple(seconds))


def _holds(performance: Performance) -> list[tuple[Fraction, Fraction, float]]:
    """Return (start, end, how much slower) of each fermata; of several at once, the shortest note is held."""
    found: list[tuple[Fraction, Fraction, float]] = []
    for start, end in sorted(_fermatas(performance)):
        if not found or start >= found[-1][1]:
            length = end - start
            longer = min(float(length) * _HELD_LONGER, _LONGEST_HOLD_QUARTERS)
            found.append((start, end, 1 + longer / float(length)))
    return found


def _fermatas(performance: Performance) -> Iterable[tuple[Fraction, Fraction]]:
    for sounds in performance.parts:
        for sound in sounds:
            if sound.fermata_quarter is not None:
                yield sound.fermata_quarter, sound.end_quarter
