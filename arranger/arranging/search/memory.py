"""What a beam remembers of the past: only the slices that a later slice looks back at.

A hypothesis is found again at the end by way of its parents, slice by slice, so that no hypothesis ever copies its
whole past and the search takes a time proportional to the slices. A later slice looks back at the slice before it, at
slices that are heard before it across a seam, and at the first appearance of its bar. Each of these slices has a
*place* in the arrays of the beam, which another slice takes over as soon as nothing looks back at it any more.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from theory.types import Ints, Mask

Link = tuple[Ints, Ints, Mask]  # parents (B,), midi (B, V) and attack (B, V) of one slice


def last_uses(
    heard_before: Sequence[Sequence[int]], recurs: Sequence[int], later: Mapping[int, Sequence[int]]
) -> list[int]:
    """Return, for each slice, the last slice that looks back at it.

    ``later`` has, for each slice, the slices written before it that are heard after it.
    """
    last = list(range(1, len(heard_before) + 1))  # each slice looks at the one written before it
    for t, before in enumerate(heard_before):
        for p in (*before, recurs[t], *later.get(t, ())):
            if 0 <= p < t:
                last[p] = max(last[p], t)
    return last


def places_of(last: Sequence[int]) -> list[int]:
    """Return the place of each slice, given the last slice that looks back at it.

    >>> places_of([1, 4, 3, 4, 5])
    [0, 0, 1, 1, 0]
    """
    places: list[int] = []
    free: list[int] = []
    ends: list[tuple[int, int]] = []  # (slice that looks at it last, its place)
    for t, end in enumerate(last):
        while ends and ends[0][0] <= t:
            heapq.heappush(free, heapq.heappop(ends)[1])
        places.append(heapq.heappop(free) if free else len(ends))
        heapq.heappush(ends, (end, places[-1]))
    return places


def open_seams(later: Mapping[int, Sequence[int]], slices: int) -> Iterator[tuple[int, ...]]:
    """Yield, for each slice, the earlier slices that a seam from this slice or a later one leads back to."""
    ends: dict[int, int] = {}
    for end, starts in later.items():
        for start in starts:
            ends[start] = max(end, ends.get(start, 0))
    still: list[int] = []
    for t in range(slices):
        if t - 1 in ends:
            still.append(t - 1)
        still = [start for start in still if ends[start] >= t]
        yield tuple(still)


def traced(links: Sequence[Link]) -> tuple[Ints, Mask]:
    """Return MIDI numbers and attacks (B, T, V) of the hypotheses after the last slice, found by way of their parents.

    >>> first = np.array([0, 0]), np.array([[60], [62]]), np.array([[True], [True]])
    >>> second = np.array([1, 1]), np.array([[64], [65]]), np.array([[True], [False]])
    >>> traced([first, second])[0][..., 0].tolist()
    [[62, 64], [62, 65]]
    """
    chosen = np.arange(len(links[-1][0])) if links else np.zeros(0, dtype=np.int64)
    midi, attack = [], []
    for parents, midi_now, attack_now in reversed(links):
        midi.append(midi_now[chosen])
        attack.append(attack_now[chosen])
        chosen = parents[chosen]
    return np.stack(midi[::-1], axis=1), np.stack(attack[::-1], axis=1)
