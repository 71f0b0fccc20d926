"""The critic network for training: beat by beat, is this a composer's progression or one of the program's plans?

`arranger.models.progression.critic` computes the same in numpy. Shapes: B progressions, T slots.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from arranger.models.progression.critic import CRITIC_COLUMNS


@dataclass(frozen=True)
class CriticConfig:
    """Sizes of the network."""

    entrance: int = 96  # units of the input layer
    units: int = 64  # per direction
    dropout: float = 0.4
    hidden_columns: float = 0.15  # share of input columns hidden in training


class CriticNetwork(nn.Module):
    """Log-odds, on each slot, that a composer wrote the progression."""

    def __init__(self, config: CriticConfig) -> None:
        super().__init__()
        self.enter = nn.Linear(CRITIC_COLUMNS, config.entrance)
        self.gru = nn.GRU(config.entrance, config.units, bidirectional=True, batch_first=True)
        self.head = nn.Linear(2 * config.units, 1)
        self.dropout = nn.Dropout(config.dropout)
        self.hide = nn.Dropout(config.hidden_columns)

    def forward(self, columns: Tensor) -> Tensor:
        """Return the log-odds of progressions (B, T, CRITIC_COLUMNS), (B, T)."""
        entered = self.dropout(torch.tanh(self.enter(self.hide(columns))))
        states, _ = self.gru(entered)
        odds: Tensor = self.head(self.dropout(states))
        return odds.squeeze(-1)
