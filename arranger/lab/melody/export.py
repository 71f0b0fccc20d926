"""The model card of the melody weights: the model, its training data, its training and its results."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from arranger.lab.training.request import TrainingRequest
from arranger.lab.training.shipping import origin_of, ship
from arranger.models.melody.vocabulary import FINGERPRINT
from corpora.tunes import TUNE_BOOKS


def promote(request: TrainingRequest) -> None:
    """Write the weights and the card of the best checkpoint of a run. Raises ValueError if the run has no metrics."""
    ship(request.out, request.weights, partial(card_of, name=request.out.name))


def card_of(checkpoint: Mapping[str, Any], config: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the model card of a checkpoint, as it is written to ``card.json``."""
    return {
        "name": name,
        "what": "melody model: predicts the duration and pitch of a tune's next note, given all notes before it, "
        "metre, key, phrase ends, and chords where they are known",
        **origin_of(checkpoint, config),
        "fingerprint": FINGERPRINT,
        "corpora": [
            {
                "name": books.name,
                "title": books.title,
                "citation": books.citation,
                "licence": books.licence,
                "digest": books.digest,
                **{side: counts.get(books.name, 0) for side, counts in config["tunes"].items()},
            }
            for books in TUNE_BOOKS
        ],
        "split": "by family of tunes (corpora/families.py); the test part is for final measurements only",
        "limits": "the Essen encodings are for non-commercial use, so ask for permission before selling tunes written "
        "by this model; folk songs and dances of Germany, Ireland, Scotland and North America only; chords in a third "
        "of the tunes only, and estimated",
        "valid": checkpoint["measures"],
        "config": {each: config[each] for each in ("schedule", "training", "network")},
    }
