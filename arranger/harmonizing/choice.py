"""A harmonic plan, and what a user says about its choice."""

from __future__ import annotations

from dataclasses import dataclass

from theory.notation.score import Harmony


@dataclass(frozen=True)
class Choice:
    """How plans are drawn and chosen."""

    draws: int = 512  # progressions to choose from
    count: int = 1  # how many plans are wanted
    seed: int = 0
    temperature: float = 0.0  # nats of Gumbel noise in the choice, times the root of the number of beats
    brightness: float = 0.0  # of a character (`arranger.characters`), from -1 to 1
    varied: bool = False  # a passage that returns gets another harmony


@dataclass(frozen=True)
class HarmonicPlan:
    """Chords with their bass for a whole tune, and their cost in nats."""

    chords: tuple[Harmony, ...]
    cost: float
