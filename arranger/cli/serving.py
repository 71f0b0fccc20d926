"""``arranger serve``: its options."""

from __future__ import annotations

import click


@click.command()
@click.option(
    "--port",
    default=8323,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port on this computer; 0 takes a free one.",
)
@click.option(
    "--folder",
    default="",
    metavar="DIR",
    help="Where projects are kept. By default a folder named arranger among the data of your programs.",
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option(
    "--workers",
    default=0,
    type=click.IntRange(0, 64),
    help="How many arrangements are made side by side. By default one less than the computer has processors.",
)
def serve(port: int, folder: str, no_browser: bool, workers: int) -> None:
    """Open the studio, in which scores are arranged, edited and heard, in a browser.

    It answers on this computer alone and sends nothing anywhere. It needs the extra `studio`.
    """
    from arranger.commands.errors import refusals

    with refusals():
        from arranger.studio.serving import Wish
        from arranger.studio.serving import serve as run

        run(Wish(port, folder, not no_browser, workers), lambda text: click.echo(text, err=True))
