"""Training of the chord model: chord, key and chord change on each beat of a bare tune."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from arranger.lab.chords.network import ChordBatch, ChordConfig, ChordNetwork, surprise_of
from arranger.lab.chords.pieces import SPLITS, ChordExample, ChordSources, load_examples
from arranger.lab.training import workers
from arranger.lab.training.config import TrainingConfig
from arranger.lab.training.loop import Task
from arranger.lab.training.request import TrainingRequest
from arranger.models.chords.vocabulary import CHORDS, FINGERPRINT, STYLES

CONFIG = TrainingConfig(
    steps=600, batch=24, learning_rate=5e-3, warm_up=50, weight_decay=0.05, average=0.98, measure_every=100
)
_LONGEST = 96  # slots of a training crop, at most


@dataclass
class ChordTask(Task):
    """The training task of the chord network: to predict chord, key and change of each slot."""

    train: Sequence[ChordExample]
    valid: Sequence[ChordExample]
    config: TrainingConfig = CONFIG
    network_config: ChordConfig = field(default_factory=ChordConfig)
    fingerprint: str = FINGERPRINT

    def about(self) -> dict[str, Any]:
        """Return the number of tunes of each style and split."""
        sides = {"train": self.train, "valid": self.valid}
        return {"tunes": {side: dict(Counter(one.style for one in examples)) for side, examples in sides.items()}}

    def build(self) -> nn.Module:
        """Return a new network."""
        return ChordNetwork(self.network_config)

    def surprise(self, network: nn.Module, step: int) -> Tensor:
        """Return the losses, in nats, of chords, keys and changes in this process's part of a batch."""
        rng = np.random.default_rng([self.config.seed, step])
        drawn = [self.train[int(index)] for index in rng.integers(len(self.train), size=self.config.batch)]
        return torch.cat(surprise_of(network, batch_of(workers.own([_crop(one, rng) for one in drawn]))))

    def measure(self, network: nn.Module) -> tuple[float, dict[str, Any]]:
        """Return the loss in nats per slot, averaged over the styles, and the measures of each style."""
        network.eval()
        found = {style: _measured(network, [one for one in self.valid if one.style == style]) for style in STYLES}
        figures = {style: measures for style, measures in found.items() if measures}
        return float(np.mean([measures["nats"] for measures in figures.values()])), figures


def task_of(request: TrainingRequest) -> ChordTask:
    """Return the training task of a run, with its examples loaded."""
    sources = ChordSources(request.data_hymns, request.data_sheets)
    train, valid = (load_examples(split, sources, request.cache) for split in SPLITS)
    return ChordTask(train, valid, request.config(CONFIG))


def batch_of(examples: Sequence[ChordExample]) -> ChordBatch:
    """Return a batch of examples padded to the longest one."""
    size = max(len(one.chord) for one in examples)

    def padded(name: str, fill: int) -> Tensor:
        rows = [getattr(one, name) for one in examples]
        shape = [((0, size - len(row)), *((0, 0),) * (row.ndim - 1)) for row in rows]
        return torch.from_numpy(
            np.stack([np.pad(row, pad, constant_values=fill) for row, pad in zip(rows, shape, strict=True)])
        )

    lengths = torch.tensor([len(one.chord) for one in examples])
    return ChordBatch(padded("features", 0), lengths, padded("chord", -1), padded("key", -1), padded("change", -1))


def _crop(example: ChordExample, rng: np.random.Generator) -> ChordExample:
    """Return a random stretch of at most ``_LONGEST`` slots."""
    start = int(rng.integers(0, max(1, len(example.chord) - _LONGEST + 1)))
    rows = slice(start, start + _LONGEST)
    return ChordExample(example.style, example.features[rows], example.chord[rows], example.key[rows])


def _measured(network: nn.Module, examples: Sequence[ChordExample]) -> dict[str, float]:
    """Return the mean loss in nats of chords, keys and changes, their sum, and the accuracy of chords and roots."""
    if not examples:
        return {}
    with torch.no_grad():
        batch = batch_of(examples)
        nats = [float(part.mean()) for part in surprise_of(network, batch)]
        best = network(batch.features, batch.lengths)[..., :CHORDS].argmax(dim=-1)
    known = batch.chord >= 0
    right, root = best == batch.chord, best // 9 == batch.chord // 9
    named = zip(("chord", "key", "change"), nats, strict=True)
    return {
        "nats": round(sum(nats), 4),
        **{name: round(value, 4) for name, value in named},
        "root_right": round(float(root[known].double().mean()), 4),
        "chord_right": round(float(right[known].double().mean()), 4),
    }
