"""``arranger why``: its options."""

from __future__ import annotations

import click


@click.command()
@click.argument("score")
@click.argument("place", metavar="BAR.BEAT")
@click.argument("voice", required=False, default="", metavar="[VOICE]")
@click.option(
    "--style",
    default="",
    metavar="NAME",
    help="Style by whose rules and preferences the notes are judged, for example hymn. By default the one that suits "
    "the score.",
)
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json"]),
    help="text: in words; json: with the cost of every term, for programs.",
)
def why(score: str, place: str, voice: str, style: str, form: str) -> None:
    """Say why a note stands where it stands.

    SCORE is any score; BAR.BEAT is a printed bar and a beat, for example 12.3; VOICE is a part, for example alto, by
    default all that sound there. You learn the role of the note in its chord, what it does, and what the next
    candidates in its place would do.
    """
    from arranger.commands.errors import refusals

    with refusals():
        from arranger.commands.explaining.one_note import run

        run(score, place, voice, style=style, form=form)
