"""Ensembles: the parts of each ensemble in score order, with their instruments and roles.

Each ensemble is a TOML file; a new ensemble is a new file, in this folder or of a user's own (see `load_ensemble`).
Roles are ``melody``, ``inner`` and ``bass``; a part that ``doubles`` another plays its line, in the octave that suits
it. Ranges and their sources belong to the instruments, in ``theory/notation/instruments.toml``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from arranger.arranging.ensembles.reading import EnsembleError, Entry, parse
from theory.notation.instruments import Instrument, instrument
from theory.tables import TableFolder, nearest

__all__ = ["ENSEMBLES", "Ensemble", "EnsembleError", "EnsemblePart", "load_ensemble", "resolved"]

ENSEMBLES = TableFolder("ensemble", __name__)
CONFIGURATION = Path("arranger") / "ensembles"  # in the user's folder of configurations


@dataclass(frozen=True, slots=True)
class EnsemblePart:
    """One part of an ensemble."""

    name: str  # as printed, such as Violin II
    abbreviation: str
    instrument: Instrument
    role: str  # melody, inner, bass or double
    doubles: str = ""  # the part whose line it plays


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
    parts: tuple[EnsemblePart, ...]  # those with lines of their own
    doubles: tuple[EnsemblePart, ...] = ()  # those that play the line of another part


def resolved(name: str, beside: str) -> str:
    """Return the path of an ensemble's file that lies beside another file, or in the configuration; else the name."""
    if name.endswith(".toml"):
        return str(_existing(name, beside))
    own = None if name in ENSEMBLES.names else _own_file(name, beside)
    return str(own) if own else name


def load_ensemble(name: str) -> Ensemble:
    """Return an ensemble by name or by the path of a TOML file.

    A name is looked up in the package, then in the user's folder of configurations (``~/.config/arranger/ensembles``);
    `resolved` also looks beside a sheet. Raises ValueError, which offers the nearest name, if there is none, and
    EnsembleError, which names file and line, if a file is not right.
    """
    found = resolved(name, "")
    return _from_file(Path(found)) if found.endswith(".toml") else _shipped(found)


@cache
def _shipped(name: str) -> Ensemble:
    if name not in ENSEMBLES.names:
        advice = f"{nearest(name, ENSEMBLES.names)} Your own ensemble is a TOML file: --ensemble my-band.toml"
        raise ValueError(f"there is no ensemble {name!r}; {advice}")
    return _built(name, parse(ENSEMBLES.text(name), f"{name}.toml"))


def _existing(name: str, beside: str) -> Path:
    places = [Path(name), Path(beside).parent / name]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise ValueError(f"there is no file {name}; `arranger ensembles` lists the ensembles that come with arranger")
    return found


def _own_file(name: str, beside: str) -> Path | None:
    configured = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    folders = [Path(beside).parent] if beside else []
    places = [folder / f"{name}.toml" for folder in (*folders, configured / CONFIGURATION)]
    return next((place for place in places if place.is_file()), None)


def _from_file(path: Path) -> Ensemble:
    return _built(path.stem, parse(path.read_text(encoding="utf-8"), str(path)))


def _built(name: str, entry: Entry) -> Ensemble:
    parts = [_part_from(each) for each in entry.parts]
    return Ensemble(
        name,
        entry.title,
        entry.family,
        entry.joined_barlines,
        tuple(part for part in parts if not part.doubles),
        tuple(part for part in parts if part.doubles),
    )


def _part_from(entry: dict[str, str]) -> EnsemblePart:
    played = instrument(entry["instrument"])
    doubles = entry.get("doubles", "")
    role = "double" if doubles else entry["role"]
    return EnsemblePart(entry["name"], entry.get("abbreviation", played.abbreviation), played, role, doubles)
