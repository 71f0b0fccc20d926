"""``arranger batch``: one run, how it is stopped, and what it writes at the end."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import click

from arranger.batch.crews import Bounds, hired
from arranger.batch.inputs import inputs_of
from arranger.batch.outcome import DONE, FAILED, REFUSED, Job
from arranger.batch.report import page
from arranger.batch.running import KEPT, Run, tidy
from arranger.batch.store import StopError, Store, opened, stops
from arranger.batch.tables import demand_parquet, small_tables, write_small, write_tables
from arranger.commands.batching.jobs import Passes
from arranger.commands.batching.progress import progress
from arranger.commands.checking import CLEAN, FOUND
from arranger.commands.checking import FAILED as UNREAD
from arranger.commands.errors import Refusal
from arranger.commands.streams import write_to

_INTERRUPTED = 130  # as shells have it
_REPORT = "report.html"


@dataclass(frozen=True)
class Workplace:
    """Where a batch works: the folder of its results, who does the work, and how much one input may take."""

    folder: Path
    jobs: int  # processes; 0: one per processor
    scheduler: str  # address of a Dask cluster; empty: processes of this machine
    bounds: Bounds


def workplace(choices: dict[str, Any]) -> Workplace:
    """Take the options that every command of `batch` has out of the choices of a user."""
    bounds = Bounds(choices.pop("max_seconds"), choices.pop("max_memory") << 20)
    return Workplace(Path(choices.pop("out")), choices.pop("jobs"), choices.pop("scheduler"), bounds)


def run(names: Sequence[str], job: Job, place: Workplace, *, passes: Passes | None = None) -> int:
    """Do a batch, write its tables and its page, and return the exit code."""
    try:
        demand_parquet()
        with opened(place.folder, job.kind.command, job.settings()) as store:
            return _run(names, job, place, store, passes)
    except StopError as error:
        raise Refusal(str(error)) from error
    except KeyboardInterrupt:
        click.echo("stopped; run it again to go on", err=True)
        return _INTERRUPTED


def _run(names: Sequence[str], job: Job, place: Workplace, store: Store, passes: Passes | None) -> int:
    if store.was_damaged:
        click.echo(f"{place.folder}: the manifest was damaged and is begun anew (manifest.damaged)", err=True)
    if store.was_killed or store.was_damaged:
        tidy(place.folder)
    store.list(inputs_of(names))
    count, size = store.size()
    tally: Counter[str] = Counter()
    with progress(job.kind.command, count, size, tally) as watch:
        run_ = Run(job, store, place.folder, bounds=place.bounds, watch=watch)
        with hired(place.scheduler, place.jobs) as crew, _interruptible(run_):
            run_.go(crew)
    with stops(place.folder):
        summary = write_tables(store.finished(), job, place.folder)
        for name, rows in small_tables(summary).items():
            write_small(name, rows, place.folder)
        write_to(str(place.folder / _REPORT), page(summary, count, place.folder).encode())
    click.echo(_told(tally, count, place.folder), err=True)
    if run_.was_stopped:
        return _INTERRUPTED
    if summary.statuses[REFUSED] or summary.statuses[FAILED]:
        return UNREAD
    return CLEAN if passes is None or passes(summary) else FOUND


def _told(tally: Counter[str], count: int, folder: Path) -> str:
    """Return one line about the run."""
    words = [f"{tally[status]} {status}" for status in (DONE, KEPT, REFUSED, FAILED) if tally[status]]
    missing = count - tally.total()
    words += [f"{missing} not done" if missing else ""]
    return f"{count} inputs: {', '.join(filter(None, words)) or 'none'}; see {folder / _REPORT}"


@contextmanager
def _interruptible(run_: Run) -> Iterator[None]:
    """Let the first Ctrl-C (or a request to end) finish what has begun, and the second end everything at once."""

    def asked(number: int, frame: FrameType | None) -> None:
        if run_.was_stopped:
            raise KeyboardInterrupt
        run_.stop()
        click.echo("\nfinishing what has begun; press Ctrl-C again to stop at once", err=True)

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
