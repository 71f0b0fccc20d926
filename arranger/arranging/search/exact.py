"""The optimal texture by dynamic programming: a reference for the beam search.

The result is exact if every cost looks at one slice or two successive slices: rules over Verticality, Motion and
Succession and their preferences, but nothing over Steps, no recurring bars, no model and no seams. A state is what such
a cost can still see: the pitches and attacks of the last slice. Every candidate of a slice is tried after every state
of the previous slice, so this is only for short textures in narrow ranges.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from arranger.arranging.plan import Plan
from arranger.arranging.search.beam import Hypothesis
from arranger.arranging.search.candidates import HELD, attacks_of, candidates_at, held_at
from arranger.arranging.search.objective import RECURRENCE, Objective, total
from arranger.arranging.search.preferences import STEP
from theory.slices.facts import Step, Succession, Verticality, letters
from theory.types import Costs, Ints, Mask


@dataclass(frozen=True)
class _State:
    """The cheapest path to one verticality: its last slice, its cost and the state before."""

    midi: tuple[int, ...]
    attack: tuple[bool, ...]
    cost: float = 0.0
    before: _State | None = None


_FURTHER = {RECURRENCE, *STEP}  # preferences that look at more than two slices


def pairwise(objective: Objective) -> Objective:
    """Return the part of an objective that looks at no more than two successive slices."""
    preferences = {name: weight for name, weight in objective.preferences.items() if name not in _FURTHER}
    return replace(objective, rules={**objective.rules, Step: ()}, preferences=preferences)


def optimum(plan: Plan, objective: Objective) -> Hypothesis:
    """Return the texture of lowest cost for a plan and a pairwise objective.

    Raises ValueError if the objective looks at more than two slices or the sheet has repeats.
    """
    if objective.rules[Step] or _FURTHER & set(objective.preferences):
        raise ValueError("the exact search cannot weigh costs of more than two slices; give it `pairwise(objective)`")
    if any(heard != ((t - 1,) if t else ()) for t, heard in enumerate(plan.texture.predecessors)):
        raise ValueError("the sheet has repeats")
    silence = (-1,) * plan.texture.shape[1]
    states = [_State(silence, (False,) * len(silence))]
    for t in range(plan.texture.shape[0]):
        states = _reached(plan, objective, t, states)
    best = min(states, key=lambda state: state.cost)
    path = _path(best)
    return Hypothesis(np.array([each.midi for each in path]), np.array([each.attack for each in path]), best.cost)


def _path(state: _State) -> list[_State]:
    """Return the states from the first slice to this one."""
    path: list[_State] = []
    here: _State | None = state
    while here is not None and here.before is not None:
        path.append(here)
        here = here.before
    return path[::-1]


def _reached(plan: Plan, objective: Objective, t: int, states: list[_State]) -> list[_State]:
    """Return the states of a slice, each with its cheapest path."""
    midi, attack = np.array([each.midi for each in states]), np.array([each.attack for each in states])
    found: dict[tuple[tuple[int, ...], tuple[bool, ...]], _State] = {}
    for index, before in enumerate(states):
        now = _followers(plan, t, midi[index])
        attacks = attacks_of(plan, t, now, midi[index])
        cost = before.cost + _cost(plan, objective, t, (midi[index], attack[index]), (now, attacks))
        for candidate in range(len(now)):
            key = tuple(now[candidate].tolist()), tuple(attacks[candidate].tolist())
            if key not in found or cost[candidate] < found[key].cost:
                found[key] = _State(*key, float(cost[candidate]), before)
    return list(found.values())


def _followers(plan: Plan, t: int, before: Ints) -> Ints:
    """Return what may follow a verticality, (candidate, voice): the candidates, and itself if all voices may hold."""
    listed = candidates_at(plan, t)
    found = np.where(listed == HELD, before, listed)
    held = held_at(plan, t, before[None])
    return found if held is None else np.concatenate([found, held])


def _cost(plan: Plan, objective: Objective, t: int, before: tuple[Ints, Mask], after: tuple[Ints, Mask]) -> Costs:
    """Return the cost of each verticality of a slice after one of the previous slice, (candidate,)."""
    duration = float(plan.texture.duration_quarter[t])
    now = _vertical(plan, t, *after)
    cost = total(objective.vertical_terms(now, duration=duration))
    if t:
        motion = Succession(_vertical(plan, t - 1, *before), now, np.asarray(plan.boundary[t]))
        cost = cost + total(objective.motion_terms(motion, duration=duration))
    return np.broadcast_to(cost, len(after[0]))


def _vertical(plan: Plan, t: int, midi: Ints, attack: Mask) -> Verticality:
    letter = letters(midi, plan.spelling[t][midi % 12])
    return Verticality(midi, letter, attack, plan.context.at(t), plan.ranges)
