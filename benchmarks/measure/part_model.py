"""How well the shipped part model predicts the validation pieces, and how fast it runs.

    python -m benchmarks.measure.part_model --data-hymns hymns/ [--weights FOLDER] [--cache FOLDER]
    python -m benchmarks.measure.part_model --figure reconstruction [--orderless FOLDER [--share 0.85]]
    python -m benchmarks.measure.part_model --figure speed --data-hymns hymns/
    python -m benchmarks.measure.part_model --figure frames --frames runs/frames-v1

Prints as JSON, for one list of the split:

``predicted``        loss in nats and accuracy for chorales and hymns: with chord symbols, with chords estimated from
                    the tune, and without chords (`arranger.lab.part.measure`)
``reconstruction``  reconstruction accuracy for hidden voices of chorales (`arranger.lab.part.reconstruction`), by
                    beam search; with ``--drawn`` by probabilities averaged over sampled lines; with ``--orderless``
                    by the product of these with an orderless network (``arranger train --network orderless``),
                    which has the weight ``--share``
``single-notes``    reconstruction accuracy for notes of chorales hidden one at a time, by the part model or the
                    network of ``--orderless`` (`arranger.lab.part.single_notes`); slow with the part model, see
                    ``--most``
``frames``          nats per note token and per frame at sixteenths, of a run of ``arranger train --network
                    frames`` (`arranger.lab.frames.measure`); needs torch
``clock``           share of notes that the slices used in training snap or drop
``speed``           milliseconds per slice of the numpy model, and the time of the search as a multiple of the
                    model's forward passes (encode, context, candidates, advance), for tunes of chorales without
                    chords, and of hymns with chords as in a lead sheet
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click
import numpy as np

from arranger import arrange
from arranger.arranging.part_proposer import NeuralProposer
from arranger.lab.evaluation.likeness import sheet_of
from arranger.lab.evaluation.networks import filler_of
from arranger.lab.orderless.runtime import OrderlessModel
from arranger.lab.part.examples import soprano_example
from arranger.lab.part.measure import measure, predicted_by
from arranger.lab.part.pieces import Piece, load_pieces
from arranger.lab.part.reconstruction import reconstruction
from arranger.lab.part.single_notes import by_orderless, by_part_model, single_notes
from arranger.models.part.runtime import Encoding, PartModel, PartState
from arranger.models.part.vocabulary import UNDECIDED
from corpora.chorales import read_chorale
from corpora.hymns import read_hymn
from corpora.views import GRIDS, ViewKey, snapped
from theory.notation.score import Score
from theory.slices.texture import Texture
from theory.types import Floats32, Ints

FIGURES = ("predicted", "reconstruction", "single-notes", "frames", "clock", "speed")
BEAM = 16
CANDIDATES = 300
SEARCHED = 4  # pieces per style whose search is timed
T = TypeVar("T")


def snapped_shares(pieces: Iterable[Piece], hymns: Path) -> dict[str, dict[str, float]]:
    """Return for each style and grid the share of notes snapped to a later slice, and the share dropped."""
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
    """Return milliseconds per piece to encode, and per slice at beam 16 with 300 candidates each, without search."""
    example = soprano_example(piece, "eighth", chords=True)
    started = time.perf_counter()
    encoding = model.encode_inputs(example.inputs, np.where(example.known, example.tokens, UNDECIDED))
    encoded = time.perf_counter()
    rows = np.repeat(np.arange(BEAM), CANDIDATES)
    rng = np.random.default_rng(0)
    state = model.start(BEAM)
    for t, tokens in enumerate(example.tokens):
        candidates = np.repeat(tokens[None, :], len(rows), axis=0)
        candidates[:, 1:] = rng.choice(np.arange(1, 8), (len(rows), 3))  # seven pitches per voice
        contexts = model.context(encoding, t, state)
        model.verticality_log_probs(encoding, t, contexts, beam_rows=rows, tokens=candidates)
        state = model.advance(encoding, t, state, np.repeat(tokens[None, :], BEAM, axis=0))
    walked = time.perf_counter()
    return {
        "encode a piece": round(1000 * (encoded - started), 2),
        f"a slice, beam {BEAM}, {CANDIDATES} candidates": round(1000 * (walked - encoded) / len(example.tokens), 2),
    }


class TimedModel(PartModel):
    """A part model that measures the processor time of its forward passes."""

    seconds = 0.0

    def encode(self, texture: Texture, *, style: str = "hymn") -> Encoding:
        """Return the encoding."""
        return self._timed(partial(super().encode, texture, style=style))

    def context(self, encoding: Encoding, t: int, state: PartState) -> Floats32:
        """Return the contexts of a slice."""
        return self._timed(partial(super().context, encoding, t, state))

    def verticality_log_probs(
        self, encoding: Encoding, t: int, contexts: Floats32, *, beam_rows: Ints, tokens: Ints
    ) -> Floats32:
        """Return the log-probabilities of candidates."""
        found = partial(super().verticality_log_probs, encoding, t, contexts, beam_rows=beam_rows, tokens=tokens)
        return self._timed(found)

    def advance(self, encoding: Encoding, t: int, state: PartState, tokens: Ints) -> PartState:
        """Return the state after a slice."""
        return self._timed(partial(super().advance, encoding, t, state, tokens))

    def _timed(self, call: Callable[[], T]) -> T:
        started = time.process_time()
        found = call()
        self.seconds += time.process_time() - started
        return found


def decode_ratio(model: TimedModel, scores: Iterable[Score], *, style: str, chords: bool) -> dict[str, float]:
    """Return milliseconds per slice of the search and of the model's forward passes within it, and their ratio."""
    searching = passing = slices = 0.0
    for score in scores:
        search = arrange(sheet_of(score, chords=chords), style=style, key="keep").search
        model.seconds, started = 0.0, time.process_time()
        encoding = model.encode(search.plan.texture, style=search.plan.style.model_style)
        replace(search, proposer=NeuralProposer(model, encoding)).run()
        searching += time.process_time() - started
        passing += model.seconds
        slices += search.plan.texture.shape[0]
    return {
        "search, milliseconds a slice": round(1000 * searching / slices, 2),
        "forward passes, milliseconds a slice": round(1000 * passing / slices, 2),
        "ratio": round(searching / passing, 2),
    }


def speed(pieces: list[Piece], weights: Path | None, hymns: Path | None) -> dict[str, object]:
    """Return the speed of the model alone and in the search."""
    model = TimedModel.load(weights)
    found: dict[str, object] = dict(milliseconds(model, pieces[0]))
    chorales = [read_chorale(piece.name) for piece in pieces if piece.style == "chorale"][:SEARCHED]
    found["chorales, tunes alone"] = decode_ratio(model, chorales, style="chorale", chords=False)
    if hymns is not None:
        several = [read_hymn(hymns, piece.name) for piece in pieces if piece.style == "hymn"][:SEARCHED]
        found["hymns, tunes with chords, style song"] = decode_ratio(model, several, style="song", chords=True)
    return found


def frame_figures(runs: tuple[Path, ...], pieces: list[Piece], keys: int) -> dict[str, object]:
    """Return the figures on pieces of a mixture of networks of sixteenths; needs torch."""
    from arranger.lab.frames.training import heard_by

    return heard_by(runs or (Path("runs/frames-v1"),), keys=keys)(pieces)


@click.command()
@click.option("--data-hymns", type=click.Path(exists=True, path_type=Path), help="folder of hymns; default: none")
@click.option("--weights", type=click.Path(exists=True, path_type=Path), help="folder of other weights")
@click.option(
    "--frames", multiple=True, type=click.Path(exists=True, path_type=Path), help="runs of networks of sixteenths"
)
@click.option(
    "--keys",
    default=0,
    type=click.IntRange(0, 1),
    help="networks of sixteenths also read the pieces transposed up and down by this many semitones",
)
@click.option("--orderless", type=click.Path(exists=True, path_type=Path), help="weights of an orderless network")
@click.option("--share", default=1.0, help="weight of the orderless network in the product; 1: it alone")
@click.option("--drawn", is_flag=True, help="average over sampled lines instead of beam search")
@click.option("--cache", type=click.Path(path_type=Path), default=Path("runs/cache"))
@click.option("--list", "split", default="valid", help="valid, test or test_deepchoir (chorales only)")
@click.option("--figure", "figures", multiple=True, type=click.Choice(FIGURES), default=("predicted", "speed"))
@click.option("--most", default=0, help="most chorales for reconstruction and single notes; 0: all")
def main(data_hymns: Path | None, split: str, *, cache: Path, figures: tuple[str, ...], **choices: Any) -> None:
    """Print the figures as JSON."""
    model = PartModel.load(choices["weights"])
    pieces = load_pieces(split, data_hymns, cache)
    chorales = [piece for piece in pieces if piece.style == "chorale"]
    most = choices["most"] or len(chorales)
    orderless = OrderlessModel.load(choices["orderless"]) if choices["orderless"] else None
    filler = filler_of(model, orderless, choices["share"]) if choices["drawn"] or orderless else None
    guess = by_orderless(orderless) if orderless else by_part_model(model)
    ways: dict[str, Callable[[], object]] = {
        "predicted": lambda: measure(predicted_by(model), pieces).summary(),
        "reconstruction": lambda: reconstruction(model, chorales[:most], filler=filler),
        "single-notes": lambda: single_notes(guess, chorales[:most]),
        "frames": lambda: frame_figures(choices["frames"], chorales, choices["keys"]),
        "clock": lambda: snapped_shares(pieces, data_hymns or Path()),
        "speed": lambda: speed(pieces, choices["weights"], data_hymns),
    }
    click.echo(json.dumps({"list": split, **{name: ways[name]() for name in figures}}, indent=2))


if __name__ == "__main__":
    main()
