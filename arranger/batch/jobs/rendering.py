"""Render one piece: as pages, with its parts, or as sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from arranger.batch.jobs.measures import SIZES, sizes, told
from arranger.batch.outcome import Columns, Kind, Outcome, Piece, wishes_of
from arranger.engraving.breaks import breaks_of
from arranger.engraving.engraver import demand_packages
from arranger.engraving.pages import PageSetup, engrave
from arranger.engraving.parts.booklets import part_booklets
from arranger.engraving.parts.extracting import PartOptions
from arranger.engraving.source import Source
from arranger.sounding.files import SOUND_ENDINGS, demand_soundfile, sound_bytes
from arranger.sounding.mixing import mixed
from arranger.sounding.stems import stems
from theory.notation.score import Score


@dataclass(frozen=True)
class RenderJob:
    """The pages of each score, one PDF or a folder with a picture of each page, or its sound."""

    kind: ClassVar[Kind] = Kind(
        command="render",
        folder="rendered",
        figures=Columns("scores", {**SIZES, "pages": int, "notices": str}),
        details=Columns("", {}),
        counted=(),
        together=1,
    )

    ending: str = ".pdf"  # .pdf, .png, .svg, .wav, .flac or .ogg
    paper: str = "a4"
    staff_mm: float | None = None  # height of a staff; None: usual for the paper
    dots_per_inch: int = 200
    layout: str | None = None  # open or closed; None: as in the file
    parts: bool = False  # whether each part is written too, into a folder for each score
    wanted: PartOptions = PartOptions()  # noqa: RUF009 - a frozen value
    tempo: str = ""  # of sound: quarters per minute, or a share such as 80%

    def settings(self) -> dict[str, Any]:
        """Return all that the results depend on, beside the score."""
        return asdict(self)

    def demand(self) -> None:
        """Raise ValueError if a package is missing."""
        if self.ending in SOUND_ENDINGS:
            demand_soundfile()
        if self.ending not in SOUND_ENDINGS or self.parts:
            demand_packages()

    def outcome(self, piece: Piece) -> Outcome:
        """Return a score as pages or sound. Raises ReadError, also for a layout that it cannot have."""
        source = Source.parse(piece.data, piece.source)
        with wishes_of(piece):
            laid_out = source.laid_out(self.layout) if self.layout else source
            files, pages = self._heard(source.score) if self.ending in SOUND_ENDINGS else self._engraved(laid_out)
            files |= dict(self._parts(laid_out)) if self.parts else {}
        figures = {**sizes(source.score), "pages": pages, "notices": told(source.notices)}
        return Outcome(files=files, figures=figures)

    def _engraved(self, source: Source) -> tuple[dict[str, bytes], int]:
        """Return the files of the pages, and the number of pages."""
        breaks = breaks_of(source.score)
        booklet = engrave(source.musicxml, setup=self._setup, breaks=breaks, concert=self.wanted.concert)
        if self.ending == ".pdf":
            return {".pdf": booklet.pdf()}, len(booklet.pages)
        form, dots = "png" if self.ending == ".png" else "svg", self.dots_per_inch
        pictures = booklet.pictures("png" if form == "png" else "svg", dots_per_inch=dots)
        return {f"/{number}.{form}": content for number, content in enumerate(pictures, 1)}, len(pictures)

    def _heard(self, score: Score) -> tuple[dict[str, bytes], int]:
        """Return the file of the sound; it has no pages."""
        heard = stems(score, tempo=self.tempo)
        return {self.ending: sound_bytes(mixed(heard), self.ending, rate=heard.rate)}, 0

    def _parts(self, source: Source) -> Iterator[tuple[str, bytes]]:
        """Yield the files of each part."""
        for part in part_booklets(source, self._setup, self.wanted):
            yield f"/{part.file_name}.pdf", part.booklet.pdf()
            yield f"/{part.file_name}.musicxml", part.musicxml

    @property
    def _setup(self) -> PageSetup:
        return PageSetup(self.paper, self.staff_mm)
