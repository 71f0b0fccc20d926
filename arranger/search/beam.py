"""Beam search over whole verticalities.

Slice by slice, every hypothesis is extended by the voicings that the plan allows. A quick sum
(static cost, size of leaps, model) sifts them; the rest are scored whole by rules, preferences
and model over the windows of `theory.facts`, with axes (beam, candidate). Hypotheses that agree on all
that the windows can still see merge; the best so many go on. Search goes in written order; a seam
(the end of a repeat before its beginning, a second ending after the bar before the first) is scored
when its later-written side is chosen.

Costs are quantised to 1e-4 nats before they are compared and ties fall to the earlier hypothesis
and the earlier candidate, so equal input gives equal output.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arranger.characters import shaded
from arranger.plan import Plan
from arranger.rhythm import HOLD, MAY
from arranger.search.candidates import HELD, attacks_of, candidates_at
from arranger.search.objective import RECURRENCE, Objective, total
from arranger.search.proposer import Proposer, Silent
from theory.facts import Ints, Mask, Step, Succession, Verticality, advance_steps, begin_steps, letters
from theory.layout import voices_apart

QUANTUM = 1e-4
MODEL, RECURRING_BAR = "model", "recurring bar"  # names of costs that are neither rules nor preferences
Costs = NDArray[np.float64]
Extra = Callable[[int, Ints], Costs]  # costs (B, C) of verticalities (B, C, V) in a slice, by a named function
LOOKED_AT = 12  # children for each place of the beam, the best of all: those that merge leave places to be filled
OUTSIDE = round(20.0 / QUANTUM)  # so much worse is what top-p leaves out, where hypotheses are chosen


@dataclass(frozen=True)
class Beam:
    """Hypotheses side by side; B of them, best first."""

    cost: Ints  # (B,) in quanta
    midi: Ints  # (B, T, V)
    attack: Mask  # (B, T, V)
    step: Step  # (B, V, 4)
    forks: dict[int, Step]  # the windows after slices from which a later one goes on, as second endings do
    state: Any  # the proposer's


@dataclass(frozen=True)
class Term:
    """One cause of cost: where, what, how much."""

    slice: int
    source: str
    cost: float


@dataclass(frozen=True)
class Hypothesis:
    """A texture without holes, and what it costs in nats."""

    midi: Ints  # (T, V)
    attack: Mask  # (T, V)
    cost: float


@dataclass(frozen=True)
class Search:
    """Everything that one search is given."""

    plan: Plan
    objective: Objective
    proposer: Proposer = field(default_factory=Silent)
    width: int = 16
    kept: int = 48  # candidates of each hypothesis that are scored whole
    model_weight: float = 0.0
    top_p: float = 1.0  # of the model's chances: candidates outside are taken where there are too few others
    extra: tuple[Extra, ...] = ()  # further costs

    def run(self) -> list[Hypothesis]:
        """Return the finished hypotheses, best first."""
        beam = self._begin()
        for t in range(self._shape[0]):
            beam = self._extend(beam, t)
        return [
            Hypothesis(midi, attack, float(cost) * QUANTUM)
            for midi, attack, cost in zip(beam.midi, beam.attack, beam.cost, strict=True)
        ]

    def explain(self, hypothesis: Hypothesis) -> list[Term]:
        """Return every cause of a hypothesis's cost, by the same functions that steered it."""
        found = []
        for t, beam in self.replay(hypothesis.midi, hypothesis.attack):
            judged = self.judge(beam, t, hypothesis.midi[None, None, t], hypothesis.attack[None, None, t])
            found += [Term(t, name, float(np.sum(cost))) for name, cost in judged]
        return [term for term in found if term.cost]

    def replay(self, midi: Ints, attack: Mask) -> Iterator[tuple[int, Beam]]:
        """Yield each slice of a texture without holes, (T, V), with a beam of the one hypothesis that led to it."""
        beam, only = self._begin(), np.zeros(1, dtype=np.int64)
        for t in range(self._shape[0]):
            yield t, beam
            beam = self._grow(beam, t, only, (midi[None, t], attack[None, t]), only)

    def judge(self, beam: Beam, t: int, midi: Ints, attack: Mask) -> Iterator[tuple[str, Costs]]:
        """Yield every named cost of verticalities (B, C, V) after the hypotheses of a beam, the model's last."""
        yield from self._terms(beam, t, midi, attack)
        yield MODEL, self._model_cost(beam, t, midi, attack)

    @cached_property
    def _shape(self) -> tuple[int, int]:
        return self.plan.texture.shape

    @cached_property
    def _later(self) -> dict[int, list[int]]:
        """Slices written before t that are heard after it."""
        later: dict[int, list[int]] = {}
        for t, heard_before in enumerate(self.plan.texture.predecessors):
            for p in heard_before:
                if p > t:
                    later.setdefault(p, []).append(t)
        return later

    @cached_property
    def _objectives(self) -> list[Objective]:
        """The objective of each slice, as the character of the arrangement has it there."""
        rows = [tuple(values) for values in self.plan.character.tolist()]
        own = {row: replace(self.objective, preferences=shaded(self.objective.preferences, row)) for row in set(rows)}
        return [own[row] for row in rows]

    @cached_property
    def _rules_only(self) -> Objective:
        """What motions across a seam are judged by."""
        return replace(self.objective, preferences={})

    @cached_property
    def _sifted(self) -> dict[object, tuple[Ints, Costs]]:
        return {}

    def _begin(self) -> Beam:
        slices, voices = self._shape
        return Beam(
            cost=np.zeros(1, dtype=np.int64),
            midi=np.full((1, slices, voices), -1),
            attack=np.zeros((1, slices, voices), dtype=bool),
            step=begin_steps((1,), voices),
            forks={},
            state=self.proposer.start(1),
        )

    def _before(self, t: int) -> int:
        """Return the slice that is heard before t in written order, or else the latest one that is; -1 at the start."""
        earlier = [p for p in self.plan.texture.predecessors[t] if p < t]
        return t - 1 if t - 1 in earlier else max(earlier, default=-1)

    @cached_property
    def _forks(self) -> frozenset[int]:
        """Slices from which the music goes on elsewhere than in the next written one."""
        heard = self.plan.texture.predecessors
        return frozenset(before for t, all_before in enumerate(heard) for before in all_before if before < t - 1)

    def _steps_after(self, beam: Beam, before: int, t: int) -> Step:
        """Return the windows of every hypothesis after a slice that is heard before slice t; -1 at the start."""
        if before < 0:
            return begin_steps((len(beam.cost),), self._shape[1])
        return beam.step if before == t - 1 else beam.forks[before]

    def _arrive(self, step: Step, before: int, vertical: Verticality) -> Step:
        """Return windows (..., V, 4) moved on from a slice to what sounds next."""
        leading = step.attacked.shape[:-1]
        midi = np.broadcast_to(vertical.midi, (*leading, vertical.voices))
        now = replace(
            vertical,
            midi=midi,
            letter=np.broadcast_to(vertical.letter, midi.shape),
            attack=np.broadcast_to(vertical.attack, midi.shape),
        )
        ended = before < 0 or bool(self.plan.texture.phrase_end[before])
        return advance_steps(step, now, np.full(leading, ended))

    def _extend(self, beam: Beam, t: int) -> Beam:
        """Return the best hypotheses one slice further."""
        before = self._sounding_before(beam, t)
        midi = self._candidates(beam, t, before)
        attack = attacks_of(self.plan, t, midi, before[:, None])
        model = self._model_cost(beam, t, midi, attack)
        kept = self._sift(beam, t, midi, model)
        midi = voices_apart(np.take_along_axis(midi, kept[..., None], axis=1))
        attack = voices_apart(np.take_along_axis(attack, kept[..., None], axis=1))
        model = np.take_along_axis(model, kept, axis=1)
        cost = np.broadcast_to(total(self._terms(beam, t, midi, attack)) + model, midi.shape[:2])
        quanta = beam.cost[:, None] + np.rint(cost / QUANTUM).astype(np.int64)
        parents, places = self._select(beam, t, quanta + OUTSIDE * self._unlikely(model), midi)
        chosen = midi[parents, places], attack[parents, places]
        return self._grow(beam, t, parents, chosen, quanta[parents, places])

    def _sounding_before(self, beam: Beam, t: int) -> Ints:
        """Return what sounded in the written slice before, (B, V): what a held voice goes on with."""
        return beam.midi[:, t - 1] if t else np.full((len(beam.cost), self._shape[1]), -1)

    def _candidates(self, beam: Beam, t: int, before: Ints) -> Ints:
        """Return the verticalities that each hypothesis may take, (B, C, V)."""
        mode = self.plan.mode[t]
        listed = self._listed(t)[0]
        found = voices_apart(np.where(listed == HELD, before[:, None], listed[None]))
        can_hold = (mode == MAY) | (mode == HOLD)
        if (mode == MAY).any() and (can_hold | ~self.objective.free).all() and (before[:, can_hold] >= 0).all():
            held = np.where(can_hold, before, self.plan.texture.pitch[t])[:, None]
            found = np.concatenate([found, held], axis=1)
        return found

    def _listed(self, t: int) -> tuple[Ints, Costs]:
        """Return the voicings of a slice and their cost as they stand, for equal slices once."""
        plan = self.plan
        key = (
            tuple(plan.texture.pitch[t]),
            plan.texture.chord[t],
            plan.texture.key[t],
            tuple(plan.mode[t]),
            bool(plan.context.onset[t]),
            plan.spelling[t].tobytes(),
            plan.character[t].tobytes(),
        )
        if key not in self._sifted:
            midi = voices_apart(candidates_at(plan, t))
            vertical = self._vertical(t, midi, midi >= 0)
            cost = total(self._objectives[t].vertical_terms(vertical, duration=self._duration(t)))
            self._sifted[key] = midi, np.broadcast_to(cost, len(midi))
        return self._sifted[key]

    def _duration(self, t: int) -> float:
        return float(self.plan.texture.duration_quarter[t])

    def _vertical(self, t: int, midi: Ints, attack: Mask) -> Verticality:
        fifths = self.plan.spelling[t][midi % 12]
        return Verticality(midi, letters(midi, fifths), attack, self.plan.context.at(t), self.plan.ranges)

    def _sift(self, beam: Beam, t: int, midi: Ints, model: Costs) -> Ints:
        """Return the places (B, K) of the candidates that a quick sum likes best, and of the held ones."""
        if midi.shape[1] <= self.kept:
            return np.broadcast_to(np.arange(midi.shape[1]), midi.shape[:2])
        static = self._listed(t)[1]
        quick = model + self._leaps(midi, self._sounding_before(beam, t))
        quick[:, : len(static)] += static
        quick[:, len(static) :] = -np.inf
        return least(np.rint(quick / QUANTUM), self.kept)

    def _leaps(self, midi: Ints, before: Ints) -> Costs:
        """Return a quick cost (B, C) of how far the free voices of verticalities (B, C, V) move from (B, V)."""
        table = self.objective.leap_table()
        cost = np.zeros(midi.shape[:2])
        for voice in np.flatnonzero(self.objective.free):  # voice by voice: numpy is slow in folding a short axis
            here, there = midi[..., voice], before[:, voice, None]
            size = np.minimum(24, np.abs(here - there)) * ((there >= 0) & (here >= 0))
            cost += table[size]
        return cost

    def _model_cost(self, beam: Beam, t: int, midi: Ints, attack: Mask) -> Costs:
        if not self.model_weight:
            return np.zeros(midi.shape[:2])
        return -self.model_weight * self.proposer.log_probs(beam.state, t, midi, attack)

    def _unlikely(self, model: Costs) -> Mask:
        """Return which candidates (B, C) the model finds less likely than those that make up ``top_p``."""
        if self.top_p >= 1 or not self.model_weight:
            return np.zeros(model.shape, dtype=bool)
        chance = np.exp((model.min(axis=1, keepdims=True) - model) / self.model_weight)
        order = np.argsort(-chance, axis=1, kind="stable")
        ranked = np.take_along_axis(chance, order, axis=1)
        likelier = np.cumsum(ranked, axis=1) - ranked
        found = np.empty(model.shape, dtype=bool)
        np.put_along_axis(found, order, likelier >= self.top_p * chance.sum(axis=1, keepdims=True), axis=1)
        return found

    def _terms(self, beam: Beam, t: int, midi: Ints, attack: Mask) -> Iterator[tuple[str, Costs]]:
        """Yield every named cost of verticalities (B, C, V) after the hypotheses of a beam, each (B, C)."""
        vertical = self._vertical(t, midi, attack)
        duration = self._duration(t)
        objective = self._objectives[t]
        yield from objective.vertical_terms(vertical, duration=duration)
        p = self._before(t)
        if p >= 0:
            motion = Succession(self._past(beam, p), vertical, self._ends(p))
            yield from objective.motion_terms(motion, duration=duration)
        steps = self._arrive(_widened(self._steps_after(beam, p, t), midi.shape[1]), p, vertical)
        yield from objective.step_terms(steps)
        yield from self._seam_terms(beam, t, vertical, steps)
        yield RECURRING_BAR, self._recurrence(beam, t, midi)
        for extra in self.extra:
            yield extra.__name__, extra(t, midi)

    def _ends(self, t: int) -> Mask:
        """Return whether a phrase ends with a slice, without axes."""
        return np.asarray(self.plan.texture.phrase_end[t])

    def _past(self, beam: Beam, p: int) -> Verticality:
        """Return an earlier slice of every hypothesis, as (B, 1) windows."""
        return self._vertical(p, beam.midi[:, p, None], beam.attack[:, p, None])

    def _seam_terms(self, beam: Beam, t: int, vertical: Verticality, steps: Step) -> Iterator[tuple[str, Costs]]:
        """Yield the rule costs of motions across repeats and endings whose other side is already chosen."""
        main = self._before(t)
        for p in self.plan.texture.predecessors[t]:
            if p < t and p != main:
                yield from self._rules_only.motion_terms(
                    Succession(self._past(beam, p), vertical, self._ends(p)), duration=1.0
                )
                came = _widened(self._steps_after(beam, p, t), vertical.midi.shape[1])
                yield from self.objective.step_terms(self._arrive(came, p, vertical))
        for s in self._later.get(t, ()):
            following = vertical if s == t else self._past(beam, s)
            yield from self._rules_only.motion_terms(Succession(vertical, following, self._ends(t)), duration=1.0)
            yield from self.objective.step_terms(self._arrive(steps, t, following))

    def _recurrence(self, beam: Beam, t: int, midi: Ints) -> Costs:
        """Cost of voicing a recurring bar otherwise than before: so much a voice."""
        weight = self.objective.preferences.get(RECURRENCE, 0.0)
        earlier = self.plan.recurs[t]
        if not weight or earlier < 0:
            return np.zeros(midi.shape[:2])
        return weight * (midi != beam.midi[:, earlier, None]).sum(axis=-1)

    def _select(self, beam: Beam, t: int, quanta: Ints, midi: Ints) -> tuple[Ints, Ints]:
        """Return parents and candidate places of the best children that differ in what can still matter."""
        order = np.argsort(quanta, axis=None, kind="stable")[: self.width * LOOKED_AT]
        parents, places = np.unravel_index(order, quanta.shape)
        remembered = self._remembered(beam, t)
        chosen: dict[bytes, tuple[int, int]] = {}
        for parent, place in zip(parents.tolist(), places.tolist(), strict=True):
            window = remembered[parent].tobytes() + midi[parent, place].tobytes()
            chosen.setdefault(window, (parent, place))
            if len(chosen) == self.width:
                break
        kept = np.array(list(chosen.values()))
        return kept[:, 0], kept[:, 1]

    def _remembered(self, beam: Beam, t: int) -> Ints:
        """Return all of each hypothesis that later windows can see: its last attacks, and slices before open seams."""
        attacks = beam.step.notes[..., 1:].reshape(len(beam.cost), -1)
        seams = [s for p, starts in self._later.items() if p >= t for s in starts if s < t]
        return np.concatenate([attacks, beam.midi[:, seams].reshape(len(beam.cost), -1)], axis=1)

    def _grow(self, beam: Beam, t: int, parents: Ints, chosen: tuple[Ints, Mask], cost: Ints) -> Beam:
        """Return the hypotheses extended by the chosen verticalities."""
        now, attack_now = chosen
        midi, attack = beam.midi[parents], beam.attack[parents]
        midi[:, t], attack[:, t] = now, attack_now
        p = self._before(t)
        step = self._arrive(self._steps_after(beam, p, t).at(parents), p, self._vertical(t, now, attack_now))
        forks = {place: windows.at(parents) for place, windows in beam.forks.items()}
        forks |= {t: step} if t in self._forks else {}
        state = self.proposer.advance(beam.state, t, parents, now, attack_now)
        return Beam(cost, midi, attack, step, forks, state)


def least(values: Costs, count: int) -> Ints:
    """Return the places of the least so many of each row, (B, count), the least first, the earlier of equal ones.

    >>> least(np.array([[3.0, 1.0, 2.0, 1.0]]), 3).tolist()
    [[1, 3, 2]]
    """
    bound = np.partition(values, count - 1, axis=1)[:, count - 1 : count]
    below, equal = values < bound, values == bound
    still = count - below.sum(axis=1, keepdims=True)
    within = below | (equal & (np.cumsum(equal, axis=1) <= still))
    places = np.nonzero(within)[1].reshape(len(values), count)
    order = np.argsort(np.take_along_axis(values, places, axis=1), axis=1, kind="stable")
    return np.take_along_axis(places, order, axis=1)


def _widened(step: Step, candidates: int) -> Step:
    """Return windows (B, ...) repeated over candidates, (B, C, ...)."""

    def widen(values: NDArray[Any]) -> NDArray[Any]:
        return np.broadcast_to(values[:, None], (values.shape[0], candidates, *values.shape[1:]))

    return Step(widen(step.notes), widen(step.attacked), widen(step.closing))
