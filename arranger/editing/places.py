"""Places in a score as musicians write them: bar and beat, 12.3."""

from __future__ import annotations

from fractions import Fraction

from arranger.arranging.given.places import place
from theory.notation.score import Score


def place_of(score: Score, text: str) -> Fraction:
    """Return the time, in quarters, of a printed bar and beat, such as 12.3, or 12.2.5 for the second half of beat 2.

    A bar alone means its first beat. Raises ValueError, with the bars that there are, if the score has no such place.

    >>> from theory.rules.example import example_score
    >>> from theory.rules.rule import passes
    >>> score = example_score(passes("C4 D4 E4 F4 G4 A4", "", bar_quarters=3))
    >>> place_of(score, "2.2"), place_of(score, "1.2.5")
    (Fraction(4, 1), Fraction(3, 2))
    """
    return place(text, score).start_quarter
