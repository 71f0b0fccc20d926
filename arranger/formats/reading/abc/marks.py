"""Decorations, annotations and note lengths of ABC, translated to the terms of `theory.notation.score`.

Source: the ABC music standard 2.1, sections 4.14 (decorations), 4.18 (chord symbols) and 4.19
(annotations).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from theory.notation.durations import notation_of
from theory.notation.score import Direction, DirectionKind, Notation, Tuplet

SHORTHAND = {
    ".": "staccato", "~": "roll", "H": "fermata", "L": "accent", "M": "lowermordent", "O": "coda",
    "P": "uppermordent", "S": "segno", "T": "trill", "u": "upbow", "v": "downbow",
}  # fmt: skip
ARTICULATIONS = {
    "staccato": "staccato", "accent": "accent", ">": "accent", "emphasis": "accent", "tenuto": "tenuto",
    "breath": "breath-mark", "wedge": "staccatissimo", "marcato": "strong-accent", "^": "strong-accent",
}  # fmt: skip
ORNAMENTS = {
    "trill": "trill-mark", "roll": "turn", "turn": "turn", "invertedturn": "inverted-turn",
    "lowermordent": "mordent", "mordent": "mordent", "uppermordent": "inverted-mordent",
    "pralltriller": "inverted-mordent",
}  # fmt: skip
_DYNAMICS = {"pppp", "ppp", "pp", "p", "mp", "mf", "f", "ff", "fff", "ffff", "sfz"}
_SIGNS: dict[str, tuple[DirectionKind, str]] = {
    "segno": ("segno", ""), "coda": ("coda", ""), "fine": ("fine", ""), "D.S.": ("dal-segno", ""),
    "D.C.": ("da-capo", ""), "dacapo": ("da-capo", ""), "dacoda": ("to-coda", ""),
    "D.S.alcoda": ("dal-segno", "coda"), "D.C.alcoda": ("da-capo", "coda"),
    "D.S.alfine": ("dal-segno", "fine"), "D.C.alfine": ("da-capo", "fine"),
}  # fmt: skip
_WEDGES = {
    "crescendo(": "crescendo", "<(": "crescendo", "crescendo)": "stop", "<)": "stop",
    "diminuendo(": "diminuendo", ">(": "diminuendo", "diminuendo)": "stop", ">)": "stop",
}  # fmt: skip
_WORDS = {"da-capo": "D.C.", "dal-segno": "D.S.", "fine": "Fine", "to-coda": "To Coda"}


def direction_of(name: str, onset_quarter: Fraction) -> Direction | None:
    """Return the direction that a decoration stands for; None if it is a mark on a note or unknown.

    >>> direction_of("D.C.alfine", Fraction(8)).text
    'D.C. al Fine'
    """
    if name in _DYNAMICS:
        return Direction(onset_quarter, "dynamic", name, name, placement="below")
    if name in _WEDGES:
        return Direction(onset_quarter, "wedge", value=_WEDGES[name], placement="below")
    if name not in _SIGNS:
        return None
    kind, aim = _SIGNS[name]
    text = _WORDS.get(kind, "")
    return Direction(onset_quarter, kind, f"{text} al {aim.title()}" if aim else text, aim)


def annotation(text: str, onset_quarter: Fraction) -> Direction:
    """Return a quoted annotation as words; its first character gives the placement (``_`` is below)."""
    return Direction(onset_quarter, "words", text[1:].strip(), placement="below" if text[0] == "_" else "above")


def drawing_of(duration_quarter: Fraction, tuplet: Tuplet | None) -> Notation | None:
    """Return note type and dots of a duration in quarters, None if no single note has that length.

    >>> drawing_of(Fraction(1, 3), Tuplet(3, 2)).type
    'eighth'
    """
    if tuplet is None:
        return notation_of(duration_quarter, most_dots=2)
    plain = notation_of(duration_quarter * tuplet.actual / tuplet.normal, most_dots=2)
    return plain and replace(plain, tuplets=(tuplet,))
