"""Fits the weights of the key regions to human analyses, and writes theory/harmony/key_weights.json or cross-validates.

    python -m benchmarks.make.fit_key_regions bach_split.json theory/harmony/key_weights.json
    python -m benchmarks.make.fit_key_regions bach_split.json - FOLDS        cross-validation only

There are two sets of weights: for the chorales of the training and validation lists, and for Monteverdi's third book
of madrigals. Keys are fitted given the estimated chords, or given the human chords if score and analysis are of
different editions (`benchmarks.measure.roman_numerals`). The weights maximise the L2-regularised likelihood of the
analysts' keys under the conditional random field (L-BFGS).

Cross-validation: the pieces are divided into FOLDS sets (by default one per piece). Each set in turn is left out of
the fit and then analysed; each of its pieces is also left out of the counted successions by which its chords are
estimated. Pieces whose editions differ are never left out, since agreement cannot be measured on them.
"""

from __future__ import annotations

import json
import sys
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
from scipy.optimize import minimize

from benchmarks.make.count_progressions import analysed_successions
from benchmarks.measure.roman_numerals import FITS, Agreement, compare, human_labels, our_labels
from corpora.roman_analyses import AnalysedChord, AnalysedPiece, analysed_pieces, madrigal_analyses, roman_analyses
from theory.analysis import analyse
from theory.harmony import key_regions
from theory.harmony import states as harmony_states
from theory.harmony.evidence import Evidence, evidence_of
from theory.harmony.key_features import NAMES, KeyFeatures, key_features
from theory.harmony.key_regions import posteriors, potentials
from theory.harmony.path import best_path
from theory.harmony.states import KEYS, state_degrees
from theory.types import Floats

LISTS, BOOK = ("train", "valid"), 3
PULL = {"chorale": 1.0, "madrigal": 3.0}  # L2 penalties, chosen by cross-validation among 0.5, 1, 2 and 3, 10
DIGITS = 3  # decimals of the written weights
SOURCE = (
    "benchmarks/make/fit_key_regions.py: human Roman-numeral analyses in music21's corpus, chorales of the training "
    "and validation lists (Andrew Jones, Dmitri Tymoczko, Hamish Robb) and Monteverdi's third book of madrigals (Noam "
    "D. Elkies, Ian Quinn, Jon Wild, Steve Taylor and others)"
)


@dataclass(frozen=True)
class Example:
    """An analysed piece, its features, and the human key of each slot."""

    piece: AnalysedPiece
    counted: tuple[AnalysedChord, ...]  # the piece's chords in the counted successions; empty if it was not counted
    features: KeyFeatures
    keys: tuple[int, ...]


@contextmanager
def left_out(chords: Sequence[AnalysedChord], manner: str) -> Iterator[None]:
    """Remove the successions of an analysis from the counts within the context."""
    changed = [(harmony_states.counts()[manner][mode][one], other) for mode, one, other in analysed_successions(chords)]
    _add(changed, -1)
    try:
        yield
    finally:
        _add(changed, 1)


def _add(changed: Sequence[tuple[dict[str, float], str]], number: int) -> None:
    for row, after in changed:
        row[after] += number
    harmony_states.forget_costs()


def example_of(piece: AnalysedPiece, counted: tuple[AnalysedChord, ...]) -> Example:
    """Return a piece as a training example; its chords are estimated without its own successions in the counts."""
    evidence = evidence_of(piece.score)
    chords = list(_human_chords(piece.chords, evidence))
    if piece.fit < FITS:
        path = _human_path(chords)
    else:
        with left_out(counted, piece.manner):
            path = best_path(evidence)
    keys = tuple(KEYS.index((chord.tonic, chord.mode)) for chord in chords)
    return Example(piece, counted, key_features(evidence, path), keys)


def _human_chords(chords: Sequence[AnalysedChord], evidence: Evidence) -> Iterator[AnalysedChord]:
    """Yield the human chord in the middle of each slot."""
    starts = [chord.onset_quarter for chord in chords]
    ends = (*evidence.onset_quarter[1:], evidence.end_quarter)
    for onset, end in zip(evidence.onset_quarter, ends, strict=True):
        yield chords[max(bisect_left(starts, (onset + end) / 2) - 1, 0)]


def _human_path(chords: Sequence[AnalysedChord]) -> list[int]:
    """Return human chords as states; a chord outside the harmony graph takes the state of the chord before it."""
    numbers = {(key, degree.name): state for state, (key, degree) in enumerate(state_degrees())}
    states = [numbers.get((KEYS.index((chord.tonic, chord.mode)), chord.name)) for chord in chords]
    known = next(state for state in states if state is not None)
    return [known := known if state is None else state for state in states]


def fit(examples: Sequence[Example], pull: float) -> Floats:
    """Return the weights of `theory.harmony.key_features.NAMES` that maximise the penalised likelihood."""

    def cost(weights: Floats) -> tuple[float, Floats]:
        each = [cost_of(example, weights) for example in examples]
        total = sum(one for one, _ in each) + 0.5 * pull * float(weights @ weights)
        return total, np.sum([gradient for _, gradient in each], axis=0) + pull * weights

    found = minimize(cost, np.zeros(len(NAMES)), jac=True, method="L-BFGS-B", options={"maxiter": 60})
    return np.round(found.x, DIGITS)


def cost_of(example: Example, weights: Floats) -> tuple[float, Floats]:
    """Return the negative log-likelihood of the human keys and its gradient, expected minus observed features."""
    local, change = potentials(example.features, weights)
    forward, backward, whole = posteriors(local, change)
    keys, slots = np.array(example.keys), np.arange(len(local))
    there = local[slots, keys].sum() + change[slots[:-1], keys[:-1], keys[1:]].sum()
    key_odds = np.exp(forward + backward - whole)
    ahead = local[1:] + backward[1:]
    pair_odds = np.exp(forward[:-1, :, None] + change + ahead[:, None, :] - whole)
    key_odds[slots, keys] -= 1
    pair_odds[slots[:-1], keys[:-1], keys[1:]] -= 1
    return whole - float(there), _summed(example.features, key_odds, pair_odds)


def _summed(features: KeyFeatures, keys: Floats, pairs: Floats) -> Floats:
    """Return the sums of the features weighted by keys (slot, key) and by changes of key (slot - 1, old, new)."""
    changes = pairs * (1 - np.eye(len(KEYS)))
    return np.concatenate([
        np.tensordot(keys, features.local, 2),
        changes.sum(axis=(1, 2)) @ features.moment,
        np.tensordot(changes.sum(axis=1), features.arriving, 2),
        np.tensordot(changes.sum(axis=2), features.leaving, 2),
        np.tensordot(changes.sum(axis=0), features.pair, 2),
    ])  # fmt: skip


def agreement(example: Example, weights: Mapping[str, Floats]) -> Agreement:
    """Return the agreement of the analysis with these weights, the piece left out of the counted successions."""
    with left_out(example.counted, example.piece.manner), patch.object(key_regions, "key_weights", weights.__getitem__):
        found = our_labels(analyse(example.piece.score).chords)
    return compare(human_labels(example.piece.chords), found, example.piece.score.end_quarter)


def cross_validated(examples: Sequence[Example], folds: int, others: Mapping[str, Floats]) -> Agreement:
    """Return the cross-validated agreement on the pieces of one manner in ``folds`` sets; 0: one set per piece.

    ``others`` are the weights of the other manner, for pieces that are taken for it.
    """
    total = Agreement()
    fitting = [example for example in examples if example.piece.fit >= FITS]
    folds = folds or len(fitting)
    for fold in range(folds):
        out = {example.piece.name for example in fitting[fold::folds]}
        rest = [example for example in examples if example.piece.name not in out]
        weights = {**others, rest[0].piece.manner: fit(rest, PULL[rest[0].piece.manner])}
        for example in fitting[fold::folds]:
            found = agreement(example, weights)
            print(f"  {example.piece.name:14} {found}", flush=True)
            total.add(found)
    return total


def read_examples(split: dict[str, list[str]]) -> list[Example]:
    """Return the pieces that weights may be fitted on."""
    counted = {**dict(roman_analyses(split, ["train"])), **dict(madrigal_analyses([BOOK]))}
    pieces = analysed_pieces(split, LISTS, [BOOK])
    return [example_of(piece, counted.get(piece.name, ())) for piece in pieces]


def main(split_path: str, out_path: str, folds: str = "0") -> None:
    """Fit and write the weights, or cross-validate if the path is ``-``."""
    examples = read_examples(json.loads(Path(split_path).read_text()))
    groups = {manner: [example for example in examples if example.piece.manner == manner] for manner in PULL}
    if out_path != "-":
        tables = {
            manner: dict(zip(NAMES, fit(group, PULL[manner]).tolist(), strict=True)) for manner, group in groups.items()
        }
        text = json.dumps({"source": SOURCE, "weights": tables}, indent=1, ensure_ascii=False)
        Path(out_path).write_text(text + "\n")
        return
    weights = {manner: key_regions.key_weights(manner) for manner in PULL}
    for manner, group in groups.items():
        found = cross_validated(group, int(folds), weights)
        print(f"{manner} ({found.quarters:.0f} quarters)\n  {found}")


if __name__ == "__main__":
    main(*sys.argv[1:4])
