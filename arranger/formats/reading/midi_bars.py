"""Quantised MIDI notes -> measures: bars from the time signatures, ties over bar lines, rests in gaps."""

from __future__ import annotations

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
class Event:
    """One note on the grid; times in quarters from the beginning."""

    onset_quarter: Fraction
    end_quarter: Fraction
    midi: int


@dataclass(frozen=True)
class Signatures:
    """Time and key signatures with their times in quarters."""

    meters: list[tuple[Fraction, Meter]]
    keys: list[tuple[Fraction, Key]]
    key_is_written: bool

    def at(self, time: Fraction) -> tuple[Meter, Key]:
        """Return the meter and key that hold at a time."""
        return _last(self.meters, time), _last(self.keys, time)

    @property
    def pickup(self) -> Fraction:
        """Length of a pickup, which MIDI writes as one bar of a shorter meter; 0 where there is none."""
        if len(self.meters) > 1 and self.meters[0][1].quarters == self.meters[1][0] < self.meters[1][1].quarters:
            return self.meters[1][0]
        return Fraction(0)


@dataclass(frozen=True)
class _Span:
    """One bar: where it stands and what holds in it."""

    onset: Fraction
    length: Fraction
    meter: Meter
    key: Key
    number: str

    @property
    def end(self) -> Fraction:
        """Where the bar stops."""
        return self.onset + self.length


def measures_of(events: Sequence[Event], signatures: Signatures, words: Mapping[Fraction, str]) -> list[Measure]:
    """Return the measures of one track; ValueError where there would be far too many."""
    stems = [list(stem) for _, stem in groupby(events, key=lambda event: event.onset_quarter)]
    end = max(event.end_quarter for event in events)
    measures: list[Measure] = []
    before: _Span | None = None
    first = 0  # the first stem that still sounds
    for span in _spans(signatures, end):
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


def _spans(signatures: Signatures, end: Fraction) -> Iterator[_Span]:
    """Yield the bars up to an end."""
    pickup = signatures.pickup
    onset = Fraction(0)
    for index in range(limits.MAX_BARS):
        if onset >= end:
            return
        is_pickup = bool(pickup) and index == 0
        meter, key = signatures.at(pickup if is_pickup else onset)
        following = [time for time, _ in signatures.meters if onset < time < onset + meter.quarters]
        length = min(following) - onset if following else meter.quarters
        yield _Span(onset, length, meter, key, str(index if pickup else index + 1))
        onset += length
    raise ValueError(f"more than {limits.MAX_BARS} bars")


def _fill(stems: Sequence[Sequence[Event]], span: _Span, words: Mapping[Fraction, str]) -> list[Note]:
    """Return the notes and rests of one bar, onsets counted from its beginning."""
    notes: list[Note] = []
    place = span.onset
    for stem in stems:
        start, stop = max(stem[0].onset_quarter, span.onset), min(stem[0].end_quarter, span.end)
        if start > place:
            notes.append(Note(place - span.onset, start - place, None))
        lyric = _lyric(words.get(stem[0].onset_quarter, "")) if start == stem[0].onset_quarter else ()
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
        place = stop
    if place < span.end:
        notes.append(Note(place - span.onset, span.end - place, None))
    return notes


def _lyric(text: str) -> tuple[Lyric, ...]:
    """Return a syllable of a lyric event; karaoke files mark a new line by a slash or backslash."""
    syllable = text.strip().lstrip("/\\").strip()
    joined = syllable.endswith("-") and len(syllable) > 1
    return (Lyric(syllable.rstrip("-"), syllabic="begin" if joined else "single"),) if syllable.strip("-") else ()


def _last(items: Sequence[tuple[Fraction, T]], time: Fraction) -> T:
    """Return what was set last at a time; before the first setting, the first."""
    return next((item for start, item in reversed(items) if start <= time), items[0][1])
