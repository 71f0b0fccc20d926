"""The pieces a part model learns from and is measured on."""

from __future__ import annotations

from collections.abc import Iterable
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


def load_pieces(split: str, hymns: Path | None, cache: Path) -> list[Piece]:
    """Return the chorales and, from their folder, the hymns of a split, read once and kept as arrays in the cache."""
    found = cached_views(cache / "chorales", CHORALES.names(split), read_chorale)
    pieces = pieces_of(found, "chorale")
    if hymns is not None:
        pieces += pieces_of(cached_views(cache / "hymns", HYMNS.names(split), partial(read_hymn, hymns)), "hymn")
    return pieces


def pieces_of(views: dict[str, Views], style: str) -> list[Piece]:
    """Return scores of one style as pieces."""
    return [Piece(name, style, each) for name, each in views.items()]


def styles_of(pieces: Iterable[Piece]) -> tuple[str, ...]:
    """Return the styles of pieces, sorted."""
    return tuple(sorted({piece.style for piece in pieces}))
