"""Decides the key regions of a piece once its chords are known.

The Viterbi path (`theory.harmony.path`) decides from chord to chord, but a human analyst looks at phrases,
cadences and the whole piece. So the keys are decided again by a conditional random field over the 24 keys
(Lafferty, McCallum & Pereira, ICML 2001). Its features are those of `theory.harmony.key_features`; its weights were
fitted on human analyses (``key_weights.json``, made by ``benchmarks/make/fit_key_regions.py``). Each slot takes its
most probable key over all paths (posterior decoding), which gives a higher share of time in the right key than
the single best path.
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
_EVEN = 1e-6  # if the probabilities of keys differ by less, the key of the Viterbi path is kept
_NEVER = -1e4  # score of a key that has no name for the chord
_CUTS = np.cumsum([len(LOCAL), len(MOMENTS), 2, 2])


@lru_cache(maxsize=2)
def key_weights(manner: str) -> Floats:
    """Return the fitted weights for ``chorale`` or ``madrigal``, in the order of `NAMES` of `key_features`."""
    table = json.loads(Path(__file__).with_name(WEIGHTS).read_text())["weights"][manner]
    return np.array([table.get(name, 0.0) for name in NAMES])


def heard_again(evidence: Evidence, path: Sequence[int], manner: str) -> list[int]:
    """Return a path with the same chords and with keys decided over the whole piece.

    Parameters
    ----------
    path
        The states of the Viterbi path, one index per slot.
    manner
        Which weights to use: ``chorale`` or ``madrigal``.
    """
    local, change = potentials(key_features(evidence, path), key_weights(manner))
    return renamed(path, likeliest_keys(local, change, path))


def potentials(features: KeyFeatures, weights: Floats) -> tuple[Floats, Floats]:
    """Return the log-potentials of each key, (slot, key), and of each change of key, (slot - 1, old, new)."""
    of_local, of_moment, of_arriving, of_leaving, of_pair = np.split(weights, _CUTS)
    between = features.pair @ of_pair + (1 - np.eye(len(KEYS)))[None] * (features.moment @ of_moment)[:, None, None]
    sides = (features.arriving @ of_arriving)[:, None, :] + (features.leaving @ of_leaving)[:, :, None]
    return features.local @ of_local, between + (1 - np.eye(len(KEYS))) * sides


def posteriors(local: Floats, change: Floats) -> tuple[Floats, Floats, float]:
    """Return forward and backward log-sums, each (slot, key), and the log-sum over all paths (forward-backward)."""
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
    """Return the most probable key of each slot among those that name its chord, as indices in `KEYS`."""
    named, _ = same_chords()
    local = np.where(named[list(path)] >= 0, local, _NEVER)
    forward, backward, whole = posteriors(local, change)
    likelihood = np.exp(forward + backward - whole)
    slots = np.arange(len(local))
    likelihood[slots, state_keys()[list(path)]] += _EVEN
    return [int(key) for key in likelihood.argmax(axis=1)]


def renamed(path: Sequence[int], keys: Sequence[int]) -> list[int]:
    """Return the states of the path's chords in the given keys."""
    named, _ = same_chords()
    return [int(named[state, key]) for state, key in zip(path, keys, strict=True)]
