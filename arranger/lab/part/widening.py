"""Adapts weights of a model with fewer styles: columns of new styles start at zero, so its output is unchanged."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from arranger.models.part.vocabulary import STYLES

_ENTRANCES = ("forward_layers.0.weight_ih_l0", "backward_layers.0.weight_ih_l0")


def widened(state: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return weights with zero columns appended for missing styles; any other difference is left as it is."""
    found = dict(state)
    for name in _ENTRANCES:
        if name in found and name in wanted:
            missing = wanted[name].shape[1] - found[name].shape[1]
            if 0 < missing < len(STYLES):
                found[name] = torch.nn.functional.pad(found[name], (0, missing))
    return found
