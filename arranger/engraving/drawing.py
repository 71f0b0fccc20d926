"""Reading Verovio's drawings: where bars lie, and the drawing as it is placed on a page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from arranger.engraving.fonts import TEXT_FONT
from arranger.engraving.paper import TENTHS
from arranger.engraving.systems import Widths

_STAFF_LINE = re.compile(r'<path d="M(-?\d+) -?\d+ L(-?\d+) ')
_METER = re.compile(r'class="meterSig"><use [^>]*translate\((-?\d+)')
_SYLLABLE = re.compile(r'class="syl"><text x="-?\d+" y="(-?\d+)".*?</g>', re.DOTALL)
_LINE = re.compile(r'<rect x="(-?\d+)" y="(-?\d+)" height="(\d+)" width="(\d+)"/>')
_SHORTEST_EXTENDER = 150  # hundredths of a millimetre
_THIN = 40  # height of an extender at most, in the same unit
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_LABEL = re.compile(r'<title class="labelAttr">.*?</title>', re.DOTALL)
BLEED = 40  # tenths of a millimetre around a drawing, for what Verovio draws outside it: bar numbers, descenders
_PER_TENTH = 10  # units of a drawing in a tenth of a millimetre


def widths_of(drawing: str, *, short_names: float) -> Widths:
    """Return the widths of the bars from a drawing of the whole score on one endless system.

    Args:
        drawing: SVG by Verovio, without breaks.
        short_names: length of the short names of the staves as a share of the full ones.
    """
    measures = drawing.split('class="measure"')[1:]
    spans = [_span(measure) for measure in measures]
    start = spans[0][0]
    meter = _METER.search(measures[0])
    signs = (float(meter[1]) / _PER_TENTH if meter else start) - start  # clef and key come before the meter
    bars = [end - start for start, end in spans]
    bars[0] -= signs
    names = start - BLEED
    return Widths(tuple(bars), first_head=names + signs, head=names * short_names + signs)


def _span(measure: str) -> tuple[float, float]:
    line = _STAFF_LINE.search(measure)
    if line is None:
        raise ValueError("a bar has no staff lines; give each part at least one")
    return int(line[1]) / _PER_TENTH, int(line[2]) / _PER_TENTH


def height_mm(drawing: str) -> float:
    """Return the height of a drawing without the bleed around it."""
    return _size(drawing)[1]


def _size(drawing: str) -> tuple[float, float]:
    size = _SIZE.search(drawing)
    if size is None:
        raise ValueError("a drawing has no size; it is not one of Verovio's")
    return (float(size[1]) - 2 * BLEED) / TENTHS, (float(size[2]) - 2 * BLEED) / TENTHS


@dataclass(frozen=True)
class Drawing:
    """The music of a page at its place, in millimetres from the upper left corner of the paper, without its bleed."""

    svg: str
    left_mm: float
    top_mm: float
    width_mm: float


def drawing_of(svg: str, left_mm: float, top_mm: float) -> Drawing:
    """Return a drawing by Verovio in the fonts of the page."""
    return Drawing(_with_whole_extenders(in_text_font(svg)), left_mm, top_mm, _size(svg)[0])


def _with_whole_extenders(svg: str) -> str:
    """Return a drawing without extenders as short as a dot, and with none beyond the end of its system."""
    right = round(_size(svg)[0] * TENTHS * _PER_TENTH)

    def within(line: re.Match[str]) -> str:
        left, _, height, width = map(int, line.groups())
        beyond = height < _THIN and left + width > right
        return line[0].replace(f'width="{width}"', f'width="{max(right - left, 0)}"') if beyond else line[0]

    def worth_drawing(line: re.Match[str], baseline: int) -> str:
        _, top, height, width = map(int, line.groups())
        return "" if top + height == baseline and width < _SHORTEST_EXTENDER else line[0]

    def syllable(match: re.Match[str]) -> str:
        return _LINE.sub(lambda line: worth_drawing(line, int(match[1])), match[0])

    return _LINE.sub(within, _SYLLABLE.sub(syllable, svg))


def in_text_font(svg: str) -> str:
    """Return a drawing in the fonts of the page, and without the names of staves that are there for browsers."""
    return _LABEL.sub("", svg).replace('font-family="Times, serif"', f'font-family="{TEXT_FONT}"')
