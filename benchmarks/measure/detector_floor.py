"""What the detector hears where nothing was arranged: prints its AUC for Bach beside Bach.

    python -m benchmarks.measure.detector_floor [--list valid] [--most 70] [--seed 7]

``halves``           one half of the settings beside the other
``on sixteenths``    Bach's settings with the lower voices moved to a grid of sixteenths, beside themselves
``on eighths``       to a grid of eighths and the soprano's attacks, which is the clock that arrangements in the
                     chorale style have: what no arrangement on that clock can hide
``drawn``            lower voices drawn from the part model on that clock, cell by cell by its chances, without
                     rules, preferences or search: what is left when nothing is chosen

The detector is `arranger.lab.evaluation.detector`; its figure is the chance that it takes one of ours for ours more than
one of Bach's, 0.5 where it cannot tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

import click
import numpy as np

from arranger.lab.evaluation.detector import detect, halves
from arranger.lab.part.examples import example_of
from arranger.lab.part.probabilities import draw
from arranger.models.part.runtime import PartModel
from arranger.models.part.vocabulary import begins, pitch_of
from corpora.catalogue import CHORALES
from corpora.chorales import read_chorale
from corpora.encode import slices_of
from theory.notation.score import Score
from theory.slices.texture import Texture, slice_onsets, texture_of
from theory.slices.to_score import score_of

EIGHTH, SIXTEENTH = Fraction(1, 2), Fraction(1, 4)


def on_clock(score: Score, step: Fraction) -> Texture:
    """Return a setting on the clock of its soprano and a grid."""
    grid = [time for bar in score.bars for time in bar.onsets_every(step)]
    return texture_of(score, onsets=slice_onsets(score, score.parts[:1], grid=grid))


def with_lower_voices(score: Score, texture: Texture) -> Score:
    """Return a setting whose lower voices are those of a texture."""
    return replace(score, parts=(score.parts[0], *score_of(texture).parts[1:]))


def drawn_setting(model: PartModel, score: Score, *, seed: int) -> Score:
    """Return the soprano of a setting with lower voices drawn from the part model."""
    texture = on_clock(score, EIGHTH)
    slices = slices_of(texture)
    known = np.arange(texture.shape[1]) < np.ones((len(texture.pitch), 1))
    tokens = draw(model, example_of(slices, known, "chorale"), drawn=1, seed=seed).lines[..., 0]
    pitch = np.where(known, texture.pitch, pitch_of(tokens))
    attack = np.where(known, texture.attack, begins(tokens))
    fifths = np.array([key.spelling for key in texture.key])[np.arange(len(pitch))[:, None], pitch % 12]
    return with_lower_voices(score, replace(texture, pitch=pitch, attack=attack, fifths=fifths))


def beside(ours: Iterable[Score], real: list[Score]) -> float:
    """Return the detector's AUC for settings of the same pieces."""
    return detect(list(ours), real, [*range(len(real)), *range(len(real))]).auc


@click.command()
@click.option("--list", "split", default="valid", show_default=True)
@click.option("--most", default=0, help="no more chorales than these; 0: all")
@click.option("--seed", default=7, show_default=True)
def main(split: str, most: int, seed: int) -> None:
    """Print a line a figure."""
    names = CHORALES.names(split)
    real = [replace(read_chorale(name), chords=()) for name in names[: most or len(names)]]
    model = PartModel.load()
    figures = {
        "halves": halves(real).auc,
        "on sixteenths": beside((with_lower_voices(score, on_clock(score, SIXTEENTH)) for score in real), real),
        "on eighths": beside((with_lower_voices(score, on_clock(score, EIGHTH)) for score in real), real),
        "drawn": beside((drawn_setting(model, each, seed=seed + place) for place, each in enumerate(real)), real),
    }
    for name, auc in figures.items():
        click.echo(f"{name:16s}{auc:.2f}")


if __name__ == "__main__":
    main()
