"""``arranger render``: its options."""

from __future__ import annotations

import click


@click.command(epilog="Example: arranger render song-satb.musicxml -o song-satb.pdf --paper octavo")
@click.argument("score")
@click.option(
    "-o", "--output", default="", metavar="OUT", help="File to write: .pdf, or .png or .svg, one for each page."
)
@click.option(
    "--parts",
    default="",
    metavar="DIR",
    help="Write each part into this folder, as PDF and MusicXML. Singers get the whole score with their own staff "
    "large, players their part alone.",
)
@click.option(
    "--paper",
    default="a4",
    show_default=True,
    type=click.Choice(["a4", "letter", "octavo"]),
    help="Format of the pages; octavo is that of choral music.",
)
@click.option(
    "--staff",
    "staff_mm",
    type=click.FloatRange(3, 12),
    metavar="MM",
    help="Height of a staff in millimetres. By default as is usual for the paper: 5 to 7.",
)
@click.option(
    "--score",
    "layout",
    type=click.Choice(["open", "closed"]),
    help="open: one staff per part; closed: four voices on two staves. By default as in the file.",
)
@click.option("--concert", is_flag=True, help="Write transposing instruments as they sound.")
@click.option(
    "--chords",
    default="own",
    show_default=True,
    type=click.Choice(["own", "all", "none"]),
    help="Which parts have the chord symbols. own: the part that has them in the score; all: every part.",
)
@click.option("--no-cues", is_flag=True, help="Leave out the small notes of another part after a long rest.")
@click.option(
    "--dpi", "dots_per_inch", default=200, show_default=True, type=click.IntRange(50, 600), help="Resolution of a .png."
)
def render(score: str, output: str, parts: str, no_cues: bool, **choices: object) -> None:
    """Write a score and its parts as pages.

    SCORE is a MusicXML, ABC, MIDI or Humdrum file (- reads standard input).
    """
    from arranger.commands.rendering import PageOptions, run

    run(score, output, parts, PageOptions(cues=not no_cues, **choices))  # type: ignore[arg-type]  # click checked them
