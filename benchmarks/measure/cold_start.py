"""How long whole processes take from a cold start, compared with a lower bound.

    python -m benchmarks.measure.cold_start examples/amazing-grace.musicxml --style hymn [--runs 7]

``arrange``  against a process that imports music21 and numpy, parses the same file and writes a score of
             four such parts: the least time that a program built on music21 could take
``--help``   against ``python -c "import click"``

The two processes alternate. Printed are processor times, which other programs on the machine disturb less than
the clock: the least of each, their ratio, and the median of the ratios of the pairs. Libraries run on one thread.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import click

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
COMPILED = "PYTHONDONTWRITEBYTECODE"  # unset, so that modules are compiled once, as they are where they are installed
FLOOR = """
import copy, sys
import music21, numpy
source = music21.converter.parse(sys.argv[1], forceSource=True)
score = music21.stream.Score()
for _ in range(4):
    score.insert(0, copy.deepcopy(source.parts[0]))
score.write("musicxml", sys.argv[2])
"""


def seconds(command: list[str]) -> float:
    """Return the processor time of a process. Raises CalledProcessError if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    settings = {name: value for name, value in os.environ.items() if name != COMPILED} | ONE_THREAD
    subprocess.run(command, check=True, capture_output=True, env=settings)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(name: str, command: list[str], floor: list[str], *, runs: int) -> None:
    """Run two commands alternately and print their times and ratios; the first run does not count."""
    pairs = [(seconds(command), seconds(floor)) for _ in range(runs + 1)][1:]
    ours, least = (min(column) for column in zip(*pairs, strict=True))
    median = statistics.median(a / b for a, b in pairs)
    click.echo(f"{name:10} {ours:6.2f} s   floor {least:6.2f} s   ratio {ours / least:5.2f}   median {median:5.2f}")


@click.command()
@click.argument("leadsheet", type=click.Path(exists=True, path_type=Path))
@click.option("--style", default="song", show_default=True)
@click.option("--runs", default=7, show_default=True)
def main(leadsheet: Path, style: str, runs: int) -> None:
    """Print one line per comparison."""
    python = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        out, least = str(Path(folder) / "out.musicxml"), str(Path(folder) / "floor.musicxml")
        arrange = [python, "-m", "arranger", "arrange", str(leadsheet), "--style", style, "-o", out]
        compare("arrange", arrange, [python, "-c", FLOOR, str(leadsheet), least], runs=runs)
    compare("--help", [python, "-m", "arranger", "--help"], [python, "-c", "import click"], runs=runs)


if __name__ == "__main__":
    main()
