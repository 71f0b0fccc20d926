"""The pieces a part model learns from and is measured on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from corpora.cache import Views, cached_views
from corpora.catalogue import CHORALES, HYMNS
from corpora.chorales import read_chorale
from corpora.hymns import read_hymn


@dataclass(frozen=True)
class Piece:
    """The views of a score, and its style."""

    name: str
    style: str
    views: Views


def load_pieces(split: str, hymns: Path, cache: Path) -> list[Piece]:
    """Return the chorales and hymns of a split, read once and kept as arrays in the cache folder."""
    chorales = cached_views(cache / "chorales", CHORALES.names(split), read_chorale)
    read = cached_views(cache / "hymns", HYMNS.names(split), partial(read_hymn, hymns))
    return [Piece(name, "chorale", views) for name, views in chorales.items()] + [
        Piece(name, "hymn", views) for name, views in read.items()
    ]
