"""``arranger train``: one run, from reading the scores to writing weights with a card.

A run folder holds the checkpoints and the log (`arranger.lab.training.loop`), ``log.svg``, and in ``weights/`` the
weights of the best checkpoint with their card: ``arrange --model RUN/weights`` arranges with them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import click
import torch

from arranger.lab.training import workers
from arranger.lab.training.log_plot import plot
from arranger.lab.training.loop import Trainer, TrainingProgress
from arranger.lab.training.networks import NETWORKS
from arranger.lab.training.request import TrainingRequest
from arranger.lab.training.shipping import read_state

_OF_START = ("name", "date", "command", "seed", "steps", "seconds", "start")  # of the card of the starting weights

Told = Callable[[TrainingProgress], object]


def run(request: TrainingRequest) -> None:
    """Train, plot the log and write the weights. Raises ValueError for options that do not go together."""
    torch.set_num_threads(request.threads)
    torch.use_deterministic_algorithms(True)
    with workers.group():
        network = NETWORKS[request.network]
        network.check(request)
        check_folder(request)
        request.out.mkdir(parents=True, exist_ok=True)
        trainer = Trainer(request.out, network.task_of(request))
        if trainer.resume():
            workers.say(f"{request.out}: resuming after step {trainer.step}")
        elif request.start:
            trainer.start_from(trainer.task.adapted(read_state(request.start), request.start))
        if workers.rank() == 0:
            write_config(trainer, request)
        workers.wait()
        _train(trainer, request)
        if workers.rank() == 0:
            workers.say(plot(request.out))
            network.promote(request)


def check_folder(request: TrainingRequest) -> None:
    """Raise ValueError if a new run would overwrite another, or if there is no run to resume."""
    there = (request.out / "last.pt").exists()
    if there and not request.resume:
        raise ValueError(f"{request.out}: already holds a run; continue it with --resume or choose another --out")
    if request.resume and not there:
        raise ValueError(f"{request.out}: there is no run to resume; leave out --resume to start one")


def write_config(trainer: Trainer, request: TrainingRequest) -> None:
    """Write ``config.json``, all that the run depends on; a resumed run adds its schedule to the earlier ones."""
    path, config = trainer.folder / "config.json", trainer.config
    earlier = json.loads(path.read_text(encoding="utf-8")) if trainer.step else {}
    written = {
        "command": request.command,
        "kind": request.network,
        "schedule": [*earlier.get("schedule", ()), {"from_step": trainer.step, "to_step": config.steps}],
        "processes": workers.count(),
        "training": asdict(config),
        "network": asdict(trainer.task.network_config),
        **trainer.task.about(),
    }
    if "start" in earlier:
        written["start"] = earlier["start"]
    elif request.start:
        card = json.loads((request.start / "card.json").read_text(encoding="utf-8"))
        written["start"] = {name: card.get(name) for name in _OF_START}
    path.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def _train(trainer: Trainer, request: TrainingRequest) -> None:
    """Train with a progress bar on a terminal; elsewhere report each evaluation on a line."""
    seconds = 60 * request.minutes if request.minutes else float("inf")
    hidden = workers.rank() > 0 or not sys.stderr.isatty()
    left = max(0, trainer.config.steps - trainer.step)
    board: Told = _board(request)
    with click.progressbar(length=left, label="Training", file=sys.stderr, hidden=hidden, item_show_func=_shown) as bar:

        def told(progress: TrainingProgress) -> None:
            bar.update(1, progress)
            board(progress)
            if hidden and progress.measured:
                workers.say(f"step {progress.step}: {_shown(progress)}")

        trainer.train(seconds=seconds, told=told)


def _shown(progress: TrainingProgress | None) -> str:
    if progress is None:
        return ""
    measured = f", objective {progress.measured['objective']}" if progress.measured else ""
    return f"loss {progress.loss:.3f}{measured}"


def _board(request: TrainingRequest) -> Told:
    """Return a callback that writes TensorBoard files if requested. Raises ValueError if it is not installed."""
    if not request.tensorboard or workers.rank() > 0:
        return lambda progress: None
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise ValueError("--tensorboard: TensorBoard is not installed; pip install 'arranger[tensorboard]'") from None
    writer: Any = SummaryWriter(str(request.out / "tensorboard"))

    def told(progress: TrainingProgress) -> None:
        writer.add_scalar("loss", progress.loss, progress.step)
        if progress.measured:
            writer.add_scalar("objective", progress.measured["objective"], progress.step)
            writer.flush()

    return told
