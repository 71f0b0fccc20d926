"""Chord symbols that were typed as words.

Where a program knows no ``G7(b9)`` or ``N.C.``, people type it as text above the staff. Such words
are taken as the symbols they are, unless a real symbol stands at the same place; a letter that may
as well name a section of the piece, and what only looks like a symbol, stay words and are reported.
"""

from __future__ import annotations

import re

from arranger.formats.reading.staff import Measure
from theory.notation.chord import ChordSymbol
from theory.notation.chord_kinds import ChordSymbolError
from theory.notation.pitch import Interval
from theory.notation.score import Direction, Harmony

_LETTER = re.compile(r"[A-G]\s?[1-5]?|Go")  # F may be a chord or a part of the form, A2 as well
_ROW_OF_CHORDS = re.compile(
    r"(?:[A-G][b#♭♯]?(?:maj|ma|min|mi|m|dim|sus|add|aug)?[\d²³()b#♭♯+°øΔ^-]*\s?/?[\d-]*)+(?:pedal)?", re.IGNORECASE
)


def take_typed_chords(measure: Measure, transposition: Interval) -> list[str]:
    """Turn the words of a measure that are chord symbols into symbols; return what to say about them.

    ``transposition`` is what is added to a written symbol to get the sounding one.
    """
    taken = {harmony.onset_quarter for harmony in measure.harmonies}
    typed = [each for each in measure.directions if each.kind == "words" and each.onset_quarter not in taken]
    doubts = []
    for words in typed:
        symbol = _symbol(words)
        if symbol is not None:
            measure.harmonies.append(Harmony(words.onset_quarter, symbol.up(transposition)))
            measure.directions.remove(words)
            doubts.append(f"'{words.text}', typed as words, is taken as a chord symbol")
        elif _LETTER.fullmatch(words.text):
            doubts.append(f"the words '{words.text}' may be a chord or name a part of the piece; kept as words")
        elif words.text[0].isupper() and _ROW_OF_CHORDS.fullmatch(words.text):
            doubts.append(f"the words '{words.text}' look like a chord symbol that cannot be read; kept as words")
    measure.harmonies.sort(key=lambda harmony: harmony.onset_quarter)
    return doubts


def _symbol(words: Direction) -> ChordSymbol | None:
    """Return the chord that words name for certain, else None."""
    if _LETTER.fullmatch(words.text) or words.text.endswith("pedal"):
        return None
    try:
        return ChordSymbol.parse(words.text)
    except ChordSymbolError:
        return None
