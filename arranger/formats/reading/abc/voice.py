"""One voice of ABC music -> measures.

Source: the ABC music standard 2.1, section 4 (the tune body). An accidental holds for its letter
in all octaves until the bar line, the standard's default, and over the bar line if the note is tied.
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
from arranger.formats.reading.abc.text import OPEN_QUOTE, decode_text, plain_music
from arranger.formats.reading.abc.tokens import NOTE, QUARTER_TONE, TOKEN, alteration, length_factor
from arranger.formats.reading.abc.voicing import Voicing, parse_voicing
from arranger.formats.reading.abc.words import Slot
from arranger.formats.reading.typed import direction_of_words, is_german, parse_typed
from theory.notation.chord import ChordSymbol
from theory.notation.pitch import STEPS, Interval, Pitch
from theory.notation.score import Direction, Harmony, Meter, Note, Tuplet
from theory.notation.unfold import ROADMAP, ends_a_bar

# notes in a tuplet -> in the time of how many; 5, 7 and 9 are in the time of 2, or 3 in compound meters
_TUPLET_TIME = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}
_QUOTED = 80  # characters of left-out music that a notice quotes


@dataclass
class Group:
    """A tuplet that is being read."""

    actual: int
    normal: int
    size: int
    left: int


class VoiceReader:
    """Reads the music lines of one voice, one after another, into ``bars``."""

    def __init__(self, key: AbcKey, meter: Meter | None, unit: Fraction | None, voicing: Voicing) -> None:
        self._voicing = voicing
        self.bars = BarBuilder(self._sounding(key), meter)
        self.line_slots: list[Slot] = []  # notes of the last music line, to align words with
        self._key, self._meter, self._unit = key, meter, unit or default_length(meter)
        self._altered: dict[int, int] = {}
        self._marks: list[str] = []
        self._slur_starts: list[int] = []
        self._open_slurs: list[int] = []
        self._tied: dict[tuple[int, int], int] = {}  # (octave, step) -> alter of notes tied to the next ones
        self._stem: list[Slot] = []  # notes of the last note or chord
        self._written: list[Pitch | None] = []  # their written pitches
        self._symbol: ChordSymbol | None = None  # the last chord symbol
        self._jumps: list[Direction] = []  # jumps at the first note of a bar, which take effect at its end
        self._group: Group | None = None
        self._sign: Tuplet | None = None  # tuplet of the last note or chord
        self._broken = Fraction(1)
        self._overlaid = ""  # text of a voice overlay in this bar

    def read_line(self, text: str, *, goes_on: bool = False) -> None:
        """Read one line of music, or with ``goes_on`` more of the last one.

        Raises ValueError for a malformed length, field or accidental.
        """
        if not goes_on:
            self.line_slots = []
            self.bars.line_break()
        for match in TOKEN.finditer(plain_music(text)):
            kind = match.lastgroup or "other"
            if not self._overlaid or kind == "bar":
                _HANDLERS[kind](self, match[0])
            else:
                self._overlaid = (self._overlaid + match[0])[:_QUOTED]

    def field(self, letter: str, text: str) -> None:
        """Apply an information field in the tune body: K, M, L, Q or P; others are ignored."""
        if letter == "K":
            self._key = parse_key(text) or self._key
            self.revoice(parse_voicing(text))
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
            self.bars.begin_part(decode_text(text.strip()))

    def revoice(self, voicing: Voicing) -> None:
        """Change octave and transposition from here on, as far as a field gives them."""
        self._voicing = self._voicing.changed_by(voicing)
        self.bars.set_key(self._sounding(self._key))

    def _sounding(self, key: AbcKey) -> tuple[int, str | None]:
        return key.fifths + self._voicing.transposition(key.fifths).fifths, key.mode

    # ------------------------------------------------------------ signs

    def _quoted(self, token: str) -> None:
        text = decode_text(token[1:-1]).strip()
        if not text:
            return
        placement = "below" if text[0] == "_" else "above"
        words = direction_of_words(text.lstrip("^_<>@").strip(), self.bars.cursor, placement)
        if words.kind != "words":
            self._jump(words)
        elif text[0] in "^_<>@":
            self.bars.measure.directions.append(annotation(text, self.bars.cursor))
        else:
            self._chord_symbol(text)

    def _chord_symbol(self, text: str) -> None:
        try:
            symbol, left_out = parse_typed(text, self._symbol)
        except ValueError:
            self.bars.measure.directions.append(Direction(self.bars.cursor, "words", text))
            self.bars.doubt(f"'{text}' cannot be read as a chord symbol; kept as words")
            return
        self._symbol = symbol
        sounding = symbol.up(self._transposition) if self._voicing.half_steps else symbol
        self.bars.measure.harmonies.append(Harmony(self.bars.cursor, sounding))
        if is_german(text):
            self.bars.doubt(f"the chord '{text}' is read as {symbol}; in German names B would be B flat, here it is B")
        if left_out:
            self.bars.doubt(f"of the chords '{text}' the first, {symbol}, is taken; {left_out} is left out")

    @property
    def _transposition(self) -> Interval:
        return self._voicing.transposition(self._key.fifths)

    def _jump(self, direction: Direction) -> None:
        """Add a sign of the road map; a jump at the first note of a bar stands at the end of that note."""
        if ends_a_bar(direction) and not self.bars.cursor:
            self._jumps.append(direction)
        else:
            self.bars.measure.directions.append(direction)

    def _place_jumps(self) -> None:
        self.bars.measure.directions += [replace(jump, onset_quarter=self.bars.cursor) for jump in self._jumps]
        self._jumps = []

    def _decoration(self, token: str) -> None:
        name = SHORTHAND.get(token, token.strip("!+"))
        direction = direction_of(name, self.bars.cursor) or direction_of_words(name, self.bars.cursor)
        if direction.kind in ROADMAP:
            self._jump(direction)
        elif direction.kind != "words":
            self.bars.measure.directions.append(direction)
        elif name == "fermata" or name in ARTICULATIONS or name in ORNAMENTS:
            self._marks.append(name)
        else:
            self.bars.lose(f"the sign '{token}'")

    def _inline_field(self, token: str) -> None:
        self.field(token[1], token[3:-1])

    def _bar(self, token: str) -> None:
        self._place_jumps()
        if self._overlaid:
            self.bars.doubt(f"the second voice '{self._overlaid.strip()}' in this bar is left out; give it a line (V:)")
        self.bars.bar_line(token)
        self._altered = {}
        self._overlaid = ""

    def _overlay(self, token: str) -> None:
        self._overlaid = token

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
        for slot, pitch in zip(self._stem, self._written, strict=True):
            self._start_tie(slot, pitch)

    def _start_tie(self, slot: Slot, pitch: Pitch | None) -> None:
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
        """Ignore spaces and other signs without a meaning in a score."""

    def _unknown(self, token: str) -> None:
        if token == OPEN_QUOTE:
            self.bars.doubt("a quote in this bar does not end; what stands after it is read as music")
        else:
            self.bars.lose(f"unknown sign '{token}'")

    # ------------------------------------------------------------ notes

    def _note(self, token: str) -> None:
        self._add_stem([token], Fraction(1))

    def _chord(self, token: str) -> None:
        inside, _, length = token[1:].rpartition("]")
        heads = [match[0] for match in NOTE.finditer(inside)]
        if heads:
            self._add_stem(heads, length_factor(length))

    def _old_chord(self, token: str) -> None:
        self._chord(f"[{token[1:-1]}]")

    def _rest(self, token: str) -> None:
        if token[0] in "ZX":
            self.bars.whole_rests(int(token[1:]) if token[1:].isdigit() else 1)
            return
        if self._tied:
            self._tied = {}
            self._undo_ties("a tie to a rest is left out")
        self._add(None, self._duration(length_factor(token[1:])), is_chord=False)

    def _grace(self, token: str) -> None:
        kind = "acciaccatura" if token.startswith("{/") else "appoggiatura"
        for head in NOTE.finditer(token):
            note = Note(self.bars.cursor, Fraction(0), self._heard(self._pitch(head)), grace=kind)
            self.bars.add(replace(note, notation=drawing_of(Fraction(1, 2), None)))

    def _add_stem(self, heads: list[str], factor: Fraction) -> None:
        """Add the notes of one stem; a chord has the length of its first note."""
        matches = [match for head in heads if (match := NOTE.match(head))]
        duration = self._duration(factor * length_factor(matches[0][4] + matches[0][5] + matches[0][6]))
        pitches = [self._pitch(match, self._tied) for match in matches]
        tied, self._tied = self._tied, {}
        if tied and not any((pitch.octave, pitch.step) in tied for pitch in pitches):
            self._undo_ties("a tie to a different pitch is left out")
        for index, (match, pitch) in enumerate(zip(matches, pitches, strict=True)):
            slot = self._add(pitch, duration, is_chord=index > 0, tie_stop=(pitch.octave, pitch.step) in tied)
            if match[7]:
                self._start_tie(slot, pitch)

    def _undo_ties(self, why: str) -> None:
        self.bars.doubt(why)
        for slot in self._stem:
            self._change(slot, lambda note: replace(note, tie_start=False))

    def _add(self, pitch: Pitch | None, duration: Fraction, *, is_chord: bool, tie_stop: bool = False) -> Slot:
        leads = pitch is not None and not is_chord  # marks, slurs and words belong to the first note of a stem
        marks = self._marks if leads else []
        note = Note(
            self.bars.onset_of(is_chord=is_chord),
            duration,
            self._heard(pitch) if pitch else None,
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
        self._written = [*self._written, pitch] if is_chord else [pitch]
        self._place_jumps()
        if leads:
            self.line_slots.append(slot)
            self._marks, self._slur_starts = [], []
        return slot

    def _duration(self, factor: Fraction) -> Fraction:
        """Return the length in quarters of a note of ``factor`` units, with tuplet and broken rhythm applied."""
        duration, self._broken = self._unit * factor * self._broken, Fraction(1)
        return duration * Fraction(self._group.normal, self._group.actual) if self._group else duration

    def _tuplet_of_stem(self, *, is_chord: bool) -> Tuplet | None:
        """Return the tuplet of the note being added, and count that note."""
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
            self._altered[step] = alteration(match[1])
            if QUARTER_TONE in match[1]:
                heard = Pitch(octave, step, self._altered[step])
                self.bars.doubt(f"the quarter tone '{match[1]}{match[2]}{match[3]}' is read as {heard}")
        elif tied and (octave, step) in tied:
            return Pitch(octave, step, tied[octave, step])
        return Pitch(octave, step, self._altered.get(step, self._key.alter(step)))

    def _heard(self, written: Pitch) -> Pitch:
        """Return the sounding pitch of a written one."""
        moved = replace(written, octave=written.octave + self._voicing.octaves)
        return moved.up(self._transposition) if self._voicing.half_steps else moved

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
    "oldchord": VoiceReader._old_chord,
    "other": VoiceReader._unknown,
}


def _lengthened(note: Note, factor: Fraction) -> Note:
    duration = note.duration_quarter * factor
    tuplet = note.notation.tuplets[0] if note.notation and note.notation.tuplets else None
    return replace(note, duration_quarter=duration, notation=drawing_of(duration, tuplet))
