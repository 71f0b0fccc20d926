"""Header and inline fields of ABC: key, meter, unit length, tempo.

Source: the ABC music standard 2.1, section 3 (information fields).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from theory.notation.durations import notation_of
from theory.notation.pitch import STEPS, Tone
from theory.notation.score import Direction, Meter, Notation

# sharps of a mode's signature beside those of the major key on the same tonic
_MODE_FIFTHS = {"maj": 0, "ion": 0, "mix": -1, "dor": -2, "min": -3, "m": -3, "aeo": -3, "phr": -4, "loc": -5, "lyd": 1}
_MINOR_LIKE = {"min", "m", "aeo", "dor", "phr", "loc"}
_KEY = re.compile(r"^([A-G])([#b]?)\s*([A-Za-z]*)")
_ACCIDENTAL = re.compile(r"(?<!\S)(\^\^|\^|__|_|=)([A-Ga-g])(?!\S)")
_ALTERS = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0}


@dataclass(frozen=True)
class AbcKey:
    """A key signature: sharps, mode, and accidentals that it adds letter by letter."""

    fifths: int = 0
    mode: str = "major"
    extra: tuple[tuple[int, int], ...] = ()  # (step, alter)

    def alter(self, step: int) -> int:
        """Return the alteration that the signature gives a letter."""
        for extra_step, alter in self.extra:
            if extra_step == step:
                return alter
        # the signature alters a letter by as often as its line of fifths passes it
        return (self.fifths - Tone(step).fifths + 5) // 7


def parse_key(text: str) -> AbcKey | None:
    """Read ``G``, ``Em``, ``D dorian``, ``Bb mix``, ``none``; None where no key is named (clef only).

    >>> parse_key("D dor").fifths, [parse_key("Eb").alter(step) for step in range(7)]
    (0, [0, 0, -1, 0, 0, -1, -1])
    """
    text = text.strip()
    extra = tuple((STEPS.index(letter.upper()), _ALTERS[sign]) for sign, letter in _ACCIDENTAL.findall(text))
    if text.startswith("HP") or text.startswith("Hp"):
        return AbcKey(2, "major")
    match = _KEY.match(text)
    if match is None:
        return AbcKey(0, "major", extra) if text.lower().startswith("none") or not text else None
    letters = match[3].lower()
    mode = "m" if letters == "m" else letters[:3]
    known = mode if mode in _MODE_FIFTHS else "maj"
    tonic = Tone(STEPS.index(match[1]), {"#": 1, "b": -1, "": 0}[match[2]])
    fifths = tonic.fifths + _MODE_FIFTHS[known]
    if abs(fifths) > 7:
        raise ValueError(f"'{text}' is not a key signature")
    return AbcKey(fifths, "minor" if known in _MINOR_LIKE else "major", extra)


def parse_meter(text: str) -> Meter | None:
    """Read ``3/4``, ``C``, ``C|`` or ``(2+3)/8``; None for free meter.

    >>> str(parse_meter("(2+3)/8")), parse_meter("C|").symbol
    ('5/8', 'cut')
    """
    text = text.strip()
    if text in ("C", "C|"):
        return Meter(4, 4, "common") if text == "C" else Meter(2, 2, "cut")
    if text.lower() == "none" or not text:
        return None
    match = re.fullmatch(r"\(?\s*(\d{1,2}(?:\s*\+\s*\d{1,2})*)\s*\)?\s*/\s*(1|2|4|8|16|32|64)", text)
    beats = sum(int(number) for number in re.findall(r"\d+", match[1])) if match else 0
    if match is None or not beats:
        raise ValueError(f"'{text}' is not a meter")
    return Meter(beats, int(match[2]))


def parse_length(text: str) -> Fraction:
    """Read a note length such as ``1/8`` as quarters."""
    match = re.fullmatch(r"\s*(\d{1,3})\s*(?:/\s*(\d{1,3}))?\s*", text)
    if match is None or not int(match[1]) or match[2] == "0":
        raise ValueError(f"'{text}' is not a note length")
    return 4 * Fraction(int(match[1]), int(match[2] or 1))


def default_length(meter: Meter | None) -> Fraction:
    """Return the unit length in quarters where L: is missing: a sixteenth under 3/4, else an eighth."""
    return Fraction(1, 4) if meter is not None and meter.quarters < 3 else Fraction(1, 2)


def parse_tempo(text: str, onset_quarter: Fraction, unit: Fraction) -> Direction | None:
    """Read ``1/4=120``, ``"Allegro" 3/8=80``, ``120`` (unit notes) or ``"Slow"``.

    >>> parse_tempo("3/8=80", Fraction(0), Fraction(1, 2)).value
    '120'
    """
    quoted = re.search(r'"([^"]*)"', text)
    words = quoted[1].strip() if quoted else ""
    rest = re.sub(r'"[^"]*"', "", text)
    match = re.search(r"(?:(\d{1,2}/\d{1,2}|C)[\d/\s]*=\s*)?(\d{1,4}(?:\.\d+)?)\s*$", rest)
    if match is None:
        return Direction(onset_quarter, "words", words) if words else None
    length = parse_length(match[1]) if match[1] and match[1] != "C" else unit
    value, beat = f"{float(length * Fraction(match[2])):.6g}", notation_of(length) or Notation("quarter")
    return Direction(onset_quarter, "tempo", words, value, beat.type, beat.dots)
