"""Compressed MusicXML (.mxl): a zip whose first, stored entry says what it is.

Times inside the zip are fixed, so that equal scores give equal files.
"""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

MEDIA_TYPE = "application/vnd.recordare.musicxml"
_CONTAINER = f"""<?xml version="1.0" encoding="UTF-8"?>
<container>
 <rootfiles>
  <rootfile full-path="score.musicxml" media-type="{MEDIA_TYPE}+xml"/>
 </rootfiles>
</container>
"""
_THE_BEGINNING = (1980, 1, 1, 0, 0, 0)


def to_mxl(musicxml: bytes) -> bytes:
    """Return MusicXML text packed as .mxl."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        _add(archive, "mimetype", MEDIA_TYPE.encode(), ZIP_STORED)
        _add(archive, "META-INF/container.xml", _CONTAINER.encode(), ZIP_DEFLATED)
        _add(archive, "score.musicxml", musicxml, ZIP_DEFLATED)
    return packed.getvalue()


def _add(archive: ZipFile, name: str, content: bytes, method: int) -> None:
    entry = ZipInfo(name, _THE_BEGINNING)
    entry.compress_type = method
    archive.writestr(entry, content)
