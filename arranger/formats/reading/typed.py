"""What people type as words: jumps (D.C. al Fine, To Coda, Fine) and chord symbols.

Of alternative chords the first counts: ``G(Em)``, ``G;Em``, ``G or Em``, and also ``G Em``. ``(G)`` is G, which may be
left out. ``/B`` keeps the chord before and changes its bass. German and Dutch names are read: ``H7``, ``Fis``, ``Bes``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from theory.notation.chord import ChordSymbol, ChordSymbolError
from theory.notation.chord_text import LONGEST_SYMBOL, parse_bass
from theory.notation.score import Direction, DirectionKind
from theory.notation.unfold import GOES_BACK

_NAVIGATION: tuple[tuple[DirectionKind, re.Pattern[str]], ...] = (
    ("da-capo", re.compile(r"\b(d\.?\s*c\b\.?|da\s+capo)", re.IGNORECASE)),
    ("dal-segno", re.compile(r"\b(d\.?\s*s\b\.?|dal\s+segno|del\s+segno)", re.IGNORECASE)),
    ("to-coda", re.compile(r"\b(to|al)\s+(the\s+)?coda\b", re.IGNORECASE)),
    ("fine", re.compile(r"^\W*fine\W*$", re.IGNORECASE)),
    ("coda", re.compile(r"^\W*coda\W*$", re.IGNORECASE)),
    ("segno", re.compile(r"^\W*segno\W*$", re.IGNORECASE)),
)
_AIM = re.compile(r"\bal?\s+(?:the\s+)?(fine|coda)\b", re.IGNORECASE)
_ENCLOSED = re.compile(r"[(\[]\s*([^()\[\]]+?)\s*[)\]]")
_IN_BRACKETS = re.compile(r"(\S.*?)\s*[(\[]\s*([A-G][^()\[\]]*?)\s*[)\]]")
_LISTED = re.compile(r"\s*(?:;|\n|\\n|\bor\b)\s*")
_IN_A_ROW = re.compile(r"[\s,|/–]+")
_GERMAN = re.compile(r"H(?=$|[m\d(/+°-]|maj|min|dim|aug|sus|add)", re.ASCII)
_LETTERED = re.compile(r"^(?:([A-H])(is|es)|([EA])s(?!us))")  # Fis, Bes, Es and As
_SIGNS = {"is": "#", "es": "b"}
_LONE_BASS = re.compile(r"/\s*([A-Ga-g][b#♭♯x+-]{0,2})")


def direction_of_words(text: str, onset_quarter: Fraction, placement: str = "above") -> Direction:
    """Return words as a direction: a jump if they name one, else plain words.

    >>> found = direction_of_words("D.C. al Fine", Fraction(8))
    >>> found.kind, found.value, direction_of_words("Finely", Fraction(0)).kind
    ('da-capo', 'fine', 'words')
    """
    for kind, pattern in _NAVIGATION:
        if pattern.search(text):
            aim = _AIM.search(text)
            value = aim[1].lower() if aim and kind in GOES_BACK else ""
            return Direction(onset_quarter, kind, text, value, placement=placement)
    return Direction(onset_quarter, "words", text, placement=placement)


def parse_typed(text: str, before: ChordSymbol | None = None) -> tuple[ChordSymbol, str]:
    """Return the chord that a typed symbol means, and what was left out of it, empty if nothing was.

    ``before`` is the chord before it. Raises ChordSymbolError if the text is no chord.

    >>> chord, left_out = parse_typed("G(Em)")
    >>> str(chord), left_out
    ('G', 'Em')
    >>> str(parse_typed("/B", ChordSymbol.parse("C"))[0]), str(parse_typed("C7(b9)")[0])
    ('C/B', 'C7b9')
    """
    text = text.strip()
    if len(text) > LONGEST_SYMBOL:
        raise ChordSymbolError(f"'{text[:LONGEST_SYMBOL]} ...' is too long for a chord symbol")
    lone = _LONE_BASS.fullmatch(text)
    if lone:
        return _over_bass(text, lone[1], before), ""
    enclosed = _ENCLOSED.fullmatch(text)
    text = enclosed[1] if enclosed else text
    first, *others = [part for part in _LISTED.split(text) if part] or [text]
    bracketed = _IN_BRACKETS.fullmatch(first)
    if bracketed and _is_chord(bracketed[2]):
        first, others = bracketed[1], [bracketed[2], *others]
    row = [part for part in _IN_A_ROW.split(first) if part]
    if len(row) > 1 and not _is_chord(first) and all(part[0].isupper() and _is_chord(part) for part in row):
        first, others = row[0], [*row[1:], *others]
    chord = _parsed(first)
    for other in others:  # words after a semicolon are no alternative
        _parsed(other)
    return chord, ", ".join(others)


def is_german(text: str) -> bool:
    """Whether a chord symbol calls B natural H, as in German; there B is B flat."""
    return _GERMAN.match(text.strip()) is not None


def _parsed(text: str) -> ChordSymbol:
    """Return a chord symbol; its root may have a German or Dutch name. Raises ChordSymbolError if it is none."""
    named = _LETTERED.match(text)
    if named:
        root = f"{named[1]}{_SIGNS[named[2]]}" if named[1] else f"{named[3]}b"
        text = root + text[named.end() :]
    return ChordSymbol.parse(f"B{text[1:]}" if text.startswith("H") else text)


def _is_chord(text: str) -> bool:
    try:
        _parsed(text)
    except ChordSymbolError:
        return False
    return True


def _over_bass(text: str, name: str, before: ChordSymbol | None) -> ChordSymbol:
    """Return the chord before with another bass."""
    if before is None or before.root is None:
        raise ChordSymbolError(f"chord symbol {text!r} names a bass note, and there is no chord before it to keep")
    bass = parse_bass(name)
    chord = replace(before, bass=None if bass == before.root else bass)
    return replace(chord, text=chord.figure)
