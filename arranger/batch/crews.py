"""Who does the work: processes on this machine, or a Dask cluster. Both are executors of `concurrent.futures`."""

from __future__ import annotations

import faulthandler
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

from arranger.batch.outcome import Job, Outcome, Piece, attempted
from arranger.batch.store import StopError
from arranger.formats import limits
from arranger.formats.processes import processes

_PATIENCE = 1.5  # times the limit of a piece after which its process is ended, if it has not noticed the limit itself
_CONNECT_SECONDS = 10


@dataclass(frozen=True)
class Bounds:
    """How much one piece may take."""

    seconds: float = limits.MAX_BATCH_SECONDS
    memory_bytes: int = limits.MAX_MEMORY_BYTES


def worked(job: Job, pieces: Sequence[Piece], bounds: Bounds) -> list[Outcome]:
    """Return what comes of some pieces; called in the process of a worker, which ends if a piece never ends."""
    found = []
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - faulthandler needs a file of the system
        for piece in pieces:
            faulthandler.dump_traceback_later(_PATIENCE * bounds.seconds, exit=True, file=nowhere)
            try:
                outcome = attempted(job.outcome, piece, seconds=bounds.seconds, memory_bytes=bounds.memory_bytes)
            finally:
                faulthandler.cancel_dump_traceback_later()
            found.append(outcome)
    return found


class Crew(Protocol):
    """Workers: how many pieces they can be given at a time, and whether one that dies takes the others with it."""

    breaks_together: bool

    @property
    def capacity(self) -> int:
        """How many tasks keep every worker busy."""
        ...

    def submit(self, work: Callable[..., list[Outcome]], *arguments: Any) -> Future[list[Outcome]]:
        """Hand out one task."""
        ...

    def renew(self) -> None:
        """Replace workers that died. Raises StopError if that is impossible."""
        ...

    def demand_alive(self) -> None:
        """Raise StopError if the workers are out of reach."""
        ...


class Pool:
    """Processes on this machine."""

    breaks_together = True

    def __init__(self, count: int) -> None:
        self._count = count
        self._executor = self._started()

    @property
    def capacity(self) -> int:
        """Two tasks for each process, so that none waits."""
        return 2 * self._count

    def submit(self, work: Callable[..., list[Outcome]], *arguments: Any) -> Future[list[Outcome]]:
        """Hand out one task."""
        return self._executor.submit(work, *arguments)

    def renew(self) -> None:
        """Replace the processes."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = self._started()

    def demand_alive(self) -> None:
        """Do nothing: a pool that breaks says so in each of its tasks."""

    def close(self, *, at_once: bool) -> None:
        """Let the processes end, ``at_once`` without waiting for their tasks."""
        processes = list((getattr(self._executor, "_processes", None) or {}).values())
        for process in processes if at_once else ():
            process.terminate()
        self._executor.shutdown(wait=not at_once, cancel_futures=True)

    def _started(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._count, mp_context=processes(), initializer=_begin)


def _begin() -> None:
    """Prepare a process of the pool: Ctrl-C is the parent's, and it ends when the parent does."""
    import numpy  # noqa: F401 - its threads can be limited only when it is loaded
    from threadpoolctl import threadpool_limits

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(limits=1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class Cluster:
    """Workers of a running Dask cluster."""

    breaks_together = False

    def __init__(self, address: str) -> None:
        self._address = address
        self._client = _client(address)
        self._executor: Executor = self._client.get_executor(pure=False)

    @property
    def capacity(self) -> int:
        """Two tasks for each thread of a worker, so that none waits."""
        with self._within_reach():
            return 2 * max(1, sum(self._client.ncores().values()))

    def submit(self, work: Callable[..., list[Outcome]], *arguments: Any) -> Future[list[Outcome]]:
        """Hand out one task."""
        with self._within_reach():
            return self._executor.submit(work, *arguments)

    def renew(self) -> None:
        """Do nothing: the cluster replaces its workers itself."""

    def demand_alive(self) -> None:
        """Raise StopError if the scheduler is gone."""
        if self._client.status != "running":
            raise self._lost()

    def _lost(self) -> StopError:
        return StopError(
            f"the scheduler at {self._address} was lost; what is done is kept: start it and run this again"
        )

    @contextmanager
    def _within_reach(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:  # an error of Dask's connections is one
            raise self._lost() from error

    def close(self, *, at_once: bool) -> None:
        """Leave the cluster; it goes on for others. Tasks that are out are cancelled with their futures."""
        self._client.close(timeout=1 if at_once else _CONNECT_SECONDS)


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise StopError("--scheduler needs Dask; install it with: pip install 'arranger[cluster]'") from None
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what goes wrong is said in one line
    try:
        return Client(address, timeout=f"{_CONNECT_SECONDS} s", set_as_default=False)
    except (OSError, ValueError) as error:
        why = " ".join(str(error).split())
        raise StopError(f"no Dask scheduler answers at {address} ({why}); start one with `dask scheduler`") from error


@contextmanager
def hired(scheduler: str, jobs: int) -> Iterator[Crew]:
    """Give the workers of a cluster, or with an empty ``scheduler`` of a pool of ``jobs`` processes (0: one a core)."""
    crew = Cluster(scheduler) if scheduler else Pool(jobs or os.cpu_count() or 1)
    try:
        yield crew
    except BaseException:
        with suppress(Exception):  # the first error counts
            crew.close(at_once=True)
        raise
    crew.close(at_once=False)
