"""A user's own folder of four-part scores as one more training corpus, for instance a choir's own style.

Every file that `arranger.formats.reading` reads and that has four parts, from high to low, is used; the others are left
out and reported. A tenth of the scores, at least one, is held out for validation, chosen by a digest of their
names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from arranger.formats.reading import read_score
from arranger.lab.part.pieces import cached_views
from corpora.views import Views
from theory.notation.score import Score

FEWEST = 4  # scores: fewer are not enough for training and validation
_SUFFIXES = {".mxl", ".musicxml", ".xml", ".abc", ".krn", ".mid", ".midi"}
_PARTS = 4


@dataclass(frozen=True)
class OwnScores:
    """The views of each score by name, and for each score left out the reason."""

    train: dict[str, Views]
    valid: dict[str, Views]
    left_out: tuple[str, ...]


def load_own_scores(folder: Path, cache: Path) -> OwnScores:
    """Return the four-part scores in a folder and its subfolders. Raises ValueError if there are too few."""
    found: dict[str, Views] = {}
    left_out = []
    for path in score_files(folder):
        name = f"{path.stem}-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
        try:
            found |= cached_views(cache / "own", [name], partial(_four_parts, path))
        except ValueError as error:
            left_out.append(str(error))
    if len(found) < FEWEST:
        why = f" ({left_out[0]})" if left_out else ""
        raise ValueError(f"{folder}: {len(found)} four-part scores; training needs at least {FEWEST}{why}")
    kept = set(_by_chance(list(found))[: max(1, len(found) // 10)])
    return OwnScores(
        train={name: views for name, views in found.items() if name not in kept},
        valid={name: views for name, views in found.items() if name in kept},
        left_out=tuple(left_out),
    )


def score_files(folder: Path) -> Iterator[Path]:
    """Yield the score files in a folder and its subfolders, sorted by path."""
    yield from sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES and path.is_file())


def _four_parts(path: Path, _: str) -> Score:
    score = read_score(path)
    if len(score.parts) != _PARTS:
        raise ValueError(f"{path}: has {len(score.parts)} parts, not four")
    return score


def _by_chance(names: list[str]) -> list[str]:
    """Return names in a fixed pseudo-random order: that of their digests."""
    return sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
