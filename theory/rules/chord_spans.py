"""Spans of consecutive slices with one harmony, one six-four chord or one symbol, for rules about progression."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from theory.slices.windows import Windows


@dataclass(frozen=True)
class ChordSpan:
    """The first and the last slice of a span, both included."""

    first: int
    last: int


def harmonic_runs(windows: Windows) -> Iterator[ChordSpan]:
    """Yield the spans of a single harmony, even if its symbol is repeated."""
    context = windows.verticality.context
    return (span for span in _runs(context.harmony.tolist()) if context.present[span.first])


def six_fours(windows: Windows) -> Iterator[ChordSpan]:
    """Yield the spans in which a triad is in second inversion (six-four chord)."""
    vertical = windows.verticality
    marks = (vertical.six_four * vertical.context.harmony).tolist()
    return (span for span in _runs(marks) if marks[span.first])


def symbol_spans(windows: Windows) -> Iterator[ChordSpan]:
    """Yield the span of each chord symbol, up to the next symbol."""
    context = windows.verticality.context
    return (span for span in _runs(context.onset.cumsum().tolist()) if context.present[span.first])


def _runs(values: Sequence[int]) -> Iterator[ChordSpan]:
    """Yield the spans of equal values."""
    for _, run in groupby(range(len(values)), key=values.__getitem__):
        places = list(run)
        yield ChordSpan(places[0], places[-1])
