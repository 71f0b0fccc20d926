"""MusicXML -> staves, read directly from the XML elements.

The file is not read by music21, because a score that is written back must keep what music21's reader
drops or changes: chord symbols at an <offset>, slur numbers, melisma lines, <sound> jumps, printed
bar numbers, the voices of chords, ties of single chord notes. Reading is also about ten times faster.
Tests compare the two readers note by note.

A part of several staves becomes one part per staff. Pitches, keys and chord symbols are at sounding pitch.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from arranger.formats import limits
from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.musicxml.bars import MeasureReader, PartState
from arranger.formats.reading.musicxml.credits import credit_creators, credit_title, with_roles
from arranger.formats.reading.musicxml.notes import text_of
from arranger.formats.reading.musicxml.similes import repeat_bar
from arranger.formats.reading.musicxml.unsung import MEANING
from arranger.formats.reading.staff import Heading, Measure, Sheet, Staff
from arranger.formats.reading.turns import divide_bars
from theory.notation.score import Part


def parse_musicxml(root: Element, source: str) -> Sheet:
    """Return the staves and heading of a MusicXML tree. Raises ReadError if it cannot be read."""
    staves = _staves(root, source)
    divide_bars(list({id(staff.measures): staff.measures for staff in staves}.values()))
    return Sheet(staves, _heading(root))


def _staves(root: Element, source: str) -> list[Staff]:
    """Return every staff of a score-partwise or score-timewise tree. Raises ReadError for other trees."""
    if root.tag not in ("score-partwise", "score-timewise"):
        raise ReadError(
            source, f"this is XML but not MusicXML (it begins with <{root.tag[:40]}>); export it as MusicXML"
        )
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
    """Return (part id, measures) for each part of a partwise or timewise score."""
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
    measures: list[Measure] = []
    for state.index, element in enumerate(elements):
        measures.append(_read_measure(element, state, source))
        _repeat_simile(measures, state)
    if sum(len(notes) for measure in measures for notes in measure.notes.values()) > limits.MAX_NOTES:
        raise ReadError(
            source, f"more than {limits.MAX_NOTES} notes in one part, too many for a score; is it the right file?"
        )
    name = "" if info is None else text_of(info, "part-name")
    short = "" if info is None else text_of(info, "part-abbreviation")
    staves = sorted({staff for measure in measures for staff in measure.notes}) or ["1"]
    part = Part(name, (), abbreviation=short, id=part_id)
    order = {measure.number: index for index, measure in reversed(list(enumerate(measures)))}
    doubts = sorted([*state.doubts, *_tallied(state)], key=lambda doubt: order.get(doubt[0], 0))
    silent = "; ".join(_silent(state))
    return [Staff(part, measures, staff, state.lost, doubts, state.lost_in, silent) for staff in staves]


def _repeat_simile(measures: list[Measure], state: PartState) -> None:
    """Fill the last measure read with the notes of the bar it repeats, if it is a simile sign."""
    source = state.similes.source_of(len(measures) - 1)
    if source is not None and repeat_bar(measures[-1], measures[source]):
        message = f"the simile sign is read as the notes of bar {measures[source].number} again"
        state.doubts.append((measures[-1].number, message))


def _silent(state: PartState) -> list[str]:
    """Return which notes are no tune, and why: one text per kind."""
    return [f"{why} ({tally.count} in {tally.where}) {MEANING[why]}" for why, tally in state.unsung.items()]


def _tallied(state: PartState) -> list[tuple[str, str]]:
    """Return notices, as (bar, message), of notes that are no tune, and of quarter tones."""
    found = []
    for text, tally in zip(_silent(state), state.unsung.values(), strict=True):
        words = f", and the words {tally.quoted} are left out" if tally.texts else ""
        found.append((tally.bars[0], f"{text}; the tune rests there{words}"))
    tones = state.quarter_tones
    if tones.count:
        message = f"quarter tones are read as half steps ({tones.where}): {tones.quoted.strip(chr(39)).rstrip(',')}"
        found.append((tones.bars[0], message))
    return found


def _read_measure(element: Element, state: PartState, source: str) -> Measure:
    try:
        return MeasureReader(element, state).read()
    except (ValueError, ZeroDivisionError) as error:
        place = f"bar {element.get('number', '?')}"
        raise ReadError(source, f"{error}; correct this bar and export the score again", place=place) from None


def _heading(root: Element) -> Heading:
    """Return the title, creators and copyright notice."""
    title = text_of(root, "movement-title") or text_of(root, "work/work-title")
    found = root.iterfind("identification/creator")
    creators = tuple((item.get("type") or "", " ".join(item.text.split())) for item in found if item.text)
    rights = text_of(root, "identification/rights")
    return Heading(title or credit_title(root), with_roles(creators) or credit_creators(root), rights)
