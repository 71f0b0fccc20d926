"""A worker process: does one job after another, within limits of memory, and says how far it is."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from arranger.studio.answers import DONE, FAILED, REFUSED, RefusedError, Say


@dataclass(frozen=True)
class Confines:
    """What a worker may use."""

    memory_bytes: int = 3 << 30  # of addresses
    nice: int = 0  # how far it stands back behind other processes


def run_worker(pipe: Connection, confines: Confines) -> None:
    """Answer jobs from a pipe until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends its workers
    _confine(confines)
    from arranger.studio.tasks import TASKS

    say = Say(pipe.send)
    while True:
        try:
            kind, arguments = pipe.recv()
        except (EOFError, OSError):
            return
        answer = _answer(TASKS[kind], say, arguments)
        try:
            pipe.send(answer)
        except (BrokenPipeError, OSError):
            return


def _answer(task: Callable[..., Any], say: Say, arguments: dict[str, Any]) -> tuple[str, Any]:
    """Return what is sent back: a result, a refusal, or the news that this program is at fault."""
    from arranger.formats.writing import WriteError

    try:
        return DONE, task(say, **arguments)
    except (RefusedError, ValueError, LookupError, WriteError) as error:
        if isinstance(error, ValueError | WriteError | RefusedError):
            return REFUSED, _one_line(str(error))
        return FAILED, _fault(error)
    except MemoryError:
        return FAILED, "this needs more memory than a job may use; try fewer bars or parts"
    except RecursionError as error:
        return FAILED, _fault(error)
    except Exception as error:  # noqa: BLE001 - one job fails, and the worker goes on
        return FAILED, _fault(error)


def _fault(error: Exception) -> str:
    return _one_line(f"an error in this program, not in the file ({type(error).__name__}: {error}); please report it")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _confine(confines: Confines) -> None:
    """Limit the memory of this process, and let it stand back; where the system knows such limits."""
    if confines.nice and hasattr(os, "nice"):
        os.nice(confines.nice)
    try:
        import resource
    except ImportError:  # on Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = confines.memory_bytes if most == resource.RLIM_INFINITY else min(confines.memory_bytes, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
