"""How fast `arranger batch` is with one worker and with several, and how much memory it takes.

    python -m benchmarks.measure.batches make FOLDER [--count 20000] [--bars 4] [--every 1] [--seed 0]
    python -m benchmarks.measure.batches overhead FOLDER [--count 500]
    python -m benchmarks.measure.batches run INPUTS... [--command check] [--jobs 1 --jobs 2] [--option --no-model]

``make`` writes four-part chorales of music21's corpus as MusicXML: each transposed by a random interval, with some of
its notes moved by a step. ``--bars`` keeps only the first bars of each, 0 all.

``overhead`` prints the processor time of all but the work itself: every input gets the result of the first.

``run`` does the same batch anew with each number of workers and prints inputs per second (of the whole command), the
speed-up against the first number, processor time per input, the load of the machine by others, and the memory of all
processes together in each tenth of the run. All results must be equal to the byte. Others at work on the machine slow
down several workers more than one, so figures count only where the load is small.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from pathlib import Path

import click
import psutil

from arranger.batch.crews import Bounds
from arranger.batch.inputs import inputs_of
from arranger.batch.jobs.checking import CheckJob
from arranger.batch.outcome import Job, Outcome, Piece
from arranger.batch.report import page
from arranger.batch.running import Run
from arranger.batch.store import opened
from arranger.batch.tables import small_tables, write_small, write_tables
from arranger.formats.reading.folders import scores_in
from arranger.formats.writing import to_musicxml
from benchmarks.make.bach_counts import read_four_part
from theory.notation.pitch import Interval
from theory.notation.score import Note, Score

TRANSPOSITIONS = [Interval.parse(name) for name in ("-M3", "-m3", "-M2", "-m2", "P1", "m2", "M2", "m3", "M3")]
_STEPS = [Interval.parse(name) for name in ("-M2", "-m2", "m2", "M2")]
_MOVED = 0.03  # share of the notes
_SAMPLE_SECONDS = 1.0
_FOLDER_SIZE = 1000


def beginning(score: Score, bars: int) -> Score:
    """Return the first bars of a score, without what reaches beyond them; 0: all."""
    if not bars or len(score.bars) <= bars:
        return score
    end = score.bars[bars - 1].end_quarter
    parts = (replace(part, notes=tuple(n for n in part.notes if n.end_quarter <= end)) for part in score.parts)
    directions = tuple(each for each in score.directions if each.onset_quarter < end)
    return replace(score, parts=tuple(parts), bars=score.bars[:bars], directions=directions)


def mutated(score: Score, rng: random.Random) -> Score:
    """Return a score in another key, with some notes moved by a step."""

    def moved(note: Note) -> Note:
        free = note.pitch is not None and not (note.tie_start or note.tie_stop)
        return note.up(rng.choice(_STEPS)) if free and rng.random() < _MOVED else note

    score = score.up(rng.choice(TRANSPOSITIONS))
    parts = (replace(part, notes=tuple(map(moved, part.notes))) for part in score.parts)
    return replace(score, parts=tuple(parts))


@click.group()
def main() -> None:
    """Measure batches."""


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--count", default=20_000)
@click.option("--bars", default=4)
@click.option("--every", default=1, help="of the chorales, take only every nth")
@click.option("--seed", default=0)
def make(folder: Path, count: int, bars: int, every: int, seed: int) -> None:
    """Write inputs."""
    rng = random.Random(seed)
    sources = [beginning(score, bars) for _, score in read_four_part(every=every)]
    for number, score in enumerate(islice(cycle(sources), count)):
        path = folder / f"{number // _FOLDER_SIZE:04}" / f"{number:07}.musicxml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(to_musicxml(mutated(score, rng)))


@dataclass
class Measured:
    """One run of a batch."""

    seconds: float = 0.0
    processor_seconds: float = 0.0
    memory_bytes: list[int] = field(default_factory=list)  # of all processes, once a second
    load: list[float] = field(default_factory=list)  # of the machine, once a second

    def tenths(self) -> Iterator[int]:
        """Yield the most memory in each tenth of the run, in MB."""
        count = len(self.memory_bytes)
        for tenth in range(10):
            window = self.memory_bytes[tenth * count // 10 : max((tenth + 1) * count // 10, tenth * count // 10 + 1)]
            yield max(window, default=0) >> 20


def measured(words: Sequence[str]) -> Measured:
    """Run a command, and watch it and the processes that it starts."""
    found, started = Measured(), time.perf_counter()
    before = os.times()
    process = psutil.Popen(words, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        found.memory_bytes.append(sum(_resident(each) for each in _family(process)))
        found.load.append(os.getloadavg()[0])
        time.sleep(_SAMPLE_SECONDS)
    after = os.times()
    found.seconds = time.perf_counter() - started
    found.processor_seconds = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    return found


def _family(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def fingerprint(folder: Path) -> str:
    """Return a hash of all files that a batch made, but for the manifest."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("manifest")):
        digest.update(f"{path.relative_to(folder)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


@main.command()
@click.argument("inputs", nargs=-1, required=True)
@click.option("--command", default="check")
@click.option("--jobs", multiple=True, type=int, default=(1, 2))
@click.option("--option", "options", multiple=True, help="an option of the command; may be repeated")
@click.option("--count", default=0, help="number of inputs, for the figures per input; 0: files in the folders named")
def run(inputs: tuple[str, ...], command: str, jobs: tuple[int, ...], options: tuple[str, ...], count: int) -> None:
    """Measure a batch."""
    count = count or sum(1 for name in inputs for path in Path(name).rglob("*") if path.is_file())
    first, prints = 0.0, set()
    for workers in jobs:
        folder = tempfile.mkdtemp()
        try:
            words = [sys.executable, "-m", "arranger", "batch", command, *inputs, "--out", folder]
            found = measured([*words, "--jobs", str(workers), *options])
            prints.add(fingerprint(Path(folder)))
        finally:
            shutil.rmtree(folder)
        first = first or found.seconds
        click.echo(
            f"{workers} workers: {count} inputs in {found.seconds:.1f} s, {count / found.seconds:.2f} a second, "
            f"speed-up {first / found.seconds:.2f}; {1000 * found.processor_seconds / count:.0f} ms of processor time "
            f"an input; load of the machine {min(found.load):.1f} to {max(found.load):.1f}"
        )
        click.echo(f"  memory of all processes by tenths of the run, MB: {', '.join(map(str, found.tenths()))}")
    click.echo(f"results equal to the byte: {'yes' if len(prints) == 1 else 'NO'}")


class Instead:
    """A crew that has the result of every piece already."""

    breaks_together = False
    capacity = 4

    def __init__(self, known: Outcome) -> None:
        self._known = known

    def submit(self, work: object, job: Job, pieces: Sequence[Piece], bounds: Bounds) -> Future[list[Outcome]]:
        """Return the known result for each piece."""
        future: Future[list[Outcome]] = Future()
        future.set_result([self._known] * len(pieces))
        return future

    def renew(self) -> None:
        """Do nothing."""

    def demand_alive(self) -> None:
        """Do nothing."""


def repeated(known: list[Outcome], pieces: Sequence[Piece]) -> list[Outcome]:
    """Return what is known: the work of a task that takes no time."""
    return known


def dask_milliseconds(job: Job, pieces: Sequence[Piece], known: Outcome, tasks: int = 300) -> float:
    """Return the processor time of a task for scheduler, worker and client, which are in this process."""
    from distributed import Client

    with Client(processes=False, n_workers=1, threads_per_worker=1, dashboard_address=None) as client:
        executor = client.get_executor(pure=False)
        results = [known] * len(pieces)
        executor.submit(repeated, results, pieces).result()
        started = time.process_time()
        for _ in range(tasks // 4):
            wait([executor.submit(repeated, results, pieces) for _ in range(4)])
        return 1000 * (time.process_time() - started) / (4 * (tasks // 4))


@main.command()
@click.argument("inputs", type=click.Path(exists=True, path_type=Path))
@click.option("--count", default=500)
def overhead(inputs: Path, count: int) -> None:
    """Measure what is not the work itself."""
    job, sources = CheckJob(), [str(path) for path in islice(scores_in(inputs), count)]
    first = Piece(sources[0], Path(sources[0]).read_bytes())
    known = job.outcome(first)
    with tempfile.TemporaryDirectory() as name, opened(Path(name), "check", {}) as store:
        times = [time.process_time()]
        store.list(inputs_of(sources))
        times.append(time.process_time())
        Run(job, store, Path(name), bounds=Bounds(), watch=lambda known, status: None).go(Instead(known))
        times.append(time.process_time())
        summary = write_tables(store.finished(), job, Path(name))
        for table, rows in small_tables(summary).items():
            write_small(table, rows, Path(name))
        page(summary, count, Path(name))
        times.append(time.process_time())
    for what, before, after in zip(("listing", "handing out and keeping", "tables"), times, times[1:], strict=False):
        click.echo(f"{what:24} {1000 * (after - before) / len(sources):7.3f} ms an input")
    spent = dask_milliseconds(job, [first] * job.kind.together, known)
    click.echo(f"{'Dask':24} {spent:7.3f} ms a task of {job.kind.together} inputs")


if __name__ == "__main__":
    main()
