"""What networks alone make of real settings: no arrangement, no rules, no search.

The part model is asked for every cell with the truth before it, and for hidden voices; an orderless network,
where one is given, fills these in its place; networks of sixteenths say how surprising the settings are,
chronologically. The last two do not ship: they are runs of ``arranger train --network orderless`` and ``--network
frames``. Each figure is defined where it is counted: `arranger.model.evaluation`, `arranger.model.reconstruction`,
`arranger.model.frame_measure`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from arranger.model.chances import Chances, drawn_chances, filled
from arranger.model.evaluation import foretold_by, measure
from arranger.model.orderless_runtime import OrderlessModel
from arranger.model.pieces import Piece
from arranger.model.reconstruction import Filler, reconstruction
from arranger.model.runtime import PartModel
from corpora.views import views_of
from theory.score import Score

Table = dict[str, Any]


@dataclass(frozen=True)
class Networks:
    """Whom to ask."""

    part: PartModel
    orderless: Path | None = None  # weights
    frames: tuple[Path, ...] = ()  # runs; several are heard as the mean of their chances


def foretelling(settings: Iterable[tuple[str, Score]], networks: Networks) -> Table:
    """Return the figures of named chorales."""
    pieces = [Piece(name, "chorale", views_of(score)) for name, score in settings]
    filler = filler_of(networks.part, networks.orderless) if networks.orderless else None
    table: Table = {
        "voices found again": reconstruction(networks.part, pieces, filler=filler),
        "foretold": measure(foretold_by(networks.part), pieces).summary(),
    }
    return table | ({"sixteenths": frame_figures(networks.frames, pieces)} if networks.frames else {})


def filler_of(model: PartModel, orderless: Path | None, share: float = 1.0) -> Filler:
    """Return what fills holes by chances: the part model's, or these times the orderless network's of such a share."""
    experts: list[tuple[Chances, float]] = [(partial(drawn_chances, model), 1.0)]
    if orderless is not None:
        network = OrderlessModel.load(orderless)
        experts = [(partial(drawn_chances, model), 1 - share), (lambda example: network.chances(example.inputs), share)]
    return partial(filled, experts=[expert for expert in experts if expert[1]])


def frame_figures(runs: Sequence[Path], pieces: Sequence[Piece], *, keys: int = 0) -> Table:
    """Return what the best checkpoint of a run, or the mixture of several, says of the sixteenths of pieces.

    Each network also hears the pieces so many semitones up and down. ValueError where a run was made by a network
    of another shape.
    """
    import torch

    from arranger.model.frame_network import FrameNetwork, FrameNetworkConfig
    from arranger.model.frame_training import changes_of_pieces, mixture_measured

    torch.set_num_threads(1)
    networks = []
    for run in runs:
        checkpoint = torch.load(run / "best.pt", weights_only=True)
        network = FrameNetwork(FrameNetworkConfig(**checkpoint["network_config"]))
        network.load_state_dict(checkpoint["averaged"])
        networks.append(network)
    return mixture_measured(networks, changes_of_pieces(pieces), keys=range(-keys, keys + 1)).summary()
