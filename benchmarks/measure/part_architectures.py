"""Compares network architectures trained for the same time; the results are in docs/part-model.md.

    python -m benchmarks.measure.part_architectures --data-hymns hymns/ --task frames --budget 100
    python -m benchmarks.measure.part_architectures --data-hymns hymns/ --task part --budget 100 --only lstm

Every network gets the same processor time on one core (not wall-clock time, so that other work on the machine
hardly matters), the same examples in the same order, and a cosine decay over the steps that fit in. Task ``frames``
predicts the next sixteenth (`arranger.lab.frames.measure`), ``part`` the holes of textures
(`arranger.lab.part.measure`), and ``voice`` one hidden voice given the three others, by the orderless network
(`arranger.lab.orderless.training`). Figures are those of the validation lists.
"""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import torch

from arranger.lab.frames.network import FrameNetworkConfig
from arranger.lab.frames.training import FrameTask, changes_of_pieces
from arranger.lab.orderless.training import OrderlessTask
from arranger.lab.part.encoders import ENCODERS
from arranger.lab.part.network import NetworkConfig
from arranger.lab.part.pieces import Piece, load_pieces
from arranger.lab.part.training import PartTask
from arranger.lab.training.config import TrainingConfig
from arranger.lab.training.loop import Task, Trainer
from arranger.models.part.features import WIDTH

CORES = {
    "gru": FrameNetworkConfig(core="gru"),
    "lstm": FrameNetworkConfig(core="lstm"),
    "transformer": FrameNetworkConfig(core="transformer", units=160, layers=4),
}
_WARM = 3  # steps that are timed


def tasks(kind: str, pieces: list[Piece], valid: list[Piece], config: TrainingConfig) -> dict[str, Task]:
    """Return the tasks that are compared, by the name of the network."""
    if kind == "frames":
        frames, held_out = changes_of_pieces(pieces), changes_of_pieces(valid)
        return {name: FrameTask(core, config, frames, held_out) for name, core in CORES.items()}
    task = OrderlessTask if kind == "voice" else PartTask
    network = NetworkConfig(WIDTH)
    return {name: task(replace(network, encoder_kind=name), config, tuple(pieces), tuple(valid)) for name in ENCODERS}


def trained(task: Task, config: TrainingConfig, budget: float) -> dict[str, object]:
    """Return the figures of a network trained for ``budget`` seconds of processor time."""
    with tempfile.TemporaryDirectory() as folder:
        timed = Trainer(Path(folder), task)
        timed.take_step()
        started = time.process_time()
        for _ in range(_WARM):
            timed.take_step()
        steps = max(1, int(budget * _WARM / (time.process_time() - started)))
        config = replace(config, steps=steps, warm_up=min(config.warm_up, steps // 8), average=0.99)
        trainer = Trainer(Path(folder), replace(task, config=config))  # type: ignore[type-var]
        started = time.process_time()
        while trainer.step < steps:
            trainer.take_step()
        seconds = time.process_time() - started
        objective, measures = task.measure(trainer.averaged)
    size = sum(parameter.numel() for parameter in trainer.network.parameters())
    return {"objective": round(objective, 4), "steps": steps, "seconds": round(seconds), "size": size, **measures}


@click.command()
@click.option("--data-hymns", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--cache", type=click.Path(path_type=Path), default=Path("runs/cache"))
@click.option("--task", "kind", type=click.Choice(["frames", "part", "voice"]), default="part")
@click.option("--budget", default=100.0, help="seconds of processor time per network")
@click.option("--only", multiple=True, help="compare only these networks")
@click.option("--batch", default=12)
@click.option("--learning-rate", default=3e-3)
@click.option("--every", default=1, help="evaluate on every nth validation piece")
@click.option("--seed", default=7)
def main(data_hymns: Path, cache: Path, *, kind: str, budget: float, only: tuple[str, ...], **choices: Any) -> None:
    """Print one line of JSON per network."""
    torch.set_num_threads(1)
    pieces, valid = (load_pieces(split, data_hymns, cache) for split in ("train", "valid"))
    valid = valid[:: choices.pop("every")]
    config = replace(TrainingConfig(), warm_up=40, **choices)
    compared = tasks(kind, pieces, valid, config)
    for name in only or compared:
        click.echo(json.dumps({"network": name, **trained(compared[name], config, budget)}))


if __name__ == "__main__":
    main()
