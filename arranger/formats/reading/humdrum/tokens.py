"""Notes, chords and rests of **kern: one field -> ``Stem``.

Source: Huron, The Humdrum Toolkit: Reference Manual (1995), **kern; the grace notes ``q`` (with a stroke) and ``qq``
(without) and rational lengths such as ``3%2`` are later additions of the Verovio Humdrum Viewer. Pitches sound as
written, also those of transposing instruments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from arranger.formats import limits
from theory.notation.durations import notation_of
from theory.notation.pitch import STEPS, Pitch
from theory.notation.score import Notation, Tuplet

_LENGTH = re.compile(r"(\d+)(?:%(\d+))?(\.*)")
_PITCH = re.compile(r"([a-gA-G])\1*(#+|-+|n)?")
_MIDDLE_OCTAVE = 4
_MOST_ALTER = 2
_BREVE = 8  # quarters
ARTICULATIONS = {"'": "staccato", "`": "staccatissimo", "~": "tenuto", "^": "accent", ",": "breath-mark"}
# M and m are the short trill without a stroke, which MusicXML calls an inverted mordent
ORNAMENTS = {"T": "trill-mark", "t": "trill-mark", "M": "inverted-mordent", "m": "inverted-mordent", "W": "mordent",
             "w": "mordent", "S": "turn", "$": "inverted-turn"}  # fmt: skip
_LOST = {"v": "bowing", "u": "bowing", '"': "pizzicato", "z": "sforzando", ":": "arpeggio", "O": "unnamed ornament",
         "I": "unnamed articulation", "H": "glissando"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """One note of a stem."""

    pitch: Pitch
    tie_start: bool = False
    tie_stop: bool = False


@dataclass(frozen=True, slots=True)
class Stem:
    """A note, a chord from the top down, or a rest (no heads)."""

    heads: tuple[Head, ...]
    duration_quarter: Fraction  # 0 for grace notes
    notation: Notation | None = None
    grace: str | None = None
    fermata: bool = False
    articulations: tuple[str, ...] = ()
    ornaments: tuple[str, ...] = ()
    slurs_opened: int = 0
    slurs_closed: int = 0
    lost: tuple[str, ...] = ()
    doubt: str = ""


@lru_cache(maxsize=4096)
def parse_token(text: str) -> Stem:
    """Return the stem of a field that is not null. Raises ValueError if a pitch or length is impossible.

    >>> stem = parse_token("8.ee-L 8.c'")
    >>> [str(head.pitch) for head in stem.heads], stem.duration_quarter, stem.articulations
    (['Eb5', 'C4'], Fraction(3, 4), ('staccato',))
    """
    parts = text.split()
    heads = [head for part in parts if "r" not in part and (head := _head(part)) is not None]
    length = next((match for part in parts if (match := _LENGTH.search(part))), None)
    stem = _timed(text, length)
    if not heads and "r" not in text:
        stem = replace(stem, doubt=f"'{text}' names no pitch; it is read as a rest")
    heads.sort(key=lambda head: head.pitch.midi, reverse=True)
    return replace(
        stem,
        heads=tuple(heads),
        fermata=";" in text,
        articulations=tuple(dict.fromkeys(_articulations(text))),
        ornaments=tuple(dict.fromkeys(ORNAMENTS[sign] for sign in text if sign in ORNAMENTS)),
        slurs_opened=max(part.count("(") for part in parts),
        slurs_closed=max(part.count(")") for part in parts),
        lost=tuple(dict.fromkeys(_LOST[sign] for sign in text if sign in _LOST)),
    )


def _head(part: str) -> Head | None:
    match = _PITCH.search(part)
    if match is None:
        return None
    letters, signs = match[0].rstrip("#-n"), match[2] or ""
    octave = _MIDDLE_OCTAVE + len(letters) - 1 if letters[0].islower() else _MIDDLE_OCTAVE - len(letters)
    alter = 0 if signs == "n" else len(signs) if signs.startswith("#") else -len(signs)
    if not 0 <= octave <= limits.MAX_OCTAVE:
        raise ValueError(f"'{part[:20]}' is in octave {octave}, which no instrument has")
    if abs(alter) > _MOST_ALTER:
        raise ValueError(f"'{part[:20]}' has {abs(alter)} accidentals; a note has two at most")
    pitch = Pitch(octave, STEPS.index(letters[0].upper()), alter)
    held = "_" in part
    return Head(pitch, tie_start=held or "[" in part, tie_stop=held or "]" in part)


def _timed(text: str, length: re.Match[str] | None) -> Stem:
    """Return a stem without heads, with its duration and how it is drawn."""
    grace = "appoggiatura" if "qq" in text or "Q" in text else "acciaccatura" if "q" in text else None
    if length is None:
        doubt = "" if grace else f"'{text}' has no length; it is read as a quarter"
        drawn = Notation("eighth") if grace else Notation("quarter")
        return Stem((), Fraction(0 if grace else 1), drawn, grace, doubt=doubt)
    quarters, notation = length_of(length[1], length[2] or "1", len(length[3]))
    if grace:
        plain = notation and replace(notation, tuplets=())
        return Stem((), Fraction(0), plain or Notation("eighth"), grace)
    return Stem((), quarters, notation)


@lru_cache(maxsize=1024)
def length_of(number: str, per: str, dots: int) -> tuple[Fraction, Notation | None]:
    """Return a length in quarters, and how it is drawn; 0 is a breve, 00 a long, 12 a twelfth of a whole note.

    Raises ValueError for lengths that no note has.

    >>> length_of("3", "2", 0)[0], length_of("0", "1", 0)[0], length_of("12", "1", 0)[1].type
    (Fraction(8, 3), Fraction(8, 1), 'eighth')
    """
    shown = f"{number}%{per}" if per != "1" else number
    if dots > limits.MAX_DOTS or len(number) > 4 or len(per) > 3:
        raise ValueError(f"'{shown[:20]}{'.' * min(dots, 9)}' is not the length of a note")
    if not int(number):
        plain = _BREVE * Fraction(2) ** (len(number) - 1)
    elif int(number) > limits.MAX_RECIPROCAL or not 0 < int(per) <= limits.MAX_RECIPROCAL:
        raise ValueError(f"'{shown}' is not the length of a note")
    else:
        plain = Fraction(4 * int(per), int(number))
    return plain * (2 - Fraction(1, 2**dots)), _drawing(plain, dots)


def _drawing(plain: Fraction, dots: int) -> Notation | None:
    """Return note type, dots and tuplet of a length without its dots; None if no note is drawn like that."""
    actual = plain.denominator
    while actual % 2 == 0:
        actual //= 2
    normal = 1
    while 2 * normal < actual:
        normal *= 2
    base = notation_of(plain * actual / normal, most_dots=0)
    if base is None:
        return None
    return Notation(base.type, dots, (Tuplet(actual, normal),) if actual > 1 else ())


def _articulations(text: str) -> list[str]:
    found = ["strong-accent"] if "^^" in text else []
    return found + [ARTICULATIONS[sign] for sign in text.replace("^^", "") if sign in ARTICULATIONS]
