"""A project's settings for the checker: ``.arranger.toml``, or ``[tool.arranger]`` in pyproject.toml.

The nearest file is read, from the working folder upwards; in one folder ``.arranger.toml`` comes first. Options of the
command line override it. An unknown name or a value of the wrong type is refused with the name of the file.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arranger.linter.suppressions import Suppression
from theory.rules.profile import SEVERITIES
from theory.tables import demand

NAMES = (".arranger.toml", "pyproject.toml")
_KINDS: dict[str, Any] = {
    "profile": str,
    "baseline": str,
    "select": list[str],
    "ignore": list[str],
    "extend-select": list[str],
    "max-warnings": int,
    "jobs": int,
    "suppress": list,
    "severity": dict,
}
_ENTRY_KINDS: dict[str, Any] = {"rules": list[str], "reason": str, "files": list[str], "bars": str, "voices": list[str]}


@dataclass(frozen=True)
class Configuration:
    """The settings of a project; ``None`` or an empty value means that the file does not set it."""

    path: str = ""
    profile: str = ""
    baseline: str = ""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    max_warnings: int | None = None
    jobs: int | None = None
    suppress: tuple[Suppression, ...] = ()
    severity: tuple[tuple[str, str], ...] = ()  # (code or beginning of codes, severity)


def find_configuration(start: Path) -> Configuration:
    """Return the configuration of a folder, or of the nearest folder above it that has one."""
    for folder in (start, *start.parents):
        for name in NAMES:
            path = folder / name
            table = _table(path) if path.is_file() else None
            if table is not None:
                return _parsed(table, path)
    return Configuration()


def read_configuration(path: Path) -> Configuration:
    """Read one configuration file. Raises ValueError if a pyproject.toml has no table for this program."""
    table = _table(path)
    if table is None:
        raise ValueError(f"{path}: no [tool.arranger] in it; add that table or name another file with --config")
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
    demand(table, _KINDS, str(path))
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
            raise ValueError(
                f"{path}: severity of {code}: {severity!r} is unknown; choose from {', '.join(SEVERITIES)}"
            )
    return tuple(table.items())


def _entries(entries: list[Any], path: Path) -> tuple[Suppression, ...]:
    return tuple(_entry(entry, f"{path}: suppress {number}") for number, entry in enumerate(entries, 1))


def _entry(entry: Any, place: str) -> Suppression:
    if not isinstance(entry, dict):
        raise ValueError(f"{place}: a suppression must be a table with rules and a reason")
    demand(entry, _ENTRY_KINDS, place)
    if not entry.get("rules"):
        raise ValueError(f"{place}: it names no rules; add rules = ['VL101']")
    if not entry.get("reason", "").strip():
        raise ValueError(f"{place}: it gives no reason; say why, with reason = '...'")
    return Suppression(
        rules=tuple(entry["rules"]),
        reason=entry["reason"].strip(),
        files=tuple(entry.get("files", ())),
        bars=entry.get("bars", ""),
        voices=tuple(entry.get("voices", ())),
    )
