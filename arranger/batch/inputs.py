"""The inputs of a batch: files, folders, patterns, and lists of these; read as a stream, however many they are."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import has_magic
from pathlib import Path, PurePath

from arranger.formats.reading.folders import is_score, scores_in
from arranger.formats.reading.sheet import ENDINGS

PIPE = "-"
_LIST = "@"


@dataclass(frozen=True)
class Input:
    """A file to work on, and what its results are called."""

    source: str  # the path, as it was named or found
    name: str  # of its results, with the folders below the one that was named, without an ending


def inputs_of(names: Iterable[str]) -> Iterator[Input]:
    """Yield the inputs that are named: files, folders, patterns such as ``songs/**/*.abc``, lists ``@FILE``, ``-``.

    A list has one name a line; ``-`` reads a list from standard input. Raises ValueError for a folder, a pattern or a
    list without scores. A file that does not exist is an input like any other; it fails when its turn comes.
    """
    for name in names:
        if name == PIPE:
            yield from _listed(sys.stdin, "standard input")
        elif name.startswith(_LIST):
            with Path(name[1:]).open(encoding="utf-8") as lines:
                yield from _listed(lines, name[1:])
        else:
            yield from _named(name)


def _listed(lines: Iterable[str], source: str) -> Iterator[Input]:
    found = False
    for name in filter(None, map(str.strip, lines)):
        found = True
        yield from _named(name)
    if not found:
        raise ValueError(f"{source}: no names of files in this list; it needs one a line")


def _named(name: str) -> Iterator[Input]:
    path = Path(name)
    if path.is_dir():
        yield from _below(path)
    elif has_magic(name) and not path.exists():
        yield from _matching(name)
    else:
        yield Input(name, _without_ending(PurePath(path.name)))


def _below(folder: Path) -> Iterator[Input]:
    path = None
    for path in scores_in(folder):
        yield Input(str(path), _without_ending(path.relative_to(folder)))
    if path is None:
        raise ValueError(f"{folder}: no scores in this folder; it needs files that end in {', '.join(ENDINGS)}")


def _matching(pattern: str) -> Iterator[Input]:
    parts = PurePath(pattern).parts
    first = next(index for index, part in enumerate(parts) if has_magic(part))
    folder = Path(*parts[:first])
    found = False
    for path in folder.glob(str(PurePath(*parts[first:]))):
        if is_score(path):
            found = True
            yield Input(str(path), _without_ending(path.relative_to(folder)))
    if not found:
        raise ValueError(f"{pattern}: no scores match this pattern; quote it, and look at the folders in it")


def _without_ending(path: PurePath) -> str:
    return path.with_suffix("").as_posix()
