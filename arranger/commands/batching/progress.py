"""What a terminal shows of a batch at work."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from arranger.batch.running import KEPT
from arranger.batch.store import Known


@contextmanager
def progress(label: str, count: int, size: int, tally: Counter[str]) -> Iterator[Callable[[Known, str], None]]:
    """Count each input as it is finished, and show that on a terminal, with rate and time left by bytes."""
    started = time.monotonic()

    def rate(_: object) -> str:
        worked = tally.total() - tally[KEPT]
        seconds = time.monotonic() - started
        return f"{tally.total()} of {count}, {worked / seconds:.2g} a second" if seconds and worked else ""

    hidden = not sys.stderr.isatty()
    with click.progressbar(
        length=max(size, 1), label=label, file=sys.stderr, hidden=hidden, item_show_func=rate
    ) as bar:

        def watch(known: Known, status: str) -> None:
            tally[status] += 1
            bar.update(known.size, known)

        yield watch
