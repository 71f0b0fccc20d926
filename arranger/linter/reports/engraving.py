"""Scores as SVG, engraved by Verovio, an optional dependency that this module alone knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from importlib.util import find_spec

from arranger.formats.writing import to_musicxml
from theory.notation.score import Score

_PAGE_WIDTH, _SCALE = 2100, 40  # tenths of a millimetre; per cent
_NOTE = re.compile(r'<g id="([^"]+)" class="note"[^>]*>')


def demand_engraver() -> None:
    """Refuse, with the way out, where there is no engraver."""
    if find_spec("verovio") is None:
        raise ValueError("engraving needs verovio, which is not installed; pip install 'arranger[engrave]'")


def engrave(score: Score, *, reasons: Mapping[str, str], seed: int = 1) -> list[str]:
    """Return a score's pages as SVG, notes that have a reason with it as their title, which browsers show on hover.

    Args:
        score: what to engrave, in open score.
        reasons: texts by the id of a note.
        seed: of the ids that the engraver makes up, so that equal scores give equal pages.
    """
    demand_engraver()
    import verovio  # an extra

    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    toolkit.setOptions(
        {
            "pageWidth": _PAGE_WIDTH,
            "scale": _SCALE,
            "adjustPageHeight": True,
            "svgViewBox": True,
            "header": "none",
            "footer": "none",
            "xmlIdSeed": seed,
        }
    )
    if not toolkit.loadData(to_musicxml(score).decode()):
        raise ValueError("the score cannot be engraved; look at it with --annotate")
    return [_titled(toolkit.renderToSVG(page), reasons) for page in range(1, toolkit.getPageCount() + 1)]


def _titled(svg: str, reasons: Mapping[str, str]) -> str:
    def add(match: re.Match[str]) -> str:
        reason = reasons.get(match[1])
        return f"{match[0]}<title>{escape(reason)}</title>" if reason else match[0]

    return _NOTE.sub(add, svg)
