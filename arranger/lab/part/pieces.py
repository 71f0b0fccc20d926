"""The pieces that part models are trained and evaluated on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from corpora.score_sets import FOUR_PART_SETS, set_reader
from corpora.views import Views, arrays_of, views_from, views_of
from theory.harmony import estimate
from theory.music21_bridge import reading
from theory.notation import chord, phrase
from theory.notation.score import Score
from theory.slices import texture

_WITH_MUSIC21: Mapping[str, tuple[Corpus, Callable[[str], Score]]] = {
    "masses": (MASSES, read_palestrina),
    "quartets": (QUARTETS, read_quartet),
}
_IN_FOLDER = {each.name: each for each in FOUR_PART_SETS}
ALSO = (*_WITH_MUSIC21, *_IN_FOLDER)  # names of further corpora in four parts
_MAKERS = (encode, views, chord, estimate, phrase, texture, reading)
# computed on import, so that editing a module during a run does not mislabel what the old code made
_DIGEST = hashlib.sha256(b"".join(Path(module.__file__ or "").read_bytes() for module in _MAKERS)).hexdigest()[:12]


@dataclass(frozen=True)
class Piece:
    """A score as the models see it: its views, and its style."""

    name: str
    style: str
    views: Views
    corpus: str = ""  # name in the catalogue; empty for scores of the user


def load_pieces(
    split: str, hymns: Path | None, cache: Path, *, also: Sequence[str] = (), scores: Path | None = None
) -> list[Piece]:
    """Return the pieces of a split: chorales, hymns if a folder is given, and the corpora named in ``also``.

    Scores are read once; their views are kept in the cache folder. Raises ValueError if ``also`` names a corpus that
    is in no folder.
    """
    pieces = []
    for corpus, read in [*sources(hymns, also=also, scores=scores)]:
        views = cached_views(cache / corpus.name, corpus.names(split), read)
        pieces += pieces_of(views, corpus.style, corpus.name)
    return pieces


def sources(
    hymns: Path | None, *, also: Sequence[str] = (), scores: Path | None = None
) -> Iterator[tuple[Corpus, Callable[[str], Score]]]:
    """Yield the chorales, hymns if a folder is given, and the corpora in ``also``, each with its reader.

    ``scores`` holds the folders of `corpora.score_sets`. Raises ValueError if a corpus needs a folder and has none.
    """
    yield CHORALES, read_chorale
    if hymns is not None:
        yield HYMNS, partial(read_hymn, hymns)
    for name in also:
        if name in _WITH_MUSIC21:
            yield _WITH_MUSIC21[name]
        elif name not in ALSO:
            raise ValueError(f"--also {name}: its scores are not in four parts; leave it out")
        elif scores is None:
            raise ValueError(f"--also {name}: give the folder that holds {name}/ with --data-scores")
        else:
            yield _IN_FOLDER[name], set_reader(_IN_FOLDER[name], scores)


def pieces_of(scores: Mapping[str, Views], style: str, corpus: str = "") -> list[Piece]:
    """Return the views of scores of one style as pieces."""
    return [Piece(name, style, each, corpus) for name, each in scores.items()]


def cached_views(folder: Path, names: Iterable[str], read: Callable[[str], Score]) -> dict[str, Views]:
    """Return the views of each named score from the cache folder; missing ones are made with ``read`` and stored."""

    def make(name: str) -> Arrays:
        return arrays_of(views_of(read(name)))

    return {name: views_from(cached_arrays(folder / name, _DIGEST, partial(make, name))) for name in names}
