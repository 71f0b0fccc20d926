"""Writes the card of a part model, and averages the weights of two models.

    python -m arranger.lab.part.export runs/more runs/mean --average arranger/models/weights/part-v4 \
        --data-hymns hymns/

evaluates and ships the mean of a fine-tuned run's weights and the weights it started from: the mean keeps most
of what fine-tuning learned and restores most of what it forgot (Wortsman et al., Model soups, ICML 2022).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch

from arranger.lab.part.measure import measure
from arranger.lab.part.network import NetworkConfig, PartNetwork
from arranger.lab.part.pieces import ALSO, Piece, load_pieces
from arranger.lab.part.training import predict
from arranger.lab.part.widening import widened
from arranger.lab.training.loop import save
from arranger.lab.training.request import TrainingRequest
from arranger.lab.training.shipping import origin_of, read_state, ship
from arranger.models.part.features import FINGERPRINT
from arranger.models.part.vocabulary import MOVES, STYLES, TOKENS, VOICES
from corpora.catalogue import CORPORA

_GIVEN = "given all known cells of a four-part texture, chord symbols if there are any, metre, key, phrases and style"
_WHAT = {
    "part": f"conditional part model: predicts the next unknown cell, {_GIVEN}",
    "orderless": f"orderless part model: predicts each unknown cell on its own, {_GIVEN}",
}


def promote(request: TrainingRequest) -> None:
    """Write weights and card of a part model's run. Raises ValueError for a run without metrics."""
    ship(request.out, request.weights, partial(card_of, name=request.out.name))


def averaged(run: Path, other: Path, valid: Sequence[Piece]) -> None:
    """Replace a run's best weights by their mean with other weights, and evaluate the mean.

    Raises ValueError if the run's best weights are an average already.
    """
    checkpoint = torch.load(run / "best.pt", weights_only=True)
    if "averaged_with" in checkpoint:
        raise ValueError(f"{run}: its best weights are already averaged with {checkpoint['averaged_with']}")
    theirs = widened(read_state(other), checkpoint["averaged"])
    mean = {name: (tensor + theirs[name]) / 2 for name, tensor in checkpoint["averaged"].items()}
    network = PartNetwork(NetworkConfig(**checkpoint["network_config"]))
    network.load_state_dict(mean)
    measures = measure(partial(predict, network), valid).summary()
    save(run / "best.pt", {**checkpoint, "averaged": mean, "measures": measures, "averaged_with": other.name})


def card_of(checkpoint: Mapping[str, Any], config: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the card: what the model is, how and on what it was trained, and its validation figures."""
    return {
        "name": name,
        "what": _WHAT[config.get("kind", "part")],
        **origin_of(checkpoint, config),
        "averaged_with": checkpoint.get("averaged_with"),
        "fingerprint": FINGERPRINT,
        "vocabulary": {"tokens": TOKENS, "moves": MOVES, "voices": VOICES, "styles": STYLES},
        "pieces": config["pieces"],
        "corpora": [
            {
                "name": corpus.name,
                "title": corpus.title,
                "citation": corpus.citation,
                "licence": corpus.licence,
                "trained_on": config["corpora"][corpus.name],
                "chosen_by": len(corpus.names("valid")),
                "split": corpus.split_file,
                "split_digest": corpus.split_digest,
            }
            for corpus in CORPORA
            if corpus.name in config["corpora"]
        ],
        "chords": "estimated by theory.harmony.estimate from all four voices, or from the soprano alone (tune)",
        "valid": checkpoint["measures"],
        "config": {name: config[name] for name in ("schedule", "training", "examples", "network")},
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Average and ship weights from the command line."""
    parser = argparse.ArgumentParser(prog="python -m arranger.lab.part.export", description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--average", type=Path, required=True, help="folder of the weights to average with the run's")
    parser.add_argument("--data-hymns", type=Path, help="folder of hymns to evaluate the average on")
    parser.add_argument("--also", action="append", default=[], choices=ALSO, help="corpus to evaluate on too")
    parser.add_argument("--data-scores", type=Path, help="folder that holds the folders of further corpora")
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    options = parser.parse_args(arguments)
    try:
        valid = load_pieces("valid", options.data_hymns, options.cache, also=options.also, scores=options.data_scores)
        averaged(options.run, options.average, valid)
        ship(options.run, options.target, partial(card_of, name=options.target.name))
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
