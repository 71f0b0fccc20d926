"""Reads a few parts or the first bars of a long compressed MusicXML file, without parsing the rest of it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from theory.music21_bridge.reading import from_music21
from theory.notation.score import Score

_CONTAINER = "META-INF/container.xml"


def read_excerpt(path: Path, *, parts: int | None = None, bars: int | None = None) -> Score:
    """Return the first parts and bars of a .mxl file; None keeps all.

    Raises ValueError if the file is damaged or has no notes there.
    """
    from music21 import converter

    text = excerpt(_music_in(path), parts=parts, bars=bars)
    return from_music21(converter.parse(text, format="musicxml"))


def excerpt(text: bytes, *, parts: int | None = None, bars: int | None = None) -> str:
    r"""Return a MusicXML text with its first parts and bars only.

    >>> song = b"<score-partwise><part-list><score-part id='A'/><score-part id='B'/></part-list>"
    >>> song += b"<part id='A'><measure number='1'/><measure number='2'/></part><part id='B'/></score-partwise>"
    >>> excerpt(song, parts=1, bars=1).count("<measure"), excerpt(song, parts=1).count("<score-part ")
    (1, 1)
    """
    root = ElementTree.fromstring(text)
    listed, written = root.find("part-list"), root.findall("part")
    kept = {part.get("id") for part in written[:parts]}
    if listed is not None:
        for entry in [each for each in listed if each.tag != "score-part" or each.get("id") not in kept]:
            listed.remove(entry)
    for part in written:
        if part.get("id") not in kept:
            root.remove(part)
        for bar in part.findall("measure")[bars:] if bars is not None else ():
            part.remove(bar)
    return ElementTree.tostring(root, encoding="unicode")


def _music_in(path: Path) -> bytes:
    """Return the score inside a .mxl file. Raises ValueError if it cannot be unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as packed:
            named = ElementTree.fromstring(packed.read(_CONTAINER)).iter()
            name = next(entry.get("full-path") for entry in named if entry.tag.endswith("rootfile"))
            return packed.read(name or "")
    except (zipfile.BadZipFile, KeyError, StopIteration, ElementTree.ParseError) as error:
        raise ValueError(f"{path}: not a compressed MusicXML file ({error})") from None
