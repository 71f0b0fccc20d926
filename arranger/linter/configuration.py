"""What a project asks of the checker: ``[tool.arranger]`` of pyproject.toml, or ``.arranger.toml``.

The nearest file from the working folder upwards counts; of two in one folder, ``.arranger.toml``. What the
command line says goes before it. An unknown name or a value of the wrong kind is refused, with the file's name.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arranger.linter.suppressions import Suppression
from theory.rules.profile import SEVERITIES
from theory.tables import nearest

NAMES = (".arranger.toml", "pyproject.toml")
_KINDS: dict[str, type[Any]] = {
    "profile": str,
    "baseline": str,
    "select": list,
    "ignore": list,
    "extend-select": list,
    "max-warnings": int,
    "jobs": int,
    "suppress": list,
    "severity": dict,
}
_ENTRY_KINDS: dict[str, type[Any]] = {"rules": list, "reason": str, "files": list, "bars": str, "voices": list}


@dataclass(frozen=True)
class Configuration:
    """The settings of a project; ``None`` and empty: it does not say."""

    path: str = ""
    profile: str = ""
    baseline: str = ""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    max_warnings: int | None = None
    jobs: int | None = None
    suppress: tuple[Suppression, ...] = ()
    severity: tuple[tuple[str, str], ...] = ()  # code or beginning of codes, and what it is worth


def find_configuration(start: Path) -> Configuration:
    """Return the configuration of a folder or of the nearest one above it that has any."""
    for folder in (start, *start.parents):
        for name in NAMES:
            path = folder / name
            table = _table(path) if path.is_file() else None
            if table is not None:
                return _parsed(table, path)
    return Configuration()


def read_configuration(path: Path) -> Configuration:
    """Read a configuration by name; ValueError where a pyproject.toml has no part for this program."""
    table = _table(path)
    if table is None:
        raise ValueError(f"{path}: no [tool.arranger] in it")
    return _parsed(table, path)


def _table(path: Path) -> dict[str, Any] | None:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: not TOML: {error}") from None
    if path.name != "pyproject.toml":
        return data
    table = data.get("tool", {}).get("arranger")
    return table if isinstance(table, dict) else None


def _parsed(table: dict[str, Any], path: Path) -> Configuration:
    _demand(table, _KINDS, str(path))
    baseline = table.get("baseline", "")
    return Configuration(
        str(path),
        profile=table.get("profile", ""),
        baseline=str(path.parent / baseline) if baseline else "",
        select=tuple(table.get("select", ())),
        ignore=tuple(table.get("ignore", ())),
        extend_select=tuple(table.get("extend-select", ())),
        max_warnings=table.get("max-warnings"),
        jobs=table.get("jobs"),
        suppress=_entries(table.get("suppress", []), path),
        severity=_severities(table.get("severity", {}), path),
    )


def _severities(table: dict[str, Any], path: Path) -> tuple[tuple[str, str], ...]:
    for code, severity in table.items():
        if severity not in SEVERITIES:
            raise ValueError(f"{path}: severity of {code}: {severity!r} is none; there are {', '.join(SEVERITIES)}")
    return tuple(table.items())


def _entries(entries: list[Any], path: Path) -> tuple[Suppression, ...]:
    return tuple(_entry(entry, f"{path}: suppress {number}") for number, entry in enumerate(entries, 1))


def _entry(entry: Any, place: str) -> Suppression:
    if not isinstance(entry, dict):
        raise ValueError(f"{place}: a suppression is a table with rules and a reason")
    _demand(entry, _ENTRY_KINDS, place)
    if not entry.get("rules"):
        raise ValueError(f"{place}: it names no rules")
    if not entry.get("reason", "").strip():
        raise ValueError(f"{place}: say why, as reason = '...'")
    return Suppression(
        rules=tuple(entry["rules"]),
        reason=entry["reason"].strip(),
        files=tuple(entry.get("files", ())),
        bars=entry.get("bars", ""),
        voices=tuple(entry.get("voices", ())),
    )


def _demand(table: dict[str, Any], kinds: dict[str, type[Any]], place: str) -> None:
    """Refuse names that are unknown and values of another kind; a list holds texts, or tables."""
    for name, value in table.items():
        if name not in kinds:
            raise ValueError(f"{place}: {name!r} is not known; {nearest(name, kinds)}")
        if not isinstance(value, kinds[name]) or isinstance(value, bool):
            raise ValueError(f"{place}: {name} must be {_said(kinds[name])}")
        if kinds[name] is int and value < 0:
            raise ValueError(f"{place}: {name} must not be negative")
        if kinds[name] is list and name != "suppress" and not all(isinstance(item, str) for item in value):
            raise ValueError(f"{place}: {name} must be a list of texts")


def _said(kind: type[Any]) -> str:
    return {str: "a text", list: "a list", int: "a whole number", dict: "a table"}[kind]
