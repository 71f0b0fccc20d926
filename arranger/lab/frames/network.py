"""Networks that predict the sixteenths of a four-part score in chronological order, with exact probabilities.

A core (GRU, LSTM, or a transformer with relative positions and a causal mask) reads the events so far
(`arranger.lab.frames.encoding.Changes`). Each voice has a head that also reads the voices chosen before it, in the
order of `arranger.models.part.vocabulary.ORDER`; a last head predicts how long the event lasts. In every event at least
one voice changes, so the last voice must change if all others have stayed: the product of all heads is the exact
probability of the piece. Each head also outputs one logit for staying, which is added to the logit of the voice's
previous pitch, so that staying is learned once and not separately for each pitch.

Shapes: B batch, E events, V voices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from arranger.lab.frames.encoding import AGES, LONGEST, METERS, PLACES
from arranger.models.part.vocabulary import ORDER, STYLES, VOICES

CORES = ("gru", "lstm", "transformer")
_BEFORE = PLACES  # the row that stands for "before the first event"


@dataclass(frozen=True)
class FrameNetworkConfig:
    """Sizes of the network."""

    core: str = "lstm"
    units: int = 256
    layers: int = 2
    embedding: int = 64  # of a voice's pitch at the core's entrance
    head: int = 192
    dropout: float = 0.25
    attention_heads: int = 4
    reach: int = 128  # events; all larger distances share one relative position of the transformer


@dataclass(frozen=True)
class FrameBatch:
    """Crops of pieces, padded at the end."""

    place: Tensor  # (B, E, V)
    length: Tensor  # (B, E) 1 to LONGEST
    age: Tensor  # (B, E, V)
    meter: Tensor  # (B, E)
    last: Tensor  # (B, E) bool: the piece ends with it
    style: Tensor  # (B,)
    counted: Tensor  # (B, E) bool: not padding


class FrameNetwork(nn.Module):
    """The loss in nats of each voice's pitch and of the length of each event, given everything before it."""

    def __init__(self, config: FrameNetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.pitch = nn.ModuleList(nn.Embedding(PLACES + 1, config.embedding) for _ in VOICES)
        self.age = nn.ModuleList(nn.Embedding(len(AGES) + 1, 8) for _ in VOICES)
        self.length = nn.Embedding(LONGEST + 1, 16)
        self.meter = nn.Embedding(METERS, 24)
        self.style = nn.Embedding(len(STYLES), 8)
        wide = len(VOICES) * (config.embedding + 8) + 16 + 24 + 8
        self.entrance = nn.Linear(wide, config.units)
        self.core = _core(config)
        heads = len(VOICES) + 1  # the last is the length's
        self.context = nn.Linear(config.units + wide, heads * config.head)
        self.other = nn.ModuleList(nn.ModuleList(_small(config.head) for _ in VOICES) for _ in range(heads))
        self.hidden = nn.ModuleList(nn.Linear(config.head, config.head) for _ in range(heads))
        self.output = nn.ModuleList(nn.Linear(config.head, PLACES + 1) for _ in VOICES)  # the last logit: stay
        self.lasts = nn.Linear(config.head, LONGEST)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, batch: FrameBatch) -> Tensor:
        """Return nats under teacher forcing, (B, E, V + 1): of each voice's pitch, then of the length."""
        before, length = _before(batch.place, _BEFORE), _before(batch.length, 0)
        told = [table(before[..., voice]) for voice, table in enumerate(self.pitch)]
        told += [table(batch.age[..., voice]) for voice, table in enumerate(self.age)]
        told += [self.length(length), self.meter(batch.meter)]
        told += [self.style(batch.style)[:, None].expand(-1, before.shape[1], -1)]
        entered = torch.cat(told, dim=-1)
        state = self.core(self.dropout(self.entrance(entered)))
        context = self.context(torch.cat([self.dropout(state), entered], dim=-1))
        shares = context.split(self.config.head, dim=-1)
        must = (length > 0) & (length < LONGEST)  # some voice changes, unless a longer event was split here
        nats = [self._pitch(voice, shares[voice], batch.place, (before, must)) for voice in range(len(VOICES))]
        return torch.stack([*nats, self._length(shares[-1], batch)], dim=-1)

    def _pitch(self, voice: int, context: Tensor, place: Tensor, known: tuple[Tensor, Tensor]) -> Tensor:
        before, must = known
        earlier = ORDER[: ORDER.index(voice)]
        scores = self.output[voice](self._heard(voice, context, place, earlier))
        logits, stay = scores[..., :PLACES], scores[..., PLACES:]
        own = before[..., voice : voice + 1]
        stay = torch.where(own == _BEFORE, torch.zeros_like(stay), stay)
        logits = logits.scatter_add(-1, own.clamp(max=PLACES - 1), stay)
        if len(earlier) == len(VOICES) - 1:
            stayed = (place == before)[..., list(earlier)].all(dim=-1) & must
            ruled_out = nn.functional.one_hot(own[..., 0].clamp(max=PLACES - 1), PLACES).bool() & stayed[..., None]
            logits = logits.masked_fill(ruled_out, -torch.inf)
        return -torch.log_softmax(logits, dim=-1).gather(-1, place[..., voice : voice + 1])[..., 0]

    def _length(self, context: Tensor, batch: FrameBatch) -> Tensor:
        """Return the nats of event lengths, (B, E); for the last event, of lasting at least that long."""
        logits = self.lasts(self._heard(len(VOICES), context, batch.place, ORDER))
        log_probs = torch.log_softmax(logits, dim=-1)
        index = (batch.length - 1).clamp(min=0)
        shorter = torch.arange(LONGEST) < index[..., None]
        at_least = log_probs.masked_fill(shorter, -torch.inf).logsumexp(dim=-1)
        exactly = log_probs.gather(-1, index[..., None])[..., 0]
        return -torch.where(batch.last, at_least, exactly)

    def _heard(self, head: int, context: Tensor, place: Tensor, voices: tuple[int, ...]) -> Tensor:
        """Return a head's hidden layer, (B, E, head), from its context and the voices chosen before it."""
        for voice in voices:
            context = context + cast(nn.ModuleList, self.other[head])[voice](place[..., voice])
        first = self.dropout(nn.functional.gelu(context))
        return cast(Tensor, self.dropout(nn.functional.gelu(self.hidden[head](first) + context)))


def _small(size: int) -> nn.Embedding:
    table = nn.Embedding(PLACES, size)
    nn.init.normal_(table.weight, std=0.1)
    return table


def _before(values: Tensor, first: int) -> Tensor:
    return torch.cat([torch.full_like(values[:, :1], first), values[:, :-1]], dim=1)


def _core(config: FrameNetworkConfig) -> nn.Module:
    if config.core == "transformer":
        return Transformer(config)
    if config.core not in CORES:
        raise ValueError(f"there is no core {config.core!r}; choose from {', '.join(CORES)}")
    return Recurrent(config)


class Recurrent(nn.Module):
    """GRU or LSTM layers with dropout and residual connections."""

    def __init__(self, config: FrameNetworkConfig) -> None:
        super().__init__()
        cell = {"gru": nn.GRU, "lstm": nn.LSTM}[config.core]
        self.layers = nn.ModuleList(cell(config.units, config.units, batch_first=True) for _ in range(config.layers))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, entered: Tensor) -> Tensor:
        """Return the state after each event's input, (B, E, units)."""
        for layer in self.layers:
            entered = entered + self.dropout(layer(entered)[0])
        return entered


class Transformer(nn.Module):
    """Causal self-attention with learned relative positions (after Huang et al., Music Transformer, 2019)."""

    def __init__(self, config: FrameNetworkConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(_Block(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.units)

    def forward(self, entered: Tensor) -> Tensor:
        """Return the state after each event's input, (B, E, units)."""
        for layer in self.layers:
            entered = layer(entered)
        return cast(Tensor, self.norm(entered))


class _Block(nn.Module):
    """A pre-norm residual block: causal self-attention, then a feed-forward layer."""

    def __init__(self, config: FrameNetworkConfig) -> None:
        super().__init__()
        size, self.heads, self.reach = config.units, config.attention_heads, config.reach
        self.norms = nn.ModuleList(nn.LayerNorm(size) for _ in range(2))
        self.asked = nn.Linear(size, 3 * size)
        self.answer = nn.Linear(size, size)
        self.distance = nn.Parameter(torch.randn(config.reach, size // config.attention_heads) * 0.02)
        self.feed = nn.Sequential(nn.Linear(size, 3 * size), nn.GELU(), nn.Linear(3 * size, size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, entered: Tensor) -> Tensor:
        """Return the output of the block for each event, (B, E, units)."""
        entered = entered + self.dropout(self._attend(self.norms[0](entered)))
        return cast(Tensor, entered + self.dropout(self.feed(self.norms[1](entered))))

    def _attend(self, entered: Tensor) -> Tensor:
        count, events, size = entered.shape
        split = self.asked(entered).view(count, events, 3, self.heads, size // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        position = torch.arange(events)
        distance = position[:, None] - position[None, :]
        near = distance.clamp(0, self.reach - 1).expand(count, self.heads, -1, -1)
        relative = (query @ self.distance.T).gather(-1, near)
        scores = (query @ key.transpose(-1, -2) + relative) / math.sqrt(query.shape[-1])
        weights = scores.masked_fill(distance < 0, -torch.inf).softmax(dim=-1)
        return cast(Tensor, self.answer((weights @ value).transpose(1, 2).reshape(count, events, size)))
