"""How long whole processes take from a cold start, compared with a lower bound.

    python -m benchmarks.measure.cold_start LEADSHEET [--runs 7]

``arrange``  against a process that imports music21 and numpy, parses the same file and writes a score of
             four such parts: the least time that a program built on music21 could take
``--help``   against ``python -c "import click"``

The two processes alternate; printed are the median times and the median of their ratios.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

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
    """Return how long a process takes. Raises CalledProcessError if it fails."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def compare(name: str, command: list[str], floor: list[str], *, runs: int) -> None:
    """Run two commands alternately and print the median times and the median ratio; the first run does not count."""
    pairs = [(seconds(command), seconds(floor)) for _ in range(runs + 1)][1:]
    ours, least = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    click.echo(f"{name:10} {ours:6.2f} s   floor {least:6.2f} s   ratio {ratio:5.2f}")


@click.command()
@click.argument("leadsheet", type=click.Path(exists=True, path_type=Path))
@click.option("--runs", default=7)
def main(leadsheet: Path, runs: int) -> None:
    """Print one line per comparison."""
    python = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        out, least = str(Path(folder) / "out.musicxml"), str(Path(folder) / "floor.musicxml")
        arrange = [python, "-m", "arranger", "arrange", str(leadsheet), "-o", out]
        compare("arrange", arrange, [python, "-c", FLOOR, str(leadsheet), least], runs=runs)
    compare("--help", [python, "-m", "arranger", "--help"], [python, "-c", "import click"], runs=runs)


if __name__ == "__main__":
    main()
