"""Arranges the bare tunes of real hymns and chorales, and prints how the settings compare with the real ones.

    python -m benchmarks.measure.settings_table --hymns FOLDER                  # valid hymns and chorales
    python -m benchmarks.measure.settings_table --most 10 --output table.json   # some chorales
    python -m benchmarks.measure.settings_table --style chorale --arrange MODULE:FUNCTION
    python -m benchmarks.measure.settings_table --folder SETTINGS --hymns FOLDER

Only the soprano is given, without chords and in its key. Hymns are arranged in the style ``hymn``, chorales in
``chorale``. ``--arrange`` names another function that arranges: it takes a `LeadSheet` and ``style=`` and returns a
`Score` with the tune on top. ``--folder`` measures MusicXML files of four parts instead; those that have the name of a
piece on the list are compared with it, and if there is none, they are measured alone.

Printed for each figure: the median over pieces and, in brackets, the quartiles, for our settings and for the real ones,
and the ratio of the medians; then shares of all phrases and of all pieces.
`arranger.lab.evaluation.harmony.voicing`, `arranger.lab.evaluation.harmony.settings` and
`theory.analysis.closes` define them. The last rows are the total variation between the chords of our
settings and of the real ones, Roman numerals with inversion alone and in pairs, all pieces together; in the column of
the real settings, that between every second piece and the others.
``--output`` writes all figures, also those of each piece, as JSON.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import click

from arranger import arrange
from arranger.lab.evaluation.harmony.settings import Measured, chord_distances, measured, together
from arranger.lab.evaluation.likeness import sheet_of
from corpora.chorales import CHORALES, read_chorale
from corpora.corpus import Corpus, read_four_parts
from corpora.hymns import HYMNS, read_hymn
from theory.analysis.closes import phrases_of
from theory.notation.score import LeadSheet, Score

_SUFFIXES = (".musicxml", ".mxl", ".xml")
_OWN = "benchmarks.measure.settings_table:arranged_bare"
_WIDTH = 26
Column = dict[str, Any]  # a result of `measure_settings`


class Arranger(Protocol):
    """A function that sets a bare tune."""

    def __call__(self, sheet: LeadSheet, /, *, style: str) -> Score:
        """Return a four-part setting, the tune on top."""


def arranged_bare(sheet: LeadSheet, /, *, style: str) -> Score:
    """Return the program's own setting of a bare tune, in its key."""
    return arrange(sheet, style=style, key="keep").score


@dataclass(frozen=True)
class Job:
    """A real setting to compare with, and how to get ours; both are picklable."""

    name: str
    read: Callable[[str], Score]
    style: str
    arrange: Arranger
    file: Path | None = None  # our setting, if there is one already

    def pair(self) -> tuple[Measured, Measured]:
        """Return the figures of our setting and of the real one; the phrases of both are those of the real tune."""
        real = self.read(self.name)
        ours = read_four_parts(self.file) if self.file else self.arrange(sheet_of(real, chords=False), style=self.style)
        ends = phrases_of(real)
        return measured(ours, ends), measured(real, ends)


def compared(jobs: list[Job], *, processes: int = 1) -> dict[str, Column]:
    """Return the figures of our settings, of the real ones, and the distances between their chords."""
    pairs = dict(zip((job.name for job in jobs), _mapped(Job.pair, jobs, processes), strict=True))
    ours = together({name: one for name, (one, _) in pairs.items()})
    real = {name: other for name, (_, other) in pairs.items()}
    halves = [together({name: real[name] for name in sorted(real)[first::2]}) for first in (0, 1)]
    found = {"ours": ours, "real": together(real)}
    return {**found, "distances": {"ours": chord_distances(*found.values()), "real": chord_distances(*halves)}}


def alone(paths: list[Path], *, processes: int = 1) -> Column:
    """Return the figures of settings in files, with nothing to compare them with."""
    return together(
        dict(zip((path.stem for path in paths), _mapped(_read_and_measured, paths, processes), strict=True))
    )


def _read_and_measured(path: Path) -> Measured:
    return measured(read_four_parts(path))


def _mapped(function: Callable[[Any], Any], jobs: list[Any], processes: int) -> list[Any]:
    if processes == 1:
        return [function(job) for job in jobs]
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(function, jobs))


def rows(found: Mapping[str, Column]) -> Iterator[tuple[str, ...]]:
    """Yield the lines of the table: the name of a figure, then one text per column."""
    columns = [found[name] for name in ("ours", "real") if name in found]
    yield ("pieces", *(str(column["count"]) for column in columns))
    yield ("phrases", *(str(column["phrases"]) for column in columns))
    for figure in columns[0]["medians"]:
        yield (figure, *(_spread(column, figure) for column in columns), *_ratio(columns, figure))
    for figure in columns[0]["per_phrase"]:
        yield (f"all phrases: {figure}", *(f"{column['per_phrase'][figure]:.2f}" for column in columns))
    for group in ("closes", "final"):
        for figure in columns[0][group]:
            yield (f"{group}: {figure}", *(f"{100 * column[group][figure]:.0f} %" for column in columns))
    distances = found.get("distances", {})
    for kind in ("unigrams", "bigrams") if distances else ():
        yield (f"distance: {kind}", *(f"{distances[name][kind]:.2f}" for name in ("ours", "real")))


def _spread(column: Column, figure: str) -> str:
    low, high = (quartile[figure] for quartile in column["quartiles"])
    return f"{column['medians'][figure]:.3f} ({low:.3f}-{high:.3f})"


def _ratio(columns: list[Column], figure: str) -> Iterator[str]:
    """Yield our median divided by the real one, if there are both and the real one is not 0."""
    if len(columns) > 1 and columns[1]["medians"][figure]:
        yield f"{columns[0]['medians'][figure] / columns[1]['medians'][figure]:.2f}"


def files_in(folder: Path | None) -> dict[str, Path]:
    """Return the MusicXML files of a folder by name without ending."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES) if folder else []
    return {path.stem: path for path in paths}


def function_of(text: str) -> Arranger:
    """Return the function that is named ``module:function``."""
    module, _, name = text.partition(":")
    try:
        found: Arranger = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise click.BadParameter(f"{text}: {error}; write for example {_OWN}", param_hint="--arrange") from None
    return found


@click.command()
@click.option("--list", "name", default="valid", help="list of the split")
@click.option(
    "--hymns", type=click.Path(exists=True, path_type=Path), help="folder of hymns; without it, only chorales"
)
@click.option("--of", "only", type=click.Choice([HYMNS.name, CHORALES.name]), help="default: both")
@click.option("--style", default="", help="default: hymn for hymns, chorale for chorales")
@click.option("--arrange", "arranger", default=_OWN, help="MODULE:FUNCTION that arranges")
@click.option("--folder", type=click.Path(exists=True, path_type=Path), help="folder of settings to measure")
@click.option("--most", default=0, help="most pieces per corpus; 0: all")
@click.option("--jobs", default=2, help="processes")
@click.option("--output", type=click.Path(path_type=Path), help="JSON file of all figures")
def main(
    name: str,
    *,
    hymns: Path | None,
    only: str | None,
    style: str,
    arranger: str,
    folder: Path | None,
    most: int,
    jobs: int,
    output: Path | None,
) -> None:
    """Print the tables."""
    way, files = function_of(arranger), files_in(folder)
    tables: dict[str, dict[str, Column]] = {}
    for corpus, read in _corpora(hymns, only):
        names = [each for each in corpus.names(name) if each in files or not folder][: most or None]
        if names:
            work = [Job(each, read, style or corpus.style, way, files.get(each)) for each in names]
            tables[corpus.name] = compared(work, processes=jobs)
    if folder and not tables:
        tables[str(folder)] = {"ours": alone(list(files.values())[: most or None], processes=jobs)}
    for title, found in tables.items():
        heads = ["ours", "real", "ratio"] if "real" in found else ["ours"]
        click.echo(f"\n{title:28}" + "".join(f"{head:>{_WIDTH}}" for head in heads))
        for figure, *cells in rows(found):
            click.echo(f"{figure:28}" + "".join(f"{cell:>{_WIDTH}}" for cell in cells))
    if output:
        plain = json.loads(json.dumps(tables), parse_constant=lambda _: None)  # JSON has no nan
        output.write_text(json.dumps(plain, indent=1), encoding="utf-8")


def _corpora(hymns: Path | None, only: str | None) -> Iterator[tuple[Corpus, Callable[[str], Score]]]:
    if hymns and only != CHORALES.name:
        yield HYMNS, partial(read_hymn, hymns)
    if only != HYMNS.name:
        yield CHORALES, read_chorale


if __name__ == "__main__":
    main()
