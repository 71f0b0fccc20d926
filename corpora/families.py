"""Tunes that are the same tune, and a split that never divides them.

Tune books borrow from each other, so a held-out tune must not have a sister in the training list.
Two tunes are of one family where they share a quarter of the runs of ten successive intervals that
the shorter one has: this finds transpositions, other bar lengths and small variants. Runs that more
than 30 tunes have are passed over (scales and arpeggios). Families are the connected components. The
side of a family is a rule, not a list: the digest of its intervals decides.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from itertools import combinations

import numpy as np

from theory.types import Ints

_RUN = 10  # intervals
_COMMON = 30  # tunes that share a run
_SHARE = 0.25
_PARTS = 20  # of which one is valid and one test


def families(lines: Sequence[Ints]) -> Ints:
    """Return for each tune, given as MIDI numbers, the number of the first tune of its family.

    >>> families([np.arange(60, 75), np.arange(62, 77), np.array([60, 67, 64, 72] * 4)]).tolist()
    [0, 0, 2]
    """
    parent = list(range(len(lines)))
    for first, second in _related([_runs(line) for line in lines]):
        one, other = _root(parent, first), _root(parent, second)
        parent[max(one, other)] = min(one, other)
    return np.array([_root(parent, place) for place in range(len(lines))])


def sides(lines: Sequence[Ints], family: Ints, *, training: Collection[int] = ()) -> list[str]:
    """Return ``train``, ``valid`` or ``test`` for each tune: nine tenths, one twentieth, one twentieth.

    Families of the tunes numbered in ``training`` are for training as a whole.
    """
    digests = [_digest(line) for line in lines]
    least: dict[int, int] = {}
    for digest, number in zip(digests, family.tolist(), strict=True):
        least[number] = min(digest, least.get(number, digest))
    fixed = {int(family[place]) for place in training}
    return ["train" if number in fixed else _side(least[number]) for number in family.tolist()]


def _side(digest: int) -> str:
    return {0: "test", 1: "valid"}.get(digest % _PARTS, "train")


def _digest(line: Ints) -> int:
    intervals = np.diff(line).astype(np.int8)
    return int.from_bytes(hashlib.sha256(intervals.tobytes()).digest()[:8], "big")


def _runs(line: Ints) -> set[bytes]:
    data = np.diff(line).astype(np.int8).tobytes()
    return {data[start : start + _RUN] for start in range(max(1, len(data) - _RUN + 1))}


def _related(runs: Sequence[set[bytes]]) -> list[tuple[int, int]]:
    holders: dict[bytes, list[int]] = defaultdict(list)
    for place, own in enumerate(runs):
        for run in own:
            holders[run].append(place)
    shared: Counter[tuple[int, int]] = Counter()
    for places in holders.values():
        if 1 < len(places) <= _COMMON:
            shared.update(combinations(places, 2))
    return [pair for pair, count in shared.items() if count >= _SHARE * min(len(runs[place]) for place in pair)]


def _root(parent: list[int], place: int) -> int:
    while parent[place] != place:
        parent[place] = parent[parent[place]]
        place = parent[place]
    return place
