"""Writes the weights that ship: a run's best network in half precision, with a card that describes it.

The weights are arrays in one ``.npz`` file without pickles. A run that was never evaluated is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from corpora.corpus import Corpus

_LARGEST = 8_000_000  # maximum size of a weights file in bytes

Card = Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]  # from a checkpoint and its configuration


def ship(run: Path, target: Path, card_of: Card) -> None:
    """Write weights and card of a run's best checkpoint, for any network. Raises ValueError if it has no metrics."""
    path = run / "best.pt"
    if not path.exists():
        raise ValueError(f"{run}: has no best.pt; train the run until its first evaluation")
    checkpoint = torch.load(path, weights_only=True)
    if not checkpoint.get("measures"):
        raise ValueError(f"{run}: its checkpoint has no metrics; train the run until its next evaluation")
    config = json.loads((run / "config.json").read_text(encoding="utf-8"))
    card = card_of(checkpoint, config)
    target.mkdir(parents=True, exist_ok=True)
    write_weights(target / "weights.npz", checkpoint["averaged"])
    (target / "card.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_weights(path: Path, state: Mapping[str, torch.Tensor]) -> None:
    """Write a network's arrays in half precision. Raises ValueError if the file is too large for the package."""
    arrays: dict[str, Any] = {name: tensor.numpy().astype(np.float16) for name, tensor in state.items()}
    np.savez(path, **arrays)
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"{path}: {path.stat().st_size} bytes; at most {_LARGEST} may be shipped")


def read_state(folder: Path) -> dict[str, torch.Tensor]:
    """Return the arrays of shipped weights in single precision."""
    with np.load(folder / "weights.npz", allow_pickle=False) as stored:
        return {name: torch.from_numpy(stored[name].astype(np.float32)) for name in stored.files}


def fitting(
    state: dict[str, torch.Tensor], wanted: Mapping[str, torch.Tensor], folder: Path
) -> dict[str, torch.Tensor]:
    """Return the weights unchanged. Raises ValueError if their names or sizes differ from those wanted."""
    if set(state) != set(wanted) or any(state[name].shape != wanted[name].shape for name in wanted):
        raise ValueError(f"{folder}: these weights have other inputs or sizes; leave out --start")
    return state


def origin_of(checkpoint: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every card says about a run: date, command, seed, steps, seconds and starting weights."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "command": config["command"],
        "seed": config["training"]["seed"],
        "steps": checkpoint["step"],
        "seconds": round(checkpoint["seconds"]),
        "start": config.get("start"),
    }


def described(corpora: Iterable[Corpus]) -> list[dict[str, str]]:
    """Return what a card says about each corpus that a network learned from by the lists of its split."""
    return [
        {
            "name": chosen.name,
            "title": chosen.title,
            "citation": chosen.citation,
            "licence": chosen.licence,
            "split": f"lists train and valid of corpora/splits/{chosen.split_file}; test lists untouched",
            "split_digest": chosen.split_digest,
        }
        for chosen in corpora
    ]
