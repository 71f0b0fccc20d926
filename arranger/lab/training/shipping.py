"""Weights that ship: a run's best network as half floats, with a card that says all about it.

The weights are arrays in one ``.npz`` without pickles. A run without metrics is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

_LARGEST = 8_000_000  # bytes of a weights file

Card = Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]  # of a checkpoint and its configuration


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


def write_weights(path: Path, state: Mapping[str, torch.Tensor]) -> None:
    """Write a network's arrays as half floats; ValueError where the file grows too large for a package."""
    arrays: dict[str, Any] = {name: tensor.numpy().astype(np.float16) for name, tensor in state.items()}
    np.savez(path, **arrays)
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"{path}: {path.stat().st_size} bytes; a package carries at most {_LARGEST}")


def read_state(folder: Path) -> dict[str, torch.Tensor]:
    """Read the arrays of shipped weights."""
    with np.load(folder / "weights.npz", allow_pickle=False) as stored:
        return {name: torch.from_numpy(stored[name].astype(np.float32)) for name in stored.files}


def fitting(
    state: dict[str, torch.Tensor], wanted: Mapping[str, torch.Tensor], folder: Path
) -> dict[str, torch.Tensor]:
    """Return the weights, which must be of the same names and sizes as those wanted; ValueError where they are not."""
    if set(state) != set(wanted) or any(state[name].shape != wanted[name].shape for name in wanted):
        raise ValueError(f"{folder}: weights of other inputs or sizes; leave --start out")
    return state


def origin_of(checkpoint: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every card says of a run: when it was shipped, by which command it was made, how long it took."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "command": config["command"],
        "seed": config["training"]["seed"],
        "steps": checkpoint["step"],
        "seconds": round(checkpoint["seconds"]),
        "start": config.get("start"),
    }
