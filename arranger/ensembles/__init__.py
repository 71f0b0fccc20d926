"""Ensembles: which instruments play together, in score order, and what each is there for.

One TOML file an ensemble; a new ensemble is a new file. Roles are ``melody``, ``inner`` and ``bass``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from theory.instruments import Instrument, instrument

ROLES = ("melody", "inner", "bass")


@dataclass(frozen=True, slots=True)
class EnsemblePart:
    """One part of an ensemble."""

    name: str  # as printed: Violin II
    abbreviation: str
    instrument: Instrument
    role: str  # melody, inner or bass


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Parts in score order.

    >>> [part.name for part in load_ensemble("satb").parts]
    ['Soprano', 'Alto', 'Tenor', 'Bass']
    """

    name: str
    title: str
    family: str  # choir or instruments
    joined_barlines: bool  # whether barlines run through the staves
    parts: tuple[EnsemblePart, ...]


def ensemble_names() -> list[str]:
    """Return the names of all ensembles, sorted."""
    return sorted(
        entry.name.removesuffix(".toml") for entry in files(__name__).iterdir() if entry.name.endswith(".toml")
    )


def _part_from(entry: dict[str, str]) -> EnsemblePart:
    played = instrument(entry["instrument"])
    if entry["role"] not in ROLES:
        raise ValueError(f"{entry['name']}: the role is one of {', '.join(ROLES)}, not {entry['role']!r}")
    return EnsemblePart(entry["name"], entry.get("abbreviation", played.abbreviation), played, entry["role"])


@cache
def load_ensemble(name: str) -> Ensemble:
    """Return an ensemble by name; ValueError that offers the nearest name where there is none."""
    names = ensemble_names()
    if name not in names:
        near = get_close_matches(name.lower(), names, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else f"choose from {', '.join(names)}"
        raise ValueError(f"there is no ensemble {name!r}; {hint}")
    table = tomllib.loads((files(__name__) / f"{name}.toml").read_text(encoding="utf-8"))
    parts = tuple(_part_from(entry) for entry in table["parts"])
    return Ensemble(name, table["title"], table["family"], table["joined_barlines"], parts)
