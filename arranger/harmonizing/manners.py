"""Manners of harmony: how the harmony of a bare tune is planned for each kind of music.

The progression model has read chorales, hymns and music of the Renaissance, which is drawn from triads in root position
and first inversion. Folk and popular songs get the chords that the chord model proposes, which has read
such songs, and the progression model plans the bass under them; so do tunes in the church modes, which the progression
model does not know. What is usual in a manner is in `arranger.harmonizing.progression_costs.USUAL`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from arranger.models.progression.vocabulary import PARTS, QUALITY_NAMES
from theory.harmony.evidence import Evidence
from theory.types import Mask

_ALL, _NO_SIX_FOURS = (0, 1, 2, 3), (0, 1)


@dataclass(frozen=True)
class Manner:
    """How the harmony of one kind of music is planned."""

    reads_as: str  # style of the progression model
    proposed_as: str = ""  # style of the chord model that proposes the chords; empty: they are drawn
    returning: bool = False  # a phrase that returns has the same harmony again
    suspended_quarters: Fraction | None = None  # least length of a dominant that is suspended; None: never
    qualities: tuple[str, ...] = QUALITY_NAMES  # chords that are drawn
    inversions: tuple[int, ...] = _ALL
    adds: bool = True  # chords may be added between given symbols
    criticised: bool = False  # the critic has read this music, and is heard


MANNERS = {
    "chorale": Manner("chorale", suspended_quarters=Fraction(1), criticised=True),
    "hymn": Manner("hymn", returning=True, suspended_quarters=Fraction(1), criticised=True),
    "renaissance": Manner(
        "renaissance", suspended_quarters=Fraction(1), qualities=("", "m", "dim"), inversions=_NO_SIX_FOURS
    ),
    "folk": Manner("hymn", proposed_as="folk", returning=True, inversions=_NO_SIX_FOURS, adds=False),
    "song": Manner("hymn", proposed_as="song", returning=True),
}


def manner_of(name: str) -> Manner:
    """Return a manner by name. Raises ValueError if there is none.

    >>> manner_of("renaissance").reads_as
    'renaissance'
    """
    if name not in MANNERS:
        raise ValueError(f"there is no manner of harmony {name!r}; choose from {', '.join(MANNERS)}")
    return MANNERS[name]


def allowed_in(manner: Manner, evidence: Evidence) -> Mask | None:
    """Return which chords a manner has, (T, 12, 9, 4) relative to the reference; None if it has all."""
    if manner.qualities == QUALITY_NAMES and len(manner.inversions) == PARTS[2]:
        return None
    allowed = np.zeros(PARTS, dtype=bool)
    for quality in manner.qualities:
        allowed[:, QUALITY_NAMES.index(quality), list(manner.inversions)] = True
    if "dim" in manner.qualities:  # the fifth of a diminished triad is foreign to its root: it stands over its third
        allowed[:, QUALITY_NAMES.index("dim"), 0] = False
    return np.broadcast_to(allowed, (len(evidence.onset_quarter), *PARTS))
