"""Evaluation of the networks alone on real settings: no arrangement, no rules, no search.

The part model predicts every cell given the true cells before it, and reconstructs hidden voices; an orderless network,
if given, reconstructs them instead; networks of frames (sixteenths) give the log-probability of each setting, predicted
in chronological order. The last two networks are not in the package: they are made by
``arranger train --network orderless`` and ``--network frames``. The figures are defined in `arranger.lab.part.measure`,
`arranger.lab.part.reconstruction` and `arranger.lab.frames.measure`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from arranger.lab.orderless.runtime import OrderlessModel
from arranger.lab.part.measure import measure, predicted_by
from arranger.lab.part.pieces import Piece
from arranger.lab.part.probabilities import Probabilities, filled, sampled_probabilities
from arranger.lab.part.reconstruction import Filler, reconstruction
from arranger.models.part.runtime import PartModel
from corpora.views import views_of
from theory.notation.score import Score

Sixteenths = Callable[[Sequence[Piece]], dict[str, Any]]  # such as `arranger.lab.frames.training.heard_by`


@dataclass(frozen=True)
class Networks:
    """The networks to evaluate."""

    part: PartModel
    orderless: OrderlessModel | None = None
    sixteenths: Sixteenths | None = None  # gives the figures of networks of sixteenths


def networks_alone(settings: Iterable[tuple[str, Score]], networks: Networks) -> dict[str, Any]:
    """Return the figures of the networks on named chorales."""
    pieces = [Piece(name, "chorale", views_of(score)) for name, score in settings]
    filler = filler_of(networks.part, networks.orderless) if networks.orderless else None
    table: dict[str, Any] = {
        "reconstruction": reconstruction(networks.part, pieces, filler=filler),
        "predicted": measure(predicted_by(networks.part), pieces).summary(),
    }
    return table | ({"sixteenths": networks.sixteenths(pieces)} if networks.sixteenths else {})


def filler_of(model: PartModel, orderless: OrderlessModel | None, share: float = 1.0) -> Filler:
    """Return a function that fills holes by minimum-Bayes-risk decoding.

    The probabilities are the part model's, or its product with the orderless network, which has this ``share``
    (0 to 1; 1 is the orderless network alone).
    """
    experts: list[tuple[Probabilities, float]] = [(partial(sampled_probabilities, model), 1.0)]
    if orderless is not None:
        experts = [
            (partial(sampled_probabilities, model), 1 - share),
            (lambda each: orderless.probabilities(each.inputs), share),
        ]
    return partial(filled, experts=[expert for expert in experts if expert[1]])
