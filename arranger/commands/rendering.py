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
    from arranger.commands.sounding import SoundOptions
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


def demand_format(output: str, others: Sequence[str] = ()) -> None:
    """Raise Refusal if there is no such format, also among ``others``, or a package that it needs is missing."""
    from arranger.sounding.files import SOUND_ENDINGS, demand_soundfile

    ending = Path(output).suffix.lower()
    if ending not in (*PAGES, *SOUND_ENDINGS):
        known = ", ".join((*others, *PAGES, *SOUND_ENDINGS))
        raise Refusal(f"{output}: cannot write {ending or 'a file without an ending'}; use {known}")
    with refusals():
        if ending in PAGES:
            from arranger.engraving.engraver import demand_packages

            demand_packages()
        else:
            demand_soundfile()


def run(source: str, output: str, options: PageOptions, sound: SoundOptions, *, rehearsal: str = "") -> None:
    """Render a file as pages or sound, by the ending of the output, and its rehearsal tracks into a folder.

    Nothing is read before the formats are known.
    """
    from arranger.engraving.source import Source

    if output:
        demand_format(output)
    if rehearsal:
        from arranger.commands.sounding import demand_folder

        demand_folder(rehearsal)
    if not output and not rehearsal:
        raise Refusal("say what to write: -o OUT for a file, or --rehearsal DIR for rehearsal tracks")
    with refusals():
        found = read_from(source, Source.read)
    print_notices(found.notices, source)
    with faults(source), refusals():
        if output and is_page(output):
            write_pages(found, output, options)
        elif output:
            write_sound_of(found.score, output, sound)
        if rehearsal:
            from arranger.commands.sounding import write_rehearsal

            write_rehearsal(found.score, rehearsal, sound)


def is_page(output: str) -> bool:
    """Whether the ending of a name is that of a format of pages."""
    return Path(output).suffix.lower() in PAGES


def write_sound_of(score: Score, output: str, options: SoundOptions | None = None) -> None:
    """Write the sound of a score."""
    from arranger.commands.sounding import SoundOptions, write_heard

    write_heard(score, output, options or SoundOptions())


def render_score(score: Score, output: str, layout: str, options: PageOptions) -> None:
    """Render a score that was made here, as pages in open or closed layout or as sound."""
    if not is_page(output):
        write_sound_of(score, output)
        return
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
