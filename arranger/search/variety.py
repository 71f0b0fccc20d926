"""Variants that really differ: what a later variant pays for repeating an earlier one.

With the smallest cost variants differ in a quarter to two thirds of their free notes and cost 0.02 to 0.12 nats
a free note more than the best (10 arrangements of five sheets); where less than `LEAST_SHARE` differs the search
runs again with twice the cost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from arranger.plan import Plan
from theory.facts import Ints

LIKENESS_COSTS = (0.2, 0.4, 0.8)  # nats for each free note that an earlier variant has too, in the order tried
LEAST_SHARE = 0.2  # of the free notes, those that must differ from each earlier variant
NOISE = 0.15  # nats: how far the seed tilts the scale


def share_new(texture: Ints, earlier: Sequence[Ints], plan: Plan) -> float:
    """Return the share of a texture's free notes that differ from the earlier texture most like it, (T, V) each."""
    own = texture[:, list(plan.free)]
    sounding = own >= 0
    shares = [float((own != each[:, list(plan.free)])[sounding].mean()) for each in earlier if sounding.any()]
    return min(shares, default=1.0)


def unlike(
    earlier: Sequence[Ints], plan: Plan, *, seed: int, likeness: float = LIKENESS_COSTS[0]
) -> Callable[[int, Ints], NDArray[np.float64]]:
    """Return the extra cost (B, C) of verticalities (B, C, V) in a slice, against earlier textures (T, V).

    The seed gives each pitch of each voice and slice a small cost of its own, so that other seeds
    lead to other variants; equal seeds give equal costs.
    """
    tilt = np.random.default_rng(seed).gumbel(scale=NOISE, size=(*plan.texture.shape, 128))
    free = list(plan.free)

    def cost(t: int, midi: Ints) -> NDArray[np.float64]:
        own = midi[..., free]
        same = sum((own == each[t, free]).sum(axis=-1) for each in earlier)
        place = np.clip(own, 0, 127)
        noise = np.take_along_axis(tilt[t, free], place.reshape(-1, len(free)).T, axis=1).T.reshape(place.shape)
        return likeness * np.asarray(same, dtype=float) + noise.sum(axis=-1)

    return cost
