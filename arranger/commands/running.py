"""Check many files, in this process or in several; a file that cannot be read gives a line among the results."""

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

Outcome = Verdict | str  # a verdict, or the error message of a file that could not be checked
_CHUNK = 8  # files handed to a process at a time


def outcomes(sources: Sequence[str], settings: Settings, *, jobs: int = 1, quiet: bool = False) -> Iterator[Outcome]:
    """Yield the outcome of each file, in the order of the files.

    ``jobs`` is the number of processes; 0 means one per processor. With ``quiet`` there is no progress bar, even on a
    terminal.
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
        raise Refusal("a process was killed from outside, perhaps because memory ran out; try fewer --jobs") from None


def check_file(source: str, settings: Settings) -> Outcome:
    """Return the verdict on a file, or the error message if it could not be checked."""
    try:
        with refusals():
            score = read_from(source, read_score)
            harmony = read_analysis(Path(settings.analysis), score) if settings.analysis else ()
        with faults(source):
            return judge(source, score, settings, harmony)
    except Refusal as refusal:
        return refusal.format_message()
