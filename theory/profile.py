"""Rule profiles: how much each rule matters, to the checker and to the search.

A profile is a TOML file of rules with a severity (error, warning, info, off), a weight (the cost of
one finding in the search's objective, in nats) and ``forbid`` (the search never does it unless
the given notes leave no other way).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from importlib.resources import files

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


def profile_names() -> tuple[str, ...]:
    """Return the names of the profiles that ship."""
    names = (entry.name for entry in files("theory").joinpath("profiles").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@lru_cache(maxsize=32)
def load_profile(name: str) -> Profile:
    """Read a profile by name; ValueError, with the nearest name, where there is none."""
    if name not in profile_names():
        near = get_close_matches(name, profile_names(), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(profile_names())}"
        raise ValueError(f"{name!r} is not a rule profile{hint}")
    data = tomllib.loads((files("theory") / "profiles" / f"{name}.toml").read_text(encoding="utf-8"))
    return Profile(name, data["about"], {code: Setting(**setting) for code, setting in data["rules"].items()})
