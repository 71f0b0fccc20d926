"""How well the melody network predicts the next note of a tune, compared with n-grams.

Prints nats per note (duration plus pitch, rests are notes; mean over all events of the held-out tunes)
for the shipped network and for an interpolated 5-gram with the same features: pitch relative to the key
and duration of up to four previous events, position in the bar, meter, mode, and position in the phrase; neither
is given chords. The 5-gram is interpolated after Jelinek and Mercer (1980), level by level, with weights that
depend on the count of the history and are fitted on *valid* by expectation maximisation (absolute
discounting was tried and is worse: long histories with many features are nearly always seen once). The
second 5-gram also gets the features of the network's lookback: the events at the same position one, two, four
and eight bars ago.

    python -m benchmarks.measure.melody_model --data-hymns hymns/ --data-scores scores/ --also lieder ...
    python -m benchmarks.measure.melody_model --books [--test]     # the network alone, on each book of tunes

The 5-grams count the training tunes of the corpora that are named, which are those that the network was trained on.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from arranger.lab.melody.encoded import EncodedTune
from arranger.lab.melody.sources import tunes_for
from arranger.lab.melody.tunes import load_tunes
from arranger.lab.training.request import TrainingRequest
from arranger.models.melody.events import Events
from arranger.models.melody.runtime import WEIGHTS, MelodyModel
from arranger.models.melody.vocabulary import CHORD_COLUMNS, LENGTHS, PITCHES
from theory.types import Floats, Ints

_SUREST = 0.999  # largest weight of a level, so that unseen tokens keep a positive probability

_OFFSET, _METER, _MINOR, _LEFT, _DONE, _FOLLOWING = range(6)
_RECALLED = {bars: (9 + 3 * index, 10 + 3 * index) for index, bars in enumerate((1, 2, 4, 8))}


@dataclass(frozen=True)
class Rows:
    """The N events of several tunes, each with the four events before it."""

    context: Ints  # (N, column)
    pitch: Ints  # (N, 5): of the event, the one before it ...
    length: Ints  # (N, 5), likewise


def rows_of(tunes: Sequence[EncodedTune]) -> Rows:
    """Return all events of the tunes."""
    return Rows(
        np.concatenate([tune.events.context for tune in tunes]),
        np.concatenate([_lagged(tune.events.pitch, PITCHES) for tune in tunes]),
        np.concatenate([_lagged(tune.events.length, LENGTHS) for tune in tunes]),
    )


def _lagged(tokens: Ints, nothing: int) -> Ints:
    padded = np.concatenate([np.full(4, nothing), tokens])
    return np.stack([padded[4 - lag : len(padded) - lag] for lag in range(5)], axis=1)


def length_histories(rows: Rows, *, lookback: bool) -> list[Ints]:
    """Return the histories (N,) of each level of the durations' 5-gram, the shortest first."""
    told, pitch, length = rows.context, rows.pitch, rows.length
    columns = [told[:, _METER], told[:, _OFFSET], told[:, _LEFT], length[:, 1], length[:, 2], pitch[:, 1]]
    columns += [told[:, _DONE], length[:, 3], length[:, 4], pitch[:, 2]]
    sizes = (2, 3, 4, 5, 6, 7, 8, 9, 10)
    found = [_hashed(columns[:size]) for size in sizes]
    return found + _recalled(rows, columns[:4], 1) if lookback else found


def pitch_histories(rows: Rows, *, lookback: bool) -> list[Ints]:
    """Return the histories (N,) of each level of the pitches' 5-gram, the shortest first."""
    told, pitch, length = rows.context, rows.pitch, rows.length
    columns = [told[:, _MINOR], pitch[:, 1], told[:, _LEFT], told[:, _FOLLOWING], pitch[:, 2], length[:, 0]]
    columns += [told[:, _OFFSET], pitch[:, 3], pitch[:, 4], told[:, _METER]]
    sizes = (1, 2, 4, 5, 6, 7, 8, 9, 10)
    found = [_hashed(columns[:size]) for size in sizes]
    return found + _recalled(rows, columns[:5], 0) if lookback else found


def _recalled(rows: Rows, columns: list[Ints], which: int) -> list[Ints]:
    """Return histories with the event at this position some bars ago, and whether the previous events agree too."""
    found = []
    for bars in (8, 4, 2, 1):
        column = _RECALLED[bars][which]
        found.append(_hashed([*columns, rows.context[:, column], rows.context[:, _RECALLED[bars][1] + 1]]))
    every = [rows.context[:, _RECALLED[bars][which]] for bars in (1, 2, 4, 8)]
    return [*found, _hashed([*columns, *every])]


def _hashed(columns: Sequence[Ints]) -> Ints:
    """Return a hash of each row of several columns, (N,)."""
    total = np.full(len(columns[0]), len(columns), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for column in columns:
            total = (total ^ column.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
            total ^= total >> np.uint64(29)
    return total.view(np.int64)


class Level:
    """The counts of tokens after histories."""

    def __init__(self, history: Ints, token: Ints) -> None:
        self.pairs, self.counts = np.unique(_hashed([history, token]), return_counts=True)
        self.histories, totals = np.unique(history, return_counts=True)
        self.totals = totals

    def likelihood(self, history: Ints, token: Ints) -> tuple[Floats, Ints]:
        """Return the relative frequencies of tokens after histories, and the log2 class of the histories' counts."""
        index = np.minimum(np.searchsorted(self.histories, history), len(self.histories) - 1)
        total = np.where(self.histories[index] == history, self.totals[index], 0)
        pair = _hashed([history, token])
        index = np.minimum(np.searchsorted(self.pairs, pair), len(self.pairs) - 1)
        count = np.where(self.pairs[index] == pair, self.counts[index], 0)
        return count / np.maximum(total, 1), np.ceil(np.log2(total + 1)).astype(np.int64)


def mixed(likelihood: Floats, seen: Ints, lower: Floats, weights: Floats) -> Floats:
    """Return a level's frequencies interpolated with the probabilities of the level below."""
    return weights[seen] * likelihood + (1 - weights[seen]) * lower


def fitted_weights(likelihood: Floats, seen: Ints, lower: Floats) -> Floats:
    """Return the maximum-likelihood weights per count class, by expectation maximisation; 0 for unseen histories."""
    weights = np.full(32, 0.5)
    weights[0] = 0
    for _ in range(30):
        share = weights[seen] * likelihood / np.maximum(mixed(likelihood, seen, lower, weights), 1e-12)
        count = np.bincount(seen, minlength=32)
        weights = np.where(count > 0, np.bincount(seen, share, 32) / np.maximum(count, 1), weights)
        weights[0] = 0
    return np.minimum(weights, _SUREST)


def ngram_nats(train: Rows, valid: Rows, held_out: Rows, *, lookback: bool) -> tuple[float, float]:
    """Return nats per note of durations and of pitches; interpolation weights are fitted on ``valid``."""
    nats = []
    for histories, tokens, count in ((length_histories, "length", LENGTHS), (pitch_histories, "pitch", PITCHES)):
        known, tuned, asked = (getattr(rows, tokens)[:, 0] for rows in (train, valid, held_out))
        below, found = np.full(len(tuned), 1 / count), np.full(len(asked), 1 / count)
        every = [histories(rows, lookback=lookback) for rows in (train, valid, held_out)]
        for seen, tuning, asking in zip(*every, strict=True):
            level = Level(seen, known)
            likelihood, often = level.likelihood(tuning, tuned)
            weights = fitted_weights(likelihood, often, below)
            below = mixed(likelihood, often, below, weights)
            likelihood, often = level.likelihood(asking, asked)
            found = mixed(likelihood, often, found, weights)
        nats.append(float(-np.log(found).mean()))
    return nats[0], nats[1]


def network_nats(model: MelodyModel, tunes: Sequence[EncodedTune]) -> tuple[float, float]:
    """Return a network's nats per note of durations and of pitches, without chords."""
    surprises = []
    for tune in tunes:
        context = tune.events.context.copy()
        context[:, CHORD_COLUMNS] = 0
        surprises.append(model.surprise(Events(context, tune.events.pitch, tune.events.length)))
    length, pitch = np.concatenate(surprises).astype(np.float64).mean(axis=0)
    return float(length), float(pitch)


def compared(model: MelodyModel, train: Sequence[EncodedTune], valid: Sequence[EncodedTune]) -> None:
    """Print nats per note of the network and of 5-grams of the training tunes, on the validation tunes."""
    seen, asked = rows_of(train), rows_of(valid)
    figures = {
        name: ngram_nats(seen, asked, asked, lookback=lookback)
        for name, lookback in (("5-gram", False), ("5-gram and lookback", True))
    }
    figures["network"] = network_nats(model, valid)
    print(f"{len(valid)} valid tunes, {len(asked.pitch)} notes; nats per note")
    for name, (length, pitch) in figures.items():
        lower = 1 - (length + pitch) / sum(figures["5-gram"])
        print(
            f"{name:20} {length + pitch:.4f} (duration {length:.4f}, pitch {pitch:.4f}), {lower:.1%} below the 5-gram"
        )


def by_corpus(model: MelodyModel, tunes: Sequence[EncodedTune]) -> None:
    """Print a network's nats per note on the tunes of each corpus, and on all of them."""
    for name in (*sorted({tune.source for tune in tunes}), "all"):
        chosen = [tune for tune in tunes if name in (tune.source, "all")]
        length, pitch = network_nats(model, chosen)
        notes = sum(len(tune.events.pitch) for tune in chosen)
        print(f"{name:18} {len(chosen):4} tunes {notes:6} notes {length + pitch:.4f} ({length:.4f} + {pitch:.4f})")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"), help="folder of the encoded tunes")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of the network's weights")
    parser.add_argument("--data-hymns", type=Path, help="folder of hymns")
    parser.add_argument("--data-scores", type=Path, help="folder that holds the folders of further corpora")
    parser.add_argument("--also", action="append", default=[], help="further corpus, as for `arranger train`")
    parser.add_argument("--books", action="store_true", help="measure on the tune books of music21's corpus instead")
    parser.add_argument("--test", action="store_true", help="with --books: their test tunes; for final figures only")
    options = parser.parse_args(arguments)
    model = MelodyModel.load(options.weights)
    if options.books:
        by_corpus(model, load_tunes("test" if options.test else "valid", options.cache))
        return
    request = TrainingRequest(
        Path("-"),
        network="melody",
        data_hymns=options.data_hymns,
        data_scores=options.data_scores,
        also=tuple(options.also),
        cache=options.cache,
    )
    train, valid = tunes_for(request)
    compared(model, train, valid)
    by_corpus(model, valid)


if __name__ == "__main__":
    main()
