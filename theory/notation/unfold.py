"""The order in which written bars are played: repeats, endings, da capo, dal segno, coda and fine.

Repeats are played with their endings; a later ending may itself open a repeat. After a jump (D.C., D.S.) they are not
played again, and the last ending is taken, as is usual. A jump happens at the end of the bar in which it is written; a
jump written on a barline belongs to the bar before it. Each jump is taken once, so that playing always ends.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from theory.notation.score import Bar, Direction, DirectionKind

MOST_TIMES = 99  # limit on how often a passage is played; a larger number is an error and would exhaust memory
GOES_BACK: frozenset[DirectionKind] = frozenset({"da-capo", "dal-segno"})
JUMPS: frozenset[DirectionKind] = GOES_BACK | {"fine", "to-coda"}  # where the player may not go on to the next bar
ROADMAP: frozenset[DirectionKind] = JUMPS | {"segno", "coda"}  # all signs that say which bar is played next


def ends_a_bar(direction: Direction) -> bool:
    """Whether a direction on a barline belongs to the bar before it: a jump, or the end of a hairpin."""
    return direction.kind in JUMPS or (direction.kind == "wedge" and direction.value == "stop")


def bar_of(direction: Direction, bars: Sequence[Bar]) -> int:
    """Return the index of the bar that a direction belongs to."""
    onset = direction.onset_quarter
    index = max(bisect_right(bars, onset, key=lambda bar: bar.onset_quarter) - 1, 0)
    on_barline = index > 0 and bars[index].onset_quarter == onset
    return index - 1 if on_barline and ends_a_bar(direction) else index


def playing_order(bars: Sequence[Bar], directions: Sequence[Direction] = ()) -> list[int]:
    """Return the indices of the bars in the order in which they are played, with repeats and jumps."""
    return _Player(bars, directions).play()


class _Player:
    """Plays through the bars and keeps track of repeats and jumps."""

    def __init__(self, bars: Sequence[Bar], directions: Sequence[Direction]) -> None:
        self.bars = bars
        self.marks: list[dict[str, Direction]] = [{} for _ in bars]
        for direction in directions:
            if bars:
                self.marks[bar_of(direction, bars)].setdefault(direction.kind, direction)
        self.section = 0  # the bar that a repeat returns to
        self.times = 1  # which time the section is being played
        self.jumped = False  # after D.C. or D.S.
        self.done: set[int] = set()  # bars whose jump has been taken

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
        after_endings = index > 0 and self.bars[index - 1].volta and not bar.volta and not self._opened(index - 1)
        begins = bar.repeat_start or (after_endings and self._is_last_ending(index - 1))
        # sections only move forward, so that playing always ends
        if begins and index > self.section and not self._skips(index):
            self.section, self.times = index, 1

    def _is_last_ending(self, index: int) -> bool:
        return self.times >= self._total(index)

    def _skips(self, index: int) -> bool:
        """Whether a bar belongs to an ending that is not played this time."""
        volta = self.bars[index].volta
        if not volta or self._opened(index):
            return False
        return (self._total(index) if self.jumped else self.times) not in volta

    def _opened(self, index: int) -> bool:
        """Whether a bar belongs to an ending in which the section begins: a later ending may open a repeat."""
        volta, start = self.bars[index].volta, index
        while start and not self.bars[start].volta_start and self.bars[start - 1].volta == volta:
            start -= 1
        return bool(volta) and 1 not in volta and start <= self.section <= index

    def _total(self, index: int) -> int:
        """Return how many times the section is played that the bar (or its group of endings) closes."""
        first = last = index
        if self._opened(index):
            return min(max(*(bar.repeat_end for bar in self.bars[self.section : index + 1]), 1), MOST_TIMES)
        while first > 0 and self._goes_on(first - 1):
            first -= 1
        while last + 1 < len(self.bars) and self._goes_on(last):
            last += 1
        numbers = [number for bar in self.bars[first : last + 1] for number in bar.volta]
        return min(max([*numbers, *(bar.repeat_end for bar in self.bars[first : last + 1]), 1]), MOST_TIMES)

    def _goes_on(self, index: int) -> bool:
        """Whether the next bar belongs to the same group of endings: a first ending begins another group."""
        bar, after = self.bars[index], self.bars[index + 1]
        return bool(bar.volta and after.volta) and not (after.volta_start and 1 in after.volta)

    def _next(self, index: int) -> int:
        """Return the index of the bar played after a bar."""
        marks = self.marks[index]
        if self.bars[index].repeat_end and not self.jumped:
            if self.times < self._total(index):
                self.times += 1
                return self.section
            if not self.bars[index].volta or self._opened(index):
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
        return next((index for index, marks in enumerate(self.marks) if "segno" in marks), 0)

    def _coda_after(self, index: int) -> int:
        """Return the last coda after a bar, else the next bar; going back to an earlier coda would never end."""
        codas = [bar for bar, marks in enumerate(self.marks) if "coda" in marks and bar > index]
        return codas[-1] if codas else index + 1
