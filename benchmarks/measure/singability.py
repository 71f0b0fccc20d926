"""How singable our lines are compared with real ones: nats per note of each voice under the melody model.

The voices of real hymns (or chorales) of *valid* are compared with those of our arrangement of the tune. Where ours
cost more nats than the real ones, the melody model could help in the search. Also printed is the share of
pieces in which the model finds the real line of a voice more singable (0.5 is chance).

    python -m benchmarks.measure.singability --hymns FOLDER [--most 10]
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np

from arranger import arrange
from arranger.composing.singability import singability
from benchmarks.measure.chorales import sheet_of
from corpora.chorales import CHORALES, read_chorale
from corpora.hymns import HYMNS, read_hymn
from theory.notation.score import Score

VOICES = ("soprano", "alto", "tenor", "bass")


def voices_of(score: Score) -> list[float]:
    """Return nats per note of each of the four voices."""
    return [singability(score, part) for part in range(len(VOICES))]


@click.command()
@click.option("--hymns", type=click.Path(exists=True, path_type=Path), help="folder of hymns; default: chorales")
@click.option("--most", default=10, help="most pieces")
def main(hymns: Path | None, most: int) -> None:
    """Print the table."""
    real, ours = [], []
    for name in (HYMNS if hymns else CHORALES).names("valid")[:most]:
        score = read_hymn(hymns, name) if hymns else read_chorale(name)
        try:
            line = voices_of(score)
        except ValueError as error:
            click.echo(f"{name}: left out, {error}")
            continue
        made = arrange(sheet_of(score, chords=False), style="hymn" if hymns else "chorale", key="keep")
        real.append(line)
        ours.append(voices_of(made.score))
    real_table, our_table = np.array(real), np.array(ours)
    click.echo(f"{len(real)} pieces; nats per note   {'real':>8}{'ours':>8}{'real is lower':>16}")
    for column, voice in enumerate(VOICES):
        lower = (real_table[:, column] < our_table[:, column]).mean()
        click.echo(f"{voice:30}{real_table[:, column].mean():8.3f}{our_table[:, column].mean():8.3f}{lower:16.2f}")


if __name__ == "__main__":
    main()
