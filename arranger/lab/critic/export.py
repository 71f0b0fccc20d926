"""The model card of the critic's weights: what it is, what it learned from, its rounds and its results."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from arranger.lab.critic.plans import CRITIC_WEIGHT, DRAWS, RANKS
from arranger.lab.training.request import TrainingRequest
from arranger.lab.training.shipping import described, origin_of, ship
from arranger.models.progression.critic import CRITIC_FINGERPRINT
from corpora.catalogue import CORPORA


def promote(request: TrainingRequest) -> None:
    """Write the weights and the card of the best checkpoint of a run. Raises ValueError if the run has no metrics."""
    ship(request.out, request.weights, partial(card_of, name=request.out.name))


def card_of(checkpoint: Mapping[str, Any], config: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the model card of a checkpoint, as it is written to ``card.json``."""
    return {
        "name": name,
        "what": "critic of progressions: on each beat, the log-odds that a composer wrote the chords under a tune",
        **origin_of(checkpoint, config),
        "fingerprint": CRITIC_FINGERPRINT,
        "corpora": described(chosen for chosen in CORPORA if chosen.name in config["corpora"]),
        "tunes": config["tunes"],
        "targets": "progressions of the composers against plans that the program chose for the same tunes, in rounds: "
        f"in round 0 without a critic, later with the critic of the round before, at weight {CRITIC_WEIGHT}; "
        f"{DRAWS} progressions drawn for a tune, plans in places {', '.join(map(str, RANKS))} of the choice",
        "limits": "the styles chorale and hymn; knows one chord per beat and its bass, not the voices",
        "earlier_rounds": config["earlier_rounds"],
        "valid": checkpoint["measures"],
        "config": {each: config[each] for each in ("schedule", "training", "network")},
    }
