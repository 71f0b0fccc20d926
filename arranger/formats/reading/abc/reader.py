"""ABC -> staves.

Source: the ABC music standard 2.1. Read by our own parser: music21's drops the words. The first
tune of a book is read. Fields that say nothing about the score (R:, N:, Z: ...) are passed over;
verses printed below the tune (W:) have no notes to stand under and are reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from arranger.formats import limits
from arranger.formats.reading.abc.fields import AbcKey, parse_key, parse_length, parse_meter
from arranger.formats.reading.abc.voice import VoiceReader
from arranger.formats.reading.abc.words import align_words
from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.staff import Heading, Sheet, Staff
from theory.notation.score import Part

_FIELD = re.compile(r"^([A-Za-z+]):(.*)$")
_INLINE_VOICE = re.compile(r"\[V:\s*([^\]\s]+)[^\]]*\]")
_VOICE_NAME = re.compile(r'(?:name|nm)\s*=\s*"?([^"]*?)"?(?:\s+\w+=|$)')
_ROLES = {"C": "composer", "A": "lyricist"}


@dataclass
class _Header:
    """What stands before the music."""

    fields: dict[str, str] = field(default_factory=dict)
    creators: list[tuple[str, str]] = field(default_factory=list)
    voice_names: dict[str, str] = field(default_factory=dict)


class _Tune:
    """Reads the lines of one tune."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._header = _Header()
        self._voices: dict[str, VoiceReader] = {}
        self._voice = "1"
        self._verse = 0
        self._doubts: list[str] = []
        self._in_body = False

    def read(self, lines: list[str]) -> Sheet:
        """Return the tune; ReadError names the line that cannot be read."""
        for number, line in lines_of(lines):
            try:
                self._line(line)
            except ValueError as error:
                raise ReadError(self._source, f"{error}; mend that line", place=f"line {number}") from None
        staves = [self._staff(name, voice) for name, voice in self._voices.items()]
        heading = Heading(self._header.fields.get("T", ""), tuple(self._header.creators))
        return Sheet(staves, heading, tuple(dict.fromkeys(self._doubts)))

    def _staff(self, name: str, voice: VoiceReader) -> Staff:
        measures, doubts = voice.bars.finish()
        part = Part(self._header.voice_names.get(name, name if len(self._voices) > 1 else ""), (), id=f"V{name}")
        return Staff(part, measures, lost=voice.bars.lost, doubts=doubts)

    def _line(self, line: str) -> None:
        match = _FIELD.match(line)
        if match is None:
            if self._in_body:
                self._music(line)
        elif self._in_body:
            self._body_field(match[1], match[2].strip())
        else:
            self._header_field(match[1], match[2].strip())

    def _header_field(self, letter: str, text: str) -> None:
        if letter in _ROLES and text:
            self._header.creators.append((_ROLES[letter], text))
        elif letter == "V":
            self._name_voice(text)
        elif letter != "T" or "T" not in self._header.fields:
            self._header.fields[letter] = text
        if letter == "K":
            self._in_body = True

    def _body_field(self, letter: str, text: str) -> None:
        if letter == "w":
            self._words(text)
        elif letter == "W":
            self._doubts.append("verses below the tune (W:) have no notes and are not kept")
        elif letter == "V":
            self._name_voice(text)
            self._voice = text.split()[0] if text else "1"
        else:
            self._reader().field(letter, text)

    def _name_voice(self, text: str) -> None:
        name = _VOICE_NAME.search(text)
        if name and text.split():
            self._header.voice_names[text.split()[0]] = name[1].strip()

    def _music(self, line: str) -> None:
        self._verse = 0
        for index, piece in enumerate(_INLINE_VOICE.split(line)):
            if index % 2:
                self._voice = piece
            elif piece.strip():
                self._reader().read_line(piece)

    def _words(self, text: str) -> None:
        self._verse += 1
        left_over = align_words(text, str(self._verse), self._reader().line_slots)
        if left_over:
            self._doubts.append(f"{left_over} syllables of 'w: {text[:40]}' have no note and are left out")

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
        voice = VoiceReader(key or AbcKey(), parse_meter(fields.get("M", "")), unit)
        if "Q" in fields and not self._voices:
            voice.field("Q", fields["Q"])
        return voice


def parse_abc(text: str, source: str) -> Sheet:
    """Return the first tune of an ABC text; ReadError (one line) where there is none."""
    if len(text) > limits.MAX_TEXT_CHARACTERS:
        raise ReadError(source, f"more than {limits.MAX_TEXT_CHARACTERS} characters; too long for a tune")
    lines = text.lstrip("\ufeff").splitlines()
    starts = [index for index, line in enumerate(lines) if line.startswith("X:")]
    if not any(line.startswith("K:") for line in lines):
        raise ReadError(source, "no key field (K:), so it is no ABC tune; is it the right file?")
    end = starts[1] if len(starts) > 1 else len(lines)
    sheet = _Tune(source).read(lines[:end])
    if len(starts) > 1:
        doubt = f"the file holds {len(starts)} tunes; the first one was read"
        return Sheet(sheet.staves, sheet.heading, (doubt, *sheet.doubts))
    return sheet


def lines_of(lines: list[str]) -> list[tuple[int, str]]:
    r"""Return numbered lines without comments, with continued lines joined (``\`` at the end, ``+:``).

    >>> lines_of(["A B \\", "c d % end", "w: one", "+: two"])
    [(1, 'A B c d'), (3, 'w: one two')]
    """
    found: list[tuple[int, str]] = []
    continued = False
    for number, raw in enumerate(lines, start=1):
        line = re.sub(r"(?<!\\)%.*", "", raw).strip()
        if not line:
            continue
        goes_on = line.endswith("\\")
        line = line.removesuffix("\\")
        if found and (continued or line.startswith("+:")):
            start, before = found[-1]
            found[-1] = (start, f"{before.rstrip()} {line.removeprefix('+:').strip()}".strip())
        else:
            found.append((number, line))
        continued = goes_on
    return found
