"""Roman numerals as chords, built by music21."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from theory.analysis.numeral import RomanNumeral
from theory.music21_bridge.romantext import chord_of
from theory.notation.key import Key

_LOWERED = re.compile(r"b(?:III|VII|VI)")


def numeral_in(figure: str, key: Key, start_quarter: Fraction, end_quarter: Fraction) -> RomanNumeral:
    """Return the chord of a numeral, as RomanText writes it, in a key and a time span.

    Raises ValueError if there is no such chord.

    >>> str(numeral_in("V65", Key.parse("g"), Fraction(0), Fraction(1)).symbol)
    'D7/F#'
    """
    return replace(_chord(figure, key), start_quarter=start_quarter, end_quarter=end_quarter)


@lru_cache(maxsize=512)
def _chord(figure: str, key: Key) -> RomanNumeral:
    from music21 import exceptions21, roman
    from music21 import key as keys

    tonic = str(key.tonic).replace("b", "-")
    if key.is_minor and _LOWERED.match(figure):  # bVI in minor means the same as VI
        figure = figure[1:]
    try:
        found = roman.RomanNumeral(figure, keys.Key(tonic.lower() if key.is_minor else tonic))
        return chord_of(found, Fraction(0), Fraction(0))
    except (exceptions21.Music21Exception, ValueError, IndexError, KeyError, AttributeError, TypeError):
        raise ValueError(f"'{figure}' is not a chord in {key}") from None
