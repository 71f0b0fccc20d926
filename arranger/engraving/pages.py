"""A score on pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element, tostring

from arranger.engraving.breaks import NO_PREFERENCE, Breaks
from arranger.engraving.document import parse_document
from arranger.engraving.drawing import BLEED, System, system_of, widths_of
from arranger.engraving.engraver import Engraver, demand_packages
from arranger.engraving.heading import Heading, heading_of
from arranger.engraving.mei import with_breaks
from arranger.engraving.pagination import Pages, Room, break_pages, distance_mm
from arranger.engraving.paper import PAPERS, TENTHS, Paper
from arranger.engraving.systems import break_systems
from arranger.engraving.typesetting import Placed, title_height_mm, write_pages

_ENDLESS = 100_000  # width of a page, in tenths of a millimetre, that holds any score on one system
_STEPS = 8  # half spaces in the height of a staff


@dataclass(frozen=True)
class PageSetup:
    """How pages are set up."""

    paper: str = "a4"
    staff_mm: float | None = None  # height of a staff; None: usual for the paper and the music
    gap_mm: float = 5.0  # least distance of two systems


@dataclass(frozen=True)
class Booklet:
    """A score on its pages, before it is written in a format."""

    pages: tuple[tuple[Placed, ...], ...]
    heading: Heading
    paper: Paper

    def pdf(self) -> bytes:
        """Return all pages as one PDF."""
        return write_pages(self.pages, self.heading, self.paper, "pdf")[0]

    def pictures(self, ending: Literal["png", "svg"], *, dots_per_inch: int = 200) -> list[bytes]:
        """Return each page as ``png`` or ``svg``."""
        return write_pages(self.pages, self.heading, self.paper, ending, dots_per_inch=dots_per_inch)


def engrave(musicxml: bytes, *, setup: PageSetup = PageSetup(), breaks: Breaks = NO_PREFERENCE) -> Booklet:
    """Return a MusicXML document on pages.

    Raises ValueError if a package of the extra is missing, or the document is not a score.
    """
    demand_packages()
    root = parse_document(musicxml)
    paper = PAPERS[setup.paper]
    return _Typesetter(root, paper, setup, breaks).booklet(heading_of(root))


class _Typesetter:
    def __init__(self, root: Element, paper: Paper, setup: PageSetup, breaks: Breaks) -> None:
        self.paper, self.setup, self.breaks = paper, setup, breaks
        self.staff_mm = setup.staff_mm or _usual_staff(root, paper)
        engraver = Engraver(tostring(root, encoding="unicode"), breaks="none", pageWidth=_ENDLESS, **self._size())
        self.mei = engraver.mei()
        self.widths = widths_of(engraver.drawings()[0], short_names=_short_names(root))

    def _size(self) -> dict[str, object]:
        return {
            "unit": self.staff_mm * TENTHS / _STEPS,
            **dict.fromkeys(("pageMarginTop", "pageMarginBottom", "pageMarginLeft", "pageMarginRight"), BLEED),
        }  # fmt: skip

    def booklet(self, heading: Heading) -> Booklet:
        starts = self._break_systems(0.9)
        systems = self._drawn(starts)
        title = title_height_mm(heading, self.paper.text_width_mm)
        room = Room(self.paper.text_height_mm - title, self.paper.text_height_mm, self.setup.gap_mm)
        heights = [system.height_mm for system in systems]
        ends = [start - 1 for start in (*starts[1:], len(self.widths.bars))]
        turns = [self.breaks.turns[end] if self.breaks.turns else 0.0 for end in ends]
        pages = break_pages(heights, room, turns)
        return Booklet(self._placed(systems, pages, room), heading, self.paper)

    def _break_systems(self, fullness: float) -> tuple[int, ...]:
        count = len(self.widths.bars)
        costs = self.breaks.systems if len(self.breaks.systems) == count else (0.0,) * count
        return break_systems(self.widths, self.paper.text_width_mm * TENTHS, costs, fullness=fullness)

    def _drawn(self, starts: Sequence[int]) -> list[System]:
        engraver = Engraver(
            with_breaks(self.mei, starts), breaks="encoded", minLastJustification=0.6, pageHeight=_ENDLESS // 2,
            pageWidth=round(self.paper.text_width_mm * TENTHS) + 2 * BLEED, **self._size(),
        )  # fmt: skip
        return [system_of(drawing) for drawing in engraver.drawings()]

    def _placed(self, systems: Sequence[System], pages: Pages, room: Room) -> tuple[tuple[Placed, ...], ...]:
        found = []
        for page, (start, end) in enumerate(zip(pages.starts, (*pages.starts[1:], len(systems)), strict=True)):
            shown = systems[start:end]
            heights = [system.height_mm for system in shown]
            gap = distance_mm(heights, room.of(page), room.gap_mm)
            top = self.paper.top_mm + self.paper.text_height_mm - room.of(page)
            placed = []
            for system in shown:
                placed.append(Placed(system, self.paper.margin_mm, top))
                top += system.height_mm + gap
            found.append(tuple(placed))
        return tuple(found)


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
