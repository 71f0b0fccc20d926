"""How the phrases of a progression open and close: what a musician hears there, as costs in nats.

Each function takes progressions drawn for one tune, side by side, and returns one cost per progression. Shapes: N
progressions, T slots (beats).
"""

from __future__ import annotations

import numpy as np

from arranger.harmonizing.drawn import DOMINANT, LEADS_UP, MAJOR, MINOR, RELATIVE_MINOR, Drawn, distance
from theory.types import Costs, Ints, Mask

_FOURTH, _FIFTH = 5, 7  # semitones
_DOMINANTS = (7, 4)  # roots of the dominants of the major key and of its relative minor, above the reference
_STRONG = 0.5  # metrical strength


def final_close(drawn: Drawn) -> Costs:
    """The piece does not end on its tonic in root position, by way of dominant or subdominant, and a predominant."""
    last = drawn.root[:, -1]
    degree = (last - drawn.reference[-1]) % 12
    triad = (drawn.quality[:, -1] == MAJOR) | (drawn.quality[:, -1] == MINOR)
    home = triad & ((degree == 0) & (drawn.quality[:, -1] == MAJOR) | (degree == 9))
    cost = np.where(home & (drawn.inversion[:, -1] == 0), 0.0, 30.0)
    before, predominant = _approach(drawn)
    return cost + np.select([before == 7, before == 5], [0.0, 1.5], 10.0) + np.where(predominant, 0.0, 8.0)


def _approach(drawn: Drawn) -> tuple[Ints, Mask]:
    """Return the root above the last one of the chord before the last, 7 or 5 in root position, and if one prepares it.

    Chords of the slots at the end that have the last chord's root count as one.
    """
    above = (drawn.root - drawn.root[:, -1:]) % 12  # (N, T)
    found, prepared = np.full(len(above), -1), np.zeros(len(above), dtype=bool)
    for row, line in enumerate(above):
        place = len(line) - 1
        while place > 0 and line[place] == 0:
            place -= 1
        if drawn.inversion[row, place] == 0:
            found[row] = line[place]
        while place > 0 and line[place] == line[-1] + found[row]:
            place -= 1
        six_four = line[place] == 0 and drawn.inversion[row, place] == 2
        prepared[row] = line[place] in (2, 5, 9) or six_four
    return found, prepared


def phrase_closes(drawn: Drawn) -> Costs:
    """Phrases that end on an inverted chord or a dissonant one."""
    ends = drawn.arrival
    inverted = (drawn.inversion[:, ends] > 0).sum(axis=1)
    dissonant = ~np.isin(drawn.quality[:, ends], (MAJOR, MINOR))
    return 3.0 * inverted + 2.0 * dissonant.sum(axis=1)


def aimless_closes(drawn: Drawn) -> Costs:
    """Phrases whose end is none of the known closes: authentic, half, plagal or deceptive."""
    ends, before = np.flatnonzero(drawn.arrival), _changed_before(drawn)[:, drawn.arrival]
    root, quality = drawn.root[:, ends], drawn.quality[:, ends]
    degree = (root - drawn.reference[ends]) % 12
    rises = (root - np.take_along_axis(drawn.root, before, axis=1)) % 12
    from_dominant = np.isin(np.take_along_axis(drawn.quality, before, axis=1), (MAJOR, DOMINANT))
    settled = np.take_along_axis(drawn.inversion, before, axis=1) == 0
    authentic = (rises == _FOURTH) & from_dominant
    half = (quality == MAJOR) & np.isin(degree, _DOMINANTS)
    plagal = (rises == _FIFTH) & np.isin(degree, (0, RELATIVE_MINOR))
    deceptive = np.isin(rises, (1, 2)) & from_dominant
    kinds = [authentic & settled, half, authentic, plagal & settled, deceptive]
    return np.select(kinds, [0.0, 0.3, 1.5, 0.8, 1.0], 2.5).sum(axis=1)


def _changed_before(drawn: Drawn) -> Ints:
    """Return, for each slot, the last slot before it with another root, (N, T); itself if there is none."""
    changed = np.zeros(drawn.root.shape, dtype=bool)
    changed[:, 1:] = drawn.root[:, 1:] != drawn.root[:, :-1]
    slots = np.broadcast_to(np.arange(drawn.root.shape[1]), drawn.root.shape)
    since = np.maximum.accumulate(np.where(changed, slots, 0), axis=1)  # where the chord of each slot began
    return np.where(since > 0, since - 1, slots)


def opening(drawn: Drawn) -> Costs:
    """The first chord on a strong beat is not the tonic in root position."""
    first = int(np.argmax(drawn.strength >= _STRONG))
    degree = (drawn.root[:, first] - drawn.reference[first]) % 12
    tonic = np.isin(degree, (0, RELATIVE_MINOR)) & np.isin(drawn.quality[:, first], (MAJOR, MINOR))
    return np.where(tonic, 0.0, 3.0) + np.where(drawn.inversion[:, first] > 0, 1.0, 0.0)


def early_end(drawn: Drawn) -> Costs:
    """The last chord is there before the last note of the tune."""
    last = int(np.flatnonzero(drawn.attack)[-1]) if drawn.attack.any() else 0
    return 4.0 * (drawn.root[:, last] == drawn.root[:, max(0, last - 1)])


def same_closes(drawn: Drawn) -> Costs:
    """Neighbouring phrases that end on the same chord."""
    ends = drawn.root[:, drawn.arrival]
    return 1.0 * (ends[:, 1:] == ends[:, :-1]).sum(axis=1)


def no_close(drawn: Drawn) -> Costs:
    """Phrases whose last chord is there already before their last note."""
    ends = drawn.ends
    return (drawn.root[:, ends] == drawn.root[:, ends - 1]).sum(axis=1).astype(float)


def weak_closes(drawn: Drawn) -> Costs:
    """Phrases whose last chord comes from the inversion of a dominant."""
    ends = drawn.ends
    rises = (drawn.root[:, ends] - drawn.root[:, ends - 1]) % 12
    before = drawn.quality[:, ends - 1]
    dominant = np.isin(before, (MAJOR, DOMINANT)) & (rises == _FOURTH) & (drawn.inversion[:, ends - 1] > 0)
    return (dominant | np.isin(before, LEADS_UP) & (rises == 1)).sum(axis=1).astype(float)


def unprepared_closes(drawn: Drawn) -> Costs:
    """Phrases that close from a dominant in root position before which the bass does not move by step."""
    ends = drawn.ends[drawn.ends > 1]
    fifth = (drawn.bass[:, ends] - drawn.bass[:, ends - 1]) % 12 == _FOURTH
    before = distance(drawn.bass[:, ends - 2], drawn.bass[:, ends - 1])
    return (fifth & ((before > 2) | (before == 0))).sum(axis=1).astype(float)
