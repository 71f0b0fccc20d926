"""Tables that ship with a package, one TOML file each: rule profiles, ensembles, styles, accompaniment patterns.

To add a table, add a file to the folder; its name without ``.toml`` is the name of the table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import UnionType
from typing import Any, get_args


@dataclass(frozen=True)
class TableFolder:
    """A folder of TOML tables."""

    kind: str  # what one table is called in messages
    package: str  # the package that holds them
    folder: str = ""  # a folder in the package

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all tables, sorted."""
        names = (entry.name for entry in self._place.iterdir())
        return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))

    def read(self, name: str) -> dict[str, Any]:
        """Return a table by name. Raises ValueError, with the nearest name, if there is none.

        >>> TableFolder("rule profile", "theory.rules", "profiles").read("hymns")
        Traceback (most recent call last):
        ValueError: there is no rule profile 'hymns'; did you mean hymn?
        """
        if name not in self.names:
            raise ValueError(f"there is no {self.kind} {name!r}; {nearest(name, self.names)}")
        return tomllib.loads(self.text(name))

    def text(self, name: str) -> str:
        """Return the text of a table that exists."""
        return (self._place / f"{name}.toml").read_text(encoding="utf-8")

    @property
    def _place(self) -> Traversable:
        return files(self.package) / self.folder if self.folder else files(self.package)


def matches(name: str, names: Sequence[str]) -> list[int]:
    """Return the indices of the names that are a given one in any case, or else that begin with it.

    >>> matches("violin i", ["Violin I", "Violin II"]), matches("vio", ["Violin I", "Violin II"])
    ([0], [0, 1])
    """
    known, wanted = [each.lower() for each in names], name.lower()
    exact = [index for index, each in enumerate(known) if each == wanted]
    return exact or [index for index, each in enumerate(known) if each.startswith(wanted)]


def nearest(name: str, names: Iterable[str]) -> str:
    """Return advice for an unknown name: the most similar of the given names, or all of them.

    >>> nearest("Sat", ["quartet", "satb"]), nearest("xyz", ["quartet", "satb"])
    ('did you mean satb?', 'choose from quartet, satb')
    """
    from difflib import get_close_matches

    known = list(names)
    near = get_close_matches(name.lower(), known, n=1, cutoff=0.4)
    return f"did you mean {near[0]}?" if near else f"choose from {', '.join(known)}"


def demand(table: Mapping[str, Any], kinds: Mapping[str, Any], place: str) -> None:
    """Raise ValueError, which names the place, for an unknown name in a table or a value of the wrong kind.

    The kinds are str, int, float (any number), bool, dict, list, list[str], or a union of these. Numbers must not be
    negative.

    >>> demand({"profil": "strict"}, {"profile": str}, "homework.toml")
    Traceback (most recent call last):
    ValueError: homework.toml: 'profil' is not known; did you mean profile?
    >>> demand({"jobs": "2"}, {"jobs": int}, ".arranger.toml")
    Traceback (most recent call last):
    ValueError: .arranger.toml: jobs must be a whole number
    """
    for name, value in table.items():
        if name not in kinds:
            raise ValueError(f"{place}: {name!r} is not known; {nearest(name, kinds)}")
        choices = get_args(kinds[name]) if isinstance(kinds[name], UnionType) else (kinds[name],)
        if not any(_is_kind(value, kind) for kind in choices):
            raise ValueError(f"{place}: {name} must be {' or '.join(_KINDS[kind] for kind in choices)}")
        if isinstance(value, int | float) and value < 0:
            raise ValueError(f"{place}: {name} must not be negative")


_LARGEST = 1e12
_KINDS = {
    str: "a string", int: "a whole number", float: "a number", bool: "true or false", dict: "a table",
    list: "a list", list[str]: "a list of strings",
}  # fmt: skip


def _is_kind(value: Any, kind: Any) -> bool:
    if kind == list[str]:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if isinstance(value, bool):
        return kind is bool
    if kind is float:
        return isinstance(value, int | float) and abs(value) < _LARGEST
    return isinstance(value, kind)
