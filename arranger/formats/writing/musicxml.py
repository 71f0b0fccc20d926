"""Scores as MusicXML 4.0.

Equal scores give equal bytes: ids are P1, P2 ..., and no date is written. The staves of a choir have a
bracket and separate bar lines (the words are between them), those of instruments have joined bar lines.
Page layout is left to the program that opens the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from arranger.formats.writing.measures import DrawnStaff, draw_staff, measure_element
from arranger.formats.writing.staves import PIANO, WrittenStaff, closed_staves, open_staves
from theory.notation.score import Score

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">\n'
)
_SOFTWARE = "arranger"
_STAFF_MILLIMETERS = (
    "5.8"  # as in choral octavos; with larger staves a page holds only two systems of four parts with words
)
_ACOUSTIC_PIANO = 0
_DRUM_CHANNEL = 10


def to_musicxml(score: Score, *, layout: str = "open") -> bytes:
    """Return a score as MusicXML 4.0 in UTF-8.

    Args:
        score: the score to write, with at least one bar and one part.
        layout: ``open`` (one staff per part) or ``closed`` (two to six voices on two staves).

    Raises
    ------
        ValueError: the layout does not fit the score, or the score is empty.
    """
    if not score.bars or not score.parts:
        raise ValueError("the score is empty: it has no bars or no parts")
    staves = {"open": open_staves, "closed": closed_staves}[layout](score)
    drawn = [draw_staff(staff, score.directions) for staff in staves]
    root = Element("score-partwise", {"version": "4.0"})
    _add_head(root, score, closed=layout == "closed")
    _add_part_list(root, staves, joined=layout == "open" and _plays(staves))
    _add_parts(root, drawn)
    indent(root, " ")
    return (_HEAD + tostring(root, encoding="unicode") + "\n").encode()


def _plays(staves: Sequence[WrittenStaff]) -> bool:
    """Whether all staves are for instruments."""
    return not any(staff.instrument and staff.instrument.is_voice for staff in staves)


def _add_head(root: Element, score: Score, *, closed: bool) -> None:
    if score.title:
        SubElement(root, "movement-title").text = score.title
    identification = SubElement(root, "identification")
    for role, name in score.creators:
        SubElement(identification, "creator", {"type": role}).text = name
    if score.rights:
        SubElement(identification, "rights").text = score.rights
    encoding = SubElement(identification, "encoding")
    SubElement(encoding, "software").text = _SOFTWARE
    for element, written in (("accidental", True), ("beam", True), ("stem", closed)):
        SubElement(encoding, "supports", {"element": element, "type": "yes" if written else "no"})
    scaling = SubElement(SubElement(root, "defaults"), "scaling")
    SubElement(scaling, "millimeters").text = _STAFF_MILLIMETERS
    SubElement(scaling, "tenths").text = "40"  # from the lowest line of a staff to the highest


def _add_part_list(root: Element, staves: Sequence[WrittenStaff], *, joined: bool) -> None:
    parts = SubElement(root, "part-list")
    own = [staff for staff in staves if staff.name not in PIANO]
    _add_group(parts, own, first=1, symbol="bracket", joined=joined)
    _add_group(parts, staves[len(own) :], first=len(own) + 1, symbol="brace", joined=True)


def _add_group(parts: Element, staves: Sequence[WrittenStaff], *, first: int, symbol: str, joined: bool) -> None:
    """Add staves that a bracket or a brace holds together; ``first`` is the number of the first one."""
    group = {"number": "1" if symbol == "bracket" else "2"}
    if len(staves) > 1:
        start = SubElement(parts, "part-group", {"type": "start", **group})
        SubElement(start, "group-symbol").text = symbol
        SubElement(start, "group-barline").text = "yes" if joined else "no"
    for number, staff in enumerate(staves, first):
        _add_score_part(parts, staff, number)
    if len(staves) > 1:
        SubElement(parts, "part-group", {"type": "stop", **group})


def _add_score_part(parts: Element, staff: WrittenStaff, number: int) -> None:
    part = SubElement(parts, "score-part", {"id": f"P{number}"})
    SubElement(part, "part-name").text = staff.name
    if staff.abbreviation:
        SubElement(part, "part-abbreviation").text = staff.abbreviation
    played = SubElement(part, "score-instrument", {"id": f"P{number}-I1"})
    SubElement(played, "instrument-name").text = staff.instrument.title if staff.instrument else staff.name
    if staff.instrument:
        SubElement(played, "instrument-sound").text = staff.instrument.sound
    midi = SubElement(part, "midi-instrument", {"id": f"P{number}-I1"})
    channel = (number - 1) % 15 + 1
    SubElement(midi, "midi-channel").text = str(channel + (channel >= _DRUM_CHANNEL))
    SubElement(midi, "midi-program").text = str(1 + (staff.instrument.program if staff.instrument else _ACOUSTIC_PIANO))


def _divisions(drawn: Sequence[DrawnStaff]) -> int:
    """Return the divisions per quarter with which every onset and duration is an integer."""
    denominators = {1}
    for staff in drawn:
        starts = [bar.onset_quarter for bar in staff.staff.bars]
        for onset, marks in zip(starts, staff.marks, strict=True):
            denominators |= {(mark.onset_quarter - onset).denominator for mark in marks}
        for onset, voices in zip(starts, staff.bars, strict=True):
            heads = [stem[0] for _, stems in voices for stem in stems]
            denominators |= {(head.onset_quarter - onset).denominator for head in heads}
            denominators |= {head.duration_quarter.denominator for head in heads}
    return lcm(*denominators)


def _add_parts(root: Element, drawn: Sequence[DrawnStaff]) -> None:
    unit = _divisions(drawn)

    def divisions(quarters: Fraction) -> int:
        return int(quarters * unit)

    for number, staff in enumerate(drawn, 1):
        part = SubElement(root, "part", {"id": f"P{number}"})
        for index in range(len(staff.staff.bars)):
            part.append(measure_element(staff, index, divisions))
