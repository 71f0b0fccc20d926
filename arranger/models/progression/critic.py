"""The critic of progressions, in numpy alone: beat by beat, is this a composer's progression or one of the program's?

A bidirectional GRU reads the tune with the chords under it. It learned from settings by composers and from the plans
that the program chose for the same tunes (`arranger.lab.critic`), so it hears what the costs of planning miss. Shapes:
N progressions, T slots (beats).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np

from arranger.models.numeric import Arrays, gru_states, read_weights
from arranger.models.progression.vocabulary import COLUMNS as TUNE_COLUMNS
from arranger.models.progression.vocabulary import FINGERPRINT, INPUTS, PARTS, STEPS
from theory.types import Costs, Floats32, Ints

WEIGHTS = Path(__file__).parents[1] / "weights" / "progression-critic-v1"
_PITCH_CLASSES = 12
_BEGINNING = sum(count for _, count in INPUTS[: [name for name, _ in INPUTS].index("beginning")])
# what the critic reads of each slot, in this order: (name, columns)
CRITIC_INPUTS = (
    ("tune", TUNE_COLUMNS),
    ("root", PARTS[0]),
    ("quality", PARTS[1]),
    ("inversion", PARTS[2]),
    ("bass", _PITCH_CLASSES),
    ("move of the bass", _PITCH_CLASSES),
    ("move of the root", _PITCH_CLASSES),
    ("tune above the bass", _PITCH_CLASSES),  # zeros where the tune begins no note
    ("same chord as before", 1),
)
CRITIC_COLUMNS = sum(count for _, count in CRITIC_INPUTS)
CRITIC_FINGERPRINT = hashlib.sha256(repr((FINGERPRINT, CRITIC_INPUTS)).encode()).hexdigest()[:16]


class ProgressionCritic:
    """Tells how little progressions sound like a composer's."""

    def __init__(self, weights: Arrays) -> None:
        self._weights = weights

    @classmethod
    def load(cls, path: Path | None = None) -> ProgressionCritic:
        """Return the critic of a folder of weights and card, by default that of the package.

        Raises FileNotFoundError if there are none, ValueError if they have another vocabulary.
        """
        weights, _ = read_weights(path or WEIGHTS, CRITIC_FINGERPRINT)
        return cls(weights)

    def logits(self, features: Floats32, tokens: Ints) -> Floats32:
        """Return the log-odds that a composer wrote each slot, (N, T), of progressions (N, T, 3) under one tune.

        ``features`` are those of `arranger.models.chords.features.features_of`, (T, columns); both may break off before
        the tune ends.
        """
        weights = self._weights
        read = np.ascontiguousarray(critic_columns(features, tokens).swapaxes(0, 1))  # (T, N, columns)
        entered = np.tanh(read @ weights["enter.weight"].T + weights["enter.bias"])
        forth = gru_states(weights, "gru", entered)
        back = gru_states(weights, "gru", entered[::-1], layer="l0_reverse")[::-1]
        heard = np.concatenate([forth, back], axis=-1) @ weights["head.weight"].T + weights["head.bias"]
        return np.asarray(heard[..., 0].T)

    def costs(self, features: Floats32, tokens: Ints) -> Costs:
        """Return the cost of each progression, (N,): nats, summed over slots, for not being a composer's."""
        return np.logaddexp(0.0, -self.logits(features, tokens).astype(np.float64)).sum(axis=1)


def critic_columns(features: Floats32, tokens: Ints) -> Floats32:
    """Return what the critic reads of progressions (N, T, 3) under the tune of ``features``, (N, T, CRITIC_COLUMNS)."""
    root, quality, inversion = np.moveaxis(tokens, -1, 0)
    bass = (root + STEPS[quality, inversion]) % _PITCH_CLASSES
    begins = features[:, _BEGINNING : _BEGINNING + _PITCH_CLASSES]  # (T, 12)
    above = _indicators(begins.argmax(axis=1) - bass, _PITCH_CLASSES) * np.asarray(begins.any(axis=1))[:, None]
    columns = [
        np.broadcast_to(features, (len(tokens), *features.shape)),
        *(_indicators(tokens[..., part], size) for part, size in enumerate(PARTS)),
        *(_indicators(each, _PITCH_CLASSES) for each in (bass, bass - _before(bass), root - _before(root))),
        above,
        np.all(_before(tokens) == tokens, axis=-1, keepdims=True),
    ]
    return np.concatenate(columns, axis=-1).astype(np.float32)


def _indicators(values: Ints, size: int) -> Floats32:
    return np.eye(size, dtype=np.float32)[values % size]


def _before(values: Ints) -> Ints:
    """Return the values of the slot before, (N, T, ...); the first slot has its own."""
    return np.concatenate([values[:, :1], values[:, :-1]], axis=1)


@lru_cache(maxsize=2)
def progression_critic(path: str = "") -> ProgressionCritic:
    """Return the critic in a folder, by default that of the package, read once."""
    return ProgressionCritic.load(Path(path) if path else None)
