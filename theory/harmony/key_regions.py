"""Key regions, heard a second time over the whole piece.

The first hearing (`theory.harmony.path`) decides chord by chord; people who write an analysis look at
phrases, cadences and the whole. So the keys are decided again, once the chords are known: a conditional random
field over the 24 keys (Lafferty, McCallum & Pereira, ICML 2001), whose features are those of
`theory.harmony.key_features` and whose weights were fitted on human analyses (``key_weights.json``, made by
``benchmarks/make/fit_key_regions.py``). Each slot takes the key that is likeliest when all ways through the
piece are weighed (posterior decoding), which serves the share of time better than the one best way.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from theory.harmony.evidence import Evidence
from theory.harmony.key_features import LOCAL, MOMENTS, NAMES, KeyFeatures, key_features, same_chords
from theory.harmony.states import KEYS, state_keys
from theory.types import Floats

WEIGHTS = "key_weights.json"
_EVEN = 1e-6  # keys whose likelihoods differ by less are equal; the first hearing's is then kept
_NEVER = -1e4  # a key that has no name for a chord
_CUTS = np.cumsum([len(LOCAL), len(MOMENTS), 2, 2])


@lru_cache(maxsize=2)
def key_weights(manner: str) -> Floats:
    """Return the fitted weights of `theory.harmony.key_features.NAMES` for ``chorale`` or ``madrigal``."""
    table = json.loads(Path(__file__).with_name(WEIGHTS).read_text())["weights"][manner]
    return np.array([table.get(name, 0.0) for name in NAMES])


def heard_again(evidence: Evidence, path: Sequence[int], manner: str) -> list[int]:
    """Return a path with its chords as they were and its keys decided over the whole; states are numbers.

    Parameters
    ----------
    path
        The states of the first hearing, one a slot.
    manner
        Whose weights: ``chorale`` or ``madrigal``.
    """
    local, change = potentials(key_features(evidence, path), key_weights(manner))
    return renamed(path, likeliest_keys(local, change, path))


def potentials(features: KeyFeatures, weights: Floats) -> tuple[Floats, Floats]:
    """Return how well each key suits each slot, (slot, key), and each change of key, (slot - 1, old, new)."""
    of_local, of_moment, of_arriving, of_leaving, of_pair = np.split(weights, _CUTS)
    between = features.pair @ of_pair + (1 - np.eye(len(KEYS)))[None] * (features.moment @ of_moment)[:, None, None]
    sides = (features.arriving @ of_arriving)[:, None, :] + (features.leaving @ of_leaving)[:, :, None]
    return features.local @ of_local, between + (1 - np.eye(len(KEYS))) * sides


def posteriors(local: Floats, change: Floats) -> tuple[Floats, Floats, float]:
    """Return logarithms: forward and backward sums, (slot, key) each, and the sum over all ways (forward-backward)."""
    forward, backward = np.zeros_like(local), np.zeros_like(local)
    odds = np.exp(change)
    forward[0] = local[0]
    for slot in range(1, len(local)):
        most = forward[slot - 1].max()
        forward[slot] = local[slot] + most + np.log(np.exp(forward[slot - 1] - most) @ odds[slot - 1])
    for slot in range(len(local) - 2, -1, -1):
        ahead = local[slot + 1] + backward[slot + 1]
        most = ahead.max()
        backward[slot] = most + np.log(odds[slot] @ np.exp(ahead - most))
    most = forward[-1].max()
    return forward, backward, float(most + np.log(np.exp(forward[-1] - most).sum()))


def likeliest_keys(local: Floats, change: Floats, path: Sequence[int]) -> list[int]:
    """Return the likeliest key of each slot that has a name for its chord, as numbers in `KEYS`."""
    named, _ = same_chords()
    local = np.where(named[list(path)] >= 0, local, _NEVER)
    forward, backward, whole = posteriors(local, change)
    likelihood = np.exp(forward + backward - whole)
    slots = np.arange(len(local))
    likelihood[slots, state_keys()[list(path)]] += _EVEN
    return [int(key) for key in likelihood.argmax(axis=1)]


def renamed(path: Sequence[int], keys: Sequence[int]) -> list[int]:
    """Return the states of the path's chords in other keys."""
    named, _ = same_chords()
    return [int(named[state, key]) for state, key in zip(path, keys, strict=True)]
