"""Training of the part model: one loop, resumable, deterministic for a seed.

AdamW with a warm-up and a cosine, gradients clipped, an exponential average of the weights that is
what is measured and shipped. Examples of step n are drawn from the seed and n alone, so a resumed
run goes on as if it had never stopped. A run folder holds ``config.json``, ``log.jsonl``,
``last.pt`` and ``best.pt`` (tensors and plain values only: loaded with ``weights_only=True``).

    python -m arranger.model.training --data-hymns hymns/ --out runs/part-v1
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from arranger.model.evaluation import Measures, measure
from arranger.model.examples import Example, ExampleConfig, random_example
from arranger.model.features import FINGERPRINT, WIDTH, Floats
from arranger.model.network import Batch, NetworkConfig, PartNetwork
from arranger.model.pieces import Piece, load_pieces
from arranger.model.vocabulary import move_of


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
    hymn_share: float = 0.42
    seed: int = 7


def batch_of(examples: Sequence[Example]) -> Batch:
    """Return examples padded to the longest of them."""
    length = torch.tensor([len(example.tokens) for example in examples])
    return Batch(
        inputs=_padded([torch.from_numpy(example.inputs) for example in examples], 0.0),
        tokens=_padded([torch.from_numpy(example.tokens) for example in examples], 0),
        known=_padded([torch.from_numpy(example.known) for example in examples], True),
        length=length,
    )


def _padded(rows: Sequence[Tensor], filling: float) -> Tensor:
    return torch.nn.utils.rnn.pad_sequence(list(rows), batch_first=True, padding_value=filling)


def loss_of(network: PartNetwork, batch: Batch) -> Tensor:
    """Return the mean negative log-probability of the unknown cells, in nats."""
    moves = torch.from_numpy(move_of(batch.tokens.numpy()))
    surprise = -network(batch).gather(-1, moves[..., None])[..., 0]
    mean: Tensor = surprise[~batch.known].mean()
    return mean


def foretell(network: PartNetwork, examples: Sequence[Example]) -> list[Floats]:
    """Return what a network says of examples, for `measure`."""
    network.eval()
    with torch.no_grad():
        log_probs = network(batch_of(examples)).numpy()
    return [rows[: len(example.tokens)] for rows, example in zip(log_probs, examples, strict=True)]


class Trainer:
    """A run: network, averaged network, optimizer, and the folder they are kept in."""

    def __init__(self, folder: Path, config: TrainingConfig, network: NetworkConfig) -> None:
        torch.manual_seed(config.seed)
        self.folder, self.config = folder, config
        self.network, self.averaged = PartNetwork(network), PartNetwork(network)
        self.averaged.load_state_dict(self.network.state_dict())
        self.averaged.eval()
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        self.step, self.best, self.since_best = 0, math.inf, 0
        self.seconds = 0.0

    def train(
        self, pieces: Sequence[Piece], valid: Sequence[Piece], examples: ExampleConfig, *, until: int | None = None
    ) -> None:
        """Train until a step, by default the last, or until no measurement has been better for long."""
        started, losses = time.monotonic() - self.seconds, []
        while self.step < (until or self.config.steps) and self.since_best < self.config.patience:
            losses.append(self.take_step(draw(pieces, examples, self.config, self.step)))
            if self.step % self.config.measure_every == 0 or self.step == self.config.steps:
                self.seconds = time.monotonic() - started
                self.keep(measure(partial(foretell, self.averaged), valid), float(np.mean(losses)))
                losses = []

    def take_step(self, batch: Batch) -> float:
        """Take one step down the loss and return it."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.config.learning_rate * rate_at(self.step, self.config)
        self.network.train()
        torch.manual_seed(self.config.seed * 1_000_003 + self.step)  # dropout
        loss = loss_of(self.network, batch)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.config.clip)
        self.optimizer.step()
        self.step += 1
        decay = min(self.config.average, self.step / (self.step + 10))
        with torch.no_grad():
            for mean, new in zip(self.averaged.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(new, 1 - decay)
        return loss.item()

    def keep(self, measures: Measures, training_loss: float) -> None:
        """Log a measurement and write the checkpoints it earns."""
        better = measures.objective < self.best
        self.best, self.since_best = (measures.objective, 0) if better else (self.best, self.since_best + 1)
        line = {"step": self.step, "seconds": round(self.seconds), "loss": training_loss, **measures.summary()}
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        for name in ["last", "best"] if better else ["last"]:
            save(self.folder / f"{name}.pt", {**self.state(), "measures": measures.summary()})

    def state(self) -> dict[str, Any]:
        """Return all a resumed run needs, as tensors and plain values."""
        return {
            "fingerprint": FINGERPRINT,
            "network_config": asdict(self.network.config),
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "best": self.best,
            "since_best": self.since_best,
            "seconds": self.seconds,
        }

    def resume(self) -> bool:
        """Go on from the folder's last checkpoint, if there is one; ValueError if it is of another vocabulary."""
        path = self.folder / "last.pt"
        if not path.exists():
            return False
        state = torch.load(path, weights_only=True)
        if state["fingerprint"] != FINGERPRINT or state["network_config"] != asdict(self.network.config):
            raise ValueError(f"{path}: trained with other inputs or sizes; choose another --out")
        self.network.load_state_dict(state["network"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.best, self.since_best = state["step"], state["best"], state["since_best"]
        self.seconds = state["seconds"]
        return True


def save(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint whole or not at all."""
    temporary = path.with_suffix(".part")
    torch.save(state, temporary)
    temporary.replace(path)


def draw(pieces: Sequence[Piece], examples: ExampleConfig, config: TrainingConfig, step: int) -> Batch:
    """Return the batch of a step: hymns in their share, each style's pieces with even odds."""
    rng = np.random.default_rng([config.seed, step])
    styles = {style: [piece for piece in pieces if piece.style == style] for style in ("chorale", "hymn")}
    drawn = []
    for _ in range(config.batch):
        style = "hymn" if rng.random() < config.hymn_share else "chorale"
        chosen = styles[style] or list(pieces)
        drawn.append(random_example(chosen[int(rng.integers(len(chosen)))], examples, rng))
    return batch_of(drawn)


def rate_at(step: int, config: TrainingConfig) -> float:
    """Return the share of the learning rate at a step: a linear warm-up, then a cosine."""
    if step < config.warm_up:
        return (step + 1) / config.warm_up
    through = (step - config.warm_up) / max(1, config.steps - config.warm_up)
    return config.final_rate + (1 - config.final_rate) * 0.5 * (1 + math.cos(math.pi * through))


def write_config(trainer: Trainer) -> None:
    """Write what the run depends on; a run that is resumed with other steps keeps the schedule it had before."""
    path, config = trainer.folder / "config.json", trainer.config
    earlier = json.loads(path.read_text(encoding="utf-8"))["schedule"] if trainer.step else []
    written = {
        "command": "python -m arranger.model.training --data-hymns HYMNS --out RUN "
        f"--steps {config.steps} --seed {config.seed}",
        "schedule": [*earlier, {"from_step": trainer.step, "to_step": config.steps}],
        "training": asdict(config),
        "examples": asdict(ExampleConfig()),
        "network": asdict(trainer.network.config),
    }
    path.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(prog="python -m arranger.model.training", description=__doc__.split("\n")[0])
    parser.add_argument("--data-hymns", type=Path, required=True, help="folder of the hymns' .mxl files")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run; goes on where it stopped")
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"), help="folder of the encoded scores")
    parser.add_argument("--steps", type=int, default=TrainingConfig.steps)
    parser.add_argument("--seed", type=int, default=TrainingConfig.seed)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    config = replace(TrainingConfig(), steps=options.steps, seed=options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(options.out, config, NetworkConfig(WIDTH))
    trainer.resume()
    write_config(trainer)
    pieces, valid = (load_pieces(split, options.data_hymns, options.cache) for split in ("train", "valid"))
    trainer.train(pieces, valid, ExampleConfig())


if __name__ == "__main__":
    main()
