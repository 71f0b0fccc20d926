"""Conditional logit with non-negative weights.

The probability that candidate c is chosen from its choice set is ``exp(-cost[c]) / sum(exp(-cost))``, where the
costs are ``features @ weights``. The estimate stays consistent if the alternatives are a uniform sample of all
candidates (McFadden, *Modelling the Choice of Residential Location*, 1978).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from theory.types import AnyFloats, Mask
from theory.values import Value


@dataclass(frozen=True, eq=False, repr=False)
class Choices(Value):
    """N choice sets of C candidates with F features; the real choice is candidate 0."""

    names: tuple[str, ...]  # (F,) names of the features
    features: AnyFloats  # (N, C, F) unweighted costs
    present: Mask  # (N, C) False for padding of sets with fewer candidates

    def __len__(self) -> int:
        return len(self.features)

    @classmethod
    def join(cls, several: Sequence[Choices]) -> Choices:
        """Return the choice sets of several pieces together."""
        return cls(
            several[0].names,
            np.concatenate([each.features for each in several]),
            np.concatenate([each.present for each in several]),
        )


def log_probabilities(choices: Choices, weights: AnyFloats) -> AnyFloats:
    """Return the log-probability of the real choice of each set, (N,)."""
    return _log_softmax(choices, weights)[:, 0]


def ranks_first(choices: Choices, weights: AnyFloats) -> float:
    """Return the share of the sets in which the real choice costs less than every alternative."""
    cost = np.where(choices.present, choices.features @ weights, np.inf)
    return float((cost[:, 0] < cost[:, 1:].min(axis=1)).mean())


def fit(choices: Choices, *, prior: float = 1.0, steps: int = 400) -> AnyFloats:
    """Return the non-negative weights, (F,), of highest posterior probability.

    Projected gradient descent with Nesterov momentum; the step sizes follow from a bound of the curvature.

    Parameters
    ----------
    prior
        Strength of the L2 penalty: ``prior / 2 * sum(weights**2)`` is added to the negative log-likelihood, so that
        a rule which real music never breaks gets a finite weight.
    """
    weights = np.zeros(choices.features.shape[-1])
    ahead, momentum = weights, 1.0
    step = 1.0 / (_curvature(choices) + prior)
    for _ in range(steps):
        following = np.maximum(0.0, ahead - step * (_gradient(choices, ahead) + prior * ahead))
        faster = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = following + (momentum - 1) / faster * (following - weights)
        weights, momentum = following, faster
    return weights


def _log_softmax(choices: Choices, weights: AnyFloats) -> AnyFloats:
    score = np.where(choices.present, -(choices.features @ weights), -np.inf)
    score -= score.max(axis=1, keepdims=True)
    return np.asarray(score - np.log(np.exp(score).sum(axis=1, keepdims=True)))


def _gradient(choices: Choices, weights: AnyFloats) -> AnyFloats:
    """Return the gradient of the summed negative log-probabilities, (F,)."""
    probability = np.exp(_log_softmax(choices, weights))
    probability[:, 0] -= 1.0
    return np.asarray(-np.einsum("nc,ncf->f", probability, choices.features))


def _curvature(choices: Choices) -> AnyFloats:
    """Return a bound of the curvature for each weight, (F,), that allows all weights to move at once."""
    spread = np.where(choices.present[..., None], choices.features, 0.0)
    width = spread.max(axis=1) - spread.min(axis=1)  # (N, F)
    return np.asarray(0.25 * (width * width.sum(axis=1, keepdims=True)).sum(axis=0) + 1e-9)
