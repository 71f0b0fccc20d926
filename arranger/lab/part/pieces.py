"""The pieces that part models are trained and evaluated on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from corpora.cache import Views, cached_views
from corpora.chorales import CHORALES, read_chorale
from corpora.corpus import Corpus
from corpora.hymns import HYMNS, read_hymn
from corpora.palestrina import MASSES, read_palestrina
from corpora.quartets import QUARTETS, read_quartet
from theory.notation.score import Score

ALSO: Mapping[str, tuple[Corpus, Callable[[str], Score]]] = {  # music in other styles that comes with music21
    "masses": (MASSES, read_palestrina),
    "quartets": (QUARTETS, read_quartet),
}


@dataclass(frozen=True)
class Piece:
    """A score as the models see it: its views, and its style."""

    name: str
    style: str
    views: Views


def load_pieces(split: str, hymns: Path | None, cache: Path, *, also: Sequence[str] = ()) -> list[Piece]:
    """Return the pieces of a split: chorales, hymns if a folder is given, and the corpora named in ``also``.

    Scores are read once; their views are kept in the cache folder.
    """
    found = cached_views(cache / "chorales", CHORALES.names(split), read_chorale)
    pieces = pieces_of(found, "chorale")
    if hymns is not None:
        pieces += pieces_of(cached_views(cache / "hymns", HYMNS.names(split), partial(read_hymn, hymns)), "hymn")
    for name in also:
        corpus, read = ALSO[name]
        pieces += pieces_of(cached_views(cache / name, corpus.names(split), read), corpus.style)
    return pieces


def pieces_of(views: dict[str, Views], style: str) -> list[Piece]:
    """Return the views of scores of one style as pieces."""
    return [Piece(name, style, each) for name, each in views.items()]
