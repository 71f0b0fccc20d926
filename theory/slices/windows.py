"""The windows of a whole texture: what every rule looks at, over all slices at once.

Motions are taken over all pairs of a slice and a slice heard before it, seams of repeats and endings
included. Steps follow the same pairs: across a seam a voice's line goes on from where it came.

Several textures may be laid end to end and looked at together, which is much faster than one by one. A
score's first slice has none before it, so that nothing passes from one score to the next.
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
    """Return what is known of each slice before its notes (leading axis T)."""
    known, places = [], []
    before: tuple[object, object] | None = None
    for chord, key in zip(texture.chord, texture.key, strict=True):
        if before is None or chord is not before[0] or key is not before[1]:  # most slices go on with what they have
            known.append(chord_facts(chord, key))
            before = chord, key
        places.append(len(known) - 1)
    columns = {name: np.array([facts[name] for facts in known]).take(places, axis=0) for name in known[0]}
    return Context(
        **columns, onset=texture.chord_onset, strength=texture.strength, closing=np.asarray(texture.phrase_end)
    )


def verticalities_of(texture: Texture, ranges: Ranges | None = None, context: Context | None = None) -> Verticality:
    """Return what sounds in each slice (leading axis T)."""
    return Verticality(
        midi=voices_apart(texture.pitch),
        letter=voices_apart(letters(texture.pitch, texture.fifths)),
        attack=voices_apart(texture.attack),
        context=context or contexts_of(texture),
        ranges=ranges,
    )


def ranges_of(instruments: Sequence[Instrument | None]) -> Ranges:
    """Return the ranges of the parts; a part whose instrument is unknown may sound anything."""
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
    """All windows of a texture, or of several end to end.

    ``before`` and ``after`` (N,) are the slices of each pair; motions and steps have N as their
    leading axis, verticalities T.
    """

    texture: Texture
    ranges: Ranges | None = None
    firsts: tuple[int, ...] = (0,)  # the first slice of each score that is in the texture

    @classmethod
    def of_all(cls, textures: Sequence[Texture], ranges: Ranges | None = None) -> Windows:
        """Return the windows of textures of as many voices each, with the same ranges, laid end to end."""
        firsts = tuple(accumulate((len(texture.onset_quarter) for texture in textures[:-1]), initial=0))
        return cls(_end_to_end(textures, firsts), ranges, firsts)

    @cached_property
    def pairs(self) -> tuple[Ints, Ints]:
        """Slices that follow each other: before and after, in the order of the later one."""
        pairs = [(before, after) for after, heard in enumerate(self.texture.predecessors) for before in heard]
        before, after = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return before, after

    @cached_property
    def verticality(self) -> Verticality:
        """What sounds in each slice."""
        return verticalities_of(self.texture, self.ranges)

    @cached_property
    def boundary(self) -> Mask:
        """(N,) a phrase ends between the slices of a pair."""
        return np.asarray(self.texture.phrase_end)[self.pairs[0]]

    @cached_property
    def motion(self) -> Motion:
        """Every pair of successive slices."""
        before, after = self.pairs
        return Motion(self.verticality.at(before), self.verticality.at(after), self.boundary)

    @cached_property
    def step(self) -> Step:
        """Each voice's last four attacks, at the later slice of every pair."""
        return steps_of(self)


def _end_to_end(textures: Sequence[Texture], firsts: Sequence[int]) -> Texture:
    """Return textures as one, in which they begin with these slices; times and bars begin anew with each."""
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
    """Return the Step windows of every pair of slices.

    A slice with several predecessors is entered from each; what follows it goes on from the first
    one if that is written before it.
    """
    slices, heard = windows.verticality, windows.texture.predecessors
    before, after = windows.pairs
    came_from = np.array([earlier[0] if earlier else -1 for earlier in heard], dtype=np.int64)
    came_from[came_from >= np.arange(len(heard))] = -1
    usual = came_from[after] == before
    # a slice that is entered otherwise than usual is put behind the others once more, for each such way
    again = np.flatnonzero(~usual)
    written = np.concatenate([np.arange(len(came_from)), after[again]])
    entered_from = np.concatenate([came_from, before[again]])
    rows = after.copy()
    rows[again] = len(came_from) + np.arange(len(again))
    notes, attack = notes_of(slices)[written], slices.attack[written]
    ends = np.append(windows.texture.phrase_end, True)[entered_from]
    windows_of_rows, begins = walk(notes, attack, ends, entered_from)
    return Step(windows_of_rows[rows], begins[rows], slices.context.closing[after])
