"""``arranger batch``: many inputs, their progress on a terminal, and how a run is stopped."""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

import click

from arranger.arranging.ensembles import resolved
from arranger.arranging.main import Options, check_choices
from arranger.arranging.wishes import demand_sense
from arranger.batch.crews import Bounds, hired
from arranger.batch.inputs import inputs_of
from arranger.batch.jobs.analysing import AnalyseJob
from arranger.batch.jobs.arranging import ArrangeJob
from arranger.batch.jobs.checking import CheckJob
from arranger.batch.outcome import DONE, FAILED, REFUSED, Job
from arranger.batch.report import page
from arranger.batch.running import KEPT, Run, tidy
from arranger.batch.store import Known, StopError, Store, opened, stops
from arranger.batch.summary import Summary
from arranger.batch.tables import demand_parquet, small_tables, write_small, write_tables
from arranger.commands.checking import CLEAN, FOUND, CheckRequest, completed, configuration, settings_for
from arranger.commands.checking import FAILED as UNREAD
from arranger.commands.errors import Refusal
from arranger.commands.streams import write_to
from theory.notation.key import Key

_INTERRUPTED = 130  # as shells have it
_REPORT = "report.html"
Passes = Callable[[Summary], bool]


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


def arrange_job(options: Options, *, layout: str, **printed: Any) -> ArrangeJob:
    """Return the job of arranging. Raises ValueError for an unknown name or choices that exclude each other."""
    options = replace(options, ensemble=resolved(options.ensemble, ""))
    check_choices(options)
    demand_sense(options, layout)
    return ArrangeJob(options, layout=layout, **printed)


def check_job(choices: Mapping[str, Any]) -> tuple[CheckJob, Passes]:
    """Return the job of checking, and what decides whether all is well."""
    asked = CheckRequest(**choices)
    configured = configuration(asked)
    request = completed(asked, replace(configured, baseline=""))

    def passes(summary: Summary) -> bool:
        found = summary.severities
        return request.exit_zero or (not found["error"] and found["warning"] <= (request.max_warnings or 0))

    return CheckJob(settings_for(request, configured)), passes


def analyse_job(form: str, key: str) -> AnalyseJob:
    """Return the job of analysing. Raises ValueError for a text that is not a key."""
    if key:
        Key.parse(key)
    return AnalyseJob(form, key)


def run(names: Sequence[str], job: Job, place: Workplace, *, passes: Passes | None = None) -> int:
    """Do a batch, write its tables and its page, and return the exit code."""
    try:
        demand_parquet()
        with opened(place.folder, job.kind.command, job.settings()) as store:
            return _run(names, job, place, store, passes)
    except StopError as error:
        raise Refusal(str(error)) from error


def _run(names: Sequence[str], job: Job, place: Workplace, store: Store, passes: Passes | None) -> int:
    if store.was_damaged:
        click.echo(f"{place.folder}: the manifest was damaged and is begun anew (manifest.damaged)", err=True)
    if store.was_killed or store.was_damaged:
        tidy(place.folder)
    store.list(inputs_of(names))
    count, size = store.size()
    tally: Counter[str] = Counter()
    with _progress(job, count, size, tally) as watch:
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


@contextmanager
def _progress(job: Job, count: int, size: int, tally: Counter[str]) -> Iterator[Callable[[Known, str], None]]:
    """Count each input as it is finished, and show that on a terminal, with rate and time left by bytes."""
    started = time.monotonic()

    def rate(_: object) -> str:
        worked = tally.total() - tally[KEPT]
        seconds = time.monotonic() - started
        return f"{tally.total()} of {count}, {worked / seconds:.2g} a second" if seconds and worked else ""

    hidden = not sys.stderr.isatty()
    with click.progressbar(
        length=max(size, 1), label=job.kind.command, file=sys.stderr, hidden=hidden, item_show_func=rate
    ) as bar:

        def watch(known: Known, status: str) -> None:
            tally[status] += 1
            bar.update(known.size, known)

        yield watch
