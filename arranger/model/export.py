"""Weights that ship: a run's best network as half floats, with a card that says all about it.

    python -m arranger.model.export runs/part-v1 arranger/weights/part-v1

`arranger train` does the same at its end, into the run's own folder. A run without metrics is refused.
The weights are arrays in one ``.npz`` without pickles.

    python -m arranger.model.export runs/part-v4 arranger/weights/part-v2 --average arranger/weights/part-v1 \
        --data-hymns hymns/

ships the mean of a run's weights and of those that it began with, measured anew: what fine-tuning has
learned in addition is kept, what it has unlearned comes back (Wortsman et al., Model soups, ICML 2022).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from arranger.model.evaluation import measure
from arranger.model.features import FINGERPRINT
from arranger.model.loop import save
from arranger.model.network import NetworkConfig, PartNetwork
from arranger.model.pieces import Piece, load_pieces
from arranger.model.training import foretell
from arranger.model.vocabulary import MOVES, STYLES, TOKENS, VOICES
from corpora.catalogue import CORPORA

_GIVEN = (
    "given all known cells of a four-part texture, chord symbols where there are any, metre, key, phrases and style"
)
_WHAT = {
    "part": f"conditional part model: {_GIVEN}, the next unknown cell",
    "orderless": f"orderless part model: {_GIVEN}, each unknown cell by itself",
}
_LARGEST = 8_000_000  # bytes of a weights file

Card = Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]  # of a checkpoint and its configuration


def promote(run: Path, target: Path, *, name: str = "") -> None:
    """Write weights and card of a part model's run; ValueError for a run without metrics."""
    ship(run, target, partial(card_of, name=name or target.name))


def ship(run: Path, target: Path, card_of: Card) -> None:
    """Write weights and card of a run's best checkpoint, whatever network it is; ValueError for one without metrics."""
    path = run / "best.pt"
    if not path.exists():
        raise ValueError(f"{run}: no best.pt; train the run until it has been measured once")
    checkpoint = torch.load(path, weights_only=True)
    if not checkpoint.get("measures"):
        raise ValueError(f"{run}: its checkpoint has no metrics; a model is not shipped unmeasured")
    config = json.loads((run / "config.json").read_text(encoding="utf-8"))
    card = card_of(checkpoint, config)
    target.mkdir(parents=True, exist_ok=True)
    write_weights(target / "weights.npz", checkpoint["averaged"])
    (target / "card.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def averaged(run: Path, other: Path, valid: Sequence[Piece]) -> None:
    """Put the mean of a run's best weights and of finished ones in place of the run's best, measured anew."""
    checkpoint = torch.load(run / "best.pt", weights_only=True)
    if "averaged_with" in checkpoint:
        raise ValueError(f"{run}: its best weights are already averaged with {checkpoint['averaged_with']}")
    with np.load(other / "weights.npz", allow_pickle=False) as stored:
        theirs = {name: torch.from_numpy(stored[name].astype(np.float32)) for name in stored.files}
    mean = {name: (tensor + theirs[name]) / 2 for name, tensor in checkpoint["averaged"].items()}
    network = PartNetwork(NetworkConfig(**checkpoint["network_config"]))
    network.load_state_dict(mean)
    measures = measure(partial(foretell, network), valid).summary()
    save(run / "best.pt", {**checkpoint, "averaged": mean, "measures": measures, "averaged_with": other.name})


def write_weights(path: Path, state: Mapping[str, torch.Tensor]) -> None:
    """Write a network's arrays as half floats; ValueError where the file grows too large for a package."""
    arrays: dict[str, Any] = {name: tensor.numpy().astype(np.float16) for name, tensor in state.items()}
    np.savez(path, **arrays)
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"{path}: {path.stat().st_size} bytes; a package carries at most {_LARGEST}")


def origin_of(checkpoint: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every card says of a run: when it was shipped, by which command it was made, how long it took."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "command": config["command"],
        "seed": config["training"]["seed"],
        "steps": checkpoint["step"],
        "seconds": round(checkpoint["seconds"]),
    }


def card_of(checkpoint: Mapping[str, Any], config: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the card: what the model is, what it was trained on and how, and what it reached."""
    pieces = config["pieces"]
    return {
        "name": name,
        "what": _WHAT[config.get("kind", "part")],
        **origin_of(checkpoint, config),
        "start": config.get("start"),
        "averaged_with": checkpoint.get("averaged_with"),
        "fingerprint": FINGERPRINT,
        "vocabulary": {"tokens": TOKENS, "moves": MOVES, "voices": VOICES, "styles": STYLES},
        "pieces": pieces,
        "corpora": [
            {
                "name": corpus.name,
                "title": corpus.title,
                "citation": corpus.citation,
                "licence": corpus.licence,
                "trained_on": len(corpus.names("train")),
                "chosen_by": len(corpus.names("valid")),
                "split": corpus.split_file,
                "split_digest": corpus.split_digest,
            }
            for corpus in CORPORA
            if corpus.style in pieces
        ],
        "chords": "estimated by theory.estimate from all four voices, or from the soprano alone (tune)",
        "valid": checkpoint["measures"],
        "config": {name: config[name] for name in ("schedule", "training", "examples", "network")},
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Promote from the command line."""
    parser = argparse.ArgumentParser(prog="python -m arranger.model.export", description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--average", type=Path, help="folder of weights that are averaged with the run's")
    parser.add_argument("--data-hymns", type=Path, help="to measure the average on")
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    options = parser.parse_args(arguments)
    try:
        if options.average:
            averaged(options.run, options.average, load_pieces("valid", options.data_hymns, options.cache))
        promote(options.run, options.target)
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
