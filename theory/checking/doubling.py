"""Voices that go with a higher one in octaves or unison most of the time: they double it, and count as one voice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from theory.slices.facts import voice_pairs
from theory.slices.windows import Windows
from theory.types import Mask

_DOUBLED_SHARE, _DOUBLED_ONSETS = 0.8, 8  # of shared onsets in octaves or unison; how many there must be


def doublings(windows: Windows) -> list[dict[int, int]]:
    """Return, of each score in the windows, which voices only double, and each time the voice that it doubles."""
    vertical = windows.verticality
    upper, lower = (places.tolist() for places in voice_pairs(vertical.voices))
    shared = vertical.pair.sounding & vertical.of_upper(vertical.attack) & vertical.of_lower(vertical.attack)
    counts, together = (
        np.add.reduceat(marks, windows.firsts, axis=0, dtype=np.int64)
        for marks in (shared, shared & vertical.pair.octave_or_unison)
    )
    found = (counts >= _DOUBLED_ONSETS) & (together >= _DOUBLED_SHARE * counts)
    # of several voices that one doubles the highest is named
    return [{lower[pair]: upper[pair] for pair in np.flatnonzero(pairs).tolist()[::-1]} for pairs in found]


def doubling_voices(windows: Windows, doubled: Sequence[dict[int, int]]) -> Mask | None:
    """Return which voices only double in each slice (T, V); None where no score has any."""
    if not any(doubled):
        return None
    slices, voices = windows.texture.shape
    lengths = np.diff([*windows.firsts, slices])
    return np.array([[voice in each for voice in range(voices)] for each in doubled]).repeat(lengths, axis=0)
