"""The one error of reading."""

from __future__ import annotations


class ReadError(ValueError):
    """A file that cannot be read: one line with the file, the place and the way out.

    >>> str(ReadError("song.xml", "no notes in it; is it the right file?", place="bar 3"))
    'song.xml, bar 3: no notes in it; is it the right file?'
    """

    def __init__(self, source: str, reason: str, *, place: str = "") -> None:
        where = f"{source}, {place}" if place else source
        super().__init__(" ".join(f"{where}: {reason}".split()))
