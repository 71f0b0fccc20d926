"""The chord weights that ship: a run's best network as half floats, with a card that says all about it.

    python -m arranger.harmony.export runs/chords-v1 arranger/weights/chords-v1 --hymns FOLDER --sheets FOLDER

A run without metrics is refused.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from arranger.harmony.pieces import CHOOSING, SPLITS, Sources, load_examples
from arranger.harmony.proposing import MIXTURES
from arranger.harmony.vocabulary import FINGERPRINT, STYLES
from arranger.model.export import origin_of, ship
from corpora.catalogue import CHORALES, HYMNS

_SHEETS = {
    "name": "lead sheets",
    "citation": "OpenEWLD (Simonetta, Carnovalini, Orio, Rodà), DOI 10.5281/zenodo.4332855",
    "licence": "songs in the public domain, a folder that is given; not part of this package",
    "split": f"every third file by name may choose; of these the {CHOOSING} of lowest SHA-256 of the file name do; "
    "all others train. Folk are those of plain chords (arranger/harmony/pieces.py)",
}


def promote(run: Path, target: Path, sources: Sources, cache: Path) -> None:
    """Write weights and card of a run's best checkpoint; ValueError for a run without metrics."""

    def card(checkpoint: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
        counts = {split: Counter(example.style for example in load_examples(split, sources, cache)) for split in SPLITS}
        return card_of(checkpoint, config, counts)

    ship(run, target, card)


def card_of(
    checkpoint: Mapping[str, Any], config: Mapping[str, Any], counts: Mapping[str, Counter[str]]
) -> dict[str, Any]:
    """Return the card: what the model is, what it was trained on and how, and what it reached."""
    return {
        "name": "chords-v1",
        "what": "chord model: chord, key and change of chord on each beat of a bare tune, in a style",
        **origin_of(checkpoint, config),
        "fingerprint": FINGERPRINT,
        "corpora": [
            *(
                {
                    "name": chosen.name,
                    "title": chosen.title,
                    "citation": chosen.citation,
                    "licence": chosen.licence,
                    "split": f"lists train and valid of corpora/splits/{chosen.split_file}; test lists untouched",
                    "split_digest": chosen.split_digest,
                }
                for chosen in (CHORALES, HYMNS)
            ),
            _SHEETS,
        ],
        "tunes": {split: {style: number[style] for style in STYLES} for split, number in counts.items()},
        "targets": "chorales and hymns: chords and keys that theory.estimate hears in all four voices; lead sheets: "
        "their symbols, keys estimated from tune and symbols",
        "mixtures": {style: asdict(mixture) for style, mixture in MIXTURES.items()},
        "limits": "chords in root position, of nine qualities; at most one a beat; popular songs of 1900 to 1930 and "
        "hymns in English, chorales in German",
        "valid": checkpoint["measures"],
        "config": {name: config[name] for name in ("training", "network")},
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Promote from the command line."""
    parser = argparse.ArgumentParser(prog="python -m arranger.harmony.export", description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--hymns", type=Path)
    parser.add_argument("--sheets", type=Path)
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"), help="folder of the encoded tunes")
    options = parser.parse_args(arguments)
    try:
        promote(options.run, options.target, Sources(options.hymns, options.sheets), options.cache)
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
