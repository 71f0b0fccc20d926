"""Functions that the numpy runtimes of the networks share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def sigmoid(value: Floats) -> Floats:
    """Return the logistic function of an array, without overflow."""
    return np.asarray(0.5 * (np.tanh(0.5 * value) + 1), dtype=np.float32)


def log_softmax(logits: Floats) -> Floats:
    """Return log-probabilities along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))
