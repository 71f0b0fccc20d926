"""Which files a command works on: names, folders, and lists of names."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from arranger.commands.errors import Refusal, refusals
from arranger.commands.streams import PIPE
from arranger.formats.reading.sheet import ENDINGS


def expanded(names: Sequence[str], files_from: str = "") -> list[str]:
    """Return the files that are meant: those named, those in named folders, those that a list names.

    Folders are read in order of name; what is hidden is left out.
    """
    with refusals():
        every = [*names, *(_listed(files_from) if files_from else ())]
        found = [file for name in every for file in _files(name)]
    if not found:
        raise Refusal("there are no scores to check; name files or folders, or a list of them with --files-from")
    return found


def _listed(name: str) -> list[str]:
    """Return the names that a file or standard input lists, one a line."""
    text = sys.stdin.read() if name == PIPE else Path(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip()]


def _files(name: str) -> Iterator[str]:
    folder = Path(name)
    if name == PIPE or not folder.is_dir():
        yield name
        return
    found = [path for path in sorted(folder.rglob("*")) if _is_score(path, folder)]
    if not found:
        raise ValueError(f"{name}: no scores in this folder ({', '.join(ENDINGS)})")
    yield from map(str, found)


def _is_score(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return path.suffix.lower() in ENDINGS and not hidden and path.is_file()
