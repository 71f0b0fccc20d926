"""Formats of paper, with the size of staff that music is usually printed in on each."""

from __future__ import annotations

from dataclasses import dataclass

TENTHS = 10  # Verovio counts in tenths of a millimetre


@dataclass(frozen=True)
class Paper:
    """A format of paper in millimetres."""

    name: str
    width_mm: float
    height_mm: float
    margin_mm: float  # left and right
    top_mm: float
    bottom_mm: float  # with the page's foot
    choir_staff_mm: float  # from the lowest line of a staff to the highest
    band_staff_mm: float
    part_staff_mm: float

    @property
    def text_width_mm(self) -> float:
        """Width of a system, with the names of its staves."""
        return self.width_mm - 2 * self.margin_mm

    @property
    def text_height_mm(self) -> float:
        """Height that systems may fill."""
        return self.height_mm - self.top_mm - self.bottom_mm


PAPERS = {
    paper.name: paper
    for paper in (  # sizes of staves: Gould, Behind Bars, p. 482-483, one size down for octavos
        Paper("a4", 210, 297, 15, 15, 14, choir_staff_mm=6.0, band_staff_mm=5.2, part_staff_mm=7.2),
        Paper("letter", 215.9, 279.4, 15.9, 15, 14, choir_staff_mm=6.0, band_staff_mm=5.2, part_staff_mm=7.2),
        Paper("octavo", 171.45, 266.7, 12, 13, 12, choir_staff_mm=5.3, band_staff_mm=4.6, part_staff_mm=6.6),
    )
}
