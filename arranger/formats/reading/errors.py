"""The error that all readers raise."""

from __future__ import annotations

from arranger.formats.reading.texts import clean


class ReadError(ValueError):
    """A file that cannot be read. The message is one line: the file, the place in it, what is wrong, and what to do.

    >>> str(ReadError("song.xml", "no notes in it; is it the right file?", place="bar 3"))
    'song.xml, bar 3: no notes in it; is it the right file?'
    """

    def __init__(self, source: str, reason: str, *, place: str = "") -> None:
        where = f"{source}, {place}" if place else source
        super().__init__(clean(" ".join(f"{where}: {reason}".split())))
