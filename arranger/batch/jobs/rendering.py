"""Render one piece as pages."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

from arranger.batch.jobs.measures import SIZES, sizes, told
from arranger.batch.outcome import Columns, Kind, Outcome, Piece
from arranger.engraving.breaks import breaks_of
from arranger.engraving.pages import PageSetup, engrave
from arranger.engraving.source import Source

PAGES = ("pdf", "png", "svg")


@dataclass(frozen=True)
class RenderJob:
    """The pages of each score: one PDF, or a folder with a picture of each page."""

    kind: ClassVar[Kind] = Kind(
        command="render",
        folder="pages",
        figures=Columns("scores", {**SIZES, "pages": int, "notices": str}),
        details=Columns("", {}),
        counted=(),
        together=1,
    )

    form: Literal["pdf", "png", "svg"] = "pdf"
    setup: PageSetup = PageSetup()  # noqa: RUF009 - a frozen value
    dots_per_inch: int = 200

    def settings(self) -> dict[str, Any]:
        """Return all that the pages depend on, beside the score."""
        return asdict(self)

    def outcome(self, piece: Piece) -> Outcome:
        """Return the pages of a score. Raises ReadError."""
        source = Source.parse(piece.data, piece.source)
        booklet = engrave(source.musicxml, setup=self.setup, breaks=breaks_of(source.score))
        if self.form == "pdf":
            files = {".pdf": booklet.pdf()}
        else:
            pictures = booklet.pictures(self.form, dots_per_inch=self.dots_per_inch)
            files = {f"/{number}.{self.form}": content for number, content in enumerate(pictures, 1)}
        figures = {**sizes(source.score), "pages": len(booklet.pages), "notices": told(source.notices)}
        return Outcome(files=files, figures=figures)
