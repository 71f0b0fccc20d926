"""Hand out the work, piece by piece, and keep what comes back.

At any time only some tasks are out and only their inputs are in memory. A piece whose process dies is tried once more,
alone; so is one that fails by an error of the program. What fails twice is listed with its reason.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from arranger.batch.crews import Bounds, Crew, worked
from arranger.batch.outcome import DONE, FAILED, REFUSED, Job, Outcome, Piece
from arranger.batch.store import Known, StopError, Store, stops
from arranger.formats.reading import ReadError
from arranger.formats.reading.files import read_bytes
from arranger.formats.writing.files import UNFINISHED, WriteError, write_bytes

_TASK_BYTES = 1 << 20  # of the inputs in one task, at least one input
_TRIES = 2
_DIED = "its process ended before it was done: it was killed, or took too much memory or time"
_POLL_SECONDS = 1.0

Watch = Callable[[Known, str], None]  # called with each input and its status: kept, done, refused or failed
KEPT = "kept"


@dataclass(frozen=True)
class _Task:
    """One piece on its way, and how often it has failed."""

    known: Known
    piece: Piece
    input_sha256: str
    failures: int = 0


class Run:
    """One run of a batch over the inputs that its store lists."""

    def __init__(self, job: Job, store: Store, folder: Path, *, bounds: Bounds, watch: Watch) -> None:
        self._job, self._store, self._folder = job, store, folder
        self._bounds, self._watch = bounds, watch
        self._out: dict[Future[list[Outcome]], list[_Task]] = {}
        self._again: deque[_Task] = deque()  # failed by an error of the program
        self._suspects: deque[_Task] = deque()  # were out when a process died
        self._stopping = False

    def stop(self) -> None:
        """Hand out no more; what is out is finished."""
        self._stopping = True

    @property
    def was_stopped(self) -> bool:
        """Whether the run was told to stop before its end."""
        return self._stopping

    def go(self, crew: Crew) -> None:
        """Do all that is missing or changed. Raises StopError if it cannot go on."""
        fresh = self._tasks()
        while True:
            while not self._stopping and (len(self._out) < crew.capacity) and (tasks := self._next(fresh, crew)):
                pieces = [task.piece for task in tasks]
                self._out[_submitted(crew, self._job, pieces, self._bounds)] = tasks
            if not self._out:
                return
            done, _ = wait(self._out, timeout=_POLL_SECONDS, return_when=FIRST_COMPLETED)
            crew.demand_alive()
            self._collect(done, crew)

    def _next(self, fresh: Iterator[list[_Task]], crew: Crew) -> list[_Task]:
        """Return the tasks to hand out next; where processes die together, a suspect is tried alone."""
        if self._suspects:
            waits = crew.breaks_together and self._out
            return [] if waits else [self._suspects.popleft()]
        if self._again:
            return [self._again.popleft()]
        return next(fresh, [])

    def _tasks(self) -> Iterator[list[_Task]]:
        """Yield groups of pieces that are missing or changed, the longest first."""
        group: list[_Task] = []
        for known in self._store.listed():
            task = self._task(known)
            if task is None:
                continue
            group.append(task)
            size = sum(len(each.piece.data) for each in group)
            if len(group) == self._job.kind.together or size >= _TASK_BYTES:
                yield group
                group = []
        if group:
            yield group

    def _task(self, known: Known) -> _Task | None:
        """Return the work on an input; None if it is done, or if there is no such file."""
        try:
            data = read_bytes(Path(known.source))
        except ReadError as error:
            reason = str(error).removeprefix(f"{known.source}: ")
            self._keep(_Task(known, Piece(known.source, b""), ""), Outcome(REFUSED, reason))
            return None
        beside = self._job.kind.beside(known.source)
        digest = sha256(data + _digest(beside).encode() if beside else data).hexdigest()
        if self._is_done(known, digest):
            self._watch(known, KEPT)
            return None
        return _Task(known, Piece(known.source, data), digest)

    def _is_done(self, known: Known, digest: str) -> bool:
        same = known.input_sha256 == digest and self._store.is_of_these_settings(known)
        return (
            same
            and known.status in (DONE, REFUSED)
            and all(_digest(self._path(known, ending)) == wanted for ending, wanted in known.files.items())
        )

    def _collect(self, done: set[Future[list[Outcome]]], crew: Crew) -> None:
        """Keep what came back, and look after what did not."""
        broken = any(isinstance(future.exception(), BrokenExecutor) for future in done if not future.cancelled())
        if broken:
            done = set(wait(self._out).done)
        was_alone = len(done) == 1 and len(self._out) == 1
        for future in done:
            tasks = self._out.pop(future)
            if future.cancelled() or future.exception() is not None:
                self._died(tasks, is_guilty=len(tasks) == 1 and (was_alone or not crew.breaks_together))
                continue
            for task, outcome in zip(tasks, future.result(), strict=True):
                self._take(task, outcome)
        if broken:
            crew.renew()

    def _died(self, tasks: list[_Task], *, is_guilty: bool) -> None:
        """Try pieces again whose process died; one that was alone has failed once more, the others at least once."""
        for task in tasks:
            failures = task.failures + 1 if is_guilty else max(task.failures, 1)
            if failures < _TRIES:
                self._suspects.append(replace(task, failures=failures))
            elif is_guilty:
                self._keep(task, Outcome(FAILED, _DIED))
            else:
                self._suspects.append(task)

    def _take(self, task: _Task, outcome: Outcome) -> None:
        if outcome.status == FAILED and task.failures + 1 < _TRIES:
            self._again.append(replace(task, failures=task.failures + 1))
        else:
            self._keep(task, outcome)

    def _keep(self, task: _Task, outcome: Outcome) -> None:
        """Write the files of a piece, then remember it, then remove files that it no longer has."""
        with stops(self._folder):
            try:
                for ending, content in outcome.files.items():
                    path = self._path(task.known, ending)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    write_bytes(path, content)
            except WriteError as error:
                raise StopError(f"{error}; what is done is kept") from error
            self._store.record(task.known, task.input_sha256, outcome)
            for ending in set(task.known.files) - set(outcome.files):
                self._path(task.known, ending).unlink(missing_ok=True)
        self._watch(task.known, outcome.status)

    def _path(self, known: Known, ending: str) -> Path:
        return self._folder / self._job.kind.folder / f"{known.name}{ending}"


def _submitted(crew: Crew, *arguments: Any) -> Future[list[Outcome]]:
    """Hand out a task; to a pool that broke meanwhile, as a task that failed with it."""
    try:
        return crew.submit(worked, *arguments)
    except BrokenExecutor as error:
        failed: Future[list[Outcome]] = Future()
        failed.set_exception(error)
        return failed


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file, empty if it cannot be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def tidy(folder: Path) -> None:
    """Remove what a killed run left half written."""
    for path in folder.rglob(f".*{UNFINISHED}"):
        path.unlink(missing_ok=True)
