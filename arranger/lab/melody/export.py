"""The model card of the melody weights: the model, its training data, its training and its results."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from arranger.lab.training.request import TrainingRequest
from arranger.lab.training.shipping import origin_of, ship
from arranger.models.melody.vocabulary import FINGERPRINT
from corpora.catalogue import CORPORA
from corpora.corpus import Corpus


def promote(request: TrainingRequest) -> None:
    """Write the weights and the card of the best checkpoint of a run. Raises ValueError if the run has no metrics."""
    ship(request.out, request.weights, partial(card_of, name=request.out.name))


def _identity(corpus: Corpus) -> dict[str, str]:
    """Return what tells which tunes of a corpus were used: the digest of its files or of its split."""
    if corpus.split_file:
        return {"split": corpus.split_file, "split_digest": corpus.split_digest}
    return {"digest": corpus.digest}


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
                "name": corpus.name,
                "title": corpus.title,
                "citation": corpus.citation,
                "licence": corpus.licence,
                **_identity(corpus),
                **{side: counts.get(corpus.name, 0) for side, counts in config["tunes"].items()},
            }
            for corpus in CORPORA
            if corpus.name in config["tunes"]["train"]
        ],
        "split": "books by family of tunes (corpora/families.py), other corpora by their lists; no tune is trained on "
        "that is akin to one held out; the test parts are for final measurements only",
        "limits": "mostly tunes that are sung, unless books of tunes are among the corpora; chords in a third of the "
        "tunes only, and estimated",
        "valid": checkpoint["measures"],
        "config": {each: config[each] for each in ("schedule", "training", "network")},
    }
