"""The sound of a score: one stem per part, and when everything happens in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from arranger.sounding.casting import cast
from arranger.sounding.players import Take, sound_of
from arranger.sounding.room import TAIL_SECONDS
from arranger.sounding.signals import Samples
from arranger.sounding.timing import Heard, Timing, clocked, timing_by
from theory.notation.score import Score

RATE = 44100  # samples per second, unless another is asked for
LONGEST_SECONDS = 1200


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
    """The parts of a score as sound, all of one length; after the last bar the room is heard."""

    rate: int  # samples per second
    parts: tuple[Stem, ...]
    timing: Timing

    def __len__(self) -> int:
        return len(self.parts[0].samples)


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
    performance, clock, speed = clocked(score, tempo)
    timing = timing_by(score, performance, clock, speed)
    if timing.end_second > LONGEST_SECONDS:
        minutes = f"{timing.end_second / 60:.0f} minutes, and at most {LONGEST_SECONDS // 60}"
        raise ValueError(f"it would last {minutes} are written as sound; write MIDI")
    take = Take(round((timing.end_second + TAIL_SECONDS) * rate), rate, seed)
    parts = tuple(
        Stem(part.name, sound_of(player, sounds, clock, take.of(number)), timing.parts[number])
        for number, (part, player, sounds) in enumerate(
            zip(score.parts, cast(score.parts), performance.parts, strict=True)
        )
    )
    return Stems(rate, parts, timing)
