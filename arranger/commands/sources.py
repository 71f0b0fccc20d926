"""The files that a command works on: named files, folders, and lists of files."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from arranger.commands.errors import Refusal, refusals
from arranger.commands.streams import PIPE
from arranger.formats.reading.folders import scores_in
from arranger.formats.reading.sheet import ENDINGS


def expanded(names: Sequence[str], files_from: str = "") -> list[str]:
    """Return all files: those named, those in named folders, and those listed in the file ``files_from``.

    Folders are searched with their subfolders, in order of name, without hidden files. Raises Refusal if none is found.
    """
    with refusals():
        every = [*names, *(_listed(files_from) if files_from else ())]
        found = [file for name in every for file in _files(name)]
    if not found:
        raise Refusal("no scores to check; name files or folders, or give a list of files with --files-from")
    return found


def _listed(name: str) -> list[str]:
    """Return the names listed in a file or on standard input, one per line."""
    text = sys.stdin.read() if name == PIPE else Path(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip()]


def _files(name: str) -> Iterator[str]:
    folder = Path(name)
    if name == PIPE or not folder.is_dir():
        yield name
        return
    found = list(scores_in(folder))
    if not found:
        raise ValueError(f"{name}: no scores in this folder; it needs files that end in {', '.join(ENDINGS)}")
    yield from map(str, found)
