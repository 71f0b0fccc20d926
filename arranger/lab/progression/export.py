"""The model card of the progression weights: the model, its training data, its training and its results."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from arranger.lab.training.request import TrainingRequest
from arranger.lab.training.shipping import described, origin_of, ship
from arranger.models.progression.vocabulary import FINGERPRINT
from corpora.catalogue import CORPORA


def promote(request: TrainingRequest) -> None:
    """Write the weights and the card of the best checkpoint of a run. Raises ValueError if the run has no metrics."""
    ship(request.out, request.weights, partial(card_of, name=request.out.name))


def card_of(checkpoint: Mapping[str, Any], config: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the model card of a checkpoint, as it is written to ``card.json``."""
    return {
        "name": name,
        "what": "progression model: draws a chord with its bass on each beat of an unharmonised tune, given a style",
        **origin_of(checkpoint, config),
        "fingerprint": FINGERPRINT,
        "corpora": described(chosen for chosen in CORPORA if chosen.name in config["corpora"]),
        "tunes": config["tunes"],
        "targets": "chords, keys and inversions found by theory.analysis.analyse in all four voices",
        "limits": "at most one chord per beat, of nine qualities; the styles chorale, hymn, renaissance and part-song",
        "valid": checkpoint["measures"],
        "config": {each: config[each] for each in ("schedule", "training", "network")},
    }
