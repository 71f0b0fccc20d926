"""Numerical functions shared by the numpy runtimes of the networks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from theory.types import Floats32

Arrays = dict[str, Floats32]


def sigmoid(value: Floats32) -> Floats32:
    """Return the logistic function of an array; it does not overflow."""
    return np.asarray(0.5 * (np.tanh(0.5 * value) + 1), dtype=np.float32)


def log_softmax(logits: Floats32) -> Floats32:
    """Return log-probabilities along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def read_weights(folder: Path, fingerprint: str) -> tuple[Arrays, dict[str, Any]]:
    """Return the weights and the card in a folder.

    Raises FileNotFoundError if there are none, ValueError if their fingerprint differs.
    """
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    if card["fingerprint"] != fingerprint:
        raise ValueError(f"{folder}: weights of vocabulary {card['fingerprint']}, but this version has {fingerprint}")
    with np.load(folder / "weights.npz", allow_pickle=False) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}, card


def gru_states(weights: Arrays, name: str, inputs: Floats32, *, layer: str = "l0") -> Floats32:
    """Return the states of one GRU layer over a sequence, (T, units), or over N at once, (T, N, units).

    Its weights have torch's names.
    """
    entered = inputs @ weights[f"{name}.weight_ih_{layer}"].T + weights[f"{name}.bias_ih_{layer}"]
    recurrent = np.ascontiguousarray(weights[f"{name}.weight_hh_{layer}"].T)
    bias = weights[f"{name}.bias_hh_{layer}"]
    state = np.zeros(len(recurrent), dtype=np.float32)
    states = np.empty((*inputs.shape[:-1], len(recurrent)), dtype=np.float32)
    for t, row in enumerate(entered):
        state = gru_step(row, state @ recurrent + bias, state)
        states[t] = state
    return states


def gru_step(entered: Floats32, recurrent: Floats32, state: Floats32) -> Floats32:
    """Return the next state of a GRU from the input and recurrent terms of its gates (reset, update, new)."""
    size = state.shape[-1]
    gates = sigmoid(entered[..., : 2 * size] + recurrent[..., : 2 * size])
    new = np.tanh(entered[..., 2 * size :] + gates[..., :size] * recurrent[..., 2 * size :])
    return np.asarray(new + gates[..., size:] * (state - new))
