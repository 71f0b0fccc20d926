"""How the cost of one arrangement grows with bars, voices and beam width.

    python -m benchmarks.measure.scaling [--bars 8,32,128,512,2048] [--beams 1,4,16,64] [--runs 3] [--seed 1]
                                         [--ensembles sa,sab,satb,five.toml,six.toml]

Each figure is the processor time of a whole command, ``arranger arrange`` of a made-up song, the least of some runs;
the runs of all settings take turns, so that other programs on the machine disturb them alike. Beside it stand the peak
of memory and the ratio to the first setting of its list; for bars, that ratio is also divided by that of the bars.

The song has a chord per bar, four notes of the chord in each, a long note every fourth bar, and a syllable per note.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.measure.cold_start import COMPILED, ONE_THREAD

CHORDS = ("C", "Am", "F", "G", "C", "F", "Dm", "G7", "Em", "Am", "D7", "G", "C", "C7", "F", "G7")
TONES = {
    "C": ("C", "E", "G"), "Am": ("C", "E", "A"), "F": ("F", "A", "c"), "G": ("G", "B", "d"), "Dm": ("D", "F", "A"),
    "G7": ("G", "B", "f"), "Em": ("E", "G", "B"), "D7": ("D", "^F", "c"), "C7": ("E", "G", "_B"),
}  # fmt: skip
PART = '\n[[parts]]\nname = "{name}"\ninstrument = "{instrument}"\nrole = "{role}"\n'
SINGERS = ("soprano", "alto", "alto", "tenor", "tenor", "bass")


def song(bars: int, *, seed: int) -> str:
    """Return a song of so many bars, in ABC.

    >>> print(song(2, seed=1).splitlines()[-2])
    "C"C G C E|"Am"C E E E|
    """
    chance = random.Random(seed)
    lines = ["X:1", f"T:A song of {bars} bars", "M:4/4", "L:1/4", "Q:1/4=100", "K:C"]
    for start in range(0, bars, 4):
        music, words = "", []
        for bar in range(start, min(start + 4, bars)):
            chord = CHORDS[bar % len(CHORDS)]
            notes = [chance.choice(TONES[chord]) for _ in range(4)]
            notes = [f"{notes[0]}3", "z"] if bar % 4 == 3 else notes
            words += ["la"] * sum(note != "z" for note in notes)
            music += f'"{chord}"{" ".join(notes)}|'
        lines += [music, f"w: {' '.join(words)}"]
    return "\n".join(lines) + "\n"


def choir(voices: int) -> str:
    """Return an ensemble file of a choir of five or six voices."""
    names = [SINGERS[round(number * (len(SINGERS) - 1) / (voices - 1))] for number in range(voices)]
    roles = ["melody", *["inner"] * (voices - 2), "bass"]
    parts = [
        PART.format(name=f"Voice {number}", instrument=name, role=role)
        for number, (name, role) in enumerate(zip(names, roles, strict=True), start=1)
    ]
    return f'title = "{voices} voices"\n' + "".join(parts)


@dataclass
class Cost:
    """The least processor time of some runs, in seconds, and the peak of memory, in MB."""

    seconds: float = float("inf")
    memory: float = 0.0

    def add(self, command: Sequence[str]) -> None:
        """Run a command and count it. Raises CalledProcessError if it fails."""
        settings = {name: value for name, value in os.environ.items() if name != COMPILED} | ONE_THREAD
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=settings)
        _, status, used = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status):
            raise subprocess.CalledProcessError(status, command)
        self.seconds = min(self.seconds, used.ru_utime + used.ru_stime)
        self.memory = max(self.memory, _megabytes(used))


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def compare(title: str, settings: dict[str, list[str]], *, runs: int, sizes: Sequence[float] = ()) -> None:
    """Measure commands by turns and print a line for each; ``sizes`` are what the ratios are also divided by."""
    costs = {name: Cost() for name in settings}
    for _ in range(runs):
        for name, command in settings.items():
            costs[name].add(command)
    first = next(iter(costs.values()))
    click.echo(title)
    for number, (name, cost) in enumerate(costs.items()):
        ratio = cost.seconds / first.seconds
        each = f"   per bar {ratio / (sizes[number] / sizes[0]):5.2f}" if sizes else ""
        click.echo(f"  {name:14} {cost.seconds:7.2f} s  {cost.memory:6.0f} MB   ratio {ratio:6.2f}{each}")


@click.command()
@click.option("--bars", default="8,32,128,512,2048", show_default=True, help="Lengths of the song.")
@click.option("--beams", default="1,4,16,64", show_default=True, help="Beam widths, for a song of 32 bars.")
@click.option("--ensembles", default="sa,sab,satb,five.toml,six.toml", show_default=True, help="For a song of 32 bars.")
@click.option("--runs", default=3, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(bars: str, beams: str, ensembles: str, runs: int, seed: int) -> None:
    """Print one line per setting."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lengths = [int(each) for each in bars.split(",")]
        for length in {*lengths, 32}:
            (folder / f"{length}.abc").write_text(song(length, seed=seed), encoding="utf-8")
        for file, voices in (("five.toml", 5), ("six.toml", 6)):
            (folder / file).write_text(choir(voices), encoding="utf-8")

        def command(length: int, *options: str) -> list[str]:
            out = ["-o", str(folder / "out.musicxml")]
            return [sys.executable, "-m", "arranger", "arrange", str(folder / f"{length}.abc"), *out, *options]

        compare("bars", {str(each): command(each) for each in lengths}, runs=runs, sizes=lengths)
        compare("beam", {each: command(32, "--beam", each) for each in beams.split(",")}, runs=runs)
        names = {each: str(folder / each) if each.endswith(".toml") else each for each in ensembles.split(",")}
        compare("voices", {each: command(32, "--ensemble", names[each]) for each in names}, runs=runs)


if __name__ == "__main__":
    main()
