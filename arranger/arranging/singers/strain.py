"""What a plan asks of singers: limits where it is loud, and their time outside the tessitura."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from arranger.arranging.plan import Plan
from arranger.arranging.rhythm import GIVEN
from arranger.arranging.search.beam import Hypothesis, Search
from arranger.arranging.singers import Singers
from theory.notation.score import Notice, Score
from theory.types import Floats, Ints, Mask

LOUD = ("f", "ff", "fff", "sf", "sfz", "fz", "ffff")
STRONGER = (4.0, 16.0)  # factors on the weight of the tessitura, tried in turn until all keep within their share
_HIGHEST = 127


def with_loud_limits(plan: Plan, singers: Mapping[int, Singers]) -> Plan:
    """Return a plan in which no voice to be filled rises above its loud limit where the sheet is marked f or more."""
    forbidden = dict(plan.forbidden)
    for voice, own in singers.items():
        if own.loud is None or voice >= plan.mode.shape[1]:
            continue
        above = tuple(range(own.loud.midi + 1, _HIGHEST + 1))
        for t in np.flatnonzero(_loud(plan) & (plan.mode[:, voice] != GIVEN)).tolist():
            forbidden[t, voice] = (*forbidden.get((t, voice), ()), *above)
    return replace(plan, forbidden=forbidden) if forbidden else plan


def _loud(plan: Plan) -> Mask:
    """Return where the sheet is loud, (slice,)."""
    spans = loud_spans(plan.score)
    return np.array([any(start <= t < end for start, end in spans) for t in plan.texture.onset_quarter], dtype=bool)


def loud_spans(score: Score) -> list[tuple[Fraction, Fraction]]:
    """Return the times, in quarters, from each loud dynamic mark to the next mark."""
    marks = [each for each in score.directions if each.kind == "dynamic"]
    marks.sort(key=lambda mark: mark.onset_quarter)
    times = [*(mark.onset_quarter for mark in marks), score.end_quarter]
    loud = [(mark.value or mark.text).strip().lower() in LOUD for mark in marks]
    return [span for span, is_loud in zip(pairwise(times), loud, strict=True) if is_loud]


def outside_tessitura(plan: Plan, midi: Ints) -> Floats:
    """Return the share of its sounding time that each voice of a texture (T, V) spends outside its tessitura, (V,)."""
    length = np.array([float(each) for each in plan.texture.duration_quarter])[:, None]
    ranges, sounds = plan.ranges, midi >= 0
    outside = sounds & ((midi < ranges.tessitura_low) | (midi > ranges.tessitura_high))
    whole = (sounds * length).sum(axis=0)
    return np.asarray((outside * length).sum(axis=0) / np.maximum(whole, 1e-9))


def within_shares(search: Search, first: Hypothesis, singers: Mapping[int, Singers]) -> tuple[Search, Hypothesis]:
    """Return a search, and what it finds, in which the voices keep within their shares outside the tessitura.

    If the arrangement that was found first does not, the tessitura weighs more; the one that comes nearest is returned.
    """
    best = search, first
    for factor in STRONGER:
        if _excess(search.plan, best[1].midi, singers) <= 0:
            break
        objective = search.objective
        weights = {**objective.preferences, "tessitura": factor * objective.preferences.get("tessitura", 0.1)}
        stricter = replace(search, objective=replace(objective, preferences=weights))
        found = stricter.run()[0]
        if _excess(search.plan, found.midi, singers) < _excess(search.plan, best[1].midi, singers):
            best = stricter, found
    return best


def _excess(plan: Plan, midi: Ints, singers: Mapping[int, Singers]) -> float:
    """Return by how much the voices to be filled exceed their shares, in all."""
    shares = outside_tessitura(plan, midi)
    limits = {voice: own.outside for voice, own in singers.items() if own.outside is not None and voice in plan.free}
    return sum(max(0.0, float(shares[voice]) - limit) for voice, limit in limits.items())


def strain_notices(plan: Plan, midi: Ints, singers: Mapping[int, Singers]) -> Iterator[Notice]:
    """Yield what could not be kept of the singers' limits: notes out of reach, loud notes too high, shares exceeded."""
    shares, loud = outside_tessitura(plan, midi), _loud(plan)
    for voice, own in singers.items():
        if voice >= midi.shape[1]:
            continue
        line, name = midi[:, voice], plan.texture.voices[voice].lower()
        if own.range or own.comfortable:
            beyond = (line >= 0) & ((line < plan.ranges.lowest[voice]) | (line > plan.ranges.highest[voice]))
            yield from _told(plan, beyond, f"the {name} leaves its range")
        if own.loud is not None:
            yield from _told(plan, loud & (line > own.loud.midi), f"the {name} rises above {own.loud} where it is loud")
        if own.outside is not None and shares[voice] > own.outside:
            much = f"{shares[voice]:.0%} of its time, more than {own.outside:.0%}"
            yield Notice(f"the {name} lies outside its tessitura for {much}")


def _told(plan: Plan, cells: Mask, what: str) -> Iterator[Notice]:
    """Yield one notice that names the first of the marked slices and counts them."""
    places = np.flatnonzero(cells & np.append(True, ~cells[:-1])).tolist()
    if places:
        onset = plan.texture.onset_quarter[places[0]]
        more = f", and {len(places) - 1} more times" if len(places) > 1 else ""
        yield Notice(f"{what}{more}", plan.score.bar_at(onset).number, onset)
