"""Which systems stand on which page.

Pages are filled alike, the last one at least half, and a page is turned where it costs least: for a player, at a rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

_EMPTY = 6.0  # a page without anything on it
_HALF = 0.5  # least share of the last page that is used
_NEARLY_EMPTY = 8.0  # a last page without anything on it
_GOOD_ALONE = 0.1  # of a single page, which is half full
_GOOD = 0.35  # cost for each page, above the least, that needs no other try


@dataclass(frozen=True)
class Room:
    """Heights in millimetres that systems may fill, and their least distance."""

    first_mm: float  # of the first page, below the title
    other_mm: float
    gap_mm: float

    def of(self, page: int) -> float:
        """Return the height of a page; pages are counted from 0."""
        return self.other_mm if page else self.first_mm


@dataclass(frozen=True)
class Pages:
    """The first system of each page, and what this division costs."""

    starts: tuple[int, ...]
    cost: float

    @property
    def is_good(self) -> bool:
        """Whether the pages are full enough."""
        return self.cost < (1 + (_GOOD if len(self.starts) > 1 else _GOOD_ALONE)) * len(self.starts)


def break_pages(heights_mm: Sequence[float], room: Room, turns: Sequence[float]) -> Pages:
    """Return how systems are divided into pages.

    Args:
        heights_mm: of the systems.
        room: on the pages.
        turns: cost of turning the page after each system; pages with odd numbers are on the right and are turned.

    >>> break_pages([50, 50, 50, 50], Room(170, 170, 5), [0, 0, 0, 0]).starts
    (0, 2)
    """
    count = len(heights_mm)
    best: dict[tuple[int, int], tuple[float, int]] = {(0, 0): (0.0, 0)}  # (systems, pages) -> (cost, start of the last)
    for end in range(1, count + 1):
        for start in range(end - 1, -1, -1):
            used = sum(heights_mm[start:end]) + room.gap_mm * (end - start - 1)
            if used > room.other_mm and end - start > 1:
                break
            for page in range(start + 1):
                if (start, page) not in best or (used > room.of(page) and end - start > 1):
                    continue
                cost = best[start, page][0] + _page_cost(used / room.of(page), is_last=end == count)
                cost += turns[end - 1] if page % 2 == 0 and end < count else 0.0
                if cost < best.get((end, page + 1), (inf, 0))[0]:
                    best[end, page + 1] = cost, start
    pages = min((page for end, page in best if end == count), key=lambda page: best[count, page][0])
    return Pages(_starts(best, count, pages), best[count, pages][0])


def _starts(best: dict[tuple[int, int], tuple[float, int]], count: int, pages: int) -> tuple[int, ...]:
    starts, end = [], count
    for page in range(pages, 0, -1):
        end = best[end, page][1]
        starts.append(end)
    return tuple(reversed(starts))


def _page_cost(fill: float, *, is_last: bool) -> float:
    if fill > 1:  # one system that is higher than its page
        return 20 * fill
    if is_last:
        return 1 + _NEARLY_EMPTY * max(0.0, _HALF - fill) + 0.2 * (1 - fill)
    return 1 + _EMPTY * (1 - fill) ** 2
