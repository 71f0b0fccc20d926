"""ABC -> staves.

Source: the ABC music standard 2.1. This is a parser of our own, because music21's drops the words.
Only the first tune of a book is read, and no text after the empty line that ends it. Fields that do not concern the
score (R:, N:, Z: ...) are ignored; verses printed below the tune (W:) are not aligned with notes, so they are left out
and reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from arranger.formats import limits
from arranger.formats.reading.abc.charset import decode_abc
from arranger.formats.reading.abc.fields import AbcKey, misread_key, parse_key, parse_length, parse_meter
from arranger.formats.reading.abc.lines import Line, lines_of, tune_end
from arranger.formats.reading.abc.playing import in_playing_order
from arranger.formats.reading.abc.text import decode_text
from arranger.formats.reading.abc.voice import VoiceReader
from arranger.formats.reading.abc.voicing import Voicing, parse_voicing, unfollowed
from arranger.formats.reading.abc.words import align_words
from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.staff import Heading, Sheet, Staff
from theory.notation.score import Part

_INLINE_VOICE = re.compile(r"\[V:\s{0,9}([^\]]{0,200})\]")
_VOICE_NAME = re.compile(r'(?:name|nm)\s*=\s*(?:"([^"]*)"|(\S+))')
_ROLES = {"C": "composer", "A": "lyricist"}
_FOR_ALL_VOICES = "KMLQ"  # fields that, before the first voice or note, hold for all voices
_FIRST_VOICE = "1"
_SHORT = "KLMPQV"  # fields that are no prose


@dataclass
class _Header:
    """The fields of the tune header."""

    fields: dict[str, str] = field(default_factory=dict)
    creators: list[tuple[str, str]] = field(default_factory=list)
    voice_names: dict[str, str] = field(default_factory=dict)
    voicings: dict[str, Voicing] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)  # labels of P: in the body before the first voice or note


class _Tune:
    """Reads the lines of one tune."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._header = _Header()
        self._voices: dict[str, VoiceReader] = {}
        self._voice = _FIRST_VOICE
        self._verse = 0
        self._doubts: list[str] = []
        self._in_body = False

    def read(self, lines: list[str]) -> Sheet:
        """Return the tune as staves. Raises ReadError, with the number of the line, for a line that cannot be read."""
        try:
            joined = lines_of(lines)
        except ValueError as error:
            raise ReadError(self._source, str(error)) from None
        for line in joined:
            try:
                self._line(line)
            except ValueError as error:
                raise ReadError(self._source, f"{error}; correct this line", place=f"line {line.number}") from None
        try:
            staves = [self._staff(name, voice) for name, voice in self._voices.items()]
            self._order(staves)
        except ValueError as error:
            raise ReadError(self._source, f"{error}; correct it") from None
        heading = Heading(decode_text(self._header.fields.get("T", "")), tuple(self._header.creators))
        return Sheet(staves, heading, tuple(dict.fromkeys(self._doubts)))

    def _staff(self, name: str, voice: VoiceReader) -> Staff:
        measures, doubts = voice.bars.finish()
        part = Part(self._header.voice_names.get(name, name if len(self._voices) > 1 else ""), (), id=f"V{name}")
        return Staff(part, measures, lost=voice.bars.lost, doubts=doubts, lost_in=voice.bars.lost_in)

    def _order(self, staves: list[Staff]) -> None:
        """Put the parts of the tune in the order that P: in the header names."""
        marked = next((voice.bars.parts for voice in self._voices.values() if voice.bars.parts), [])
        order = self._header.fields.get("P", "")
        if order and staves:
            notice = in_playing_order(order, staves, marked)
            self._doubts += [notice] if notice else []

    def _line(self, line: Line) -> None:
        if line.field is not None and line.field[0] in _SHORT and len(line.field[1]) > limits.MAX_FIELD_CHARACTERS:
            raise ValueError(f"the field {line.field[0]}: is longer than {limits.MAX_FIELD_CHARACTERS} characters")
        if line.field is None:
            if self._in_body:
                self._music(line)
        elif self._in_body:
            self._body_field(*line.field)
        else:
            self._header_field(*line.field)

    def _header_field(self, letter: str, text: str) -> None:
        if letter in _ROLES and text:
            self._header.creators.append((_ROLES[letter], decode_text(text)))
        elif letter == "V":
            self._set_up_voice(text)
        elif letter != "T" or "T" not in self._header.fields:
            self._header.fields[letter] = text
        if letter == "K":
            self._tell_unfollowed(text)
            self._doubts += misread_key(text)
            self._in_body = True

    def _body_field(self, letter: str, text: str) -> None:
        if letter == "w":
            self._words(text)
        elif letter == "W":
            self._doubts.append(
                "verses printed below the tune (W:) are left out; write words under the notes as w: lines"
            )
        elif letter == "V":
            self._enter(text)
        elif self._voices or letter not in (*_FOR_ALL_VOICES, "P"):
            if self._voices:
                self._reader().field(letter, text)
        elif letter == "P":
            self._header.parts.append(text)
        else:
            self._header.fields[letter] = text

    def _enter(self, text: str) -> None:
        """Go on in the voice that a V: field names."""
        self._set_up_voice(text)
        self._voice = text.split()[0] if text.split() else _FIRST_VOICE
        self._reader()

    def _set_up_voice(self, text: str) -> None:
        """Remember the name of a voice, its octave and its transposition."""
        if not text.split():
            return
        voice = text.split()[0]
        settings = text[len(voice) :]
        name = _VOICE_NAME.search(settings)
        if name:
            self._header.voice_names[voice] = decode_text((name[1] or name[2] or "").strip()).replace("\\n", " ")
        voicing = parse_voicing(settings)
        self._tell_unfollowed(settings)
        self._header.voicings[voice] = self._header.voicings.get(voice, Voicing()).changed_by(voicing)
        if voice in self._voices and settings.strip():
            self._voices[voice].revoice(voicing)

    def _tell_unfollowed(self, text: str) -> None:
        self._doubts += [
            f"'{each}' is not followed; write octave= or transpose= if the notes should sound elsewhere"
            for each in unfollowed(text)
        ]

    def _music(self, line: Line) -> None:
        self._verse = self._verse if line.goes_on else 0
        for index, piece in enumerate(_INLINE_VOICE.split(line.text)):
            if index % 2:
                self._enter(piece)
            elif piece.strip():
                self._reader().read_line(piece, goes_on=line.goes_on)

    def _words(self, text: str) -> None:
        self._verse += 1
        left_over = align_words(text, str(self._verse), self._reader().line_slots)
        if left_over:
            self._doubts.append(
                f"{left_over} syllables of 'w: {text[:40]}' are left out because there are no notes for them"
            )

    def _reader(self) -> VoiceReader:
        if self._voice not in self._voices:
            if len(self._voices) >= limits.MAX_PARTS:
                raise ValueError(f"more than {limits.MAX_PARTS} voices")
            self._voices[self._voice] = self._new_voice()
        return self._voices[self._voice]

    def _new_voice(self) -> VoiceReader:
        fields = self._header.fields
        key = parse_key(fields["K"])
        unit = parse_length(fields["L"]) if "L" in fields else None
        voicing = parse_voicing(fields["K"]).changed_by(self._header.voicings.get(self._voice, Voicing()))
        voice = VoiceReader(key or AbcKey(), parse_meter(fields.get("M", "")), unit, voicing)
        if not self._voices:
            for letter, text in [("Q", fields.get("Q", "")), *(("P", label) for label in self._header.parts)]:
                if text:
                    voice.field(letter, text)
        return voice


def read_abc(data: bytes, source: str) -> Sheet:
    """Return the first tune of an ABC file as staves. Raises ReadError if there is none."""
    text, doubt = decode_abc(data)
    sheet = parse_abc(text, source)
    return replace(sheet, doubts=(doubt, *sheet.doubts)) if doubt else sheet


def parse_abc(text: str, source: str) -> Sheet:
    """Return the first tune of an ABC text as staves. Raises ReadError if there is none."""
    if len(text) > limits.MAX_TEXT_CHARACTERS:
        raise ReadError(
            source, f"more than {limits.MAX_TEXT_CHARACTERS} characters, too long for a tune; is it the right file?"
        )
    lines = text.lstrip("\ufeff").splitlines()
    starts = [index for index, line in enumerate(lines) if line.startswith("X:")]
    if not any(line.startswith("K:") for line in lines):
        raise ReadError(source, "no key field (K:), so this is not an ABC tune; is it the right file?")
    start = starts[0] if starts else 0
    next_tune = starts[1] if len(starts) > 1 else len(lines)
    end = min(tune_end(lines, start), next_tune)
    sheet = _Tune(source).read(["" if _is_prose(line) else line for line in lines[:start]] + lines[start:end])
    doubts = list(sheet.doubts)
    if len(starts) > 1:
        doubts.insert(0, f"the file holds {len(starts)} tunes; only the first one was read")
    doubts += _left_out(lines, start, end, next_tune)
    return replace(sheet, doubts=tuple(doubts))


def _is_prose(line: str) -> bool:
    """Whether a line before the first tune is no field of a file header."""
    found = Line(0, line).field
    return found is None or found[0] not in "ABCDFGHILMmNORrSUZ"


def _left_out(lines: list[str], start: int, end: int, next_tune: int) -> list[str]:
    """Return notices about text before the tune, and between the empty line that ends it and the next tune."""
    before = (index for index in range(start) if _is_prose(lines[index]))
    after = range(end, next_tune)
    places = ((before, "before the tune"), (after, "after the empty line that ends the tune"))
    found = []
    for indices, where in places:
        index = next((each for each in indices if lines[each].strip() and not lines[each].startswith("%")), None)
        if index is not None:
            found.append(f"line {index + 1}: '{lines[index].strip()[:40]}' stands {where}, and is not read")
    return found
