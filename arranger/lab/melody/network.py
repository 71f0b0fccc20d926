"""The melody network, for training: an LSTM over events, then a duration, then a pitch.

An event's context columns and the event before it each have a row in one table; their sum enters the LSTM. From
its state and the context the duration is foretold; from these and the duration, the pitch. The
runtime (`arranger.models.melody.runtime`) does the same in numpy.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from arranger.models.melody.vocabulary import LENGTHS, NO_LENGTH, NO_PITCH, PITCHES, SIZES, STARTS


@dataclass(frozen=True)
class MelodyConfig:
    """Sizes of the network."""

    embedding: int = 96
    hidden: int = 224
    head: int = 128
    dropout: float = 0.15


@dataclass(frozen=True)
class Batch:
    """Tunes padded to one length; times in events."""

    context: Tensor  # (B, N, columns)
    pitch: Tensor  # (B, N)
    length: Tensor  # (B, N)
    real: Tensor  # (B, N) bool, false in the padding


class MelodyNetwork(nn.Module):
    """Log-probabilities of durations and, given these, of pitches."""

    def __init__(self, config: MelodyConfig) -> None:
        super().__init__()
        self.config = config
        self.told = nn.EmbeddingBag(sum(SIZES), config.embedding, mode="sum")
        self.lstm = nn.LSTM(config.embedding, config.hidden, batch_first=True)
        entering = config.hidden + config.embedding
        self.length_head = nn.Linear(entering, config.head)
        self.length_output = nn.Linear(config.head, LENGTHS)
        self.pitch_head = nn.Linear(entering, config.head)
        self.told_length = nn.Embedding(LENGTHS, config.head)
        self.pitch_output = nn.Linear(config.head, PITCHES)
        self.dropout = nn.Dropout(config.dropout)
        with torch.no_grad():
            self.told.weight.mul_(0.2)
            self.told_length.weight.mul_(0.2)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return log-probabilities (B, N, LENGTHS) of durations and (B, N, PITCHES) of pitches."""
        before = torch.stack([_shifted(batch.pitch, NO_PITCH), _shifted(batch.length, NO_LENGTH)], dim=-1)
        rows = torch.cat([batch.context, before], dim=-1) + torch.from_numpy(STARTS)
        entered = self.told(rows.flatten(0, 1)).unflatten(0, rows.shape[:2])
        states, _ = self.lstm(self.dropout(entered))
        known = torch.cat([self.dropout(states), entered], dim=-1)
        length = self.length_output(self.dropout(torch.tanh(self.length_head(known))))
        told = torch.tanh(self.pitch_head(known) + self.told_length(batch.length))
        pitch = self.pitch_output(self.dropout(told))
        return torch.log_softmax(length, dim=-1), torch.log_softmax(pitch, dim=-1)


def surprise_of(network: nn.Module, batch: Batch) -> tuple[Tensor, Tensor]:
    """Return the nats of each real event's duration and pitch, each (events,)."""
    length, pitch = network(batch)
    lengths = -length.gather(-1, batch.length[..., None])[..., 0]
    pitches = -pitch.gather(-1, batch.pitch[..., None])[..., 0]
    return lengths[batch.real], pitches[batch.real]


def _shifted(tokens: Tensor, first: int) -> Tensor:
    return torch.cat([torch.full_like(tokens[:, :1], first), tokens[:, :-1]], dim=1)
