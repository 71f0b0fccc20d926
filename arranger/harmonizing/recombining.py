"""Passages of progressions: those that return, and progressions put together from the best passages of many.

A long piece has many passages, and no single draw is the best in all of them. Passage by passage, the one of all draws
is taken that makes the whole progression cheapest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from arranger.harmonizing.choice import Choice
from arranger.models.progression.runtime import Progressions
from theory.harmony.evidence import Evidence
from theory.types import Costs, Floats, Ints, Mask

SAME_AGAIN = 2.0  # nats of each slot that has the same root, quality and inversion as the first time
_ROUNDING = 4  # decimals of a cost that count, so that equal input gives equal choices


def recombined(
    found: Progressions, passages: Sequence[Mask], cost: Callable[[Progressions], Costs], *, rounds: int = 2
) -> Progressions:
    """Return the one progression, N = 1, that is found by choosing passage after passage among those drawn.

    Parameters
    ----------
    passages
        Which slots belong to each passage, (T,) each.
    cost
        Costs of whole progressions, (N,).
    rounds
        How often each passage is chosen again, given the others; it ends sooner if nothing changes.
    """
    best = int(np.argmin(np.round(cost(found), _ROUNDING)))
    chosen = Progressions(found.tokens[best : best + 1], found.log_probs[best : best + 1])
    for _ in range(rounds):
        before = chosen
        for passage in passages:
            tried = Progressions(
                np.where(passage[:, None], found.tokens, chosen.tokens),
                np.where(passage, found.log_probs, chosen.log_probs),
            )
            best = int(np.argmin(np.round(cost(tried), _ROUNDING)))
            chosen = Progressions(tried.tokens[best : best + 1], tried.log_probs[best : best + 1])
        if np.array_equal(before.tokens, chosen.tokens):
            break
    return chosen


def returning(begins: Mask, lines: Sequence[Ints | Mask | Floats]) -> Ints:
    """Return, for each slot of a passage that is as an earlier one in all lines, the earlier slot, (T,); else -1.

    ``begins``, (T,), says where the passages begin: phrases or bars. The lines have T rows.
    """
    slots = len(begins)
    repeats = np.full(slots, -1)
    heard: dict[tuple[bytes, ...], int] = {}
    starts = [0, *np.flatnonzero(begins).tolist()]
    for start, end in pairwise([*dict.fromkeys(starts), slots]):
        first = heard.setdefault(tuple(line[start:end].tobytes() for line in lines), start)
        if first != start:
            repeats[start:end] = np.arange(first, first + end - start)
    return repeats


def begins_of(evidence: Evidence, choice: Choice) -> Mask:
    """Return where the passages that may return begin, (T,): phrases, or bars if they are to be varied.

    A verse may breathe where another does not, but its bars are the same.
    """
    return evidence.strength == 1 if choice.varied else evidence.opening


def same_again(tokens: Ints, again: Ints) -> Costs:
    """Return the cost, (N,), of the slots of progressions, (N, T, 3), that are as the first time, (T,)."""
    later = np.flatnonzero(again >= 0)
    same = (tokens[:, later] == tokens[:, again[later]]).all(axis=2)
    return np.asarray(SAME_AGAIN * same.sum(axis=1))


def noise(draws: int, evidence: Evidence, *, seed: int) -> Costs:
    """Return Gumbel noise for each draw, (N,), in nats per unit of temperature; equal seeds give equal noise."""
    gumbel = np.random.default_rng(seed).gumbel(size=draws)
    return np.asarray(gumbel * len(evidence.onset_quarter) ** 0.5)
