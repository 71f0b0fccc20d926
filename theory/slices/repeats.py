"""What is heard before each slice: the one before it, and across repeats, endings and jumps."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import lcm

import numpy as np

from theory.notation.columns import in_ticks, ticks_needed
from theory.notation.score import Score
from theory.notation.unfold import playing_order


def seam_predecessors(score: Score, onsets: Sequence[Fraction]) -> tuple[tuple[int, ...], ...]:
    """Return, for each slice, the slices heard before it, those that are written nearest before it first.

    Within a bar that is the slice before. A bar's first slice follows the last slice of every bar that
    is played before it: the end of a repeated passage before its start, the bar before the first ending
    before the second.
    """
    played: dict[int, set[int]] = {}
    bars = score.bars
    ticks = lcm(score.bar_times.ticks, ticks_needed(onsets))
    slices = in_ticks(onsets, ticks)
    begin, stop = (np.searchsorted(slices, times).tolist() for times in score.bar_times.scaled(ticks))
    for before, after in pairwise(playing_order(bars, score.directions)):
        first, last = begin[after], stop[before] - 1
        if first < len(onsets) and last >= 0:
            played.setdefault(first, set()).add(last)
    written = ((slice_ - 1,) if slice_ else () for slice_ in range(len(onsets)))
    return tuple(
        _nearest_first(played[slice_], slice_) if slice_ in played else before for slice_, before in enumerate(written)
    )


def _nearest_first(before: set[int], slice_: int) -> tuple[int, ...]:
    return tuple(sorted(before, key=lambda earlier: (earlier >= slice_, -earlier)))
