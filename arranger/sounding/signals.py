"""Sound as arrays, and how loud a velocity is."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating]
Samples: TypeAlias = NDArray[np.float32]  # one channel, 1 is full scale
Stereo: TypeAlias = NDArray[np.float32]  # (sample, channel)

MF_VELOCITY = 80
MF_LEVEL = 0.1  # RMS of a held note of one part at mf
_DECIBELS_PER_VELOCITY = 0.27  # 4.3 dB from one dynamic to the next


def loudness(start_velocity: int, end_velocity: int, length: int) -> Samples:
    """Return the factor by which a note is louder than at mf, sample by sample.

    >>> [round(float(each), 2) for each in loudness(80, 112, 2)]
    [1.0, 2.7]
    """
    velocity = np.linspace(start_velocity, end_velocity, length, dtype=np.float32)
    factor: Samples = np.exp((velocity - MF_VELOCITY) * np.float32(_DECIBELS_PER_VELOCITY * np.log(10) / 20))
    return factor


def faded(sound: Samples, rise: int, fall: int) -> Samples:
    """Return a sound that rises over the first samples and falls over the last, in quarters of a sine."""
    rise, fall = (max(1, min(each, len(sound) // 2)) for each in (rise, fall))
    shape = np.ones(len(sound), np.float32)
    shape[:rise] = np.sin(np.linspace(0, np.pi / 2, rise, dtype=np.float32))
    shape[-fall:] = np.cos(np.linspace(0, np.pi / 2, fall, dtype=np.float32))
    return sound * shape


def add(out: Samples, sound: Samples, first: int) -> None:
    """Add a sound to another from its sample ``first`` on; what lies outside is left out."""
    begin, stop = max(first, 0), min(first + len(sound), len(out))
    if stop > begin:
        out[begin:stop] += sound[begin - first : stop - first]
