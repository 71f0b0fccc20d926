"""How a run is trained: the numbers that a user may choose, and those that only we do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SHARES = {"chorale": 0.58, "hymn": 0.42, "renaissance": 0.22, "quartet": 0.1}  # of a batch, to each other


@dataclass(frozen=True)
class TrainingConfig:
    """Everything a run depends on but the data."""

    steps: int = 5000
    batch: int = 32
    learning_rate: float = 2e-3
    final_rate: float = 0.03  # of the learning rate, where the cosine ends
    warm_up: int = 200  # steps
    weight_decay: float = 0.02
    clip: float = 1.0
    average: float = 0.998  # decay of the averaged weights
    measure_every: int = 250  # steps
    patience: int = 12  # measurements without a better one before the run stops
    shares: Mapping[str, float] = field(default_factory=lambda: dict(SHARES))  # of the styles there are
    own_share: float = 0.5  # of the user's own scores, where there are any; the rest is shared out as without
    seed: int = 7
    bf16: bool = False  # half-precision arithmetic where torch knows it
