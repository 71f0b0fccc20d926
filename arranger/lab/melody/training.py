"""Training of the melody model: prediction of the next note of a tune.

Chords are removed from half of the training crops, so that the model works with and without them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from arranger.lab.melody.encoded import EncodedTune
from arranger.lab.melody.network import MelodyConfig, MelodyNetwork, TuneBatch, surprise_of
from arranger.lab.melody.sources import tunes_for
from arranger.lab.training import workers
from arranger.lab.training.config import TrainingConfig
from arranger.lab.training.loop import Task
from arranger.lab.training.request import TrainingRequest
from arranger.models.melody.events import Events
from arranger.models.melody.vocabulary import CHORD_COLUMNS, FINGERPRINT

CONFIG = TrainingConfig(steps=2000, batch=32, learning_rate=3e-3, warm_up=200, measure_every=250, patience=8)
_LONGEST = 128  # events of a training crop, at most
_WITHOUT_CHORDS = 0.5  # probability that the chords of a crop are removed


@dataclass(frozen=True)
class MelodyTask(Task):
    """The training task of the melody network: to predict the duration and the pitch of the next note."""

    train: Sequence[EncodedTune]
    valid: Sequence[EncodedTune]
    config: TrainingConfig = CONFIG
    network_config: MelodyConfig = field(default_factory=MelodyConfig)
    fingerprint: str = FINGERPRINT

    def about(self) -> dict[str, Any]:
        """Return the number of tunes of each set and split."""
        sides = {"train": self.train, "valid": self.valid}
        return {"tunes": {side: dict(Counter(tune.source for tune in tunes)) for side, tunes in sides.items()}}

    def build(self) -> nn.Module:
        """Return a new network."""
        return MelodyNetwork(self.network_config)

    def surprise(self, network: nn.Module, step: int) -> Tensor:
        """Return the losses, in nats, of the notes in this process's part of a batch, (note,)."""
        rng = np.random.default_rng([self.config.seed, step])
        drawn = [
            _crop(self.train[int(index)].events, rng) for index in rng.integers(len(self.train), size=self.config.batch)
        ]
        lengths, pitches = surprise_of(network, batch_of(workers.own(drawn)))
        return lengths + pitches

    def measure(self, network: nn.Module) -> tuple[float, dict[str, Any]]:
        """Return the loss on the validation tunes in nats per note, its parts, and the loss of each corpus."""
        found = nats_per_note(network, self.valid)
        corpora = sorted({tune.source for tune in self.valid})
        each = {name: nats_per_note(network, [one for one in self.valid if one.source == name]) for name in corpora}
        return found["nats"], {**found, "corpora": {name: of["nats"] for name, of in each.items()}}


def task_of(request: TrainingRequest) -> MelodyTask:
    """Return the training task of a run, with its tunes loaded."""
    train, valid = tunes_for(request)
    sizes = MelodyConfig() if request.dropout is None else MelodyConfig(dropout=request.dropout)
    return MelodyTask(train, valid, request.config(CONFIG), sizes)


def batch_of(tunes: Sequence[Events]) -> TuneBatch:
    """Return a batch of tunes padded to the longest one."""
    size = max(len(tune.pitch) for tune in tunes)
    real = np.stack([np.arange(size) < len(tune.pitch) for tune in tunes])
    context = np.stack([np.pad(tune.context, ((0, size - len(tune.pitch)), (0, 0))) for tune in tunes])
    pitch, length = (
        np.stack([np.pad(getattr(tune, name), (0, size - len(tune.pitch))) for tune in tunes])
        for name in ("pitch", "length")
    )
    return TuneBatch(*(torch.from_numpy(array) for array in (context, pitch, length, real)))


def without_chords(tune: Events) -> Events:
    """Return a tune without chords in its context."""
    context = tune.context.copy()
    context[:, CHORD_COLUMNS] = 0
    return replace(tune, context=context)


def _crop(tune: Events, rng: np.random.Generator) -> Events:
    """Return a random stretch of at most ``_LONGEST`` events, with or without chords."""
    start = int(rng.integers(0, max(1, len(tune.pitch) - _LONGEST + 1)))
    rows = slice(start, start + _LONGEST)
    crop = Events(tune.context[rows], tune.pitch[rows], tune.length[rows])
    return without_chords(crop) if rng.random() < _WITHOUT_CHORDS else crop


def nats_per_note(network: nn.Module, tunes: Sequence[EncodedTune]) -> dict[str, float]:
    """Return the loss in nats per note (pitch, duration, and their sum) over whole tunes without chords."""
    network.eval()
    totals, count = np.zeros(2), 0
    ordered = sorted((without_chords(tune.events) for tune in tunes), key=lambda tune: len(tune.pitch))
    with torch.no_grad():
        for start in range(0, len(ordered), 32):
            lengths, pitches = surprise_of(network, batch_of(ordered[start : start + 32]))
            totals += [lengths.double().sum().item(), pitches.double().sum().item()]
            count += len(lengths)
    length, pitch = (totals / count).tolist()
    return {"nats": round(length + pitch, 4), "pitch": round(pitch, 4), "duration": round(length, 4)}
