"""The tokens of the part model.

A *token* says what one voice does in one slice: rest, attack a pitch, or hold a pitch. Pitches
outside the model's compass are moved into it by octaves. The network predicts *moves*: rest, attack a
pitch, or hold the pitch that sounds; all hold tokens are one move.
"""

from __future__ import annotations

import hashlib
import json

import numpy as np

from theory.slices.texture import REST
from theory.types import Ints, Mask

LOWEST, HIGHEST = 36, 84  # C2 to C6
COMPASS = HIGHEST - LOWEST + 1
REST_TOKEN = 0
ATTACK_TOKEN = 1  # the first of COMPASS attack tokens, one per pitch
HOLD_TOKEN = ATTACK_TOKEN + COMPASS  # the first of COMPASS hold tokens
TOKENS = HOLD_TOKEN + COMPASS
HOLD_MOVE = HOLD_TOKEN
MOVES = HOLD_MOVE + 1
UNDECIDED = -1

VOICES = ("soprano", "alto", "tenor", "bass")
ORDER = (3, 0, 1, 2)  # within a slice the bass is chosen first, then the others from the top down
OWN_STYLE = "own"  # the user's own scores
STYLES = (
    "chorale",
    "hymn",
    OWN_STYLE,
    "renaissance",
    "quartet",
)  # add new ones at the end only: earlier weights know the first of them


_PITCHES = np.arange(144)  # twelve octaves; other pitches are first wrapped into them
_FOLDED = np.minimum(
    np.maximum(_PITCHES, LOWEST + (_PITCHES - LOWEST) % 12),  # from below into the lowest octave
    HIGHEST - (HIGHEST - _PITCHES) % 12,  # from above into the highest
)


def token_of(pitch: Ints, attack: Mask) -> Ints:
    """Return the tokens of cells, given as MIDI numbers or REST and whether a note begins there.

    >>> token_of(np.array([60, 60, REST, 96]), np.array([True, False, False, True])).tolist()
    [25, 74, 0, 49]
    """
    above = fold(pitch) - LOWEST
    return np.where(pitch == REST, REST_TOKEN, HOLD_TOKEN + above - COMPASS * attack)


def begins(token: Ints) -> Mask:
    """Return in which cells a note begins.

    >>> begins(np.array([25, 74, 0])).tolist()
    [True, False, False]
    """
    return np.asarray((token >= ATTACK_TOKEN) & (token < HOLD_TOKEN))


def pitch_of(token: Ints) -> Ints:
    """Return the MIDI numbers that sound in cells, attacked or held; REST for rests.

    >>> pitch_of(np.array([25, 74, 0])).tolist()
    [60, 60, -1]
    """
    above = np.where(token >= HOLD_TOKEN, token - HOLD_TOKEN, token - ATTACK_TOKEN)
    return np.where(token == REST_TOKEN, REST, LOWEST + above)


def move_of(token: Ints) -> Ints:
    """Return the moves of tokens: rests and attacks are unchanged, all holds become HOLD_MOVE."""
    return np.minimum(token, HOLD_MOVE)


def fold(pitch: Ints) -> Ints:
    """Return MIDI numbers moved into the compass by octaves; the result is meaningless for rests.

    >>> fold(np.array([35, 60, 90, 180])).tolist()
    [47, 60, 78, 36]
    """
    return _FOLDED.take(pitch, mode="wrap")


def fingerprint(columns: tuple[tuple[str, int], ...]) -> str:
    """Return a digest of the vocabulary and of the named input columns, by which weights are recognised.

    Styles are not part of it: the list only grows, and older weights know its beginning.
    """
    facts = [LOWEST, HIGHEST, TOKENS, MOVES, VOICES, ORDER, columns]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
