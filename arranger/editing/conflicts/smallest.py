"""The smallest set of demands that cannot all be kept: without any one of them, the others can."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from arranger.editing.conflicts.demands import CHORD, FORBIDDEN, PIN, RANGE, RULE, TUNE, Demand
from arranger.editing.conflicts.feasible import Search, is_feasible
from arranger.editing.conflicts.frame import Frame

# in which demands are left out to see whether the conflict remains: what comes late is named if there is a choice
_ORDERS = (
    (RANGE, RULE, CHORD, TUNE, FORBIDDEN, PIN),
    (CHORD, TUNE, RANGE, RULE, FORBIDDEN, PIN),
    (TUNE, RULE, RANGE, CHORD, FORBIDDEN, PIN),
)


@dataclass(frozen=True)
class Conflict:
    """Demands that exclude each other: all of them are needed for that."""

    demands: tuple[Demand, ...]  # in the order of the score; slices are those of the whole frame
    first: int  # index of the first slice that is needed to see the conflict
    last: int  # and of the last
    voices: tuple[int, ...]  # in which they exclude each other, whatever the others do


def first_conflict(frame: Frame, demands: Iterable[Demand]) -> Conflict | None:
    """Return the smallest set of demands that makes an arrangement of the frame impossible, at its first such place.

    Several orders of leaving out are tried, and the smallest set that is found is returned. None if all demands can be
    kept.
    """
    asked = tuple(sorted(set(demands)))
    end = Search(frame, frozenset(asked)).first_dead_end()
    if end is None:
        return None
    start = next(first for first in range(end, -1, -1) if not _feasible_in(frame, asked, first, end))
    inside, passage = _inside(asked, start, end), frame.between(start, end)
    voices = _needed_voices(passage, inside)
    sets = (_needed(passage, inside, voices, order) for order in _ORDERS)
    smallest = min(sets, key=lambda each: (len(each), each))
    return Conflict(tuple(replace(each, slice_=each.slice_ + start) for each in smallest), start, end, voices)


def _inside(demands: Iterable[Demand], first: int, last: int) -> tuple[Demand, ...]:
    """Return the demands on some slices alone, counted from the first of them."""
    return tuple(
        replace(demand, slice_=demand.slice_ - first)
        for demand in demands
        if first <= demand.slice_ <= last and not (demand.is_motion and demand.slice_ == first)
    )


def _feasible_in(frame: Frame, demands: Iterable[Demand], first: int, last: int) -> bool:
    return is_feasible(frame.between(first, last), _inside(demands, first, last))


def _needed_voices(frame: Frame, demands: Sequence[Demand]) -> tuple[int, ...]:
    """Return the fewest voices, leaving out one after the other, in which the demands cannot be kept."""
    voices = tuple(range(len(frame.voices)))
    for voice in range(len(frame.voices)):
        others = tuple(each for each in voices if each != voice)
        if others and not is_feasible(frame, demands, others):
            voices = others
    return voices


def _needed(frame: Frame, demands: Iterable[Demand], voices: Sequence[int], order: Sequence[str]) -> tuple[Demand, ...]:
    """Return a set of demands that cannot be kept, although all but any one of them can."""
    own = [demand for demand in demands if demand.of(voices)]
    ranked = sorted(own, key=lambda each: (order.index(each.kind), each))
    return tuple(sorted(minimal(ranked, lambda kept: not is_feasible(frame, kept, voices))))


def minimal(members: Sequence[Demand], excludes: Callable[[Sequence[Demand]], bool]) -> list[Demand]:
    """Return a smallest part of some members that still excludes each other, none of which can be left out.

    Leaves out halves, quarters and so on, as long as what is left still excludes each other, then single members.
    """
    kept, size = list(members), max(1, len(members) // 2)
    while True:
        place = 0
        while place < len(kept):
            fewer = kept[:place] + kept[place + size :]
            if fewer and excludes(fewer):
                kept = fewer
            else:
                place += size
        if size == 1:
            return kept
        size = max(1, size // 2)
