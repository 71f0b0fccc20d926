"""Caches arrays (columns) in a folder and memory-maps them when they are needed.

Each column is one ``.npy`` file. ``columns.json`` holds the caller's digest and the checksum of each file; if either
differs, the columns are made again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = dict[str, NDArray[Any]]


def cached_columns(folder: Path, digest: str, make: Callable[[], Mapping[str, NDArray[Any]]]) -> Columns:
    """Return the columns of a folder, memory-mapped; they are made if missing, out of date or damaged."""
    if not _is_whole(folder, digest):
        write_columns(folder, digest, make())
    names = json.loads((folder / "columns.json").read_text(encoding="utf-8"))["sha256"]
    return {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in names}


def write_columns(folder: Path, digest: str, columns: Mapping[str, NDArray[Any]]) -> None:
    """Write columns and, last, the file of checksums that marks them as complete."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, column in columns.items():
        np.save(folder / f"{name}.npy", column, allow_pickle=False)
    sums = {name: _checksum(folder / f"{name}.npy") for name in columns}
    (folder / "columns.json").write_text(json.dumps({"digest": digest, "sha256": sums}, indent=2), encoding="utf-8")


def _is_whole(folder: Path, digest: str) -> bool:
    path = folder / "columns.json"
    if not path.exists():
        return False
    told = json.loads(path.read_text(encoding="utf-8"))
    files = {name: folder / f"{name}.npy" for name in told["sha256"]}
    return bool(told["digest"] == digest) and all(
        file.exists() and _checksum(file) == told["sha256"][name] for name, file in files.items()
    )


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
