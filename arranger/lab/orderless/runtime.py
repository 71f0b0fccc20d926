"""Runs the orderless network with numpy alone: token probabilities of every hidden cell.

model = OrderlessModel.load(Path("runs/voice/weights"))
probabilities = model.probabilities(example.inputs)  # (T, V, TOKENS)
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from arranger.models.numeric import Arrays, log_softmax, read_weights
from arranger.models.part.features import FINGERPRINT
from arranger.models.part.runtime import encoder_states
from arranger.models.part.vocabulary import VOICES
from theory.types import Floats32


@dataclass(frozen=True)
class OrderlessModel:
    """Token probabilities of hidden cells, given all known cells before and after them."""

    weights: Arrays

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the model of a folder.

        Raises as `arranger.models.numeric.read_weights`, and ValueError for weights of another kind of network.
        """
        weights, _ = read_weights(folder, FINGERPRINT)
        if "near.weight" not in weights:
            raise ValueError(
                f"{folder}: these are not weights of an orderless network; train one with --network orderless"
            )
        return cls(weights)

    def probabilities(self, inputs: Floats32) -> Floats32:
        """Return token probabilities, (T, V, TOKENS), for input columns (T, F); meaningless in known cells."""
        weights, around = self.weights, np.pad(inputs, ((1, 1), (0, 0)))
        heard = encoder_states(weights, inputs) @ weights["far.weight"].T + weights["far.bias"] + weights["near.bias"]
        for tap in range(weights["near.weight"].shape[2]):
            heard += around[tap : tap + len(inputs)] @ weights["near.weight"][:, :, tap].T
        hidden = np.tanh(heard).reshape(len(inputs), len(VOICES), -1)
        logits = [
            hidden[:, voice] @ weights[f"output.{voice}.weight"].T + weights[f"output.{voice}.bias"]
            for voice in range(len(VOICES))
        ]
        return np.exp(log_softmax(np.stack(logits, axis=1)))
