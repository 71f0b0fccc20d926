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
        if path.name.startswith("."):
            continue
        if path.is_dir():
            if not path.is_symlink():
                yield from scores_in(path)
        elif path.suffix.lower() in ENDINGS and path.is_file():
            yield path
