"""Positions in a score by printed bar number and beat, as in RomanText."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TypeVar

from theory.notation.score import Bar, Meter, Score

Item = TypeVar("Item")
BAR_RANGE = re.compile(r"(\w+)(?:\s*-\s*(\w+))?")  # printed bar numbers: 9-12 or 9
_NUMBER = re.compile(r"\d+")
_TRIPLE, _EIGHTH = 3, 8
_LETTERED = re.compile(r"\d+[a-z]")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def beat_of(score: Score, onset_quarter: Fraction) -> Fraction:
    """Return the beat of a time in its bar, counted from 1."""
    return score.bar_at(onset_quarter).beat_at(onset_quarter)


def beat_text(beat: Fraction) -> str:
    """Return a beat as text with at most two decimals: 3, 2.5, 1.67."""
    return str(beat) if beat.denominator == 1 else f"{float(beat):.3g}"


_EIGHTHS = ("first eighth", "second eighth", "third eighth")  # of a dotted quarter


def spoken_beat(score: Score, onset_quarter: Fraction) -> str:
    """Return the beat of a time as a musician says it: 3, 2.5, or in 6/8 ``2, third eighth``.

    In 6/8 the sixteenths are said too: ``2, after the third eighth``.
    """
    bar = score.bar_at(onset_quarter)
    beat = bar.beat_at(onset_quarter)
    if not (bar.meter.is_compound and bar.meter.beat_type == _EIGHTH) or beat.denominator == 1:
        return beat_text(beat)
    eighth, rest = divmod(beat % 1 * _TRIPLE, 1)
    return f"{beat // 1}, {'after the ' if rest else ''}{_EIGHTHS[int(eighth)]}"


def by_bar(score: Score, items: Iterable[Item], *, onset: Callable[[Item], Fraction]) -> dict[int, list[Item]]:
    """Return items by the index of the bar in which they begin; ``onset`` gives the time of an item in quarters."""
    found: dict[int, list[Item]] = {}
    for item in items:
        found.setdefault(score.bar_at(onset(item)).index, []).append(item)
    return found


def counted_beat_quarters(meter: Meter) -> Fraction:
    """Return the length, in quarters, of a beat in RomanText: dotted in 6/4 as well, and the whole bar in 3/8.

    >>> counted_beat_quarters(Meter(6, 8)), counted_beat_quarters(Meter(3, 8)), counted_beat_quarters(Meter(3, 4))
    (Fraction(3, 2), Fraction(3, 2), Fraction(1, 1))
    """
    dotted = meter.beats % _TRIPLE == 0 and (meter.beats > _TRIPLE or meter.beat_type >= _EIGHTH)
    return Fraction(4, meter.beat_type) * (_TRIPLE if dotted else 1)


def printed_bars(score: Score) -> dict[str, tuple[tuple[Bar, Fraction], ...]]:
    """Return the bars by printed number, each with its offset in quarters in the full bar.

    The halves of a bar that a repeat sign divides (7 and 7a, or 7 and an uncounted bar) share a number. An uncounted
    upbeat after the full bar 7 is 7a. A bar without a number is counted on from the bar before it. If the numbers
    begin again, as in a second movement, they are counted on from the highest.
    """
    found: dict[str, tuple[tuple[Bar, Fraction], ...]] = {}
    highest = number = 0
    for bar, own, joins in zip(score.bars, *_own_numbers(score.bars), strict=True):
        if not (joins and bar.implicit):
            number = own if own is not None else number + 1 if bar.index else 1
        name = str(number)
        parts = found.get(name, ())
        offset = _end(parts) if parts else bar.offset_in_meter(bar.onset_quarter)
        if parts and offset + bar.length_quarter > bar.meter.quarters:
            own_letter = [bar.number] if _LETTERED.fullmatch(bar.number) else []
            names = [*own_letter, *(f"{number}{letter}" for letter in _LETTERS)]
            lettered = [name for name in names if name not in found]
            number = number if joins and lettered else highest + 1  # or the numbers begin again
            name = lettered[0] if joins and lettered else str(number)
            offset, parts = Fraction(0), ()
        highest = max(highest, number)
        found[name] = (*parts, (bar, offset))
    return found


def time_in_bar(parts: Sequence[tuple[Bar, Fraction]], offset: Fraction) -> Fraction:
    """Return the time, in quarters, of an offset in a printed bar, which repeat signs may have divided.

    ``parts`` is a value of `printed_bars`; an offset before the first part, as in a pickup, gives its beginning.
    """
    bar, start = next(((bar, start) for bar, start in reversed(parts) if start <= offset), parts[0])
    return bar.onset_quarter + max(Fraction(0), offset - start)


def _own_numbers(bars: Sequence[Bar]) -> tuple[list[int | None], list[bool]]:
    """Return the number printed on each bar, and whether it belongs to the bar before because it is not counted.

    That is an implicit bar without a number, and a bar whose number is repeated once before the numbers go on.
    """
    own = [int(match[0]) if (match := _NUMBER.match(bar.number)) else None for bar in bars]
    joins = [False] * len(bars)
    for index in range(1, len(bars)):
        after = own[index + 1] if index + 1 < len(bars) else None
        repeated = own[index] is not None and own[index] == own[index - 1] and own[index] != after
        joins[index] = repeated or (bars[index].implicit and own[index] is None)
    return own, joins


def _end(parts: Sequence[tuple[Bar, Fraction]]) -> Fraction:
    bar, offset = parts[-1]
    return offset + bar.length_quarter
