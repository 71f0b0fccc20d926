"""The interface of the search to a model: log-probabilities of the next verticality, given what was chosen.

A `Proposer` scores whole verticalities for each hypothesis and carries its own state along. `Silent` scores nothing
(arranging by rules alone); the neural proposer is in `arranger.arranging.part_proposer`. Shapes: B hypotheses, C
candidates, V voices.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from theory.types import Floats, Ints, Mask


class Proposer(Protocol):
    """A model that scores the next verticality of each hypothesis."""

    def start(self, beam: int) -> Any:
        """Return the state before the first slice for ``beam`` hypotheses."""

    def log_probs(self, state: Any, t: int, midi: Ints, attack: Mask) -> Floats:
        """Return log-probabilities (B, C) of verticalities (B, C, V) in slice t."""

    def advance(self, state: Any, t: int, parents: Ints, midi: Ints, attack: Mask) -> Any:
        """Return the state after slice t, for the hypotheses ``parents`` (B,) extended by verticalities (B, V)."""


class Silent:
    """A proposer without a model: all log-probabilities are 0."""

    def start(self, beam: int) -> None:
        """Nothing to remember."""

    def log_probs(self, state: None, t: int, midi: Ints, attack: Mask) -> Floats:
        """Return zeros."""
        return np.zeros(midi.shape[:2])

    def advance(self, state: None, t: int, parents: Ints, midi: Ints, attack: Mask) -> None:
        """Nothing to remember."""
