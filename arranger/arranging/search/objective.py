"""The objective that the search minimises: rules of the profile and preferences of the style.

All costs are in nats. A finding of a rule costs the weight of the rule; a forbidden rule costs ``FORBIDDEN`` more, so
that it is broken only if the given notes leave no other way. A preference costs its value times the style's weight.
The objective scores windows with any leading axes and names each term. The search adds the cost of the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from arranger.arranging.search.preferences import MOTION, STEP, VERTICAL, Taste
from arranger.arranging.styles import Style
from theory.rules.catalogue import ALL
from theory.rules.profile import Profile, load_profile
from theory.rules.rule import Rule
from theory.slices.facts import Motion, Step, Succession, Verticality
from theory.types import Costs, Mask
from theory.values import Value

FORBIDDEN = 100.0
ACROSS_PHRASES = 0.3  # factor on preferences about motions from the end of a phrase to the next one
_NOTHING = np.zeros(())
RECURRENCE = "recurrence"  # preference for voicing a recurring bar as before, scored by the search itself


@dataclass(frozen=True, eq=False, repr=False)
class Objective(Value):
    """Weighted rules, by the window that they look at, and weighted preferences."""

    rules: dict[type, tuple[tuple[Rule, float], ...]]
    preferences: dict[str, float]
    free: Mask  # (V,) voices that are being filled

    @classmethod
    def of(cls, style: Style, free: Mask, profile: Profile | None = None) -> Objective:
        """Return the objective of a style for the voices that are to be filled, (V,) bool.

        Raises ValueError if the style has an unknown preference.
        """
        profile = profile or load_profile(style.profile)
        unknown = set(style.preferences) - set(VERTICAL) - set(MOTION) - set(STEP) - {RECURRENCE}
        if unknown:
            raise ValueError(f"style {style.name}: unknown preference {', '.join(sorted(unknown))}")
        weighted = [(each, rule_weight(profile, each.code)) for each in ALL]
        scopes: tuple[type, ...] = (Verticality, Motion, Succession, Step)
        rules = {
            scope: tuple((each, weight) for each, weight in weighted if each.scope is scope and weight > 0)
            for scope in scopes
        }
        return cls(rules, dict(style.preferences), free)

    def vertical_terms(self, v: Verticality, *, duration: float) -> Iterator[tuple[str, Costs]]:
        """Yield the named costs of a slice, each over the leading axes or a scalar 0; ``duration`` is in quarters."""
        yield from self._rule_terms(Verticality, v)
        taste = Taste(self.free, duration)
        for name, preference in VERTICAL.items():
            if self.preferences.get(name):
                yield name, self.preferences[name] * preference(v, taste)

    def motion_terms(self, m: Motion, *, duration: float) -> Iterator[tuple[str, Costs]]:
        """Yield the named costs of a motion, each over the leading axes or a scalar 0; ``duration`` is in quarters."""
        yield from self._rule_terms(Motion, m)
        yield from self._rule_terms(Succession, m)
        taste = Taste(self.free, duration)
        for name, preference in MOTION.items():
            if self.preferences.get(name):
                yield name, np.where(m.boundary, ACROSS_PHRASES, 1.0) * self.preferences[name] * preference(m, taste)

    def step_terms(self, s: Step) -> Iterator[tuple[str, Costs]]:
        """Yield the named costs of the last attacks of each voice, each over the leading axes or a scalar 0."""
        yield from self._rule_terms(Step, s)
        taste = Taste(self.free, duration=0.0)
        for name, preference in STEP.items():
            if self.preferences.get(name):
                yield name, self.preferences[name] * preference(s, taste)

    def _rule_terms(self, scope: type, window: Verticality | Motion | Step) -> Iterator[tuple[str, Costs]]:
        """Yield the named costs of the rules of one scope; rules for single voices do not apply to given voices."""
        for each, weight in self.rules[scope]:
            found = each(window)
            if each.per == "voice":
                found = found & self.free
            # most rules find nothing, and any() is much faster than sum()
            yield each.label, weight * found.sum(axis=-1) if found.any() else _NOTHING

    def leap_table(self) -> Costs:
        """Return a quick cost of moving 0 to 24 semitones, (25,), for the preselection of candidates."""
        weight = self.preferences.get("leap", 0.1)
        return weight * np.maximum(0, np.arange(25) - 2.0)


def rule_weight(profile: Profile, code: str) -> float:
    """Return the cost of one finding of a rule, in nats."""
    setting = profile.of(code)
    return setting.weight + (FORBIDDEN if setting.forbid else 0.0)


def total(terms: Iterator[tuple[str, Costs]]) -> Costs | float:
    """Return the sum of named costs."""
    return sum((cost for _, cost in terms), start=0.0)
