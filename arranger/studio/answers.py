"""What a worker says to the server: how far it is, and how a job ended."""

from __future__ import annotations

from collections.abc import Callable

CHANGED, DONE, REFUSED, FAILED = "changed", "done", "refused", "failed"  # messages; the last three end a job
Say = Callable[[float, str], None]  # is told the share of the work that is done, and what is being done


class RefusedError(Exception):
    """A job that cannot be done as it is asked; the message is one line and says what to do instead."""
