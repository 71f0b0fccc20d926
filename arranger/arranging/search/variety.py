"""Variants that really differ, and chance.

A later variant pays for repeating an earlier one. With the smallest cost variants differ in a quarter to two
thirds of their free notes and cost 0.02 to 0.12 nats a free note more than the best (10 arrangements of five
sheets); where less than `LEAST_SHARE` differs the search runs again with twice the cost.

Chance is noise in the costs, under which the search is run as ever: the best of a perturbed objective is
a sample of roughly the distribution that the costs describe (Papandreou & Yuille, *Perturb-and-MAP Random
Fields*, 2011), and one that keeps to the rules as the best of all does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from arranger.arranging.plan import Plan
from arranger.arranging.search.beam import Extra
from theory.types import Floats, Ints

LIKENESS_COSTS = (0.2, 0.4, 0.8)  # nats for each free note that an earlier variant has too, in the order tried
LEAST_SHARE = 0.2  # of the free notes, those that must differ from each earlier variant
NOISE = 0.15  # nats: how far the seed tilts the scale where no temperature is wanted


def share_new(texture: Ints, earlier: Sequence[Ints], plan: Plan) -> float:
    """Return the share of a texture's free notes that differ from the earlier texture most like it, (T, V) each."""
    own = texture[:, list(plan.free)]
    sounding = own >= 0
    shares = [float((own != each[:, list(plan.free)])[sounding].mean()) for each in earlier if sounding.any()]
    return min(shares, default=1.0)


def unlike(earlier: Sequence[Ints], plan: Plan, *, likeness: float = LIKENESS_COSTS[0]) -> Extra:
    """Return the cost (B, C) of verticalities (B, C, V) in a slice, against earlier textures (T, V)."""
    free = list(plan.free)

    def variety(t: int, midi: Ints) -> Floats:
        own = midi[..., free]
        same = sum((own == each[t, free]).sum(axis=-1) for each in earlier)
        return likeness * np.broadcast_to(np.asarray(same, dtype=float), midi.shape[:-1])

    return variety


def tilted(plan: Plan, *, seed: int, temperature: float = NOISE) -> Extra:
    """Return a cost (B, C) of verticalities (B, C, V) in a slice that is chance, as large as the temperature.

    The seed gives each pitch of each voice and slice a cost of its own (Gumbel noise), so that other seeds
    lead elsewhere; equal seeds give equal costs.
    """
    tilt = np.random.default_rng(seed).gumbel(scale=temperature, size=(*plan.texture.shape, 128))
    free = list(plan.free)

    def chance(t: int, midi: Ints) -> Floats:
        place = np.clip(midi[..., free], 0, 127)
        noise = np.take_along_axis(tilt[t, free], place.reshape(-1, len(free)).T, axis=1).T.reshape(place.shape)
        return np.asarray(noise.sum(axis=-1))

    return chance
