"""Writing files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNFINISHED = ".part"  # ending of a file that is being written


class WriteError(Exception):
    """A file could not be written; the message says which, why, and what to do."""


def demand_place(path: Path) -> None:
    """Raise WriteError if there can be no file of this name, because it is a folder or is in none."""
    if path.is_dir():
        raise WriteError(f"{path}: this is a folder; give the name of a file in it")
    if not path.parent.is_dir():
        raise WriteError(f"{path}: the folder {path.parent} does not exist; create it or choose another")


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: to a temporary file beside it, which is then renamed.

    Raises WriteError if the file cannot be written.
    """
    with whole(path) as temporary:
        temporary.write_bytes(content)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give the name of a temporary file beside ``path``; what is written to it becomes ``path`` at the end.

    After an exception nothing is left. Raises WriteError if the file cannot be written.
    """
    demand_place(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=UNFINISHED, dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise WriteError(f"{path}: {error.strerror or error}; choose a folder you may write to") from error
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(_usual_mode())
        temporary.replace(path)
    except OSError as error:
        raise WriteError(f"{path}: {error.strerror or error}; choose a folder you may write to") from error
    finally:
        temporary.unlink(missing_ok=True)


def _usual_mode() -> int:
    """Return the permissions that the user's new files get; a temporary file has narrower ones."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
