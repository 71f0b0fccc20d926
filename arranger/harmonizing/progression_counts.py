"""Things that are counted in a progression under a tune, each a matter of a few beats.

Each function takes progressions drawn for one tune, side by side, and returns one number per progression;
`arranger.harmonizing.progression_costs.WEIGHTS` says what they cost. Shapes: N progressions, T slots (beats).
"""

from __future__ import annotations

import numpy as np

from arranger.harmonizing.drawn import DOMINANT, LEADS_UP, MAJOR, TRIAD, TRITONE, Drawn, direction, distance
from arranger.models.progression.vocabulary import STEPS
from theory.types import Costs


def held_over(drawn: Drawn) -> Costs:
    """Chords with their bass that are held from a weaker beat into a stronger one."""
    same = (drawn.root[:, 1:] == drawn.root[:, :-1]) & (drawn.bass[:, 1:] == drawn.bass[:, :-1])
    stronger = (drawn.strength[1:] > drawn.strength[:-1]) & ~drawn.opening[1:] & ~drawn.arrival[1:]
    return (same & stronger).sum(axis=1).astype(float)


def similar_motion(drawn: Drawn) -> Costs:
    """Moves of tune and bass in the same direction, by the shorter way."""
    tune, bass = (
        direction(drawn.tune[None, :-1], drawn.tune[None, 1:]),
        direction(drawn.bass[:, :-1], drawn.bass[:, 1:]),
    )
    return ((tune == bass) & (bass != 0) & ~drawn.opening[1:]).sum(axis=1).astype(float)


def dull_repeats(drawn: Drawn) -> Costs:
    """Repeated notes of the tune over an unchanged chord and bass."""
    again = (np.diff(drawn.tune) == 0) & drawn.attack[1:] & ~drawn.opening[1:]
    same = (drawn.root[:, 1:] == drawn.root[:, :-1]) & (drawn.bass[:, 1:] == drawn.bass[:, :-1])
    return (same & again).sum(axis=1).astype(float)


def arpeggios(drawn: Drawn) -> Costs:
    """Moves of the bass inside a chord."""
    same = drawn.root[:, 1:] == drawn.root[:, :-1]
    return (same & (drawn.bass[:, 1:] != drawn.bass[:, :-1])).sum(axis=1).astype(float)


def falling_leading_tone(drawn: Drawn) -> Costs:
    """Dominants over their third, or chords on the leading tone, that resolve without the half step up in the bass."""
    third = (drawn.inversion == 1) & np.isin(drawn.quality, (MAJOR, DOMINANT))
    leading = third | ((drawn.inversion == 0) & np.isin(drawn.quality, LEADS_UP))
    rises = (drawn.bass[:, 1:] - drawn.bass[:, :-1]) % 12
    same = drawn.root[:, 1:] == drawn.root[:, :-1]
    dominant = third[:, :-1] & ~((drawn.root[:, 1:] - drawn.root[:, :-1]) % 12 == 5)
    return (
        (leading[:, :-1] & (rises != 1) & (rises != 0) & ~same & ~dominant & ~drawn.opening[1:])
        .sum(axis=1)
        .astype(float)
    )


def stuck_sevenths(drawn: Drawn) -> Costs:
    """Sevenths that find no note a step below them, nor themselves, in the next chord."""
    seventh = (drawn.root + STEPS[drawn.quality, 3]) % 12
    has = drawn.tones.sum(axis=2) > TRIAD
    following = drawn.tones[:, 1:]
    resolved = np.zeros(has[:, :-1].shape, dtype=bool)
    for below in (0, 1, 2):
        resolved |= np.take_along_axis(following, ((seventh[:, :-1] - below) % 12)[..., None], axis=2)[..., 0]
    in_bass = (drawn.inversion[:, :-1] == 3) & (((drawn.bass[:, :-1] - drawn.bass[:, 1:]) % 12) > 2)
    return (has[:, :-1] & ~resolved).sum(axis=1) + 2.0 * (has[:, :-1] & in_bass).sum(axis=1)


def rocking(drawn: Drawn) -> Costs:
    """Notes of the bass that return after one other note."""
    moves = drawn.bass[:, 1:] != drawn.bass[:, :-1]
    return ((drawn.bass[:, 2:] == drawn.bass[:, :-2]) & moves[:, 1:]).sum(axis=1).astype(float)


def tritones(drawn: Drawn) -> Costs:
    """Tritones in the bass."""
    return (distance(drawn.bass[:, :-1], drawn.bass[:, 1:]) == TRITONE).sum(axis=1).astype(float)
