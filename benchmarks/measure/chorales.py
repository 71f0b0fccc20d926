"""Arranges the top voices of real chorales, hymns, masses or quartets, and compares with the real settings.

    python -m benchmarks.measure.chorales --list valid                     # with the model and by rules alone
    python -m benchmarks.measure.chorales --list test --list test_deepchoir --model-only
    python -m benchmarks.measure.chorales --hymns FOLDER --list valid
    python -m benchmarks.measure.chorales --of masses --list valid [--style chorale] [--model FOLDER]

Only the soprano is given, without chords, so these are estimated from it (``--chords`` gives the chords
estimated from the real setting instead). Printed with and without the part model:

``alto``, ``tenor``, ``bass``  share of the soprano's attacks at which the voice sings the real pitch
``all three``            share at which all three do
``chord``                share at which the same pitch classes sound
``parallels``            parallel fifths, octaves and unisons per 1,000 notes, those at phrase ends included
``crossings``            number of voice crossings
``out of range``         notes outside an absolute range
``contrary`` ...         medians of `theory.checking.statistics`
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click
import numpy as np

from arranger import arrange
from arranger.arranging.main import Arrangement
from arranger.lab.evaluation.likeness import Likeness, joined, likeness, sheet_of
from corpora.chorales import CHORALES, read_chorale
from corpora.hymns import HYMNS, read_hymn
from corpora.palestrina import MASSES, read_palestrina
from corpora.quartets import QUARTETS, read_quartet
from theory.checking.statistics import parallels_of, statistics_of
from theory.notation.score import Score
from theory.slices.texture import texture_of
from theory.slices.windows import Windows

MUSIC = {
    "chorales": (CHORALES, read_chorale),
    "masses": (MASSES, read_palestrina),
    "quartets": (QUARTETS, read_quartet),
}
SHOWN = ("outer_contrary", "tune_alone", "bass_fourths", "alto_steps", "tenor_steps", "bass_root", "bass_third")


@dataclass(frozen=True)
class Measured:
    """The figures of one arrangement."""

    likeness: Likeness
    parallels: int
    notes: int
    crossings: int
    out_of_range: int
    statistics: dict[str, float]


def measured_one(reference: Score, arrangement: Arrangement) -> Measured:
    """Return the figures of an arrangement of a real soprano; ``reference`` is the real setting."""
    texture = texture_of(replace(arrangement.score, chords=arrangement.plan.score.chords))
    report = arrangement.report()
    return Measured(
        likeness=likeness(reference, arrangement.score),
        parallels=parallels_of(Windows(texture)),
        notes=int(texture.attack.sum()),
        crossings=sum(finding.code == "VL301" for finding in report.findings),
        out_of_range=sum(finding.code == "RA102" for finding in report.findings),
        statistics=statistics_of(texture).as_dict(),
    )


def rows(found: list[Measured]) -> dict[str, str]:
    """Return the figures over all pieces, as text."""
    shares = joined([each.likeness for each in found]).summary()
    notes = sum(each.notes for each in found)
    table = {name: f"{100 * share:.1f} %" for name, share in shares.items()}
    table["parallels"] = f"{1000 * sum(each.parallels for each in found) / notes:.2f}"
    table["crossings"] = str(sum(each.crossings for each in found))
    table["out of range"] = str(sum(each.out_of_range for each in found))
    for name in SHOWN:
        table[name] = f"{np.nanmedian([each.statistics[name] for each in found]):.2f}"
    return table


def measured(scores: Iterable[Score], *, chords: bool, **choices: str | None) -> list[Measured]:
    """Return the figures of an arrangement of each score's top voice; ``choices`` go to `arrange`."""
    return [
        measured_one(score, arrange(sheet_of(score, chords=chords), key="keep", **choices))  # type: ignore[arg-type]
        for score in scores
    ]


@click.command()
@click.option(
    "--list", "lists", multiple=True, default=("valid",), help="lists of the split: valid, test, test_deepchoir"
)
@click.option("--hymns", type=click.Path(exists=True, path_type=Path), help="folder of hymns to use instead of --of")
@click.option("--of", "music", type=click.Choice(sorted(MUSIC)), default="chorales", help="part of music21's corpus")
@click.option("--style", default="", help="default: chorale for chorales, hymn for hymns, renaissance for masses")
@click.option("--model", "weights", default="default", help="folder of another part model's weights")
@click.option("--chords", is_flag=True, help="give the chords estimated from the real setting")
@click.option("--most", default=0, help="most pieces per list; 0: all")
@click.option("--model-only", is_flag=True)
def main(
    lists: tuple[str, ...],
    *,
    hymns: Path | None,
    music: str,
    style: str,
    weights: str,
    chords: bool,
    most: int,
    model_only: bool,
) -> None:
    """Print the table."""
    corpus, read = (HYMNS, partial(read_hymn, hymns)) if hymns else MUSIC[music]
    ensemble = "string-quartet" if corpus is QUARTETS else "satb"
    columns = {}
    for name in lists:
        scores = [read(each) for each in corpus.names(name)[: most or None]]
        for model in (weights,) if model_only else (weights, None):
            title = f"{name}, {'model' if model else 'rules alone'}"
            found = measured(scores, chords=chords, style=style or corpus.style, ensemble=ensemble, model=model)
            columns[title] = rows(found)
    click.echo(f"{'':16}" + "".join(f"{title:>30}" for title in columns))
    for figure in next(iter(columns.values())):
        click.echo(f"{figure:16}" + "".join(f"{column[figure]:>30}" for column in columns.values()))


if __name__ == "__main__":
    main()
