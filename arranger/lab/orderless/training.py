"""Training task of the orderless network: predict voices of real scores that are wholly or partly hidden.

The best checkpoint is the one with the fewest nats per cell when one whole voice is hidden, each of the four
voices in turn, averaged over styles.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from arranger.lab.orderless.network import OrderlessNetwork
from arranger.lab.part.examples import ExampleConfig, PartExample, voice_example
from arranger.lab.part.network import NetworkConfig
from arranger.lab.part.pieces import Piece
from arranger.lab.part.reconstruction import hidden_example
from arranger.lab.part.training import HolesTask, batch_of, by_style, pieces_for
from arranger.lab.part.widening import widened
from arranger.lab.training.config import SHARES, TrainingConfig
from arranger.lab.training.request import TrainingRequest
from arranger.models.part.features import WIDTH
from arranger.models.part.vocabulary import VOICES, begins

CONFIG = TrainingConfig(steps=2000, batch=16, learning_rate=1.5e-3, average=0.995, shares=SHARES | {"hymn": 0.25})
_CHORDS_TOLD = 0.2  # share of the examples with chord symbols
_AT_ONCE = 16  # pieces


class OrderlessTask(HolesTask):
    """The task of predicting hidden cells from all known cells around them."""

    def build(self) -> nn.Module:
        """Return a new network."""
        return OrderlessNetwork(self.network_config)

    def adapted(self, state: dict[str, Tensor], folder: Path) -> dict[str, Tensor]:
        """Return those weights of a finished model that fit (of a part model, its encoder); the rest are new."""
        wanted = self.build().state_dict()
        known = widened(state, wanted).items()
        return wanted | {name: each for name, each in known if name in wanted and each.shape == wanted[name].shape}

    def surprise(self, network: nn.Module, step: int) -> Tensor:
        """Return the nats of each hidden cell in this process's share of the step's batch."""
        batch = self.batch(step, make=voice_example)
        nats = -network(batch).gather(-1, batch.tokens[..., None])[..., 0]
        return nats[~batch.known]

    def measure(self, network: nn.Module) -> tuple[float, dict[str, Any]]:
        """Return nats per cell, averaged over styles, and all figures."""
        found = {style: _measured(network, pieces) for style, pieces in by_style(self.valid).items()}
        objective = float(np.mean([each["nats_per_cell"] for each in found.values()]))
        return objective, {"objective": round(objective, 4), **found}


def task_of(request: TrainingRequest) -> OrderlessTask:
    """Return the task of a run of the orderless network, with all scores read."""
    pieces, valid = pieces_for(request)
    voices = ExampleConfig(chords_given=_CHORDS_TOLD)
    return OrderlessTask(NetworkConfig(WIDTH), request.config(CONFIG), tuple(pieces), tuple(valid), voices)


def _measured(network: nn.Module, pieces: Sequence[Piece]) -> dict[str, float]:
    """Return nats per cell, and the shares of cells and of note onsets whose most probable token is the true one."""
    examples = [hidden_example(piece, (voice,))[0] for voice in range(len(VOICES)) for piece in pieces]
    columns = [_judged(network, examples[start : start + _AT_ONCE]) for start in range(0, len(examples), _AT_ONCE)]
    nats, right, begins = (torch.cat(column) for column in zip(*columns, strict=True))
    return {
        "nats_per_cell": round(nats.mean().item(), 4),
        "accuracy": round(right.float().mean().item(), 4),
        "attack_accuracy": round(right[begins].float().mean().item(), 4),
    }


def _judged(network: nn.Module, examples: Sequence[PartExample]) -> tuple[Tensor, Tensor, Tensor]:
    """Return for each hidden cell: nats, whether the most probable token is right, whether a note begins."""
    batch = batch_of(examples)
    with torch.no_grad():
        log_probs = network(batch)
    hidden, truth = ~batch.known, batch.tokens
    nats = -log_probs.gather(-1, truth[..., None])[..., 0]
    starts = torch.from_numpy(begins(truth.numpy()))
    return nats[hidden], (log_probs.argmax(-1) == truth)[hidden], starts[hidden]
