"""Parallel fifths and octaves on successive accents (beats or downbeats) with other notes in between.

The ear connects accented notes: fifths on two successive accents sound parallel although another note comes in
between (Fux, Gradus ad Parnassum, First Part, ch. II, on the second species).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from theory.slices.facts import Motion
from theory.slices.windows import Windows
from theory.types import Ints, Mask

_THIRD = 4  # semitones


@dataclass(frozen=True)
class AccentedPair:
    """Two successive accents, and the pairs of voices that form parallel fifths or octaves on them."""

    before: int  # slice of the first accent
    after: int  # slice of the second accent
    pairs: tuple[int, ...]  # indices of pairs, in the order of `theory.slices.context.voice_pairs`


def accented_parallels(windows: Windows, strength: float) -> Iterator[AccentedPair]:
    """Yield the parallel fifths and octaves on successive slices of at least this metrical strength.

    Fifths, but not octaves, are exempt if one of the voices leaps by more than a third between the accents, or if a
    sixth comes just before the second accent (5-6, 5-6). Parallels between adjacent slices are not reported here.
    """
    yield from _between(windows, np.flatnonzero(windows.texture.strength >= strength))


def harmonic_parallels(windows: Windows) -> Iterator[AccentedPair]:
    """Yield the parallel fifths and octaves on the beginnings of two successive chords, where chords last over a beat.

    If the harmony moves in halves, the ear connects these and not the beats in between.
    """
    yield from _between(windows, np.flatnonzero(windows.texture.chord_onset))


def afterbeat_parallels(windows: Windows, strength: float) -> Iterator[AccentedPair]:
    """Yield the parallel fifths and octaves on two successive weak beats, with one attack on the beat in between."""
    begins = np.asarray(windows.texture.attack.any(axis=1))
    order = _counted(begins)
    weak = np.flatnonzero(begins & (windows.texture.strength < strength))
    yield from (found for found in _between(windows, weak) if order[found.after] == order[found.before] + 2)


def delayed_parallels(windows: Windows) -> Iterator[AccentedPair]:
    """Yield parallel fifths and octaves that a syncopation delays: one voice moves first, the other follows.

    A sixth on the way (5-6, 5-6) makes fifths acceptable. Only the two moves count that follow each other at once, in
    the same direction, with nothing but one other interval in between.
    """
    ends = _counted(windows.texture.phrase_end)
    begins = np.flatnonzero(windows.texture.attack.any(axis=1))
    before, middle, after = begins[:-2], begins[1:-1], begins[2:]
    found = _parallels(windows, before, after)
    first, second = _motion(windows, before, middle), _motion(windows, middle, after)
    alone = [motion.of_upper(motion.moves) != motion.of_lower(motion.moves) for motion in (first, second)]
    turns = first.of_upper(first.moves) == second.of_lower(second.moves)
    joined = (ends[after] == ends[before])[..., None]
    found &= alone[0] & alone[1] & turns & joined
    for place in np.flatnonzero(found.any(axis=-1)).tolist():
        yield AccentedPair(int(before[place]), int(after[place]), tuple(np.flatnonzero(found[place]).tolist()))


def _between(windows: Windows, accents: Ints) -> Iterator[AccentedPair]:
    """Yield the parallels on successive accents (indices of slices) with other slices in between."""
    before, after = accents[:-1], accents[1:]
    ends = _counted(windows.texture.phrase_end)
    joined = (after > before + 1) & (ends[after] == ends[before])
    before, after = before[joined], after[joined]
    found = _parallels(windows, before, after)
    for place in np.flatnonzero(found.any(axis=-1)).tolist():
        yield AccentedPair(int(before[place]), int(after[place]), tuple(np.flatnonzero(found[place]).tolist()))


def _parallels(windows: Windows, before: Ints, after: Ints) -> Mask:
    """Return which pairs of voices form such parallels between slices ``before`` and ``after`` (N,): (N, P)."""
    whole, last = _motion(windows, before, after), _motion(windows, after - 1, after)
    fifths = whole.before.pair.perfect_fifth & whole.after.pair.perfect_fifth
    octaves = whole.before.pair.octave & whole.after.pair.octave
    wide = _counted(np.abs(np.diff(windows.verticality.midi, axis=0)) > _THIRD)
    leaps: Mask = np.not_equal(wide[after], wide[before])
    saved = whole.of_upper(leaps) | whole.of_lower(leaps) | last.before.pair.sixth
    immediate = last.similar & last.before.pair.perfect
    return whole.similar & ~immediate & ((fifths & ~saved) | octaves)


def _counted(marks: Mask) -> Ints:
    """Return how many marks precede each index 0 to N along the first axis of ``marks`` (N, ...)."""
    return np.concatenate([np.zeros_like(marks[:1], dtype=np.int64), marks.cumsum(axis=0)])


def _motion(windows: Windows, before: Ints, after: Ints) -> Motion:
    slices = windows.verticality
    return Motion(slices.at(before), slices.at(after), np.zeros(len(before), dtype=bool))
