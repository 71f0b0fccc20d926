"""A passage before it is filled: its slices, chords, ranges and given notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from theory.notation.beats import spoken_beat
from theory.notation.chord import ChordSymbol
from theory.notation.pitch import Pitch
from theory.notation.score import Score
from theory.slices.facts import Context, Ranges
from theory.slices.texture import HOLE, REST
from theory.types import Ints, Mask
from theory.values import Value

__all__ = ["REST", "Frame"]


@dataclass(frozen=True, eq=False, repr=False)
class Frame(Value):
    """T successive slices of V voices, from high to low, in which some notes are given and others free."""

    score: Score  # for bars and beats
    voices: tuple[str, ...]
    onset_quarter: tuple[Fraction, ...]  # (T,)
    duration_quarter: tuple[Fraction, ...]  # (T,)
    chord: tuple[ChordSymbol | None, ...]  # (T,)
    context: Context  # (T,)
    spelling: Ints  # (T, 12) position on the line of fifths of each pitch class
    boundary: Mask  # (T,) a phrase ended before this slice
    ranges: Ranges
    given: Ints  # (T, V) MIDI number, REST, or `free`
    holds: Mask  # (T, V) the voice holds the note of the slice before
    lowest: str = ""  # name of the voice that has the bass of the chords
    strangers: int = 0  # most voices that have a tone of the scale outside the chord

    @property
    def free(self) -> int:
        """The mark of a cell that is to be filled."""
        return HOLE

    @property
    def slices(self) -> int:
        """The number of slices."""
        return len(self.onset_quarter)

    def place(self, slice_: int) -> str:
        """Return bar and beat of a slice as text."""
        bar = self.score.bar_at(self.onset_quarter[slice_])
        return f"bar {bar.number} beat {spoken_beat(self.score, self.onset_quarter[slice_])}"

    def pitch(self, slice_: int, midi: int) -> Pitch:
        """Return a MIDI number as it is spelled in a slice."""
        return Pitch.spelled(midi, int(self.spelling[slice_, midi % 12]))

    def between(self, first: int, last: int) -> Frame:
        """Return the slices from one to another, both included."""
        span = slice(first, last + 1)
        return replace(
            self,
            onset_quarter=self.onset_quarter[span],
            duration_quarter=self.duration_quarter[span],
            chord=self.chord[span],
            context=self.context.at(span),
            spelling=self.spelling[span],
            boundary=self.boundary[span],
            given=self.given[span],
            holds=self.holds[span],
        )

    def of_voices(self, voices: Sequence[int]) -> Frame:
        """Return the frame with some of its voices."""
        kept = list(voices)
        ranges = Ranges(*(np.asarray(getattr(self.ranges, name))[kept] for name in Ranges.__dataclass_fields__))
        names = tuple(self.voices[voice] for voice in kept)
        return replace(self, voices=names, ranges=ranges, given=self.given[:, kept], holds=self.holds[:, kept])
