"""What the plan of an arrangement asks for, and which of it cannot be kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from arranger.arranging.given.pins import Pins, pinned_chords
from arranger.arranging.plan import Plan
from arranger.arranging.rhythm import GIVEN, HOLD, REST_MODE
from arranger.arranging.search.objective import Objective
from arranger.editing.conflicts.demands import CHORD, FORBIDDEN, PIN, Demand, forbidden, pinned, usual_demands
from arranger.editing.conflicts.feasible import broken_slices, is_feasible
from arranger.editing.conflicts.frame import Frame
from arranger.editing.conflicts.smallest import Conflict, first_conflict
from arranger.editing.conflicts.ways_out import WayOut, in_words, way_in_words, ways_out
from theory.notation.score import Notice
from theory.rules.profile import load_profile
from theory.slices.texture import HOLE, REST
from theory.types import Ints

_LONGEST = 8  # slices of a passage in which a conflict is looked for


@dataclass(frozen=True)
class Deadlock:
    """What cannot all be kept in one place of a plan, and the ways out of it."""

    slice_: int  # of the plan
    conflict: Conflict  # counted from the slice ``first``
    first: int
    ways: tuple[WayOut, ...]  # cheapest first
    words: str
    ways_in_words: tuple[str, ...]

    @property
    def cheapest(self) -> Demand | None:
        """What is given up for the least, counted in the slices of the plan; None if nothing helps."""
        return replace(self.ways[0].demand, slice_=self.ways[0].demand.slice_ + self.first) if self.ways else None

    @property
    def instead(self) -> int:
        """The MIDI number that the voice of the cheapest way out has there; REST if it is asked of all voices."""
        demand = self.ways[0].demand
        return int(self.ways[0].at(demand.slice_)[demand.voice]) if demand.voice >= 0 else REST

    def notice(self, plan: Plan, *, taken: bool) -> Notice:
        """Return a notice of it: of the cheapest way out as ``taken``, or as what could be done."""
        onset = plan.texture.onset_quarter[self.slice_]
        bar = plan.score.bar_at(onset).number
        first, *others = self.ways_in_words[:3] or ("nothing helps",)
        more = f" (or {'; or '.join(others)})" if others else ""
        words = self.words.removeprefix(f"bar {bar} ")  # a notice names its bar by itself
        then = "the arrangement takes the cheapest way out" if taken else "the pins are kept; the cheapest way out is"
        return Notice(f"{words}; {then}: {first}{more}", bar, onset)


def deadlocks_of_pins(plan: Plan, midi: Ints, pins: Pins) -> Iterator[Deadlock]:
    """Yield those of the `deadlocks` of which a pin is part."""
    chords = {plan.texture.slice_at(chord.onset_quarter) for chord in pinned_chords(pins, plan.score)}
    for found in deadlocks(plan, midi):
        asked = (replace(each, slice_=each.slice_ + found.first) for each in found.conflict.demands)
        if any(each.kind in (PIN, FORBIDDEN) or (each.kind == CHORD and each.slice_ in chords) for each in asked):
            yield found


def frame_of(plan: Plan) -> Frame:
    """Return the frame of a plan: its given notes, chords, ranges and rests, and where voices hold."""
    given = np.select([plan.mode == GIVEN, plan.mode == REST_MODE], [plan.texture.pitch, REST], HOLE)
    holds = (plan.mode == HOLD) & (given == HOLE)
    for t in range(1, len(given)):
        silent = holds[t] & (given[t - 1] == REST)
        given[t, silent] = REST
    holds[0] = False
    return Frame(
        score=plan.score,
        voices=plan.texture.voices,
        onset_quarter=plan.texture.onset_quarter,
        duration_quarter=plan.texture.duration_quarter,
        chord=tuple(None if chord is None or chord.is_no_chord else chord for chord in plan.texture.chord),
        context=plan.context,
        spelling=plan.spelling,
        boundary=plan.boundary,
        ranges=plan.ranges,
        given=given,
        holds=holds & (given == HOLE),
        lowest=plan.texture.voices[-1],
        strangers=plan.style.foreign_voices,
    )


def demands_of(plan: Plan, frame: Frame) -> tuple[Demand, ...]:
    """Return what a plan asks for: its pins, its given notes, its chords, and the rules that its profile forbids."""
    pins = [pinned(t, voice, midi) for (t, voice), heights in plan.pinned.items() for midi in heights]
    bans = [forbidden(t, voice, midi) for (t, voice), heights in plan.forbidden.items() for midi in heights]
    return (*usual_demands(frame, load_profile(plan.style.profile)), *pins, *bans)


def deadlocks(plan: Plan, midi: Ints) -> Iterator[Deadlock]:
    """Yield the places at which an arrangement (slice, voice) of a plan could not keep all that is asked, in order.

    A place at which everything could have been kept is passed over, however the arrangement is.
    """
    frame = frame_of(plan)
    demands = demands_of(plan, frame)
    objective = Objective.of(plan.style, np.isin(np.arange(len(frame.voices)), plan.free))
    done = -1
    for slice_ in broken_slices(frame, demands, midi):
        found = None if slice_ <= done else _deadlock(frame, demands, slice_, objective)
        if found is not None:
            done = slice_
            yield found


def _deadlock(frame: Frame, demands: tuple[Demand, ...], last: int, objective: Objective) -> Deadlock | None:
    """Return the conflict that ends in a slice, in the shortest passage that shows it, None if there is none."""
    for first in range(last, max(-1, last - _LONGEST), -1):
        inside = _between(demands, first, last)
        if is_feasible(frame.between(first, last), inside):
            continue
        start, stop = max(0, first - 1), min(frame.slices - 1, last + 1)
        conflict = first_conflict(frame.between(first, last), inside)
        assert conflict is not None
        around, passage = frame.between(start, stop), _between(demands, start, stop)
        own = tuple(replace(each, slice_=each.slice_ + first - start) for each in conflict.demands)
        by = first - start
        moved = Conflict(own, conflict.first + by, conflict.last + by, conflict.voices)
        ways = ways_out(around, passage, moved, objective)
        words = tuple(way_in_words(way, around) for way in ways)
        return Deadlock(last, moved, start, ways, in_words(moved, around), words)
    return None


def _between(demands: tuple[Demand, ...], first: int, last: int) -> tuple[Demand, ...]:
    """Return the demands on some slices alone, counted from the first of them."""
    return tuple(
        replace(each, slice_=each.slice_ - first)
        for each in demands
        if first <= each.slice_ <= last and not (each.is_motion and each.slice_ == first)
    )
