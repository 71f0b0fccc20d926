"""Training of the chord model, by the loop that all networks share (`arranger.model.loop`).

    python -m arranger.harmony.training --out runs/chords-v1 --hymns FOLDER --sheets FOLDER

A run takes minutes on one core, goes on where it stopped, and is the same for a seed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from arranger.harmony.network import Batch, ChordConfig, ChordNetwork, surprise_of
from arranger.harmony.pieces import Example, Sources, load_examples
from arranger.harmony.vocabulary import FINGERPRINT, STYLES
from arranger.model.loop import Trainer, TrainingConfig

CONFIG = TrainingConfig(
    steps=600, batch=24, learning_rate=5e-3, warm_up=50, weight_decay=0.05, average=0.98, measure_every=100
)
_LONGEST = 96  # slots of a crop


@dataclass
class ChordTask:
    """What the chord network is to learn: chord, key and change of each slot."""

    train: Sequence[Example]
    valid: Sequence[Example]
    config: TrainingConfig = CONFIG
    network_config: ChordConfig = field(default_factory=ChordConfig)
    fingerprint: str = FINGERPRINT

    def build(self) -> nn.Module:
        """Return a new network."""
        return ChordNetwork(self.network_config)

    def surprise(self, network: nn.Module, step: int) -> Tensor:
        """Return the nats of each chord, key and change of a step's batch."""
        rng = np.random.default_rng([self.config.seed, step])
        drawn = [self.train[int(place)] for place in rng.integers(len(self.train), size=self.config.batch)]
        return torch.cat(surprise_of(network, batch_of([_crop(one, rng) for one in drawn])))

    def measure(self, network: nn.Module) -> tuple[float, dict[str, Any]]:
        """Return the mean nats of a slot over the styles, and each style's figures."""
        network.eval()
        found = {style: _measured(network, [one for one in self.valid if one.style == style]) for style in STYLES}
        figures = {style: measures for style, measures in found.items() if measures}
        return float(np.mean([measures["nats"] for measures in figures.values()])), figures


def batch_of(examples: Sequence[Example]) -> Batch:
    """Return examples padded to the longest of them."""
    size = max(len(one.chord) for one in examples)

    def padded(name: str, fill: int) -> Tensor:
        rows = [getattr(one, name) for one in examples]
        shape = [((0, size - len(row)), *((0, 0),) * (row.ndim - 1)) for row in rows]
        return torch.from_numpy(
            np.stack([np.pad(row, pad, constant_values=fill) for row, pad in zip(rows, shape, strict=True)])
        )

    lengths = torch.tensor([len(one.chord) for one in examples])
    return Batch(padded("features", 0), lengths, padded("chord", -1), padded("key", -1), padded("change", -1))


def _crop(example: Example, rng: np.random.Generator) -> Example:
    """Return at most so many slots; the change of its first is not known."""
    start = int(rng.integers(0, max(1, len(example.chord) - _LONGEST + 1)))
    rows = slice(start, start + _LONGEST)
    return Example(example.style, example.features[rows], example.chord[rows], example.key[rows])


def _measured(network: nn.Module, examples: Sequence[Example]) -> dict[str, float]:
    """Return nats of a chord, a key and a change, their sum, and the share of chords that are found."""
    if not examples:
        return {}
    with torch.no_grad():
        batch = batch_of(examples)
        nats = [float(part.mean()) for part in surprise_of(network, batch)]
        best = network(batch.features, batch.lengths)[..., : 12 * 9].argmax(dim=-1)
    known = batch.chord >= 0
    right, root = best == batch.chord, best // 9 == batch.chord // 9
    named = zip(("chord", "key", "change"), nats, strict=True)
    return {
        "nats": round(sum(nats), 4),
        **{name: round(value, 4) for name, value in named},
        "root_right": round(float(root[known].double().mean()), 4),
        "chord_right": round(float(right[known].double().mean()), 4),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(prog="python -m arranger.harmony.training", description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="folder of the run; goes on where it stopped")
    parser.add_argument("--hymns", type=Path, help="folder of the hymns' .mxl files; without, none are learned")
    parser.add_argument("--sheets", type=Path, help="folder of lead sheets, .mxl; without, none are learned")
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"), help="folder of the encoded tunes")
    parser.add_argument("--steps", type=int, default=CONFIG.steps)
    parser.add_argument("--seed", type=int, default=CONFIG.seed)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    config = TrainingConfig(**{**asdict(CONFIG), "steps": options.steps, "seed": options.seed})
    sources = Sources(options.hymns, options.sheets)
    train, valid = (load_examples(split, sources, options.cache) for split in ("train", "valid"))
    task = ChordTask(train, valid, config)
    options.out.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(options.out, config, task)
    trainer.resume()
    command = f"python -m arranger.harmony.training --out RUN --hymns FOLDER --sheets FOLDER --seed {config.seed}"
    told = {"command": command, "training": asdict(config), "network": asdict(task.network_config)}
    (options.out / "config.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    trainer.train()


if __name__ == "__main__":
    main()
