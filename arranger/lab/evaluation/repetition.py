"""Repeated passages of a voice, by length.

A passage begins at the onset of a note or rest, contains at least two of them, and is measured in sixteenths; its
last note may be cut short. A passage that is part of a longer one which occurs equally often is not counted. Hsu,
Liu and Chen, Discovering nontrivial repeating patterns in music data (IEEE Transactions on Multimedia 3/3, 2001),
as applied in *Bach or Mock* (2020).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from theory.types import Ints, Mask

Tokens = tuple[tuple[int, int], ...]  # (MIDI number, or -1 for a rest; duration in sixteenths)


def repeated_passages(line: Sequence[tuple[int, int]]) -> Counter[int]:
    """Return the number of occurrences of repeated passages, by their length in sixteenths.

    ``line`` lists (MIDI number, or -1 for a rest; duration in sixteenths).

    >>> repeated_passages([(60, 4), (62, 4), (60, 4), (62, 4)])
    Counter({8: 2})
    """
    ticks, onset = _ticks(line)
    found: Counter[int] = Counter()
    starts = np.flatnonzero(onset)
    alike = np.unique(ticks[starts], return_inverse=True)[1]  # equal passages of the current length, by number
    places = starts
    for length in range(1, len(ticks)):
        places, alike = _recurring(places, alike)
        if not len(places):
            break
        for group in _groups(places, alike):
            if onset[group[0] : group[0] + length].sum() > 1 and not _goes_on(ticks, onset, group, length):
                found[length] += len(group)
        inside = places + length < len(ticks)
        places, alike = places[inside], alike[inside]
        alike = np.unique(np.stack([alike, ticks[places + length]]), axis=1, return_inverse=True)[1].ravel()
    return found


def _ticks(line: Sequence[tuple[int, int]]) -> tuple[Ints, Mask]:
    """Return one symbol per sixteenth (the pitch, or -2 where it is held) and the mask of onsets."""
    rows = [np.r_[pitch, np.full(max(0, count - 1), -2)] for pitch, count in line]
    ticks = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
    return ticks, ticks != -2


def _recurring(places: Ints, alike: Ints) -> tuple[Ints, Ints]:
    """Keep the passages that occur at least twice."""
    keep = np.bincount(alike, minlength=1)[alike] > 1
    return places[keep], alike[keep]


def _groups(places: Ints, alike: Ints) -> list[Ints]:
    order = np.argsort(alike, kind="stable")
    return np.split(places[order], np.flatnonzero(np.diff(alike[order])) + 1)


def _goes_on(ticks: Ints, onset: Mask, group: Ints, length: int) -> bool:
    """Return whether every occurrence is part of the same longer passage."""
    ends = group + length
    if ends[-1] < len(ticks) and len(set(ticks[ends].tolist())) == 1:
        return True
    earlier = [np.flatnonzero(onset[:start]) for start in group]
    if not all(len(each) for each in earlier):
        return False
    earlier_notes = {tuple(ticks[each[-1] : start].tolist()) for each, start in zip(earlier, group, strict=True)}
    return len(earlier_notes) == 1
