"""Writing files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


class WriteError(Exception):
    """A file could not be written; the message says which, why, and what to do."""


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: to a temporary file beside it, which is then renamed.

    Raises WriteError if the file cannot be written.
    """
    if path.is_dir():
        raise WriteError(f"{path}: this is a folder; give the name of a file in it")
    if not path.parent.is_dir():
        raise WriteError(f"{path}: the folder {path.parent} does not exist; create it or choose another")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise WriteError(f"{path}: {error.strerror or error}; choose a folder you may write to") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(_usual_mode())
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise WriteError(f"{path}: {error.strerror or error}; choose a folder you may write to") from error


def _usual_mode() -> int:
    """Return the permissions that the user's new files get; a temporary file has narrower ones."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
