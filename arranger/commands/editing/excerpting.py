"""``arranger excerpt``: some bars of a score as a score of their own."""

from __future__ import annotations

from pathlib import Path

import click

from arranger.arranging.excerpt import excerpt
from arranger.commands.errors import Refusal
from arranger.commands.notices import print_notices, source_name
from arranger.commands.streams import PIPE, read_from, write_to
from arranger.formats.reading import read_score_and_notices
from arranger.formats.writing import proven_musicxml, write_score
from theory.notation.score import LeadSheet


def run(source: str, output: str, bars: str) -> None:
    """Read a score and write some bars of it."""
    score, notices = read_from(source, read_score_and_notices)
    try:
        found = excerpt(LeadSheet(score, source, tuple(notices)), bars)
    except ValueError as error:
        raise Refusal(f"{source_name(source)}: {error}") from error
    print_notices(found.notices, source)
    if output == PIPE:
        write_to(PIPE, proven_musicxml(found.score))
    else:
        click.echo(f"wrote {write_score(found.score, Path(output))}", err=True)
