"""What is heard before each slice: the one before it, and across repeats, endings and jumps."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from theory.score import Score
from theory.unfold import playing_order


def seam_predecessors(score: Score, onsets: Sequence[Fraction]) -> tuple[tuple[int, ...], ...]:
    """Return, for each slice, the slices heard before it, those that are written nearest before it first.

    Within a bar that is the slice before. A bar's first slice follows the last slice of every bar that
    is played before it: the end of a repeated passage before its start, the bar before the first ending
    before the second.
    """
    heard: list[set[int]] = [{slice_ - 1} if slice_ else set() for slice_ in range(len(onsets))]
    played: dict[int, set[int]] = {}
    bars = score.bars
    for before, after in pairwise(playing_order(bars, score.directions)):
        first = bisect_left(onsets, bars[after].onset_quarter)
        last = bisect_left(onsets, bars[before].end_quarter) - 1
        if first < len(onsets) and last >= 0:
            played.setdefault(first, set()).add(last)
    heard = [played.get(slice_, written) for slice_, written in enumerate(heard)]
    return tuple(
        tuple(sorted(before, key=lambda earlier: (earlier >= slice_, -earlier))) for slice_, before in enumerate(heard)
    )
