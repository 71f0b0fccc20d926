"""Training of the progression model: chord and bass on each beat, given the tune and the chords before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from arranger.lab.progression.network import ProgressionBatch, ProgressionConfig, ProgressionNetwork, loss_of
from arranger.lab.progression.pieces import SPLITS, ProgressionExample, corpora_of, load_examples
from arranger.lab.training import workers
from arranger.lab.training.config import TrainingConfig
from arranger.lab.training.loop import Task
from arranger.lab.training.request import TrainingRequest
from arranger.models.progression.vocabulary import FINGERPRINT

CONFIG = TrainingConfig(
    steps=900, batch=24, learning_rate=4e-3, warm_up=50, weight_decay=0.05, average=0.98, measure_every=100
)
_LONGEST = 96  # slots of a training crop, at most
_PARTS = ("root", "quality", "inversion")


@dataclass
class ProgressionTask(Task):
    """The training task of the progression network."""

    train: Sequence[ProgressionExample]
    valid: Sequence[ProgressionExample]
    corpora: Sequence[str] = ()  # names in the catalogue
    config: TrainingConfig = CONFIG
    network_config: ProgressionConfig = field(default_factory=ProgressionConfig)
    fingerprint: str = FINGERPRINT

    def about(self) -> dict[str, Any]:
        """Return the number of tunes of each style and split, and the names of the corpora."""
        sides = {"train": self.train, "valid": self.valid}
        tunes = {side: dict(Counter(one.style for one in examples)) for side, examples in sides.items()}
        return {"tunes": tunes, "corpora": list(self.corpora)}

    def build(self) -> nn.Module:
        """Return a new network."""
        return ProgressionNetwork(self.network_config)

    def surprise(self, network: nn.Module, step: int) -> Tensor:
        """Return the losses, in nats per slot, in this process's part of a batch; styles have equal shares."""
        rng = np.random.default_rng([self.config.seed, step])
        styles = sorted({one.style for one in self.train})
        drawn = []
        for style in rng.integers(len(styles), size=self.config.batch):
            own = [one for one in self.train if one.style == styles[int(style)]]
            drawn.append(_crop(own[int(rng.integers(len(own)))], rng))
        return loss_of(network, batch_of(workers.own(drawn))).sum(dim=-1)

    def measure(self, network: nn.Module) -> tuple[float, dict[str, Any]]:
        """Return the loss in nats per slot, averaged over the styles, and the losses of each style."""
        network.eval()
        styles = sorted({one.style for one in self.valid})
        figures = {style: _measured(network, [one for one in self.valid if one.style == style]) for style in styles}
        return float(np.mean([each["nats"] for each in figures.values()])), figures


def task_of(request: TrainingRequest) -> ProgressionTask:
    """Return the training task of a run, with its examples loaded."""
    chosen = corpora_of(request)
    train, valid = (load_examples(split, chosen, request.cache) for split in SPLITS)
    return ProgressionTask(train, valid, tuple(corpus.name for corpus, _ in chosen), request.config(CONFIG))


def batch_of(examples: Sequence[ProgressionExample]) -> ProgressionBatch:
    """Return a batch of examples padded to the longest one."""
    size = max(len(one.tokens) for one in examples)
    features = np.stack([np.pad(one.features, ((0, size - len(one.features)), (0, 0))) for one in examples])
    tokens = np.stack(
        [np.pad(one.tokens, ((0, size - len(one.tokens)), (0, 0)), constant_values=-1) for one in examples]
    )
    lengths = torch.tensor([len(one.tokens) for one in examples])
    return ProgressionBatch(torch.from_numpy(features), lengths, torch.from_numpy(tokens))


def _crop(example: ProgressionExample, rng: np.random.Generator) -> ProgressionExample:
    """Return a random stretch of at most ``_LONGEST`` slots."""
    start = int(rng.integers(0, max(1, len(example.tokens) - _LONGEST + 1)))
    rows = slice(start, start + _LONGEST)
    return ProgressionExample(example.style, example.features[rows], example.tokens[rows])


def _measured(network: nn.Module, examples: Sequence[ProgressionExample]) -> dict[str, float]:
    """Return the mean losses in nats per slot of root, quality and inversion, and their sum."""
    with torch.no_grad():
        parts = loss_of(network, batch_of(examples)).mean(dim=0).tolist()
    named = zip(_PARTS, parts, strict=True)
    return {"nats": round(sum(parts), 4), **{name: round(value, 4) for name, value in named}}
