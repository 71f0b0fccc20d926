"""Training and validation data of the progression model: sopranos with the chords and basses under them.

The pieces are chorales, hymns, and sets of scores in a style that the model knows. Their harmony is that of
`theory.analysis.analyse` on all four voices, taken where each beat begins. Only the lists ``train`` and ``valid`` of
the splits are used, never the test lists.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from arranger.lab.part.pieces import sources
from arranger.lab.training.request import TrainingRequest
from arranger.models.chords.features import chord_number, features_of, references_of
from arranger.models.progression.vocabulary import FINGERPRINT, QUALITY_NAMES, STYLES
from corpora.cache import Arrays, cached_arrays
from corpora.corpus import Corpus
from corpora.score_sets import CAROLS, MUTOPIA, PART_SONGS
from theory.analysis import RomanNumeral, analyse
from theory.harmony.evidence import evidence_of
from theory.notation.score import Score
from theory.types import Floats32, Ints
from theory.values import Value

Source = tuple[Corpus, Callable[[str], Score]]

SPLITS = ("train", "valid")
_PART_SONGS = (MUTOPIA, CAROLS, PART_SONGS)
_MADE_BY = 2  # raise it when other code would make other examples


@dataclass(frozen=True, eq=False, repr=False)
class ProgressionExample(Value):
    """A tune with its progression, encoded for the network. T slots."""

    style: str
    features: Floats32  # (T, COLUMNS)
    tokens: Ints  # (T, 3) root, quality, inversion; -1 where unknown


def corpora_of(request: TrainingRequest) -> list[Source]:
    """Return the corpora that a run learns from, each with its reader.

    Raises ValueError for a corpus in a style that the model does not know.
    """
    found = [*sources(request.data_hymns, also=request.also, scores=request.data_scores)]
    for corpus, _ in found:
        if style_of(corpus) not in STYLES:
            raise ValueError(f"--also {corpus.name}: the progression model has no style {corpus.style}; leave it out")
    return found


def style_of(corpus: Corpus) -> str:
    """Return the style of a corpus: harmony in carols and part-songs is not that of the hymnal."""
    return "part-song" if corpus in _PART_SONGS else corpus.style


def example_of(score: Score, style: str) -> ProgressionExample:
    """Return a setting in four voices as an example."""
    tune = replace(score, parts=score.parts[:1], chords=())
    evidence = evidence_of(tune, (0,))
    chords = analyse(replace(score, chords=())).chords
    starts = [chord.start_quarter for chord in chords]
    tokens = np.full((len(evidence.onset_quarter), 3), -1, dtype=np.int64)
    for slot, (time, reference) in enumerate(
        zip(evidence.onset_quarter, references_of(evidence).tolist(), strict=True)
    ):
        index = bisect_right(starts, time) - 1
        if index >= 0 and chords[index].end_quarter > time:
            tokens[slot] = _token(chords[index], reference)
    return ProgressionExample(style, features_of(tune, style, STYLES), tokens)


def _token(chord: RomanNumeral, reference: int) -> tuple[int, int, int]:
    number = chord_number(chord.symbol, reference)
    return (-1, -1, -1) if number < 0 else (*divmod(number, len(QUALITY_NAMES)), chord.inversion)


def load_examples(split: str, chosen: Sequence[Source], cache: Path) -> list[ProgressionExample]:
    """Return the examples of a split, read once and kept in the cache."""
    arrays = cached_arrays(cache / "progression" / split, _digest(chosen), partial(_encoded, split, chosen))
    ends = arrays["end"][:-1]
    columns = (np.split(arrays[name], ends) for name in ("features", "tokens"))
    return [ProgressionExample(str(style), *each) for style, *each in zip(arrays["style"], *columns, strict=True)]


def _encoded(split: str, chosen: Sequence[Source]) -> Arrays:
    found = [example_of(read(name), style_of(corpus)) for corpus, read in chosen for name in corpus.names(split)]
    return {
        "features": np.concatenate([one.features for one in found]),
        "tokens": np.concatenate([one.tokens for one in found]),
        "end": np.cumsum([len(one.tokens) for one in found]),
        "style": np.array([one.style for one in found]),
    }


def _digest(chosen: Sequence[Source]) -> str:
    parts = (FINGERPRINT, _MADE_BY, *((corpus.name, corpus.split_digest) for corpus, _ in chosen))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
