"""The content of a file that is not on disk: from a pipe, an upload, or a score about to be written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# first bytes of each format; ABC has none of its own
_SIGNATURES = ((b"PK", ".mxl"), (b"MThd", ".mid"), (b"<", ".musicxml"), (b"**", ".krn"), (b"!!", ".krn"))


def ending_of_content(content: bytes) -> str:
    """Return the ending of the format that some bytes begin like; empty if they begin like none, as ABC does.

    >>> ending_of_content(b" <?xml"), ending_of_content(b"X:1")
    ('.musicxml', '')
    """
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((ending for signature, ending in _SIGNATURES if start.startswith(signature)), "")


@contextmanager
def as_file(content: bytes, name: str) -> Iterator[Path]:
    """Give a temporary file of some name with this content, which is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="arranger-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path
