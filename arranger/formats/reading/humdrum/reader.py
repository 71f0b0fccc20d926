"""Humdrum -> staves.

A reader of our own, because music21's loses the words, the chord symbols, the expansion lists, some repeats, and the
voices of splits within splits. Every note that the text attacks is read, or the file is refused with the line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from arranger.formats import limits
from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.humdrum.bars import Cuts, Segment, marks_of, segments_of
from arranger.formats.reading.humdrum.beside import Beside, beside_notes
from arranger.formats.reading.humdrum.records import heading_of
from arranger.formats.reading.humdrum.sections import Plan, Sections, expanded
from arranger.formats.reading.humdrum.signs import Signs, in_force, kept, signs_of
from arranger.formats.reading.humdrum.spines import Columns, Row
from arranger.formats.reading.humdrum.staves import Voices, notes_by_segment
from arranger.formats.reading.humdrum.timing import Timeline, timeline_of
from arranger.formats.reading.staff import Measure, Sheet, Staff
from theory.notation.score import Direction, Harmony, Meter, Part

_NO_NOTES = "no **kern spine in the file; is it the right file?"
T = TypeVar("T", Harmony, Direction)


def parse_humdrum(text: str, source: str) -> Sheet:
    """Return the spines of a **kern text as staves, the highest first. Raises ReadError if it cannot be read."""
    if "**kern" not in text:
        raise ReadError(source, _NO_NOTES)
    if len(text) > limits.MAX_TEXT_CHARACTERS:
        raise ReadError(
            source, f"more than {limits.MAX_TEXT_CHARACTERS} characters, too long for a score; is it the right file?"
        )
    columns = Columns(source)
    rows = list(columns.rows(text))
    return _Text(rows, source).sheet(more=columns.more)


class _Text:
    """Reads the rows of one piece."""

    def __init__(self, rows: Sequence[Row], source: str) -> None:
        self._rows, self._source = rows, source
        self._timeline: Timeline = timeline_of(rows, source)
        spines = list(dict.fromkeys(path.spine for row in rows for path, _ in row.fields if path.kind == "kern"))
        if not spines:
            raise ReadError(source, _NO_NOTES)
        self._limit(len(spines))
        self._signs, self._sections = signs_of(rows, self._timeline.times, spines, source)
        self._staves = _from_the_top(self._signs)
        self._segments: list[Segment] = []  # as written

    def _limit(self, spines: int) -> None:
        if spines > limits.MAX_PARTS:
            raise ReadError(self._source, f"{spines} parts; at most {limits.MAX_PARTS} can be read")
        if sum(max(1, len(played.stem.heads)) for played in self._timeline.stems) > limits.MAX_NOTES:
            raise ReadError(self._source, f"more than {limits.MAX_NOTES} notes, too many for a score")

    def sheet(self, *, more: bool) -> Sheet:
        """Return the staves; there may be ``more`` pieces in the file."""
        heading, doubts = heading_of(self._rows)
        beside = beside_notes(self._rows, self._timeline, {spine: self._signs[spine].staff for spine in self._staves})
        cuts = self._cuts(self._sections)
        try:
            segments, unbarred = segments_of(cuts)
            self._segments = segments
            plan, jumps = expanded(segments, self._sections)
        except ValueError as error:
            raise ReadError(self._source, f"{error}, too many for a score; is it the right file?") from None
        self._check_lengths(plan.segments)
        doubts += ["the file holds several pieces; only the first one was read"] if more else []
        doubts += ["a fermata over a bar line is left out"] if any(mark.fermata for mark in cuts.marks.values()) else []
        doubts += [*([unbarred] if unbarred else []), *jumps, *beside.doubts, *self._in_bars(segments)]
        staves = [self._staff(spine, plan, beside) for spine in self._staves]
        for index, kind in plan.signs:
            staves[0].measures[index].directions.append(_jump(plan, index, kind == "da-capo"))
        return Sheet(staves, heading, tuple(dict.fromkeys(doubts)))

    def _cuts(self, sections: Sections) -> Cuts:
        meters = {time: meter for signs in self._signs.values() for time, meter in signs.meters.items()}
        keys = {time for signs in self._signs.values() for time in signs.keys}
        labels = set(sections.starts.values()) if sections.wanted else set()
        others = frozenset({*meters, *keys, *labels})
        return Cuts(marks_of(self._rows, self._timeline.times), others, meters, self._timeline.end_quarter)

    def _check_lengths(self, segments: Sequence[Segment]) -> None:
        long = next((each for each in segments if each.length_quarter > limits.MAX_BAR_QUARTERS), None)
        if long is not None:
            message = f"this bar lasts {long.length_quarter} quarters, far too long; are its bar lines missing?"
            raise ReadError(self._source, message, place=f"bar {long.number}")

    def _in_bars(self, segments: Sequence[Segment]) -> list[str]:
        """Return the doubts about times, each with its bar; of several in one bar the first."""
        starts = [segment.start_quarter for segment in segments]
        found: dict[str, str] = {}
        doubts = [(self._timeline.times[row], text) for row, text in self._timeline.doubts]
        for time, text in [*doubts, *(each for spine in self._staves for each in self._signs[spine].doubts)]:
            number = segments[max(0, bisect_right(starts, time) - 1)].number if segments else ""
            found.setdefault(number + text.partition(":")[2], f"bar {number}, {text}")
        return list(found.values())

    def _staff(self, spine: int, plan: Plan, beside: Beside) -> Staff:
        voices = Voices(beside.words.get(spine, {}))
        for played in self._timeline.stems:
            if played.path.spine == spine:
                voices.add(played)
        signs = self._signs[spine]
        notes = notes_by_segment(voices.finish(), self._segments)
        directions = [*signs.directions, *beside.directions.get(spine, ())]
        measures = []
        for index, segment in enumerate(plan.segments):
            before = plan.segments[index - 1] if index else None
            measure = Measure(segment.number, segment.continues, segment.length_quarter)
            measure.meter, measure.key = _signatures(signs, segment, before)
            measure.notes["1"] = list(notes.get(segment.start_quarter, ()))
            measure.harmonies = _inside(beside.harmonies.get(spine, ()), segment)
            measure.directions = _inside(directions, segment)
            measure.lines = segment.lines
            measures.append(measure)
        if len(measures) > 1 and plan.segments[1].continues:
            measures[0].divided = True
        part = Part(signs.name, (), abbreviation=signs.abbreviation, id=f"spine{spine + 1}")
        return Staff(part, measures, lost=voices.lost)


def _signatures(
    signs: Signs, segment: Segment, before: Segment | None
) -> tuple[Meter | None, tuple[int, str | None] | None]:
    """Return meter and key that begin with a segment; after a jump also those in force that differ from before it."""
    meter, key = signs.meters.get(segment.start_quarter), kept(signs.keys.get(segment.start_quarter))
    if before is not None and before.end_quarter == segment.start_quarter:
        return meter, key
    now, past = segment.start_quarter, before.start_quarter if before else Fraction(-1)
    meters = in_force(signs.meters, now), in_force(signs.meters, past)
    keys = in_force(signs.keys, now), in_force(signs.keys, past)
    return (meters[0] if meters[0] != meters[1] else None), (kept(keys[0]) if keys[0] != keys[1] else None)


def _from_the_top(signs: dict[int, Signs]) -> list[int]:
    """Return the spines from the highest staff down: by their *staff numbers if all have one, else from the right."""
    numbers = {spine: each.staff for spine, each in signs.items()}
    if len(set(numbers.values()) - {None}) == len(numbers):
        return sorted(numbers, key=lambda spine: numbers[spine] or 0)
    return sorted(numbers, reverse=True)


def _inside(items: Sequence[T], segment: Segment) -> list[T]:
    """Return the items in a segment, with onsets relative to it."""
    return [
        replace(item, onset_quarter=item.onset_quarter - segment.start_quarter)
        for item in items
        if segment.start_quarter <= item.onset_quarter < segment.end_quarter
    ]


def _jump(plan: Plan, index: int, back: bool) -> Direction:
    """Return the sign of a da capo or its end, at the end of a segment."""
    at: Fraction = plan.segments[index].length_quarter
    if not back:
        return Direction(at, "fine", "Fine")
    fine = any(kind == "fine" for _, kind in plan.signs)
    return Direction(at, "da-capo", "D.C. al Fine" if fine else "D.C.", "fine" if fine else "")
