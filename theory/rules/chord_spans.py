"""Stretches of slices that belong together, for rules that look at how harmony goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from theory.slices.windows import Windows


@dataclass(frozen=True)
class Span:
    """The first and last slice of a stretch, both included."""

    first: int
    last: int


def harmonic_runs(windows: Windows) -> Iterator[Span]:
    """Yield the stretches in which one harmony holds, however often its symbol stands there."""
    context = windows.verticality.context
    return (span for span in _runs(context.harmony.tolist()) if context.present[span.first])


def six_fours(windows: Windows) -> Iterator[Span]:
    """Yield the stretches in which a triad lies in six-four position."""
    vertical = windows.verticality
    marks = (vertical.six_four * vertical.context.harmony).tolist()
    return (span for span in _runs(marks) if marks[span.first])


def symbol_spans(windows: Windows) -> Iterator[Span]:
    """Yield the stretches of the chord symbols, each from its place to the next one."""
    context = windows.verticality.context
    return (span for span in _runs(context.onset.cumsum().tolist()) if context.present[span.first])


def _runs(values: Sequence[int]) -> Iterator[Span]:
    """Yield the runs of equal values."""
    for _, run in groupby(range(len(values)), key=values.__getitem__):
        places = list(run)
        yield Span(places[0], places[-1])
