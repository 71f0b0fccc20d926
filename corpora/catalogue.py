"""The catalogue: all corpora that models are trained on and that results are measured on.

Each is declared in the module that reads its scores; `corpora.corpus` says what a declaration holds.
"""

from __future__ import annotations

from corpora.chorales import CHORALES
from corpora.corpus import Corpus
from corpora.hymns import HYMNS
from corpora.monteverdi import MADRIGALS
from corpora.palestrina import MASSES
from corpora.quartets import BEETHOVEN, QUARTETS
from corpora.score_sets import SCORE_SETS
from corpora.tunes import TUNE_BOOKS

CORPORA: tuple[Corpus, ...] = (
    CHORALES,
    HYMNS,
    QUARTETS,
    MASSES,
    MADRIGALS,
    BEETHOVEN,
    *SCORE_SETS,
    *TUNE_BOOKS,
)
