"""Dissonances of two voices, one moving against the other: weak ones in passing, and suspensions.

A dissonance belongs to the voice that moves where it falls on a weaker place than the one where the
other voice's note began; else the held note is suspended (Jeppesen, Counterpoint).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from theory.slices.facts import voice_pairs
from theory.slices.windows import Windows

_HALF = 2


@dataclass(frozen=True)
class Dissonance:
    """A voice that begins a note against a dissonant note that another one holds."""

    windows: Windows
    slice_: int
    pair: int  # in the order of `theory.slices.context.voice_pairs`
    moving: int  # voice
    held: int

    @property
    def is_suspension(self) -> bool:
        """Whether the held note began on a weaker place."""
        strength = self.windows.texture.strength
        return bool(strength[self.slice_] > strength[self._start(self.held, self.slice_)])

    @property
    def is_resolved_suspension(self) -> bool:
        """Whether the held note was prepared as a consonance and falls by step to a consonance."""
        clash, midi = self.windows.verticality.dissonance[:, self.pair], self.windows.verticality.midi
        goal = self._next(self.held, self.slice_)
        if goal is None or clash[self._start(self.held, self.slice_)]:
            return False
        return int(midi[goal, self.held] - midi[self.slice_, self.held]) in (-1, -2) and not clash[goal]

    @property
    def is_passing(self) -> bool:
        """Whether the moving voice steps on in one direction."""
        _, enters, leaves, _ = self._intervals
        return _steps(enters, leaves) and enters * leaves > 0

    @property
    def is_neighbour(self) -> bool:
        """Whether the moving voice steps there and back."""
        _, enters, leaves, _ = self._intervals
        return _steps(enters, leaves) and enters * leaves < 0

    @property
    def is_cambiata(self) -> bool:
        """Whether the moving voice steps down, falls a third, and steps back up."""
        _, enters, leaves, then = self._intervals
        return _steps(enters, then) and enters < 0 and leaves in (-3, -4) and then > 0

    @property
    def is_double_neighbour(self) -> bool:
        """Whether the moving voice touches the steps on both sides of a note, and comes back to it."""
        earlier, enters, leaves, then = self._intervals
        first = _steps(enters, then) and abs(leaves) in (3, 4) and enters * then > 0 > enters * leaves
        second = _steps(earlier, leaves) and abs(enters) in (3, 4) and earlier * leaves > 0 > earlier * enters
        return first or second

    @property
    def is_short(self) -> bool:
        """Whether the moving note is shorter than half of the held one: four notes or more against one."""
        return _HALF * self._length(self.moving) < self._length(self.held)

    @property
    def _intervals(self) -> tuple[int, int, int, int]:
        """Semitones before, into, out of and after the moving voice's note; 0 where it rests or ends."""
        midi = self.windows.verticality.midi[:, self.moving]
        here = self.slice_
        into = self._start(self.moving, here - 1) if here else None
        earlier = self._start(self.moving, into - 1) if into else None
        out = self._next(self.moving, here)
        after = None if out is None else self._next(self.moving, out)
        path = [-1 if place is None else int(midi[place]) for place in (earlier, into, here, out, after)]
        first, second, third, fourth = (b - a if min(a, b) >= 0 else 0 for a, b in pairwise(path))
        return first, second, third, fourth

    def _start(self, voice: int, slice_: int) -> int:
        """Return the slice in which the note begins that a voice sounds."""
        while slice_ > 0 and not self.windows.texture.attack[slice_, voice]:
            slice_ -= 1
        return slice_

    def _next(self, voice: int, slice_: int) -> int | None:
        """Return the slice in which a voice's next note begins, None where it rests first or ends."""
        texture = self.windows.texture
        for place in range(slice_ + 1, texture.shape[0]):
            if texture.pitch[place, voice] < 0:
                return None
            if texture.attack[place, voice]:
                return place
        return None

    def _length(self, voice: int) -> float:
        """Return how many quarters the note lasts that a voice sounds."""
        texture, start = self.windows.texture, self._start(voice, self.slice_)
        goal = start + 1
        while goal < texture.shape[0] and not texture.attack[goal, voice] and texture.pitch[goal, voice] >= 0:
            goal += 1
        return float(sum(texture.duration_quarter[start:goal]))


def _steps(*semitones: int) -> bool:
    return all(1 <= abs(size) <= 2 for size in semitones)


def dissonances(windows: Windows) -> Iterator[Dissonance]:
    """Yield the places where one voice of a pair begins a note that is dissonant with the note the other holds."""
    upper, lower = voice_pairs(windows.texture.shape[1])
    attack = windows.texture.attack
    for slice_, pair in np.argwhere(windows.verticality.dissonance).tolist():
        voices = int(upper[pair]), int(lower[pair])
        begins = [bool(attack[slice_, voice]) for voice in voices]
        if begins[0] != begins[1]:
            moving, held = voices if begins[0] else voices[::-1]
            yield Dissonance(windows, slice_, pair, moving, held)
