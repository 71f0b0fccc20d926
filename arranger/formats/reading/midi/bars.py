"""Quantised MIDI notes -> measures: bars by the time signatures, ties over bar lines, rests in gaps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import TypeVar

from arranger.formats import limits
from arranger.formats.reading.staff import Measure
from theory.notation.key import Key
from theory.notation.score import Lyric, Meter, Note

T = TypeVar("T")


@dataclass(frozen=True)
class MidiEvent:
    """One quantised note; times in quarters from the beginning of the piece."""

    onset_quarter: Fraction
    end_quarter: Fraction
    midi: int


@dataclass(frozen=True)
class Signatures:
    """Time and key signatures with their onsets in quarters; the first entry of each also holds before its onset."""

    meters: list[tuple[Fraction, Meter]]
    keys: list[tuple[Fraction, Key]]
    key_is_written: bool

    def at(self, time: Fraction) -> tuple[Meter, Key]:
        """Return the meter and key in force at a time."""
        return _last(self.meters, time), _last(self.keys, time)

    @property
    def pickup(self) -> Fraction:
        """Length in quarters of a pickup, which MIDI writes as one bar of a shorter meter; 0 if there is none."""
        if len(self.meters) > 1 and self.meters[0][1].quarters == self.meters[1][0] < self.meters[1][1].quarters:
            return self.meters[1][0]
        return Fraction(0)


@dataclass(frozen=True)
class BarSpan:
    """One bar: its position and length in quarters, meter, key and number."""

    onset: Fraction
    length: Fraction
    meter: Meter
    key: Key
    number: str

    @property
    def end(self) -> Fraction:
        """End of the bar, in quarters."""
        return self.onset + self.length


def measures_of(
    events: Sequence[MidiEvent], signatures: Signatures, words: Mapping[Fraction, tuple[Lyric, ...]]
) -> list[Measure]:
    """Return the measures of one track. Raises ValueError if there are more than ``limits.MAX_BARS``."""
    stems = [list(stem) for _, stem in groupby(events, key=lambda event: event.onset_quarter)]
    end = max(event.end_quarter for event in events)
    measures: list[Measure] = []
    before: BarSpan | None = None
    first = 0  # index of the first stem that still sounds
    for span in spans_of(signatures, end):
        measure = Measure(span.number, length_quarter=span.length)
        measure.meter = span.meter if before is None or span.meter != before.meter else None
        measure.key = (span.key.fifths, span.key.mode) if before is None or span.key != before.key else None
        while first < len(stems) and stems[first][0].end_quarter <= span.onset:
            first += 1
        last = first
        while last < len(stems) and stems[last][0].onset_quarter < span.end:
            last += 1
        measure.notes["1"] = _fill(stems[first:last], span, words)
        measures.append(measure)
        before = span
    return measures


def spans_of(signatures: Signatures, end: Fraction) -> Iterator[BarSpan]:
    """Yield the bars up to ``end``, in quarters."""
    pickup = signatures.pickup
    onset = Fraction(0)
    for index in range(limits.MAX_BARS):
        if onset >= end:
            return
        is_pickup = bool(pickup) and index == 0
        meter, key = signatures.at(pickup if is_pickup else onset)
        following = bisect_right(signatures.meters, onset, key=_start)
        length = meter.quarters
        if following < len(signatures.meters):
            length = min(length, signatures.meters[following][0] - onset)
        yield BarSpan(onset, length, meter, key, str(index if pickup else index + 1))
        onset += length
    raise ValueError(f"more than {limits.MAX_BARS} bars")


def _fill(
    stems: Sequence[Sequence[MidiEvent]], span: BarSpan, words: Mapping[Fraction, tuple[Lyric, ...]]
) -> list[Note]:
    """Return the notes and rests of one bar, with onsets relative to the bar."""
    notes: list[Note] = []
    reached = span.onset
    for stem in stems:
        start, stop = max(stem[0].onset_quarter, span.onset), min(stem[0].end_quarter, span.end)
        if start > reached:
            notes.append(Note(reached - span.onset, start - reached, None))
        lyric = words.get(stem[0].onset_quarter, ()) if start == stem[0].onset_quarter else ()
        for index, event in enumerate(stem):
            notes.append(
                Note(
                    start - span.onset,
                    stop - start,
                    span.key.spell(event.midi),
                    tie_stop=start > event.onset_quarter,
                    tie_start=stop < event.end_quarter,
                    lyrics=() if index else lyric,
                    chord=index > 0,
                )
            )
        reached = stop
    if reached < span.end:
        notes.append(Note(reached - span.onset, span.end - reached, None))
    return notes


def _last(items: Sequence[tuple[Fraction, T]], time: Fraction) -> T:
    """Return the last item that starts at or before a time, or the first item if there is none."""
    return items[max(0, bisect_right(items, time, key=_start) - 1)][1]


def _start(item: tuple[Fraction, T]) -> Fraction:
    return item[0]
