"""A score on a screen: pages as wide as the window, the notes on them by their ids, and when they sound."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from xml.etree.ElementTree import tostring

from arranger.engraving.document import parse_document
from arranger.engraving.drawing import in_text_font
from arranger.engraving.engraver import Engraver
from arranger.engraving.tidying import made_ready

_SCALE = 40  # per cent: at 100, a pixel is a tenth of a millimetre
_TALL = 1.5  # greatest height of a page, for each unit of its width
_MARGIN = 50  # tenths of a millimetre


@dataclass(frozen=True)
class Moment:
    """When notes begin as they are played, with repeats: on the page in quarters, in the performance in seconds."""

    onset_quarter: Fraction  # from the first bar of the performance
    seconds: float
    note_ids: tuple[str, ...]


class Screen:
    """A score laid out once for a width; its pages are drawn when they are asked for.

    The notes have the ids of the document, or those of `arranger.engraving.document` where it has none.

    >>> from arranger import read_score
    >>> from arranger.formats.writing import to_musicxml
    >>> screen = Screen(to_musicxml(read_score("examples/amazing-grace.musicxml")), width=800)
    >>> screen.page_count, screen.page_of("p1v1q0"), screen.moments[0].note_ids
    (1, 1, ('p1v1q0',))

    Args:
        musicxml: the score.
        width: of a page in pixels.
        scale: size of the music in per cent; 40 suits a desk, and 60 a music stand.

    Raises ValueError if Verovio is missing, or the document is not a score.
    """

    def __init__(self, musicxml: bytes, *, width: int, scale: int = _SCALE) -> None:
        across = round(width * 100 / scale)
        document = tostring(made_ready(parse_document(musicxml)), encoding="unicode")
        self._engraver = Engraver(
            document, adjustPageHeight=True, breaks="auto", scale=scale, pageWidth=across,
            pageHeight=round(across * _TALL),
            **dict.fromkeys(("pageMarginTop", "pageMarginBottom", "pageMarginLeft", "pageMarginRight"), _MARGIN),
        )  # fmt: skip

    @property
    def page_count(self) -> int:
        """How many pages there are."""
        return self._engraver.page_count

    def page(self, number: int) -> str:
        """Return a page, counted from 1, as SVG. Raises ValueError if there is no such page."""
        if not 1 <= number <= self.page_count:
            raise ValueError(f"there is no page {number}; the score has {self.page_count}")
        return in_text_font(self._engraver.drawing(number))

    def page_of(self, note_id: str) -> int:
        """Return the page on which a note stands. Raises ValueError if there is no such note."""
        page = self._engraver.page_with(note_id)
        if not page:
            raise ValueError(f"there is no note {note_id!r} on the pages")
        return page

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """When which notes begin; a note that is repeated has its one id each time."""
        return tuple(
            Moment(
                Fraction(entry["qstamp"]).limit_denominator(1000), entry["tstamp"] / 1000,
                tuple(name.split("-rend", 1)[0] for name in entry["on"]),
            )
            for entry in self._engraver.times()
            if entry.get("on")
        )  # fmt: skip
