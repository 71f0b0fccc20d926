"""Given lines of an assignment: as text, or from a score file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from arranger.formats.reading import read_score
from arranger.homework.signs import Layout, parse_line
from theory.notation.score import Part, Score
from theory.tables import demand

ROLES = ("soprano", "alto", "tenor", "bass", "cantus", "score")


def given_line(role: str, value: str | dict[str, Any], layout: Layout, folder: Path) -> Score:
    """Return a given line as a score of one part.

    ``value`` is its text, or a table with a file, whose path begins at the folder, and a part in it. Raises ValueError
    if it cannot be read.
    """
    if isinstance(value, str):
        bars, notes = parse_line(value, layout)
        return Score(bars, (Part(role, notes),))
    score = _read(value, folder)
    part = _part(score, role, value.get("part", ""))
    return replace(score, parts=(replace(part, name=role),))


def whole_score(value: str | dict[str, Any], folder: Path) -> Score:
    """Return a score of which every part is given."""
    if isinstance(value, str):
        raise ValueError('a whole score is given as a file: score = { file = "NAME.musicxml" }')
    return _read(value, folder)


def _read(value: dict[str, Any], folder: Path) -> Score:
    demand(value, {"file": str, "part": str}, "given")
    if not value.get("file"):
        raise ValueError('it names no file; write { file = "NAME.musicxml" }')
    return read_score(folder / value["file"])


def _part(score: Score, role: str, name: str) -> Part:
    """Return the part of a name, or the lowest part for a bass and the highest one for other lines."""
    sounding = [part for part in score.parts if part.columns.middle is not None]
    named = [part for part in sounding if part.name.casefold() == name.casefold()]
    if name and not named:
        raise ValueError(f"the file has no part '{name}'; choose from {', '.join(part.name for part in sounding)}")
    chosen = named or sorted(sounding, key=lambda part: part.columns.middle or 0, reverse=role != "bass")
    return chosen[0]
