"""Bounds on the time and the memory that the work on one input may take.

The bounds stand in `arranger.formats.limits`. The time is watched where the system has timers and the work is done in
the main thread of its process; the memory where the system counts it (Linux). Elsewhere the work is not bounded.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from arranger.formats.limits import MAX_MEMORY_BYTES, MAX_SECONDS, LimitError


class BoundError(LimitError):
    """Work that took too long or needed too much memory; on a faster or larger machine it might have been done."""


class _Late(BaseException):
    """Ends work that takes too long; not an Exception, so that nothing that forgives errors keeps it."""


@contextmanager
def within(seconds: float = MAX_SECONDS, memory_bytes: int = MAX_MEMORY_BYTES) -> Iterator[None]:
    """Raise BoundError if the work inside takes longer than ``seconds`` or its process more than ``memory_bytes``.

    >>> with within(seconds=0.05):
    ...     while True:
    ...         pass
    Traceback (most recent call last):
    BoundError: took longer than 0.05 s, the limit for one input
    """
    try:
        with _memory(memory_bytes), _time(seconds):
            yield
    except _Late:
        raise BoundError(f"took longer than {seconds:g} s, the limit for one input") from None
    except MemoryError:
        size = f"{memory_bytes / (1 << 30):.3g} GB"
        raise BoundError(f"needs more than {size} of memory, the limit for one input") from None


@contextmanager
def _time(seconds: float) -> Iterator[None]:
    """Raise _Late in the main thread after some seconds; a timer that was set before goes on afterwards."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    started = time.monotonic()
    before = signal.signal(signal.SIGALRM, _end)
    remaining, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if remaining:
            left = max(remaining - (time.monotonic() - started), 0.001)
            signal.setitimer(signal.ITIMER_REAL, left, interval)


def _end(number: int, frame: FrameType | None) -> None:
    raise _Late


@contextmanager
def _memory(size: int) -> Iterator[None]:
    """Refuse the process more than ``size`` bytes of data of its own."""
    try:
        import resource
    except ImportError:  # not on Windows
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    allowed = [each for each in (size, soft, hard) if each != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(allowed), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
