"""How a character (`arranger.characters`) tilts what a tune may do next: nats added before a note is drawn.

Calm and lively favour long and short notes, plain and rich chord tones and steps or the others, dark and bright
the low and the high end of what anyone sings. Where it is rich the raised fourth may lead to the fifth.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from arranger.composing.setting import HIGHEST, LOWEST, Setting, Span
from arranger.models.melody.vocabulary import DURATIONS
from theory.types import Floats32

_LIVELY = 1.8  # nats for each halving of a note's length
_RICH, _CHROMATIC = 0.7, 4.0  # nats for a note foreign to its chord or reached by a leap; for one outside the scale
_BRIGHT = 0.35  # nats a whole tone
_MIDDLE = (LOWEST + HIGHEST) / 2
RAISED_FOURTH, _FIFTH = 6, 7
_TO_RAISED_FOURTH = {False: (4, 7), True: (7,)}  # degrees from which it is reached, by whether the key is minor


def lengths_tilted(setting: Setting, onset: int, span: Span) -> Floats32:
    """Return the nats for each duration at a place, (LENGTHS,)."""
    activity = setting.character_at(onset, span)[0]
    return np.asarray(-activity * _LIVELY * np.log2(np.array(DURATIONS) / setting.beat), dtype=np.float32)


def pitches_tilted(setting: Setting, onset: int, span: Span, midi: Sequence[int], before: int | None) -> Floats32:
    """Return the nats for each of some pitches at a place, after the pitch before."""
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
    """Whether two degrees of a tune go through the raised fourth as a leading tone of the fifth, or not at all.

    >>> leads_up(4, 6, minor=False), leads_up(6, 7, minor=False), leads_up(6, 4, minor=False)
    (True, True, False)
    """
    if one == RAISED_FOURTH:
        return other == _FIFTH
    return other != RAISED_FOURTH or one in _TO_RAISED_FOURTH[minor]
