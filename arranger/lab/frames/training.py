"""Training task of the frame networks, on a grid of sixteenths: predict the next event of four-part scores, in any key.

Crops are transposed at random as far as the voices' ranges allow. In some of them the position in the bar is
masked, so that one network can be evaluated with and without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from arranger.lab.frames.encoding import NOT_TOLD, REST_PLACE, Changes, changes_of, moved
from arranger.lab.frames.measure import FrameMeasure, frame_measure
from arranger.lab.frames.network import FrameBatch, FrameNetwork, FrameNetworkConfig
from arranger.lab.part.examples import shifts_within
from arranger.lab.part.pieces import Piece
from arranger.lab.part.training import odds_of, pieces_for
from arranger.lab.training import workers
from arranger.lab.training.config import SHARES, TrainingConfig
from arranger.lab.training.loop import Task
from arranger.lab.training.request import TrainingRequest
from arranger.models.part.vocabulary import LOWEST, STYLES, fingerprint
from corpora.views import ViewKey
from theory.slices.texture import REST
from theory.types import Floats32, Ints

FINGERPRINT = fingerprint((("changes: pitches, lengths, ages, places in the bar", 1),))
CONFIG = TrainingConfig(
    steps=2000,
    batch=16,
    learning_rate=2.5e-3,
    measure_every=200,
    weight_decay=0.05,
    average=0.995,
    shares=SHARES | {"hymn": 0.15},
)
_EVERYONE = ViewKey((0, 1, 2, 3), "none", False)


@dataclass(frozen=True)
class FrameTask(Task):
    """The task of predicting the next event."""

    network_config: FrameNetworkConfig
    config: TrainingConfig
    pieces: tuple[Changes, ...]
    valid: tuple[Changes, ...]
    crop: int = 128  # most events per crop
    meter_told: float = 0.7  # share of the crops with the position in the bar
    fingerprint: str = FINGERPRINT

    def about(self) -> dict[str, Any]:
        """Return the number of pieces of each style."""
        counts = Counter(STYLES[piece.style] for piece in self.pieces)
        return {"pieces": dict(sorted(counts.items()))}

    def build(self) -> nn.Module:
        """Return a new network."""
        return FrameNetwork(self.network_config)

    def surprise(self, network: nn.Module, step: int) -> Tensor:
        """Return the loss, in nats, of each pitch and length in this process's share of the step's batch."""
        batch = frame_batch(workers.own(self.draw(step)))
        nats: Tensor = network(batch)[batch.counted]
        return nats

    def measure(self, network: nn.Module) -> tuple[float, dict[str, Any]]:
        """Return nats per note token on the validation chorales, and all figures."""
        found = measured(network, [piece for piece in self.valid if STYLES[piece.style] == "chorale"] or self.valid)
        return found.token_nats, {"objective": round(found.token_nats, 4), **found.summary()}

    def draw(self, step: int) -> list[Changes]:
        """Return the random crops of a step; they depend on the seed and the step only."""
        rng = np.random.default_rng([self.config.seed, step])
        by_style = {style: [piece for piece in self.pieces if STYLES[piece.style] == style] for style in STYLES}
        odds = odds_of([style for style, pieces in by_style.items() if pieces], self.config)
        drawn = []
        for style in rng.choice(list(odds), size=self.config.batch, p=list(odds.values())):
            piece = by_style[style][int(rng.integers(len(by_style[style])))]
            start = int(rng.integers(0, max(1, len(piece.length) - self.crop + 1)))
            crop = rows_of(piece, slice(start, start + self.crop))
            if rng.random() >= self.meter_told:
                crop = replace(crop, meter=np.full_like(crop.meter, NOT_TOLD))
            drawn.append(replace(crop, place=moved(crop.place, int(rng.choice(keys_of(piece.place))))))
        return drawn


def task_of(request: TrainingRequest) -> FrameTask:
    """Return the task of a run of the network of sixteenths, with all scores read."""
    network = FrameNetworkConfig(core=request.core)
    if request.dropout is not None:
        network = replace(network, dropout=request.dropout)
    pieces, valid = pieces_for(request)
    return FrameTask(network, request.config(CONFIG), changes_of_pieces(pieces), changes_of_pieces(valid))


def rows_of(piece: Changes, rows: slice) -> Changes:
    """Return a range of a piece's events."""
    arrays = {field.name: getattr(piece, field.name)[rows] for field in fields(piece) if field.name != "style"}
    return replace(piece, **arrays)


def keys_of(place: Ints) -> list[int]:
    """Return the transpositions in semitones that keep the voices in range; 0 is always among them."""
    return shifts_within(np.where(place == REST_PLACE, REST, place - 1 + LOWEST))


def changes_of_pieces(pieces: Sequence[Piece]) -> tuple[Changes, ...]:
    """Return the events of four-part pieces."""
    return tuple(changes_of(piece.views[_EVERYONE], STYLES.index(piece.style)) for piece in pieces)


def frame_batch(pieces: Sequence[Changes]) -> FrameBatch:
    """Return pieces as a batch, padded to the longest of them."""
    columns = {
        name: nn.utils.rnn.pad_sequence([torch.from_numpy(getattr(piece, name)) for piece in pieces], batch_first=True)
        for name in ("place", "length", "age", "meter", "last")
    }
    style = torch.tensor([piece.style for piece in pieces])
    return FrameBatch(**columns, style=style, counted=columns["length"] > 0)


def surprise_of_pieces(network: nn.Module, pieces: Sequence[Changes]) -> list[Floats32]:
    """Return a network's nats on whole pieces, (E, V + 1) for each."""
    network.eval()
    with torch.no_grad():
        nats = network(frame_batch(pieces)).numpy()
    return [rows[: len(piece.length)] for rows, piece in zip(nats, pieces, strict=True)]


def measured(network: nn.Module, pieces: Sequence[Changes]) -> FrameMeasure:
    """Return the losses of a network on whole pieces."""
    return mixture_measured([network], pieces)


def mixture_measured(
    networks: Sequence[nn.Module], pieces: Sequence[Changes], *, keys: Sequence[int] = (0,)
) -> FrameMeasure:
    """Return the losses of a mixture of networks on whole pieces: at every choice their mean probability.

    Each network also reads the pieces transposed by each of ``keys`` semitones; every transposition is one more
    member of the mixture.
    """

    def surprise(some: Sequence[Changes]) -> list[Floats32]:
        heard = [[replace(piece, place=moved(piece.place, key)) for piece in some] for key in keys]
        each = [surprise_of_pieces(network, each) for network in networks for each in heard]
        return [-np.logaddexp.reduce(-np.stack(own), axis=0) + np.log(len(own)) for own in zip(*each, strict=True)]

    return frame_measure(surprise, pieces)


def heard_by(runs: Sequence[Path], *, keys: int = 0) -> Callable[[Sequence[Piece]], dict[str, Any]]:
    """Return a function from pieces to the losses of an ensemble of the runs' best checkpoints.

    Each network also reads the pieces transposed by up to ``keys`` semitones up and down. Raises
    FileNotFoundError for a run without a checkpoint, ValueError for a checkpoint of another version.
    """
    torch.set_num_threads(1)
    networks, moves = [_best_of(run) for run in runs], range(-keys, keys + 1)
    return lambda pieces: mixture_measured(networks, changes_of_pieces(pieces), keys=moves).summary()


def _best_of(run: Path) -> nn.Module:
    checkpoint = torch.load(run / "best.pt", weights_only=True)
    network = FrameNetwork(FrameNetworkConfig(**checkpoint["network_config"]))
    try:
        network.load_state_dict(checkpoint["averaged"])
    except RuntimeError as error:
        raise ValueError(f"{run}: made by another version, with other styles; train it again") from error
    return network
