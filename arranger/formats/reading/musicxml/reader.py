"""MusicXML -> ``Score``, straight from the elements.

The file is read by ElementTree rather than by music21: a score that is written back must keep
what music21's reader drops or changes (chord symbols at an <offset>, slur numbers, melisma
lines, <sound> jumps, printed bar numbers, the voices of chords, ties of single chord notes), and
reading costs a tenth of it. Tests hold the two readers against each other, note for note.

A part of several staves becomes one part a staff. Pitches, keys and chord symbols are sounding.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from arranger.formats import limits
from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.musicxml.bars import MeasureReader, PartState
from arranger.formats.reading.musicxml.notes import text_of
from arranger.formats.reading.staff import Heading, Measure, Sheet, Staff
from theory.notation.score import Part


def parse_musicxml(root: Element, source: str) -> Sheet:
    """Return the staves and heading of a MusicXML tree; ReadError where it is none."""
    return Sheet(_staves(root, source), _heading(root))


def _staves(root: Element, source: str) -> list[Staff]:
    """Return every staff of a score-partwise or score-timewise tree; ReadError where it is none."""
    if root.tag not in ("score-partwise", "score-timewise"):
        raise ReadError(source, f"XML, but not MusicXML (it begins with <{root.tag[:40]}>); export it as MusicXML")
    names = {item.get("id"): item for item in root.iterfind("part-list/score-part")}
    parts = _parts(root)
    if not parts:
        raise ReadError(source, "a score without parts; export it again")
    if len(parts) > limits.MAX_PARTS:
        raise ReadError(source, f"{len(parts)} parts; at most {limits.MAX_PARTS} can be read")
    staves: list[Staff] = []
    for part_id, measures in parts:
        staves += _part_staves(names.get(part_id), part_id or "", measures, source)
    return staves


def _parts(root: Element) -> list[tuple[str | None, list[Element]]]:
    """Return the measures of each part, in either order that MusicXML allows."""
    if root.tag == "score-partwise":
        return [(part.get("id"), part.findall("measure")) for part in root.findall("part")]
    found: dict[str | None, list[Element]] = {}
    for measure in root.findall("measure"):
        for part in measure.findall("part"):
            turned = Element("measure", measure.attrib)
            turned.extend(part)
            found.setdefault(part.get("id"), []).append(turned)
    return list(found.items())


def _part_staves(info: Element | None, part_id: str, elements: list[Element], source: str) -> list[Staff]:
    if len(elements) > limits.MAX_BARS:
        raise ReadError(source, f"{len(elements)} bars; at most {limits.MAX_BARS} can be read")
    state = PartState()
    measures = [_read_measure(element, state, source) for element in elements]
    if sum(len(notes) for measure in measures for notes in measure.notes.values()) > limits.MAX_NOTES:
        raise ReadError(source, f"more than {limits.MAX_NOTES} notes in one part; too many for a score")
    name = "" if info is None else text_of(info, "part-name")
    short = "" if info is None else text_of(info, "part-abbreviation")
    staves = sorted({staff for measure in measures for staff in measure.notes}) or ["1"]
    return [
        Staff(Part(name, (), abbreviation=short, id=part_id), measures, staff, state.lost, state.doubts)
        for staff in staves
    ]


def _read_measure(element: Element, state: PartState, source: str) -> Measure:
    try:
        return MeasureReader(element, state).read()
    except (ValueError, ZeroDivisionError) as error:
        place = f"bar {element.get('number', '?')}"
        raise ReadError(source, f"{error}; mend that bar and export it again", place=place) from None


def _heading(root: Element) -> Heading:
    """Return title, creators and rights."""
    title = text_of(root, "movement-title") or text_of(root, "work/work-title")
    found = root.iterfind("identification/creator")
    creators = tuple((item.get("type") or "", " ".join(item.text.split())) for item in found if item.text)
    return Heading(title, creators, text_of(root, "identification/rights"))
