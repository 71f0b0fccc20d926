"""Chord symbols that were typed as words.

If a notation program does not know ``G7(b9)`` or ``N.C.``, people type it as text above the staff.
Such words are read as chord symbols unless there is a real symbol at the same onset. A single letter,
which may also name a section of the piece, and words that only resemble a symbol are kept as words and
reported.
"""

from __future__ import annotations

import re

from arranger.formats.reading.staff import Measure
from arranger.formats.reading.typed import parse_typed
from theory.notation.chord import ChordSymbol
from theory.notation.chord_kinds import ChordSymbolError
from theory.notation.pitch import Interval
from theory.notation.score import Direction, Harmony

_LETTER = re.compile(r"[A-G]\s?[1-5]?|Go")  # F or A2 may be a chord or a section of the form
_ROW_OF_CHORDS = re.compile(
    # each piece is read in one way only (?>...), so that a long text takes no longer than it has letters
    r"(?>[A-G](?-i:[b#♭♯])?(?:maj|ma|min|mi|m|dim|sus|add|aug)?(?:[\d²³()#♭♯+°øΔ^-]|(?-i:b))*\s?/?[\d-]*)+(?:pedal)?",
    re.IGNORECASE,
)


def take_typed_chords(
    measure: Measure, transposition: Interval, before: ChordSymbol | None = None
) -> tuple[list[str], ChordSymbol | None]:
    """Replace words of a measure that are chord symbols by symbols; return messages, and the last chord so far.

    ``transposition`` is the interval from written to sounding pitch, ``before`` the last chord before the measure.
    """
    taken = {harmony.onset_quarter for harmony in measure.harmonies}
    typed = [each for each in measure.directions if each.kind == "words" and each.onset_quarter not in taken]
    doubts = []
    for words in typed:
        earlier = [each for each in measure.harmonies if each.onset_quarter <= words.onset_quarter]
        last = max(earlier, key=lambda each: each.onset_quarter).symbol if earlier else before
        symbol, left_out = _symbol(words, last.up(-transposition) if last else None)
        if symbol is not None:
            measure.harmonies.append(Harmony(words.onset_quarter, symbol.up(transposition)))
            measure.directions.remove(words)
            rest = f" as {symbol}; {left_out} is left out" if left_out else ""
            doubts.append(f"'{words.text}', typed as words, is read as a chord symbol{rest}")
        elif _LETTER.fullmatch(words.text):
            doubts.append(f"the words '{words.text}' may be a chord or the name of a section; kept as words")
        elif words.text[0].isupper() and _ROW_OF_CHORDS.fullmatch(words.text):
            doubts.append(f"the words '{words.text}' look like a chord symbol that cannot be read; kept as words")
    measure.harmonies.sort(key=lambda harmony: harmony.onset_quarter)
    return doubts, measure.harmonies[-1].symbol if measure.harmonies else before


def _symbol(words: Direction, before: ChordSymbol | None) -> tuple[ChordSymbol | None, str]:
    """Return the chord symbol that the words are, None if that is not certain, and what is left out of them.

    ``before`` is the chord before, of which a bass note alone keeps the rest.
    """
    if _LETTER.fullmatch(words.text.strip("()[] ")) or words.text.endswith("pedal"):
        return None, ""
    try:
        return parse_typed(words.text, before)
    except ChordSymbolError:
        return None, ""
