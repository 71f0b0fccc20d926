"""The sound of a score: one stem per part, and when everything happens in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from arranger.formats.performance import Performance, Sound, first_tempo, perform
from arranger.sounding.casting import cast
from arranger.sounding.clock import Clock, clock_of
from arranger.sounding.players import Take, sound_of
from arranger.sounding.room import TAIL_SECONDS
from arranger.sounding.signals import Samples
from arranger.sounding.tempo import speed_for
from theory.notation.score import Bar, Score

RATE = 44100  # samples per second, unless another is asked for
LONGEST_SECONDS = 1200


@dataclass(frozen=True, slots=True)
class Heard:
    """A note that is heard: where it is written, and when it sounds."""

    written_quarter: Fraction
    start_second: float
    end_second: float
    midi: int


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
class Stem:
    """The sound of one part alone, without the room."""

    name: str
    samples: Samples
    notes: tuple[Heard, ...]

    @property
    def rms(self) -> float:
        """Root of the mean square over all samples."""
        return float(np.sqrt(np.mean(np.square(self.samples, dtype=np.float64)))) if len(self.samples) else 0.0


@dataclass(frozen=True)
class Stems:
    """The parts of a score as sound, all of one length, and its bars in playing order."""

    rate: int  # samples per second
    parts: tuple[Stem, ...]
    bars: tuple[PlayedBar, ...]
    beats: tuple[Beat, ...]
    count: Count
    end_second: float  # where the last bar ends; after it the room is heard

    def __len__(self) -> int:
        return len(self.parts[0].samples) if self.parts else 0


def stems(score: Score, *, rate: int = RATE, tempo: str = "", seed: int = 0) -> Stems:
    """Return the sound of a score, part by part.

    Args:
        score: what is heard, with its repeats, tempo, dynamics, articulations, swing and fermatas.
        rate: samples per second.
        tempo: quarters per minute at the beginning, such as 72, or a share of what is written, such as 80%; by
            default as written.
        seed: draws the singers; equal scores and seeds give equal samples.

    Raises
    ------
        ValueError: the score has no parts or would last longer than 20 minutes, the tempo cannot be read, or soundfile,
            which reads the samples of instruments, is not installed.
    """
    if not score.parts or not score.bars:
        raise ValueError("there are no parts to hear")
    performance = perform(score)
    speed = speed_for(tempo, performance)
    clock = clock_of(performance, speed=speed)
    end = clock.seconds(performance.end_quarter)
    if end > LONGEST_SECONDS:
        raise ValueError(f"it would last {end / 60:.0f} minutes, and at most {LONGEST_SECONDS // 60} are written")
    length = round((end + TAIL_SECONDS) * rate)
    takes = (Take(length, rate, (seed, number)) for number in range(len(score.parts)))
    parts = tuple(
        Stem(part.name, sound_of(player, sounds, clock, take), tuple(_heard(sounds, clock)))
        for part, player, sounds, take in zip(score.parts, cast(score.parts), performance.parts, takes, strict=True)
    )
    played = zip(performance.order, performance.starts_quarter, strict=True)
    bars = tuple(PlayedBar(index, clock.seconds(start)) for index, start in played)
    beats = tuple(_beats(score, performance, clock))
    return Stems(rate, parts, bars, beats, _count(score.bars[performance.order[0]], performance, speed), end)


def _count(bar: Bar, performance: Performance, speed: float) -> Count:
    beat = bar.meter.beat_quarters
    seconds = float(60 * beat / first_tempo(performance)) / speed
    return Count(round(bar.meter.quarters / beat), seconds, float(bar.missing_quarter / beat))


def _heard(sounds: Sequence[Sound], clock: Clock) -> Iterator[Heard]:
    for sound in sounds:
        start, end = clock.seconds(sound.start_quarter), clock.seconds(sound.end_quarter)
        yield Heard(sound.note.onset_quarter, start, end, sound.midi)


def _beats(score: Score, performance: Performance, clock: Clock) -> Iterator[Beat]:
    for index, start in zip(performance.order, performance.starts_quarter, strict=True):
        bar = score.bars[index]
        for onset in bar.onsets_every(bar.meter.beat_quarters):
            first = bar.offset_in_meter(onset) % bar.meter.quarters == 0
            yield Beat(clock.seconds(start + onset - bar.onset_quarter), first)
