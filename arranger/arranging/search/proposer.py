"""What the search asks of a model: how likely are these verticalities after what was chosen?

A `Proposer` gives log-probabilities of whole verticalities for each hypothesis and carries its own
state along. `Silent` has no opinion (rules alone); the neural one is `arranger.arranging.part_proposer`.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from theory.types import Floats, Ints, Mask


class Proposer(Protocol):
    """Anything that judges the next verticality of each hypothesis."""

    def start(self, beam: int) -> Any:
        """Return the state before the first slice for so many hypotheses."""

    def log_probs(self, state: Any, t: int, midi: Ints, attack: Mask) -> Floats:
        """Return log-probabilities (B, C) of verticalities (B, C, V) in slice t."""

    def advance(self, state: Any, t: int, parents: Ints, midi: Ints, attack: Mask) -> Any:
        """Return the state after slice t: hypotheses (B,) that grew by verticalities (B, V)."""


class Silent:
    """A proposer without an opinion."""

    def start(self, beam: int) -> None:
        """Nothing to remember."""

    def log_probs(self, state: None, t: int, midi: Ints, attack: Mask) -> Floats:
        """Return zeros."""
        return np.zeros(midi.shape[:2])

    def advance(self, state: None, t: int, parents: Ints, midi: Ints, attack: Mask) -> None:
        """Nothing to remember."""
