"""Ways out of a conflict: what an arrangement costs if one of the demands is given up, cheapest first.

The costs are those of the objective, without the extra cost of forbidden rules, plus a price for what the user asked
for. Each way out knows the arrangement of the passage that it leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from arranger.arranging.search.objective import FORBIDDEN as FORBIDDEN_COST
from arranger.arranging.search.objective import Objective, total
from arranger.editing.conflicts.demands import CHORD, FORBIDDEN, PIN, RANGE, RULE, TUNE, Demand
from arranger.editing.conflicts.feasible import Search
from arranger.editing.conflicts.frame import REST, Frame
from arranger.editing.conflicts.smallest import Conflict
from theory.slices.facts import Motion, Verticality, voice_pairs
from theory.types import Costs, Ints

WISH = 9.0  # nats for a pinned or forbidden note that is given up
RULE_LEAST = 8.0  # nats for a forbidden rule that is broken, if it has a smaller weight
AWAY = 0.5  # nats per semitone from a pinned note
OUTSIDE = 4.0  # nats for a chord that not all voices keep
_MOST, _WIDTH = 200, 16  # verticalities of a slice, and paths, that are gone on with
_AROUND = 1  # slices before and after the conflict that are arranged with it


@dataclass(frozen=True)
class WayOut:
    """One demand that is given up, and the best arrangement of the passage without it."""

    demand: Demand
    price: float  # in nats
    first: int  # index of the first slice of the passage
    midi: Ints = field(compare=False)  # (slice, voice) of the passage

    def at(self, slice_: int) -> Ints:
        """Return the notes (voice,) in a slice of the frame."""
        return self.midi[slice_ - self.first]


def ways_out(frame: Frame, demands: Iterable[Demand], conflict: Conflict, objective: Objective) -> tuple[WayOut, ...]:
    """Return the ways out of a conflict, the cheapest first; the tune is never given up.

    A way that leads into another conflict in the same slices is left out, unless all do.
    """
    first, last = max(0, conflict.first - _AROUND), min(frame.slices - 1, conflict.last + _AROUND)
    asked = set(demands)
    found = []
    for demand in conflict.demands:
        if demand.kind == TUNE:
            continue
        for start, stop in ((first, last), (conflict.first, conflict.last)):
            path = _cheapest(frame.between(start, stop), _within(asked - {demand}, start, stop), _plain(objective))
            if path is not None:
                midi, cost = path
                price = cost / (stop - start + 1) + _price(demand, midi[demand.slice_ - start], frame)
                price += _least(demand, _plain(objective))
                found.append(WayOut(demand, round(price, 4), start, midi))
                break
    return tuple(sorted(found, key=lambda way: (way.price, way.demand)))


def _within(demands: Iterable[Demand], first: int, last: int) -> frozenset[Demand]:
    return frozenset(
        replace(each, slice_=each.slice_ - first)
        for each in demands
        if first <= each.slice_ <= last and not (each.is_motion and each.slice_ == first)
    )


def _plain(objective: Objective) -> Objective:
    """Return the objective without the extra cost of forbidden rules, which are asked as demands."""
    rules = {
        scope: tuple((rule, weight % FORBIDDEN_COST) for rule, weight in weighted)
        for scope, weighted in objective.rules.items()
    }
    return replace(objective, rules=rules)


def _price(demand: Demand, notes: Ints, frame: Frame) -> float:
    """Return what it costs to give up a demand by itself."""
    if demand.kind == PIN:
        return WISH + AWAY * abs(int(notes[demand.voice]) - demand.midi)
    return {FORBIDDEN: WISH, CHORD: OUTSIDE}.get(demand.kind, 0.0)


def _least(demand: Demand, objective: Objective) -> float:
    """Return what a forbidden rule costs beyond its own weight, which the objective counts."""
    weights = {rule.code: weight for weighted in objective.rules.values() for rule, weight in weighted}
    return max(0.0, RULE_LEAST - weights.get(demand.code, 0.0)) if demand.kind == RULE else 0.0


def _cheapest(frame: Frame, demands: frozenset[Demand], objective: Objective) -> tuple[Ints, float] | None:
    """Return a cheap arrangement (slice, voice) of a frame that keeps demands, with its cost; None if there is none."""
    search = Search(frame, demands)
    paths = np.zeros((1, 0, len(frame.voices)), dtype=np.int64)
    costs: Costs = np.zeros(1)
    for slice_ in range(frame.slices):
        here = search.verticalities(slice_)
        if not len(here):
            return None
        duration = float(frame.duration_quarter[slice_])
        own = np.broadcast_to(
            total(objective.vertical_terms(search.vertical(slice_, here), duration=duration)), len(here)
        )
        order = np.argsort(own, kind="stable")
        if slice_ == 0:
            order = order[:_MOST]
            paths, costs = here[order][:, None], own[order]
            continue
        before = paths[:, -1]
        follows = search.may_follow(slice_, before, here)
        reached = np.flatnonzero(follows.any(axis=0))
        order = order[np.isin(order, reached)][:_MOST]
        if not len(order):
            return None
        one, other = (places.ravel() for places in np.meshgrid(np.arange(len(before)), order, indexing="ij"))
        fits = follows[one, other]
        one, other = one[fits], other[fits]
        motion = search.motion(slice_, before[one], here[other])
        moved = np.broadcast_to(total(objective.motion_terms(motion, duration=duration)), len(one))
        cost = np.round(costs[one] + own[other] + moved, 4)
        best = np.argsort(cost, kind="stable")[:_WIDTH]
        paths = np.concatenate([paths[one[best]], here[other[best]][:, None]], axis=1)
        costs = cost[best]
    return paths[0], float(costs[0])


def in_words(conflict: Conflict, frame: Frame) -> str:
    """Return what cannot all be kept, as a sentence."""
    parts = [_demand_in_words(each, frame, conflict.last) for each in conflict.demands]
    listed = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
    count = {1: "", 2: "both "}.get(len(parts), "all ")
    return f"{frame.place(conflict.last)}: {listed} cannot {count}be kept"


def _demand_in_words(demand: Demand, frame: Frame, last: int) -> str:
    voice = frame.voices[demand.voice].lower() if demand.voice >= 0 else ""
    note = str(frame.pitch(demand.slice_, demand.midi)) if demand.midi >= 0 else ""
    where = "" if demand.slice_ == last else f" in {frame.place(demand.slice_)}"
    if demand.kind == PIN:
        return f"{note} pinned in the {voice}{where}"
    if demand.kind == FORBIDDEN:
        return f"no {note} in the {voice}{where}"
    if demand.kind == TUNE:
        return f"the given {note} of the {voice}{where}"
    if demand.kind == CHORD:
        return f"the chord {frame.chord[demand.slice_]}{where}"
    if demand.kind == RANGE:
        low, high = (int(edge[demand.voice]) for edge in (frame.ranges.lowest, frame.ranges.highest))
        return f"the range of the {voice} ({frame.pitch(demand.slice_, low)}-{frame.pitch(demand.slice_, high)}){where}"
    return f"no {demand.rule.name.replace('-', ' ')}{where}"


def way_in_words(way: WayOut, frame: Frame) -> str:
    """Return what a way out gives up, as a request."""
    demand, place = way.demand, frame.place(way.demand.slice_)
    notes = way.at(demand.slice_)
    voice = frame.voices[demand.voice].lower() if demand.voice >= 0 else ""
    if demand.kind in (PIN, FORBIDDEN, RANGE):
        new = frame.pitch(demand.slice_, int(notes[demand.voice])) if notes[demand.voice] >= 0 else "a rest"
        if demand.kind == PIN:
            return f"let the {voice}'s {frame.pitch(demand.slice_, demand.midi)} in {place} be {new}"
        if demand.kind == FORBIDDEN:
            return f"let the {voice} have {new} in {place} after all"
        return f"let the {voice} sing or play {new}, outside its range, in {place}"
    if demand.kind == CHORD:
        outside = ", ".join(f"the {name} have {note}" for name, note in _outside(way, frame))
        return f"let {outside or 'the bass have another note'}, against {frame.chord[demand.slice_]}, in {place}"
    pairs = " and ".join(_breaking(way, frame))
    return f"allow {demand.rule.name.replace('-', ' ')}{f' between {pairs}' if pairs else ''} in {place}"


def _outside(way: WayOut, frame: Frame) -> Iterator[tuple[str, str]]:
    """Yield (voice, note) of what is not as the chord asks."""
    slice_, notes = way.demand.slice_, way.at(way.demand.slice_)
    search = Search(frame, frozenset([way.demand]))
    for voice, midi in enumerate(notes.tolist()):
        free = frame.given[slice_, voice] == frame.free and midi != REST
        if free and not search.fitting(slice_, voice)[midi % 12]:
            yield frame.voices[voice].lower(), str(frame.pitch(slice_, midi))


def _breaking(way: WayOut, frame: Frame) -> list[str]:
    """Return the pairs of voices that break the rule that is given up, such as "alto and tenor"."""
    demand = way.demand
    search = Search(frame, frozenset())
    notes = way.at(demand.slice_)[None]
    window: Motion | Verticality = search.vertical(demand.slice_, notes)
    if demand.is_motion:
        window = search.motion(demand.slice_, way.at(demand.slice_ - 1)[None], notes)
    upper, lower = voice_pairs(len(frame.voices))
    names = [name.lower() for name in frame.voices]
    broken = np.flatnonzero(np.asarray(demand.rule(window))[0]).tolist()
    return [f"{names[upper[pair]]} and {names[lower[pair]]}" for pair in broken]
