"""Note values: note types and dots, and where a duration must be split into tied notes.

A duration that no single note has, or that would hide a strong metrical position of the bar, is split at the strongest
position inside it. As in engraving practice, a syncopation over the next stronger position is left whole: short, long,
short, or a short note and a dotted long one that ends on a strong position. Rests never hide a stronger position.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from theory.notation.durations import TYPE_QUARTERS, notation_of
from theory.notation.score import Meter, Notation

_SHORTEST_TYPE = min(TYPE_QUARTERS, key=TYPE_QUARTERS.__getitem__)


def nearest_notation(quarters: Fraction) -> Notation:
    """Return the longest undotted note value up to ``quarters``, for durations that no single note value has."""
    fitting = [name for name, length in TYPE_QUARTERS.items() if length <= quarters]
    return Notation(fitting[0] if fitting else _SHORTEST_TYPE)


@lru_cache(maxsize=256)
def _units(meter: Meter) -> tuple[Fraction, ...]:
    """Return the lengths of the metrical levels in quarters, from the bar down to the shortest note."""
    bar, beat = meter.quarters, meter.beat_quarters
    levels = [bar]
    if bar / beat > 2 and (bar / beat) % 2 == 0:
        levels.append(bar / 2)
    if beat < levels[-1]:
        levels.append(beat)
    if meter.is_compound:
        levels.append(beat / 3)
    while levels[-1] > TYPE_QUARTERS[_SHORTEST_TYPE]:
        levels.append(levels[-1] / 2)
    return tuple(levels)


def rank(offset: Fraction, meter: Meter) -> int:
    """Return the metrical level of a position in the bar: 0 is the downbeat, larger is weaker."""
    units = _units(meter)
    return next((level for level, unit in enumerate(units) if (offset / unit).denominator == 1), len(units))


def _strongest_inside(offset: Fraction, end: Fraction, meter: Meter) -> tuple[int, list[Fraction]]:
    """Return the level and the positions of the strongest metrical positions strictly inside a span."""
    for level, unit in enumerate(_units(meter)):
        first = (offset // unit + 1) * unit
        if first < end:
            count = -((first - end) // unit)  # positions first, first + unit ... before the end
            return level, [first + unit * step for step in range(count)]
    return len(_units(meter)), []


def _rest_fits(ends: tuple[int, int], inside: int, meter: Meter) -> bool:
    if meter.is_compound and inside == ends[1] == _units(meter).index(meter.beat_quarters) + 1 and ends[0] < inside:
        return True  # a quarter rest at the start of a dotted beat
    return inside > max(ends)


def _note_fits(offset: Fraction, end: Fraction, meter: Meter) -> bool:
    level, positions = _strongest_inside(offset, end, meter)
    start_level, end_level = rank(offset, meter), rank(end, meter)
    if meter.is_compound and level <= (beat := _units(meter).index(meter.beat_quarters)):
        return start_level <= beat and end_level <= beat
    if start_level <= level:
        return True
    before, after = positions[0] - offset, end - positions[0]
    return level == start_level - 1 and (after == before or (after == 2 * before and end_level <= level))


def _fits(offset: Fraction, end: Fraction, meter: Meter, rest: bool) -> bool:
    notation = notation_of(end - offset)
    if notation is None:
        return False
    level, positions = _strongest_inside(offset, end, meter)
    if not positions:
        return True
    if rest:
        return _rest_fits((rank(offset, meter), rank(end, meter)), level, meter)
    return _note_fits(offset, end, meter)


def split_length(offset: Fraction, quarters: Fraction, meter: Meter, *, rest: bool = False) -> list[Fraction]:
    """Return the durations, in quarters, of the tied notes (or rests) that a note (or rest) is drawn as.

    Args:
        offset: onset in quarters from the start of the full bar.
        quarters: the duration, at most to the end of the bar.
        meter: the time signature.
        rest: whether it is a rest; rests are split at beats that a note may cover.

    >>> [str(part) for part in split_length(Fraction(3, 2), Fraction(1), Meter(4, 4))]
    ['1/2', '1/2']
    """
    end = offset + quarters
    if _fits(offset, end, meter, rest):
        return [quarters]
    _, positions = _strongest_inside(offset, end, meter)
    if not positions:
        return [quarters]
    cut = positions[-1] if rank(offset, meter) <= rank(end, meter) else positions[0]
    return split_length(offset, cut - offset, meter, rest=rest) + split_length(cut, end - cut, meter, rest=rest)
