"""How well the shipped part model foretells the validation pieces, and how fast it runs.

    python benchmarks/part_model.py --data-hymns hymns/ [--weights FOLDER] [--cache FOLDER]

Prints nats and accuracy for chorales and hymns, with and without chord symbols (soprano given,
numpy alone), the share of notes that the clocks of training snap or drop, and milliseconds a slice.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from arranger.model.evaluation import foretold_by, measure
from arranger.model.examples import soprano_example
from arranger.model.pieces import Piece, load_pieces
from arranger.model.runtime import PartModel
from arranger.model.vocabulary import UNDECIDED
from corpora.chorales import read_chorale
from corpora.hymns import read_hymn
from corpora.views import GRIDS, ViewKey, snapped

BEAM = 16
CANDIDATES = 300


def snapped_shares(pieces: Iterable[Piece], hymns: Path) -> dict[str, dict[str, float]]:
    """Return, for each style and grid, the share of all notes snapped to a later slice or dropped."""
    counts: dict[str, np.ndarray] = {}
    for piece in pieces:
        score = read_chorale(piece.name) if piece.style == "chorale" else read_hymn(hymns, piece.name)
        for grid in GRIDS:
            name = f"{piece.style}, grid {grid}"
            found = snapped(score, piece.views[ViewKey((0,), grid, True)])
            counts[name] = counts.get(name, np.zeros(3)) + found
    return {
        name: {"snapped": round(late / total, 4), "dropped": round(lost / total, 4)}
        for name, (total, late, lost) in counts.items()
    }


def milliseconds(model: PartModel, piece: Piece) -> dict[str, float]:
    """Return how long a slice takes at beam 16 with 300 candidates each, without any search around it."""
    example = soprano_example(piece, "eighth", chords=True)
    started = time.perf_counter()
    encoding = model.encode_inputs(example.inputs, np.where(example.known, example.tokens, UNDECIDED))
    encoded = time.perf_counter()
    rows = np.repeat(np.arange(BEAM), CANDIDATES)
    rng = np.random.default_rng(0)
    state = model.start(BEAM)
    for t, tokens in enumerate(example.tokens):
        candidates = np.repeat(tokens[None, :], len(rows), axis=0)
        candidates[:, 1:] = rng.choice(np.arange(1, 8), (len(rows), 3))  # seven pitches a voice
        contexts = model.context(encoding, t, state)
        model.verticality_log_probs(encoding, t, contexts, beam_rows=rows, tokens=candidates)
        state = model.advance(encoding, t, state, np.repeat(tokens[None, :], BEAM, axis=0))
    walked = time.perf_counter()
    return {
        "encode a piece": round(1000 * (encoded - started), 2),
        f"a slice, beam {BEAM}, {CANDIDATES} candidates": round(1000 * (walked - encoded) / len(example.tokens), 2),
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data-hymns", type=Path, required=True)
    parser.add_argument("--weights", type=Path, default=None)
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    options = parser.parse_args()
    model = PartModel.load(options.weights)
    pieces = load_pieces("valid", options.data_hymns, options.cache)
    figures = {
        "valid": measure(foretold_by(model), pieces).summary(),
        "notes off the clock": snapped_shares(pieces, options.data_hymns),
        "milliseconds": milliseconds(model, pieces[0]),
    }
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
