"""The melody network for training: an LSTM over events that predicts the duration and then the pitch of each.

The columns of an event's context and the tokens of the event before it are embedded in one table, and the sum of the
embeddings is the input of the LSTM. The duration is predicted from the LSTM state and the input, the pitch from these
and the duration. `arranger.models.melody.runtime` computes the same in numpy. Shapes: B tunes, N events.
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
class TuneBatch:
    """Tunes padded to the same number of events."""

    context: Tensor  # (B, N, columns)
    pitch: Tensor  # (B, N)
    length: Tensor  # (B, N)
    real: Tensor  # (B, N) bool, false in the padding


class MelodyNetwork(nn.Module):
    """Log-probabilities of durations and, given the durations, of pitches."""

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

    def forward(self, batch: TuneBatch) -> tuple[Tensor, Tensor]:
        """Return the log-probabilities of durations (B, N, LENGTHS) and of pitches (B, N, PITCHES)."""
        before = torch.stack([_shifted(batch.pitch, NO_PITCH), _shifted(batch.length, NO_LENGTH)], dim=-1)
        rows = torch.cat([batch.context, before], dim=-1) + torch.from_numpy(STARTS)
        entered = self.told(rows.flatten(0, 1)).unflatten(0, rows.shape[:2])
        states, _ = self.lstm(self.dropout(entered))
        known = torch.cat([self.dropout(states), entered], dim=-1)
        length = self.length_output(self.dropout(torch.tanh(self.length_head(known))))
        told = torch.tanh(self.pitch_head(known) + self.told_length(batch.length))
        pitch = self.pitch_output(self.dropout(told))
        return torch.log_softmax(length, dim=-1), torch.log_softmax(pitch, dim=-1)


def surprise_of(network: nn.Module, batch: TuneBatch) -> tuple[Tensor, Tensor]:
    """Return the losses, in nats, of the duration and the pitch of each event outside the padding, (event,) each."""
    length, pitch = network(batch)
    lengths = -length.gather(-1, batch.length[..., None])[..., 0]
    pitches = -pitch.gather(-1, batch.pitch[..., None])[..., 0]
    return lengths[batch.real], pitches[batch.real]


def _shifted(tokens: Tensor, first: int) -> Tensor:
    return torch.cat([torch.full_like(tokens[:, :1], first), tokens[:, :-1]], dim=1)
