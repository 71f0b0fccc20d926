"""The chord network for training: a bidirectional GRU over the beats (slots) of a tune.

For each slot it predicts the chord, the local key, and whether the chord changes. `arranger.models.chords.runtime`
computes the same in numpy. Shapes: B tunes, T slots.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from arranger.models.chords.vocabulary import CHORDS, COLUMNS, LOCAL_KEYS, OUTPUTS


@dataclass(frozen=True)
class ChordConfig:
    """Sizes of the network."""

    entrance: int = 96  # units of the input layer
    hidden: int = 112  # units per direction
    layers: int = 1
    dropout: float = 0.35
    deaf: float = 0.1  # dropout of the input columns


@dataclass(frozen=True)
class ChordBatch:
    """Tunes padded to one length; targets are -1 where nothing is to be learned."""

    features: Tensor  # (B, T, COLUMNS)
    lengths: Tensor  # (B,)
    chord: Tensor  # (B, T)
    key: Tensor  # (B, T)
    change: Tensor  # (B, T)


class ChordNetwork(nn.Module):
    """Logits of chords and keys, and the log-odds of a chord change."""

    def __init__(self, config: ChordConfig) -> None:
        super().__init__()
        self.config = config
        self.enter = nn.Linear(COLUMNS, config.entrance)
        self.gru = nn.GRU(
            config.entrance,
            config.hidden,
            num_layers=config.layers,
            bidirectional=True,
            batch_first=True,
            dropout=config.dropout if config.layers > 1 else 0.0,
        )
        self.output = nn.Linear(2 * config.hidden, OUTPUTS)
        self.dropout = nn.Dropout(config.dropout)
        self.deaf = nn.Dropout(config.deaf)

    def forward(self, features: Tensor, lengths: Tensor) -> Tensor:
        """Return the logits, (B, T, OUTPUTS)."""
        entered = self.dropout(torch.tanh(self.enter(self.deaf(features))))
        packed = pack_padded_sequence(entered, lengths, batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.gru(packed)[0], batch_first=True, total_length=features.shape[1])
        found: Tensor = self.output(self.dropout(states))
        return found


def surprise_of(network: nn.Module, batch: ChordBatch) -> tuple[Tensor, Tensor, Tensor]:
    """Return the losses, in nats, of the known chords, keys and changes: three tensors (known slots,)."""
    chord, key, change = network(batch.features, batch.lengths).split((CHORDS, LOCAL_KEYS, 1), dim=-1)
    known, keyed, told = batch.chord >= 0, batch.key >= 0, batch.change >= 0
    return (
        nn.functional.cross_entropy(chord[known], batch.chord[known], reduction="none"),
        nn.functional.cross_entropy(key[keyed], batch.key[keyed], reduction="none"),
        nn.functional.binary_cross_entropy_with_logits(
            change[told][:, 0], batch.change[told].to(change.dtype), reduction="none"
        ),
    )
