"""``arranger render``: pages, parts and sound of a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from arranger.commands.errors import Refusal, faults, refusals
from arranger.commands.notices import print_notices, source_name
from arranger.commands.streams import PIPE, numbered, read_from, write_to
from arranger.formats.writing.files import demand_place

if TYPE_CHECKING:
    from arranger.commands.sounding import SoundOptions
    from arranger.engraving.pages import Booklet, PageSetup
    from arranger.engraving.source import Source
    from theory.notation.score import Score

_SHOWN = 5  # letters that a notice quotes
PAGES = (".pdf", ".png", ".svg")
MIDI = ".mid"


@dataclass(frozen=True)
class PageOptions:
    """What the user said about pages and parts."""

    paper: str = "a4"
    staff_mm: float | None = None  # height of a staff; None: usual for the paper
    dots_per_inch: int = 200
    layout: str | None = None  # open or closed; None: as in the file
    concert: bool = False
    cues: bool = True
    chords: str = "own"

    @property
    def setup(self) -> PageSetup:
        """How pages are set up."""
        from arranger.engraving.pages import PageSetup

        return PageSetup(self.paper, self.staff_mm)


def demand_format(output: str, others: Sequence[str] = ()) -> None:
    """Raise Refusal if there is no such format, also among ``others``, or a package that it needs is missing."""
    from arranger.sounding.files import SOUND_ENDINGS, demand_soundfile

    ending = Path(output).suffix.lower()
    if ending not in (*PAGES, *SOUND_ENDINGS, MIDI):
        known = ", ".join(dict.fromkeys((*others, *PAGES, *SOUND_ENDINGS, MIDI)))
        raise Refusal(f"{output}: cannot write {ending or 'a file without an ending'}; use {known}")
    with refusals():
        if ending in PAGES:
            from arranger.engraving.engraver import demand_packages

            demand_packages()
        elif ending in SOUND_ENDINGS:
            demand_soundfile()


@dataclass(frozen=True)
class Targets:
    """What to write: a file, a folder of parts, a folder of rehearsal tracks; empty for none."""

    output: str = ""
    parts: str = ""
    rehearsal: str = ""

    def demand(self) -> None:
        """Raise Refusal if nothing is wanted, or something for which a format or package is missing."""
        if not (self.output or self.parts or self.rehearsal):
            raise Refusal(
                "say what to write: -o OUT for a file, --parts DIR for parts, or --rehearsal DIR for rehearsal tracks"
            )
        if self.output:
            demand_format(self.output)
            with refusals():
                demand_place(Path(self.output))
        if self.parts:
            demand_format(str(Path(self.parts) / "part.pdf"))
        if self.rehearsal:
            from arranger.commands.sounding import demand_folder

            demand_folder(self.rehearsal)


def run(source: str, targets: Targets, options: PageOptions, sound: SoundOptions) -> None:
    """Render a file as pages or sound, by the ending of the output, with its parts and rehearsal tracks in folders.

    Nothing is read before it is known that all can be written.
    """
    from arranger.engraving.source import Source

    targets.demand()
    with refusals():
        found = read_from(source, Source.read)
        if options.layout:
            found = found.laid_out(options.layout)
    print_notices(found.notices, source)
    with faults(source_name(source)), refusals():
        if is_page(targets.output):
            write_pages(found, targets.output, options)
        elif targets.output:
            write_sound_of(found.score, targets.output, sound)
        if targets.parts:
            write_parts(found, Path(targets.parts), "score" if source == PIPE else Path(source).stem, options)
        if targets.rehearsal:
            from arranger.commands.sounding import write_rehearsal

            write_rehearsal(found.score, targets.rehearsal, sound)


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
    from arranger.engraving.pages import engrave

    breaks = breaks_of(source.score)
    booklet = engrave(source.musicxml, setup=options.setup, breaks=breaks, concert=options.concert)
    files = _files(booklet, Path(output).suffix.lower(), options)
    _warn_of_missing_letters(source.musicxml, output)
    for number, content in enumerate(files, 1):
        _write(numbered(output, number, len(files)), content)


def _warn_of_missing_letters(musicxml: bytes, output: str) -> None:
    """Say which letters appear as empty boxes, because no font has them."""
    from arranger.engraving.fonts import letters_without_font

    missing = letters_without_font(musicxml.decode("utf-8", "replace"))
    if missing:
        what = f"no font on this machine has {', '.join(missing[:_SHOWN])}{' ...' if len(missing) > _SHOWN else ''}"
        click.echo(f"{output}: {what}; install one that has, for example Noto Sans", err=True)


def _files(booklet: Booklet, ending: str, options: PageOptions) -> list[bytes]:
    if ending == ".pdf":
        return [booklet.pdf()]
    return booklet.pictures("png" if ending == ".png" else "svg", dots_per_inch=options.dots_per_inch)


def write_parts(source: Source, folder: Path, stem: str, options: PageOptions) -> None:
    """Write each part as PDF and as MusicXML into a folder, which is made if it does not exist."""
    from arranger.engraving.parts.booklets import part_booklets
    from arranger.engraving.parts.extracting import PartOptions

    folder.mkdir(parents=True, exist_ok=True)
    wanted = PartOptions(options.concert, options.cues, options.chords)
    for part in part_booklets(source, options.setup, wanted):
        name = str(folder / f"{stem}-{part.file_name}")
        _write(f"{name}.pdf", part.booklet.pdf())
        _write(f"{name}.musicxml", part.musicxml)


def _write(name: str, content: bytes) -> None:
    write_to(name, content)
    click.echo(f"wrote {name}", err=True)
