"""Jumps that are written as words: D.C. al Fine, D.S. al Coda, To Coda, Fine."""

from __future__ import annotations

import re
from fractions import Fraction

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
