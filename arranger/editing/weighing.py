"""What another pitch would cost: the terms of the objective for each variant of one tone, less those of the tone.

The score around the tone is cut out, once for every pitch, and all variants are weighed together by the very functions
that steer the search. Only what the tone touches can differ: its own moments, the motion into and out of them, and the
next attacks of its voice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from arranger.arranging.search.objective import Objective
from arranger.editing.grounds import Grounds, Tone
from theory.notation.pitch import Pitch
from theory.rules.catalogue import ALL
from theory.rules.rule import Rule
from theory.slices.facts import WINDOW, Motion, Verticality, voice_pairs
from theory.slices.texture import Texture
from theory.slices.windows import Windows
from theory.types import Costs, Ints, Mask

LEAST = 1e-6  # nats; smaller differences are roundings
_FAR = 64  # slices; a window that reaches farther back than this is not followed
_RULES = {rule.label: rule for rule in ALL}


@dataclass(frozen=True)
class Charge:
    """One term of the objective in which a variant differs from the tone as it is."""

    source: str  # code of a rule, or name of a preference
    nats: float  # above 0: the variant is worse
    slice: int  # where it differs most
    voices: tuple[int, ...] = ()  # of a finding: the voices that a rule names


@dataclass(frozen=True)
class Fault:
    """A finding of a rule that the tone has part in, as it stands."""

    source: str
    nats: float
    slice: int
    voices: tuple[int, ...]


@dataclass(frozen=True)
class Weighed:
    """A tone weighed against other pitches in its place."""

    charges: tuple[tuple[Charge, ...], ...]  # for each pitch, the terms that would change, the dearest first
    faults: tuple[Fault, ...]  # of the tone as it stands, the dearest first


def weigh(grounds: Grounds, tone: Tone, pitches: Sequence[Pitch] = ()) -> Weighed:
    """Return what would change if a tone had each of some pitches, and what the rules find in it as it stands."""
    cut = _Cut.around(grounds, tone, (tone.pitch, *pitches))
    costs = cut.costs()
    faults = tuple(_faults(cut, costs, tone))
    if grounds.opinion and pitches:
        midi = np.array([tone.pitch.midi, *(pitch.midi for pitch in pitches)])
        for source, terms in grounds.opinion.terms(tone.voice, (tone.first, tone.end), midi).items():
            costs[source] = np.zeros((len(midi), len(cut.slices)))
            costs[source][:, cut.slices.index(tone.first)] = terms
    charges = tuple(tuple(_charges(cut, costs, variant)) for variant in range(1, len(pitches) + 1))
    return Weighed(charges, faults)


def _faults(cut: _Cut, costs: dict[str, Costs], tone: Tone) -> list[Fault]:
    """Return the findings of rules in which a tone has part, at its moments and where it moves on, dearest first."""
    own = {*range(tone.first, tone.end), *cut.following(tone.end - 1)}
    found = [
        Fault(_RULES[label].code, cut.weight(label, place), cut.slices[place], voices)
        for label, each in costs.items()
        if label in _RULES and each[0].any()
        for place, voices in cut.marks(_RULES[label])[0]
        if cut.slices[place] in own and tone.voice in voices
    ]
    return sorted(dict.fromkeys(found), key=lambda fault: -fault.nats)


def _charges(cut: _Cut, costs: dict[str, Costs], variant: int) -> list[Charge]:
    """Return the terms in which a variant differs from the first one, the dearest first."""
    found = []
    for label, each in costs.items():
        differs = each[variant] - each[0]
        nats = float(differs.sum())
        if abs(nats) < LEAST:
            continue
        place = int(np.argmax(differs * np.sign(nats)))
        voices: tuple[int, ...] = ()
        if label in _RULES:
            marks = cut.marks(_RULES[label])
            new, old = (marks[variant], marks[0]) if nats > 0 else (marks[0], marks[variant])
            changed = [mark for mark in new if mark not in old]
            place, voices = next((mark for mark in changed if cut.voice in mark[1]), (changed or [(place, ())])[0])
        source = _RULES[label].code if label in _RULES else label
        found.append(Charge(source, round(nats, 4), cut.slices[place], voices))
    return sorted(found, key=lambda charge: -charge.nats)


_Mark = tuple[int, tuple[int, ...]]  # place in a cut, voices


@dataclass(frozen=True)
class _Cut:
    """The moments around a tone, once for each pitch. K variants of n slices, joined end to end."""

    voice: int
    slices: list[int]  # (n,) of the score
    windows: Windows
    objectives: tuple[Objective, ...]  # (n,)
    variants: int

    @classmethod
    def around(cls, grounds: Grounds, tone: Tone, pitches: Sequence[Pitch]) -> _Cut:
        """Return the moments that share a window with a tone, once for each pitch of the tone."""
        texture = grounds.texture
        slices = _neighbourhood(texture, tone)
        cut = _excerpt(texture, slices)
        cells = [place for place, t in enumerate(slices) if tone.first <= t < tone.end]
        windows = Windows.of_all([_with(cut, cells, tone.voice, pitch) for pitch in pitches], grounds.ranges)
        distinct = {id(grounds.objectives[t]): grounds.objectives[t] for t in slices}
        judging = {each: _of_voice(objective, tone.voice) for each, objective in distinct.items()}
        own = tuple(judging[id(grounds.objectives[t])] for t in slices)
        return cls(tone.voice, slices, windows, own, len(pitches))

    def costs(self) -> dict[str, Costs]:
        """Return the costs (K, n) of every term by its name, at the slice that decides it."""
        found: dict[str, Costs] = {}

        def add(terms: Iterator[tuple[str, Costs]], rows: Ints, counts: Mask) -> None:
            for name, cost in terms:
                if not np.any(cost):
                    continue
                own = found.setdefault(name, np.zeros((self.variants, len(self.slices))))
                np.add.at(own.reshape(-1), rows, np.broadcast_to(cost, rows.shape) * counts)

        texture, after = self.windows.texture, self.windows.pairs[1]
        for objective, duration, rows in self._alike(np.arange(len(texture.onset_quarter))):
            vertical = self.windows.verticality.at(rows)
            add(objective.vertical_terms(vertical, duration=duration), rows, np.ones(len(rows), dtype=bool))
        main = self._main
        for objective, _, pairs in self._alike(after):
            motion, step = self.windows.motion.at(pairs), self.windows.step.at(pairs)
            for own, counted in ((objective, main[pairs]), (replace(objective, preferences={}), ~main[pairs])):
                if counted.any():
                    add(own.motion_terms(motion, duration=1.0), after[pairs], counted)
            add(objective.step_terms(step), after[pairs], np.ones(len(pairs), dtype=bool))
        return found

    @property
    def _main(self) -> Mask:
        """(N,) The pairs of slices that follow each other as written; preferences do not judge the other seams."""
        before, after = self.windows.pairs
        slices = np.array(self.slices)
        written = slices[before % len(slices)], slices[after % len(slices)]
        nearest: dict[int, int] = {}
        for earlier, later in zip(*(each.tolist() for each in written), strict=True):
            if earlier < later:
                nearest[later] = max(earlier, nearest.get(later, -1))
        return np.array([nearest.get(later) == earlier for earlier, later in zip(*written, strict=True)], dtype=bool)

    def _alike(self, after: Ints) -> Iterator[tuple[Objective, float, Ints]]:
        """Yield an objective, a duration in quarters, and the rows whose later slice has both."""
        groups: dict[tuple[int, float], list[int]] = {}
        lengths = [float(length) for length in self.windows.texture.duration_quarter[: len(self.slices)]]
        for row, place in enumerate((after % len(self.slices)).tolist()):
            groups.setdefault((id(self.objectives[place]), lengths[place]), []).append(row)
        for (_, duration), rows in groups.items():
            yield self.objectives[int(after[rows[0]]) % len(self.slices)], duration, np.array(rows)

    def marks(self, rule: Rule) -> list[list[_Mark]]:
        """Return where a rule marks each variant."""
        if rule.code not in self._marked:
            self._marked[rule.code] = self._find(rule)
        return self._marked[rule.code]

    @cached_property
    def _marked(self) -> dict[str, list[list[_Mark]]]:
        return {}

    def _find(self, rule: Rule) -> list[list[_Mark]]:
        count = len(self.slices)
        vertical = issubclass(rule.scope, Verticality)
        after = np.arange(count * self.variants) if vertical else self.windows.pairs[1]
        mask = np.asarray(rule(self._window(rule)))
        if rule.per == "voice":
            mask = mask & np.array([self.objectives[place].free for place in (after % count).tolist()])
        upper, lower = voice_pairs(self.windows.texture.shape[1])
        found: list[list[_Mark]] = [[] for _ in range(self.variants)]
        for row, column in np.argwhere(mask).tolist():
            named = (int(upper[column]), int(lower[column])) if rule.per == "pair" else (column,)
            variant, place = divmod(int(after[row]), count)
            found[variant].append((place, () if rule.per == "whole" else named))
        return found

    def _window(self, rule: Rule) -> Any:
        windows = self.windows
        if issubclass(rule.scope, Verticality):
            return windows.verticality
        return windows.motion if issubclass(rule.scope, Motion) else windows.step

    def weight(self, label: str, place: int) -> float:
        """Return the weight of a rule at a place of the cut."""
        rule = _RULES[label]
        return next(weight for each, weight in self.objectives[place].rules[rule.scope] if each is rule)

    def following(self, t: int) -> list[int]:
        """Return the slices of the score that are heard directly after one of them."""
        count = len(self.slices)
        before, after = (each[each // count == 0] for each in self.windows.pairs)
        return [
            self.slices[late]
            for early, late in zip(before.tolist(), after.tolist(), strict=True)
            if self.slices[early] == t
        ]


def _of_voice(objective: Objective, voice: int) -> Objective:
    """Return an objective that judges a voice as one to be filled, also if it counts as the tune."""
    return objective if objective.free[voice] else replace(objective, free=np.ones_like(objective.free))


def _neighbourhood(texture: Texture, tone: Tone) -> list[int]:
    """Return the slices that share a window with a tone, in order: its own, and those some attacks before and after."""
    later: dict[int, list[int]] = {}
    for t, heard in enumerate(texture.predecessors):
        for p in heard:
            later.setdefault(p, []).append(t)
    attacks = texture.attack[:, tone.voice]
    found = set(range(tone.first, tone.end))
    found |= _reached(tone.first, lambda t: texture.predecessors[t], attacks)
    for t in range(tone.first, tone.end):
        found |= _reached(t, lambda t: later.get(t, ()), attacks)
    return sorted(found)


def _reached(start: int, beside: Callable[[int], Sequence[int]], attacks: Mask) -> set[int]:
    """Return the slices within the attacks of a window from a slice, in one direction."""
    found: dict[int, int] = {}
    waiting = [(start, 0, 0)]
    while waiting:
        t, passed, distance = waiting.pop()
        if passed > WINDOW or distance > _FAR or found.get(t, WINDOW + 1) <= passed:
            continue
        found[t] = passed
        waiting += [(other, passed + int(attacks[other]), distance + 1) for other in beside(t)]
    return set(found)


def _excerpt(texture: Texture, slices: list[int]) -> Texture:
    """Return some slices of a texture; those that are heard before them from outside are left out."""
    place = {t: index for index, t in enumerate(slices)}
    arrays = ("pitch", "fifths", "attack", "note", "bar", "strength", "phrase_end", "chord_onset")
    rows = ("onset_quarter", "duration_quarter", "chord", "key")
    chosen: dict[str, Any] = {
        **{name: getattr(texture, name)[slices] for name in arrays},
        **{name: tuple(getattr(texture, name)[t] for t in slices) for name in rows},
    }
    heard = tuple(tuple(place[p] for p in texture.predecessors[t] if p in place) for t in slices)
    return replace(texture, **chosen, predecessors=heard)


def _with(texture: Texture, cells: list[int], voice: int, pitch: Pitch) -> Texture:
    """Return a texture with another pitch in some slices of a voice."""
    midi, fifths = texture.pitch.copy(), texture.fifths.copy()
    midi[cells, voice], fifths[cells, voice] = pitch.midi, pitch.fifths
    return replace(texture, pitch=midi, fifths=fifths)
