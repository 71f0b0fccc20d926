"""Beam search over whole verticalities.

Slice by slice, every hypothesis is extended by the voicings that the plan allows. A quick estimate (static cost, size
of leaps, model) preselects candidates; the remaining ones are scored in full by rules, preferences and model over the
windows of `theory.slices.facts`, with axes (hypothesis, candidate). Hypotheses that agree in everything that later
windows can see are merged, and the best ``width`` of them are kept. The search follows written order. A seam (from
the end of a repeat to its beginning, or from the bar before a first ending to the second ending) is scored when the
side that is written later is chosen.

Costs are quantised to 1e-4 nats before they are compared, and ties are broken in favour of the earlier hypothesis and
the earlier candidate, so equal input gives equal output.

Shapes: B hypotheses, C candidates per hypothesis, T slices, V voices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arranger.arranging.plan import Plan
from arranger.arranging.search.candidates import HELD, attacks_of, candidates_at, held_at
from arranger.arranging.search.memory import Link, last_uses, open_seams, places_of, traced
from arranger.arranging.search.objective import RECURRENCE, Objective, total
from arranger.arranging.search.progress import SoFar, tell
from arranger.arranging.search.proposer import Proposer, Silent
from arranger.characters import shaded
from theory.slices.facts import Step, Succession, Verticality, advance_steps, begin_steps, letters
from theory.slices.layout import voices_apart
from theory.types import Costs, Ints, Mask
from theory.values import Value

QUANTUM = 1e-4
MODEL, RECURRING_BAR = "model", "recurring bar"  # names of terms that are neither rules nor preferences
Extra = Callable[[int, Ints], Costs]  # (slice, verticalities (B, C, V)) -> costs (B, C); its __name__ names the term
EXTENSIONS_PER_PLACE = 12  # extensions per place in the beam that are looked at, so that merged ones can be replaced
OUTSIDE = round(20.0 / QUANTUM)  # quanta added to candidates outside top-p when hypotheses are chosen


@dataclass(frozen=True, eq=False, repr=False)
class Beam(Value):
    """B hypotheses side by side, best first."""

    cost: Ints  # (B,) in quanta
    midi: Ints  # (B, P, V), in the places of the slices that are looked back at; see `arranger.arranging.search.memory`
    attack: Mask  # (B, P, V)
    step: Step  # (B, V, 4)
    forks: dict[int, Step]  # slice: windows after it, kept for a later slice that continues from it (a second ending)
    state: Any  # of the proposer
    link: Link  # the last slice, and the hypotheses of the beam before that were extended by it


@dataclass(frozen=True)
class Term:
    """One term of the cost: its slice, its source (a rule or preference) and its nats."""

    slice: int
    source: str
    cost: float


@dataclass(frozen=True, eq=False, repr=False)
class Hypothesis(Value):
    """A texture without holes and its cost in nats."""

    midi: Ints  # (T, V)
    attack: Mask  # (T, V)
    cost: float


@dataclass(frozen=True, repr=False)
class Search:
    """A beam search and everything that it is given."""

    plan: Plan
    objective: Objective
    proposer: Proposer = field(default_factory=Silent)
    width: int = 16  # beam width
    kept: int = 48  # candidates per hypothesis that are scored in full
    model_weight: float = 0.0
    top_p: float = 1.0  # nucleus of the model's probability; candidates outside come last
    extra: tuple[Extra, ...] = ()  # further costs

    def __repr__(self) -> str:
        return f"Search({self.plan!r}, width={self.width}, model_weight={self.model_weight})"

    def run(self) -> list[Hypothesis]:
        """Return the finished hypotheses, best first."""
        beam, links = self.begin(), []
        for t in range(self._shape[0]):
            beam = self.extend(beam, t)
            links.append(beam.link)
            tell(t + 1, self._shape[0], lambda: self._so_far(links))
        return [
            Hypothesis(midi, attack, float(cost) * QUANTUM)
            for midi, attack, cost in zip(*traced(links), beam.cost, strict=True)
        ]

    def _so_far(self, links: Sequence[Link]) -> SoFar:
        """Return the beginning of the best hypothesis, while the search goes on."""
        midi, attack = traced(links)
        return SoFar(self.plan, midi[0], attack[0])

    def explain(self, hypothesis: Hypothesis) -> list[Term]:
        """Return every non-zero term of a hypothesis's cost, by the same functions that steered the search."""
        found = []
        for t, beam in self.replay(hypothesis.midi, hypothesis.attack):
            judged = self.judge(beam, t, hypothesis.midi[None, None, t], hypothesis.attack[None, None, t])
            found += [Term(t, name, float(np.sum(cost))) for name, cost in judged]
        return [term for term in found if term.cost]

    def objective_at(self, t: int) -> Objective:
        """Return the objective of a slice, as changed by the character of the arrangement there."""
        return self._objectives[t]

    def replay(self, midi: Ints, attack: Mask) -> Iterator[tuple[int, Beam]]:
        """Yield each slice of a complete texture (T, V), with a beam whose only hypothesis is the texture before it."""
        beam, only = self.begin(), np.zeros(1, dtype=np.int64)
        for t in range(self._shape[0]):
            yield t, beam
            beam = self.grow(beam, t, only, (midi[None, t], attack[None, t]), only)

    def judge(self, beam: Beam, t: int, midi: Ints, attack: Mask) -> Iterator[tuple[str, Costs]]:
        """Yield every named cost (B, C) of extending a beam by verticalities (B, C, V); the model's cost comes last."""
        yield from self._terms(beam, t, midi, attack)
        yield MODEL, self._model_cost(beam, t, midi, attack)

    @cached_property
    def _shape(self) -> tuple[int, int]:
        return self.plan.texture.shape

    @cached_property
    def _later(self) -> dict[int, list[int]]:
        """For each slice, the slices written before it that are heard after it."""
        later: dict[int, list[int]] = {}
        for t, heard_before in enumerate(self.plan.texture.predecessors):
            for p in heard_before:
                if p > t:
                    later.setdefault(p, []).append(t)
        return later

    @cached_property
    def _places(self) -> list[int]:
        """The place of each slice in the arrays of the beam."""
        recurs = self.plan.recurs.tolist()
        return places_of(last_uses(self.plan.texture.predecessors, recurs, self._later))

    @cached_property
    def _seams(self) -> list[tuple[int, ...]]:
        """For each slice, the earlier slices that a seam from this slice or a later one leads back to."""
        return list(open_seams(self._later, self._shape[0]))

    @cached_property
    def _objectives(self) -> list[Objective]:
        """The objective of each slice, as changed by the character of the arrangement there."""
        rows = list(zip(map(tuple, self.plan.character.tolist()), map(tuple, self.plan.judged.tolist()), strict=True))
        own = {row: self._shaded(*row) for row in sorted(set(rows))}
        return [own[row] for row in rows]

    def _shaded(self, character: tuple[float, ...], judged: tuple[bool, ...]) -> Objective:
        """Return the objective as changed by the character, for slices in which these voices are judged."""
        return replace(self.objective, preferences=shaded(self.objective.preferences, character), free=np.array(judged))

    @cached_property
    def _rules_only(self) -> Objective:
        """The objective for motions across a seam: rules without preferences."""
        return replace(self.objective, preferences={})

    @cached_property
    def _sifted(self) -> dict[object, tuple[Ints, Costs]]:
        return {}

    def begin(self) -> Beam:
        """Return the beam before the first slice."""
        voices, places = self._shape[1], max(self._places, default=0) + 1
        midi, attack = np.full((1, places, voices), -1), np.zeros((1, places, voices), dtype=bool)
        return Beam(
            cost=np.zeros(1, dtype=np.int64),
            midi=midi,
            attack=attack,
            step=begin_steps((1,), voices),
            forks={},
            state=self.proposer.start(1),
            link=(np.zeros(1, dtype=np.int64), midi[:, 0], attack[:, 0]),
        )

    def _before(self, t: int) -> int:
        """Return slice t - 1 if it is heard before slice t, else the latest earlier slice that is; -1 at the start."""
        earlier = [p for p in self.plan.texture.predecessors[t] if p < t]
        return t - 1 if t - 1 in earlier else max(earlier, default=-1)

    @cached_property
    def _forks(self) -> dict[int, int]:
        """Slices that are followed by a slice other than the next written one, with the last slice that follows."""
        heard = self.plan.texture.predecessors
        return {before: t for t, all_before in enumerate(heard) for before in all_before if before < t - 1}

    def _steps_after(self, beam: Beam, before: int, t: int) -> Step:
        """Return the windows of every hypothesis after slice ``before`` (-1: none), which is heard before slice t."""
        if before < 0:
            return begin_steps((len(beam.cost),), self._shape[1])
        return beam.step if before == t - 1 else beam.forks[before]

    def _arrive(self, step: Step, before: int, vertical: Verticality) -> Step:
        """Return windows (..., V, 4) advanced from slice ``before`` to the verticality that sounds next."""
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

    def extend(self, beam: Beam, t: int) -> Beam:
        """Return the best hypotheses extended by slice t."""
        before = self.sounding_before(beam, t)
        midi = self._candidates(beam, t, before)
        attack = attacks_of(self.plan, t, midi, before[:, None])
        model = self._model_cost(beam, t, midi, attack)
        kept = self._sift(beam, t, midi, model)
        midi = voices_apart(np.take_along_axis(midi, kept[..., None], axis=1))
        attack = voices_apart(np.take_along_axis(attack, kept[..., None], axis=1))
        model = np.take_along_axis(model, kept, axis=1)
        cost = np.broadcast_to(total(self._terms(beam, t, midi, attack)) + model, midi.shape[:2])
        quanta = beam.cost[:, None] + np.rint(cost / QUANTUM).astype(np.int64)
        parents, candidates = self._select(beam, t, quanta + OUTSIDE * self._unlikely(model), midi)
        chosen = midi[parents, candidates], attack[parents, candidates]
        return self.grow(beam, t, parents, chosen, quanta[parents, candidates])

    def sounding_before(self, beam: Beam, t: int) -> Ints:
        """Return the MIDI numbers of the previous written slice, (B, V), which held voices continue."""
        return beam.midi[:, self._places[t - 1]] if t else np.full((len(beam.cost), self._shape[1]), -1)

    def _candidates(self, beam: Beam, t: int, before: Ints) -> Ints:
        """Return the candidate verticalities of each hypothesis, (B, C, V)."""
        listed = self._listed(t)[0]
        found = voices_apart(np.where(listed == HELD, before[:, None], listed[None]))
        held = held_at(self.plan, t, before)
        return found if held is None else np.concatenate([found, held[:, None]], axis=1)

    def _listed(self, t: int) -> tuple[Ints, Costs]:
        """Return the voicings (C, V) of a slice and their static costs (C,), computed once for equal slices."""
        plan = self.plan
        key = (
            tuple(plan.texture.pitch[t]),
            plan.texture.chord[t],
            plan.texture.key[t],
            tuple(plan.mode[t]),
            plan.pinned_at(t),
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
        """Return the indices (B, kept) of the candidates with the lowest quick estimate, always with the held ones."""
        if midi.shape[1] <= self.kept:
            return np.broadcast_to(np.arange(midi.shape[1]), midi.shape[:2])
        static = self._listed(t)[1]
        quick = model + self._leaps(t, midi, self.sounding_before(beam, t))
        quick[:, : len(static)] += static
        quick[:, len(static) :] = -np.inf
        return least(np.rint(quick / QUANTUM), self.kept)

    def _leaps(self, t: int, midi: Ints, before: Ints) -> Costs:
        """Return a quick cost (B, C) of the leaps of the free voices from (B, V) to verticalities (B, C, V)."""
        table = self.objective.leap_table()
        cost = np.zeros(midi.shape[:2])
        for voice in np.flatnonzero(self._objectives[t].free):  # voice by voice: numpy is slow at reducing a short axis
            here, there = midi[..., voice], before[:, voice, None]
            size = np.minimum(24, np.abs(here - there)) * ((there >= 0) & (here >= 0))
            cost += table[size]
        return cost

    def _model_cost(self, beam: Beam, t: int, midi: Ints, attack: Mask) -> Costs:
        if not self.model_weight:
            return np.zeros(midi.shape[:2])
        return -self.model_weight * self.proposer.log_probs(beam.state, t, midi, attack)

    def _unlikely(self, model: Costs) -> Mask:
        """Return which candidates (B, C) lie outside the nucleus of probability ``top_p``."""
        if self.top_p >= 1 or not self.model_weight:
            return np.zeros(model.shape, dtype=bool)
        probability = np.exp((model.min(axis=1, keepdims=True) - model) / self.model_weight)
        order = np.argsort(-probability, axis=1, kind="stable")
        ranked = np.take_along_axis(probability, order, axis=1)
        sum_before = np.cumsum(ranked, axis=1) - ranked
        found = np.empty(model.shape, dtype=bool)
        np.put_along_axis(found, order, sum_before >= self.top_p * probability.sum(axis=1, keepdims=True), axis=1)
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
        """Return whether a phrase ends with a slice, as a scalar array."""
        return np.asarray(self.plan.texture.phrase_end[t])

    def _past(self, beam: Beam, p: int) -> Verticality:
        """Return an earlier slice of every hypothesis, with axes (B, 1)."""
        place = self._places[p]
        return self._vertical(p, beam.midi[:, place, None], beam.attack[:, place, None])

    def _seam_terms(self, beam: Beam, t: int, vertical: Verticality, steps: Step) -> Iterator[tuple[str, Costs]]:
        """Yield the rule costs of motions across repeats and endings of which the other side is already chosen."""
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
        """Return the cost (B, C) of voicing a recurring bar differently: the weight per voice that differs."""
        weight = self.objective.preferences.get(RECURRENCE, 0.0)
        earlier = self.plan.recurs[t]
        if not weight or earlier < 0:
            return np.zeros(midi.shape[:2])
        return weight * (midi != beam.midi[:, self._places[earlier], None]).sum(axis=-1)

    def _select(self, beam: Beam, t: int, quanta: Ints, midi: Ints) -> tuple[Ints, Ints]:
        """Return the parents and candidate indices of the best extensions that differ in what later windows can see."""
        order = np.argsort(quanta, axis=None, kind="stable")[: self.width * EXTENSIONS_PER_PLACE]
        parents, candidates = np.unravel_index(order, quanta.shape)
        remembered = self._remembered(beam, t)
        chosen: dict[bytes, tuple[int, int]] = {}
        for parent, candidate in zip(parents.tolist(), candidates.tolist(), strict=True):
            window = remembered[parent].tobytes() + midi[parent, candidate].tobytes()
            chosen.setdefault(window, (parent, candidate))
            if len(chosen) == self.width:
                break
        kept = np.array(list(chosen.values()))
        return kept[:, 0], kept[:, 1]

    def _remembered(self, beam: Beam, t: int) -> Ints:
        """Return what later windows can see of each hypothesis: its last attacks and the slices after open seams."""
        attacks = beam.step.notes[..., 1:].reshape(len(beam.cost), -1)
        seams = [self._places[start] for start in self._seams[t]]
        return np.concatenate([attacks, beam.midi[:, seams].reshape(len(beam.cost), -1)], axis=1)

    def grow(self, beam: Beam, t: int, parents: Ints, chosen: tuple[Ints, Mask], cost: Ints) -> Beam:
        """Return the beam of the parents extended by the chosen verticalities, (B, V) each."""
        now, attack_now = chosen
        midi, attack = beam.midi[parents], beam.attack[parents]
        midi[:, self._places[t]], attack[:, self._places[t]] = now, attack_now
        p = self._before(t)
        step = self._arrive(self._steps_after(beam, p, t).at(parents), p, self._vertical(t, now, attack_now))
        forks = {fork: windows.at(parents) for fork, windows in beam.forks.items() if self._forks[fork] > t}
        forks |= {t: step} if t in self._forks else {}
        state = self.proposer.advance(beam.state, t, parents, now, attack_now)
        return Beam(cost, midi, attack, step, forks, state, (parents, now, attack_now))


def least(values: Costs, count: int) -> Ints:
    """Return the indices of the ``count`` lowest values of each row, (row, count), lowest first, ties in order.

    >>> least(np.array([[3.0, 1.0, 2.0, 1.0]]), 3).tolist()
    [[1, 3, 2]]
    """
    bound = np.partition(values, count - 1, axis=1)[:, count - 1 : count]
    below, equal = values < bound, values == bound
    still = count - below.sum(axis=1, keepdims=True)
    within = below | (equal & (np.cumsum(equal, axis=1) <= still))
    indices = np.nonzero(within)[1].reshape(len(values), count)
    order = np.argsort(np.take_along_axis(values, indices, axis=1), axis=1, kind="stable")
    return np.take_along_axis(indices, order, axis=1)


def _widened(step: Step, candidates: int) -> Step:
    """Return windows (B, ...) repeated for every candidate, (B, C, ...)."""

    def widen(values: NDArray[Any]) -> NDArray[Any]:
        return np.broadcast_to(values[:, None], (values.shape[0], candidates, *values.shape[1:]))

    return Step(widen(step.notes), widen(step.attacked), widen(step.closing))
