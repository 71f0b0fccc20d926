"""The effect of a character (`arranger.characters`) on a composed tune: nats added to the log-probabilities of a note.

Calm favours long notes and lively short ones; plain favours chord tones and steps, rich the opposite; dark favours low
notes and bright high ones. In a rich tune the raised fourth may lead to the fifth.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from arranger.composing.setting import HIGHEST, LOWEST, PhraseSpan, TuneSetting
from arranger.models.melody.vocabulary import DURATIONS
from theory.types import Floats32

_LIVELY = 1.8  # nats per halving of the duration
_RICH, _CHROMATIC = 0.7, 4.0  # nats for a non-chord tone, and for a leap; for the raised fourth
_BRIGHT = 0.35  # nats per whole tone
_MIDDLE = (LOWEST + HIGHEST) / 2
RAISED_FOURTH, _FIFTH = 6, 7
_TO_RAISED_FOURTH = {False: (4, 7), True: (7,)}  # whether the key is minor: degrees that may precede it


def lengths_tilted(setting: TuneSetting, onset: int, span: PhraseSpan) -> Floats32:
    """Return the nats added to each duration at an onset, (LENGTHS,)."""
    activity = setting.character_at(onset, span)[0]
    return np.asarray(-activity * _LIVELY * np.log2(np.array(DURATIONS) / setting.beat), dtype=np.float32)


def pitches_tilted(
    setting: TuneSetting, onset: int, span: PhraseSpan, midi: Sequence[int], before: int | None
) -> Floats32:
    """Return the nats added to each of the pitches ``midi`` at an onset, (pitch,), given the pitch before."""
    _, richness, brightness = setting.character_at(onset, span)
    pitches = np.array(midi)
    tones = setting.tones_at(onset)
    daring = np.array([bool(tones) and setting.degree(each) not in tones for each in midi], dtype=float)
    daring += 0 if before is None else np.abs(pitches - before) > 2
    chromatic = np.array(
        [setting.degree(each) == RAISED_FOURTH and each % 12 not in setting.key.scale for each in midi]
    )
    nats = richness * (_RICH * daring + _CHROMATIC * chromatic) + brightness * _BRIGHT * (pitches - _MIDDLE) / 2
    return np.asarray(nats, dtype=np.float32)


def leads_up(one: int | None, other: int, *, minor: bool) -> bool:
    """Whether two successive degrees either avoid the raised fourth or use it as the leading tone of the fifth.

    >>> leads_up(4, 6, minor=False), leads_up(6, 7, minor=False), leads_up(6, 4, minor=False)
    (True, True, False)
    """
    if one == RAISED_FOURTH:
        return other == _FIFTH
    return other != RAISED_FOURTH or one in _TO_RAISED_FOURTH[minor]
