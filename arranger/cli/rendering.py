"""``arranger render``: its options."""

from __future__ import annotations

import click


@click.command(epilog="Example: arranger render song-satb.musicxml -o song-satb.pdf --paper octavo")
@click.argument("score")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="OUT",
    help="File to write: .pdf, or .png or .svg, one for each page.",
)
@click.option(
    "--paper",
    default="a4",
    show_default=True,
    type=click.Choice(["a4", "letter", "octavo"]),
    help="Format of the pages.",
)
@click.option(
    "--staff",
    "staff_mm",
    default=None,
    type=click.FloatRange(3, 12),
    metavar="MM",
    help="Height of a staff in millimetres. By default as is usual for the paper: 5 to 7.",
)
@click.option(
    "--dpi", "dots_per_inch", default=200, show_default=True, type=click.IntRange(50, 600), help="Resolution of a .png."
)
def render(score: str, output: str, **choices: object) -> None:
    """Write a score as pages.

    SCORE is a MusicXML, ABC, MIDI or Humdrum file (- reads standard input).
    """
    from arranger.commands.rendering import PageOptions, run

    run(score, output, PageOptions(**choices))  # type: ignore[arg-type]  # click has checked them
