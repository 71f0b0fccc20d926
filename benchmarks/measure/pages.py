"""Arranges real lead sheets, engraves them, and prints what a page costs and what collides on it.

    python -m benchmarks.measure.pages FOLDER [--ensemble satb] [--style song] [--paper a4] [--sheets 12]
                                      [--seed 0] [--list]

The drawings are read without the engraver's help: letters are as wide as the fonts say, and signs as high and wide as
their outlines.

``pages``       pages of all scores
``seconds``     processor time a page, for engraving and for the PDF
``kilobytes``   of PDF a page
``texts``       words, syllables, chord symbols, names and numbers
``clipped``     ... that reach beyond the paper, or beyond the drawing
``on text``     pairs of texts that overlap
``close``       ... that stand on one line and are nearer than half a space
``on notes``    texts, dynamics and breath marks that overlap a note head, an accidental or a rest
``alone``       systems of one bar, but for those of a single system
``last page``   least share of a last page that is used, among scores of several pages
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import click
from fontTools.ttLib import TTFont

from arranger import arrange
from arranger.arranging.main import Options
from arranger.commands.arranging import default_layout
from arranger.engraving.breaks import breaks_of
from arranger.engraving.drawing import BLEED
from arranger.engraving.fonts import MUSIC_FONT, font_folder
from arranger.engraving.pages import Booklet, PageSetup, engrave
from arranger.engraving.paper import PAPERS
from arranger.engraving.source import Source
from arranger.formats.reading import ReadError, read_lead_sheet

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_PLACE = re.compile(r"translate\((-?[\d.]+), (-?[\d.]+)\) scale\((-?[\d.]+)")
_TEXTS = frozenset({"syl", "harm", "dir", "reh", "tempo", "label", "labelAbbr", "mNum", "verse"})
_SOLID = frozenset({"notehead", "accid", "rest", "mRest", "multiRest"})
_LIGHT = frozenset({"dynam", "breath"})
_HALF_SPACE = 0.125  # of the size of the letters
_TOUCH = 0.12  # share of a letter's height by which boxes may overlap: they are larger than the ink in them


@dataclass(frozen=True)
class Box:
    """A rectangle around a text or a sign, in units of the drawing."""

    kind: str
    text: str
    left: float
    top: float
    right: float
    bottom: float
    line: float = 0.0  # height of the base line
    size: float = 0.0  # of the letters

    def overlaps(self, other: Box, least: float) -> bool:
        """Whether two boxes overlap by more than ``least`` in both directions."""
        across = min(self.right, other.right) - max(self.left, other.left)
        along = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > least and along > least

    def is_close(self, other: Box) -> bool:
        """Whether two texts on one line are nearer than half a space."""
        gap = max(self.left, other.left) - min(self.right, other.right)
        return self.line == other.line and self.kind == other.kind and gap < _HALF_SPACE * self.size


@cache
def _fonts() -> dict[tuple[str, bool, bool], TTFont]:
    found = {}
    for path in sorted(font_folder().glob("*.ttf")):
        font = TTFont(path)
        name = str(font["name"].getDebugName(1))
        style = str(font["name"].getDebugName(2))
        found[name, "Bold" in style, "Italic" in style] = font
    return found


def _metrics(font: TTFont, letter: str) -> tuple[float, float, float]:
    """Return how far a letter moves the pen, how deep and how high it is, in sizes of the font."""
    glyph = font.getBestCmap().get(ord(letter), ".notdef")
    outline, em = font["glyf"][glyph], font["head"].unitsPerEm
    return font["hmtx"][glyph][0] / em, getattr(outline, "yMin", 0) / em, getattr(outline, "yMax", 0) / em


@dataclass
class _Reader:
    """Collects the boxes of a drawing."""

    boxes: list[Box] = field(default_factory=list)

    def read(self, element: ET.Element, kind: str, style: dict[str, str]) -> None:
        """Collect what an element holds; ``style`` is inherited."""
        kind = (element.get("class") or kind).partition(" ")[0] if element.tag == f"{_SVG}g" else kind
        style = {**style, **{name: value for name, value in element.attrib.items() if name.startswith("font")}}
        if element.tag == f"{_SVG}text":
            self._read_text(element, kind, style)
            return
        if element.tag == f"{_SVG}use" and kind in _SOLID | _LIGHT:
            self._read_sign(element, kind)
        for child in element:
            self.read(child, kind, style)

    def _read_text(self, element: ET.Element, kind: str, style: dict[str, str]) -> None:
        for line in _lines(element, style):
            letters = "".join(text for text, _ in line.runs)
            if not letters.strip():
                continue
            spans = [_span(text, style) for text, style in line.runs]
            width = sum(span[0] for span in spans)
            left = line.x - {"end": width, "middle": width / 2}.get(line.anchor, 0.0)
            bottom, top = min(span[1] for span in spans), max(span[2] for span in spans)
            size = max(_size(style) for _, style in line.runs)
            self.boxes.append(Box(kind, letters, left, line.y - top, left + width, line.y - bottom, line.y, size))

    def _read_sign(self, element: ET.Element, kind: str) -> None:
        place = _PLACE.match(element.get("transform", ""))
        letter = chr(int(element.get(_HREF, "#0")[1:].split("-")[0], 16))
        font = _fonts()[MUSIC_FONT, False, False]
        glyph = font.getBestCmap().get(ord(letter))
        if place is None or glyph is None:
            return
        x, y, scale = (float(number) for number in place.groups())
        outline = font["glyf"][glyph]
        box = (outline.xMin, -outline.yMax, outline.xMax, -outline.yMin)
        left, top, right, bottom = (side * scale * 1000 / font["head"].unitsPerEm for side in box)
        self.boxes.append(Box(kind, letter, x + left, y + top, x + right, y + bottom))


@dataclass
class _Line:
    x: float
    y: float
    anchor: str
    runs: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def _lines(element: ET.Element, style: dict[str, str]) -> list[_Line]:
    """Return the lines of a text; a span with a place of its own begins one."""
    lines = [_Line(float(element.get("x", 0)), float(element.get("y", 0)), element.get("text-anchor", "start"))]

    def add(span: ET.Element, style: dict[str, str]) -> None:
        style = {**style, **{name: value for name, value in span.attrib.items() if name.startswith("font")}}
        if span.get("x") and span is not element:
            lines.append(_Line(float(span.get("x", 0)), float(span.get("y", lines[-1].y)), lines[-1].anchor))
        if span.text and span is not element:
            lines[-1].runs.append((span.text, style))
        for child in span:
            add(child, style)

    add(element, style)
    return lines


def _size(style: dict[str, str]) -> float:
    return float(style.get("font-size", "0px").removesuffix("px"))


def _span(text: str, style: dict[str, str]) -> tuple[float, float, float]:
    """Return the width of a text, its depth and its height."""
    size = _size(style)
    family = style.get("font-family", "").split(",")[0].strip("'\"")
    fonts = _fonts()
    key = family, style.get("font-weight") == "bold", style.get("font-style") in ("italic", "oblique")
    font = fonts.get(key) or fonts[MUSIC_FONT, False, False]
    letters = [_metrics(font, letter) for letter in text]
    return (
        size * sum(each[0] for each in letters),
        size * min((each[1] for each in letters), default=0),
        size * max((each[2] for each in letters), default=0),
    )


def boxes_of(svg: str) -> list[Box]:
    """Return the boxes of the texts and signs of a drawing by Verovio."""
    reader = _Reader()
    for inner in ET.fromstring(svg).iter(f"{_SVG}svg"):
        if inner.get("class") == "definition-scale":
            reader.read(inner, "", dict(inner.attrib))
    return reader.boxes


def page_figures(svg: str) -> Iterator[tuple[str, str]]:
    """Yield the name of a figure, and what it counts, for each text and collision of a page."""
    boxes = boxes_of(svg)
    texts = [box for box in boxes if box.kind in _TEXTS]
    solid = [box for box in boxes if box.kind in _SOLID]
    light = [box for box in boxes if box.kind in _LIGHT]
    size = re.search(r'class="definition-scale"[^>]*viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    width, height = (float(side) - BLEED * 10 for side in size.groups()) if size else (0.0, 0.0)  # inside the margin
    for box in texts:
        yield "texts", box.text
        if box.left < -BLEED * 10 or box.top < -BLEED * 10 or box.right > width or box.bottom > height:
            yield "clipped", box.text
    least = _TOUCH * max((box.bottom - box.top for box in texts), default=0.0)
    for one, two in combinations(texts, 2):
        if one.overlaps(two, least):
            yield "on text", f"{one.text} / {two.text}"
        elif one.is_close(two):
            yield "close", f"{one.text} / {two.text}"
    for one in (*texts, *light):
        for two in solid:
            if one.overlaps(two, least):
                yield "on notes", f"{one.kind} {one.text} / {two.kind}"


def figures_of(booklet: Booklet) -> Iterator[tuple[str, str]]:
    """Yield the name of a figure, and what it counts, for the pages of a score."""
    yield from (("pages", "") for _ in booklet.pages)
    systems = [system for page in booklet.pages for system in page.svg.split('class="system"')[1:]]
    for system in systems:
        if system.count('class="measure"') == 1 and len(systems) > 1:
            yield "alone", booklet.heading.title
    for page in booklet.pages:
        yield from page_figures(page.svg)


def last_page(booklet: Booklet) -> float:
    """Return the share of the last page that is used."""
    svg, paper = booklet.pages[-1].svg, booklet.paper
    lowest = max((box.bottom for box in boxes_of(svg)), default=0.0)
    return lowest / 100 / paper.text_height_mm


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--ensemble", default="satb", show_default=True)
@click.option("--style", default="song", show_default=True)
@click.option("--paper", default="a4", show_default=True, type=click.Choice(list(PAPERS)))
@click.option("--sheets", default=12, show_default=True, help="How many sheets, drawn at random.")
@click.option("--seed", default=0, show_default=True)
@click.option("--list", "listed", is_flag=True, help="Say what collides where.")
def main(folder: Path, ensemble: str, style: str, paper: str, sheets: int, seed: int, listed: bool) -> None:
    """Print what pages of arrangements cost and what collides on them."""
    files = sorted(path for path in folder.iterdir() if path.suffix in (".mxl", ".musicxml", ".abc"))
    chosen = random.Random(seed).sample(files, min(sheets, len(files)))
    count: Counter[str] = Counter()
    seconds, size, fills = 0.0, 0, []
    for path in chosen:
        try:
            score = arrange(read_lead_sheet(path), ensemble=ensemble, style=style, beam=4).score
        except (ReadError, ValueError) as error:
            print(f"{path.name}: left out: {error}")
            continue
        layout = default_layout(Options(ensemble=ensemble, style=style), score)
        source = Source.of(score, layout=layout)
        begun = time.process_time()
        booklet = engrave(source.musicxml, setup=PageSetup(paper), breaks=breaks_of(source.score))
        size += len(booklet.pdf())
        seconds += time.process_time() - begun
        if len(booklet.pages) > 1:
            fills.append(last_page(booklet))
        for name, what in figures_of(booklet):
            count[name] += 1
            if listed and name not in ("texts", "pages"):
                print(f"{path.stem}: {name}: {what}")
    pages = count["pages"] or 1
    print(f"{len(chosen)} sheets for {ensemble}, {paper}")
    print(f"pages {count['pages']}  seconds {seconds / pages:.2f}  kilobytes {size / pages / 1000:.0f}")
    print("  ".join(f"{name} {count[name]}" for name in ("texts", "clipped", "on text", "close", "on notes", "alone")))
    print(f"last page {min(fills, default=1.0):.2f}")


if __name__ == "__main__":
    main()
