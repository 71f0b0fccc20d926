"""How long a note lasts that is drawn so, and how a length is drawn: note types, dots and tuplets."""

from __future__ import annotations

from fractions import Fraction

from theory.notation.score import Notation

_LONG = ("maxima", "long", "breve", "whole", "half", "quarter", "eighth")
_SHORT = ("16th", "32nd", "64th", "128th", "256th", "512th", "1024th")
TYPE_QUARTERS = {name: Fraction(32, int(2**power)) for power, name in enumerate(_LONG + _SHORT)}  # MusicXML's types
_TYPES = {quarters: name for name, quarters in TYPE_QUARTERS.items()}


def dotted_quarters(note_type: str, dots: int) -> Fraction:
    """Return the length of a note type with dots.

    >>> dotted_quarters("half", 2)
    Fraction(7, 2)
    """
    return TYPE_QUARTERS[note_type] * _dots(dots)


def drawn_quarters(notation: Notation) -> Fraction:
    """Return how long a note drawn like this lasts, dots and tuplets counted.

    >>> from theory.notation.score import Tuplet
    >>> str(drawn_quarters(Notation("eighth", 0, (Tuplet(3, 2),))))
    '1/3'
    """
    length = dotted_quarters(notation.type, notation.dots)
    for tuplet in notation.tuplets:
        length = length * tuplet.normal / tuplet.actual
    return length


def notation_of(quarters: Fraction, *, most_dots: int = 1) -> Notation | None:
    """Return the one note, plain or dotted, that draws a length; None where there is none.

    >>> notation_of(Fraction(3, 4)), notation_of(Fraction(5, 4))
    (Notation(type='eighth', dots=1, tuplets=()), None)
    """
    for dots in range(most_dots + 1):
        note_type = _TYPES.get(quarters / _dots(dots))
        if note_type:
            return Notation(note_type, dots)
    return None


def _dots(count: int) -> Fraction:
    return 2 - Fraction(1, int(2**count))
