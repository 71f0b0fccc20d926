"""Variants that differ audibly, and randomness.

A later variant pays for each note in common with an earlier one. With the smallest of the costs in `LIKENESS_COSTS`,
variants differ in a quarter to two thirds of their free notes and cost 0.02 to 0.12 nats per free note more than the
best (10 arrangements of five sheets). If less than `LEAST_SHARE` differs, the search runs again with twice the cost.

Randomness is Gumbel noise in the costs, under which the search runs as usual: the optimum of a perturbed objective is
approximately a sample of the distribution that the costs define (Papandreou & Yuille, *Perturb-and-MAP Random Fields*,
2011), and it keeps the rules as well as the unperturbed optimum does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from arranger.arranging.plan import Plan
from arranger.arranging.search.beam import Extra
from theory.types import Floats, Ints

LIKENESS_COSTS = (0.2, 0.4, 0.8)  # nats per free note in common with an earlier variant, in the order tried
LEAST_SHARE = 0.2  # share of the free notes that must differ from each earlier variant
NOISE = 0.15  # nats: scale of the noise of a later variant at temperature 0


def share_new(texture: Ints, earlier: Sequence[Ints], plan: Plan) -> float:
    """Return the share of free notes in which a texture (T, V) differs from the most similar earlier one."""
    own = texture[:, list(plan.free)]
    sounding = own >= 0
    shares = [float((own != each[:, list(plan.free)])[sounding].mean()) for each in earlier if sounding.any()]
    return min(shares, default=1.0)


def unlike(earlier: Sequence[Ints], plan: Plan, *, likeness: float = LIKENESS_COSTS[0]) -> Extra:
    """Return a cost function: ``likeness`` nats per free note in common with each of the earlier textures (T, V)."""
    free = list(plan.free)

    def variety(t: int, midi: Ints) -> Floats:
        own = midi[..., free]
        same = sum((own == each[t, free]).sum(axis=-1) for each in earlier)
        return likeness * np.broadcast_to(np.asarray(same, dtype=float), midi.shape[:-1])

    return variety


def tilted(plan: Plan, *, seed: int, temperature: float = NOISE) -> Extra:
    """Return a random cost function of verticalities: Gumbel noise whose scale, in nats, is the temperature.

    Each pitch of each voice and slice gets a cost of its own, so that different seeds give different arrangements and
    equal seeds give equal costs.
    """
    gumbel = np.random.default_rng(seed).gumbel(scale=temperature, size=(*plan.texture.shape, 128))
    free = list(plan.free)

    def chance(t: int, midi: Ints) -> Floats:
        pitch = np.clip(midi[..., free], 0, 127)
        noise = np.take_along_axis(gumbel[t, free], pitch.reshape(-1, len(free)).T, axis=1).T.reshape(pitch.shape)
        return np.asarray(noise.sum(axis=-1))

    return chance
