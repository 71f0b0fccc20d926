"""One voice of ABC music -> measures.

Source: the ABC music standard 2.1, section 4 (the tune body). Accidentals hold for their letter
in all octaves until the bar line, the standard's default, and through a tie across it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from arranger.formats.reading.abc.bars import BarBuilder
from arranger.formats.reading.abc.fields import (
    AbcKey,
    default_length,
    parse_key,
    parse_length,
    parse_meter,
    parse_tempo,
)
from arranger.formats.reading.abc.marks import ARTICULATIONS, ORNAMENTS, SHORTHAND, annotation, direction_of, drawing_of
from arranger.formats.reading.abc.words import Slot
from theory.notation.chord import ChordSymbol
from theory.notation.pitch import STEPS, Pitch
from theory.notation.score import Direction, Harmony, Meter, Note, Tuplet

_TOKEN = re.compile(
    r"""
    (?P<quoted>"[^"]*")
  | (?P<decoration>![^!\s]{1,40}!|\+[a-zA-Z]{1,30}\+|[.~HLMOPSTuv](?![|]))
  | (?P<grace>\{/?[^}]*\})
  | (?P<field>\[[A-Za-z]:[^\]]*\])
  | (?P<bar>(?:\.?\|[\]:|]*|:+\|[\]:|]*|\[\||::)(?:\s*\[?[1-9][0-9,\-]{0,9})?|\[[1-9][0-9,\-]{0,9})
  | (?P<chord>\[[^\]\[|]*\]\d{0,3}/*\d{0,3})
  | (?P<tuplet>\(\d(?::\d?){0,2})
  | (?P<note>[_^=]{0,2}[A-Ga-g][,']*\d{0,3}/*\d{0,3})
  | (?P<rest>[zxZX]\d{0,3}/*\d{0,3})
  | (?P<broken><+|>+)
  | (?P<tie>-)
  | (?P<slur>[()])
  | (?P<space>[\s`y\\$])
  | (?P<overlay>&)
  | (?P<other>.)
    """,
    re.VERBOSE,
)
_NOTE = re.compile(r"([_^=]{0,2})([A-Ga-g])([,']*)(\d*)(/*)(\d*)(-?)")
_LENGTH = re.compile(r"(\d*)(/*)(\d*)$")
_ALTERS = {"=": 0, "^": 1, "^^": 2, "_": -1, "__": -2}
# notes in a tuplet -> in the time of; five, seven and nine stand in the time of two, in compound meters three
_TUPLET_TIME = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}


@dataclass
class Group:
    """A tuplet that is being read."""

    actual: int
    normal: int
    size: int
    left: int


class VoiceReader:
    """Reads the music lines of one voice, one after another, into ``bars``."""

    def __init__(self, key: AbcKey, meter: Meter | None, unit: Fraction | None) -> None:
        self.bars = BarBuilder(key, meter)
        self.line_slots: list[Slot] = []  # the notes of the last music line, for its words
        self._key, self._meter, self._unit = key, meter, unit or default_length(meter)
        self._altered: dict[int, int] = {}
        self._marks: list[str] = []
        self._slur_starts: list[int] = []
        self._open_slurs: list[int] = []
        self._tied: dict[tuple[int, int], int] = {}  # (octave, step) -> alter of notes tied to the next ones
        self._stem: list[Slot] = []  # the note or chord read last
        self._group: Group | None = None
        self._sign: Tuplet | None = None  # the tuplet sign of the stem read last
        self._broken = Fraction(1)
        self._in_overlay = False

    def read_line(self, text: str) -> None:
        """Read one line of music; ValueError where a length or field in it is none."""
        self.line_slots = []
        for match in _TOKEN.finditer(text):
            kind = match.lastgroup or "other"
            if not self._in_overlay or kind == "bar":
                _HANDLERS[kind](self, match[0])

    def field(self, letter: str, text: str) -> None:
        """Follow an information field in the tune body."""
        if letter == "K":
            key = parse_key(text)
            if key is not None:
                self._key = key
                self.bars.set_key(key)
        elif letter == "M":
            self._meter = parse_meter(text)
            self.bars.set_meter(self._meter)
        elif letter == "L":
            self._unit = parse_length(text)
        elif letter == "Q":
            tempo = parse_tempo(text, self.bars.cursor, self._unit)
            if tempo is not None:
                self.bars.measure.directions.append(tempo)
        elif letter == "P" and text.strip():
            self.bars.measure.directions.append(Direction(self.bars.cursor, "rehearsal", text.strip()))

    # ------------------------------------------------------------ signs

    def _quoted(self, token: str) -> None:
        text = token.strip('"').strip()
        if not text:
            return
        if text[0] in "^_<>@":
            self.bars.measure.directions.append(annotation(text, self.bars.cursor))
            return
        try:
            self.bars.measure.harmonies.append(Harmony(self.bars.cursor, ChordSymbol.parse(text)))
        except ValueError:
            self.bars.measure.directions.append(Direction(self.bars.cursor, "words", text))
            self.bars.doubt(f"'{text}' is no chord symbol that can be read; kept as words")

    def _decoration(self, token: str) -> None:
        name = SHORTHAND.get(token, token.strip("!+"))
        direction = direction_of(name, self.bars.cursor)
        if direction is not None:
            self.bars.measure.directions.append(direction)
        elif name == "fermata" or name in ARTICULATIONS or name in ORNAMENTS:
            self._marks.append(name)
        else:
            self.bars.lost[name] += 1

    def _inline_field(self, token: str) -> None:
        self.field(token[1], token[3:-1])

    def _bar(self, token: str) -> None:
        self.bars.bar_line(token)
        self._altered = {}
        self._in_overlay = False

    def _overlay(self, _: str) -> None:
        self.bars.lost["voice overlay"] += 1
        self._in_overlay = True

    def _tuplet(self, token: str) -> None:
        numbers = [int(text) if text else 0 for text in token[1:].split(":")]
        actual, normal, size = (*numbers, 0, 0)[:3]
        compound = self._meter is not None and self._meter.is_compound
        normal = normal or _TUPLET_TIME.get(actual, 3 if compound else 2)
        if actual > 1:
            self._group = Group(actual, normal, size or actual, size or actual)

    def _slur(self, token: str) -> None:
        if token == "(":
            number = 1 + len(self._open_slurs)
            self._open_slurs.append(number)
            self._slur_starts.append(number)
        elif self._open_slurs and self._stem:
            number = self._open_slurs.pop()
            self._change(self._stem[0], lambda note: replace(note, slur_stops=(*note.slur_stops, number)))

    def _tie(self, _: str) -> None:
        for slot in self._stem:
            self._start_tie(slot)

    def _start_tie(self, slot: Slot) -> None:
        pitch = slot.notes[slot.index].pitch
        if pitch is not None:
            self._tied[pitch.octave, pitch.step] = pitch.alter
            self._change(slot, lambda note: replace(note, tie_start=True))

    def _broken_rhythm(self, token: str) -> None:
        short = Fraction(1, 2 ** len(token))
        before, self._broken = (2 - short, short) if token[0] == ">" else (short, 2 - short)
        if not self._stem:
            self._broken = Fraction(1)
            return
        old = self._stem[0].notes[self._stem[0].index].duration_quarter
        for slot in self._stem:
            self._change(slot, lambda note: _lengthened(note, before))
        self.bars.advance(old * (before - 1))

    def _skip(self, _: str) -> None:
        """Pass over what has no meaning in a score."""

    def _unknown(self, _: str) -> None:
        self.bars.lost["unknown sign"] += 1

    # ------------------------------------------------------------ notes

    def _note(self, token: str) -> None:
        self._add_stem([token], Fraction(1))

    def _chord(self, token: str) -> None:
        inside, _, length = token[1:].rpartition("]")
        heads = [match[0] for match in _NOTE.finditer(inside)]
        if heads:
            self._add_stem(heads, _length(length))

    def _rest(self, token: str) -> None:
        if token[0] in "ZX":
            self.bars.whole_rests(int(token[1:]) if token[1:].isdigit() else 1)
            return
        self._add(None, self._duration(_length(token[1:])), is_chord=False)

    def _grace(self, token: str) -> None:
        kind = "acciaccatura" if token.startswith("{/") else "appoggiatura"
        for head in _NOTE.finditer(token):
            note = Note(self.bars.cursor, Fraction(0), self._pitch(head), grace=kind)
            self.bars.add(replace(note, notation=drawing_of(Fraction(1, 2), None)))

    def _add_stem(self, heads: list[str], factor: Fraction) -> None:
        """Add the notes of one stem; a chord is as long as its first note."""
        matches = [match for head in heads if (match := _NOTE.match(head))]
        duration = self._duration(factor * _length(matches[0][4] + matches[0][5] + matches[0][6]))
        pitches = [self._pitch(match, self._tied) for match in matches]
        tied, self._tied = self._tied, {}
        if tied and not any((pitch.octave, pitch.step) in tied for pitch in pitches):
            self._undo_ties()
        for place, (match, pitch) in enumerate(zip(matches, pitches, strict=True)):
            slot = self._add(pitch, duration, is_chord=place > 0, tie_stop=(pitch.octave, pitch.step) in tied)
            if match[7]:
                self._start_tie(slot)

    def _undo_ties(self) -> None:
        self.bars.doubt("a tie to another pitch is left out")
        for slot in self._stem:
            self._change(slot, lambda note: replace(note, tie_start=False))

    def _add(self, pitch: Pitch | None, duration: Fraction, *, is_chord: bool, tie_stop: bool = False) -> Slot:
        leads = pitch is not None and not is_chord  # marks, slurs and words belong to the first note of a stem
        marks = self._marks if leads else []
        note = Note(
            self.bars.onset_of(is_chord=is_chord),
            duration,
            pitch,
            tie_stop=tie_stop,
            notation=drawing_of(duration, self._tuplet_of_stem(is_chord=is_chord)),
            articulations=tuple(ARTICULATIONS[mark] for mark in marks if mark in ARTICULATIONS),
            ornaments=tuple(ORNAMENTS[mark] for mark in marks if mark in ORNAMENTS),
            fermata="fermata" in marks,
            slur_starts=tuple(self._slur_starts) if leads else (),
            chord=is_chord,
        )
        slot = self.bars.add(note)
        self._stem = [*self._stem, slot] if is_chord else [slot]
        if leads:
            self.line_slots.append(slot)
            self._marks, self._slur_starts = [], []
        return slot

    def _duration(self, factor: Fraction) -> Fraction:
        """Return the quarters of a note of so many units, in its tuplet and after a broken rhythm."""
        duration, self._broken = self._unit * factor * self._broken, Fraction(1)
        return duration * Fraction(self._group.normal, self._group.actual) if self._group else duration

    def _tuplet_of_stem(self, *, is_chord: bool) -> Tuplet | None:
        """Return the tuplet sign of the note being added, and count it off."""
        if is_chord:
            return self._sign
        group, self._sign = self._group, None
        if group is not None:
            self._sign = Tuplet(group.actual, group.normal, group.left == group.size, group.left == 1)
            group.left -= 1
            self._group = group if group.left else None
        return self._sign

    def _pitch(self, match: re.Match[str], tied: dict[tuple[int, int], int] | None = None) -> Pitch:
        step = STEPS.index(match[2].upper())
        octave = (5 if match[2].islower() else 4) + match[3].count("'") - match[3].count(",")
        if match[1]:
            if match[1] not in _ALTERS:
                raise ValueError(f"'{match[1]}' is not an accidental")
            self._altered[step] = _ALTERS[match[1]]
        elif tied and (octave, step) in tied:
            return Pitch(octave, step, tied[octave, step])
        return Pitch(octave, step, self._altered.get(step, self._key.alter(step)))

    def _change(self, slot: Slot, change: Callable[[Note], Note]) -> None:
        slot.notes[slot.index] = change(slot.notes[slot.index])


_HANDLERS: dict[str, Callable[[VoiceReader, str], None]] = {
    "quoted": VoiceReader._quoted,
    "decoration": VoiceReader._decoration,
    "grace": VoiceReader._grace,
    "field": VoiceReader._inline_field,
    "bar": VoiceReader._bar,
    "chord": VoiceReader._chord,
    "tuplet": VoiceReader._tuplet,
    "note": VoiceReader._note,
    "rest": VoiceReader._rest,
    "broken": VoiceReader._broken_rhythm,
    "tie": VoiceReader._tie,
    "slur": VoiceReader._slur,
    "space": VoiceReader._skip,
    "overlay": VoiceReader._overlay,
    "other": VoiceReader._unknown,
}


def _length(text: str) -> Fraction:
    """Return the factor that a length suffix means: "2", "/", "3/2", "//"."""
    match = _LENGTH.match(text)
    if match is None or match[1] in ("0", "00", "000") or (match[3] and not int(match[3])):
        raise ValueError(f"'{text}' is not a note length")
    number = Fraction(int(match[1] or 1))
    return number / int(match[3]) if match[3] else number / 2 ** len(match[2])


def _lengthened(note: Note, factor: Fraction) -> Note:
    duration = note.duration_quarter * factor
    tuplet = note.notation.tuplets[0] if note.notation and note.notation.tuplets else None
    return replace(note, duration_quarter=duration, notation=drawing_of(duration, tuplet))
