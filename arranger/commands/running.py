"""Checks many files, here or in several processes; one that cannot be read is one line among the results."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from arranger.commands.errors import Refusal, faults, refusals
from arranger.commands.streams import PIPE, progress, read_from
from arranger.formats.reading import read_score
from arranger.formats.reading.analysis import read_analysis
from arranger.linter.judging import judge
from arranger.linter.settings import Settings
from arranger.linter.verdict import Verdict

Outcome = Verdict | str  # a verdict, or why there is none
_CHUNK = 8  # files that a process takes at a time


def outcomes(sources: Sequence[str], settings: Settings, *, jobs: int = 1, quiet: bool = False) -> Iterator[Outcome]:
    """Yield what comes of each file, in their order; 0 jobs are as many as the machine has processors.

    Where it is quiet there is no progress bar, even on a terminal.
    """
    count = min(jobs or os.cpu_count() or 1, len(sources))
    check = partial(check_file, settings=settings)
    if count <= 1 or PIPE in sources:
        with progress(sources, len(sources), "Checking", quiet=quiet) as files:
            yield from map(check, files)
        return
    chunk = max(1, min(_CHUNK, len(sources) // count))
    try:
        with (
            ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool,
            progress(pool.map(check, sources, chunksize=chunk), len(sources), "Checking", quiet=quiet) as results,
        ):
            yield from results
    except BrokenProcessPool:
        raise Refusal("a process was ended from outside, perhaps for want of memory; try fewer --jobs") from None


def check_file(source: str, settings: Settings) -> Outcome:
    """Return the verdict on a file, or the line that says why it has none."""
    try:
        with refusals():
            score = read_from(source, read_score)
            harmony = read_analysis(Path(settings.analysis), score) if settings.analysis else ()
        with faults(source):
            return judge(source, score, settings, harmony)
    except Refusal as refusal:
        return refusal.format_message()
