"""The orderless network: any hidden cells, foretold from all that is known before and after them.

It fills the holes of a texture without an order of time, in the manner of Coconet (Huang et al., Counterpoint
by Convolution, ISMIR 2017) and of the orderless NADE (Uria, Murray and Larochelle, ICML 2014): it is trained on
random holes, most of them a whole voice, and gives the chances of each hidden cell by itself. The encoder is
that of `arranger.lab.part.network`, so that training can begin with a part model's; a hidden layer hears it and, at
first hand, the slice and its neighbours. What hangs together in time is left to who reads the chances
(`arranger.lab.part.infilling`).

Shapes: B batch, T slices, V voices, F input columns.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from arranger.lab.part.network import Batch, EncodingNetwork, NetworkConfig
from arranger.models.part.vocabulary import TOKENS, VOICES

NEAR = 3  # slices that the hidden layer hears at first hand


class OrderlessNetwork(EncodingNetwork):
    """Log-probabilities of each cell's token, given all known cells."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__(config)
        wide = len(VOICES) * config.head
        self.near = nn.Conv1d(config.columns, wide, NEAR, padding=NEAR // 2)
        self.far = nn.Linear(2 * config.encoder, wide)
        self.output = nn.ModuleList(nn.Linear(config.head, TOKENS) for _ in VOICES)

    def forward(self, batch: Batch) -> Tensor:
        """Return log-probabilities of tokens, (B, T, V, TOKENS); those of known cells mean nothing."""
        heard = self.far(self.encode(batch.inputs, batch.length))
        heard = heard + self.near(batch.inputs.transpose(1, 2)).transpose(1, 2)
        hidden = self.dropout(torch.tanh(heard)).view(*heard.shape[:2], len(VOICES), -1)
        logits = [output(hidden[:, :, voice]) for voice, output in enumerate(self.output)]
        return torch.log_softmax(torch.stack(logits, dim=2), dim=-1)
