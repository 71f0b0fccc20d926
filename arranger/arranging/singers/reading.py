"""The file of a choir: a TOML table for each part with limits, and the parts that are missing.

missing = ["tenor"]

[alto]
range = "G3-C5"          # the notes that they may get
comfortable = "A3-A4"    # those that they get unless there is no other way
tessitura = "B3-G4"      # where they should mostly be
loud = "A4"              # their highest note where it is loud
outside = 0.2            # share of their time outside the tessitura
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from arranger.arranging.given.pins import voice_named
from arranger.arranging.singers import KINDS, parse_limit
from theory.tables import nearest

_HEADER = re.compile(r"\s*\[\s*[\"']?(.*?)[\"']?\s*\]")


class SingersError(ValueError):
    """What is wrong in the file of a choir, with its line."""


def read_singers(path: Path, parts: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the limits in a file as lines of text, and the names of the missing parts.

    Raises SingersError, which names file and line, if it is not TOML, or if a part or a limit is not right.
    """
    return parse_file(path.read_text(encoding="utf-8"), str(path), parts)


def parse_file(text: str, source: str, parts: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    r"""Return the limits and the missing parts in the text of a file; see `read_singers`.

    >>> parse_file('missing = ["bass"]\n[alto]\nrange = "G3-C5"', "choir.toml", ["Soprano", "Alto", "Bass"])
    (('alto range=G3-C5',), ('bass',))
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1  # where the text ends too early
        raise SingersError(f"{source}, line {line}: this is not TOML: {error}") from error
    missing = table.pop("missing", [])
    names = [missing] if isinstance(missing, str) else missing
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _error(text, source, 'missing is a list of parts, such as ["tenor"]', key="missing")
    limits = []
    for name in names:
        _part(name, parts, text, source, key="missing")
    for part, own in table.items():
        if not isinstance(own, dict):
            raise _error(
                text, source, f"there is no setting {part!r}; limits stand under a part, such as [alto]", key=part
            )
        _part(part, parts, text, source, table=part)
        limits += [_limit(part, kind, value, text, source) for kind, value in own.items()]
    return tuple(limits), tuple(names)


def _part(name: str, parts: Sequence[str], text: str, source: str, *, table: str = "", key: str = "") -> None:
    try:
        voice_named(name, parts)
    except ValueError as error:
        raise _error(text, source, str(error), table=table, key=key) from error


def _limit(part: str, kind: str, value: object, text: str, source: str) -> str:
    """Return a limit as a line of text."""
    if kind not in KINDS:
        raise _error(text, source, f"a part has no {kind!r}; {nearest(kind, KINDS)}", table=part, key=kind)
    try:
        parse_limit(kind, str(value))
    except ValueError as error:
        raise _error(text, source, str(error), table=part, key=kind) from error
    return f"{part} {kind}={value}"


def _error(text: str, source: str, message: str, *, table: str = "", key: str = "") -> SingersError:
    """Return an error at a key of a table; at the header of the table if the key is not found."""
    inside, line = not table, 0
    for number, row in enumerate(text.splitlines()):
        header = _HEADER.match(row)
        if header:
            inside = header[1] == table
            line = number if inside else line
        elif inside and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", row):
            line = number
            break
    return SingersError(f"{source}, line {line + 1}: {message}")
