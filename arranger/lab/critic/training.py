"""Training of the critic, in rounds: the program plans with the critic of the round before, the next learns to tell.

Every round trains a new network, on the plans of all rounds so far. A batch holds stretches of tunes, each once with
its composer's progression and once with a plan, so that the tune itself tells nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from arranger.lab.critic.network import CriticConfig, CriticNetwork
from arranger.lab.critic.plans import Judged, Tune, judged_tunes, tunes_of
from arranger.lab.evaluation.detector import auc
from arranger.lab.progression.pieces import SPLITS, corpora_of
from arranger.lab.training import workers
from arranger.lab.training.config import TrainingConfig
from arranger.lab.training.loop import Task, Trainer
from arranger.lab.training.request import TrainingRequest
from arranger.models.progression.critic import CRITIC_FINGERPRINT, ProgressionCritic, critic_columns
from theory.types import Floats32

CONFIG = TrainingConfig(
    steps=800, batch=24, learning_rate=2e-3, warm_up=30, weight_decay=0.05, average=0.98, measure_every=100
)
ROUNDS = 3
SHARE = 2  # a round plans one in as many tunes, the next round the next ones
_SHORTEST, _LONGEST = 8, 32  # slots of a stretch
_EDGE = 2  # slots at each end of a stretch, where the critic hears too little around them


@dataclass
class CriticTask(Task):
    """The training task of a critic."""

    train: Sequence[Judged]
    valid: Sequence[Judged]
    corpora: Sequence[str] = ()  # names in the catalogue
    config: TrainingConfig = CONFIG
    earlier: Sequence[dict[str, Any]] = ()  # validation figures of the critics of the rounds before
    network_config: CriticConfig = field(default_factory=CriticConfig)
    fingerprint: str = CRITIC_FINGERPRINT

    def about(self) -> dict[str, Any]:
        """Return the number of tunes planned in each round and list, by style, and the critics of the rounds before."""
        sides = {"train": self.train, "valid": self.valid}
        tunes = {side: Counter(f"{one.style}, round {one.round}" for one in judged) for side, judged in sides.items()}
        return {
            "tunes": {side: dict(sorted(counts.items())) for side, counts in tunes.items()},
            "corpora": list(self.corpora),
            "earlier_rounds": list(self.earlier),
        }

    def build(self) -> nn.Module:
        """Return a new network."""
        return CriticNetwork(self.network_config)

    def surprise(self, network: nn.Module, step: int) -> Tensor:
        """Return the losses, in nats per slot, in this process's part of a batch; styles have equal shares."""
        rng = np.random.default_rng([self.config.seed, step])
        slots = int(rng.integers(_SHORTEST, _LONGEST + 1))
        styles = sorted({one.style for one in self.train})
        drawn = []
        for style in rng.integers(len(styles), size=self.config.batch):
            own = [one for one in self.train if one.style == styles[int(style)] and len(one.real) >= slots]
            drawn.append(_stretch(own[int(rng.integers(len(own)))], slots, rng))
        columns = torch.from_numpy(np.concatenate(workers.own(drawn)))
        odds = network(columns)[:, _EDGE:-_EDGE]
        real = torch.tensor([1.0, 0.0]).repeat(len(columns) // 2)
        return nn.functional.binary_cross_entropy_with_logits(odds, real[:, None].expand_as(odds), reduction="none")

    def measure(self, network: nn.Module) -> tuple[float, dict[str, Any]]:
        """Return the loss in nats per slot, and the AUC of whole progressions by style and round of their plans."""
        network.eval()
        losses: list[float] = []
        figures: dict[str, Any] = {}
        groups = sorted({(one.style, one.round) for one in self.valid})
        for style, number in groups:
            odds = [_odds(network, one) for one in self.valid if (one.style, one.round) == (style, number)]
            losses += [np.logaddexp(0, -each[0]).mean() + np.logaddexp(0, each[1:]).mean() for each in odds]
            means = np.concatenate([each.mean(axis=1) for each in odds])
            real = np.concatenate([np.arange(len(each)) == 0 for each in odds])
            figures[f"{style}, round {number}"] = {"tunes": len(odds), "auc": round(auc(means, real), 3)}
        return float(np.mean(losses)) / 2, figures


def task_of(request: TrainingRequest) -> CriticTask:
    """Return the training task of the last round of a run; the rounds before are trained in folders of their own."""
    chosen, config = corpora_of(request), request.config(CONFIG)
    tunes = {split: tunes_of(split, chosen, request.cache) for split in SPLITS}
    task = CriticTask([], [], tuple(corpus.name for corpus, _ in chosen), config)
    critic = None
    rounds = request.rounds or ROUNDS
    for number in range(rounds):
        folder = request.out / f"round-{number}"
        found = {split: _judged(folder, split, tunes[split], number, critic) for split in SPLITS}
        task = CriticTask(
            [*task.train, *found["train"]], [*task.valid, *found["valid"]], task.corpora, config, task.earlier
        )
        if number < rounds - 1:
            critic, measures = _trained(folder, task)
            task.earlier = [*task.earlier, measures]
    return task


def _judged(
    folder: Path, split: str, tunes: Sequence[Tune], number: int, critic: ProgressionCritic | None
) -> list[Judged]:
    own = tunes[number % SHARE :: SHARE]

    def told(count: int) -> None:
        if count % 50 == 0:
            workers.say(f"{folder.name}: planning {split}, {count} of {len(own)} tunes")

    return judged_tunes(folder / split, own, number, critic, told)


def _trained(folder: Path, task: CriticTask) -> tuple[ProgressionCritic, dict[str, Any]]:
    """Train a critic in a folder, or go on where it was left, and return the best one and its validation figures."""
    folder.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(folder, task)
    trainer.resume()
    trainer.train()
    workers.wait()
    best = torch.load(folder / "best.pt", weights_only=True)
    workers.say(f"{folder.name}: {best['measures']}")
    return ProgressionCritic({name: each.numpy() for name, each in best["averaged"].items()}), best["measures"]


def _stretch(one: Judged, slots: int, rng: np.random.Generator) -> Floats32:
    """Return a random stretch of a tune with its composer's progression and with a plan, (2, slots, columns)."""
    start = int(rng.integers(len(one.real) - slots + 1))
    rows = slice(start, start + slots)
    plan = one.plans[int(rng.integers(len(one.plans)))]
    return critic_columns(one.features[rows], np.stack([one.real[rows], plan[rows]]))


def _odds(network: nn.Module, one: Judged) -> Floats32:
    """Return the log-odds of a tune's real progression and of its plans, (1 + K, T)."""
    with torch.no_grad():
        columns = critic_columns(one.features, np.concatenate([one.real[None], one.plans]))
        return np.asarray(network(torch.from_numpy(columns)).numpy())
