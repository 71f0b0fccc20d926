"""The candidate verticalities of a slice.

Candidates are all voicings of the chord that are in range, do not cross, and are spaced as textbooks ask; the given
voices have their notes, the free voices all possible ones. Some voices may also take tones of the scale outside the
chord, so that passing notes and suspensions can be chosen. If the given notes leave no candidate, limits are dropped
one by one: spacing, then comfortable range, then voice order.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from arranger.arranging.plan import Plan
from arranger.arranging.rhythm import GIVEN, HOLD, MAY, MUST, REST_MODE
from arranger.characters import AXES
from theory.notation.beats import beat_of, beat_text
from theory.slices.facts import NONE
from theory.slices.texture import REST
from theory.types import Ints, Mask

MOST_UPPER_GAP = 12  # semitones between neighbouring upper voices
MOST_BASS_GAP = 24  # semitones between the two lowest voices
HELD = -3  # in a candidate: the voice holds the pitch of the previous slice


@dataclass(frozen=True)
class Limits:
    """Which limits candidates must keep."""

    spacing: bool = True
    comfort: bool = True
    order: bool = True


RELAXED = (Limits(), Limits(spacing=False), Limits(spacing=False, comfort=False), Limits(False, False, False))


def candidates_at(plan: Plan, t: int) -> Ints:
    """Return the candidate verticalities of a slice, (candidate, voice) MIDI numbers, given notes included.

    A voice that holds has `HELD`, because the held pitch depends on the hypothesis. Raises ValueError if there is no
    candidate even without limits.
    """
    for limits in RELAXED:
        found = _sift(
            plan, t, _product([_domain(plan, t, voice, limits) for voice in range(plan.mode.shape[1])]), limits
        )
        if len(found):
            return found
    onset = plan.texture.onset_quarter[t]
    beat = beat_text(beat_of(plan.score, onset))
    raise ValueError(f"no voicing is possible in bar {plan.score.bar_at(onset).number}, beat {beat}")


def _domain(plan: Plan, t: int, voice: int, limits: Limits) -> Ints:
    """Return the MIDI numbers that one voice may take, (pitch,)."""
    mode = plan.mode[t, voice]
    if mode == GIVEN:
        return plan.texture.pitch[t, voice : voice + 1]
    if mode in (REST_MODE, HOLD):
        return np.array([HELD if mode == HOLD else REST])
    if (t, voice) in plan.pinned:
        return _pinned(plan, t, voice, limits)
    ranges = plan.ranges
    low, high = (ranges.low, ranges.high) if limits.comfort else (ranges.lowest, ranges.highest)
    pitches = np.arange(low[voice], high[voice] + 1)
    if (t, voice) in plan.forbidden:
        pitches = pitches[~np.isin(pitches, plan.forbidden[t, voice])]
    context = plan.context
    usable = context.role[t] != NONE
    if plan.style.foreign_voices:
        usable = usable | context.scale[t]
    if _is_rich(plan, t) and voice < plan.mode.shape[1] - 1:  # the bass keeps to chord and scale
        usable = np.ones_like(usable)
    return pitches[usable[pitches % 12]]


def _pinned(plan: Plan, t: int, voice: int, limits: Limits) -> Ints:
    """Return the pinned pitches of a voice, (pitch,): those in its range, or all of them if there is none."""
    ranges = plan.ranges
    low, high = (ranges.low, ranges.high) if limits.comfort else (ranges.lowest, ranges.highest)
    pitches = np.array(plan.pinned[t, voice], dtype=np.int64)
    inside = pitches[(pitches >= low[voice]) & (pitches <= high[voice])]
    return inside if len(inside) else pitches


def _product(domains: list[Ints]) -> Ints:
    grids = np.meshgrid(*domains, indexing="ij")
    return np.stack([grid.ravel() for grid in grids], axis=-1)


def _sift(plan: Plan, t: int, found: Ints, limits: Limits) -> Ints:
    """Return the verticalities (candidate, voice) that keep the limits and have few enough non-chord tones."""
    keep = np.ones(len(found), dtype=bool)
    sounding = found[0] >= 0
    order = np.flatnonzero(sounding)
    given, tune = plan.mode[t] == GIVEN, int(plan.holder[t])
    crosses = bool(plan.turns) and tune == plan.mode.shape[1] - 1  # a tune in the bass may rise over other voices
    for upper, lower in itertools.pairwise(order):
        known = int(given[upper]) + int(given[lower])
        if known == 2 or (known and not limits.order) or (crosses and tune in (upper, lower)):
            continue
        gap = found[:, upper] - found[:, lower]
        most = MOST_BASS_GAP if lower == order[-1] else MOST_UPPER_GAP
        keep &= (gap >= 0) if limits.order else keep
        keep &= (gap <= most) if limits.spacing else keep
    pinned = np.array([(t, voice) in plan.pinned for voice in range(plan.mode.shape[1])])
    free = sounding & (plan.mode[t] != GIVEN) & ~pinned
    strangers = (plan.context.role[t][found % 12] == NONE) & free & (found >= 0)
    keep &= strangers.sum(axis=-1) <= plan.style.foreign_voices + _is_rich(plan, t)
    return found[keep]


def _is_rich(plan: Plan, t: int) -> bool:
    """Whether the character allows one more non-chord tone, and chromatic ones, in a slice."""
    return bool(plan.character[t, AXES.index("richness")] > 0)


def held_at(plan: Plan, t: int, before: Ints) -> Ints | None:
    """Return the verticalities (hypothesis, voice) in which no voice moves that may hold; None if not all of them may.

    ``before`` (hypothesis, voice) sounds in the previous slice. A voice that is limited has only its listed candidates.
    """
    mode = plan.mode[t]
    can_hold = (mode == MAY) | (mode == HOLD)
    limited = any(limits != (None, None) for limits in plan.pinned_at(t))
    if limited or not (mode == MAY).any() or not (can_hold | (mode == GIVEN)).all() or (before[:, can_hold] < 0).any():
        return None
    return np.where(can_hold, before, plan.texture.pitch[t])


def attacks_of(plan: Plan, t: int, midi: Ints, before: Ints) -> Mask:
    """Return which voices attack, (..., V): as the plan says, and a voice that may attack does if its pitch changes.

    Where suspensions are wanted, a voice that must attack may instead hold a note into a chord that lacks it.
    """
    mode = plan.mode[t]
    changes = midi != before
    must = mode == MUST
    if plan.suspends:
        must = must & (changes | (plan.context.role[t][midi % 12] != NONE))
    attack = np.where(mode == GIVEN, plan.texture.attack[t], must | ((mode == MAY) & changes))
    return attack & (midi >= 0)
