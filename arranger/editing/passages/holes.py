"""A finished texture with holes: every cell outside them is given exactly as it is written."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from arranger.arranging.plan import Plan
from arranger.arranging.rhythm import GIVEN, HOLD, MAY, MUST, REST_MODE
from theory.slices.texture import HOLE, REST
from theory.types import Ints, Mask


def with_holes(plan: Plan, midi: Ints, attack: Mask, holes: Mask) -> Plan:
    """Return a plan that gives all cells of a finished texture, but for holes.

    Parameters
    ----------
    plan
        How the voices move where they are composed anew; where it gives the tune, its rhythm stays.
    midi, attack
        The finished texture, (T, V).
    holes
        (T, V) cells to be filled. A voice begins a note with the first cell of each hole, since the note before stays
        as it is; where it may move or hold, that is another note.
    """
    as_written = np.where(attack, MUST, np.where(midi >= 0, HOLD, REST_MODE))
    mode = np.where(plan.mode == GIVEN, as_written, plan.mode)
    enters = holes & ~np.concatenate([np.zeros_like(holes[:1]), holes[:-1]])
    before = np.concatenate([np.full_like(midi[:1], REST), midi[:-1]])
    moves = (mode == MAY) & (before >= 0)
    forbidden = dict(plan.forbidden)
    for t, voice in np.argwhere(enters & moves).tolist():
        note = int(before[t, voice])
        if note in plan.pinned.get((t, voice), ()):
            moves[t, voice] = False
        else:
            forbidden[t, voice] = (*forbidden.get((t, voice), ()), note)
    mode = np.where(enters & ((mode == HOLD) | (mode == MAY)) & ~moves, MUST, mode)
    mode = np.where(holes, mode, GIVEN).astype(np.int64)
    known = ~holes | (mode == REST_MODE)
    slices = np.arange(len(midi))[:, None]
    fifths = np.where(known & (midi >= 0), plan.spelling[slices, midi % 12], 0)
    texture = replace(
        plan.texture,
        pitch=np.where(holes, np.where(mode == REST_MODE, REST, HOLE), midi),
        attack=attack & ~holes,
        fifths=fifths,
    )
    recurs = np.where(holes.any(axis=1), plan.recurs, -1)
    return replace(plan, texture=texture, mode=mode, recurs=recurs, forbidden=forbidden)


def passage_of(holes: Mask) -> range:
    """Return the slices from the first hole to the last."""
    found = np.flatnonzero(holes.any(axis=1))
    return range(int(found[0]), int(found[-1]) + 1) if len(found) else range(0)
