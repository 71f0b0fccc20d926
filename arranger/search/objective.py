"""What the search minimises: rule weights of the profile, the style's preferences, the model.

Everything is a cost in nats. A rule's finding costs its weight (a forbidden one ``FORBIDDEN`` more,
so that it happens only where the given notes leave no other way); a preference costs its value
times the style's weight. The objective scores windows of any leading shape and can name each term.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arranger.search.preferences import MOTION, STEP, VERTICAL, Taste
from arranger.styles import Style
from theory.facts import Mask, Motion, Step, Succession, Verticality
from theory.profile import Profile, load_profile
from theory.rule import Rule
from theory.rules import ALL

Costs = NDArray[np.float64]

FORBIDDEN = 100.0
ACROSS_PHRASES = 0.3  # of what a style likes in motions: how much it counts from the end of a phrase to the next one
_NOTHING = np.zeros(())
RECURRENCE = "recurrence"  # the preference for voicing a bar as it was, which the search itself judges


@dataclass(frozen=True)
class Objective:
    """Weighted rules and preferences, by the window that they look at."""

    rules: dict[type, tuple[tuple[Rule, float], ...]]
    preferences: dict[str, float]
    free: Mask  # (V,) voices that are being filled

    @classmethod
    def of(cls, style: Style, free: Mask, profile: Profile | None = None) -> Objective:
        """Return the objective of a style for the voices that are to be filled."""
        profile = profile or load_profile(style.profile)
        unknown = set(style.preferences) - set(VERTICAL) - set(MOTION) - set(STEP) - {RECURRENCE}
        if unknown:
            raise ValueError(f"style {style.name}: there is no preference {', '.join(sorted(unknown))}")
        weighted = [(each, rule_weight(profile, each.code)) for each in ALL]
        scopes: tuple[type, ...] = (Verticality, Motion, Succession, Step)
        rules = {
            scope: tuple((each, weight) for each, weight in weighted if each.scope is scope and weight > 0)
            for scope in scopes
        }
        return cls(rules, dict(style.preferences), free)

    def vertical_terms(self, v: Verticality, *, duration: float) -> Iterator[tuple[str, Costs]]:
        """Yield the named costs of a slice, each over the leading axes or a single 0."""
        yield from self._rule_terms(Verticality, v)
        taste = Taste(self.free, duration)
        for name, preference in VERTICAL.items():
            if self.preferences.get(name):
                yield name, self.preferences[name] * preference(v, taste)

    def motion_terms(self, m: Motion, *, duration: float) -> Iterator[tuple[str, Costs]]:
        """Yield the named costs of a motion, each over the leading axes or a single 0."""
        yield from self._rule_terms(Motion, m)
        yield from self._rule_terms(Succession, m)
        taste = Taste(self.free, duration)
        for name, preference in MOTION.items():
            if self.preferences.get(name):
                yield name, np.where(m.boundary, ACROSS_PHRASES, 1.0) * self.preferences[name] * preference(m, taste)

    def step_terms(self, s: Step) -> Iterator[tuple[str, Costs]]:
        """Yield the named costs of the voices' last steps, each over the leading axes or a single 0."""
        yield from self._rule_terms(Step, s)
        taste = Taste(self.free, duration=0.0)
        for name, preference in STEP.items():
            if self.preferences.get(name):
                yield name, self.preferences[name] * preference(s, taste)

    def _rule_terms(self, scope: type, window: Verticality | Motion | Step) -> Iterator[tuple[str, Costs]]:
        """Yield the costs of the rules of one scope; a line that is given is not charged for itself."""
        for each, weight in self.rules[scope]:
            found = each(window)
            if each.per == "voice":
                found = found & self.free
            # most find nothing anywhere, which is seen far sooner than it is counted
            yield each.label, weight * found.sum(axis=-1) if found.any() else _NOTHING

    def leap_table(self) -> Costs:
        """Return a quick (25,) cost of moving 0 to 24 semitones, to sift candidates with."""
        weight = self.preferences.get("leap", 0.1)
        return weight * np.maximum(0, np.arange(25) - 2.0)


def rule_weight(profile: Profile, code: str) -> float:
    """Return what one finding of a rule costs."""
    setting = profile.of(code)
    return setting.weight + (FORBIDDEN if setting.forbid else 0.0)


def total(terms: Iterator[tuple[str, Costs]]) -> Costs | float:
    """Return the sum of named costs."""
    return sum((cost for _, cost in terms), start=0.0)
