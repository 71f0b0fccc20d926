"""The scores in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from arranger.formats.reading.sheet import ENDINGS


def scores_in(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder and its subfolders that may be scores, in order of name, without hidden ones.

    Only the names of one folder and those above it are held in memory. Links to folders are not followed.
    """
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink() and not path.name.startswith("."):
            yield from scores_in(path)
        elif is_score(path):
            yield path


def is_score(path: Path) -> bool:
    """Whether the name of a file that is not hidden says that it may be a score."""
    return path.suffix.lower() in ENDINGS and not path.name.startswith(".") and path.is_file()
