"""Compares what books of ABC tunes hold, by an independent count of their text, with what is read from them.

    python -m benchmarks.measure.abc_counts [FILES OR FOLDERS ...] [--every 10]

By default the books are those of music21's corpus. Every tune is counted by `benchmarks.measure.abc_text` and read;
each difference is printed with what the reader told about it. A playing order (P:) is left out, since it writes parts
twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from arranger.formats.reading.abc.charset import decode_abc
from arranger.formats.reading.abc.reader import parse_abc
from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.staff import Sheet
from benchmarks.measure.abc_text import FIGURES, Counts, count_tune, tunes_of

_SHOWN = 400  # characters of a notice


@dataclass
class Totals:
    """Sums over all tunes, and the differences by name."""

    tunes: int = 0
    text: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)  # of the text's, in tunes where both counts agree
    differences: list[str] = field(default_factory=list)
    untold: int = 0


def read_counts(sheet: Sheet) -> Counts:
    """Return what was read of a tune."""
    measures = [measure for staff in sheet.staves for measure in staff.measures]
    notes = [note for staff in sheet.staves for measure in staff.measures for note in measure.notes.get("1", ())]
    return Counts(
        attacks=sum(1 for note in notes if note.pitch and note.grace is None and not note.tie_stop),
        symbols=sum(len(measure.harmonies) for measure in measures),
        words=sum(len(note.lyrics) for note in notes),
        repeat_starts=sum(measure.lines.repeat_start for measure in measures),
        repeat_ends=sum(measure.lines.repeat_end > 0 for measure in measures),
    )


def told(sheet: Sheet) -> list[str]:
    """Return all that the reader says about a tune."""
    staves = [f"bar {bar}: {message}" for staff in sheet.staves for bar, message in staff.doubts]
    lost = [f"not kept: {name} ({count})" for staff in sheet.staves for name, count in staff.lost.items()]
    return [*sheet.doubts, *staves, *lost]


def compare(tune: str, name: str, totals: Totals) -> None:
    """Count a tune both ways and add the outcome to the totals."""
    totals.tunes += 1
    plain = re.sub(r"(?m)\A(.*?)^P:.*$", r"\1", tune.partition("\nK:")[0], flags=re.DOTALL)
    tune = plain + tune[len(tune.partition("\nK:")[0]) :]
    wanted = count_tune(tune)
    try:
        sheet = parse_abc(tune, name)
    except ReadError as error:
        totals.differences.append(f"{name}: refused: {error}")
        return
    found, notices = read_counts(sheet), told(sheet)
    for figure in FIGURES:
        one, other = getattr(wanted, figure), getattr(found, figure)
        totals.text[figure] += one
        totals.same[figure] += min(one, other)
        if one != other:
            says = "; ".join(notices)[:_SHOWN]
            totals.untold += not says
            totals.differences.append(f"{name}: {one} {figure} in the text, {other} read; told: {says or 'nothing'}")


def books(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the ABC files among the given paths and in the given folders."""
    for path in paths:
        yield from sorted(path.rglob("*.abc")) if path.is_dir() else [path]


def corpus() -> Path:
    """Return the folder of music21's corpus."""
    import music21

    return Path(music21.__file__).parent / "corpus"


@click.command(help=__doc__)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--every", default=1, show_default=True, help="Count only every n-th tune.")
def main(paths: tuple[Path, ...], every: int) -> None:
    """Print the counts, and each difference."""
    totals = Totals()
    number = 0
    for book in books(paths or (corpus(),)):
        for tune in tunes_of(decode_abc(book.read_bytes())[0]):
            number += 1
            if number % every == 0:
                compare(tune, f"{book.name} X:{tune[2:].split()[0] if tune[2:].split() else '?'}", totals)
    for difference in totals.differences:
        click.echo(difference)
    click.echo(f"{totals.tunes} tunes")
    for figure in FIGURES:
        share = 100 * totals.same[figure] / (totals.text[figure] or 1)
        click.echo(f"{figure:14} {totals.same[figure]:8} of {totals.text[figure]:8} read, {share:.3f} %")
    click.echo(f"{len(totals.differences)} differences, {totals.untold} of them not told")


if __name__ == "__main__":
    main()
