"""The orderless network: predicts each hidden cell on its own, from all known cells before and after it.

It fills the holes of a texture in no fixed order, like Coconet (Huang et al., Counterpoint by Convolution,
ISMIR 2017) and the orderless NADE (Uria, Murray and Larochelle, ICML 2014). It is trained on random holes, most
of them a whole voice, and outputs the marginal probabilities of each hidden cell. The encoder is that of
`arranger.lab.part.network`, so that training can start from a part model's; a hidden layer reads the encoding and,
directly, the input columns of the slice and its neighbours. The network does not make neighbouring cells agree;
the decoding in `arranger.lab.part.probabilities` does.

Shapes: B batch, T slices, V voices, F input columns.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from arranger.lab.part.network import EncodingNetwork, NetworkConfig, PartBatch
from arranger.models.part.vocabulary import TOKENS, VOICES

NEAR = 3  # slices whose input columns the hidden layer reads directly


class OrderlessNetwork(EncodingNetwork):
    """Log-probabilities of each cell's token, given all known cells."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__(config)
        wide = len(VOICES) * config.head
        self.near = nn.Conv1d(config.columns, wide, NEAR, padding=NEAR // 2)
        self.far = nn.Linear(2 * config.encoder, wide)
        self.output = nn.ModuleList(nn.Linear(config.head, TOKENS) for _ in VOICES)

    def forward(self, batch: PartBatch) -> Tensor:
        """Return log-probabilities of tokens, (B, T, V, TOKENS); those of known cells are meaningless."""
        heard = self.far(self.encode(batch.inputs, batch.length))
        heard = heard + self.near(batch.inputs.transpose(1, 2)).transpose(1, 2)
        hidden = self.dropout(torch.tanh(heard)).view(*heard.shape[:2], len(VOICES), -1)
        logits = [output(hidden[:, :, voice]) for voice, output in enumerate(self.output)]
        return torch.log_softmax(torch.stack(logits, dim=2), dim=-1)
