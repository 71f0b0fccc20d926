"""What networks alone make of real settings: no arrangement, no rules, no search.

The part model is asked for every cell with the truth before it, and for hidden voices; an orderless network,
where one is given, fills these in its place; networks of sixteenths say how surprising the settings are,
chronologically. The last two do not ship: they are runs of ``arranger train --network orderless`` and ``--network
frames``. Each figure is defined where it is counted: `arranger.lab.part.measure`, `arranger.lab.part.reconstruction`,
`arranger.lab.frames.measure`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from arranger.lab.orderless.runtime import OrderlessModel
from arranger.lab.part.measure import foretold_by, measure
from arranger.lab.part.pieces import Piece
from arranger.lab.part.probabilities import Chances, drawn_chances, filled
from arranger.lab.part.reconstruction import Filler, reconstruction
from arranger.models.part.runtime import PartModel
from corpora.views import views_of
from theory.notation.score import Score

Sixteenths = Callable[[Sequence[Piece]], dict[str, Any]]  # such as `arranger.lab.frames.training.heard_by`


@dataclass(frozen=True)
class Networks:
    """Whom to ask."""

    part: PartModel
    orderless: OrderlessModel | None = None
    sixteenths: Sixteenths | None = None  # how surprising they find the sixteenths


def foretelling(settings: Iterable[tuple[str, Score]], networks: Networks) -> dict[str, Any]:
    """Return the figures of named chorales."""
    pieces = [Piece(name, "chorale", views_of(score)) for name, score in settings]
    filler = filler_of(networks.part, networks.orderless) if networks.orderless else None
    table: dict[str, Any] = {
        "voices found again": reconstruction(networks.part, pieces, filler=filler),
        "foretold": measure(foretold_by(networks.part), pieces).summary(),
    }
    return table | ({"sixteenths": networks.sixteenths(pieces)} if networks.sixteenths else {})


def filler_of(model: PartModel, orderless: OrderlessModel | None, share: float = 1.0) -> Filler:
    """Return what fills holes by chances: the part model's, or these times the orderless network's of such a share."""
    experts: list[tuple[Chances, float]] = [(partial(drawn_chances, model), 1.0)]
    if orderless is not None:
        experts = [(partial(drawn_chances, model), 1 - share), (lambda each: orderless.chances(each.inputs), share)]
    return partial(filled, experts=[expert for expert in experts if expert[1]])
