"""``arranger pin``: its options."""

from __future__ import annotations

import click


@click.command()
@click.argument("sheet")
@click.argument("notes", nargs=-1, metavar="['alto 12.3 = A4' ...]")
@click.option("--forbid", multiple=True, metavar="'tenor 9-12 = F4'", help="A note that you do not want.")
@click.option("--chord", multiple=True, metavar="'14.1 = Am7'", help="A chord that you want.")
@click.option(
    "--remove",
    multiple=True,
    type=click.IntRange(1),
    metavar="N",
    help="Take away the pin with this number in the list. May be repeated.",
)
@click.option("--list", "listed", is_flag=True, help="Print the pins with their numbers.")
@click.option(
    "--ensemble",
    default="",
    metavar="NAME",
    help="Whose parts the pins name; by default satb for a sheet with one part, else the parts of the score.",
)
@click.option(
    "--pins", "pins_file", default="", metavar="FILE.toml", help="The file; by default song.pins.toml beside the sheet."
)
def pin(
    sheet: str,
    notes: tuple[str, ...],
    forbid: tuple[str, ...],
    chord: tuple[str, ...],
    remove: tuple[int, ...],
    listed: bool,
    ensemble: str,
    pins_file: str,
) -> None:
    """Pin notes and chords of a sheet, so that every later arrangement of it has them.

    The pins are written to song.pins.toml beside song.musicxml, which arrange, again and batch arrange read. A pin
    for a place that has one already takes its place.
    """
    from arranger.arranging.given.pins import Pins
    from arranger.commands.errors import refusals

    with refusals():
        from arranger.commands.editing.pinning import PinRequest, run

        run(sheet, PinRequest(Pins(notes, forbid, chord), remove, listed, ensemble, pins_file))
