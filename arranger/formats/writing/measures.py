"""Bars of a staff as MusicXML ``measure`` elements."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from arranger.formats.writing.accidentals import accidentals_of
from arranger.formats.writing.beams import beams_of
from arranger.formats.writing.marks import decimal, direction_element, harmony_element
from arranger.formats.writing.notes import Look, note_element
from arranger.formats.writing.rests import with_rests_of
from arranger.formats.writing.staves import StaffVoice, WrittenStaff
from arranger.formats.writing.stems import Stem, cut_at_bars, draw, fill_with_rests, is_bar_rest, stems_of
from theory.notation.score import PLAYED_ONLY, Bar, Direction, Harmony, Note
from theory.notation.unfold import bar_of

Divisions = Callable[[Fraction], int]
Drawn = list[tuple[StaffVoice, list[Stem]]]  # (voice, its stems) in one bar
Mark = Direction | Harmony
_EDGE_STYLES = {"left": "heavy-light", "right": "light-heavy"}
_IN_EVERY_STAFF = frozenset({"dynamic", "wedge"})


@dataclass(frozen=True)
class DrawnStaff:
    """A staff with its notes as they are drawn, bar by bar."""

    staff: WrittenStaff
    bars: list[Drawn]
    marks: list[list[Mark]]  # directions and chord symbols, by bar


def draw_staff(staff: WrittenStaff, directions: Sequence[Direction]) -> DrawnStaff:
    """Return a staff with note types, ties and rests decided, and its marks sorted into the bars."""
    drawn: list[Drawn] = [[] for _ in staff.bars]
    for line in staff.lines:
        for bar, stems in zip(staff.bars, cut_at_bars(stems_of(line.notes), staff.bars), strict=True):
            above = drawn[bar.index]
            full = with_rests_of(above[-1][1], stems, bar) if above else fill_with_rests(stems, bar)
            if full:
                above.append((line, draw(full, bar)))
    shown = [mark for mark in directions if _is_shown(mark, staff)]
    return DrawnStaff(staff, drawn, _marks_by_bar(staff, shown))


def _is_shown(mark: Direction, staff: WrittenStaff) -> bool:
    """Whether a mark is for this staff: its own, or one for all parts that stands in every staff or on top."""
    if mark.part:
        return mark.part == staff.name
    return staff.is_top or mark.kind in _IN_EVERY_STAFF


def _marks_by_bar(staff: WrittenStaff, directions: Sequence[Direction]) -> list[list[Mark]]:
    held: list[list[Mark]] = [[] for _ in staff.bars]
    for direction in directions:
        held[bar_of(direction, staff.bars)].append(direction)
    starts = [bar.onset_quarter for bar in staff.bars]
    for chord in staff.chords:
        held[max(bisect_right(starts, chord.onset_quarter) - 1, 0)].append(chord)
    return [sorted(marks, key=lambda mark: mark.onset_quarter) for marks in held]


def measure_element(drawn: DrawnStaff, index: int, divisions: Divisions) -> Element:
    """Return one bar of a staff; ``divisions`` converts quarters to MusicXML divisions."""
    bar = drawn.staff.bars[index]
    measure = Element("measure", {"number": bar.number or str(index + 1)})
    if bar.implicit:
        measure.set("implicit", "yes")
    _add_barline(measure, bar, "left", shown=drawn.staff.is_top)
    _add_attributes(measure, drawn.staff, index, divisions)
    _add_voices(measure, drawn, index, divisions)
    _add_barline(measure, bar, "right", shown=drawn.staff.is_top)
    return measure


def _add_attributes(measure: Element, staff: WrittenStaff, index: int, divisions: Divisions) -> None:
    bar, before = staff.bars[index], staff.bars[index - 1] if index else None
    attributes = Element("attributes")
    if before is None:
        SubElement(attributes, "divisions").text = str(divisions(Fraction(1)))
    if before is None or bar.shows_key or bar.key != before.key:
        key = SubElement(attributes, "key")
        SubElement(key, "fifths").text = str(bar.key.fifths)
        SubElement(key, "mode").text = bar.key.mode_name
    if before is None or bar.shows_meter or bar.meter != before.meter:
        time = SubElement(attributes, "time", {"symbol": bar.meter.symbol} if bar.meter.symbol else {})
        SubElement(time, "beats").text = str(bar.meter.beats)
        SubElement(time, "beat-type").text = str(bar.meter.beat_type)
    if before is None:
        _add_clef(attributes, staff)
    if len(attributes):
        measure.append(attributes)


def _add_clef(attributes: Element, staff: WrittenStaff) -> None:
    clef = SubElement(attributes, "clef")
    SubElement(clef, "sign").text = staff.clef.sign
    SubElement(clef, "line").text = str(staff.clef.line)
    if staff.clef.octave:
        SubElement(clef, "clef-octave-change").text = str(staff.clef.octave)
    interval = staff.transposition
    if interval.semitones:
        within = interval.simple
        transpose = SubElement(attributes, "transpose")
        SubElement(transpose, "diatonic").text = str(within.steps)
        SubElement(transpose, "chromatic").text = str(within.semitones)
        if within != interval:
            SubElement(transpose, "octave-change").text = str((interval.steps - within.steps) // 7)


def _add_barline(measure: Element, bar: Bar, side: str, *, shown: bool) -> None:
    """Add a bar line if it is not the usual one; brackets of endings are printed (``shown``) only on the top staff."""
    left = side == "left"
    repeats = bar.repeat_start if left else bool(bar.repeat_end)
    style = (bar.left_line if left else bar.right_line) or (_EDGE_STYLES[side] if repeats else None)
    ending = ("start" if bar.volta_start else None) if left else bar.volta_stop
    if not (style or ending or repeats):
        return
    barline = SubElement(measure, "barline", {"location": side})
    if style:
        SubElement(barline, "bar-style").text = style
    if ending and bar.volta:
        bracket = SubElement(barline, "ending", {"number": ",".join(map(str, bar.volta)), "type": ending})
        if not shown:
            bracket.set("print-object", "no")  # every part needs the ending itself for playback
    if repeats:
        repeat = SubElement(barline, "repeat", {"direction": "forward" if left else "backward"})
        if bar.repeat_end > 2 and not left:
            repeat.set("times", str(bar.repeat_end))


def _add_voices(measure: Element, drawn: DrawnStaff, index: int, divisions: Divisions) -> None:
    bar, voices = drawn.staff.bars[index], drawn.bars[index]
    notes = [note for _, stems in voices for stem in stems for note in stem]
    signs = accidentals_of(notes, bar.key)
    shown: set[tuple[Fraction, Fraction]] = set()  # (onset, duration) of rests that an earlier voice prints
    for number, (line, stems) in enumerate(voices):
        if number:
            backup = SubElement(measure, "backup")
            SubElement(backup, "duration").text = str(
                divisions(_reached(voices[number - 1][1], bar) - bar.onset_quarter)
            )
        marks = drawn.marks[index] if number == 0 else []
        writer = _VoiceWriter(measure, drawn.staff, bar, divisions)
        writer.add(line, stems, marks, signs, shown)
        shown |= {(stem[0].onset_quarter, stem[0].duration_quarter) for stem in stems if stem[0].pitch is None}


def _reached(stems: Sequence[Stem], bar: Bar) -> Fraction:
    return max((stem[0].end_quarter for stem in stems), default=bar.onset_quarter)


@dataclass(frozen=True)
class _VoiceWriter:
    """Writes one voice of a bar: its notes in order, marks between them, and <forward> over gaps."""

    measure: Element
    staff: WrittenStaff
    bar: Bar
    divisions: Divisions

    def add(
        self,
        line: StaffVoice,
        stems: list[Stem],
        marks: list[Mark],
        signs: dict[int, str],
        shown: set[tuple[Fraction, Fraction]],
    ) -> None:
        waiting = list(marks)
        reached = self.bar.onset_quarter
        for stem, beams in zip(stems, beams_of(stems, self.bar), strict=True):
            head = stem[0]
            if head.onset_quarter > reached:
                forward = SubElement(self.measure, "forward")
                SubElement(forward, "duration").text = str(self.divisions(head.onset_quarter - reached))
            while waiting and (
                waiting[0].onset_quarter < head.end_quarter or waiting[0].onset_quarter == head.onset_quarter
            ):
                self._add_mark(waiting.pop(0), head.onset_quarter)
            for note in stem:
                self.measure.append(note_element(note, self._look(note, line, beams, signs, shown), self.divisions))
            reached = max(reached, head.end_quarter)
        for mark in waiting:
            self._add_mark(mark, reached)

    def _look(
        self,
        note: Note,
        line: StaffVoice,
        beams: tuple[str, ...],
        signs: dict[int, str],
        shown: set[tuple[Fraction, Fraction]],
    ) -> Look:
        hidden = note.pitch is None and (note.onset_quarter, note.duration_quarter) in shown
        return Look(signs.get(id(note), ""), beams, line.stem, line.words, hidden, is_bar_rest(note, self.bar))

    def _add_mark(self, mark: Mark, position: Fraction) -> None:
        offset = self.divisions(mark.onset_quarter - position)
        if isinstance(mark, Harmony):
            self.measure.append(harmony_element(mark, offset))
        elif mark.placement == PLAYED_ONLY:
            SubElement(self.measure, "sound", {"tempo": decimal(Fraction(mark.value))})
        else:
            placement = self.staff.dynamics if mark.kind in _IN_EVERY_STAFF else ""
            self.measure.append(direction_element(mark, offset, placement=placement))
