"""The parts of a score on pages, one booklet for each player or singer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, tostring

from arranger.engraving.breaks import breaks_of
from arranger.engraving.document import is_choir, parse_document, printed_name
from arranger.engraving.heading import heading_of
from arranger.engraving.pages import Booklet, PageSetup, engrave_root
from arranger.engraving.parts.extracting import PartOptions, enlarge_staff, extract_part, names_of
from arranger.engraving.source import Source
from arranger.formats.writing.staves import PIANO

_UNSAFE = re.compile(r"[^\w#.()]+")


@dataclass(frozen=True)
class PartBooklet:
    """A part on its pages, and as MusicXML."""

    name: str
    booklet: Booklet
    musicxml: bytes

    @property
    def file_name(self) -> str:
        """The name as part of a file's name.

        >>> PartBooklet("Clarinet 2 in Bb", None, b"").file_name
        'Clarinet-2-in-Bb'
        """
        return _UNSAFE.sub("-", self.name).strip("-")


def part_booklets(source: Source, setup: PageSetup, options: PartOptions) -> Iterator[PartBooklet]:
    """Yield the parts of a score. A singer sees all staves, the own one large; a player sees the own part alone.

    Raises ValueError if a package of the extra is missing, or the document is not a score.
    """
    source = source.opened()
    root = parse_document(source.musicxml)
    sings = is_choir(root)
    for index, name in enumerate(names_of(root)):
        if name in PIANO:
            continue  # the pianist plays from the score
        part = extract_part(root, index, options)
        musicxml = _written(part.root)
        heading = replace(heading_of(root), part=printed_name(name))
        if sings:
            pages = engrave_root(enlarge_staff(root, index), heading, setup=setup, breaks=breaks_of(source.score))
        else:
            turning = index if len(source.score.parts) == len(root.findall("part")) else None
            breaks = breaks_of(source.score, turning=turning).joined(part.bars)
            pages = engrave_root(part.root, heading, setup=setup, breaks=breaks)
        yield PartBooklet(name, pages, musicxml)


def _written(root: Element) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8", xml_declaration=False) + b"\n"
