"""Whether demands on a passage can all be kept, by a complete search over all its verticalities.

Slice by slice, the verticalities that keep what is asked of the slice are formed, and those are kept that can be
reached from one before. If none is left, no arrangement keeps the demands. Nothing is estimated: every pitch that a
voice may have is tried.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from arranger.editing.conflicts.demands import CHORD, FORBIDDEN, PIN, RANGE, RULE, TUNE, Demand
from arranger.editing.conflicts.frame import REST, Frame
from theory.slices.facts import NONE, Motion, Verticality, letters
from theory.types import Ints, Mask

_BEYOND = 12  # semitones beyond its range that a voice may go where the range is not asked for
_FIRST, _MORE = 24, 512  # verticalities from which a next one is tried to be reached: at first, and then at a time
_SMALL = 4096  # combinations that are simply searched
_FEW = (4, 8)  # pitches per voice that are tried first: where much is possible, these are enough to see that


@dataclass(frozen=True, eq=False)
class Search:
    """Looks for arrangements of a frame that keep demands; the voices of the demands are those of the frame."""

    frame: Frame
    demands: frozenset[Demand]
    most: int | None = None  # pitches that are tried per voice and slice; None: all

    @property
    def size(self) -> int:
        """The most combinations of pitches that a slice has before rules are asked."""
        return max(
            math.prod(len(self.domain(slice_, voice, asked)) for voice in self._voices)
            for slice_ in range(self.frame.slices)
            for asked in [[demand for demand in self.demands if demand.slice_ == slice_]]
        )

    def first_dead_end(self) -> int | None:
        """Return the first slice that no arrangement reaches with all demands kept, None if some arrangement does."""
        before: Ints | None = None
        for slice_ in range(self.frame.slices):
            here = self.verticalities(slice_)
            if before is not None and len(here):
                here = here[self._reached(slice_, before, here)]
            if not len(here):
                return slice_
            before = here
        return None

    def verticalities(self, slice_: int) -> Ints:
        """Return the verticalities (candidate, voice) of a slice that keep what is asked of it."""
        asked = [demand for demand in self.demands if demand.slice_ == slice_]
        grids = np.meshgrid(*(self.domain(slice_, voice, asked) for voice in self._voices), indexing="ij")
        found = np.stack([grid.ravel() for grid in grids], axis=-1)
        if not len(found):
            return found
        if any(demand.kind == CHORD for demand in asked):
            found = found[self._few_strangers(slice_, found, {each.voice for each in asked if each.kind == PIN})]
        rules = [demand.rule for demand in asked if demand.kind == RULE and not demand.is_motion]
        for rule in rules:
            if len(found):
                found = found[~np.asarray(rule(self.vertical(slice_, found))).any(axis=-1)]
        return found

    @property
    def _voices(self) -> range:
        return range(len(self.frame.voices))

    def domain(self, slice_: int, voice: int, asked: Iterable[Demand]) -> Ints:
        """Return the MIDI numbers that one voice may have in a slice, (pitch,)."""
        frame = self.frame
        if frame.given[slice_, voice] == REST:
            return np.array([REST])
        own = [demand for demand in asked if demand.voice == voice]
        wanted = {demand.midi for demand in own if demand.kind in (PIN, TUNE)}
        beyond = 0 if any(demand.kind == RANGE for demand in own) else _BEYOND
        low, high = int(frame.ranges.lowest[voice]) - beyond, int(frame.ranges.highest[voice]) + beyond
        if any(demand.kind == TUNE for demand in own):
            low, high = min(low, *wanted), max(high, *wanted)  # the tune is as it is
        pitches = np.arange(low, high + 1)
        banned = [demand.midi for demand in own if demand.kind == FORBIDDEN]
        pitches = pitches[~np.isin(pitches, banned)]
        for midi in wanted:
            pitches = pitches[pitches == midi]
        if any(demand.kind == CHORD for demand in asked) and (not wanted or self._has_bass(slice_, voice)):
            pitches = pitches[self.fitting(slice_, voice)[pitches % 12]]
        if self.most is None or len(pitches) <= self.most:
            return pitches
        return pitches[np.linspace(0, len(pitches) - 1, self.most).astype(np.int64)]

    def fitting(self, slice_: int, voice: int) -> Mask:
        """Return the pitch classes (12,) that the chord allows a voice."""
        context = self.frame.context
        if self._has_bass(slice_, voice):
            return np.arange(12) == context.bass[slice_]
        fits = context.role[slice_] != NONE
        return fits | context.scale[slice_] if self.frame.strangers else fits

    def _has_bass(self, slice_: int, voice: int) -> bool:
        """Whether a voice is to have the slash bass of a chord that begins."""
        frame, chord = self.frame, self.frame.chord[slice_]
        begins = bool(frame.context.onset[slice_]) and not frame.holds[slice_, voice]
        is_free = frame.given[slice_, voice] == frame.free and frame.voices[voice] == frame.lowest
        return chord is not None and chord.bass is not None and begins and is_free

    def _few_strangers(self, slice_: int, found: Ints, pinned: Collection[int]) -> Mask:
        """Return which verticalities (candidate,) have few enough tones outside the chord, but for pinned notes."""
        outside = (self.frame.context.role[slice_][found % 12] == NONE) & (found >= 0)
        counted = (self.frame.given[slice_] == self.frame.free) & ~np.isin(self._voices, list(pinned))
        bass = [voice for voice in self._voices if self._has_bass(slice_, voice)]
        counted[bass] = False  # a slash bass may be no chord tone
        return (outside & counted).sum(axis=-1) <= self.frame.strangers

    def vertical(self, slice_: int, midi: Ints) -> Verticality:
        """Return the verticalities of a slice that some notes (candidate, voice) make."""
        letter = letters(midi, self.frame.spelling[slice_][midi % 12])
        attack = (midi >= 0) & ~self.frame.holds[slice_]
        return Verticality(midi, letter, attack, self.frame.context.at(slice_), self.frame.ranges)

    def _reached(self, slice_: int, before: Ints, here: Ints) -> Mask:
        """Return which verticalities of a slice, (candidate,), may follow one of those before."""
        found = np.zeros(len(here), dtype=bool)
        for start, stop in _spans(len(before)):
            open_ones = np.flatnonzero(~found)
            if not len(open_ones):
                break
            found[open_ones] = self.may_follow(slice_, before[start:stop], here[open_ones]).any(axis=0)
        return found

    def may_follow(self, slice_: int, before: Ints, here: Ints) -> Mask:
        """Return which verticalities of a slice may follow which of those before, (before, here)."""
        one, other = np.repeat(before, len(here), axis=0), np.tile(here, (len(before), 1))
        held = self.frame.holds[slice_]
        fits = (one == other)[:, held].all(axis=-1)
        rules = [demand.rule for demand in self.demands if demand.slice_ == slice_ and demand.is_motion]
        if rules and fits.any():
            rows = np.flatnonzero(fits)
            motion = self.motion(slice_, one[rows], other[rows])
            broken = np.zeros(len(rows), dtype=bool)
            for rule in rules:
                broken |= np.asarray(rule(motion)).any(axis=-1)
            fits[rows[broken]] = False
        return fits.reshape(len(before), len(here))

    def motion(self, slice_: int, before: Ints, here: Ints) -> Motion:
        """Return the motions from verticalities of the slice before to those of a slice, row by row."""
        one, other = (
            replace(self.vertical(place, midi), context=self.frame.context.at(np.full(len(midi), place)))
            for place, midi in ((slice_ - 1, before), (slice_, here))
        )
        return Motion(one, other, np.broadcast_to(self.frame.boundary[slice_], len(before)))


def _spans(count: int) -> Iterable[tuple[int, int]]:
    """Yield spans of indices: a short one first, since most verticalities are reached from the first few."""
    yield 0, min(_FIRST, count)
    for start in range(_FIRST, count, _MORE):
        yield start, min(start + _MORE, count)


def broken_slices(frame: Frame, demands: Iterable[Demand], midi: Ints) -> list[int]:
    """Return the slices in which an arrangement (slice, voice) does not keep what is asked."""
    asked: dict[int, set[Demand]] = {}
    for demand in demands:
        asked.setdefault(demand.slice_, set()).add(demand)
    return [slice_ for slice_ in range(frame.slices) if not _keeps(frame, asked.get(slice_, set()), midi, slice_)]


def _keeps(frame: Frame, asked: Collection[Demand], midi: Ints, slice_: int) -> bool:
    """Whether one slice of an arrangement keeps what is asked of it and of the step to it."""
    search = Search(frame, frozenset(asked))
    here, before = midi[slice_][None], midi[slice_ - 1][None] if slice_ else None
    own = all(
        here[0, voice] == REST or here[0, voice] in search.domain(slice_, voice, asked)
        for voice in range(len(frame.voices))
    )
    rules = [demand.rule for demand in asked if demand.kind == RULE and not demand.is_motion]
    upright = not any(np.asarray(rule(search.vertical(slice_, here))).any() for rule in rules)
    return own and upright and (before is None or bool(search.may_follow(slice_, before, here)[0, 0]))


def is_feasible(frame: Frame, demands: Iterable[Demand], voices: Sequence[int] | None = None) -> bool:
    """Return whether all demands on a frame can be kept, in all voices or in some of them alone.

    Where much is possible, a few pitches for each voice show it. What cannot be kept can mostly not be kept in one, two
    or three voices alone, so these are searched before all voices together.
    """
    kept = tuple(range(len(frame.voices)) if voices is None else voices)
    asked = tuple(demands)
    whole = _search(frame, asked, kept)
    if whole.size <= _SMALL:
        return whole.first_dead_end() is None
    if any(_search(frame, asked, kept, most).first_dead_end() is None for most in _FEW):
        return True
    groups = (group for size in range(1, len(kept) + 1) for group in combinations(kept, size))
    return all(_search(frame, asked, group).first_dead_end() is None for group in groups)


def _search(frame: Frame, demands: Iterable[Demand], voices: Sequence[int], most: int | None = None) -> Search:
    """Return the search in some voices of a frame, for the demands on these."""
    numbers = {voice: place for place, voice in enumerate(voices)}
    own = frozenset(
        demand if demand.voice < 0 else replace(demand, voice=numbers[demand.voice])
        for demand in demands
        if demand.of(voices)
    )
    return Search(frame.of_voices(voices), own, most)
