"""Positions in a score by printed bar number and beat, as in RomanText."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from theory.notation.score import Bar, Meter, Score

BAR_RANGE = re.compile(r"(\w+)(?:\s*-\s*(\w+))?")  # printed bar numbers: 9-12 or 9
_NUMBER = re.compile(r"\d+")
_TRIPLE, _EIGHTH = 3, 8


def beat_of(score: Score, onset_quarter: Fraction) -> Fraction:
    """Return the beat of a time in its bar, counted from 1."""
    return score.bar_at(onset_quarter).beat_at(onset_quarter)


def beat_text(beat: Fraction) -> str:
    """Return a beat as text with at most two decimals: 3, 2.5, 1.67."""
    return str(beat) if beat.denominator == 1 else f"{float(beat):.3g}"


def counted_beat_quarters(meter: Meter) -> Fraction:
    """Return the length, in quarters, of a beat in RomanText: dotted in 6/4 as well, and the whole bar in 3/8.

    >>> counted_beat_quarters(Meter(6, 8)), counted_beat_quarters(Meter(3, 8)), counted_beat_quarters(Meter(3, 4))
    (Fraction(3, 2), Fraction(3, 2), Fraction(1, 1))
    """
    dotted = meter.beats % _TRIPLE == 0 and (meter.beats > _TRIPLE or meter.beat_type >= _EIGHTH)
    return Fraction(4, meter.beat_type) * (_TRIPLE if dotted else 1)


def printed_bars(score: Score) -> dict[int, tuple[tuple[Bar, Fraction], ...]]:
    """Return the bars by printed number, each with its offset in quarters in the full bar.

    The halves of a bar that a repeat sign divides (7 and 7a) share a number. A bar without a number is counted from
    the start of the score.
    """
    found: dict[int, tuple[tuple[Bar, Fraction], ...]] = {}
    for bar in score.bars:
        match = _NUMBER.match(bar.number)
        number = int(match[0]) if match else bar.index + 1
        parts = found.get(number, ())
        offset = _end(parts) if parts else bar.offset_in_meter(bar.onset_quarter)
        if parts and offset + bar.length_quarter > bar.meter.quarters:  # another bar of the same number
            number, offset = max(found) + 1, Fraction(0)
            parts = ()
        found[number] = (*parts, (bar, offset))
    return found


def _end(parts: Sequence[tuple[Bar, Fraction]]) -> Fraction:
    bar, offset = parts[-1]
    return offset + bar.length_quarter
