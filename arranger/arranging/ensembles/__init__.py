"""Ensembles: the parts of each ensemble in score order, with their instruments and roles.

Each ensemble is a TOML file; a new ensemble is a new file. Roles are ``melody``, ``inner`` and ``bass``. Ranges and
their sources belong to the instruments, in ``theory/notation/instruments.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from theory.notation.instruments import Instrument, instrument
from theory.tables import TableFolder

ROLES = ("melody", "inner", "bass")
ENSEMBLES = TableFolder("ensemble", __name__)


@dataclass(frozen=True, slots=True)
class EnsemblePart:
    """One part of an ensemble."""

    name: str  # as printed, such as Violin II
    abbreviation: str
    instrument: Instrument
    role: str  # melody, inner or bass


@dataclass(frozen=True, slots=True)
class Ensemble:
    """An ensemble, its parts in score order.

    >>> [part.name for part in load_ensemble("satb").parts]
    ['Soprano', 'Alto', 'Tenor', 'Bass']
    """

    name: str
    title: str
    family: str  # choir or instruments
    joined_barlines: bool  # whether barlines run through the staves
    parts: tuple[EnsemblePart, ...]


def _part_from(entry: dict[str, str]) -> EnsemblePart:
    played = instrument(entry["instrument"])
    if entry["role"] not in ROLES:
        raise ValueError(f"{entry['name']}: the role must be one of {', '.join(ROLES)}, not {entry['role']!r}")
    return EnsemblePart(entry["name"], entry.get("abbreviation", played.abbreviation), played, entry["role"])


@cache
def load_ensemble(name: str) -> Ensemble:
    """Return an ensemble by name. Raises ValueError, which offers the nearest name, if there is none."""
    table = ENSEMBLES.read(name)
    parts = tuple(_part_from(entry) for entry in table["parts"])
    return Ensemble(name, table["title"], table["family"], table["joined_barlines"], parts)
