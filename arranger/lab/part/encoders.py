"""Alternative encoders for the part network; docs/lab/part-model.md compares them with the GRU of the package.

Each maps the input columns, (B, T, F), to the same output shape as the GRU encoder, (B, T, 2 * encoder).
Decoder and heads are those of `arranger.lab.part.network`.

* ``lstm``: two bidirectional LSTM layers, like the GRU's.
* ``transformer``: three layers of bidirectional self-attention with learned relative positions (after Shaw
  et al., 2018).
* ``convolution``: as in Coconet (Huang et al., ISMIR 2017): residual gated convolutions over time; the
  dilation doubles from layer to layer, for a receptive field of 127 slices.
"""

from __future__ import annotations

import math
from typing import cast

import torch
from torch import Tensor, nn

ENCODERS = ("gru", "lstm", "transformer", "convolution")
_REACH = 96  # slices; larger distances to either side share one relative position
_ATTENTION_HEADS = 4
_DILATIONS = (1, 2, 4, 8, 16, 32)


def encoder_of(kind: str, columns: int, units: int, dropout: float) -> nn.Module:
    """Return the encoder of this name. Raises ValueError for an unknown name."""
    if kind == "lstm":
        return LstmEncoder(columns, units, dropout)
    if kind == "transformer":
        return TransformerEncoder(columns, units, dropout)
    if kind == "convolution":
        return ConvolutionEncoder(columns, units, dropout)
    raise ValueError(f"there is no encoder {kind!r}; choose from {', '.join(ENCODERS)}")


class LstmEncoder(nn.Module):
    """Two bidirectional LSTM layers."""

    def __init__(self, columns: int, units: int, dropout: float) -> None:
        super().__init__()
        self.lstm = nn.LSTM(columns, units, num_layers=2, dropout=dropout, bidirectional=True, batch_first=True)
        self.dropout = nn.Dropout(dropout)

    def forward(self, inputs: Tensor, length: Tensor) -> Tensor:
        """Return the encoding of each slice, (B, T, 2 * units)."""
        packed = nn.utils.rnn.pack_padded_sequence(inputs, length, batch_first=True, enforce_sorted=False)
        states, _ = nn.utils.rnn.pad_packed_sequence(
            self.lstm(packed)[0], batch_first=True, total_length=inputs.shape[1]
        )
        return cast(Tensor, self.dropout(states))


class TransformerEncoder(nn.Module):
    """Bidirectional self-attention over all slices."""

    def __init__(self, columns: int, units: int, dropout: float) -> None:
        super().__init__()
        size = 2 * units
        self.entrance = nn.Linear(columns, size)
        self.layers = nn.ModuleList(_Attention(size, dropout) for _ in range(3))
        self.norm = nn.LayerNorm(size)

    def forward(self, inputs: Tensor, length: Tensor) -> Tensor:
        """Return the encoding of each slice, (B, T, 2 * units)."""
        there = torch.arange(inputs.shape[1])[None, :] < length[:, None]
        encoded = self.entrance(inputs)
        for layer in self.layers:
            encoded = layer(encoded, there)
        return cast(Tensor, self.norm(encoded))


class _Attention(nn.Module):
    """A pre-norm residual block: self-attention, then a feed-forward layer."""

    def __init__(self, size: int, dropout: float) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(size) for _ in range(2))
        self.asked, self.answer = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.distance = nn.Parameter(torch.randn(2 * _REACH + 1, size // _ATTENTION_HEADS) * 0.02)
        self.feed = nn.Sequential(nn.Linear(size, 2 * size), nn.GELU(), nn.Linear(2 * size, size))
        self.dropout = nn.Dropout(dropout)

    def forward(self, encoded: Tensor, there: Tensor) -> Tensor:
        """Return the output of the block, (B, T, size)."""
        encoded = encoded + self.dropout(self._attend(self.norms[0](encoded), there))
        return cast(Tensor, encoded + self.dropout(self.feed(self.norms[1](encoded))))

    def _attend(self, encoded: Tensor, there: Tensor) -> Tensor:
        count, slices, size = encoded.shape
        split = self.asked(encoded).view(count, slices, 3, _ATTENTION_HEADS, -1)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        position = torch.arange(slices)
        distance = (position[:, None] - position[None, :]).clamp(-_REACH, _REACH) + _REACH
        relative = (query @ self.distance.T).gather(-1, distance.expand(count, _ATTENTION_HEADS, -1, -1))
        scores = (query @ key.transpose(-1, -2) + relative) / math.sqrt(query.shape[-1])
        weights = scores.masked_fill(~there[:, None, None, :], -torch.inf).softmax(dim=-1)
        return cast(Tensor, self.answer((weights @ value).transpose(1, 2).reshape(count, slices, size)))


class ConvolutionEncoder(nn.Module):
    """Residual gated convolutions; padding is set to zero before every layer."""

    def __init__(self, columns: int, units: int, dropout: float) -> None:
        super().__init__()
        size = 2 * units
        self.entrance = nn.Linear(columns, size)
        self.layers = nn.ModuleList(nn.Conv1d(size, 2 * size, 3, padding=gap, dilation=gap) for gap in _DILATIONS)
        self.norms = nn.ModuleList(nn.LayerNorm(size) for _ in _DILATIONS)
        self.dropout = nn.Dropout(dropout)

    def forward(self, inputs: Tensor, length: Tensor) -> Tensor:
        """Return the encoding of each slice, (B, T, 2 * units)."""
        there = (torch.arange(inputs.shape[1])[None, :] < length[:, None])[..., None]
        encoded = self.entrance(inputs)
        for norm, layer in zip(self.norms, self.layers, strict=True):
            heard = layer((norm(encoded) * there).transpose(1, 2)).transpose(1, 2)
            encoded = encoded + self.dropout(nn.functional.glu(heard, dim=-1))
        return cast(Tensor, encoded)
