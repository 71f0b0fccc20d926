"""How well the shipped part model foretells the validation pieces, and how fast it runs.

    python benchmarks/part_model.py --data-hymns hymns/ [--weights FOLDER] [--cache FOLDER]
    python benchmarks/part_model.py --figure reconstruction
    python benchmarks/part_model.py --figure frames --frames runs/frames-v1

Prints as JSON, of one list of the split:

``foretold``        nats and accuracy for chorales and hymns, with chord symbols, with those guessed of
                    the tune, and without (`arranger.model.evaluation`)
``reconstruction``  hidden voices of chorales filled by the model alone (`arranger.model.reconstruction`)
``frames``          nats a note token and a frame at sixteenths, of a run of ``arranger train --network
                    frames`` (`arranger.model.frame_measure`); needs torch
``clock``           the share of notes that the clocks of training snap or drop
``speed``           milliseconds a slice, of the model that runs with numpy alone
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
import numpy as np

from arranger.model.evaluation import foretold_by, measure
from arranger.model.examples import soprano_example
from arranger.model.pieces import Piece, load_pieces
from arranger.model.reconstruction import reconstruction
from arranger.model.runtime import PartModel
from arranger.model.vocabulary import UNDECIDED
from corpora.chorales import read_chorale
from corpora.hymns import read_hymn
from corpora.views import GRIDS, ViewKey, snapped

FIGURES = ("foretold", "reconstruction", "frames", "clock", "speed")
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


def frame_figures(run: Path, pieces: list[Piece]) -> dict[str, object]:
    """Return what the best checkpoint of a run says of the chorales' sixteenths."""
    import torch

    from arranger.model.frame_network import FrameNetwork, FrameNetworkConfig
    from arranger.model.frame_training import changes_of_pieces, measured

    torch.set_num_threads(1)
    checkpoint = torch.load(run / "best.pt", weights_only=True)
    network = FrameNetwork(FrameNetworkConfig(**checkpoint["network_config"]))
    network.load_state_dict(checkpoint["averaged"])
    return measured(network, changes_of_pieces(pieces)).summary()


@click.command()
@click.option("--data-hymns", type=click.Path(exists=True, path_type=Path), help="without: chorales alone")
@click.option("--weights", type=click.Path(exists=True, path_type=Path), help="instead of those that ship")
@click.option("--frames", type=click.Path(exists=True, path_type=Path), help="run of a network of sixteenths")
@click.option("--cache", type=click.Path(path_type=Path), default=Path("runs/cache"))
@click.option("--list", "split", default="valid", help="valid, test or test_deepchoir (chorales alone)")
@click.option("--figure", "figures", multiple=True, type=click.Choice(FIGURES), default=("foretold", "speed"))
@click.option("--most", default=0, help="no more chorales than these for the reconstruction; 0: all")
def main(data_hymns: Path | None, split: str, *, cache: Path, figures: tuple[str, ...], **choices: Any) -> None:
    """Print the figures as JSON."""
    model = PartModel.load(choices["weights"])
    pieces = load_pieces(split, data_hymns, cache)
    chorales = [piece for piece in pieces if piece.style == "chorale"]
    most = choices["most"] or len(chorales)
    ways: dict[str, Callable[[], object]] = {
        "foretold": lambda: measure(foretold_by(model), pieces).summary(),
        "reconstruction": lambda: reconstruction(model, chorales[:most]),
        "frames": lambda: frame_figures(choices["frames"] or Path("runs/frames-v1"), chorales),
        "clock": lambda: snapped_shares(pieces, data_hymns or Path()),
        "speed": lambda: milliseconds(model, pieces[0]),
    }
    click.echo(json.dumps({"list": split, **{name: ways[name]() for name in figures}}, indent=2))


if __name__ == "__main__":
    main()
