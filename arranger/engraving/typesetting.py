"""Pages by Typst, an extra that only this module calls: systems, title and running heads become PDF, PNG or SVG.

Typst puts the fonts into the file and writes no date: equal pages give equal bytes.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from arranger.engraving.drawing import BLEED, Drawing
from arranger.engraving.fonts import TEXT_FONT, font_folder
from arranger.engraving.heading import Heading
from arranger.engraving.paper import TENTHS, Paper

Ending = Literal["pdf", "png", "svg"]
TITLE_PT, PART_PT, CREDIT_PT, HEAD_PT, RIGHTS_PT = 19, 11, 9.5, 8.5, 7.5
_PART_MM = 40  # width for the name of a part beside the title
_HEAD_GAP_MM = 2.5  # between a running head and the music
_LINE_MM = 0.3528 * 1.3  # height of a line for each point of its letters
_PRELUDE = f"""
#set text(font: "{TEXT_FONT}", fallback: true, hyphenate: false, lang: "en")
#set par(leading: 0.35em)
#let fitted(size, width, body) = context {{
  let natural = measure(text(size: size, body)).width
  text(size: size * calc.max(0.6, calc.min(1, width / natural)), body)
}}
"""


def title_height_mm(heading: Heading, width_mm: float) -> float:
    """Return the height of title and credits with the space below them."""
    height = TITLE_PT * _LINE_MM if heading.title else 0.0
    height += heading.lines(CREDIT_PT, width_mm) * CREDIT_PT * _LINE_MM
    return height + 3 if height else 0.0


def write_pages(
    pages: Sequence[Drawing], heading: Heading, paper: Paper, ending: Ending, *, dots_per_inch: int = 200
) -> list[bytes]:
    """Return pages in a format: one PDF, or one PNG or SVG for each page.

    Raises ValueError if Typst refuses the pages, which is a fault of this program.
    """
    import typst  # an extra

    with tempfile.TemporaryDirectory() as folder:
        for number, page in enumerate(pages, 1):
            (Path(folder) / f"{number}.svg").write_text(page.svg, encoding="utf-8")
        main = Path(folder) / "pages.typ"
        main.write_text(_source(pages, heading, paper), encoding="utf-8")
        try:
            made: bytes | list[bytes] = typst.compile(
                str(main), None, folder, [str(font_folder())], format=ending, ppi=float(dots_per_inch), timestamp=0,
                pdf_tags=False,
            )  # fmt: skip
        except typst.TypstError as error:
            raise ValueError(f"the pages cannot be set: {error}") from error
    return list(made) if isinstance(made, list) else [made]


def _source(pages: Sequence[Drawing], heading: Heading, paper: Paper) -> str:
    authors = "".join(f"{_text(each)}," for each in (*heading.left, *heading.right))
    lines = [
        f"#set document(title: {_text(heading.title)}, author: ({authors}), date: none)",
        f"#set page(width: {paper.width_mm}mm, height: {paper.height_mm}mm, margin: 0mm)",
        _PRELUDE,
    ]
    bleed = BLEED / TENTHS
    for number, page in enumerate(pages, 1):
        lines.append("#pagebreak()" if number > 1 else _title(heading, paper))
        lines.append(_running_head(heading, paper, number) if number > 1 else _rights(heading, paper))
        lines.append(
            f"#place(top + left, dx: {page.left_mm - bleed:.3f}mm, dy: {page.top_mm - bleed:.3f}mm, "
            f'image("{number}.svg", width: {page.width_mm + 2 * bleed:.3f}mm))'
        )
    return "\n".join(lines)


def _text(content: str) -> str:
    """Return a string of Typst."""
    return json.dumps(content, ensure_ascii=False)


def _title(heading: Heading, paper: Paper) -> str:
    width = paper.text_width_mm
    top = paper.top_mm
    lines = []
    if heading.title:
        lines.append(_title_line(heading, paper, top))
        top += TITLE_PT * _LINE_MM
    if heading.part:
        style = f'size: {PART_PT}pt, weight: "bold"'
        place = f"dx: {paper.margin_mm}mm, dy: {paper.top_mm}mm"
        lines.append(f"#place(top + left, {place}, text({style}, {_text(heading.part)}))")
    for side, texts in (("left", heading.left), ("right", heading.right)):
        dx = paper.margin_mm if side == "left" else paper.margin_mm + width / 2
        body = " + linebreak() + ".join(_text(each) for each in texts) or '""'
        lines.append(
            f"#place(top + left, dx: {dx}mm, dy: {top:.3f}mm, box(width: {width / 2}mm, align({side}, "
            f"text(size: {CREDIT_PT}pt, {body}))))"
        )
    return "\n".join(lines)


def _title_line(heading: Heading, paper: Paper, top_mm: float) -> str:
    """Set the title in one line, smaller if it is long, between the name of a part and its mirror image."""
    width = paper.text_width_mm - (2 * _PART_MM if heading.part else 0)
    body = f'text(weight: "bold", {_text(heading.title)})'
    return f"#place(top + center, dy: {top_mm:.3f}mm, fitted({TITLE_PT}pt, {width}mm, {body}))"


def _running_head(heading: Heading, paper: Paper, number: int) -> str:
    side = "left" if number % 2 == 0 else "right"
    top = paper.top_mm - HEAD_PT * _LINE_MM - _HEAD_GAP_MM
    style = f'size: {HEAD_PT}pt, style: "italic"'
    title = f"#place(top + center, dy: {top:.3f}mm, text({style}, {_text(_running(heading))}))"
    page = (
        f"#place(top + {side}, dx: {paper.margin_mm if side == 'left' else -paper.margin_mm}mm, dy: {top:.3f}mm, "
        f"text(size: {HEAD_PT + 1}pt, {_text(str(number))}))"
    )
    return f"{title}\n{page}"


def _running(heading: Heading) -> str:
    return " – ".join(each for each in (heading.title, heading.part) if each)


def _rights(heading: Heading, paper: Paper) -> str:
    body = f"align(center, text(size: {RIGHTS_PT}pt, {_text(heading.rights)}))"
    return (
        f"#place(bottom + left, dx: {paper.margin_mm}mm, dy: {-paper.bottom_mm / 2:.3f}mm, "
        f"box(width: {paper.text_width_mm}mm, {body}))"
    )
