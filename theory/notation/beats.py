"""Where things stand in a score, as musicians and RomanText say it: printed bar and beat."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from theory.notation.score import Bar, Meter, Score

BAR_RANGE = re.compile(r"(\w+)(?:\s*-\s*(\w+))?")  # printed bar numbers: 9-12 or 9
_NUMBER = re.compile(r"\d+")
_TRIPLE, _EIGHTH = 3, 8


def beat_of(score: Score, onset_quarter: Fraction) -> Fraction:
    """Return the beat of a time, counted from 1 in its bar."""
    return score.bar_at(onset_quarter).beat_at(onset_quarter)


def beat_text(beat: Fraction) -> str:
    """Return a beat as it is said: 3, 2.5, 1.67."""
    return str(beat) if beat.denominator == 1 else f"{float(beat):.3g}"


def counted_beat_quarters(meter: Meter) -> Fraction:
    """Return the length of a beat as RomanText counts: dotted in 6/4 too, and the whole bar in 3/8.

    >>> counted_beat_quarters(Meter(6, 8)), counted_beat_quarters(Meter(3, 8)), counted_beat_quarters(Meter(3, 4))
    (Fraction(3, 2), Fraction(3, 2), Fraction(1, 1))
    """
    dotted = meter.beats % _TRIPLE == 0 and (meter.beats > _TRIPLE or meter.beat_type >= _EIGHTH)
    return Fraction(4, meter.beat_type) * (_TRIPLE if dotted else 1)


def printed_bars(score: Score) -> dict[int, tuple[tuple[Bar, Fraction], ...]]:
    """Return the bars by their printed number, each with its place in the full bar that it is part of.

    A bar that a repeat sign divides has one number (7 and 7a). A bar without a number takes its place in the score.
    """
    found: dict[int, tuple[tuple[Bar, Fraction], ...]] = {}
    for bar in score.bars:
        match = _NUMBER.match(bar.number)
        number = int(match[0]) if match else bar.index + 1
        parts = found.get(number, ())
        place = _end(parts) if parts else bar.offset_in_meter(bar.onset_quarter)
        if parts and place + bar.length_quarter > bar.meter.quarters:  # another bar of the same number
            number, place = max(found) + 1, Fraction(0)
            parts = ()
        found[number] = (*parts, (bar, place))
    return found


def _end(parts: Sequence[tuple[Bar, Fraction]]) -> Fraction:
    bar, place = parts[-1]
    return place + bar.length_quarter
