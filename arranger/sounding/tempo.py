"""The tempo that a listener asks for."""

from __future__ import annotations

from arranger.formats.performance import Performance, first_tempo

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
