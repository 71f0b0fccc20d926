"""The tempo that a listener asks for."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from arranger.formats.performance import Performance, first_tempo, perform
from theory.notation.score import PLAYED_ONLY, Direction, Score

_SLOWEST, _FASTEST = 0.1, 10.0


def speed_for(wanted: str, performance: Performance) -> float:
    """Return how much faster than written a performance is to be.

    Args:
        wanted: quarters per minute at the beginning, such as 72, or a share of the written tempo, such as 80%; empty
            for the written tempo.
        performance: the performance, with its tempo.

    Raises
    ------
        ValueError: it is neither, or more than ten times slower or faster.
    """
    if not wanted:
        return 1.0
    try:
        is_share = wanted.endswith("%")
        number = float(wanted.removesuffix("%"))
    except ValueError as error:
        raise ValueError(
            f"there is no tempo {wanted!r}; give quarters per minute, such as 72, or a share, such as 80%"
        ) from error
    speed = number / 100 if is_share else number / float(first_tempo(performance))
    if not _SLOWEST <= speed <= _FASTEST:
        raise ValueError(f"the tempo {wanted} is not between a tenth and ten times of what is written; try 80%")
    return speed


def at_tempo(score: Score, wanted: str) -> Score:
    """Return a score whose tempo marks are as a listener asks for; see `speed_for` for what can be asked."""
    if not wanted:
        return score
    performance = perform(score)
    speed = Fraction(speed_for(wanted, performance)).limit_denominator(10_000)
    if not performance.tempi:
        mark = Direction(
            Fraction(0), "tempo", value=str(round(float(first_tempo(performance) * speed), 2)), placement=PLAYED_ONLY
        )
        return replace(score, directions=(mark, *score.directions))
    directions = (
        replace(mark, value=str(round(float(Fraction(mark.value) * speed), 2)))
        if mark.kind == "tempo" and mark.value
        else mark
        for mark in score.directions
    )
    return replace(score, directions=tuple(directions))
