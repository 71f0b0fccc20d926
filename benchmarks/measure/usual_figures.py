"""Prints what is usual in each manner of harmony: medians of real settings, as `progression_costs.USUAL` has them.

    python -m benchmarks.measure.usual_figures [--hymns FOLDER] [--psalms FOLDER] [--sheets FOLDER]

Chorales and hymns are those of the list ``train``, the psalms all four-part files of a folder, and folk and popular
songs the lead sheets for training with their own symbols. A beat has the chord that sounds where it begins; the loss is
that of the progression model, which reads the manner as `arranger.harmonizing.manners` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import torch

from arranger.formats.reading import read_lead_sheet, read_score
from arranger.harmonizing.drawn import Drawn
from arranger.harmonizing.manners import manner_of
from arranger.harmonizing.progression_costs import Usual
from arranger.lab.chords.pieces import is_plain, sheet_paths
from arranger.lab.progression.network import ProgressionConfig, ProgressionNetwork, loss_of
from arranger.lab.progression.pieces import ProgressionExample, example_of, scores
from arranger.lab.progression.training import batch_of
from arranger.lab.training.shipping import read_state
from arranger.models.chords.features import chord_number, features_of, references_of
from arranger.models.progression.runtime import WEIGHTS, Progressions
from arranger.models.progression.vocabulary import QUALITY_NAMES, STYLES
from theory.harmony.evidence import evidence_of
from theory.harmony.states import QUALITIES
from theory.notation.chord import ChordSymbol
from theory.notation.score import Score
from theory.types import Ints


def pieces(hymns: Path | None, sheets: Path | None, psalms: Path | None) -> Iterator[tuple[str, Score, Ints]]:
    """Yield manner, score and tokens (T, 3) of every piece."""
    for manner, score in scores("train", hymns) if hymns else ():
        yield manner, score, example_of(score, manner).tokens
    for path in sorted(psalms.glob("*.mxl")) if psalms else ():
        score = read_score(path)
        if len(score.parts) == 4:
            yield "renaissance", score, example_of(score, "renaissance").tokens
    for path in sheet_paths(sheets, "train") if sheets else ():
        score = read_lead_sheet(path).score
        tokens = tokens_of(score)
        plain = is_plain(np.where(tokens[:, 0] < 0, -1, tokens[:, 0] * len(QUALITY_NAMES) + tokens[:, 1]))
        yield "folk" if plain else "song", score, tokens


def tokens_of(score: Score) -> Ints:
    """Return the symbols of a sheet as tokens, (T, 3); -1 where there is none."""
    evidence = evidence_of(replace(score, parts=score.parts[:1]), (0,))
    references = references_of(evidence).tolist()
    rows = [_token(symbol, reference) for symbol, reference in zip(evidence.symbols, references, strict=True)]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def _token(symbol: ChordSymbol | None, reference: int) -> tuple[int, int, int]:
    number = -1 if symbol is None else chord_number(symbol, reference)
    if symbol is None or symbol.root is None or number < 0:
        return -1, -1, -1
    root, quality = divmod(number, len(QUALITY_NAMES))
    above = ((symbol.bass_pitch_class or 0) - symbol.root.pitch_class) % 12
    steps = QUALITIES[QUALITY_NAMES[quality]]
    return root, quality, steps.index(above) if above in steps else 0


def figures_of(manner: str, score: Score, tokens: Ints, network: ProgressionNetwork) -> list[float] | None:
    """Return the figures of one piece in the order of `Usual`, None if it has too few chords."""
    tune = replace(score, parts=score.parts[:1], chords=())
    evidence = evidence_of(tune, (0,))
    known = tokens[:, 0] >= 0
    if known.sum() < 16 or not known[-1]:
        return None
    features = features_of(tune, manner_of(manner).reads_as, STYLES)
    example = ProgressionExample(manner_of(manner).reads_as, features, tokens)
    with torch.no_grad():
        nats = loss_of(network, batch_of([example])).sum(dim=-1).numpy().reshape(-1)
    drawn = Drawn.of(
        Progressions(np.maximum(tokens, 0)[None], np.zeros((1, len(tokens)))), references_of(evidence), evidence, tune
    )
    bass = drawn.bass[0]
    pairs = known[1:] & known[:-1]
    size = np.abs((np.diff(bass) + 6) % 12 - 6)[pairs]
    kinds = len(set(zip(drawn.root[0][known].tolist(), tokens[known, 1].tolist(), strict=True)))
    return [
        float(nats.mean()),
        10 * kinds / int(known.sum()),
        float(drawn.outside_scale[0][known].mean()),
        float((drawn.tones[0].sum(axis=1) > 3)[known].mean()),
        float((size == 0).mean()),
        float((size[size > 0] <= 2).mean()) if (size > 0).any() else float("nan"),
    ]


@click.command()
@click.option("--hymns", type=click.Path(exists=True, path_type=Path))
@click.option("--sheets", type=click.Path(exists=True, path_type=Path))
@click.option("--psalms", type=click.Path(exists=True, path_type=Path))
def main(hymns: Path | None, sheets: Path | None, psalms: Path | None) -> None:
    """Print the medians."""
    network = ProgressionNetwork(ProgressionConfig()).eval()
    network.load_state_dict(read_state(WEIGHTS))
    found: dict[str, list[list[float]]] = {}
    for manner, score, tokens in pieces(hymns, sheets, psalms):
        figures = figures_of(manner, score, tokens, network)
        if figures:
            found.setdefault(manner, []).append(figures)
    names = list(Usual.__annotations__)
    click.echo(f"{'manner':14}{'pieces':>8}" + "".join(f"{name:>12}" for name in names))
    for manner, rows in found.items():
        medians = np.nanmedian(np.array(rows), axis=0)
        click.echo(f"{manner:14}{len(rows):8}" + "".join(f"{value:12.2f}" for value in medians))


if __name__ == "__main__":
    main()
