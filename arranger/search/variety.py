"""Variants that really differ: what a later variant pays for repeating an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from arranger.plan import Plan
from theory.facts import Ints

LIKENESS_COST = 0.9  # nats for each free note that an earlier variant has too
NOISE = 0.3  # nats: how far the seed tilts the scale


def unlike(earlier: Sequence[Ints], plan: Plan, *, seed: int) -> Callable[[int, Ints], NDArray[np.float64]]:
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
        return LIKENESS_COST * np.asarray(same, dtype=float) + noise.sum(axis=-1)

    return cost
