"""Tables that ship with a package, one TOML file each: rule profiles, ensembles, styles, accompaniment patterns.

To add a table, add a file to the folder; its name without ``.toml`` is the name of the table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any


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


def nearest(name: str, names: Iterable[str]) -> str:
    """Return advice for an unknown name: the most similar of the given names, or all of them.

    >>> nearest("Sat", ["quartet", "satb"]), nearest("xyz", ["quartet", "satb"])
    ('did you mean satb?', 'choose from quartet, satb')
    """
    from difflib import get_close_matches

    known = list(names)
    near = get_close_matches(name.lower(), known, n=1, cutoff=0.4)
    return f"did you mean {near[0]}?" if near else f"choose from {', '.join(known)}"
