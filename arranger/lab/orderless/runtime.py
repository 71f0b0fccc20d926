"""The orderless network at work, with numpy alone: the chances of every hidden cell.

model = OrderlessModel.load(Path("runs/voice/weights"))
chances = model.chances(example.inputs)  # (T, V, TOKENS)
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
    """What hidden cells are likely to be, given all that is known before and after them."""

    weights: Arrays

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read weights and card from a folder; errors as of `arranger.models.numeric.read_weights`."""
        weights, _ = read_weights(folder, FINGERPRINT)
        if "near.weight" not in weights:
            raise ValueError(f"{folder}: no weights of an orderless network; train one with --network orderless")
        return cls(weights)

    def chances(self, inputs: Floats32) -> Floats32:
        """Return the chances of tokens, (T, V, TOKENS), of input columns, (T, F); those of known cells mean nothing."""
        weights, around = self.weights, np.pad(inputs, ((1, 1), (0, 0)))
        heard = encoder_states(weights, inputs) @ weights["far.weight"].T + weights["far.bias"] + weights["near.bias"]
        for place in range(weights["near.weight"].shape[2]):
            heard += around[place : place + len(inputs)] @ weights["near.weight"][:, :, place].T
        hidden = np.tanh(heard).reshape(len(inputs), len(VOICES), -1)
        logits = [
            hidden[:, voice] @ weights[f"output.{voice}.weight"].T + weights[f"output.{voice}.bias"]
            for voice in range(len(VOICES))
        ]
        return np.exp(log_softmax(np.stack(logits, axis=1)))
