"""Inference with the melody model, in numpy alone.

Usage::

    model = MelodyModel.load()
    state = model.start()
    for context, before in ...:  # columns of CONTEXT, tokens of the event before
        state = model.advance(state, context, before)
        lengths = model.length_log_probs(state)
        pitches = model.pitch_log_probs(state, length)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from arranger.models.melody.events import Events
from arranger.models.melody.vocabulary import FINGERPRINT, NO_LENGTH, NO_PITCH, STARTS
from arranger.models.numeric import Arrays, log_softmax, read_weights, sigmoid
from theory.types import Floats32
from theory.values import Value

WEIGHTS = Path(__file__).parents[1] / "weights" / "melody-v3"
NOTHING_BEFORE = (NO_PITCH, NO_LENGTH)


@dataclass(frozen=True, eq=False, repr=False)
class MelodyState(Value):
    """State of the model before the duration and pitch of an event are known."""

    hidden: Floats32  # (units,)
    cell: Floats32  # (units,)
    entered: Floats32  # (embedding,) embedded context of the event


class MelodyModel:
    """The melody model: log-probabilities of the next duration and, given the duration, of the next pitch."""

    def __init__(self, weights: Arrays) -> None:
        self._weights = weights
        self._entrance = np.concatenate([weights["lstm.weight_ih_l0"], weights["lstm.weight_hh_l0"]], axis=1)
        self._bias = weights["lstm.bias_ih_l0"] + weights["lstm.bias_hh_l0"]

    @classmethod
    def load(cls, path: Path | None = None) -> MelodyModel:
        """Return the model with the weights in a folder, by default those of the package.

        Raises FileNotFoundError if there are none, and ValueError if they belong to another vocabulary.
        """
        weights, _ = read_weights(path or WEIGHTS, FINGERPRINT)
        return cls(weights)

    def start(self) -> MelodyState:
        """Return the initial state."""
        size = self._weights["lstm.weight_hh_l0"].shape[1]
        nothing = np.zeros(size, dtype=np.float32)
        return MelodyState(nothing, nothing, np.zeros(self._weights["told.weight"].shape[1], dtype=np.float32))

    def advance(self, state: MelodyState, context: Sequence[int], before: tuple[int, int]) -> MelodyState:
        """Return the state given the context of the next event and the tokens (pitch, duration) of the event before."""
        entered = self._weights["told.weight"][np.array([*context, *before]) + STARTS].sum(axis=0)
        gates = self._entrance @ np.concatenate([entered, state.hidden]) + self._bias
        enter, forget, new, out = np.split(gates, 4)
        cell = sigmoid(forget) * state.cell + sigmoid(enter) * np.tanh(new)
        return MelodyState(sigmoid(out) * np.tanh(cell), cell, entered)

    def length_log_probs(self, state: MelodyState) -> Floats32:
        """Return the log-probabilities of durations, (LENGTHS,)."""
        return log_softmax(self._linear("length_output", np.tanh(self._linear("length_head", _known(state)))))

    def pitch_log_probs(self, state: MelodyState, length: int) -> Floats32:
        """Return the log-probabilities of pitches, given the duration token, (PITCHES,)."""
        told = self._linear("pitch_head", _known(state)) + self._weights["told_length.weight"][length]
        return log_softmax(self._linear("pitch_output", np.tanh(told)))

    def surprise(self, tune: Events) -> Floats32:
        """Return the loss of each event in nats, (event, 2): its duration and its pitch."""
        state, before = self.start(), NOTHING_BEFORE
        found = np.empty((len(tune.pitch), 2), dtype=np.float32)
        for row, (context, pitch, length) in enumerate(zip(tune.context, tune.pitch, tune.length, strict=True)):
            state = self.advance(state, context.tolist(), before)
            found[row] = -self.length_log_probs(state)[length], -self.pitch_log_probs(state, int(length))[pitch]
            before = (int(pitch), int(length))
        return found

    def _linear(self, name: str, value: Floats32) -> Floats32:
        return np.asarray(self._weights[f"{name}.weight"] @ value + self._weights[f"{name}.bias"])


def _known(state: MelodyState) -> Floats32:
    return np.concatenate([state.hidden, state.entered])


@lru_cache(maxsize=1)
def melody_model() -> MelodyModel:
    """Return the model of the package; cached."""
    return MelodyModel.load()
