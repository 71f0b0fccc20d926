"""Which bars stand on which system.

Breaks are chosen for the whole piece at once, as TeX chooses the lines of a paragraph (Knuth and Plass, Breaking
Paragraphs into Lines, 1981): no system is fuller than its width, systems are filled alike, and a break costs less
where a phrase, a section or a repeat ends, and much where it leaves one bar alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

_FULL = 0.9  # share of a system's width that bars fill before they are stretched to it
_LOOSENESS = 0.25  # stretching by this share costs 1
_ALONE = 4.0  # a bar that stands alone on its system
_ORPHAN = 8.0  # the last bar alone


@dataclass(frozen=True)
class Widths:
    """How much of a system each bar needs, in tenths of a millimetre."""

    bars: tuple[float, ...]
    first_head: float  # names of the staves, clef, key and meter of the first system
    head: float  # short names, clef and key of the others

    def scaled(self, scale: float) -> Widths:
        """Return the widths of the same music in another size."""
        return Widths(tuple(width * scale for width in self.bars), self.first_head * scale, self.head * scale)


def break_systems(
    widths: Widths, available: float, costs: Sequence[float], *, fullness: float = _FULL
) -> tuple[int, ...]:
    """Return the index of the first bar of each system.

    Args:
        widths: of the bars.
        available: width of a system in tenths of a millimetre.
        costs: of a break after each bar; negative where one is wanted.
        fullness: share of the width that is best filled by the bars as narrow as they can be.

    >>> break_systems(Widths((400.0,) * 6, 100, 100), 1400, [0.0] * 6)
    (0, 3)
    """
    count = len(widths.bars)
    best, start_of = [0.0] + [inf] * count, [0] * (count + 1)
    for end in range(1, count + 1):
        width = 0.0
        for start in range(end - 1, -1, -1):
            width += widths.bars[start]
            fill = (width + (widths.head if start else widths.first_head)) / available
            if fill > 1 and end - start > 1:
                break
            cost = best[start] + _looseness(fill, fullness) + _loneliness(start, end, count) + costs[end - 1]
            if cost < best[end]:
                best[end], start_of[end] = cost, start
    starts, end = [], count
    while end:
        end = start_of[end]
        starts.append(end)
    return tuple(reversed(starts))


def _looseness(fill: float, fullness: float) -> float:
    return (
        1 + ((fullness - fill) / _LOOSENESS) ** 2 if fill < fullness else 1 + ((fill - fullness) / _LOOSENESS) ** 2 / 2
    )


def _loneliness(start: int, end: int, count: int) -> float:
    if end - start > 1 or count == 1:
        return 0.0
    return _ORPHAN if end == count else _ALONE
