"""The chord model at work, with numpy alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from arranger.harmony.vocabulary import CHORDS, FINGERPRINT, LOCAL_KEYS
from arranger.model.numeric import Floats, log_softmax, sigmoid

WEIGHTS = Path(__file__).parents[1] / "weights" / "chords-v1"


@dataclass(frozen=True)
class Foretold:
    """What the model makes of a tune of T slots, all in log-probabilities."""

    chord: Floats  # (T, CHORDS)
    key: Floats  # (T, LOCAL_KEYS)
    change: Floats  # (T, 2) that the chord is kept, that it is new


class ChordModel:
    """Foretells chords, keys and changes of chord from the features of a tune."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        self._weights = weights
        self._layers = sum(name.startswith("gru.weight_hh") and name.endswith("_reverse") for name in weights)

    @classmethod
    def load(cls, path: Path | None = None) -> ChordModel:
        """Read weights and card from a folder, by default those of the package.

        FileNotFoundError where there are none; ValueError where they are of another vocabulary.
        """
        folder = path or WEIGHTS
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        if card["fingerprint"] != FINGERPRINT:
            raise ValueError(f"{folder}: weights of vocabulary {card['fingerprint']}, this program has {FINGERPRINT}")
        with np.load(folder / "weights.npz", allow_pickle=False) as stored:
            return cls({name: stored[name].astype(np.float32) for name in stored.files})

    def foretell(self, features: Floats) -> Foretold:
        """Return what is foretold of a tune, from its features (T, COLUMNS)."""
        states = np.tanh(self._linear("enter", features))
        for layer in range(self._layers):
            there = self._pass(states, f"l{layer}")
            back = self._pass(states[::-1], f"l{layer}_reverse")[::-1]
            states = np.concatenate([there, back], axis=1)
        output = self._linear("output", states)
        odds = output[:, CHORDS + LOCAL_KEYS]
        return Foretold(
            log_softmax(output[:, :CHORDS]),
            log_softmax(output[:, CHORDS : CHORDS + LOCAL_KEYS]),
            log_softmax(np.stack([np.zeros_like(odds), odds], axis=1)),
        )

    def _pass(self, entering: Floats, name: str) -> Floats:
        """Return the states (T, units) of one layer that reads in one direction."""
        across, bias = self._weights[f"gru.weight_hh_{name}"], self._weights[f"gru.bias_hh_{name}"]
        told = entering @ self._weights[f"gru.weight_ih_{name}"].T + self._weights[f"gru.bias_ih_{name}"]
        size = across.shape[1]
        state = np.zeros(size, dtype=np.float32)
        states = np.empty((len(entering), size), dtype=np.float32)
        for slot, row in enumerate(told):
            own = across @ state + bias
            reset, keep = np.split(sigmoid(row[: 2 * size] + own[: 2 * size]), 2)
            new = np.tanh(row[2 * size :] + reset * own[2 * size :])
            state = states[slot] = (1 - keep) * new + keep * state
        return states

    def _linear(self, name: str, value: Floats) -> Floats:
        return np.asarray(value @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"])


@lru_cache(maxsize=2)
def chord_model(path: str = "") -> ChordModel:
    """Return a model, by default that of the package, read once."""
    return ChordModel.load(Path(path) if path else None)
