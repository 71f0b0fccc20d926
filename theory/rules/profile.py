"""Rule profiles: how much each rule matters to the checker and to the search.

A profile is a TOML file that gives each rule a severity (error, warning, info or off), a weight (the cost of one
finding in the search's objective, in nats) and optionally ``forbid``: the search then breaks the rule only if the
given notes leave no other way. ``softened_by`` lists what makes a fault milder: a phrase end at a fermata, a double
bar or a rest, or a non-chord tone; by default all four.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from theory.tables import TableFolder

PROFILES = TableFolder("rule profile", "theory.rules", "profiles")
SEVERITIES = ("off", "info", "warning", "error")


@dataclass(frozen=True)
class RuleSetting:
    """Severity, weight and prohibition of one rule in a profile."""

    severity: str = "off"
    weight: float = 0.0
    forbid: bool = False


_OFF = RuleSetting()
SOFTENED_BY = frozenset({"fermata", "double bar", "rest", "non-chord tone"})


@dataclass(frozen=True)
class Profile:
    """A named set of rule settings; ``about`` says what it is for and where its figures come from."""

    name: str
    about: str
    rules: dict[str, RuleSetting]
    softened_by: frozenset[str] = SOFTENED_BY  # what makes a fault milder: phrase ends, non-chord tones

    def of(self, code: str) -> RuleSetting:
        """Return the setting of a rule; rules that the profile does not name are off."""
        return self.rules.get(code, _OFF)

    @cached_property
    def active(self) -> frozenset[str]:
        """The codes of the rules that are not off."""
        return frozenset(code for code, setting in self.rules.items() if setting.severity != "off")


@lru_cache(maxsize=32)
def load_profile(name: str) -> Profile:
    """Read a profile by name; raises ValueError, suggesting the nearest name, if there is none."""
    data = PROFILES.read(name)
    rules = {code: RuleSetting(**setting) for code, setting in data["rules"].items()}
    return Profile(name, data["about"], rules, frozenset(data.get("softened_by", SOFTENED_BY)))
