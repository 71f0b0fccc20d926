"""``arranger fit``, ``evaluate`` and ``train``: their options. The commands call `arranger.lab`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from arranger.lab.evaluation.networks import Sixteenths

FOLDER = click.Path(file_okay=False, path_type=Path)
FOLDER_THERE = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("fit")
@click.option(
    "--style",
    default="chorale",
    show_default=True,
    metavar="NAME",
    help="Style to fit, with the rule profile that it uses; `arranger styles` lists them.",
)
@click.option("--hymns", default="", metavar="FOLDER", help="Fit to the hymns in FOLDER instead of Bach's chorales.")
@click.option(
    "--quartets",
    is_flag=True,
    help="Fit to string quartets by Haydn and Mozart instead of Bach's chorales: the rules that the style uses for "
    "instruments.",
)
@click.option(
    "--pieces",
    default=0,
    type=click.IntRange(0),
    help="Read at most this many pieces for training, and as many for validation; 0, the default, reads all.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    help="Random seed for drawing the alternatives with which the composer's choices are compared.",
)
@click.option(
    "--strictness",
    default=1.0,
    show_default=True,
    help="Multiply the fitted weights of the rules by this factor before they are written.",
)
@click.option("--no-model", is_flag=True, help="Fit the weights of a search without the neural part model.")
@click.option(
    "-o",
    "--output",
    default="",
    metavar="FOLDER",
    help="Write the fitted profile and style to FOLDER. By default the weights are only printed.",
)
def fit_weights(style: str, *, no_model: bool, **choices: object) -> None:
    """Learn the weights of rules and preferences from real music.

    The fitted weights are printed beside those in use.
    """
    from arranger.commands.errors import refusals

    with refusals():
        from arranger.commands.learning.fitting import FitSources, run

        run(FitSources(style=style, model=not no_model, **choices))  # type: ignore[arg-type]


@click.command()
@click.option(
    "--list",
    "lists",
    multiple=True,
    default=("valid",),
    show_default=True,
    metavar="NAME",
    help="List of chorales: valid, test or test_deepchoir; may be repeated.",
)
@click.option(
    "--ensemble",
    default="satb",
    show_default=True,
    metavar="NAME",
    help="Who sings; `arranger ensembles` lists them.",
)
@click.option(
    "--style",
    default="chorale",
    show_default=True,
    metavar="NAME",
    help="Style of the arrangements; `arranger styles` lists them.",
)
@click.option(
    "--variants",
    default=1,
    show_default=True,
    type=click.IntRange(1, 100),
    help="Arrangements per chorale; with 2 or more, the program also measures how much they differ.",
)
@click.option(
    "--beam",
    default=16,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="Beam width: how many partial arrangements the search keeps at each step.",
)
@click.option("--no-model", is_flag=True, help="Arrange by rules alone, without the neural networks.")
@click.option(
    "--weights",
    default="default",
    metavar="FOLDER",
    help="Folder of part-model weights, for example RUN/weights of `arranger train --out RUN`. By default the weights "
    "that come with arranger.",
)
@click.option(
    "--temperature",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 5),
    help="Randomness; 0 gives the best arrangement found.",
)
@click.option(
    "--top-p",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.01, 1),
    help="Nucleus sampling: keep the most probable options that together make up this probability; 1 keeps all.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    help="Random seed for --variants and --temperature.",
)
@click.option(
    "--detector",
    is_flag=True,
    help="Also train a classifier to tell the arrangements from Bach's settings; its AUC is 0.5 if it cannot.",
)
@click.option(
    "--networks",
    "networks_alone",
    is_flag=True,
    help="Also evaluate the networks alone: their loss and accuracy on Bach's settings, and how well they fill in "
    "hidden voices (reconstruction).",
)
@click.option(
    "--orderless",
    type=FOLDER_THERE,
    metavar="FOLDER",
    help="As --networks, with hidden voices filled in by the network in FOLDER, the weights of a run of "
    "`arranger train --network orderless`.",
)
@click.option(
    "--frames",
    multiple=True,
    type=FOLDER_THERE,
    metavar="RUN",
    help="As --networks, and also the loss per sixteenth note of the network in RUN, a run of `arranger train "
    "--network frames`; may be repeated to average several networks.",
)
@click.option(
    "--most", default=0, type=click.IntRange(0), metavar="N", help="Use only the first N chorales of each list; 0: all."
)
@click.option(
    "--jobs",
    default=1,
    show_default=True,
    type=click.IntRange(1),
    metavar="N",
    help="How many processes to use.",
)
@click.option(
    "-o",
    "--output",
    default="",
    metavar="FILE.json",
    help="Write all figures to a file as well; - writes them to standard output.",
)
def evaluate(output: str, frames: tuple[Path, ...], **choices: object) -> None:
    """Compare arrangements of Bach's sopranos with his settings.

    The soprano of each chorale is arranged, and the result is compared with Bach's own alto, tenor and bass. Use the
    list `valid` for all decisions, and the test lists only for final figures.
    """
    from arranger.arranging.main import Options
    from arranger.commands.learning.evaluating import run
    from arranger.lab.evaluation.reports import EvaluationRequest

    wanted = ("lists", "detector", "networks_alone", "orderless", "most", "jobs")
    chosen = {name: choices.pop(name) for name in wanted}
    request = EvaluationRequest(sixteenths=_sixteenths(frames) if frames else None, **chosen)  # type: ignore[arg-type]
    weights = choices.pop("weights")
    model = None if choices.pop("no_model") else weights
    run(request, Options(key="keep", model=model, **choices), output)  # type: ignore[arg-type]


def _sixteenths(runs: tuple[Path, ...]) -> Sixteenths:
    """Return the function that measures the loss per sixteenth of the networks of some runs."""
    from arranger.commands.errors import refusals

    _require_torch("--frames")
    with refusals():
        from arranger.lab.frames.training import heard_by

        return heard_by(runs)


def _require_torch(job: str) -> None:
    """Refuse a job that needs torch if torch is not installed."""
    from importlib.util import find_spec

    from arranger.commands.errors import Refusal

    if find_spec("torch") is None:
        raise Refusal(f"{job} needs torch, which is not installed; pip install 'arranger[train]'")


@click.command()
@click.option(
    "--out",
    required=True,
    type=FOLDER,
    metavar="RUN",
    help="Folder for the run: checkpoints, log and finished weights.",
)
@click.option(
    "--data",
    type=FOLDER_THERE,
    metavar="DIR",
    help="Folder of your own four-part scores, to be learned as a style of their own.",
)
@click.option(
    "--data-hymns",
    type=FOLDER_THERE,
    metavar="DIR",
    help="Folder of hymns (.mxl) to learn from, in addition to Bach's chorales.",
)
@click.option(
    "--data-scores",
    type=FOLDER_THERE,
    metavar="DIR",
    help="Folder that holds a folder for each set of scores named with --also.",
)
@click.option(
    "--data-sheets", type=FOLDER_THERE, metavar="DIR", help="Folder of lead sheets (.mxl), for --network chords only."
)
@click.option(
    "--also",
    type=click.Choice(
        [
            "masses",
            "quartets",
            "polish-satb",
            "gomolka-psalms",
            "goudimel-psalter",
            "mutopia-satb",
            "bloomfield-carols",
            "bloomfield-songs",
            "string-quartets",
            "lieder",
            "essen",
            "oneill",
            "ryan",
            "airs",
            "nottingham",
        ]
    ),
    multiple=True,
    metavar="NAME",
    help="Learn from more music, too; may be repeated. masses and quartets (Palestrina; Haydn and Mozart) come with "
    "music21; polish-satb, gomolka-psalms, goudimel-psalter, mutopia-satb, bloomfield-carols, bloomfield-songs, "
    "string-quartets and lieder are folders in --data-scores. essen, oneill, ryan, airs and nottingham, books of tunes "
    "for --network melody, come with music21; essen is for non-commercial use, and the others state no licence.",
)
@click.option(
    "--start",
    type=FOLDER_THERE,
    metavar="DIR",
    help="Folder of weights with their card.json to start from, for example arranger/models/weights/part-v4. By "
    "default the run starts from random weights.",
)
@click.option(
    "--network",
    type=click.Choice(["part", "orderless", "frames", "chords", "progression", "critic", "melody"]),
    default="part",
    show_default=True,
    help="part: the part model, which arranges; orderless, frames: two networks used only by `arranger evaluate`; "
    "chords: chords under a tune; progression: chords with their bass, of which plans are drawn; critic: tells such "
    "plans from composers' harmony; melody: tunes.",
)
@click.option(
    "--core",
    type=click.Choice(["gru", "lstm", "transformer"]),
    default="lstm",
    show_default=True,
    help="Kind of layers, for --network frames only.",
)
@click.option(
    "--dropout",
    type=click.FloatRange(0, 0.9),
    help="Dropout, for --network frames and melody; longer runs and less music need more. By default 0.25 and 0.15.",
)
@click.option("--resume", is_flag=True, help="Continue the run in --out where it stopped.")
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True),
    help="Stop after this many minutes; --resume continues the run.",
)
@click.option(
    "--steps",
    type=click.IntRange(1),
    help="Length of the run in training steps; the learning rate falls towards its end. By default the network's own.",
)
@click.option("--batch", type=click.IntRange(1), help="Examples per step. By default the network's own.")
@click.option(
    "--learning-rate",
    type=click.FloatRange(min=0, min_open=True),
    help="Highest learning rate, for example 0.001. By default the network's own.",
)
@click.option(
    "--warm-up",
    type=click.IntRange(0),
    help="Steps in which the learning rate rises from 0; at most an eighth of the run. By default the network's own.",
)
@click.option(
    "--chords-guessed",
    type=click.FloatRange(0, 1),
    help="For --network part: share of the examples with soprano and chords whose chords are estimated from the "
    "soprano alone. By default 0.",
)
@click.option(
    "--rounds",
    type=click.IntRange(1),
    help="For --network critic: how often plans are made to learn from, each time with the critic of the round before. "
    "By default 3.",
)
@click.option(
    "--measure-every",
    type=click.IntRange(1),
    help="Steps between two validations, each with a checkpoint. By default the network's own.",
)
@click.option("--seed", type=click.IntRange(0), default=7, show_default=True, help="Random seed of the run.")
@click.option(
    "--threads", type=click.IntRange(1), default=1, show_default=True, help="Processor threads that torch may use."
)
@click.option(
    "--bf16",
    is_flag=True,
    help="Compute in bfloat16 (half precision); compare speed and loss before you rely on it.",
)
@click.option(
    "--tensorboard", is_flag=True, help="Write a TensorBoard log as well; needs pip install 'arranger[tensorboard]'."
)
@click.option(
    "--cache",
    type=FOLDER,
    default="runs/cache",
    show_default=True,
    metavar="DIR",
    help="Folder in which encoded scores are kept for later runs.",
)
def train(**choices: object) -> None:
    """Train a network on chorales, hymns or your own scores.

    Needs pip install 'arranger[train]'. Several processes can share the work: torchrun --nproc-per-node 2 -m arranger
    train --out RUN ...
    """
    from arranger.commands.errors import refusals

    _require_torch("training")
    with refusals():
        from arranger.lab.training.request import TrainingRequest
        from arranger.lab.training.run import run

        run(TrainingRequest(**choices))  # type: ignore[arg-type]
