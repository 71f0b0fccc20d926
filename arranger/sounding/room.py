"""The room: a stereo reverberation, and where each voice stands in it."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np

from arranger.sounding.signals import Samples, Stereo

TAIL_SECONDS = 1.6  # after the last note until the room is silent
_WET = 0.24  # level of the room beside the direct sound
_BEFORE_SECONDS = 0.022  # until the first reflection
_BANDS_HERTZ = (250.0, 1000.0, 4000.0)
_DECAYS_SECONDS = (1.5, 1.35, 1.0, 0.55)  # until the sound has fallen by 60 dB, below, between and above the bands
_BLOCK = 1 << 17


def placed(voices: list[Samples], gains: list[float], places: list[float], *, rate: int) -> Stereo:
    """Return voices together in the room.

    Args:
        voices: the voices alone, all of one length.
        gains: how loud each is; 1 leaves it as it is.
        places: where each stands, from -1 (left) to 1 (right); the power is the same everywhere.
        rate: samples per second.
    """
    out = np.zeros((len(voices[0]), 2), np.float32)
    sent = np.zeros(len(voices[0]), np.float32)
    for voice, gain, place in zip(voices, gains, places, strict=True):
        angle = (place + 1) * np.pi / 4
        out[:, 0] += voice * np.float32(gain * np.cos(angle))
        out[:, 1] += voice * np.float32(gain * np.sin(angle))
        sent += voice * np.float32(gain)
    return reverberated(out, sent, rate)


def reverberated(dry: Stereo, sent: Samples, rate: int) -> Stereo:
    """Return a stereo sound with the room's answer to ``sent`` added, block by block."""
    answer = _impulse(rate)
    size = _BLOCK
    while size < 2 * len(answer):
        size *= 2
    step = size - len(answer) + 1
    spectrum = np.fft.rfft(answer, size, axis=0)
    out = dry.copy()
    for begin in range(0, len(sent), step):
        heard = np.fft.rfft(sent[begin : begin + step], size)
        block = np.fft.irfft(heard[:, None] * spectrum, size, axis=0)
        stop = min(begin + size, len(out))
        out[begin:stop] += block[: stop - begin].astype(np.float32)
    return out


@lru_cache(maxsize=4)
def _impulse(rate: int) -> Stereo:
    """Return the answer of the room to a click: (sample, channel), the same each time."""
    rng = np.random.default_rng(20)
    length = round(TAIL_SECONDS * rate)
    seconds = np.arange(length) / rate
    hertz = np.fft.rfftfreq(length, 1 / rate)
    edges = (0.0, *_BANDS_HERTZ, np.inf)
    answer = np.zeros((length, 2))
    for (low, high), decay in zip(pairwise(edges), _DECAYS_SECONDS, strict=True):
        noise = np.fft.rfft(rng.standard_normal((length, 2)), axis=0)
        noise[(hertz < low) | (hertz >= high)] = 0
        answer += np.fft.irfft(noise, length, axis=0) * np.exp(-6.9 * seconds / decay)[:, None]
    answer *= np.minimum(seconds / 0.03, 1)[:, None]  # the room fills gradually
    answer[: round(_BEFORE_SECONDS * rate)] = 0
    answer[-rate // 10 :] *= np.linspace(1, 0, rate // 10)[:, None]
    answer *= _WET / np.sqrt((answer**2).sum(axis=0))
    return answer.astype(np.float32)
