"""Check many files, in this process or in several; a file that cannot be read gives a line among the results."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TypeVar

from arranger.commands.errors import Refusal, faults, refusals
from arranger.commands.streams import PIPE, progress, read_from
from arranger.formats.processes import processes
from arranger.formats.reading import read_score_and_notices
from arranger.formats.reading.analysis import read_analysis
from arranger.linter.judging import ScoreFile, judge_many
from arranger.linter.settings import Settings
from arranger.linter.verdict import Verdict

Judged = TypeVar("Judged")
Outcome = Verdict | str  # a verdict, or the error message of a file that could not be checked
_TOGETHER = 16  # files checked at a time: more take less time per file, and appear later


def outcomes(
    sources: Sequence[str],
    check: Callable[[Sequence[str]], list[Judged]],
    *,
    jobs: int = 1,
    quiet: bool = False,
) -> Iterator[Judged]:
    """Yield the outcome of each file, in the order of the files.

    ``check`` returns those of some files, as `check_files` does. ``jobs`` is the number of processes; 0 means one per
    processor. With ``quiet`` there is no progress bar, even on a terminal.
    """
    count = 1 if PIPE in sources else min(jobs or os.cpu_count() or 1, len(sources))
    size = max(1, min(_TOGETHER, len(sources) // count))
    groups = [sources[first : first + size] for first in range(0, len(sources), size)]
    with _mapped(check, groups, count) as results:
        every = chain.from_iterable(results)
        with progress(every, len(sources), "Checking", quiet=quiet) as shown:
            yield from shown


@contextmanager
def _mapped(
    check: Callable[[Sequence[str]], list[Judged]], groups: Sequence[Sequence[str]], count: int
) -> Iterator[Iterable[list[Judged]]]:
    """Give the results of each group of files, from this process or from several."""
    if count <= 1:
        yield map(check, groups)
        return
    try:
        with ProcessPoolExecutor(count, mp_context=processes()) as pool:
            yield pool.map(check, groups)
    except BrokenProcessPool:
        raise Refusal("a process was killed from outside, perhaps because memory ran out; try fewer --jobs") from None


def check_files(sources: Sequence[str], settings: Settings) -> list[Outcome]:
    """Return the verdict on each file, or the error message of one that could not be checked."""
    return judged(sources, settings, judge_many)


def judged(
    sources: Sequence[str], settings: Settings, judge: Callable[[Sequence[ScoreFile], Settings], Sequence[Judged]]
) -> list[Judged | str]:
    """Return what ``judge`` says of each file, or the error message of one that could not be read or judged."""
    opened = [_opened(source, settings) for source in sources]
    files = [each for each in opened if isinstance(each, ScoreFile)]
    try:
        every: Sequence[Judged | str] = judge(files, settings)
    except Exception:  # noqa: BLE001 - an error with one score must not cost the others their verdicts
        every = [_judged_alone(file, settings, judge) for file in files]
    found = iter(every)
    return [next(found) if isinstance(each, ScoreFile) else each for each in opened]


def _opened(source: str, settings: Settings) -> ScoreFile | str:
    """Return the score in a file with its given analysis, or the error message if it cannot be read."""
    try:
        with refusals():
            score, notices = read_from(source, read_score_and_notices)
            harmony = tuple(read_analysis(Path(settings.analysis), score)) if settings.analysis else ()
            return ScoreFile(source, score, harmony, notices)
    except Refusal as refusal:
        return refusal.format_message()


def _judged_alone(
    file: ScoreFile, settings: Settings, judge: Callable[[Sequence[ScoreFile], Settings], Sequence[Judged]]
) -> Judged | str:
    try:
        with faults(file.source):
            return judge([file], settings)[0]
    except Refusal as refusal:
        return refusal.format_message()
