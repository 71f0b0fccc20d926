"""The order in which written bars are heard: repeats, endings, da capo, dal segno, coda and fine.

Repeats are taken with their endings; after a jump (D.C., D.S.) they are not, and the last ending is
played, as is usual. Jumps happen at the end of the bar that their words stand in; a jump written on a
barline belongs to the bar before it. Each jump is taken once, so that every order ends.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from theory.notation.score import Bar, Direction, DirectionKind

MOST_TIMES = 99  # that a passage is played: more is a slip of the pen, and would fill a machine
GOES_BACK: frozenset[DirectionKind] = frozenset({"da-capo", "dal-segno"})
JUMPS: frozenset[DirectionKind] = GOES_BACK | {"fine", "to-coda"}  # where the player does not go on to the next bar
ROADMAP: frozenset[DirectionKind] = JUMPS | {"segno", "coda"}  # all signs that say which bar is played next


def ends_a_bar(direction: Direction) -> bool:
    """Whether a direction on a barline belongs to the bar before it: jumps, and where a hairpin stops."""
    return direction.kind in JUMPS or (direction.kind == "wedge" and direction.value == "stop")


def bar_of(direction: Direction, bars: Sequence[Bar]) -> int:
    """Return the index of the bar that a direction belongs to."""
    onset = direction.onset_quarter
    index = max(bisect_right([bar.onset_quarter for bar in bars], onset) - 1, 0)
    on_barline = index > 0 and bars[index].onset_quarter == onset
    return index - 1 if on_barline and ends_a_bar(direction) else index


def playing_order(bars: Sequence[Bar], directions: Sequence[Direction] = ()) -> list[int]:
    """Return the indices of the bars in the order in which they are heard.

    Neighbours in the list are what a listener hears one after the other, at repeats and jumps too.
    """
    return _Player(bars, directions).play()


class _Player:
    """Walks through the bars as a player does."""

    def __init__(self, bars: Sequence[Bar], directions: Sequence[Direction]) -> None:
        self.bars = bars
        self.marks: list[dict[str, Direction]] = [{} for _ in bars]
        for direction in directions:
            if bars:
                self.marks[bar_of(direction, bars)].setdefault(direction.kind, direction)
        self.section = 0  # where a repeat goes back to
        self.times = 1  # how often the section is being played
        self.jumped = False  # after D.C. or D.S.
        self.done: set[int] = set()  # bars whose jump was taken

    def play(self) -> list[int]:
        order: list[int] = []
        index = 0
        while index < len(self.bars):
            self._enter(index)
            if self._skips(index):
                index += 1
                continue
            order.append(index)
            index = self._next(index)
        return order

    def _enter(self, index: int) -> None:
        """Begin a new section at a repeat sign, and after the last ending."""
        bar = self.bars[index]
        after_endings = index > 0 and self.bars[index - 1].volta and not bar.volta
        begins = bar.repeat_start or (after_endings and self._is_last_ending(index - 1))
        if begins and index > self.section:  # sections only move on, so that every order ends
            self.section, self.times = index, 1

    def _is_last_ending(self, index: int) -> bool:
        return self.times >= self._total(index)

    def _skips(self, index: int) -> bool:
        """Whether a bar is an ending for another time."""
        volta = self.bars[index].volta
        if not volta:
            return False
        return (self._total(index) if self.jumped else self.times) not in volta

    def _total(self, index: int) -> int:
        """How often the section that a bar ends, or gives an ending to, is played."""
        first = last = index
        while first > 0 and self.bars[first].volta and self.bars[first - 1].volta:
            first -= 1
        while last + 1 < len(self.bars) and self.bars[last].volta and self.bars[last + 1].volta:
            last += 1
        numbers = [number for bar in self.bars[first : last + 1] for number in bar.volta]
        return min(max([*numbers, *(bar.repeat_end for bar in self.bars[first : last + 1]), 1]), MOST_TIMES)

    def _next(self, index: int) -> int:
        """Where the player goes after a bar."""
        marks = self.marks[index]
        if self.bars[index].repeat_end and not self.jumped:
            if self.times < self._total(index):
                self.times += 1
                return self.section
            if not self.bars[index].volta:
                self.section, self.times = index + 1, 1
        if self.jumped and "fine" in marks:
            return len(self.bars)
        if self.jumped and "to-coda" in marks:
            return self._coda_after(index)
        jump = marks.get("da-capo") or marks.get("dal-segno")
        if jump and index not in self.done:
            self.done.add(index)
            self.jumped = True
            return 0 if jump.kind == "da-capo" else self._segno()
        return index + 1

    def _segno(self) -> int:
        return next((place for place, marks in enumerate(self.marks) if "segno" in marks), 0)

    def _coda_after(self, index: int) -> int:
        """Return the last coda; the next bar where none comes later: from one before, nobody would come to an end."""
        places = [place for place, marks in enumerate(self.marks) if "coda" in marks and place > index]
        return places[-1] if places else index + 1
