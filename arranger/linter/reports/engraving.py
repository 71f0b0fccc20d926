"""Scores as SVG, engraved by Verovio, an optional dependency that only this module imports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from importlib.util import find_spec

_PAGE_WIDTH, _SCALE = 2100, 40  # tenths of a millimetre; per cent
_NOTE = re.compile(r'<g id="([^"]+)" class="note"[^>]*>')


def demand_engraver() -> None:
    """Raise ValueError, with the command that installs it, if Verovio is missing."""
    if find_spec("verovio") is None:
        raise ValueError("engraving needs verovio, which is not installed; pip install 'arranger[engrave]'")


def engrave(musicxml: str, *, reasons: Mapping[str, str], seed: int = 1) -> list[str]:
    """Return the pages of a score as SVG texts. A note's reason becomes its title, which browsers show on hover.

    Args:
        musicxml: the score to engrave.
        reasons: id of a note -> text.
        seed: seed for the ids that Verovio generates, so that equal scores give equal pages.

    Raises ValueError if Verovio is missing or cannot load the score.
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
    if not toolkit.loadData(musicxml):
        raise ValueError("Verovio cannot engrave the score; write it with --annotate and open that file")
    return [_titled(toolkit.renderToSVG(page), reasons) for page in range(1, toolkit.getPageCount() + 1)]


def _titled(svg: str, reasons: Mapping[str, str]) -> str:
    def add(match: re.Match[str]) -> str:
        reason = reasons.get(match[1])
        return f"{match[0]}<title>{escape(reason)}</title>" if reason else match[0]

    return _NOTE.sub(add, svg)
