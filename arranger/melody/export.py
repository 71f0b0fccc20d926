"""The melody weights that ship: a run's best network as half floats, with a card that says all about it.

    python -m arranger.melody.export runs/melody-v1 arranger/weights/melody-v1

A run without metrics is refused.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from arranger.melody.tunes import load_tunes
from arranger.melody.vocabulary import FINGERPRINT
from arranger.model.export import origin_of, ship
from corpora.tunes import TUNE_SETS


def promote(run: Path, target: Path, cache: Path) -> None:
    """Write weights and card of a run's best checkpoint; ValueError for a run without metrics."""
    ship(run, target, partial(card_of, cache=cache))


def card_of(checkpoint: Mapping[str, Any], config: Mapping[str, Any], cache: Path) -> dict[str, Any]:
    """Return the card: what the model is, what it was trained on and how, and what it reached."""
    sources = {split: [tune.source for tune in load_tunes(split, cache)] for split in ("train", "valid", "test")}
    return {
        "name": "melody-v1",
        "what": "melody model: the duration and pitch of a tune's next note, given all before it, metre, key, "
        "the places where phrases end, and chords where they are known",
        **origin_of(checkpoint, config),
        "fingerprint": FINGERPRINT,
        "corpora": [
            {
                "name": chosen.name,
                "title": chosen.title,
                "citation": chosen.citation,
                "licence": chosen.licence,
                "digest": chosen.digest,
                **{split: names.count(chosen.name) for split, names in sources.items()},
            }
            for chosen in TUNE_SETS
        ],
        "split": "by family of tunes (corpora/families.py); test is for final measurements only",
        "limits": "Essen's encodings are for non-commercial use, so whoever sells what this model writes should ask; "
        "folk songs and dances of Germany, Ireland, Scotland and North America only; chords estimated, in a third",
        "valid": checkpoint["measures"],
        "config": {name: config[name] for name in ("schedule", "training", "network")},
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Promote from the command line."""
    parser = argparse.ArgumentParser(prog="python -m arranger.melody.export", description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"), help="folder of the encoded tunes")
    options = parser.parse_args(arguments)
    try:
        promote(options.run, options.target, options.cache)
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
