"""Files that are either written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


class WriteError(Exception):
    """A score could not be written; the message names the file and the way out."""


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file in one step: to a sibling first, which then takes its name."""
    if path.is_dir():
        raise WriteError(f"{path}: is a folder; give the name of a file in it")
    if not path.parent.is_dir():
        raise WriteError(f"{path}: the folder {path.parent} does not exist; make it or choose another")
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
    """Permissions that a new file of this user gets; a temporary file has narrower ones."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
