"""What a worker says to the server: how far it is, and how a job ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

CHANGED, PART, DONE, REFUSED, FAILED = "changed", "part", "done", "refused", "failed"  # the last three end a job


@dataclass(frozen=True)
class Say:
    """What a task says while it works; ``send`` takes its messages."""

    send: Callable[[tuple[Any, ...]], None]

    def __call__(self, share: float, phase: str) -> None:
        """Say how large the share of the work is that is done, and what is being done."""
        self.send((CHANGED, share, phase))

    def give(self, part: Any) -> None:
        """Give a part of the result that is ready before the rest."""
        self.send((PART, part))


SILENT = Say(lambda message: None)  # nobody listens


class RefusedError(Exception):
    """A job that cannot be done as it is asked; the message is one line and says what to do instead."""
