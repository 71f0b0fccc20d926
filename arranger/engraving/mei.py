"""Changes to Verovio's MEI before it is drawn: tempo marks, and where systems and pages begin, with verse numbers.

Breaks are tried many times, so they go into the text of the MEI, which is faster than a tree.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from xml.etree import ElementTree as ET

_NAMESPACE = "http://www.music-encoding.org/ns/mei"
_TAG = f"{{{_NAMESPACE}}}"
_NUMBERED = re.compile(r"^\d+\.[.…\s]*(?=\S)")  # the number of a verse before its first word, as people type it
_TEMPO_SOUND = re.compile(r"^(mm|midi)\b")
_BAR = re.compile(r"(?=<measure )")
_STAFF_OR_VERSE = re.compile(r'<(staff|verse) [^>]*?\bn="([^"]+)"[^>]*>')


def prepared(mei: str) -> str:
    """Return a score with tempo marks above its chord symbols, and words without the numbers of verses."""
    ET.register_namespace("", _NAMESPACE)
    root = ET.fromstring(mei)
    _strip_numbers(root)
    for index, measure in enumerate(root.iter(f"{_TAG}measure")):
        for tempo in measure.findall(f"{_TAG}tempo"):
            _raise(tempo, at_start=index == 0)
    return ET.tostring(root, encoding="unicode")


def with_breaks(mei: str, systems: Sequence[int], pages: Collection[int]) -> str:
    """Return a score whose systems, and whose pages, begin with these bars; each system has the numbers of its verses.

    >>> with_breaks("<section><measure n='1'/><measure n='2'/></section>", (0, 1), ())
    "<section><measure n='1'/><sb/><measure n='2'/></section>"
    """
    head, *bars = _BAR.split(mei)
    text = [head]
    for start, end in zip(systems, (*systems[1:], len(bars)), strict=True):
        if start:
            text.append("<pb/>" if start in pages else "<sb/>")
        text.append(_with_verse_numbers("".join(bars[start:end])))
    return "".join(text)


def _with_verse_numbers(system: str) -> str:
    """Put the number of each verse before its first syllable on a system, but for a refrain of one verse."""
    first: dict[str, dict[str, int]] = {}  # staff -> verse -> where its first syllable begins
    staff = ""
    for match in _STAFF_OR_VERSE.finditer(system):
        if match[1] == "staff":
            staff = match[2]
        else:
            first.setdefault(staff, {}).setdefault(match[2], match.end())
    numbers = {
        place: verse
        for verses in first.values()
        for verse, place in verses.items()
        if verse.isdigit() and set(verses) != {"1"}
    }
    for place in sorted(numbers, reverse=True):
        system = f"{system[:place]}<label>{numbers[place]}.</label>{system[place:]}"
    return system


def _strip_numbers(root: ET.Element) -> None:
    """Remove numbers of verses from the words of staves with several verses, where systems get them instead."""
    several = {staff for staff, verse in _verses(root) if verse.get("n", "1") != "1"}
    for staff, verse in _verses(root):
        for syllable in verse.iter(f"{_TAG}syl") if staff in several else ():
            syllable.text = _NUMBERED.sub("", syllable.text or "")


def _verses(root: ET.Element) -> Iterator[tuple[str, ET.Element]]:
    """Yield all syllables with the number of their staff."""
    for staff in root.iter(f"{_TAG}staff"):
        for verse in staff.iter(f"{_TAG}verse"):
            yield staff.get("n", "1"), verse


def _raise(tempo: ET.Element, *, at_start: bool) -> None:
    """Let a tempo mark stand above chord symbols, as Verovio places rehearsal marks, and begin at its place."""
    tempo.tag = f"{_TAG}reh"
    for name in [name for name in tempo.attrib if _TEMPO_SOUND.match(name)]:
        del tempo.attrib[name]
    if at_start and tempo.get("tstamp") == "1":
        tempo.set("tstamp", "0")  # above the meter
    line = ET.Element(f"{_TAG}rend", {"halign": "left"})
    line.text, line[:] = tempo.text, list(tempo)
    tempo.text, tempo[:] = None, [line]
