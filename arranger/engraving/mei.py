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
_NOT_OF_REHEARSAL = re.compile(r"^(mm|midi|func|extender|vgrp)\b")
_BAR = re.compile(r"(?=<measure )")
_MARK_ON_TOP = re.compile(r'(<(?:harm|dir|reh|tempo) [^>]*?\bstaff=")1(")')
_OPENED_ENDING = re.compile(r"<ending [^>]*>\s*\Z")
_STAFF_NOTE_OR_VERSE = re.compile(
    r'<staff [^>]*?\bn="(?P<staff>[^"]+)"[^>]*>|<(?:note|chord|rest) |<verse [^>]*?\bn="(?P<verse>[^"]+)"[^>]*>'
)


def prepared(mei: str, *, hides_rests: bool = False, joined: Sequence[range] = ()) -> str:
    """Return a score with tempo marks above its chord symbols, and words without the numbers of verses.

    If it ``hides_rests``, staves that rest on a whole system are left out there. Runs of bars of rest are ``joined``.
    """
    ET.register_namespace("", _NAMESPACE)
    root = ET.fromstring(mei)
    for definition in root.iter(f"{_TAG}scoreDef") if hides_rests else ():
        definition.set("optimize", "true")
    _strip_numbers(root)
    _join(root, joined)
    for index, measure in enumerate(root.iter(f"{_TAG}measure")):
        for tempo in measure.findall(f"{_TAG}tempo"):
            _raise(tempo, at_start=index == 0)
        for words in measure.findall(f"{_TAG}dir"):
            if words.get("place") == "above" and words.get("tstamp") == "1" and words.get("staff") == "1":
                _raise(words, at_start=False, style="italic")
    return ET.tostring(root, encoding="unicode")


def with_breaks(mei: str, systems: Sequence[int], pages: Collection[int]) -> str:
    """Return a score whose systems, and whose pages, begin with these bars; each system has the numbers of its verses.

    >>> with_breaks("<section><measure n='1'/><measure n='2'/></section>", (0, 1), ())
    "<section><measure n='1'/><sb/><measure n='2'/></section>"
    """
    head, *bars = _BAR.split(mei)
    text = head
    for start, end in zip(systems, (*systems[1:], len(bars)), strict=True):
        if start:
            opened = _OPENED_ENDING.search(text)  # a break within it would continue the bracket of the ending
            place = opened.start() if opened else len(text)
            text = f"{text[:place]}{'<pb/>' if start in pages else '<sb/>'}{text[place:]}"
        text += _with_verse_numbers("".join(bars[start:end]))
    return text


def marks_on_sounding_staves(mei: str, systems: Sequence[int]) -> str:
    """Return a score whose marks above the top staff stand above the first staff that is not hidden."""
    head, *bars = _BAR.split(mei)
    for start, end in zip(systems, (*systems[1:], len(bars)), strict=True):
        silent = dict.fromkeys(re.findall(r'<staff [^>]*?\bn="(\d+)"', bars[start]), True)
        for bar in bars[start:end]:
            for number, content in re.findall(r'<staff [^>]*?\bn="(\d+)"[^>]*>(.*?)</staff>', bar, re.DOTALL):
                silent[number] = silent.get(number, True) and "<note " not in content
        top = next((number for number, is_silent in silent.items() if not is_silent), "1")
        if top != "1":
            bars[start:end] = [_MARK_ON_TOP.sub(rf"\g<1>{top}\2", bar) for bar in bars[start:end]]
    return head + "".join(bars)


def _with_verse_numbers(system: str) -> str:
    """Put the numbers of verses before the first syllables on a system that stand below each other.

    A verse that begins elsewhere gets its number there; a refrain of one verse gets none.
    """
    places: dict[int, str] = {}  # where a number belongs -> the number
    for notes in _verses_by_note(system).values():
        several = next((note for note in notes if len(note) > 1), {})
        numbered = dict(several)
        for note in notes:
            numbered.update({verse: place for verse, place in note.items() if verse not in numbered and verse != "1"})
        places.update({place: verse for verse, place in numbered.items() if verse.isdigit()})
    for place in sorted(places, reverse=True):
        system = f"{system[:place]}<label>{places[place]}.</label>{system[place:]}"
    return system


def _verses_by_note(system: str) -> dict[str, list[dict[str, int]]]:
    """Return for each staff the verses of its notes, in order, with where the syllable of each begins."""
    found: dict[str, list[dict[str, int]]] = {}
    notes: list[dict[str, int]] = []
    for match in _STAFF_NOTE_OR_VERSE.finditer(system):
        if match["staff"]:
            notes = found.setdefault(match["staff"], [])
        elif match["verse"]:
            notes[-1][match["verse"]] = match.end()
        else:
            notes.append({})
    return found


def _join(root: ET.Element, runs: Sequence[range]) -> None:
    """Draw each run of bars of rest as one bar with their number."""
    measures = list(root.iter(f"{_TAG}measure"))
    parents = {child: parent for parent in root.iter() for child in parent}
    for run in runs:
        for rest in list(measures[run.start].iter(f"{_TAG}mRest")):
            layer = parents[rest]
            layer.insert(list(layer).index(rest), ET.Element(f"{_TAG}multiRest", {"num": str(len(run))}))
            layer.remove(rest)
        for index in run[1:]:
            parents[measures[index]].remove(measures[index])


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


def _raise(mark: ET.Element, *, at_start: bool, style: str = "") -> None:
    """Let a tempo mark, or words such as Chorus, stand above chord symbols, as Verovio places rehearsal marks."""
    mark.tag = f"{_TAG}reh"
    for name in [name for name in mark.attrib if _NOT_OF_REHEARSAL.match(name)]:
        del mark.attrib[name]
    if at_start and mark.get("tstamp") == "1":
        mark.set("tstamp", "0")  # above the meter
    line = ET.Element(f"{_TAG}rend", {"halign": "left"})
    if style:
        line.set("fontstyle", style)
        line.set("fontweight", "normal")
    line.text, line[:] = mark.text, list(mark)
    mark.text, mark[:] = None, [line]
