"""What the networks of sixteenths learn: the next event of chorales and hymns, in any key.

Crops are moved to a random key that the ranges of the voices allow; in some of them the place in the
bar is not told, so that one network can be measured both ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from arranger.model import workers
from arranger.model.examples import shifts_within
from arranger.model.features import Floats
from arranger.model.frame_measure import FrameMeasure, frame_measure
from arranger.model.frame_network import FrameBatch, FrameNetwork, FrameNetworkConfig
from arranger.model.frames import NOT_TOLD, REST_PLACE, Changes, changes_of, moved
from arranger.model.loop import TrainingConfig
from arranger.model.pieces import Piece
from arranger.model.vocabulary import LOWEST, STYLES, Ints, fingerprint
from corpora.views import ViewKey
from theory.texture import REST

FINGERPRINT = fingerprint((("changes: pitches, lengths, ages, places in the bar", 1),))
_EVERYONE = ViewKey((0, 1, 2, 3), "none", False)


@dataclass(frozen=True)
class FrameTask:
    """To foretell the next event."""

    network_config: FrameNetworkConfig
    config: TrainingConfig
    pieces: tuple[Changes, ...]
    valid: tuple[Changes, ...]
    crop: int = 128  # events, at most
    meter_told: float = 0.7
    fingerprint: str = FINGERPRINT

    def build(self) -> nn.Module:
        """Return a new network."""
        return FrameNetwork(self.network_config)

    def surprise(self, network: nn.Module, step: int) -> Tensor:
        """Return the nats of each choice of this process's share of a step's batch."""
        batch = frame_batch(workers.own(self.draw(step)))
        nats: Tensor = network(batch)[batch.counted]
        return nats

    def measure(self, network: nn.Module) -> tuple[float, dict[str, Any]]:
        """Return the nats a note token of the validation chorales, and all figures."""
        found = measured(network, [piece for piece in self.valid if STYLES[piece.style] == "chorale"] or self.valid)
        return found.token_nats, {"objective": round(found.token_nats, 4), **found.summary()}

    def draw(self, step: int) -> list[Changes]:
        """Return the crops of a step."""
        rng = np.random.default_rng([self.config.seed, step])
        by_style = [[piece for piece in self.pieces if piece.style == style] for style in range(2)]
        drawn = []
        for _ in range(self.config.batch):
            chosen = by_style[int(rng.random() < self.config.hymn_share)] or self.pieces
            piece = chosen[int(rng.integers(len(chosen)))]
            start = int(rng.integers(0, max(1, len(piece.length) - self.crop + 1)))
            crop = rows_of(piece, slice(start, start + self.crop))
            if rng.random() >= self.meter_told:
                crop = replace(crop, meter=np.full_like(crop.meter, NOT_TOLD))
            drawn.append(replace(crop, place=moved(crop.place, int(rng.choice(keys_of(piece.place))))))
        return drawn


def rows_of(piece: Changes, rows: slice) -> Changes:
    """Return some of a piece's events."""
    arrays = {field.name: getattr(piece, field.name)[rows] for field in fields(piece) if field.name != "style"}
    return replace(piece, **arrays)


def keys_of(place: Ints) -> list[int]:
    """Return by how many semitones a piece may be moved with its voices in range; 0 always is one."""
    return shifts_within(np.where(place == REST_PLACE, REST, place - 1 + LOWEST))


def changes_of_pieces(pieces: Sequence[Piece]) -> tuple[Changes, ...]:
    """Return the events of pieces of four parts."""
    return tuple(changes_of(piece.views[_EVERYONE], STYLES.index(piece.style)) for piece in pieces)


def frame_batch(pieces: Sequence[Changes]) -> FrameBatch:
    """Return pieces padded to the longest of them."""
    columns = {
        name: nn.utils.rnn.pad_sequence([torch.from_numpy(getattr(piece, name)) for piece in pieces], batch_first=True)
        for name in ("place", "length", "age", "meter", "last")
    }
    style = torch.tensor([piece.style for piece in pieces])
    return FrameBatch(**columns, style=style, counted=columns["length"] > 0)


def surprise_of_pieces(network: nn.Module, pieces: Sequence[Changes]) -> list[Floats]:
    """Return the nats that a network gives whole pieces, (E, V + 1) of each."""
    network.eval()
    with torch.no_grad():
        nats = network(frame_batch(pieces)).numpy()
    return [rows[: len(piece.length)] for rows, piece in zip(nats, pieces, strict=True)]


def measured(network: nn.Module, pieces: Sequence[Changes]) -> FrameMeasure:
    """Return how well a network foretells whole pieces."""
    return mixture_measured([network], pieces)


def mixture_measured(
    networks: Sequence[nn.Module], pieces: Sequence[Changes], *, keys: Sequence[int] = (0,)
) -> FrameMeasure:
    """Return how well several networks together foretell whole pieces: the mean of their chances, at every choice.

    Each network also hears the pieces moved by the semitones of ``keys``, and counts once for each.
    """

    def surprise(some: Sequence[Changes]) -> list[Floats]:
        heard = [[replace(piece, place=moved(piece.place, key)) for piece in some] for key in keys]
        each = [surprise_of_pieces(network, each) for network in networks for each in heard]
        return [-np.logaddexp.reduce(-np.stack(own), axis=0) + np.log(len(own)) for own in zip(*each, strict=True)]

    return frame_measure(surprise, pieces)
