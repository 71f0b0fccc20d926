"""The pieces that part models are trained and evaluated on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from corpora import encode, views
from corpora.cache import Arrays, cached_arrays
from corpora.chorales import CHORALES, read_chorale
from corpora.corpus import Corpus
from corpora.hymns import HYMNS, read_hymn
from corpora.palestrina import MASSES, read_palestrina
from corpora.quartets import QUARTETS, read_quartet
from corpora.views import Views, arrays_of, views_from, views_of
from theory.harmony import estimate
from theory.music21_bridge import reading
from theory.notation import chord, phrase
from theory.notation.score import Score
from theory.slices import texture

ALSO: Mapping[str, tuple[Corpus, Callable[[str], Score]]] = {  # music in other styles that comes with music21
    "masses": (MASSES, read_palestrina),
    "quartets": (QUARTETS, read_quartet),
}
_MAKERS = (encode, views, chord, estimate, phrase, texture, reading)
# computed on import, so that editing a module during a run does not mislabel what the old code made
_DIGEST = hashlib.sha256(b"".join(Path(module.__file__ or "").read_bytes() for module in _MAKERS)).hexdigest()[:12]


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


def pieces_of(scores: Mapping[str, Views], style: str) -> list[Piece]:
    """Return the views of scores of one style as pieces."""
    return [Piece(name, style, each) for name, each in scores.items()]


def cached_views(folder: Path, names: Iterable[str], read: Callable[[str], Score]) -> dict[str, Views]:
    """Return the views of each named score from the cache folder; missing ones are made with ``read`` and stored."""

    def make(name: str) -> Arrays:
        return arrays_of(views_of(read(name)))

    return {name: views_from(cached_arrays(folder / name, _DIGEST, partial(make, name))) for name in names}
