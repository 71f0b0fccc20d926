"""The model card of the chord weights: the model, its training data, its training and its results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from arranger.harmonizing.proposing import MIXTURES
from arranger.lab.chords.pieces import CHOOSING
from arranger.lab.training.request import TrainingRequest
from arranger.lab.training.shipping import described, origin_of, ship
from arranger.models.chords.vocabulary import FINGERPRINT
from corpora.chorales import CHORALES
from corpora.hymns import HYMNS

_SHEETS = {
    "name": "lead sheets",
    "citation": "OpenEWLD (Simonetta, Carnovalini, Orio, Rodà), DOI 10.5281/zenodo.4332855",
    "licence": "songs in the public domain, read from a folder of the user's; not part of this package",
    "split": f"validation: of every third file by name, the {CHOOSING} with the lowest SHA-256 of the file name; "
    "all others train. Sheets with almost only plain chords are counted as folk (arranger/lab/chords/pieces.py)",
}


def promote(request: TrainingRequest) -> None:
    """Write the weights and the card of the best checkpoint of a run. Raises ValueError if the run has no metrics."""
    ship(request.out, request.weights, partial(card_of, name=request.out.name))


def card_of(checkpoint: Mapping[str, Any], config: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the model card of a checkpoint, as it is written to ``card.json``."""
    return {
        "name": name,
        "what": "chord model: predicts chord, key and chord change on each beat of an unharmonised tune, given a style",
        **origin_of(checkpoint, config),
        "fingerprint": FINGERPRINT,
        "corpora": [*described((CHORALES, HYMNS)), _SHEETS],
        "tunes": config["tunes"],
        "targets": "chorales and hymns: chords and keys estimated by theory.harmony.estimate from all four voices; "
        "lead sheets: their symbols, and keys estimated from tune and symbols",
        "mixtures": {style: asdict(mixture) for style, mixture in MIXTURES.items()},
        "limits": "chords in root position, of nine qualities; at most one per beat; popular songs of 1900 to 1930 and "
        "hymns in English, chorales in German",
        "valid": checkpoint["measures"],
        "config": {each: config[each] for each in ("schedule", "training", "network")},
    }
