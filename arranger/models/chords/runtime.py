"""Inference with the chord model, in numpy alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from arranger.models.chords.vocabulary import CHORDS, FINGERPRINT, LOCAL_KEYS
from arranger.models.numeric import Arrays, gru_states, log_softmax, read_weights
from theory.types import Floats32
from theory.values import Value

WEIGHTS = Path(__file__).parents[1] / "weights" / "chords-v1"


@dataclass(frozen=True, eq=False, repr=False)
class Predictions(Value):
    """Predictions of the model for a tune of T slots, as log-probabilities."""

    chord: Floats32  # (T, CHORDS)
    key: Floats32  # (T, LOCAL_KEYS)
    change: Floats32  # (T, 2) the chord stays, the chord changes


class ChordModel:
    """Predicts chords, keys and chord changes from the features of a tune."""

    def __init__(self, weights: Arrays) -> None:
        self._weights = weights
        self._layers = sum(name.startswith("gru.weight_hh") and name.endswith("_reverse") for name in weights)

    @classmethod
    def load(cls, path: Path | None = None) -> ChordModel:
        """Return the model with the weights in a folder, by default those of the package.

        Raises FileNotFoundError if there are none, and ValueError if they belong to another vocabulary.
        """
        weights, _ = read_weights(path or WEIGHTS, FINGERPRINT)
        return cls(weights)

    def predict(self, features: Floats32) -> Predictions:
        """Return the predictions for a tune, given its features (T, COLUMNS)."""
        states = np.tanh(self._linear("enter", features))
        for layer in range(self._layers):
            there = gru_states(self._weights, "gru", states, layer=f"l{layer}")
            back = gru_states(self._weights, "gru", states[::-1], layer=f"l{layer}_reverse")[::-1]
            states = np.concatenate([there, back], axis=1)
        output = self._linear("output", states)
        odds = output[:, CHORDS + LOCAL_KEYS]
        return Predictions(
            log_softmax(output[:, :CHORDS]),
            log_softmax(output[:, CHORDS : CHORDS + LOCAL_KEYS]),
            log_softmax(np.stack([np.zeros_like(odds), odds], axis=1)),
        )

    def _linear(self, name: str, value: Floats32) -> Floats32:
        return np.asarray(value @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"])


@lru_cache(maxsize=2)
def chord_model(path: str = "") -> ChordModel:
    """Return the model of a folder, by default that of the package; cached."""
    return ChordModel.load(Path(path) if path else None)
