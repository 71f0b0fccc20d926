"""Hyperparameters of a training run; a user may choose some of them (`arranger.lab.training.request`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SHARES = {"chorale": 0.58, "hymn": 0.42, "renaissance": 0.22, "quartet": 0.1}  # relative shares of a batch


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that a run depends on except the data and the network."""

    steps: int = 5000
    batch: int = 32
    learning_rate: float = 2e-3
    final_rate: float = 0.03  # learning rate at the end of the cosine, as a share of learning_rate
    warm_up: int = 200  # steps
    weight_decay: float = 0.02
    clip: float = 1.0  # maximum norm of the gradient
    average: float = 0.998  # decay of the exponential average of the weights
    measure_every: int = 250  # steps between evaluations
    patience: int = 12  # the run stops after this many evaluations without improvement
    shares: Mapping[str, float] = field(default_factory=lambda: dict(SHARES))  # relative shares of the styles present
    own_share: float = 0.5  # share of the user's own scores, if any; the other styles divide the rest
    seed: int = 7
    bf16: bool = False  # bfloat16 arithmetic where torch supports it
