"""``arranger train``: one run, from the scores to weights with a card.

A run folder holds the checkpoints and the log (`arranger.model.loop`), ``log.svg``, and in ``weights/`` what the
best checkpoint is shipped as: `arrange --model RUN/weights` arranges with it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch

from arranger.model import workers
from arranger.model.examples import ExampleConfig
from arranger.model.export import promote
from arranger.model.features import WIDTH
from arranger.model.frame_network import FrameNetworkConfig
from arranger.model.frame_training import FrameTask, changes_of_pieces
from arranger.model.log_plot import plot
from arranger.model.loop import Progress, Task, Trainer, TrainingConfig
from arranger.model.network import NetworkConfig
from arranger.model.orderless_training import OrderlessTask
from arranger.model.own_scores import load_own_scores
from arranger.model.pieces import Piece, load_pieces, pieces_of, styles_of
from arranger.model.training import HolesTask, PartTask
from arranger.model.vocabulary import OWN_STYLE
from arranger.model.widening import widened

_CHOSEN = ("steps", "batch", "learning_rate", "warm_up", "measure_every", "chords_guessed")  # the last is of examples
ORDERLESS_CHORDS = 0.2  # share of the orderless network's examples that tell chords
_OF_START = ("name", "date", "command", "seed", "steps", "seconds", "start")  # what a card keeps of the one before

Told = Callable[[Progress], object]


@dataclass(frozen=True)
class Request:
    """What a user may choose for a run; None: as the network has it."""

    out: Path
    network: str = "part"  # or orderless, frames
    data: Path | None = None  # a folder of the user's own scores
    data_hymns: Path | None = None
    cache: Path = Path("runs/cache")
    start: Path | None = None  # folder of weights and card to begin with
    resume: bool = False
    steps: int | None = None
    batch: int | None = None
    learning_rate: float | None = None
    warm_up: int | None = None
    chords_guessed: float | None = None
    measure_every: int | None = None
    minutes: float | None = None
    seed: int = TrainingConfig.seed
    threads: int = 1
    core: str = "lstm"  # of the frames network
    dropout: float | None = None
    bf16: bool = False
    tensorboard: bool = False


def run(request: Request) -> None:
    """Train, and write what has come of it; ValueError for choices that do not go together."""
    torch.set_num_threads(request.threads)
    torch.use_deterministic_algorithms(True)
    with workers.group():
        check_folder(request)
        request.out.mkdir(parents=True, exist_ok=True)
        trainer = trainer_of(request)
        if trainer.resume():
            _say(f"{request.out}: goes on after step {trainer.step}")
        elif request.start:
            trainer.start_from(weights_to_begin_with(request.start, trainer.task))
        if workers.rank() == 0:
            write_config(trainer, request)
        workers.wait()
        _train(trainer, request)
        if workers.rank() == 0:
            _say(plot(request.out))
            if request.network != "frames":
                promote(request.out, request.out / "weights", name=request.out.name)


def check_folder(request: Request) -> None:
    """Raise ValueError where a run would be begun over another, or gone on with that there is not."""
    there = (request.out / "last.pt").exists()
    if there and not request.resume:
        raise ValueError(f"{request.out}: holds a run already; go on with it by --resume or choose another --out")
    if request.resume and not there:
        raise ValueError(f"{request.out}: there is no run to resume; leave --resume out to begin one")


def config_of(request: Request) -> TrainingConfig:
    """Return the configuration of a run: what was chosen, else what the network has by default."""
    wanted = {name: getattr(request, name) for name in _CHOSEN[:-1] if getattr(request, name) is not None}
    base = TrainingConfig()
    if request.network == "frames":
        base = replace(base, batch=16, steps=2000, learning_rate=2.5e-3, measure_every=200)
        base = replace(base, weight_decay=0.05, average=0.995, hymn_share=0.2)
    if request.network == "orderless":
        base = replace(base, batch=16, steps=2000, learning_rate=1.5e-3, average=0.995, hymn_share=0.3)
    config = replace(base, seed=request.seed, bf16=request.bf16, **wanted)
    return replace(config, warm_up=min(config.warm_up, config.steps // 8))


def trainer_of(request: Request) -> Trainer:
    """Return a run that has not begun, with all its scores read."""
    pieces, valid = (load_pieces(split, request.data_hymns, request.cache) for split in ("train", "valid"))
    if request.data is not None:
        own = load_own_scores(request.data, request.cache)
        for why in own.left_out:
            _say(f"left out: {why}")
        pieces, valid = pieces + pieces_of(own.train, OWN_STYLE), valid + pieces_of(own.valid, OWN_STYLE)
    config = config_of(request)
    return Trainer(request.out, config, _task(request, config, pieces, valid))


def _task(request: Request, config: TrainingConfig, pieces: list[Piece], valid: list[Piece]) -> Task:
    if request.network == "frames":
        network = FrameNetworkConfig(core=request.core)
        if request.dropout is not None:
            network = replace(network, dropout=request.dropout)
        return FrameTask(network, config, changes_of_pieces(pieces), changes_of_pieces(valid))
    if request.network == "orderless":
        voices = replace(ExampleConfig(), chords_given=ORDERLESS_CHORDS)
        return OrderlessTask(NetworkConfig(WIDTH), config, tuple(pieces), tuple(valid), voices)
    examples = replace(ExampleConfig(), chords_guessed=request.chords_guessed or 0.0)
    return PartTask(NetworkConfig(WIDTH), config, tuple(pieces), tuple(valid), examples)


def weights_to_begin_with(folder: Path, task: Task) -> dict[str, torch.Tensor]:
    """Return the weights of a finished model; ValueError if they are of another network."""
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    with np.load(folder / "weights.npz", allow_pickle=False) as stored:
        state = {name: torch.from_numpy(stored[name].astype(np.float32)) for name in stored.files}
    wanted = task.build().state_dict()
    if isinstance(task, OrderlessTask):
        common = {name for name in state if name in wanted and state[name].shape == wanted[name].shape}
        state = wanted | {name: state[name] for name in common}  # the encoder of a part model
    return state if card["fingerprint"] == task.fingerprint else widened(state, wanted, folder)


def write_config(trainer: Trainer, request: Request) -> None:
    """Write what the run depends on; a run that is resumed with other steps keeps the schedule it had before."""
    path, config = trainer.folder / "config.json", trainer.config
    earlier = json.loads(path.read_text(encoding="utf-8")) if trainer.step else {}
    task = trainer.task
    written = {
        "command": command_of(request),
        "kind": request.network,
        "schedule": [*earlier.get("schedule", ()), {"from_step": trainer.step, "to_step": config.steps}],
        "processes": workers.count(),
        "training": asdict(config),
        "network": asdict(task.network_config),
    }
    if isinstance(task, HolesTask):
        styles = styles_of(task.pieces)
        counts = {style: sum(piece.style == style for piece in task.pieces) for style in styles}
        written |= {"examples": asdict(task.examples), "pieces": counts}
    if "start" in earlier:
        written["start"] = earlier["start"]
    elif request.start:
        card = json.loads((request.start / "card.json").read_text(encoding="utf-8"))
        written["start"] = {name: card.get(name) for name in _OF_START}
    path.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def command_of(request: Request) -> str:
    """Return the command that makes the same run again, with names for folders of this machine.

    >>> command_of(Request(Path("/tmp/x"), data_hymns=Path("/data/hymns"), steps=400))
    'arranger train --out RUN --data-hymns HYMNS --steps 400 --seed 7'
    """
    words = ["arranger train --out RUN"]
    words += [f"--network {request.network}"] if request.network != "part" else []
    words += [f"--core {request.core}"] if request.network == "frames" else []
    words += ["--data DIR"] if request.data else []
    words += ["--data-hymns HYMNS"] if request.data_hymns else []
    words += [f"--start {request.start.name}"] if request.start else []
    for name in _CHOSEN:
        value = getattr(request, name)
        words += [f"--{name.replace('_', '-')} {value}"] if value is not None else []
    words += [f"--dropout {request.dropout}"] if request.dropout is not None else []
    words += ["--bf16"] if request.bf16 else []
    return " ".join([*words, f"--seed {request.seed}"])


def _train(trainer: Trainer, request: Request) -> None:
    """Train behind a progress bar with the time left, which a terminal alone shows."""
    seconds = 60 * request.minutes if request.minutes else float("inf")
    hidden = workers.rank() > 0 or not sys.stderr.isatty()
    left = max(0, trainer.config.steps - trainer.step)
    board: Told = _board(request)
    with click.progressbar(length=left, label="Training", file=sys.stderr, hidden=hidden, item_show_func=_shown) as bar:

        def told(progress: Progress) -> None:
            bar.update(1, progress)
            board(progress)
            if hidden and progress.measured and workers.rank() == 0:
                _say(f"step {progress.step}: {_shown(progress)}")

        trainer.train(seconds=seconds, told=told)


def _shown(progress: Progress | None) -> str:
    if progress is None:
        return ""
    measured = f", objective {progress.measured['objective']}" if progress.measured else ""
    return f"loss {progress.loss:.3f}{measured}"


def _board(request: Request) -> Told:
    """Return what writes TensorBoard's files, where they are wanted; ValueError where it is not installed."""
    if not request.tensorboard or workers.rank() > 0:
        return lambda progress: None
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise ValueError("--tensorboard needs it installed; pip install 'arranger[tensorboard]'") from None
    writer: Any = SummaryWriter(str(request.out / "tensorboard"))

    def told(progress: Progress) -> None:
        writer.add_scalar("loss", progress.loss, progress.step)
        if progress.measured:
            writer.add_scalar("objective", progress.measured["objective"], progress.step)
            writer.flush()

    return told


def _say(text: str) -> None:
    if workers.rank() == 0:
        click.echo(text, err=True)
