"""Bars elsewhere in a piece that are the same as those of a region, and may follow it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from arranger.arranging.plan import Plan
from arranger.arranging.search.beam import Hypothesis
from theory.types import Ints, Mask


def mirrored_cells(plan: Plan, now: Hypothesis, holes: Mask) -> Mask:
    """Return the cells (T, V) outside holes that mirror one in them.

    The bars of both have the same tune, rhythm and chords (`plan.recurs`), and the voice has the same notes in both
    wherever the bar has holes.
    """
    first, bar = _firsts(plan.recurs), plan.texture.bar
    found = np.zeros_like(holes)
    for index in sorted(set(bar[holes.any(axis=1)].tolist())):
        own = np.flatnonzero(bar == index)
        for other in sorted(set(bar[np.isin(first, first[own])].tolist())):
            theirs = np.flatnonzero(bar == other)
            if other == index or not np.array_equal(first[theirs], first[own]):
                continue
            differs = (now.midi[theirs] != now.midi[own]) | (now.attack[theirs] != now.attack[own])
            found[theirs] |= holes[own] & ~(differs & holes[own]).any(axis=0)
    return found & ~holes


def copied(plan: Plan, found: Hypothesis, holes: Mask, others: Mask) -> tuple[Hypothesis, Mask]:
    """Return a texture whose cells ``others`` (T, V) have the notes of the holes they mirror, and all changed cells."""
    first = _firsts(plan.recurs)
    source = {int(first[t]): int(t) for t in np.flatnonzero(holes.any(axis=1))}
    midi, attack = found.midi.copy(), found.attack.copy()
    for t in np.flatnonzero(others.any(axis=1)).tolist():
        from_ = source[int(first[t])]
        midi[t, others[t]], attack[t, others[t]] = found.midi[from_, others[t]], found.attack[from_, others[t]]
    return replace(found, midi=midi, attack=attack), holes | others


def _firsts(recurs: Ints) -> Ints:
    """Return the first slice that each slice repeats, (T,): itself, if it repeats none.

    >>> _firsts(np.array([-1, -1, 0, 1])).tolist()
    [0, 1, 0, 1]
    """
    return np.where(recurs >= 0, recurs, np.arange(len(recurs)))
