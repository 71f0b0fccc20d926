"""The lowest AUC that the detector can give: Bach's own settings compared with variants of themselves.

    python -m benchmarks.measure.detector_floor [--list valid] [--most 70] [--seed 7]

``halves``           one half of the settings against the other
``on sixteenths``    Bach's settings with the lower voices quantised to sixteenths, against the originals
``on eighths``       the same with eighths and the soprano's attacks, the slices of arrangements in the chorale
                     style: a difference that no arrangement on these slices can hide
``drawn``            lower voices sampled from the part model on these slices, cell by cell, without rules,
                     preferences or search

The detector is `arranger.lab.evaluation.detector`; its AUC is the probability that one of our settings gets a higher
score than one of Bach's, and 0.5 if it cannot tell them apart.
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
from corpora.chorales import CHORALES, read_chorale
from corpora.encode import slices_of
from theory.notation.score import Score
from theory.slices.texture import Texture, slice_onsets, texture_of
from theory.slices.to_score import score_of

EIGHTH, SIXTEENTH = Fraction(1, 2), Fraction(1, 4)


def on_clock(score: Score, step: Fraction) -> Texture:
    """Return a setting on the slices of its soprano's attacks and a grid of ``step`` quarters."""
    grid = [time for bar in score.bars for time in bar.onsets_every(step)]
    return texture_of(score, onsets=slice_onsets(score, score.parts[:1], grid=grid))


def with_lower_voices(score: Score, texture: Texture) -> Score:
    """Return a setting with the lower voices of a texture."""
    return replace(score, parts=(score.parts[0], *score_of(texture).parts[1:]))


def drawn_setting(model: PartModel, score: Score, *, seed: int) -> Score:
    """Return the soprano of a setting with lower voices sampled from the part model."""
    texture = on_clock(score, EIGHTH)
    slices = slices_of(texture)
    known = np.arange(texture.shape[1]) < np.ones((len(texture.pitch), 1))
    tokens = draw(model, example_of(slices, known, "chorale"), drawn=1, seed=seed).lines[..., 0]
    pitch = np.where(known, texture.pitch, pitch_of(tokens))
    attack = np.where(known, texture.attack, begins(tokens))
    fifths = np.array([key.spelling for key in texture.key])[np.arange(len(pitch))[:, None], pitch % 12]
    return with_lower_voices(score, replace(texture, pitch=pitch, attack=attack, fifths=fifths))


def beside(ours: Iterable[Score], real: list[Score]) -> float:
    """Return the detector's AUC for two settings of each piece."""
    return detect(list(ours), real, [*range(len(real)), *range(len(real))]).auc


@click.command()
@click.option("--list", "split", default="valid", show_default=True)
@click.option("--most", default=0, help="most chorales; 0: all")
@click.option("--seed", default=7, show_default=True)
def main(split: str, most: int, seed: int) -> None:
    """Print one line per figure."""
    names = CHORALES.names(split)
    real = [replace(read_chorale(name), chords=()) for name in names[: most or len(names)]]
    model = PartModel.load()
    figures = {
        "halves": halves(real).auc,
        "on sixteenths": beside((with_lower_voices(score, on_clock(score, SIXTEENTH)) for score in real), real),
        "on eighths": beside((with_lower_voices(score, on_clock(score, EIGHTH)) for score in real), real),
        "drawn": beside((drawn_setting(model, each, seed=seed + index) for index, each in enumerate(real)), real),
    }
    for name, auc in figures.items():
        click.echo(f"{name:16s}{auc:.2f}")


if __name__ == "__main__":
    main()
