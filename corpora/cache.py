"""Views of a corpus's scores, kept as arrays so that training starts at once.

One ``.npz`` a score, without pickles. A file is made anew when the digest of what makes it changes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path

import numpy as np

from corpora import encode, views
from corpora.views import View, ViewKey, views_of
from theory.harmony import estimate
from theory.music21_bridge import reading as bridge
from theory.notation import chord, phrase
from theory.notation.score import Score
from theory.slices import texture

Views = dict[ViewKey, View]

_MAKERS = (encode, views, chord, estimate, phrase, texture, bridge)
# taken once, so that a file edited while a program runs does not name what the older code made
DIGEST = hashlib.sha256(b"".join(Path(module.__file__ or "").read_bytes() for module in _MAKERS)).hexdigest()[:12]


def cached_views(folder: Path, names: Iterable[str], read: Callable[[str], Score]) -> dict[str, Views]:
    """Return the views of each named score, read and kept in a folder where they are not there yet."""
    found: dict[str, Views] = {}
    for name in names:
        path = folder / f"{name}-{DIGEST}.npz"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)  # names may hold folders
            write_views(path, views_of(read(name)))
        found[name] = read_views(path)
    return found


def write_views(path: Path, scored: Views) -> None:
    """Write the views of one score, all laid end to end."""
    keys = [[list(key.known), key.grid, key.chords, key.of_tune] for key in scored]
    columns = View.join(list(scored.values()))
    arrays = {field.name: getattr(columns, field.name) for field in fields(View)}
    temporary = path.with_suffix(f".{os.getpid()}.part")  # several processes may make the same file
    with temporary.open("wb") as file:
        np.savez_compressed(
            file,
            view_keys=np.array(json.dumps(keys)),
            view_lengths=np.array([len(view.bar) for view in scored.values()]),
            **arrays,
        )
    temporary.replace(path)


def read_views(path: Path) -> Views:
    """Read what `write_views` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        columns = View(**{field.name: stored[field.name] for field in fields(View)})
        keys = [ViewKey(tuple(known), *clock) for known, *clock in json.loads(str(stored["view_keys"]))]
        ends = np.cumsum(stored["view_lengths"])
    starts = np.insert(ends[:-1], 0, 0)
    return {key: columns.rows(slice(start, end)) for key, start, end in zip(keys, starts, ends, strict=True)}
