"""What ``--effort`` buys: time, cost and the table's figures of settings of bare tunes, for each effort.

    python -m benchmarks.measure.effort --hymns FOLDER [--of chorales] [--most 8] [--efforts low,4,high]

The tunes are the first of the list ``valid``. Printed for each effort: seconds of processor time a tune and their ratio
to those of ``normal``; nats of the plan, of the voices and of both, a beat, which the choice makes small; medians of
some figures of `benchmarks.measure.settings_table`, and the share of final closes with a predominant before a dominant.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
import numpy as np

from arranger import arrange
from arranger.lab.evaluation.harmony.settings import measure_settings
from arranger.lab.evaluation.likeness import sheet_of
from corpora.chorales import CHORALES, read_chorale
from corpora.hymns import HYMNS, read_hymn
from theory.harmony.evidence import slot_onsets
from theory.notation.score import Score

_SHOWN = ("sets_per_10", "three_commonest", "alto_commonest", "tenor_commonest", "bass_repeats", "bass_steps")


def row(effort: str, scores: dict[str, Score], style: str) -> tuple[float, list[float]]:
    """Return the seconds a tune of an effort, and its figures in the order of the table."""
    settings, costs, started = {}, [], time.process_time()
    for name, real in scores.items():
        made = arrange(sheet_of(real, chords=False), style=style, key="keep", effort=effort)
        settings[name] = made.score
        beats = len(slot_onsets(real))
        costs.append([made.harmony_cost / beats, made.hypothesis.cost / beats])
    seconds = (time.process_time() - started) / len(scores)
    found = measure_settings(settings.items())
    plan, voices = np.mean(costs, axis=0)
    figures = [found["medians"][name] for name in _SHOWN]
    return seconds, [plan, voices, plan + voices, *figures, found["final"]["with_predominant_near"]]


@click.command()
@click.option("--hymns", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--of", "only", default=HYMNS.name, type=click.Choice([HYMNS.name, CHORALES.name]))
@click.option("--most", default=8, help="number of tunes")
@click.option("--efforts", default="low,4,high", help="separated by commas; normal comes first")
def main(hymns: Path, only: str, most: int, efforts: str) -> None:
    """Print the table."""
    corpus = HYMNS if only == HYMNS.name else CHORALES
    read: Callable[[str], Score] = partial(read_hymn, hymns) if corpus is HYMNS else read_chorale
    scores = {name: read(name) for name in corpus.names("valid")[:most]}
    arrange(sheet_of(next(iter(scores.values())), chords=False), style=corpus.style, effort="low")  # reads the networks
    heads = ["seconds", "ratio", "plan", "voices", "both", *_SHOWN, "prepared"]
    click.echo(f"{'effort':10}" + "".join(f"{head:>16}" for head in heads))
    usual = 0.0
    for effort in ("normal", *(each for each in efforts.split(",") if each != "normal")):
        seconds, figures = row(effort, scores, corpus.style)
        usual = usual or seconds
        click.echo(f"{effort:10}" + "".join(f"{value:16.3f}" for value in (seconds, seconds / usual, *figures)))


if __name__ == "__main__":
    main()
