"""The training loop: resumable, deterministic for a given seed, in one process or several.

AdamW with linear warm-up, cosine decay and gradient clipping. An exponential average of the weights is evaluated and
shipped. The batch of step n depends on the seed and n alone, so a resumed run gives the same result as an uninterrupted
one. Several processes (``torchrun``, gloo) share each batch; each process divides its summed loss by the number of
cells of all processes, and the gradients are added, so the result is that of a single process.

A run folder holds ``config.json``, ``log.jsonl``, ``log.svg``, ``last.pt`` and ``best.pt`` (tensors and
plain values only, loaded with ``weights_only=True``).
"""

from __future__ import annotations

import json
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from arranger.lab.training import workers
from arranger.lab.training.config import TrainingConfig
from arranger.lab.training.shipping import fitting

STAMP = {"fingerprint", "network_config"}  # what a checkpoint and a task must have in common


class Task(ABC):
    """A training task: the network, its training data, its loss and its evaluation."""

    network_config: Any  # a dataclass with the sizes of the network
    config: TrainingConfig
    fingerprint: str  # identifies the vocabulary; weights and program must agree in it

    @abstractmethod
    def build(self) -> nn.Module:
        """Return a new network."""

    @abstractmethod
    def surprise(self, network: nn.Module, step: int) -> Tensor:
        """Return the loss in nats of each cell in this process's share of the step's batch."""

    @abstractmethod
    def measure(self, network: nn.Module) -> tuple[float, dict[str, Any]]:
        """Return the objective, which selects the best checkpoint (lower is better), and all validation figures."""

    @abstractmethod
    def about(self) -> dict[str, Any]:
        """Return what the card says about the training data."""

    def adapted(self, state: dict[str, Tensor], folder: Path) -> dict[str, Tensor]:
        """Return the weights of a finished model adapted to this network. Raises ValueError if they do not fit."""
        return fitting(state, self.build().state_dict(), folder)


@dataclass(frozen=True)
class TrainingProgress:
    """What is reported after each step."""

    step: int
    loss: float  # mean nats per cell
    measured: Mapping[str, Any] | None  # the line of the log, if the step was followed by an evaluation


class Trainer:
    """A run: network, averaged network, optimizer, and the folder of its checkpoints."""

    def __init__(self, folder: Path, task: Task) -> None:
        config = task.config
        torch.manual_seed(config.seed)
        self.folder, self.config, self.task = folder, config, task
        self.network, self.averaged = task.build(), task.build()
        self.averaged.load_state_dict(self.network.state_dict())
        self.averaged.eval()
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        self.step, self.best, self.since_best, self.seconds = 0, math.inf, 0, 0.0

    def start_from(self, weights: Mapping[str, Tensor]) -> None:
        """Start from the weights of a finished model."""
        self.network.load_state_dict(weights)
        self.averaged.load_state_dict(weights)

    def train(
        self,
        *,
        until: int | None = None,
        seconds: float = math.inf,
        told: Callable[[TrainingProgress], object] = lambda progress: None,
    ) -> None:
        """Train up to step ``until`` (by default the last), or until the objective has stopped improving.

        After ``seconds`` of this call the run is evaluated and saved and training stops; it can be resumed later.
        ``told`` is called after each step.
        """
        began = time.monotonic()
        started, losses = began - self.seconds, []
        last = min(until or self.config.steps, self.config.steps)
        while self.step < last and self.since_best < self.config.patience:
            losses.append(self.take_step())
            enough = workers.agreed(time.monotonic() - began > seconds)
            line = None
            if self.step % self.config.measure_every == 0 or self.step == last or enough:
                self.seconds = time.monotonic() - started
                line = self.keep(sum(losses) / len(losses))
                losses = []
            told(TrainingProgress(self.step, losses[-1] if losses else line["loss"] if line else 0.0, line))
            if enough:
                return

    def take_step(self) -> float:
        """Take one optimizer step and return the loss, in mean nats per cell."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.config.learning_rate * rate_at(self.step, self.config)
        self.network.train()
        torch.manual_seed(self.config.seed * 1_000_003 + self.step + 7919 * workers.rank())  # for dropout
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.config.bf16):
            surprise = self.task.surprise(self.network, self.step).float()
        count = workers.total(surprise.numel())
        loss = surprise.sum() / max(1.0, count)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        workers.add_up(parameter.grad for parameter in self.network.parameters())
        nn.utils.clip_grad_norm_(self.network.parameters(), self.config.clip)
        self.optimizer.step()
        self.step += 1
        self._average()
        return workers.total(loss.item())

    def _average(self) -> None:
        decay = min(self.config.average, self.step / (self.step + 10))
        pairs: Iterable[tuple[Tensor, Tensor]] = zip(self.averaged.parameters(), self.network.parameters(), strict=True)
        with torch.no_grad():
            for mean, new in pairs:
                mean.lerp_(new, 1 - decay)

    def keep(self, training_loss: float) -> dict[str, Any]:
        """Evaluate, log the figures, and return the line of the log.

        Writes ``last.pt``, and ``best.pt`` if the objective is the best so far.
        """
        objective, measures = self.task.measure(self.averaged)
        better = objective < self.best
        self.best, self.since_best = (objective, 0) if better else (self.best, self.since_best + 1)
        told = {"step": self.step, "seconds": round(self.seconds), "loss": training_loss}
        line = {**told, "objective": round(objective, 4), **measures}
        if workers.rank() == 0:
            with (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
            for name in ["last", "best"] if better else ["last"]:
                save(self.folder / f"{name}.pt", {**self.state(), "measures": measures})
        return line

    def state(self) -> dict[str, Any]:
        """Return all that is needed to resume the run, as tensors and plain values."""
        return {
            "fingerprint": self.task.fingerprint,
            "network_config": asdict(self.task.network_config),
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "best": self.best,
            "since_best": self.since_best,
            "seconds": self.seconds,
        }

    def resume(self) -> bool:
        """Load the folder's last checkpoint and return whether there is one.

        Raises ValueError if it has another vocabulary or other sizes.
        """
        path = self.folder / "last.pt"
        if not path.exists():
            return False
        state = torch.load(path, weights_only=True)
        mine = self.state()
        if any(state[name] != mine[name] for name in STAMP):
            raise ValueError(f"{path}: was trained with other inputs or sizes; choose another --out")
        self.network.load_state_dict(state["network"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.best, self.since_best = state["step"], state["best"], state["since_best"]
        self.seconds = state["seconds"]
        return True


def save(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint atomically."""
    temporary = path.with_suffix(".part")
    torch.save(state, temporary)
    temporary.replace(path)


def rate_at(step: int, config: TrainingConfig) -> float:
    """Return the factor of the learning rate at a step: a linear warm-up, then a cosine decay."""
    if step < config.warm_up:
        return (step + 1) / config.warm_up
    through = (step - config.warm_up) / max(1, config.steps - config.warm_up)
    return config.final_rate + (1 - config.final_rate) * 0.5 * (1 + math.cos(math.pi * through))
