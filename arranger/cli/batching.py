"""``arranger batch``: its commands, whose options are those of the commands for one file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from arranger.cli import checking, making, rendering
from arranger.formats import limits

_NOT_OF_MANY = {
    *("leadsheet", "score", "scores", "output", "variants", "form", "report", "explanation"),
    *("bars", "only_bars", "keep", "pin", "forbid", "chord", "pins_file"),  # of one piece
}
_RENDERED = {"paper", "staff_mm", "layout", "concert", "chords", "no_cues", "dots_per_inch", "tempo"}
_CHECKED = {"profile", "select", "ignore", "extend_select", "max_warnings", "exit_zero", "config"}


def _options(command: click.Command, wanted: set[str] | None = None) -> list[click.Parameter]:
    """Return those options of a command for one file that have a meaning for many."""
    return [
        each
        for each in command.params
        if (each.name in wanted if wanted is not None else each.name not in _NOT_OF_MANY)
    ]


def _of_many(function: Callable[..., None]) -> Callable[..., None]:
    """Add the inputs and the options that every command of `batch` has."""
    for decorate in reversed(
        (
            click.argument("inputs", nargs=-1, required=True, metavar="INPUTS..."),
            click.option("--out", required=True, metavar="DIR", help="Folder for the results; made if need be."),
            click.option(
                "--jobs",
                default=0,
                type=click.IntRange(0),
                metavar="N",
                help="How many processes to use.  [default: one per processor]",
            ),
            click.option(
                "--scheduler",
                default="",
                metavar="ADDRESS",
                help="Use the workers of a running Dask cluster, such as tcp://10.0.0.1:8786, instead of processes.",
            ),
            click.option(
                "--max-seconds",
                default=limits.MAX_BATCH_SECONDS,
                show_default=True,
                type=click.FloatRange(min=0, min_open=True),
                help="Give up an input that takes longer.",
            ),
            click.option(
                "--max-memory",
                default=limits.MAX_MEMORY_BYTES >> 20,
                show_default=True,
                type=click.IntRange(64),
                metavar="MB",
                help="Give up an input for which a process needs more.",
            ),
        )
    ):
        function = decorate(function)
    return function


@click.group()
def batch() -> None:
    """Do the same with many files, in several processes or on several machines.

    INPUTS are files, folders, patterns ('songs/**/*.abc'), lists of these (@FILE, one a line), and - for a list on
    standard input. A second run does only what is missing or changed. DIR gets a report (report.html), tables as
    Parquet and CSV, and the files that were made.

    Exit codes: 0 if all was done, 2 if a file was refused or failed, or nothing could be done, 130 after Ctrl-C; for
    check 1 if something was found.
    """


@batch.command()
@_of_many
@click.option(
    "--to",
    "form",
    default="musicxml",
    show_default=True,
    type=click.Choice(["musicxml", "mxl", "mid"]),
    help="Format of the arrangements.",
)
def arrange(inputs: tuple[str, ...], form: str, range_file: str, **choices: Any) -> None:
    """Arrange many lead sheets alike. The options are those of `arranger arrange`, but for those of one piece."""
    from arranger.commands.arranging import with_range_file
    from arranger.commands.batching import run, workplace
    from arranger.commands.batching.jobs import arrange_job
    from arranger.commands.errors import refusals

    with refusals():
        place = workplace(choices)
        printed = {name: choices.pop(name) for name in ("layout", "melody_part", "reduction")}
        options, words = making.options_of(choices)
        options = with_range_file(options, range_file, "") if range_file else options
        raise SystemExit(run(inputs, arrange_job(options, ending=f".{form}", words=words, **printed), place))


@batch.command()
@_of_many
def check(inputs: tuple[str, ...], **choices: Any) -> None:
    """Check many scores. The options are those of `arranger check`."""
    from arranger.commands.batching import run, workplace
    from arranger.commands.batching.jobs import check_job
    from arranger.commands.errors import refusals

    with refusals():
        place = workplace(choices)
        job, passes = check_job(choices)
        raise SystemExit(run(inputs, job, place, passes=passes))


@batch.command()
@_of_many
def analyse(inputs: tuple[str, ...], form: str, key: str, **choices: Any) -> None:
    """Analyse the harmony of many scores. The options are those of `arranger analyse`."""
    from arranger.commands.batching import run, workplace
    from arranger.commands.batching.jobs import analyse_job
    from arranger.commands.errors import refusals

    with refusals():
        raise SystemExit(run(inputs, analyse_job(form, key), workplace(choices)))


@batch.command()
@_of_many
@click.option(
    "--to",
    "form",
    default="pdf",
    show_default=True,
    type=click.Choice(["pdf", "png", "svg", "wav", "flac", "ogg"]),
    help="Format of the pages, or of sound; of png and svg there is a folder for each score.",
)
@click.option("--parts", is_flag=True, help="Also write each part as PDF and MusicXML, into a folder for each score.")
def render(inputs: tuple[str, ...], form: str, no_cues: bool, **choices: Any) -> None:
    """Write many scores as pages or sound. The options are those of `arranger render`."""
    from arranger.commands.batching import run, workplace
    from arranger.commands.batching.jobs import render_job
    from arranger.commands.errors import refusals

    with refusals():
        place = workplace(choices)
        raise SystemExit(run(inputs, render_job(f".{form}", cues=not no_cues, **choices), place))


arrange.params += _options(making.arrange)
check.params += _options(checking.check, _CHECKED)
analyse.params += _options(checking.analyse, {"form", "key"})
render.params += _options(rendering.render, _RENDERED)
