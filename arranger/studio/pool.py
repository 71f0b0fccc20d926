"""Worker processes: jobs wait in a queue of limited length, run apart from the server, and can be cancelled.

All that is done with music happens in these processes, since a file may be hostile and a library may crash: a worker
that dies, or that needs more time or memory than it may have, fails its own job and is replaced. Workers are forked
from a process that has everything loaded (see `arranger.studio.warm`), so that a new one is there at once.

A job is cancelled by ending its worker, which works whatever the worker is doing.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any
from zlib import crc32

from arranger.formats.processes import processes
from arranger.studio.answers import CHANGED, DONE, FAILED, PART, REFUSED
from arranger.studio.worker import Confines, run_worker

QUEUED, RUNNING, CANCELLED = "queued", "running", "cancelled"
FINISHED = (DONE, REFUSED, FAILED, CANCELLED)
_LOOK_SECONDS = 0.05  # between two looks at whether a running job was cancelled
_KEPT_JOBS = 200  # finished jobs that can still be asked about


class BusyError(Exception):
    """The queue is full; the message says what to do."""


@dataclass(eq=False)
class Job:
    """One piece of work; its state changes in the thread that drives its worker."""

    kind: str
    arguments: Mapping[str, Any]
    seconds: float  # that it may take
    about: str = ""  # what it is about; jobs about the same thing go to the same worker, which remembers it
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    state: str = QUEUED
    process: int = 0  # id of the process that works on it
    share: float = 0.0  # of the work that is done, from 0 to 1
    phase: str = ""
    parts: list[Any] = field(default_factory=list)  # of the result, that are ready before the rest
    result: Any = None
    error: str = ""
    cancelling: bool = False
    listeners: list[Callable[[], None]] = field(default_factory=list)

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will change."""
        return self.state in FINISHED

    def become(self, state: str, **changes: Any) -> None:
        """Change the job and tell all listeners."""
        for name, value in changes.items():
            setattr(self, name, value)
        self.state = state
        for listener in tuple(self.listeners):
            listener()


class Pool:
    """Some worker processes with one queue."""

    def __init__(self, size: int, *, waiting: int, confines: Confines) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._queue: list[Job] = []
        self._waiting, self._confines = waiting, confines
        self._context = _context()
        self._changed = threading.Condition()
        self._busy = [False] * size
        self._closed = False
        self._threads = [
            threading.Thread(target=self._drive, args=(number,), daemon=True, name=f"worker-{number}")
            for number in range(size)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, kind: str, arguments: Mapping[str, Any], *, seconds: float, about: str = "") -> Job:
        """Put a job into the queue. Raises BusyError if too many wait."""
        with self._changed:
            if len(self._queue) >= self._waiting:
                raise BusyError(f"{self._waiting} jobs are waiting already; try again when one of them is finished")
            job = Job(kind, arguments, seconds, about)
            self._jobs[job.id] = job
            self._queue.append(job)
            self._forget()
            self._changed.notify_all()
        return job

    def get(self, job_id: str) -> Job | None:
        """Return a job that waits, runs or was finished lately."""
        return self._jobs.get(job_id)

    def place(self, job: Job) -> int:
        """Return how many jobs are before this one in the queue."""
        with self._changed:
            return self._queue.index(job) if job in self._queue else 0

    def cancel(self, job: Job) -> None:
        """Cancel a job; a running one ends within a moment."""
        job.cancelling = True
        with self._changed:
            waits = job in self._queue
            if waits:
                self._queue.remove(job)
        if waits:
            job.become(CANCELLED)

    def close(self) -> None:
        """End all workers."""
        for job in tuple(self._jobs.values()):
            if not job.is_finished:
                self.cancel(job)
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=5)

    def _forget(self) -> None:
        """Drop the oldest finished jobs beyond those that are kept."""
        finished = [job.id for job in self._jobs.values() if job.is_finished]
        for job_id in finished[: max(0, len(finished) - _KEPT_JOBS)]:
            del self._jobs[job_id]

    def _drive(self, number: int) -> None:
        """Run jobs one after another in a worker process, which is replaced when it has ended."""
        worker = _Worker(self._context, self._confines)
        while (job := self._next(number)) is not None:
            worker = worker if worker.is_alive else _Worker(self._context, self._confines)
            worker.run(job)
            job.arguments = {}  # which may be large
        worker.end()

    def _next(self, number: int) -> Job | None:
        """Return the next job for a worker when there is one; None if the pool is closed."""
        with self._changed:
            self._busy[number] = False
            self._changed.notify_all()  # what waited for this worker may go to it
            while not self._closed:
                for job in self._queue:
                    if self._suits(job, number):
                        self._queue.remove(job)
                        self._busy[number] = True
                        return job
                self._changed.wait()
        return None

    def _suits(self, job: Job, number: int) -> bool:
        """Whether a worker takes a job: it remembers what the job is about, or the one that does is busy."""
        if not job.about:
            return True
        own = crc32(job.about.encode()) % len(self._busy)
        return own == number or self._busy[own]


class _Worker:
    """A worker process and the pipe to it."""

    def __init__(self, context: Any, confines: Confines) -> None:
        self._pipe: Connection
        self._pipe, other = context.Pipe()
        self._process: BaseProcess = context.Process(target=run_worker, args=(other, confines), daemon=True)
        self._process.start()
        other.close()

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def end(self) -> None:
        """End the process, at once."""
        self._process.kill()
        self._process.join(timeout=5)
        self._pipe.close()

    def run(self, job: Job) -> None:
        """Run a job to its end, whatever that is."""
        if job.cancelling:
            job.become(CANCELLED)
            return
        job.become(RUNNING, process=self._process.pid or 0)
        try:
            self._pipe.send((job.kind, dict(job.arguments)))
            self._attend(job, time.monotonic() + job.seconds)
        except (EOFError, OSError):
            self.end()
            job.become(FAILED, error="the process that worked on this ended unexpectedly; try again or a smaller piece")

    def _attend(self, job: Job, deadline: float) -> None:
        """Take the worker's messages until the job is finished, cancelled or out of time."""
        while True:
            if self._pipe.poll(_LOOK_SECONDS):
                said, *rest = self._pipe.recv()
                if said == CHANGED:
                    job.become(RUNNING, share=rest[0], phase=rest[1])
                elif said == PART:
                    job.parts.append(rest[0])
                    job.become(RUNNING)
                elif said == DONE:
                    job.become(DONE, result=rest[0], share=1.0)
                    return
                else:
                    job.become(said, error=rest[0])
                    return
            if job.cancelling:
                self.end()
                job.become(CANCELLED)
                return
            if time.monotonic() > deadline:
                self.end()
                job.become(REFUSED, error=f"this took more than {job.seconds:g} seconds and was ended; try fewer bars")
                return


def _context() -> Any:
    """Return how processes are started: forked from one that has everything loaded, or afresh where that cannot be."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # small matrices are slower on several threads, and a fork wants none
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return processes()
    context = processes("forkserver")
    with contextlib.suppress(ValueError):
        context.set_forkserver_preload(["arranger.studio.warm"])
    return context
