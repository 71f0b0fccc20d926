"""The progression network for training: which chord and bass follow, given the whole tune and what came before.

A bidirectional GRU reads the tune; a second GRU walks through the beats and reads, at each, the chord of the beat
before. Three heads give root, quality and inversion, each knowing those before it, so that their product is the
probability of the chord with its bass. `arranger.models.progression.runtime` computes the same in numpy. Shapes: B
tunes, T slots.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from arranger.models.progression.vocabulary import COLUMNS, PARTS, TOKEN_WIDTH


@dataclass(frozen=True)
class ProgressionConfig:
    """Sizes of the network."""

    entrance: int = 128  # units of the input layer
    encoder: int = 128  # units per direction
    decoder: int = 224
    dropout: float = 0.35
    hidden_columns: float = 0.1  # share of input columns hidden in training
    forgotten: float = 0.15  # share of previous chords hidden in training, so that mistakes do not pile up


@dataclass(frozen=True)
class ProgressionBatch:
    """Tunes padded to one length; tokens are -1 where nothing is to be learned."""

    features: Tensor  # (B, T, COLUMNS)
    lengths: Tensor  # (B,)
    tokens: Tensor  # (B, T, 3)


class ProgressionNetwork(nn.Module):
    """Logits of root, quality and inversion on each beat, given the chords before it."""

    def __init__(self, config: ProgressionConfig) -> None:
        super().__init__()
        self.config = config
        self.enter = nn.Linear(COLUMNS, config.entrance)
        self.encoder = nn.GRU(config.entrance, config.encoder, bidirectional=True, batch_first=True)
        self.decoder = nn.GRU(2 * config.encoder + TOKEN_WIDTH, config.decoder, batch_first=True)
        heard = config.decoder + 2 * config.encoder
        self.root = nn.Linear(heard, PARTS[0])
        self.quality = nn.Linear(heard + PARTS[0], PARTS[1])
        self.inversion = nn.Linear(heard + PARTS[0] + PARTS[1], PARTS[2])
        self.dropout = nn.Dropout(config.dropout)
        self.hide = nn.Dropout(config.hidden_columns)

    def forward(self, batch: ProgressionBatch) -> tuple[Tensor, Tensor, Tensor]:
        """Return the logits of root, quality and inversion, (B, T, 12), (B, T, 9) and (B, T, 4)."""
        told = indicators(batch.tokens)  # (B, T, TOKEN_WIDTH)
        context = self._context(batch.features, batch.lengths)  # (B, T, 2 * encoder)
        before = torch.cat([torch.zeros_like(told[:, :1]), told[:, :-1]], dim=1)
        if self.training:
            before = before * (torch.rand(before.shape[:2]) >= self.config.forgotten)[..., None]
        states, _ = self.decoder(torch.cat([context, before], dim=-1))
        heard = self.dropout(torch.cat([states, context], dim=-1))
        root, quality = told[..., : PARTS[0]], told[..., PARTS[0] : -PARTS[2]]
        return (
            self.root(heard),
            self.quality(torch.cat([heard, root], dim=-1)),
            self.inversion(torch.cat([heard, root, quality], dim=-1)),
        )

    def _context(self, features: Tensor, lengths: Tensor) -> Tensor:
        entered = self.dropout(torch.tanh(self.enter(self.hide(features))))
        packed = pack_padded_sequence(entered, lengths, batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.encoder(packed)[0], batch_first=True, total_length=features.shape[1])
        context: Tensor = self.dropout(states)
        return context


def indicators(tokens: Tensor) -> Tensor:
    """Return tokens (B, T, 3) as indicators, (B, T, TOKEN_WIDTH); zeros where unknown."""
    parts = [
        nn.functional.one_hot(tokens[..., part].clamp(min=0), size) * (tokens[..., part : part + 1] >= 0)
        for part, size in enumerate(PARTS)
    ]
    return torch.cat(parts, dim=-1).float()


def loss_of(network: nn.Module, batch: ProgressionBatch) -> Tensor:
    """Return the losses, in nats, of root, quality and inversion of each known slot, (known slots, 3)."""
    known = batch.tokens[..., 0] >= 0
    losses = [
        nn.functional.cross_entropy(logits[known], batch.tokens[..., part][known], reduction="none")
        for part, logits in enumerate(network(batch))
    ]
    return torch.stack(losses, dim=-1)
