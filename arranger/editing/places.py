"""Places in a score as musicians write them: bar and beat, 12.3."""

from __future__ import annotations

import re
from fractions import Fraction

from theory.notation.beats import printed_bars, time_in_bar
from theory.notation.score import Score

_PLACE = re.compile(r"(\w+?)(?:\.(\d+(?:\.\d+|/\d+)?))?")


def place_of(score: Score, text: str) -> Fraction:
    """Return the time, in quarters, of a printed bar and beat, such as 12.3, or 12.2.5 for the second half of beat 2.

    A bar alone means its first beat. Raises ValueError, with the bars that there are, if the score has no such place.

    >>> from theory.rules.example import example_score
    >>> from theory.rules.rule import passes
    >>> score = example_score(passes("C4 D4 E4 F4 G4 A4", "", bar_quarters=3))
    >>> place_of(score, "2.2"), place_of(score, "1.2.5")
    (Fraction(4, 1), Fraction(3, 2))
    """
    match = _PLACE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no place in a score; write bar and beat, for example 12.3")
    bars = printed_bars(score)
    if match[1] not in bars:
        first, last = next(iter(bars)), list(bars)[-1]
        raise ValueError(f"there is no bar {match[1]}; the bars are {first} to {last}")
    parts = bars[match[1]]
    meter = parts[0][0].meter
    offset = (Fraction(match[2] or 1) - 1) * meter.beat_quarters
    if offset < 0 or offset >= meter.quarters:
        beats = meter.quarters / meter.beat_quarters
        raise ValueError(f"bar {match[1]} has the beats 1 to {beats}; there is no beat {match[2]}")
    return time_in_bar(parts, offset)
