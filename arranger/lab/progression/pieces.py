"""Training and validation data of the progression model: sopranos with the chords and basses under them.

The harmony of a chorale or hymn is that of `theory.analysis.analyse` on all four voices, taken where each beat begins.
Only the lists ``train`` and ``valid`` of the splits are used, never the test lists.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from arranger.models.chords.features import chord_number, features_of, references_of
from arranger.models.progression.vocabulary import FINGERPRINT, QUALITY_NAMES, STYLES
from corpora.cache import Arrays, cached_arrays
from corpora.chorales import CHORALES, read_chorale
from corpora.hymns import HYMNS, read_hymn
from theory.analysis import RomanNumeral, analyse
from theory.harmony.evidence import evidence_of
from theory.notation.score import Score
from theory.types import Floats32, Ints
from theory.values import Value

SPLITS = ("train", "valid")
_MADE_BY = 1  # raise it when other code would make other examples


@dataclass(frozen=True, eq=False, repr=False)
class ProgressionExample(Value):
    """A tune with its progression, encoded for the network. T slots."""

    style: str
    features: Floats32  # (T, COLUMNS)
    tokens: Ints  # (T, 3) root, quality, inversion; -1 where unknown


def scores(split: str, hymns: Path | None) -> Iterator[tuple[str, Score]]:
    """Yield (style, score) of the chorales and hymns of ``train`` or ``valid``."""
    for name in CHORALES.names(split):
        yield "chorale", read_chorale(name)
    if hymns:
        for name in HYMNS.names(split):
            yield "hymn", read_hymn(hymns, name)


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


def load_examples(split: str, hymns: Path | None, cache: Path) -> list[ProgressionExample]:
    """Return the examples of a split, read once and kept in the cache."""
    arrays = cached_arrays(cache / "progression" / split, _digest(hymns), partial(_encoded, split, hymns))
    ends = arrays["end"][:-1]
    columns = (np.split(arrays[name], ends) for name in ("features", "tokens"))
    return [ProgressionExample(str(style), *each) for style, *each in zip(arrays["style"], *columns, strict=True)]


def _encoded(split: str, hymns: Path | None) -> Arrays:
    found = [example_of(score, style) for style, score in scores(split, hymns)]
    return {
        "features": np.concatenate([one.features for one in found]),
        "tokens": np.concatenate([one.tokens for one in found]),
        "end": np.cumsum([len(one.tokens) for one in found]),
        "style": np.array([one.style for one in found]),
    }


def _digest(hymns: Path | None) -> str:
    parts = (FINGERPRINT, _MADE_BY, CHORALES.split_digest, HYMNS.split_digest if hymns else "")
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
