"""A score on pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element, tostring

from arranger.engraving.breaks import NO_PREFERENCE, Breaks
from arranger.engraving.document import has_resting_voice, joined_rests, parse_document
from arranger.engraving.drawing import BLEED, Drawing, drawing_of, height_mm, widths_of
from arranger.engraving.engraver import Engraver, demand_packages
from arranger.engraving.heading import Heading, heading_of
from arranger.engraving.mei import marks_on_sounding_staves, prepared, with_breaks
from arranger.engraving.pagination import Pages, Room, break_pages
from arranger.engraving.paper import PAPERS, TENTHS, Paper
from arranger.engraving.parts.transposing import to_concert
from arranger.engraving.systems import break_systems
from arranger.engraving.tidying import made_ready
from arranger.engraving.typesetting import title_height_mm, write_pages

_ENDLESS = 100_000  # width of a page, in tenths of a millimetre, that holds any score on one system
_WAYS = ((0.9, 1.0), (0.8, 1.0), (1.0, 1.0), (0.95, 0.94), (0.7, 1.0), (1.0, 0.88))  # (fullness of systems, scale)
_GAP = 1.0  # least distance of two systems, in heights of a staff
_STEPS = 8  # half spaces in the height of a staff


@dataclass(frozen=True)
class PageSetup:
    """How pages are set up."""

    paper: str = "a4"
    staff_mm: float | None = None  # height of a staff; None: usual for the paper and the music


@dataclass(frozen=True)
class Booklet:
    """A score on its pages, one drawing for each, before it is written in a format."""

    pages: tuple[Drawing, ...]
    heading: Heading
    paper: Paper

    def pdf(self) -> bytes:
        """Return all pages as one PDF."""
        return write_pages(self.pages, self.heading, self.paper, "pdf")[0]

    def pictures(self, ending: Literal["png", "svg"], *, dots_per_inch: int = 200) -> list[bytes]:
        """Return each page as ``png`` or ``svg``."""
        return write_pages(self.pages, self.heading, self.paper, ending, dots_per_inch=dots_per_inch)


@dataclass(frozen=True)
class _Division:
    """The first bar of each system, which systems stand on which page, and the size of the music."""

    systems: tuple[int, ...]
    pages: Pages
    scale: float


def engrave(
    musicxml: bytes, *, setup: PageSetup = PageSetup(), breaks: Breaks = NO_PREFERENCE, concert: bool = False
) -> Booklet:
    """Return a MusicXML document on pages.

    Args:
        musicxml: the score.
        setup: of the pages.
        breaks: what it costs to begin a system or to turn the page after each bar; `breaks_of` knows.
        concert: whether transposing instruments are written as they sound.

    Raises ValueError if a package of the extra is missing, or the document is not a score.
    """
    root = parse_document(musicxml)
    for part in root.iter("part") if concert else ():
        to_concert(part)
    return engrave_root(root, heading_of(root), setup=setup, breaks=breaks)


def engrave_root(root: Element, heading: Heading, *, setup: PageSetup, breaks: Breaks) -> Booklet:
    """Return a parsed document on pages, with its heading; the document is used up. Raises ValueError as `engrave`."""
    demand_packages()
    joined = joined_rests(root)
    return _Typesetter(made_ready(root), PAPERS[setup.paper], setup, breaks, joined).booklet(heading)


class _Typesetter:
    """Engraves a score endlessly, to see how wide its bars are; by systems, to see how high they are; and by pages."""

    def __init__(self, root: Element, paper: Paper, setup: PageSetup, breaks: Breaks, joined: Sequence[range]) -> None:
        self.paper, self.breaks = paper, breaks
        self.staff_mm = setup.staff_mm or _usual_staff(root, paper)
        self.gap_mm = _GAP * self.staff_mm
        endless: dict[str, object] = {"breaks": "none", "pageWidth": _ENDLESS, "pageHeight": _ENDLESS // 2}
        read = Engraver(tostring(root, encoding="unicode"), **endless)
        self.hides_rests = has_resting_voice(root)
        self.mei = prepared(read.mei(), hides_rests=self.hides_rests, joined=joined)
        drawing = Engraver(with_breaks(self.mei, (0,), ()), **endless, **self._size(1.0)).drawing(1)
        self.widths = widths_of(drawing, short_names=_short_names(root))

    def booklet(self, heading: Heading) -> Booklet:
        """Return the first way to break the score that fills its pages well, or else the best one."""
        title = title_height_mm(heading, self.paper.text_width_mm)
        room = Room(self.paper.text_height_mm - title, self.paper.text_height_mm, self.gap_mm)
        tried: dict[tuple[tuple[int, ...], float], _Division] = {}
        for fullness, scale in _WAYS:
            starts = self._starts(fullness, scale)
            if (starts, scale) not in tried:
                tried[starts, scale] = self._divide(starts, scale, room)
            if tried[starts, scale].pages.is_good:
                break
        best = min(tried.values(), key=lambda each: each.pages.cost)
        return Booklet(self._placed(best, room), heading, self.paper)

    def _starts(self, fullness: float, scale: float) -> tuple[int, ...]:
        count = len(self.widths.bars)
        costs = self.breaks.systems if len(self.breaks.systems) == count else (0.0,) * count
        available = self.paper.text_width_mm * TENTHS
        return break_systems(self.widths.scaled(scale), available, costs, fullness=fullness)

    def _divide(self, starts: tuple[int, ...], scale: float, room: Room) -> _Division:
        heights = [height_mm(drawing) for drawing in self._drawn(starts, starts, scale, adjustPageHeight=True)]
        known = len(self.breaks.turns) == len(self.widths.bars)
        turns = [self.breaks.turns[start - 1] if known else 0.0 for start in starts[1:]]
        return _Division(starts, break_pages(heights, room, [*turns, 0.0]), scale)

    def _drawn(
        self, systems: Sequence[int], pages: Sequence[int], scale: float, height_mm: float = 5000, **options: object
    ) -> list[str]:
        mei = marks_on_sounding_staves(self.mei, systems) if self.hides_rests else self.mei
        engraver = Engraver(
            with_breaks(mei, systems, pages), breaks="encoded", minLastJustification=0.6,
            pageWidth=round(self.paper.text_width_mm * TENTHS) + 2 * BLEED,
            pageHeight=round(height_mm * TENTHS) + 2 * BLEED, **options, **self._size(scale),
        )  # fmt: skip
        return engraver.drawings()

    def _size(self, scale: float) -> dict[str, object]:
        margins = dict.fromkeys(("pageMarginTop", "pageMarginBottom", "pageMarginLeft", "pageMarginRight"), BLEED)
        unit = scale * self.staff_mm * TENTHS / _STEPS
        return {"unit": unit, "spacingSystem": self.gap_mm * TENTHS / unit, **margins}

    def _placed(self, division: _Division, room: Room) -> tuple[Drawing, ...]:
        starts = [division.systems[system] for system in division.pages.starts]
        found = self._drawn(division.systems, starts, division.scale, room.first_mm, justifyVertically=True)
        if len(starts) > 1 and room.first_mm != room.other_mm:
            others = self._drawn(division.systems, starts, division.scale, room.other_mm, justifyVertically=True)
            found = [found[0], *others[1:]]
        tops = [self.paper.top_mm + self.paper.text_height_mm - room.of(page) for page in range(len(found))]
        return tuple(drawing_of(svg, self.paper.margin_mm, top) for svg, top in zip(found, tops, strict=True))


def _usual_staff(root: Element, paper: Paper) -> float:
    staves = len(root.findall("part"))
    if staves == 1:
        return paper.part_staff_mm
    return paper.choir_staff_mm if root.find(".//lyric") is not None else paper.band_staff_mm


def _short_names(root: Element) -> float:
    """Return the length of the longest short name of a staff as a share of the longest full one."""
    longest = [
        max((len(line) for each in root.iter(tag) for line in (each.text or "").splitlines()), default=0)
        for tag in ("part-abbreviation", "part-name")
    ]
    return min(1.0, longest[0] / longest[1]) if longest[1] else 0.0
