"""``arranger compose``: a tune, the continuation of one, or an answer to one."""

from __future__ import annotations

from pathlib import Path

import click

from arranger.commands.errors import refusals
from arranger.commands.streams import PIPE, read_from, write_to
from arranger.composing.compose import Request, compose
from arranger.formats.reading import read_lead_sheet
from arranger.formats.writing import to_musicxml, write_score


def run(prompt: str, target: str, request: Request) -> None:
    """Compose and write."""
    with refusals():
        sheet = compose(request, read_from(prompt, read_lead_sheet) if prompt else None)
        if target == PIPE:
            write_to(PIPE, to_musicxml(sheet.score))
        else:
            click.echo(f"wrote {write_score(sheet.score, Path(target))}", err=True)
