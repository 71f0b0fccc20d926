"""The interpretations of each **kern spine with their times: keys, meters, tempos, name; and words typed over notes."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeVar

from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.humdrum import tandem
from arranger.formats.reading.humdrum.sections import Sections
from arranger.formats.reading.humdrum.spines import Row
from theory.notation.key import Key
from theory.notation.score import Direction, Meter

T = TypeVar("T")
_TYPED = re.compile(r"!{1,2}LO:TX(?::(?!t=)[^:]*)*:t=([^:]+)")
_STAFF = re.compile(r"\*staff(\d{1,3})")
_TRANSPOSED = re.compile(r"\*Trd-?\d+c-?\d+")


@dataclass
class Signs:
    """What the interpretations of one spine say."""

    meters: dict[Fraction, Meter] = field(default_factory=dict)
    keys: dict[Fraction, tuple[int, str | None]] = field(default_factory=dict)
    directions: list[Direction] = field(default_factory=list)
    name: str = ""
    abbreviation: str = ""
    staff: int | None = None
    doubts: list[tuple[Fraction, str]] = field(default_factory=list)
    signature: tuple[Fraction, int] | None = None  # the last one
    named: tuple[Fraction, str] | None = None  # the last key interpretation

    def read(self, text: str, time: Fraction, line: int) -> None:
        """Take note of one interpretation. Raises ValueError for an impossible meter."""
        meter, tempo = tandem.parse_meter(text), tandem.parse_tempo(text, time)
        if meter is not None:
            self.meters[time] = meter
        elif text in tandem.SYMBOLS and time in self.meters:
            self.meters[time] = _with_symbol(self.meters[time], tandem.SYMBOLS[text])
        elif tempo is not None:
            self.directions.append(tempo)
        elif text.startswith("*k["):
            self._set_signature(text, time, line)
        elif tandem.parse_key(text, None):
            self._set_key(text, time)
        elif text.startswith("*I'"):
            self.abbreviation = self.abbreviation or text[3:].strip()
        elif text.startswith("*I"):
            self._set_name(text)
        else:
            self._other(text, time, line)

    def _set_signature(self, text: str, time: Fraction, line: int) -> None:
        fifths = tandem.parse_signature(text)
        if fifths is None:
            self.doubts.append((time, f"line {line}: the key signature '{text[:40]}' is unusual and left out"))
            return
        self.signature = (time, fifths)
        named = self.named[1] if self.named and self.named[0] == time else ""
        self.keys[time] = tandem.parse_key(named, fifths) or (fifths, None)

    def _set_key(self, text: str, time: Fraction) -> None:
        """Set the mode of the signature; a key named without a new signature is an analysis, and changes nothing."""
        self.named = (time, text)
        if self.signature is None or self.signature[0] == time:
            key = tandem.parse_key(text, self.signature and self.signature[1])
            if key is not None:
                self.keys[time] = key

    def _set_name(self, text: str) -> None:
        full = text.startswith(('*I"', "*I:"))
        name = tandem.parse_name(text)
        if name and (full or not self.name):
            self.name = name

    def _other(self, text: str, time: Fraction, line: int) -> None:
        staff = _STAFF.fullmatch(text)
        if staff is not None and self.staff is None:
            self.staff = int(staff[1])
        elif text.startswith("*M") and "/" in text and not text.startswith(("*MM", "*Mel")):
            self.doubts.append(
                (time, f"line {line}: '{text[:40]}' is not read as a meter; the bars keep their lengths")
            )
        elif _TRANSPOSED.fullmatch(text):
            self.doubts.append(
                (time, f"line {line}: '{text}' says that the file is transposed; it is read as it stands")
            )

    def typed(self, text: str, time: Fraction) -> None:
        """Take note of a text over or under the notes in a layout comment (``!LO:TX:a:t=dolce``)."""
        match = _TYPED.match(text)
        if match is not None:
            below = ":b" in text[: match.start(1)]
            words = html.unescape(match[1].replace("&colon;", ":")).strip()
            self.directions += (
                [Direction(time, "words", words, placement="below" if below else "above")] if words else []
            )


def signs_of(
    rows: Sequence[Row], times: Sequence[Fraction], spines: Sequence[int], source: str
) -> tuple[dict[int, Signs], Sections]:
    """Return the signs of each spine by number, and the sections. Raises ReadError for an impossible meter."""
    found = {spine: Signs() for spine in spines}
    sections = Sections()
    for row, time in zip(rows, times, strict=True):
        if row.text.startswith("!!LO:TX") and spines:
            found[spines[-1]].typed(row.text, time)
        if row.text.startswith("*>"):
            sections.read(row.fields[0][1], time, row.line)
            continue
        for path, text in row.fields if row.text[0] in "*!" else ():
            if path.spine not in found or text in ("*", "!"):
                continue
            if text.startswith("!"):
                found[path.spine].typed(text, time)
                continue
            try:
                found[path.spine].read(text, time, row.line)
            except ValueError as error:
                raise ReadError(source, f"{error}; correct this line", place=f"line {row.line}") from None
    return found, sections


def kept(key: tuple[int, str | None] | None) -> tuple[int, str | None] | None:
    """Return a key as it can be kept: a mode that `Key` does not know becomes major or minor, after its third."""
    if key is None or key[1] is None:
        return key
    try:
        Key.from_fifths(key[0], key[1])
    except KeyError:
        return key[0], "minor" if key[1] in ("dorian", "phrygian", "locrian") else "major"
    return key


def in_force(changes: Mapping[Fraction, T], time: Fraction) -> T | None:
    """Return the signature that holds at a time."""
    return changes[max(begun)] if (begun := [each for each in changes if each <= time]) else None


def _with_symbol(meter: Meter, symbol: str) -> Meter:
    drawn = {"common": (4, 4), "cut": (2, 2)}
    return replace(meter, symbol=symbol) if (meter.beats, meter.beat_type) == drawn[symbol] else meter
