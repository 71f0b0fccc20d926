"""Changes to Verovio's MEI before it is drawn: where systems begin, and the numbers of verses on each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from xml.etree import ElementTree as ET

_NAMESPACE = "http://www.music-encoding.org/ns/mei"
_TAG = f"{{{_NAMESPACE}}}"
_NUMBERED = re.compile(r"^\d+\.\N{NO-BREAK SPACE}")


def with_breaks(mei: str, starts: Collection[int]) -> str:
    """Return a score whose systems begin with these bars; each system is a page of its own, to be placed later."""
    ET.register_namespace("", _NAMESPACE)
    root = ET.fromstring(mei)
    parents = {child: parent for parent in root.iter() for child in parent}
    measures = list(root.iter(f"{_TAG}measure"))
    for index in starts:
        if index:
            parent = parents[measures[index]]
            parent.insert(list(parent).index(measures[index]), ET.Element(f"{_TAG}pb"))
    _number_verses(measures, starts)
    return ET.tostring(root, encoding="unicode")


def _number_verses(measures: list[ET.Element], starts: Collection[int]) -> None:
    """Print the number of each verse, where a staff has several, before its first syllable on each system."""
    several = {staff for measure in measures for staff, verse in _verses(measure) if verse.get("n", "1") != "1"}
    numbered: set[tuple[str, str]] = set()
    for index, measure in enumerate(measures):
        if index in starts:
            numbered = set()
        for staff, verse in _verses(measure):
            number = verse.get("n", "1")
            if staff not in several:
                continue
            for syllable in verse.iter(f"{_TAG}syl"):
                syllable.text = _NUMBERED.sub("", syllable.text or "")
            if (staff, number) not in numbered:
                numbered.add((staff, number))
                label = ET.Element(f"{_TAG}label")
                label.text = f"{number}."
                verse.insert(0, label)


def _verses(measure: ET.Element) -> Iterator[tuple[str, ET.Element]]:
    """Yield the syllables of a bar with the number of their staff."""
    for staff in measure.iter(f"{_TAG}staff"):
        for verse in staff.iter(f"{_TAG}verse"):
            yield staff.get("n", "1"), verse
