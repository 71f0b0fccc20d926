"""The part network in torch.

* The encoder, a bidirectional GRU of two layers, reads all that is known of the piece, past and future.
* The decoder, a causal GRU, reads the tokens of each completed slice.
* Within a slice each voice has a head with one hidden layer. Its input is a sum: a projection of
  encoder and decoder states, an embedding of the voice's own previous token, and one embedding for each
  other voice that is known or already chosen. Because it is a sum, the search can score hundreds of
  verticalities with a few additions each.

The two directions of the encoder are separate GRUs. The backward one runs on sequences that are reversed
within their length, so that padding never enters a state. Shapes: B batch, T slices, V voices, F input columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from arranger.lab.part.encoders import encoder_of
from arranger.models.part.vocabulary import MOVES, ORDER, TOKENS, VOICES

NO_TOKEN = TOKENS  # the row of an embedding that stands for "before the first slice" and stays zero


@dataclass(frozen=True)
class NetworkConfig:
    """Sizes of the network."""

    columns: int  # F, width of the input
    encoder: int = 128  # units of one direction of one layer
    layers: int = 2
    decoder: int = 256
    embedding: int = 96  # of a token, at the decoder's input
    head: int = 128  # hidden units of a voice's head
    dropout: float = 0.2
    encoder_kind: str = "gru"  # or another of `arranger.lab.part.encoders`; those do not ship


@dataclass(frozen=True)
class PartBatch:
    """A batch of examples, padded at the end to the same length."""

    inputs: Tensor  # (B, T, F) float
    tokens: Tensor  # (B, T, V) the truth
    known: Tensor  # (B, T, V) bool: the cell is given
    length: Tensor  # (B,) number of slices without padding


class EncodingNetwork(nn.Module):
    """Base of the networks whose encoder reads all that is known of a piece, past and future."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        layers = config.layers if config.encoder_kind == "gru" else 0
        width = ([config.columns] + [2 * config.encoder] * (layers - 1)) if layers else []
        self.forward_layers = nn.ModuleList(nn.GRU(size, config.encoder, batch_first=True) for size in width)
        self.backward_layers = nn.ModuleList(nn.GRU(size, config.encoder, batch_first=True) for size in width)
        if not layers:
            self.encoder = encoder_of(config.encoder_kind, config.columns, config.encoder, config.dropout)
        self.dropout = nn.Dropout(config.dropout)

    def encode(self, inputs: Tensor, length: Tensor) -> Tensor:
        """Return the encoding of each slice, (B, T, 2 * encoder)."""
        if self.config.encoder_kind != "gru":
            return cast(Tensor, self.encoder(inputs, length))
        backwards = _reversal(length, inputs.shape[1])
        for forward, backward in zip(self.forward_layers, self.backward_layers, strict=True):
            left, _ = forward(inputs)
            right, _ = backward(_reorder(inputs, backwards))
            inputs = self.dropout(torch.cat([left, _reorder(right, backwards)], dim=-1))
        return inputs


class PartNetwork(EncodingNetwork):
    """Log-probabilities of each voice's move, given all known cells and the cells chosen before it."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__(config)
        self.token_embedding = nn.ModuleList(_embedding(config.embedding) for _ in VOICES)
        self.encoder_to_decoder = nn.Linear(2 * config.encoder, config.embedding)
        self.decoder = nn.GRU(config.embedding, config.decoder, batch_first=True)
        self.context = nn.ModuleList(nn.Linear(2 * config.encoder + config.decoder, config.head) for _ in VOICES)
        self.previous = nn.ModuleList(_embedding(config.head) for _ in VOICES)
        self.other = nn.ModuleList(nn.ModuleList(_embedding(config.head) for _ in VOICES) for _ in VOICES)
        self.output = nn.ModuleList(nn.Linear(config.head, MOVES) for _ in VOICES)

    def forward(self, batch: PartBatch) -> Tensor:
        """Return log-probabilities of moves, (B, T, V, MOVES), under teacher forcing."""
        encoded = self.encode(batch.inputs, batch.length)
        before = _shift(batch.tokens)
        context = self.dropout(torch.cat([encoded, self._decode(encoded, batch.tokens)], dim=-1))
        logits = []
        for voice in range(len(VOICES)):
            hidden = self.context[voice](context) + self.previous[voice](before[..., voice])
            for other in range(len(VOICES)):
                if other != voice:
                    told_by = cast(nn.ModuleList, self.other[voice])[other]
                    heard = batch.known[..., other] | (ORDER.index(other) < ORDER.index(voice))
                    told = torch.where(heard, batch.tokens[..., other], NO_TOKEN)
                    hidden = hidden + told_by(told)
            logits.append(self.output[voice](self.dropout(torch.tanh(hidden))))
        return torch.log_softmax(torch.stack(logits, dim=2), dim=-1)

    def _decode(self, encoded: Tensor, tokens: Tensor) -> Tensor:
        """Return the decoder's state before each slice, (B, T, decoder)."""
        entered = self.encoder_to_decoder(encoded)
        for voice, embedding in enumerate(self.token_embedding):
            entered = entered + embedding(tokens[..., voice])
        states, _ = self.decoder(self.dropout(entered))
        return torch.cat([torch.zeros_like(states[:, :1]), states[:, :-1]], dim=1)


def _embedding(size: int) -> nn.Embedding:
    embedding = nn.Embedding(TOKENS + 1, size, padding_idx=NO_TOKEN)
    with torch.no_grad():
        embedding.weight.mul_(0.1)
    return embedding


def _shift(tokens: Tensor) -> Tensor:
    """Return each slice's previous tokens, (B, T, V); NO_TOKEN for the first slice."""
    return torch.cat([torch.full_like(tokens[:, :1], NO_TOKEN), tokens[:, :-1]], dim=1)


def _reversal(length: Tensor, slices: int) -> Tensor:
    """Return the indices (B, T) that reverse each sequence within its length and leave the padding in place."""
    index = torch.arange(slices)[None, :]
    return torch.where(index < length[:, None], length[:, None] - 1 - index, index)


def _reorder(sequence: Tensor, places: Tensor) -> Tensor:
    return torch.gather(sequence, 1, places[..., None].expand_as(sequence))
