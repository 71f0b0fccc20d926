"""Caches arrays that take long to compute in a file, so that training starts quickly.

The name of the file holds a digest of what made the arrays (code, names and contents of sources), so they are made
again when that changes.
"""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]

_NAMES = "names of all arrays"  # one more array of the file, which tells whether the others are all there
_DAMAGED = (BadZipFile, zlib.error, ValueError, EOFError, KeyError, RuntimeError, OSError)


def cached_arrays(path: Path, digest: str, make: Callable[[], Arrays]) -> Arrays:
    """Return the named arrays that ``make`` returns, from the file ``path-digest.npz`` if they were made before.

    The file holds no pickles. It is written atomically, under another name and then renamed, so several processes may
    make it at once. A damaged file is made again.
    """
    file = path.with_name(f"{path.name}-{digest}.npz")
    if file.exists():
        found = _arrays_in(file.read_bytes())
        if found is not None:
            return found
    arrays = make()
    kept: dict[str, Any] = {**arrays, _NAMES: np.array(sorted(arrays))}
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f"{file.name}.{os.getpid()}.part")
    with temporary.open("wb") as stream:
        np.savez_compressed(stream, **kept)
    temporary.replace(file)
    return arrays


def _arrays_in(data: bytes) -> Arrays | None:
    """Return the arrays of an .npz file, or None if it is damaged; zipfile compares the checksum of each array."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        names = arrays.pop(_NAMES).tolist()
    except _DAMAGED:
        return None
    return arrays if sorted(arrays) == names else None
