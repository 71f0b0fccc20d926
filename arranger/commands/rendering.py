"""``arranger render``: pages, parts and sound of a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from arranger.commands.errors import Refusal, faults, refusals
from arranger.commands.notices import print_notices
from arranger.commands.streams import numbered, read_from, write_to

if TYPE_CHECKING:
    from arranger.engraving.pages import Booklet
    from arranger.engraving.source import Source
    from theory.notation.score import Score

PAGES = (".pdf", ".png", ".svg")


@dataclass(frozen=True)
class PageOptions:
    """What the user said about pages."""

    paper: str = "a4"
    staff_mm: float | None = None  # height of a staff; None: usual for the paper
    dots_per_inch: int = 200


def is_rendered(output: str) -> bool:
    """Whether the ending of a name is that of a format that `render` writes."""
    return Path(output).suffix.lower() in PAGES


def demand_format(output: str, others: Sequence[str] = ()) -> None:
    """Raise Refusal if there is no such format, also among ``others``, or a package that it needs is missing."""
    if not is_rendered(output):
        ending = Path(output).suffix.lower() or "a file without an ending"
        raise Refusal(f"{output}: cannot write {ending}; use {', '.join((*others, *PAGES))}")
    from arranger.engraving.engraver import demand_packages

    with refusals():
        demand_packages()


def run(source: str, output: str, options: PageOptions) -> None:
    """Render a file in the format that the ending of the output says; nothing is read before the format is known."""
    from arranger.engraving.source import Source

    demand_format(output)
    with refusals():
        found = read_from(source, Source.read)
    print_notices(found.notices, source)
    with faults(source), refusals():
        write_pages(found, output, options)


def render_score(score: Score, output: str, layout: str, options: PageOptions) -> None:
    """Render a score that was made here, in open or closed layout."""
    from arranger.engraving.source import Source

    write_pages(Source.of(score, layout=layout), output, options)


def write_pages(source: Source, output: str, options: PageOptions) -> None:
    """Write a score as one PDF, or as a picture of each page; if there are several, their names get numbers."""
    from arranger.engraving.breaks import breaks_of
    from arranger.engraving.pages import PageSetup, engrave

    setup = PageSetup(options.paper, options.staff_mm)
    booklet = engrave(source.musicxml, setup=setup, breaks=breaks_of(source.score))
    files = _files(booklet, Path(output).suffix.lower(), options)
    for number, content in enumerate(files, 1):
        name = numbered(output, number, len(files))
        write_to(name, content)
        click.echo(f"wrote {name}", err=True)


def _files(booklet: Booklet, ending: str, options: PageOptions) -> list[bytes]:
    if ending == ".pdf":
        return [booklet.pdf()]
    return booklet.pictures("png" if ending == ".png" else "svg", dots_per_inch=options.dots_per_inch)
