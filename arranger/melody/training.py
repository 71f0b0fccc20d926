"""Training of the melody model: one loop, resumable, deterministic for a seed.

AdamW, a warm-up and a linear descent to nothing, gradients clipped, an exponential average of the weights that is
measured and shipped. The batch of step n is drawn from the seed and n alone. Chords are left out of
half the tunes that have them. A run folder holds ``config.json``, ``log.jsonl``, ``last.pt`` and ``best.pt``.

    python -m arranger.melody.training --out runs/melody-v1
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from arranger.melody.events import Events
from arranger.melody.network import Batch, MelodyConfig, MelodyNetwork, surprise_of
from arranger.melody.tunes import Tune, load_tunes
from arranger.melody.vocabulary import CHORD_COLUMNS, FINGERPRINT
from arranger.model.loop import save


@dataclass(frozen=True)
class TrainingConfig:
    """Everything a run depends on but the data."""

    steps: int = 2000
    batch: int = 32
    longest: int = 128  # events of a crop
    learning_rate: float = 3e-3
    warm_up: int = 200  # steps
    weight_decay: float = 0.02
    clip: float = 1.0
    average: float = 0.998  # decay of the averaged weights
    measure_every: int = 250  # steps
    patience: int = 8  # measurements without a better one before the run stops
    without_chords: float = 0.5
    seed: int = 7


def batch_of(tunes: Sequence[Events]) -> Batch:
    """Return tunes padded to the longest of them."""
    size = max(len(tune.pitch) for tune in tunes)
    real = np.stack([np.arange(size) < len(tune.pitch) for tune in tunes])
    context = np.stack([np.pad(tune.context, ((0, size - len(tune.pitch)), (0, 0))) for tune in tunes])
    pitch, length = (
        np.stack([np.pad(getattr(tune, name), (0, size - len(tune.pitch))) for tune in tunes])
        for name in ("pitch", "length")
    )
    return Batch(*(torch.from_numpy(array) for array in (context, pitch, length, real)))


def without_chords(tune: Events) -> Events:
    """Return a tune whose chords are not told."""
    context = tune.context.copy()
    context[:, CHORD_COLUMNS] = 0
    return replace(tune, context=context)


def draw(tunes: Sequence[Tune], config: TrainingConfig, step: int) -> Batch:
    """Return the batch of a step: crops of random tunes, with or without their chords."""
    rng = np.random.default_rng([config.seed, step])
    drawn = []
    for place in rng.integers(len(tunes), size=config.batch):
        tune = tunes[int(place)].events
        start = int(rng.integers(0, max(1, len(tune.pitch) - config.longest + 1)))
        rows = slice(start, start + config.longest)
        crop = Events(tune.context[rows], tune.pitch[rows], tune.length[rows])
        drawn.append(without_chords(crop) if rng.random() < config.without_chords else crop)
    return batch_of(drawn)


def rate_at(step: int, config: TrainingConfig) -> float:
    """Return the share of the learning rate at a step."""
    return min((step + 1) / config.warm_up, 1 - step / config.steps)


def nats_per_note(network: MelodyNetwork, tunes: Sequence[Tune]) -> dict[str, float]:
    """Return the nats of a note (its pitch, its duration, both) over whole tunes, chords untold."""
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


class Trainer:
    """A run: network, averaged network, optimizer, schedule, and the folder they are kept in."""

    def __init__(self, folder: Path, config: TrainingConfig, network: MelodyConfig) -> None:
        torch.manual_seed(config.seed)
        self.folder, self.config = folder, config
        self.network, self.averaged = MelodyNetwork(network), MelodyNetwork(network)
        self.averaged.load_state_dict(self.network.state_dict())
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        self.step, self.best, self.since_best, self.seconds = 0, math.inf, 0, 0.0

    def train(self, tunes: Sequence[Tune], valid: Sequence[Tune], *, until: int | None = None) -> None:
        """Train until a step, by default the last, or until no measurement has been better for long."""
        started, losses = time.monotonic() - self.seconds, []
        while self.step < (until or self.config.steps) and self.since_best < self.config.patience:
            losses.append(self.take_step(draw(tunes, self.config, self.step)))
            if self.step % self.config.measure_every == 0 or self.step == self.config.steps:
                self.seconds = time.monotonic() - started
                self.keep(nats_per_note(self.averaged, valid), float(np.mean(losses)))
                losses = []

    def take_step(self, batch: Batch) -> float:
        """Take one step down the loss, nats a note, and return it."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.config.learning_rate * rate_at(self.step, self.config)
        self.network.train()
        torch.manual_seed(self.config.seed * 1_000_003 + self.step)  # dropout
        lengths, pitches = surprise_of(self.network, batch)
        loss = lengths.mean() + pitches.mean()
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

    def keep(self, measures: dict[str, float], training_loss: float) -> None:
        """Log a measurement and write the checkpoints it earns."""
        better = measures["nats"] < self.best
        self.best, self.since_best = (measures["nats"], 0) if better else (self.best, self.since_best + 1)
        line = {"step": self.step, "seconds": round(self.seconds), "loss": round(training_loss, 4), **measures}
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        for name in ["last", "best"] if better else ["last"]:
            save(self.folder / f"{name}.pt", {**self.state(), "measures": measures})

    def state(self) -> dict[str, Any]:
        """Return all a resumed run needs, as tensors and plain values."""
        modules = ("network", "averaged", "optimizer")
        return {
            "fingerprint": FINGERPRINT,
            "network_config": asdict(self.network.config),
            **{name: getattr(self, name).state_dict() for name in modules},
            **{name: getattr(self, name) for name in ("step", "best", "since_best", "seconds")},
        }

    def resume(self) -> bool:
        """Go on from the folder's last checkpoint, if there is one; ValueError if it is of another vocabulary."""
        path = self.folder / "last.pt"
        if not path.exists():
            return False
        state = torch.load(path, weights_only=True)
        if state["fingerprint"] != FINGERPRINT or state["network_config"] != asdict(self.network.config):
            raise ValueError(f"{path}: trained with other inputs or sizes; choose another --out")
        for name in ("network", "averaged", "optimizer"):
            getattr(self, name).load_state_dict(state[name])
        for name in ("step", "best", "since_best", "seconds"):
            setattr(self, name, state[name])
        return True


def write_config(trainer: Trainer) -> None:
    """Write what the run depends on; where it goes on with other steps than before, since when."""
    path, config = trainer.folder / "config.json", trainer.config
    earlier = json.loads(path.read_text(encoding="utf-8"))["schedule"] if trainer.step else []
    written = {
        "command": f"python -m arranger.melody.training --out RUN --steps {config.steps} --seed {config.seed}",
        "schedule": [*earlier, {"from_step": trainer.step, "to_step": config.steps}],
        "training": asdict(config),
        "network": asdict(trainer.network.config),
    }
    path.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(prog="python -m arranger.melody.training", description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="folder of the run; goes on where it stopped")
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"), help="folder of the encoded tunes")
    parser.add_argument("--steps", type=int, default=TrainingConfig.steps)
    parser.add_argument("--seed", type=int, default=TrainingConfig.seed)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    config = TrainingConfig(steps=options.steps, seed=options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(options.out, config, MelodyConfig())
    trainer.resume()
    write_config(trainer)
    trainer.train(*(load_tunes(split, options.cache) for split in ("train", "valid")))


if __name__ == "__main__":
    main()
