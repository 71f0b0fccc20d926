"""``arranger again`` and ``excerpt``: their options, and those about pins, which ``arrange`` has too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
_PINS = (
    click.option(
        "--pin",
        multiple=True,
        metavar="'alto 12.3 = A4'",
        help="A note that you want: part, printed bar and beat, and the pitch as it sounds. May be repeated.",
    ),
    click.option(
        "--forbid",
        multiple=True,
        metavar="'tenor 9-12 = F4'",
        help="A note that you do not want; without bars, nowhere.",
    ),
    click.option(
        "--chord",
        multiple=True,
        metavar="'14.1 = Am7'",
        help="A chord that you want; it lasts until the next symbol.",
    ),
    click.option(
        "--pins",
        "pins_file",
        default="",
        metavar="FILE.toml",
        help="Pins in lists pin, forbid and chord. By default song.pins.toml beside song.musicxml, if it exists.",
    ),
)


def with_pin_options(command: Command) -> Command:
    """Give a command the options about pins."""
    for option in reversed(_PINS):
        command = option(command)
    return command


@click.command()
@click.argument("score")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="OUT",
    help="File to write: .musicxml, .mxl, .mid, pages as .pdf, .png or .svg, or a project as .arranger; - writes "
    "MusicXML to standard output.",
)
@click.option(
    "--bars",
    default="",
    metavar="9-12",
    help="What is composed anew: bars by their printed numbers (9-12, or 9-10,17), bars and beats (9.3-12.1), or a "
    "rehearsal mark. By default what is marked in the score: coloured notes, and bars with the word 'again' over them.",
)
@click.option(
    "--voices",
    default="",
    metavar="PARTS",
    help="Only these parts, separated by commas, for example alto,tenor. By default all but the tune.",
)
@click.option(
    "--variants",
    default=1,
    show_default=True,
    type=click.IntRange(1, 100),
    help="How many different versions to write. Their files are numbered: out-1.musicxml.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    help="Another seed gives other notes; the same seed gives the same notes.",
)
@click.option("--best", is_flag=True, help="Write the best notes, even if they are those that stand there now.")
@click.option(
    "--also-repeats",
    is_flag=True,
    help="Bars elsewhere that were the same get the new notes too.",
)
@click.option(
    "--ensemble",
    default="",
    metavar="NAME",
    help="Who sings or plays; by default guessed from the names of the parts. `arranger ensembles` lists them.",
)
@click.option(
    "--style",
    default="",
    metavar="NAME",
    help="Style of the new notes; by default hymn or song, by the rhythm of the score.",
)
@click.option(
    "--melody", default="", metavar="PART", help="The part that has the tune; by default the ensemble's melody part."
)
@click.option(
    "--rhythm",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "written", "style"]),
    help="Rhythm of the new notes. written: that of the notes that they replace; style: as an arrangement in the style "
    "has it; auto: as written, but patterns of an accompaniment are written over new chords.",
)
@with_pin_options
@click.option("--no-model", is_flag=True, help="Compose by rules alone, without the neural network.")
@click.option("--report", default="", metavar="FILE.json", help="Write what the rules find in the result, as JSON.")
def again(score: str, **choices: object) -> None:
    """Compose bars of a finished score anew, and leave everything else as it is.

    SCORE is an arrangement or any score of two to six parts, in MusicXML, ABC, MIDI or Humdrum (- reads standard
    input), or a project (.arranger).
    """
    from arranger.commands.errors import refusals

    with refusals():
        from arranger.commands.editing.again import AgainRequest, run

        request = AgainRequest(**choices)  # type: ignore[arg-type]
        run(score, request)


@click.command()
@click.argument("score")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="OUT",
    help="File to write: .musicxml, .mxl or .mid; - writes MusicXML to standard output.",
)
@click.option(
    "--bars", required=True, metavar="9-12", help="The bars, by their printed numbers: 9-12, or 9 for a single bar."
)
def excerpt(score: str, output: str, bars: str) -> None:
    """Write some bars of a score as a score of their own.

    SCORE is a MusicXML, ABC, MIDI or Humdrum file (- reads standard input).
    """
    from arranger.commands.errors import refusals

    with refusals():
        from arranger.commands.editing.excerpting import run

        run(score, output, bars)
