"""Voices that double a higher voice in octaves or unisons most of the time; the two then count as one voice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from theory.slices.facts import voice_pairs
from theory.slices.windows import Windows
from theory.types import Mask

_DOUBLED_SHARE, _DOUBLED_ONSETS = 0.8, 8  # least share of shared onsets in octaves or unisons; fewest shared onsets


def doublings(windows: Windows) -> list[dict[int, int]]:
    """Return, for each score in the windows, {doubling voice: the higher voice that it doubles}."""
    vertical = windows.verticality
    upper, lower = (places.tolist() for places in voice_pairs(vertical.voices))
    shared = vertical.pair.sounding & vertical.of_upper(vertical.attack) & vertical.of_lower(vertical.attack)
    counts, together = (
        np.add.reduceat(marks, windows.firsts, axis=0, dtype=np.int64)
        for marks in (shared, shared & vertical.pair.octave_or_unison)
    )
    found = (counts >= _DOUBLED_ONSETS) & (together >= _DOUBLED_SHARE * counts)
    # if a voice doubles several, the highest one is kept
    return [{lower[pair]: upper[pair] for pair in np.flatnonzero(pairs).tolist()[::-1]} for pairs in found]


def doubling_voices(windows: Windows, doubled: Sequence[dict[int, int]]) -> Mask | None:
    """Return, per slice and voice (T, V), which voices only double another; None if none does in any score."""
    if not any(doubled):
        return None
    slices, voices = windows.texture.shape
    lengths = np.diff([*windows.firsts, slices])
    return np.array([[voice in each for voice in range(voices)] for each in doubled]).repeat(lengths, axis=0)
