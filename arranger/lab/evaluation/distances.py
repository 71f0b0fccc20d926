"""Wasserstein distances between counts.

The Wasserstein distance between two distributions is the least work that turns one into the other: mass times
distance moved. On the integers it is the sum of the absolute differences of the two cumulative distributions
(Vallender, Theory of Probability and Its Applications 18/4, 1974).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np


def wasserstein(own: Sequence[float], reference: Sequence[float]) -> float:
    """Return the distance between two lists of weights on the integers 0, 1, 2 ...; each is scaled to sum 1.

    >>> wasserstein([1, 0, 0], [0, 0, 1])
    2.0
    >>> wasserstein([1, 1], [1, 3])
    0.25
    """
    size = max(len(own), len(reference))
    rows = np.zeros((2, size))
    rows[0, : len(own)], rows[1, : len(reference)] = own, reference
    rows /= rows.sum(axis=1, keepdims=True)
    return float(np.abs(np.cumsum(rows[0] - rows[1])).sum())


def rank_distance(own: Counter[Hashable], reference: Counter[Hashable]) -> float:
    """Return the distance between counts of categories, which have no natural order; 0 if either is empty.

    Categories are ordered by their frequency in the reference, the most frequent at 0. Those that the reference
    does not have follow, the rarest first. Fang, Liu, Seetharaman and Pardo, Bach or Mock?, 2020.

    >>> round(rank_distance(Counter("aab"), Counter("aaaab")), 3)
    0.133
    """
    if not own or not reference:
        return 0.0
    ranked = [thing for thing, _ in reference.most_common()]
    strange = sorted(count for thing, count in own.items() if thing not in reference)
    return wasserstein([*(own[thing] for thing in ranked), *strange], [reference[thing] for thing in ranked])


def place_distance(own: Counter[int], reference: Counter[int]) -> float:
    """Return the distance between counts of non-negative integers.

    An empty counter has all its weight at 0.

    >>> place_distance(Counter({4: 1}), Counter({6: 2}))
    2.0
    """
    rows = [counts or Counter({0: 1}) for counts in (own, reference)]
    size = 1 + max(max(row) for row in rows)
    one, other = ([row[number] for number in range(size)] for row in rows)
    return wasserstein(one, other)


def total_variation(own: Counter[str], reference: Counter[str]) -> float:
    """Return half the sum of the differences of two distributions of categories; ``nan`` if either is empty.

    It is 0 if they are equal, and 1 if they have nothing in common.

    >>> total_variation(Counter("aab"), Counter("abb")), total_variation(Counter("a"), Counter("b"))
    (0.3333333333333333, 1.0)
    """
    if not own or not reference:
        return float("nan")
    shares = ((own[thing] / own.total(), reference[thing] / reference.total()) for thing in own | reference)
    return sum(abs(one - other) for one, other in shares) / 2
