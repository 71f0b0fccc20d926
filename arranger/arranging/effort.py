"""How much time an arrangement may take: draws of the plan, beam width, and finished settings to choose from."""

from __future__ import annotations

from dataclasses import dataclass

DRAWS, BEAM = 512, 16  # progressions to choose from; partial arrangements that the search keeps
MOST = 64  # settings


@dataclass(frozen=True)
class Effort:
    """What is tried before an arrangement is chosen."""

    draws: int = DRAWS
    beam: int = BEAM
    settings: int = 1  # finished arrangements of different plans, of which the cheapest is taken


EFFORTS = {
    "low": Effort(draws=128, beam=6),
    "normal": Effort(),
    "high": Effort(draws=2048, beam=32, settings=4),
}


def effort_of(text: str) -> Effort:
    """Return an effort by name, or as a number of finished settings to choose from.

    Raises ValueError if the text is neither.

    >>> effort_of("low").beam, effort_of("8").settings
    (6, 8)
    """
    if text in EFFORTS:
        return EFFORTS[text]
    if text.isdecimal() and 1 <= int(text) <= MOST:
        return Effort(settings=int(text))
    raise ValueError(f"effort is {', '.join(EFFORTS)} or a number of settings from 1 to {MOST}, not {text!r}")
