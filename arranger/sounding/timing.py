"""When everything in a score is heard, in seconds: notes, bars and beats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from arranger.formats.performance import Performance, Sound, first_tempo, perform
from arranger.sounding.clock import Clock, clock_of
from arranger.sounding.tempo import speed_for
from theory.notation.score import Bar, Score


@dataclass(frozen=True, slots=True)
class Heard:
    """A note that is heard: where it is written, and when it sounds; of tied notes the first."""

    written_quarter: Fraction
    start_second: float
    end_second: float
    midi: int
    note_id: str = ""  # id of the written note; empty if it has none


@dataclass(frozen=True, slots=True)
class PlayedBar:
    """A bar as it is played: its index in the score, and when it begins."""

    index: int
    start_second: float


@dataclass(frozen=True, slots=True)
class Beat:
    """A beat as it is played, and whether it begins a bar."""

    start_second: float
    is_first: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How the first bar is counted; a pickup lacks some of its beats."""

    beats: int
    beat_second: float
    missing_beats: float = 0.0


@dataclass(frozen=True)
class Timing:
    """When a score is heard, in playing order: repeats and jumps are played out."""

    parts: tuple[tuple[Heard, ...], ...]
    bars: tuple[PlayedBar, ...]
    beats: tuple[Beat, ...]
    count: Count
    end_second: float  # where the last bar ends


def timing_of(score: Score, *, tempo: str = "") -> Timing:
    """Return when a score is heard, without its sound.

    Args:
        score: the score, with its repeats, tempo marks, swing and fermatas.
        tempo: quarters per minute at the beginning, such as 72, or a share of what is written, such as 80%; by
            default as written.

    Raises
    ------
        ValueError: the score has no parts or is too long, or the tempo cannot be read.
    """
    performance, clock, speed = clocked(score, tempo)
    return timing_by(score, performance, clock, speed)


def clocked(score: Score, tempo: str) -> tuple[Performance, Clock, float]:
    """Return the performance of a score, its clock, and how much faster than written it is.

    Raises ValueError as `timing_of` does.
    """
    if not score.parts or not score.bars:
        raise ValueError("there are no parts to hear")
    performance = perform(score)
    speed = speed_for(tempo, performance)
    return performance, clock_of(performance, speed=speed), speed


def timing_by(score: Score, performance: Performance, clock: Clock, speed: float) -> Timing:
    """Return when a score is heard by a clock."""
    played = zip(performance.order, performance.starts_quarter, strict=True)
    return Timing(
        parts=tuple(tuple(_heard(sounds, clock)) for sounds in performance.parts),
        bars=tuple(PlayedBar(index, clock.seconds(start)) for index, start in played),
        beats=tuple(_beats(score, performance, clock)),
        count=_count(score.bars[performance.order[0]], performance, speed),
        end_second=clock.seconds(performance.end_quarter),
    )


def _heard(sounds: Sequence[Sound], clock: Clock) -> Iterator[Heard]:
    for sound in sounds:
        start, end = clock.seconds(sound.start_quarter), clock.seconds(sound.end_quarter)
        yield Heard(sound.note.onset_quarter, start, end, sound.midi, sound.note.id)


def _beats(score: Score, performance: Performance, clock: Clock) -> Iterator[Beat]:
    for index, start in zip(performance.order, performance.starts_quarter, strict=True):
        bar = score.bars[index]
        for onset in bar.onsets_every(bar.meter.beat_quarters):
            first = bar.offset_in_meter(onset) % bar.meter.quarters == 0
            yield Beat(clock.seconds(start + onset - bar.onset_quarter), first)


def _count(bar: Bar, performance: Performance, speed: float) -> Count:
    beat = bar.meter.beat_quarters
    seconds = float(60 * beat / first_tempo(performance)) / speed
    return Count(round(bar.meter.quarters / beat), seconds, float(bar.missing_quarter / beat))
