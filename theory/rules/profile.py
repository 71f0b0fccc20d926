"""Rule profiles: how much each rule matters, to the checker and to the search.

A profile is a TOML file of rules with a severity (error, warning, info, off), a weight (the cost of
one finding in the search's objective, in nats) and ``forbid`` (the search never does it unless
the given notes leave no other way).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from theory.tables import Shelf

PROFILES = Shelf("rule profile", "theory.rules", "profiles")
SEVERITIES = ("off", "info", "warning", "error")


@dataclass(frozen=True)
class Setting:
    """What a profile says of one rule."""

    severity: str = "off"
    weight: float = 0.0
    forbid: bool = False


_OFF = Setting()


@dataclass(frozen=True)
class Profile:
    """A name, where its figures come from, and a setting for each rule that it knows."""

    name: str
    about: str
    rules: dict[str, Setting]

    def of(self, code: str) -> Setting:
        """Return the setting of a rule; one that is not named is off."""
        return self.rules.get(code, _OFF)

    @cached_property
    def active(self) -> frozenset[str]:
        """The codes of the rules that are not off."""
        return frozenset(code for code, setting in self.rules.items() if setting.severity != "off")


@lru_cache(maxsize=32)
def load_profile(name: str) -> Profile:
    """Read a profile by name; ValueError, with the nearest name, where there is none."""
    data = PROFILES.read(name)
    return Profile(name, data["about"], {code: Setting(**setting) for code, setting in data["rules"].items()})
