"""Where bars stand in the text of an uncompressed MusicXML file, for programs that show places in files."""

from __future__ import annotations

from pathlib import Path
from xml.parsers import expat

from arranger.formats.reading.sheet import XML_ENDINGS

_ZIPPED = ".mxl"


def bar_lines(path: Path) -> dict[tuple[str, int], int]:
    """Return the line of each bar by the id of its part and its place in it, from 0; none for other kinds of file."""
    if path.suffix.lower() not in XML_ENDINGS or path.suffix.lower() == _ZIPPED or not path.is_file():
        return {}
    data = path.read_bytes()
    found = _BarLines()
    if not data.startswith(b"PK"):
        found.read(data)
    return found.lines


class _BarLines:
    """Follows parts and bars, whichever is written inside the other."""

    def __init__(self) -> None:
        self.lines: dict[tuple[str, int], int] = {}
        self._part, self._outer = "", "part"
        self._bar = -1
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start

    def read(self, data: bytes) -> None:
        """Follow a document that was read before, so that it is known to be sound."""
        self._parser.Parse(data, True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "score-partwise":
            self._outer = "part"
        elif tag == "score-timewise":
            self._outer = "measure"
        elif tag == "part":
            self._part = attributes.get("id", "")
            self._bar = -1 if self._outer == "part" else self._bar
            self._note(tag)
        elif tag == "measure":
            self._bar += 1
            self._note(tag)

    def _note(self, tag: str) -> None:
        if tag != self._outer:
            self.lines[self._part, self._bar] = self._parser.CurrentLineNumber
