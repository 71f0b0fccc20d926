"""Groups variants of the same tune into families, and splits the tunes by family.

Tune books borrow from each other, so no variant of a held-out tune may be in the training list. Two tunes are related
if at least a quarter of the sequences of ten intervals in the tune with fewer of them occur in the other too. This
finds transpositions, other note values and small variants. Sequences that occur in more than 30 tunes (scales,
arpeggios) are ignored. Families are the connected components of this relation. A digest of its intervals decides the
split of a family, so no list of names is needed.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from itertools import combinations

import numpy as np

from theory.types import Ints

_RUN = 10  # intervals
_COMMON = 30  # most tunes that may share a run
_SHARE = 0.25  # least share of common runs
_PARTS = 20  # one part is valid and one is test


def families(lines: Sequence[Ints]) -> Ints:
    """Return the index of the first tune of each tune's family, (tune,); each line holds MIDI numbers (note,).

    >>> families([np.arange(60, 75), np.arange(62, 77), np.array([60, 67, 64, 72] * 4)]).tolist()
    [0, 0, 2]
    """
    parent = list(range(len(lines)))
    for first, second in _related([_runs(line) for line in lines]):
        one, other = _root(parent, first), _root(parent, second)
        parent[max(one, other)] = min(one, other)
    return np.array([_root(parent, index) for index in range(len(lines))])


def sides(lines: Sequence[Ints], family: Ints, *, training: Collection[int] = ()) -> list[str]:
    """Return ``train``, ``valid`` or ``test`` for each tune, in proportions of about 18 : 1 : 1.

    All families with a tune whose index is in ``training`` go to ``train``.
    """
    digests = [_digest(line) for line in lines]
    least: dict[int, int] = {}
    for digest, number in zip(digests, family.tolist(), strict=True):
        least[number] = min(digest, least.get(number, digest))
    fixed = {int(family[index]) for index in training}
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
    for tune, own in enumerate(runs):
        for run in own:
            holders[run].append(tune)
    shared: Counter[tuple[int, int]] = Counter()
    for tunes in holders.values():
        if 1 < len(tunes) <= _COMMON:
            shared.update(combinations(tunes, 2))
    return [pair for pair, count in shared.items() if count >= _SHARE * min(len(runs[tune]) for tune in pair)]


def _root(parent: list[int], tune: int) -> int:
    while parent[tune] != tune:
        parent[tune] = parent[parent[tune]]
        tune = parent[tune]
    return tune
