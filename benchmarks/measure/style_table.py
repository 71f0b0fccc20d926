"""Figures of arrangements compared with real music: makes the table of styles in docs/figures.md.

    python -m benchmarks.measure.style_table LEADSHEETS [--hymns FOLDER] [--style hymn --style song] [--sheets 60]

A random sample of lead sheets is arranged in each style, and compared with Bach's chorales and the hymns of the
validation lists. For every figure of `theory.checking.statistics` the median and the 5th and 95th percentile
over the pieces are printed.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import click
import numpy as np

from arranger import arrange
from arranger.arranging.main import Arrangement
from arranger.formats.reading import ReadError, read_lead_sheet
from corpora.chorales import CHORALES, read_chorale
from corpora.hymns import HYMNS, read_hymn
from theory.checking.statistics import Statistics, statistics_of
from theory.harmony.estimate import with_estimated_chords
from theory.notation.score import Score
from theory.slices.texture import texture_of


def measured(score: Score) -> Statistics:
    """Return the figures of a real four-part piece, with estimated chords."""
    return statistics_of(texture_of(with_estimated_chords(score)), syllables=None)


def measured_arrangement(arrangement: Arrangement) -> Statistics:
    """Return the figures of an arrangement, with the chords that it follows."""
    return statistics_of(texture_of(replace(arrangement.score, chords=arrangement.plan.score.chords)))


def arranged(job: tuple[Path, str, bool]) -> Statistics | None:
    """Return the figures of an arrangement of one sheet; None if the sheet cannot be read."""
    path, style, model = job
    try:
        return measured_arrangement(arrange(read_lead_sheet(path), style=style, model="default" if model else None))
    except ReadError:
        return None


def summary(found: Iterable[Statistics | None]) -> dict[str, str]:
    """Return median, 5th and 95th percentile of each figure as text."""
    pieces = [each.as_dict() for each in found if each]
    table = {}
    for name in pieces[0]:
        values = np.array([piece[name] for piece in pieces])
        values = values[~np.isnan(values)]
        low, middle, high = np.percentile(values, [5, 50, 95]) if len(values) else (np.nan,) * 3
        table[name] = f"{middle:6.2f} ({low:5.2f}-{high:5.2f})"
    return table


@click.command()
@click.argument("leadsheets", type=click.Path(exists=True, path_type=Path))
@click.option("--hymns", type=click.Path(exists=True, path_type=Path), help="folder of hymns, for the real figures")
@click.option("--style", "styles", multiple=True, default=("hymn", "song"))
@click.option("--sheets", default=60)
@click.option("--seed", default=0)
@click.option("--jobs", default=2)
@click.option("--model/--no-model", default=True)
def main(
    leadsheets: Path, hymns: Path | None, styles: tuple[str, ...], sheets: int, seed: int, jobs: int, model: bool
) -> None:
    """Print the table."""
    chosen = random.Random(seed).sample(sorted(leadsheets.glob("*.mxl")), sheets)
    columns: dict[str, dict[str, str]] = {}
    with ProcessPoolExecutor(jobs) as pool:
        for style in styles:
            columns[style] = summary(pool.map(arranged, [(path, style, model) for path in chosen]))
        if hymns:
            columns["Bach (valid)"] = summary(pool.map(measured, map(read_chorale, CHORALES.names("valid"))))
            names = HYMNS.names("valid")
            columns["hymns (valid)"] = summary(pool.map(measured, (read_hymn(hymns, name) for name in names)))
    click.echo(f"{'':16}" + "".join(f"{name:>24}" for name in columns))
    for figure in next(iter(columns.values())):
        click.echo(f"{figure:16}" + "".join(f"{column[figure]:>24}" for column in columns.values()))


if __name__ == "__main__":
    main()
