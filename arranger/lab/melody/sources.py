"""Which tunes a run of the melody model learns from and is chosen by.

Always the sopranos of the chorales; those of the hymns and the tunes of other corpora if they are asked for. Lists
named ``test`` are read only to keep relatives of their tunes away.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from arranger.lab.melody.encoded import EncodedTune, without_relatives
from arranger.lab.melody.score_tunes import Read, load_score_tunes
from arranger.lab.melody.tunes import load_tunes
from arranger.lab.training.request import TrainingRequest
from corpora.chorales import CHORALES, read_chorale
from corpora.corpus import Corpus
from corpora.hymns import HYMNS, read_hymn
from corpora.score_sets import SCORE_SETS, set_reader
from corpora.tunes import TUNE_BOOKS

_BOOKS = {books.name for books in TUNE_BOOKS}
_SETS = {each.name: each for each in SCORE_SETS}


def tunes_for(request: TrainingRequest) -> tuple[list[EncodedTune], list[EncodedTune]]:
    """Return a run's training and validation tunes; no training tune is of a family with one that is held out.

    Raises ValueError if ``--also`` names a corpus that has no tunes, or that is in no folder.
    """
    scores = [*_scores(request)]
    books = set(request.also) & _BOOKS
    train, valid = (
        [tune for corpus, read in scores for tune in load_score_tunes(corpus, read, split, request.cache)]
        + [tune for tune in _tunes_of(books, split, request) if tune.source in books]
        for split in ("train", "valid")
    )
    held_out = [*valid, *(tune for split in ("valid", "test") for tune in _tunes_of(books, split, request))]
    return without_relatives(train, held_out), valid


def _tunes_of(books: set[str], split: str, request: TrainingRequest) -> list[EncodedTune]:
    """Return the tunes of all books, if any book is asked for: families go across books."""
    return load_tunes(split, request.cache) if books else []


def _scores(request: TrainingRequest) -> Iterator[tuple[Corpus, Read]]:
    """Yield the corpora of scores whose top voices are tunes, each with its reader."""
    yield CHORALES, read_chorale
    if request.data_hymns is not None:
        yield HYMNS, partial(read_hymn, request.data_hymns)
    for name in request.also:
        if name in _BOOKS:
            continue
        if name not in _SETS:
            raise ValueError(f"--also {name}: --network melody does not learn from it; leave it out")
        if request.data_scores is None:
            raise ValueError(f"--also {name}: give the folder that holds {name}/ with --data-scores")
        yield _SETS[name], set_reader(_SETS[name], request.data_scores)
