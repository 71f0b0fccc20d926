"""Perfect intervals on successive accents, with ornament between them.

The ear joins what falls on accents: a fifth on one beat and a fifth on the next are heard in
succession though a note passes between (Fux, Gradus ad Parnassum, on the second species).
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
    """Two successive accents, and the pairs of voices in perfect parallels on them."""

    before: int  # slice
    after: int
    pairs: tuple[int, ...]  # in the order of `theory.slices.context.voice_pairs`


def accented_parallels(windows: Windows, strength: float) -> Iterator[AccentedPair]:
    """Yield the parallel fifths and octaves on successive accents of at least so much metrical strength.

    Fifths are saved by a leap of more than a third between the accents and by a sixth just before the
    second one (5-6, 5-6); octaves are not. Parallels from one slice to the next are another matter.
    """
    accents = np.flatnonzero(windows.texture.strength >= strength)
    before, after = accents[:-1], accents[1:]
    ends = _counted(windows.texture.phrase_end)
    joined = (after > before + 1) & (ends[after] == ends[before])
    before, after = before[joined], after[joined]
    found = _parallels(windows, before, after)
    for place in np.flatnonzero(found.any(axis=-1)).tolist():
        yield AccentedPair(int(before[place]), int(after[place]), tuple(np.flatnonzero(found[place]).tolist()))


def _parallels(windows: Windows, before: Ints, after: Ints) -> Mask:
    """(N, P) which pairs of voices make such parallels between slices (N,)."""
    whole, last = _motion(windows, before, after), _motion(windows, after - 1, after)
    fifths = whole.before.pair.perfect_fifth & whole.after.pair.perfect_fifth
    octaves = whole.before.pair.octave & whole.after.pair.octave
    wide = _counted(np.abs(np.diff(windows.verticality.midi, axis=0)) > _THIRD)
    leaps: Mask = np.not_equal(wide[after], wide[before])
    saved = whole.of_upper(leaps) | whole.of_lower(leaps) | last.before.pair.sixth
    immediate = last.similar & last.before.pair.perfect
    return whole.similar & ~immediate & ((fifths & ~saved) | octaves)


def _counted(marks: Mask) -> Ints:
    """Return how many marks stand before each slice."""
    return np.concatenate([np.zeros_like(marks[:1], dtype=np.int64), marks.cumsum(axis=0)])


def _motion(windows: Windows, before: Ints, after: Ints) -> Motion:
    slices = windows.verticality
    return Motion(slices.at(before), slices.at(after), np.zeros(len(before), dtype=bool))
