"""Header and inline fields of ABC: key, meter, unit note length, tempo.

Source: the ABC music standard 2.1, section 3 (information fields).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from arranger.formats import limits
from theory.notation.durations import notation_of
from theory.notation.key import Key, mode_named
from theory.notation.pitch import STEPS, Tone
from theory.notation.score import Direction, Meter, Notation

_KEY = re.compile(r"^([A-G])([#b♯♭]?)\s*([A-Za-z]*)")
_NOT_A_MODE = re.compile(
    r"(?:exp|treble|bass|alto|tenor|perc|none|clef|octave|transpose|middle|stafflines)", re.IGNORECASE
)
_ACCIDENTAL = re.compile(r"(?<!\S)(\^\^|\^|__|_|=)([A-Ga-g])(?!\S)")
_EXPLICIT = re.compile(r"\bexp\b")
_ALTERS = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0}


@dataclass(frozen=True)
class AbcKey:
    """A key signature: number of sharps (flats are negative), mode, and extra accidentals for single letters."""

    fifths: int = 0
    mode: str = "major"
    extra: tuple[tuple[int, int], ...] = ()  # (step, alter)

    def alter(self, step: int) -> int:
        """Return the alteration of a letter (0 = C ... 6 = B) in half steps."""
        for extra_step, alter in self.extra:
            if extra_step == step:
                return alter
        # F is sharp from one sharp on, C from two, and so on along the line of fifths; seven more make it double
        return (self.fifths - Tone(step).fifths + 5) // 7


def parse_key(text: str) -> AbcKey | None:
    """Return the key of ``G``, ``Em``, ``D dorian``, ``Bb mix`` or ``none``; None if no key is named (clef only).

    Raises ValueError for a signature of more than seven accidentals.

    >>> key = parse_key("D dor")
    >>> key.fifths, key.mode, [parse_key("Eb").alter(step) for step in range(7)]
    (0, 'dorian', [0, 0, -1, 0, 0, -1, -1])
    """
    text = text.strip()
    extra = tuple((STEPS.index(letter.upper()), _ALTERS[sign]) for sign, letter in _ACCIDENTAL.findall(text))
    if text.startswith("HP") or text.startswith("Hp"):
        return AbcKey(2, "major")
    match = _KEY.match(text)
    if match is None:
        return AbcKey(0, "major", extra) if text.lower().startswith("none") or not text else None
    tonic = Tone(STEPS.index(match[1]), {"#": 1, "♯": 1, "b": -1, "♭": -1, "": 0}[match[2]])
    key = Key.of(tonic, _mode(match[3]))
    if _EXPLICIT.search(text):  # D exp _b _e: only the accidentals that are written
        sharps = sum(alter for _, alter in extra)
        return AbcKey(0, "major", extra) if not extra else AbcKey(max(-7, min(7, sharps)), "major", _all_letters(extra))
    if abs(key.fifths) > limits.MAX_KEY_FIFTHS:
        raise ValueError(f"'{text}' is not a key signature")
    return AbcKey(key.fifths, key.mode_name, extra)


def misread_key(text: str) -> list[str]:
    """Return a notice, in a list, if the text of a ``K:`` field names a key or a mode that there is not.

    >>> misread_key("D dor"), misread_key("G mjor")
    ([], ["the mode in 'K:G mjor' is not known; G major is taken"])
    """
    text = text.strip()
    match = _KEY.match(text)
    if match is None:
        other = (
            not text or "=" in text or _NOT_A_MODE.match(text) or _ACCIDENTAL.match(text) or text[:2].upper() == "HP"
        )
        return [] if other else [f"'K:{text}' is no key; C major is taken"]
    if not match[3] or match[3] == "m" or _NOT_A_MODE.match(match[3]) or mode_named(match[3][:3]):
        return []
    return [f"the mode in 'K:{text}' is not known; {match[1]}{match[2]} major is taken"]


def _mode(word: str) -> str:
    """Return the mode that a word after the tonic names; only its first three letters count."""
    if word == "m":
        return "minor"
    return "major" if _NOT_A_MODE.match(word) else mode_named(word[:3]) or "major"


def _all_letters(extra: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Return the accidental of every letter, natural if none is written."""
    written = dict(extra)
    return tuple((step, written.get(step, 0)) for step in range(7))


def parse_meter(text: str) -> Meter | None:
    """Return the meter of ``3/4``, ``C``, ``C|`` or ``(2+3)/8``; None for free meter. Raises ValueError otherwise.

    >>> str(parse_meter("(2+3)/8")), parse_meter("C|").symbol
    ('5/8', 'cut')
    """
    text = text.strip().removesuffix("]").removeprefix("FREI").strip()  # free with bars of a meter, as in Essen's books
    if text in ("C", "C|"):
        return Meter(4, 4, "common") if text == "C" else Meter(2, 2, "cut")
    if text.lower() == "none" or not text:
        return None
    match = re.fullmatch(r"\(?\s*(\d{1,2}(?:\s*\+\s*\d{1,2})*)\s*\)?\s*/\s*(1|2|4|8|16|32|64)", text)
    beats = sum(int(number) for number in re.findall(r"\d+", match[1])) if match else 0
    if match is None or not 0 < beats <= limits.MAX_BEATS:
        raise ValueError(f"'{text}' is not a meter")
    return Meter(beats, int(match[2]))


def parse_length(text: str) -> Fraction:
    """Return a note length such as ``1/8`` in quarters. Raises ValueError if it is not a note length."""
    match = re.fullmatch(r"\s*(\d{1,3})\s*(?:/\s*(\d{1,3}))?\s*", text)
    if match is None or not int(match[1]) or match[2] == "0":
        raise ValueError(f"'{text}' is not a note length")
    return 4 * Fraction(int(match[1]), int(match[2] or 1))


def default_length(meter: Meter | None) -> Fraction:
    """Return the unit note length in quarters if L: is missing: a sixteenth in meters below 3/4, else an eighth."""
    return Fraction(1, 4) if meter is not None and meter.quarters < 3 else Fraction(1, 2)


def parse_tempo(text: str, onset_quarter: Fraction, unit: Fraction) -> Direction | None:
    """Return the tempo of ``1/4=120``, ``"Allegro" 3/8=80``, ``120`` (in unit notes) or ``"Slow"``; None if empty.

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
