"""The windows of a whole texture: the facts that rules look at, for all slices at once.

Motions are computed for every pair of a slice and a slice heard directly before it, including across
repeats and endings (seams). Steps use the same pairs: across a seam, a voice's line continues from the slice
it came from.

Several textures may be joined end to end and checked together, which is much faster than one by one. The
first slice of each score has no predecessor, so that no motion crosses from one score to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, chain
from typing import Any

import numpy as np

from theory.notation.instruments import Instrument
from theory.slices.facts import Context, Motion, Ranges, Step, Verticality, chord_facts, letters
from theory.slices.layout import voices_apart
from theory.slices.step import notes_of, walk
from theory.slices.texture import Texture
from theory.types import Ints, Mask

_NO_LOWEST, _NO_HIGHEST = 0, 127


def contexts_of(texture: Texture) -> Context:
    """Return chord, key and meter of each slice (leading axis T)."""
    known, indices = [], []
    before: tuple[object, object] | None = None
    for chord, key in zip(texture.chord, texture.key, strict=True):
        if before is None or chord is not before[0] or key is not before[1]:  # most slices keep chord and key
            known.append(chord_facts(chord, key))
            before = chord, key
        indices.append(len(known) - 1)
    columns = {name: np.array([facts[name] for facts in known]).take(indices, axis=0) for name in known[0]}
    return Context(
        **columns, onset=texture.chord_onset, strength=texture.strength, closing=np.asarray(texture.phrase_end)
    )


def verticalities_of(texture: Texture, ranges: Ranges | None = None, context: Context | None = None) -> Verticality:
    """Return the verticality of each slice (leading axis T)."""
    return Verticality(
        midi=voices_apart(texture.pitch),
        letter=voices_apart(letters(texture.pitch, texture.fifths)),
        attack=voices_apart(texture.attack),
        context=context or contexts_of(texture),
        ranges=ranges,
    )


def ranges_of(instruments: Sequence[Instrument | None]) -> Ranges:
    """Return the ranges of the parts; a part of unknown instrument has no limits."""
    bands = [
        [(band.low.midi, band.high.midi) for band in (played.absolute, played.comfortable, played.tessitura)]
        if played
        else [(_NO_LOWEST, _NO_HIGHEST)] * 3
        for played in instruments
    ]
    edges = np.array(bands, dtype=np.int64).reshape(len(bands), 6).T
    return Ranges(*edges)


@dataclass(frozen=True)
class Windows:
    """All windows of a texture, or of several textures joined end to end.

    Motions and steps have the leading axis N (pairs of successive slices, see `pairs`), verticalities have T.
    """

    texture: Texture
    ranges: Ranges | None = None
    firsts: tuple[int, ...] = (0,)  # index of the first slice of each score

    @classmethod
    def of_all(cls, textures: Sequence[Texture], ranges: Ranges | None = None) -> Windows:
        """Return the windows of textures joined end to end; all have the same number of voices and the same ranges."""
        firsts = tuple(accumulate((len(texture.onset_quarter) for texture in textures[:-1]), initial=0))
        return cls(_end_to_end(textures, firsts), ranges, firsts)

    @cached_property
    def pairs(self) -> tuple[Ints, Ints]:
        """Indices (before, after), each (N,), of slices that follow each other, in the order of ``after``."""
        pairs = [(before, after) for after, heard in enumerate(self.texture.predecessors) for before in heard]
        before, after = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return before, after

    @cached_property
    def verticality(self) -> Verticality:
        """The verticality of each slice (leading axis T)."""
        return verticalities_of(self.texture, self.ranges)

    @cached_property
    def boundary(self) -> Mask:
        """(N,) A phrase ends between the slices of a pair."""
        return np.asarray(self.texture.phrase_end)[self.pairs[0]]

    @cached_property
    def motion(self) -> Motion:
        """The motion of every pair of successive slices (leading axis N)."""
        before, after = self.pairs
        return Motion(self.verticality.at(before), self.verticality.at(after), self.boundary)

    @cached_property
    def step(self) -> Step:
        """Each voice's last four attacks at the later slice of every pair (leading axis N)."""
        return steps_of(self)


def _end_to_end(textures: Sequence[Texture], firsts: Sequence[int]) -> Texture:
    """Return textures joined into one; ``firsts`` are their first slices. Times and bars start again in each."""
    arrays = ("pitch", "fifths", "attack", "note", "bar", "strength", "phrase_end", "chord_onset")
    rows = ("onset_quarter", "duration_quarter", "chord", "key")
    heard = (
        tuple(first + earlier for earlier in before)
        for first, texture in zip(firsts, textures, strict=True)
        for before in texture.predecessors
    )
    joined: dict[str, Any] = {
        **{name: np.concatenate([getattr(texture, name) for texture in textures]) for name in arrays},
        **{name: tuple(chain.from_iterable(getattr(texture, name) for texture in textures)) for name in rows},
    }
    return replace(textures[0], **joined, predecessors=tuple(heard))


def steps_of(windows: Windows) -> Step:
    """Return the Step windows of every pair of slices (leading axis N).

    A slice with several predecessors has one window for each. Later slices continue from its first
    predecessor, provided that it is written earlier.
    """
    slices, heard = windows.verticality, windows.texture.predecessors
    before, after = windows.pairs
    came_from = np.array([earlier[0] if earlier else -1 for earlier in heard], dtype=np.int64)
    came_from[came_from >= np.arange(len(heard))] = -1
    usual = came_from[after] == before
    # a slice reached from another predecessor is appended as an extra row, one per such predecessor
    again = np.flatnonzero(~usual)
    written = np.concatenate([np.arange(len(came_from)), after[again]])
    entered_from = np.concatenate([came_from, before[again]])
    rows = after.copy()
    rows[again] = len(came_from) + np.arange(len(again))
    notes, attack = notes_of(slices)[written], slices.attack[written]
    ends = np.append(windows.texture.phrase_end, True)[entered_from]
    windows_of_rows, begins = walk(notes, attack, ends, entered_from)
    return Step(windows_of_rows[rows], begins[rows], slices.context.closing[after])
