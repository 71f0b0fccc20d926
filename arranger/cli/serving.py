"""``arranger serve`` and ``mcp``: their options."""

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


@click.command()
@click.option(
    "--folder",
    default=".",
    show_default=True,
    metavar="DIR",
    help="The only folder whose files the tools read and write.",
)
def mcp(folder: str) -> None:
    """Offer tools to assistants: arrange, check, explain and render, over the Model Context Protocol.

    It answers on standard input and output, as assistants start it. It needs the extras `mcp` and `studio`.
    """
    from arranger.commands.errors import Refusal, refusals

    with refusals():
        from pathlib import Path

        try:
            from arranger.studio.assistants import serve as run
        except ModuleNotFoundError as error:
            raise Refusal(
                f"tools for assistants need {error.name}, which is not installed; pip install 'arranger[mcp,studio]'"
            ) from error
        if not Path(folder).is_dir():
            raise Refusal(f"{folder}: there is no such folder; choose another with --folder")
        run(Path(folder))
