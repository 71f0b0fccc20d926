"""What the part model learns: the unknown cells of real scores with random holes.

Examples of step n are drawn from the seed and n alone (`arranger.model.loop`). Each style has its share of
a batch; its pieces come with even odds. The measure that a run is chosen by is `arranger.model.evaluation`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from arranger.model import workers
from arranger.model.evaluation import measure
from arranger.model.examples import Example, ExampleConfig, random_example
from arranger.model.features import FINGERPRINT, Floats
from arranger.model.loop import TrainingConfig
from arranger.model.network import Batch, NetworkConfig, PartNetwork
from arranger.model.pieces import Piece
from arranger.model.vocabulary import OWN_STYLE, move_of

MakeExample = Callable[[Piece, ExampleConfig, np.random.Generator], Example]


@dataclass(frozen=True)
class HolesTask:
    """To say something of the holes of four-part textures: what such tasks share."""

    network_config: NetworkConfig
    config: TrainingConfig
    pieces: tuple[Piece, ...]
    valid: tuple[Piece, ...]
    examples: ExampleConfig = field(default_factory=ExampleConfig)
    fingerprint: str = FINGERPRINT

    def batch(self, step: int, *, make: MakeExample = random_example) -> Batch:
        """Return this process's share of a step's batch."""
        return batch_of(workers.own(draw(self.pieces, self.examples, self.config, step, make=make)))


class PartTask(HolesTask):
    """To fill the holes one after the other, each knowing those before it."""

    def build(self) -> nn.Module:
        """Return a new network."""
        return PartNetwork(self.network_config)

    def surprise(self, network: nn.Module, step: int) -> Tensor:
        """Return the nats of each unknown cell of this process's share of a step's batch."""
        batch = self.batch(step)
        return surprise_of(network, batch)[~batch.known]

    def measure(self, network: nn.Module) -> tuple[float, dict[str, Any]]:
        """Return nats a cell over all kinds of validation pieces, and all figures."""
        found = measure(partial(foretell, network), self.valid)
        return found.objective, found.summary()


def batch_of(examples: Sequence[Example]) -> Batch:
    """Return examples padded to the longest of them."""
    length = torch.tensor([len(example.tokens) for example in examples])
    return Batch(
        inputs=_padded([torch.from_numpy(example.inputs) for example in examples], 0.0),
        tokens=_padded([torch.from_numpy(example.tokens) for example in examples], 0),
        known=_padded([torch.from_numpy(example.known) for example in examples], True),
        length=length,
    )


def _padded(rows: Sequence[Tensor], filling: float) -> Tensor:
    return nn.utils.rnn.pad_sequence(list(rows), batch_first=True, padding_value=filling)


def surprise_of(network: nn.Module, batch: Batch) -> Tensor:
    """Return the negative log-probability of each cell, in nats, (B, T, V)."""
    moves = torch.from_numpy(move_of(batch.tokens.numpy()))
    surprise: Tensor = -network(batch).gather(-1, moves[..., None])[..., 0]
    return surprise


def foretell(network: nn.Module, examples: Sequence[Example]) -> list[Floats]:
    """Return what a network says of examples, for `measure`."""
    network.eval()
    with torch.no_grad():
        log_probs = network(batch_of(examples)).numpy()
    return [rows[: len(example.tokens)] for rows, example in zip(log_probs, examples, strict=True)]


def draw(
    pieces: Sequence[Piece],
    examples: ExampleConfig,
    config: TrainingConfig,
    step: int,
    *,
    make: MakeExample = random_example,
) -> list[Example]:
    """Return the examples of a step: each style in its share, its pieces with even odds."""
    rng = np.random.default_rng([config.seed, step])
    styles = by_style(pieces)
    drawn = []
    for _ in range(config.batch):
        style = "hymn" if rng.random() < config.hymn_share else "chorale"
        if OWN_STYLE in styles and rng.random() < config.own_share:
            style = OWN_STYLE
        chosen = styles.get(style) or pieces
        drawn.append(make(chosen[int(rng.integers(len(chosen)))], examples, rng))
    return drawn


def by_style(pieces: Sequence[Piece]) -> Mapping[str, list[Piece]]:
    """Return the pieces of each style."""
    styles: dict[str, list[Piece]] = {}
    for piece in pieces:
        styles.setdefault(piece.style, []).append(piece)
    return styles
