"""Verovio, an extra that only this module calls: from MusicXML or MEI to MEI, drawings and times."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import Any

_EXTRA = "pip install 'arranger[render]'"
_ALWAYS: dict[str, Any] = {
    "header": "none",
    "footer": "none",
    "font": "Leipzig",
    "svgViewBox": True,
    "svgFormatRaw": True,
    "smuflTextFont": "none",
    "xmlIdSeed": 1,  # the same ids each time
    "lyricNoStartHyphen": True,
    "lyricSize": 4.4,
    "lyricWordSpace": 1.8,
    "lyricTopMinMargin": 2.5,
    "spacingStaff": 10,
    "spacingBracketGroup": 10,
    "condense": "encoded",
    "condenseFirstPage": True,
    "justificationMaxVertical": 0.3,
    "justificationSystem": 1.5,
    "extenderLineMinSpace": 2.0,
    "dynamDist": 3.7,  # from the staff to the base line of the letters
    "defaultBottomMargin": 1.1,  # between notes with their signs and what stands below them
    "repeatEndingLineThickness": 0.2,
}


_PACKAGES = ("verovio", "typst", "fontTools", "brotli")


def demand_packages(*names: str) -> None:
    """Raise ValueError, with the command that installs them, if packages are missing; by default all for pages."""
    missing = [name for name in names or _PACKAGES if find_spec(name) is None]
    if missing:
        raise ValueError(f"pages need {', '.join(missing)}, not installed here; {_EXTRA}")


class Engraver:
    """A score that Verovio has loaded.

    Args:
        source: MusicXML or MEI.
        options: Verovio's, besides those that are always set.

    Raises ValueError if Verovio is missing or cannot load the score.
    """

    def __init__(self, source: str, **options: object) -> None:
        demand_packages("verovio")
        import verovio

        verovio.enableLog(verovio.LOG_OFF)
        self._verovio = verovio.toolkit()
        self._verovio.setOptions({**_ALWAYS, **options})
        if not self._verovio.loadData(source):
            raise ValueError("Verovio cannot engrave the score; open it in a notation program and save it again")

    def mei(self) -> str:
        """Return the score as MEI."""
        text: str = self._verovio.getMEI()
        return re.sub(r' isodate="[^"]*"', "", text)

    @property
    def page_count(self) -> int:
        """How many pages there are."""
        count: int = self._verovio.getPageCount()
        return count

    def drawing(self, page: int) -> str:
        """Return a page as SVG; pages are counted from 1."""
        svg: str = self._verovio.renderToSVG(page)
        return svg

    def drawings(self) -> list[str]:
        """Return each page as SVG."""
        return [self.drawing(page) for page in range(1, self.page_count + 1)]

    def page_with(self, name: str) -> int:
        """Return the page on which the element with an id is drawn, 0 if there is none."""
        page: int = self._verovio.getPageWithElement(name)
        return page

    def times(self) -> list[dict[str, Any]]:
        """Return Verovio's table of times: what sounds from when on, in milliseconds and quarters."""
        table: list[dict[str, Any]] = self._verovio.renderToTimemap({"includeMeasures": True})
        return table
