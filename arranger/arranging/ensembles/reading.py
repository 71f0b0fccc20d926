"""The text of an ensemble's TOML file, checked; every error names its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from theory.notation.instruments import add_instrument, instruments
from theory.tables import nearest

ROLES = ("melody", "inner", "bass")
FAMILIES = ("instruments", "choir")
FEWEST_PARTS, MOST_PARTS = 2, 6  # with lines of their own
_KEYS = {"title", "family", "joined_barlines", "parts", "instruments"}
_PART_KEYS = {"name", "abbreviation", "instrument", "role", "doubles"}


class EnsembleError(ValueError):
    """What is wrong in the file of an ensemble, with its line."""


@dataclass(frozen=True)
class Entry:
    """An ensemble as its file says it."""

    title: str
    family: str
    joined_barlines: bool
    parts: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class _Text:
    """The lines of a file, for messages."""

    lines: tuple[str, ...]
    source: str

    def error(self, message: str, *, header: str = "", number: int = 0, key: str = "") -> EnsembleError:
        """Return an error at a key of the n-th table with this header; at the header if the key is not there."""
        headers = [index for index, line in enumerate(self.lines) if line.strip().startswith(header or "\0")]
        start = headers[number] if number < len(headers) else 0
        line = start
        for index in range(start + bool(headers), len(self.lines)):
            if headers and self.lines[index].lstrip().startswith("["):
                break
            if key and re.match(rf"\s*{re.escape(key)}\s*=", self.lines[index]):
                line = index
                break
        return EnsembleError(f"{self.source}, line {line + 1}: {message}")


def parse(text: str, source: str) -> Entry:
    """Read the text of an ensemble; ``source`` names the file in messages. Adds its instruments to the known ones.

    Raises EnsembleError, which names the line and the way out.
    """
    lines = _Text(tuple(text.splitlines()), source)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        where = f", line {place[1]}" if place else ""
        raise EnsembleError(f"{source}{where}: this is not TOML: {error}") from error
    for key in set(table) - _KEYS:
        raise lines.error(f"there is no setting {key!r}; {nearest(key, sorted(_KEYS))}", key=key)
    family = table.get("family", "instruments")
    if family not in FAMILIES:
        raise lines.error(f"the family must be one of {', '.join(FAMILIES)}, not {family!r}", key="family")
    for name, entry in table.get("instruments", {}).items():
        _add_instrument(name, entry, lines)
    parts = tuple(table.get("parts", ()))
    for number, part in enumerate(parts):
        _check_part(number, part, parts, lines)
    _check_roles(parts, lines)
    return Entry(table.get("title", source), family, bool(table.get("joined_barlines", True)), parts)


def _add_instrument(name: str, entry: Mapping[str, Any], lines: _Text) -> None:
    header = f"[instruments.{name}]"
    like = entry.get("like", "")
    if like and like not in instruments():
        message = f"there is no instrument {like!r}; {nearest(like, sorted(instruments()))}"
        raise lines.error(message, header=header, key="like")
    try:
        add_instrument(name, entry)
    except KeyError as error:
        message = f"instrument {name} lacks {error}; give it, or like = an instrument that has it"
        raise lines.error(message, header=header) from error
    except (ValueError, TypeError) as error:
        wrong = next((key for key in entry if str(key) in str(error)), "")
        raise lines.error(str(error), header=header, key=wrong) from error


def _check_part(number: int, part: Mapping[str, Any], parts: tuple[dict[str, str], ...], lines: _Text) -> None:
    def error(message: str, key: str = "") -> EnsembleError:
        return lines.error(message, header="[[parts]]", number=number, key=key)

    for key in set(part) - _PART_KEYS:
        raise error(f"a part has no {key!r}; {nearest(key, sorted(_PART_KEYS))}", key)
    for key in ("name", "instrument", *(() if part.get("doubles") else ("role",))):
        if not isinstance(part.get(key), str):
            raise error(f"part {number + 1} lacks a {key}, a text in quotes", key)
    if part["instrument"] not in instruments():
        raise error(f"there is no instrument {part['instrument']!r}; {_advice(part['instrument'])}", "instrument")
    names = [each.get("name") for each in parts if not each.get("doubles")]
    if part.get("doubles") and part["doubles"] not in names:
        known = [str(name) for name in names]
        raise error(f"there is no part {part['doubles']!r} to double; {nearest(part['doubles'], known)}", "doubles")
    if not part.get("doubles") and part["role"] not in ROLES:
        raise error(f"the role must be one of {', '.join(ROLES)}, not {part['role']!r}", "role")
    if [each.get("name") for each in parts].count(part["name"]) > 1:
        raise error(f"two parts are called {part['name']!r}; give each its own name", "name")


def _advice(name: str) -> str:
    return nearest(name, sorted(instruments()))


def _check_roles(parts: tuple[dict[str, str], ...], lines: _Text) -> None:
    roles = [part["role"] for part in parts if not part.get("doubles")]
    if not FEWEST_PARTS <= len(roles) <= MOST_PARTS:
        raise lines.error(f"{len(roles)} parts have lines of their own; {FEWEST_PARTS} to {MOST_PARTS} can be arranged")
    if roles.count("melody") != 1:
        raise lines.error(f"{roles.count('melody')} parts have the role melody; give it to one part")
    if roles.count("bass") > 1:
        raise lines.error(f"{roles.count('bass')} parts have the role bass; give it to one part at most")
    if "bass" in roles and roles[-1] != "bass":
        raise lines.error("the part with the role bass must come last: parts stand from high to low")
