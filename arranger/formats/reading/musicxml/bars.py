"""Bars of MusicXML: one <measure> of one part -> ``Measure``.

A measure is read once, in order, with a cursor: notes move it on, <backup> and <forward> shift it,
chord notes have the onset of the note before them, and <harmony> and <direction> are at the cursor,
shifted by their <offset> (MusicXML 4.0 reference, elements backup, forward, harmony and offset).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree.ElementTree import Element

from arranger.formats import limits
from arranger.formats.reading.musicxml import directions as xml_directions
from arranger.formats.reading.musicxml.notes import duration_quarter, exact, number_of, parse_note, text_of
from arranger.formats.reading.musicxml.typed_chords import take_typed_chords
from arranger.formats.reading.staff import Lines, Measure, volta_numbers
from theory.notation.pitch import Interval
from theory.notation.score import Harmony, Meter, bar_line

_MINOR_MODES = {"minor", "dorian", "phrygian", "aeolian", "locrian"}
# number of half steps -> letter steps, for a <transpose> without <diatonic>
_STEPS_OF_SEMITONES = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)


@dataclass
class PartState:
    """What carries over from one measure of a part to the next."""

    divisions: Fraction = Fraction(1)
    transposition: Interval = field(default_factory=lambda: Interval(0, 0))
    lost: Counter[str] = field(default_factory=Counter)  # marks that are not kept
    doubts: list[tuple[str, str]] = field(default_factory=list)  # (bar number, message)


class MeasureReader:
    """Reads one <measure>."""

    def __init__(self, element: Element, state: PartState) -> None:
        self._element = element
        self._state = state
        self._cursor = Fraction(0)
        self._previous_onset = Fraction(0)
        self._measure = Measure((element.get("number") or "").strip(), element.get("implicit") == "yes")

    def read(self) -> Measure:
        """Return the measure. Raises ValueError for a malformed number, pitch, key or meter in it."""
        for child in self._element:
            handler = _HANDLERS.get(child.tag)
            if handler:
                handler(self, child)
        for doubt in take_typed_chords(self._measure, self._state.transposition):
            self._doubt(doubt)
        return self._measure

    def _advance(self, duration: Fraction) -> None:
        if not 0 <= self._cursor + duration <= limits.MAX_BAR_QUARTERS:
            raise ValueError("a duration is negative or far too long")
        self._cursor += duration
        self._measure.length_quarter = max(self._measure.length_quarter, self._cursor)

    def _note(self, element: Element) -> None:
        is_chord = element.find("chord") is not None
        onset = self._previous_onset if is_chord else self._cursor
        note = parse_note(element, onset, self._state.divisions, self._state.lost)
        if not is_chord:
            self._previous_onset = onset
            self._advance(note.duration_quarter)
        if element.find("cue") is not None:
            self._state.lost["cue note"] += 1
        elif element.find("unpitched") is not None:
            self._state.lost["note without pitch"] += 1
        else:
            staff = text_of(element, "staff", "1")
            self._measure.notes.setdefault(staff, []).append(note.up(self._state.transposition))

    def _backup(self, element: Element) -> None:
        # files with rounded durations may step back a little too far
        self._cursor = max(Fraction(0), self._cursor - duration_quarter(element, self._state.divisions))

    def _forward(self, element: Element) -> None:
        self._advance(duration_quarter(element, self._state.divisions))

    def _harmony(self, element: Element) -> None:
        onset = self._place(element)
        for symbol, doubt in xml_directions.parse_harmonies(element):
            if symbol is not None:
                self._measure.harmonies.append(Harmony(onset, symbol.up(self._state.transposition)))
            if doubt:
                self._state.doubts.append((self._measure.number, doubt))

    def _direction(self, element: Element) -> None:
        self._measure.directions += xml_directions.parse_directions(element, self._place(element), self._state.lost)

    def _sound(self, element: Element) -> None:
        self._measure.directions += xml_directions.parse_sound(element, self._cursor)

    def _place(self, element: Element) -> Fraction:
        """Return the cursor shifted by <offset>, but not before the bar."""
        return max(Fraction(0), self._cursor + exact(text_of(element, "offset", "0")) / self._state.divisions)

    def _attributes(self, element: Element) -> None:
        divisions = text_of(element, "divisions")
        if divisions:
            self._state.divisions = exact(divisions)
            if self._state.divisions <= 0:
                raise ValueError(f"{divisions} divisions per quarter are impossible")
        transpose = element.find("transpose")
        if transpose is not None:
            self._state.transposition = _transposition(transpose)
        key = element.find("key")
        if key is not None:
            self._measure.key = self._key(key)
        time = element.find("time")
        if time is not None:
            self._measure.meter = self._meter(time)

    def _key(self, element: Element) -> tuple[int, str | None] | None:
        fifths = element.findtext("fifths")
        if fifths is None:
            self._doubt("an unusual (non-standard) key signature cannot be kept; it is left out")
            return None
        mode = text_of(element, "mode").lower()
        known = None if mode in ("", "none") else "minor" if mode in _MINOR_MODES else "major"
        sounding = int(exact(fifths.strip())) + self._state.transposition.fifths
        if abs(sounding) > limits.MAX_KEY_FIFTHS:
            sounding -= 12 if sounding > 0 else -12
        if abs(sounding) > limits.MAX_KEY_FIFTHS:
            raise ValueError(f"a key signature of {fifths} sharps or flats is impossible")
        return sounding, known

    def _meter(self, element: Element) -> Meter | None:
        if element.find("senza-misura") is not None:
            self._doubt("free meter (senza misura) from here on; the bars keep their real lengths")
            return None
        pairs = zip(element.findall("beats"), element.findall("beat-type"), strict=False)
        signatures = [(sum(int(n) for n in re.findall(r"\d{1,4}", beats.text or "")), number_of(unit.text, 0))
                      for beats, unit in pairs]  # fmt: skip
        if not signatures or any(not _is_meter(*signature) for signature in signatures):
            raise ValueError("the time signature is missing or impossible")
        beat_type = max(unit for _, unit in signatures)
        beats = sum(count * beat_type // unit for count, unit in signatures)
        symbol = element.get("symbol")
        return Meter(beats, beat_type, symbol if symbol in ("common", "cut") else None)

    def _barline(self, element: Element) -> None:
        lines, on_left = self._measure.lines, element.get("location") == "left"
        style = bar_line(text_of(element, "bar-style"))
        repeat, ending = element.find("repeat"), element.find("ending")
        if element.get("location") == "middle":
            self._state.lost["line within a bar"] += 1
            return
        if element.find("fermata") is not None:
            self._doubt("a fermata over the bar line is left out")
        if repeat is not None:
            _set_repeat(lines, repeat, on_left=on_left)
        usual = "regular" if repeat is None else "heavy-light" if on_left else "light-heavy"
        if style != usual and on_left:
            lines.left = style
        elif style != usual:
            lines.right = style
        if ending is not None:
            _set_ending(lines, ending)

    def _doubt(self, message: str) -> None:
        self._state.doubts.append((self._measure.number, message))


_HANDLERS = {
    "note": MeasureReader._note,
    "backup": MeasureReader._backup,
    "forward": MeasureReader._forward,
    "harmony": MeasureReader._harmony,
    "direction": MeasureReader._direction,
    "sound": MeasureReader._sound,
    "attributes": MeasureReader._attributes,
    "barline": MeasureReader._barline,
}


def _is_meter(beats: int, beat_type: int) -> bool:
    in_range = 0 < beats <= limits.MAX_BEATS and 0 < beat_type <= limits.MAX_BEAT_TYPE
    return in_range and beat_type & (beat_type - 1) == 0


def _transposition(element: Element) -> Interval:
    """Return the interval from written to sounding pitch."""
    semitones = number_of(element.findtext("chromatic"), 0)
    octaves = number_of(element.findtext("octave-change"), 0)
    octave, rest = divmod(semitones, 12)
    steps = number_of(element.findtext("diatonic"), 7 * octave + _STEPS_OF_SEMITONES[rest])
    return Interval(steps + 7 * octaves, semitones + 12 * octaves)


def _set_repeat(lines: Lines, repeat: Element, *, on_left: bool) -> None:
    times = max(2, number_of(repeat.get("times"), 2))
    if repeat.get("direction") == "forward":
        lines.repeat_start, lines.repeat_after = lines.repeat_start or on_left, not on_left
    elif on_left:
        lines.ends_before = times
    else:
        lines.repeat_end = times


def _set_ending(lines: Lines, ending: Element) -> None:
    if ending.get("type") == "start":
        lines.volta_start = volta_numbers(ending.get("number") or ending.text or "")
    else:
        lines.volta_stop = "discontinue" if ending.get("type") == "discontinue" else "stop"
