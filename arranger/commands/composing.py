"""``arranger compose``: write a tune, or continue or answer one."""

from __future__ import annotations

from pathlib import Path

import click

from arranger.commands.errors import refusals
from arranger.commands.streams import PIPE, read_from, write_to
from arranger.composing.compose import TuneRequest, compose
from arranger.formats.reading import read_lead_sheet
from arranger.formats.writing import proven_musicxml, write_score


def run(prompt: str, target: str, request: TuneRequest) -> None:
    """Compose a tune and write it as a lead sheet; ``prompt`` is a file to continue or answer, or empty."""
    with refusals():
        sheet = compose(request, read_from(prompt, read_lead_sheet) if prompt else None)
        if target == PIPE:
            write_to(PIPE, proven_musicxml(sheet.score))
        else:
            click.echo(f"wrote {write_score(sheet.score, Path(target))}", err=True)
