"""Stems mixed to what is heard: all parts, or one before the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from arranger.sounding.room import placed
from arranger.sounding.signals import Stereo
from arranger.sounding.stems import Stems

_PEAK = 0.89  # -1 dB below full scale
_WIDTH = 0.45  # of the row in which the parts stand


def mixed(heard: Stems, gains: Sequence[float] | None = None, places: Sequence[float] | None = None) -> Stereo:
    """Return parts together in the room, at most 1 dB below full scale: (sample, channel).

    Args:
        heard: the parts.
        gains: how loud each is; by default all as they are.
        places: where each stands, from -1 (left) to 1 (right); by default in a row.
    """
    count = len(heard.parts)
    voices = [part.samples for part in heard.parts]
    sound = placed(voices, list(gains or [1.0] * count), list(places or in_a_row(count)), rate=heard.rate)
    return levelled(sound)


def in_a_row(count: int) -> list[float]:
    """Return where so many parts stand, from left to right."""
    return [0.0] if count == 1 else [float(place) for place in np.linspace(-_WIDTH, _WIDTH, count)]


def levelled(sound: Stereo) -> Stereo:
    """Return a sound whose highest peak is 1 dB below full scale; silence stays silence."""
    peak = float(np.abs(sound).max()) if len(sound) else 0.0
    return sound * np.float32(_PEAK / peak) if peak > 0 else sound
