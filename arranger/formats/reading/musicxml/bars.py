"""Bars of MusicXML: one <measure> of one part -> ``Measure``.

A measure is read once, in order, with a cursor: notes move it on, <backup> and <forward> shift it,
chord notes have the onset of the note before them, and <harmony> and <direction> are at the cursor,
shifted by their <offset> (MusicXML 4.0 reference, elements backup, forward, harmony and offset).
Signatures and repeats within the bar are kept as turns, which divide the bar later.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from fractions import Fraction
from xml.etree.ElementTree import Element

from arranger.formats import limits
from arranger.formats.reading.musicxml import directions as xml_directions
from arranger.formats.reading.musicxml.notes import (
    duration_quarter,
    exact,
    number_of,
    parse_note,
    quarter_tone,
    text_of,
)
from arranger.formats.reading.musicxml.similes import Similes
from arranger.formats.reading.musicxml.typed_chords import take_typed_chords
from arranger.formats.reading.musicxml.unsung import StyleRegions, unsung
from arranger.formats.reading.staff import Lines, Measure, volta_numbers
from arranger.formats.reading.tally import Tally
from arranger.formats.reading.turns import Turn
from theory.notation.chord import ChordSymbol
from theory.notation.durations import drawn_quarters
from theory.notation.key import mode_named
from theory.notation.pitch import Interval
from theory.notation.score import Harmony, Meter, Note, bar_line

_ROUNDING = Fraction(1, 8)  # quarters; a <backup> that leads farther before the bar is an error
_MOST_SEMITONES = 12 * limits.MAX_OCTAVE
# number of half steps -> letter steps, for a <transpose> without <diatonic>
_STEPS_OF_SEMITONES = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)


@dataclass
class PartState:
    """What carries over from one measure of a part to the next."""

    divisions: Fraction = Fraction(1)
    transposition: Interval = field(default_factory=lambda: Interval(0, 0))
    chord: ChordSymbol | None = None  # the last chord symbol
    lost: Counter[str] = field(default_factory=Counter)  # marks that are not kept
    lost_in: dict[str, list[str]] = field(default_factory=dict)  # mark -> bar numbers
    doubts: list[tuple[str, str]] = field(default_factory=list)  # (bar number, message)
    unsung: dict[str, Tally] = field(default_factory=dict)  # notes that are no tune, by reason
    quarter_tones: Tally = field(default_factory=Tally)
    styles: StyleRegions = field(default_factory=StyleRegions)
    similes: Similes = field(default_factory=Similes)
    index: int = 0  # of the measure, from 0
    symbol: ChordSymbol | None = None  # the last chord symbol that is no alternate


class MeasureReader:
    """Reads one <measure>."""

    def __init__(self, element: Element, state: PartState) -> None:
        self._element = element
        self._state = state
        self._cursor = Fraction(0)
        self._previous_onset = Fraction(0)
        self._begun = False  # whether a note came before in the bar
        self._measure = Measure((element.get("number") or "").strip(), element.get("implicit") == "yes")
        self._alternates: list[Harmony] = []
        self._stem: tuple[list[Note], int] | None = None  # where the head of the last stem is: a list and an index

    def read(self) -> Measure:
        """Return the measure. Raises ValueError for a malformed number, pitch, key or meter in it."""
        lost = self._state.lost.copy()
        for child in self._element:
            handler = _HANDLERS.get(child.tag)
            if handler:
                handler(self, child)
        signs = len(self._measure.harmonies) + len(self._measure.directions)
        if signs + len(self._alternates) > limits.MAX_SIGNS:
            raise ValueError(f"more than {limits.MAX_SIGNS} chord symbols and directions in one bar")
        self._settle_alternates()
        doubts, self._state.chord = take_typed_chords(self._measure, self._state.transposition, self._state.chord)
        for doubt in doubts:
            self._doubt(doubt)
        for name in self._state.lost - lost:
            self._state.lost_in.setdefault(name, []).append(self._measure.number)
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
        if shown := quarter_tone(element):
            self._state.quarter_tones.add(self._measure.number, f"{shown} as {note.pitch},")
        if not note.duration_quarter and not note.grace:
            note = self._lasting(note)
        if is_chord and not self._begun:
            self._doubt(f"the first note, {note.pitch}, is marked as a chord note; it is read as a note of its own")
            is_chord, note = False, replace(note, chord=False)
        self._begun = True
        if not is_chord:
            self._previous_onset = onset
            self._advance(note.duration_quarter)
        if element.find("cue") is not None:
            self._state.lost["cue note"] += 1
        elif element.find("unpitched") is not None:
            self._state.lost["note without pitch"] += 1
        else:
            self._keep(element, note.up(self._state.transposition))

    def _keep(self, element: Element, note: Note) -> None:
        """Add a note to its staff; one that is no tune becomes a rest, and words go to the head of the stem."""
        staff = text_of(element, "staff", "1")
        notes = self._measure.notes.setdefault(staff, [])
        why = unsung(element, slashed=self._state.styles.is_slashed(staff))
        if why:
            words = [lyric.text for lyric in note.lyrics]
            self._state.unsung.setdefault(why, Tally()).add(self._measure.number, *words)
            if note.chord or note.grace:
                return
            note = _as_rest(note)
        if note.chord and self._stem is not None and self._stem[0] is notes:
            note = self._joined(note)
        else:
            self._stem = notes, len(notes)
        notes.append(note)

    def _joined(self, note: Note) -> Note:
        """Return a chord note whose words have gone to the head of its stem, or the note itself if the head rests."""
        assert self._stem is not None
        notes, index = self._stem
        head = notes[index]
        if head.pitch is None:
            del notes[index:]
            return replace(note, chord=False)
        if note.lyrics:
            verses = {lyric.verse: lyric for lyric in head.lyrics}
            for lyric in note.lyrics:
                if lyric.text != verses.setdefault(lyric.verse, lyric).text:
                    self._doubt(
                        f"two notes of a chord have words, '{verses[lyric.verse].text}' and '{lyric.text}'; "
                        f"'{lyric.text}' is left out"
                    )
            notes[index] = replace(head, lyrics=tuple(verses.values()))
        return replace(note, lyrics=())

    def _lasting(self, note: Note) -> Note:
        """Return a note without a duration in the length of its note value, if it has one."""
        if note.notation is None or note.notation.dots > limits.MAX_DOTS:
            return note
        what = note.pitch or "rest"
        self._doubt(f"the {what} has no duration; it is read as long as its note value, {note.notation.type}")
        return replace(note, duration_quarter=drawn_quarters(note.notation))

    def _backup(self, element: Element) -> None:
        back = self._cursor - _shift(element, self._state.divisions)
        if back < -_ROUNDING:
            self._doubt(f"a <backup> leads {float(-back):.6g} quarters before the bar; it is read as to its beginning")
        self._cursor = max(Fraction(0), back)  # files with rounded durations may step back a little too far

    def _forward(self, element: Element) -> None:
        self._advance(_shift(element, self._state.divisions))

    def _harmony(self, element: Element) -> None:
        onset = self._place(element)
        symbol, doubts = xml_directions.parse_harmony_element(element)
        if symbol is not None:
            alternate = element.get("type") == "alternate"
            found = self._alternates if alternate else self._measure.harmonies
            found.append(Harmony(onset, symbol.up(self._state.transposition)))
        for doubt in doubts:
            self._doubt(doubt)

    def _settle_alternates(self) -> None:
        """Leave out alternate chord symbols where another symbol is in force; keep them where none is."""
        for each in self._alternates:
            before = [other for other in self._measure.harmonies if other.onset_quarter <= each.onset_quarter]
            in_force = before[-1].symbol if before else self._state.symbol
            if in_force is None:
                self._measure.harmonies.append(each)
            else:
                self._doubt(f"the alternate chord symbol '{each.symbol}' is left out; '{in_force}' is followed")
        if self._measure.harmonies:
            self._state.symbol = self._measure.harmonies[-1].symbol

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
        for style in element.findall("measure-style"):
            self._style(style)
        key, time = element.find("key"), element.find("time")
        new_key = self._key(key) if key is not None else None
        new_meter = self._meter(time) if time is not None else None
        if not self._cursor:
            self._measure.key, self._measure.meter = new_key or self._measure.key, new_meter or self._measure.meter
        elif new_key or new_meter:
            self._measure.turns.append(Turn(self._cursor, new_meter, new_key))

    def _style(self, style: Element) -> None:
        self._state.styles.read(style)
        sign = style.find("measure-repeat")
        if sign is not None:
            self._state.similes.read(sign, self._state.index, at_start=not self._cursor)
        if style.find("beat-repeat") is not None:
            self._doubt("the sign that repeats a beat is left out; the bar is read as it is written")

    def _key(self, element: Element) -> tuple[int, str | None] | None:
        fifths = element.findtext("fifths")
        if fifths is None:
            self._doubt("an unusual (non-standard) key signature cannot be kept; it is left out")
            return None
        mode = text_of(element, "mode").lower()
        known = None if mode in ("", "none") else mode_named(mode) or "major"
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
            self._middle_line(element, repeat, ending)
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

    def _middle_line(self, element: Element, repeat: Element | None, ending: Element | None) -> None:
        """Keep a repeat or an ending within the bar as a turn; other lines within a bar are left out."""
        if repeat is None and ending is None:
            self._doubt(f"the bar line ({text_of(element, 'bar-style', 'regular')}) within the bar is left out")
            return
        before, after = Lines(), Lines()
        opens = repeat is not None and repeat.get("direction") == "forward"
        if repeat is not None:
            _set_repeat(after if opens else before, repeat, on_left=opens)
        if ending is not None:
            _set_ending(after if ending.get("type") == "start" else before, ending)
        self._measure.turns.append(Turn(self._cursor, before=before, after=after))

    def _doubt(self, message: str) -> None:
        self._state.doubts.append((self._measure.number, message))


def _as_rest(note: Note) -> Note:
    """Return a rest in the place of a note, without words and marks."""
    return Note(note.onset_quarter, note.duration_quarter, None, notation=note.notation, voice=note.voice)


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


def _shift(element: Element, divisions: Fraction) -> Fraction:
    """Return the duration of a <backup> or <forward> in quarters. Raises ValueError if it is negative."""
    duration = duration_quarter(element, divisions)
    if duration < 0:
        raise ValueError(f"a <{element.tag}> of {float(duration):.6g} quarters is negative")
    return duration


def _is_meter(beats: int, beat_type: int) -> bool:
    in_range = 0 < beats <= limits.MAX_BEATS and 0 < beat_type <= limits.MAX_BEAT_TYPE
    return in_range and beat_type & (beat_type - 1) == 0


def _transposition(element: Element) -> Interval:
    """Return the interval from written to sounding pitch."""
    semitones = number_of(element.findtext("chromatic"), 0)
    octaves = number_of(element.findtext("octave-change"), 0)
    octave, rest = divmod(semitones, 12)
    if abs(semitones) > _MOST_SEMITONES or abs(octaves) > limits.MAX_OCTAVE:
        raise ValueError(f"a transposition by {semitones} half steps and {octaves} octaves is impossible")
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
