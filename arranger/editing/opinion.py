"""What the part model, and an earlier bar, say of another note in an arrangement: terms that look beyond the rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from arranger.arranging.search.beam import MODEL, RECURRING_BAR, Hypothesis, Search
from arranger.arranging.search.objective import RECURRENCE
from theory.types import Costs, Ints, Mask

MEMORY = 16  # moments after the note over which the model's costs are summed; its memory fades


@dataclass(frozen=True, eq=False)
class Opinion:
    """The terms of a search that no window of rules sees. T slices, V voices, K variants."""

    search: Search
    midi: Ints  # (T, V)
    attack: Mask  # (T, V)

    @classmethod
    def of(cls, search: Search, hypothesis: Hypothesis) -> Opinion:
        """Return the opinion on a finished texture."""
        return cls(search, hypothesis.midi, hypothesis.attack)

    @cached_property
    def _states(self) -> list[Any]:
        """The model's state before each slice."""
        proposer, only = self.search.proposer, np.zeros(1, dtype=np.int64)
        states = [proposer.start(1)]
        for t in range(len(self.midi) - 1):
            states.append(proposer.advance(states[-1], t, only, self.midi[None, t], self.attack[None, t]))
        return states

    def terms(self, voice: int, cells: tuple[int, int], pitches: Ints) -> dict[str, Costs]:
        """Return named costs (K,) of each pitch (K,) in a voice, from slice ``cells[0]`` up to ``cells[1]``."""
        return {
            MODEL: self._surprise(voice, cells, pitches),
            RECURRING_BAR: self._unlike_recurrence(voice, cells, pitches),
        }

    def _surprise(self, voice: int, cells: tuple[int, int], pitches: Ints) -> Costs:
        weight, proposer = self.search.model_weight, self.search.proposer
        if not weight:
            return np.zeros(len(pitches))
        first, end = cells
        beam = np.arange(len(pitches))
        found = np.zeros(len(pitches))
        state = self._states[first]
        for t in range(first, min(end + MEMORY, len(self.midi))):
            midi = np.repeat(self.midi[None, t], len(pitches), axis=0)
            attack = np.repeat(self.attack[None, t], len(pitches), axis=0)
            if t < end:
                midi[:, voice] = pitches
            if t == first:
                found -= weight * proposer.log_probs(state, t, midi[None], attack[None])[0]
                state = proposer.advance(state, t, np.zeros_like(beam), midi, attack)
            else:
                found -= weight * proposer.log_probs(state, t, midi[:, None], attack[:, None])[:, 0]
                state = proposer.advance(state, t, beam, midi, attack)
        return found

    def _unlike_recurrence(self, voice: int, cells: tuple[int, int], pitches: Ints) -> Costs:
        weight = self.search.objective.preferences.get(RECURRENCE, 0.0)
        recurs = self.search.plan.recurs
        inside = range(*cells)
        earlier = [int(recurs[t]) for t in inside if recurs[t] >= 0 and int(recurs[t]) not in inside]
        later = [t for t in np.flatnonzero(np.isin(recurs, list(inside))).tolist() if t not in inside]
        others = self.midi[[*earlier, *later], voice]
        return weight * (pitches[:, None] != others).sum(axis=1).astype(float)
