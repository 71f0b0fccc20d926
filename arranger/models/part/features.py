"""The input columns of the part model: each slice as a row of numbers, the same in training and at run time.

`COLUMNS` lists each group of columns with its width; the names are part of the fingerprint of the weights.
No column may depend on the content of a hidden cell.
"""

from __future__ import annotations

import numpy as np

from arranger.models.part.vocabulary import COMPASS, LOWEST, STYLES, VOICES, fingerprint, fold
from corpora.encode import Slices
from theory.slices.texture import HOLE, REST
from theory.types import Floats, Floats32, Ints, Mask

_STRENGTHS = (1.0, 0.5, 0.25, 0.125)  # and weaker
_OFFSETS = (0.0, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4)  # in quarters from the beat; one more column for any other
_DURATIONS = 8  # powers of two from a 64th (or shorter) to two whole notes (or longer)
_REMAINING = 8  # quarters to the end of the bar: 0, 1, ... 6, 7 or more
_PHRASE = (1, 2, 3, 4, 6, 8, 12, 16, 24)  # upper limits of the classes of slices to the end of the phrase

COLUMNS: tuple[tuple[str, int], ...] = (
    *((f"state of {voice}: hole, rest, attack, hold", 4) for voice in VOICES),
    *((f"pitch of {voice}", COMPASS) for voice in VOICES),
    ("chord root", 12),
    ("chord tones", 12),
    ("slash bass", 12),
    ("chord given, chord begins, chord changes next", 3),
    ("strength", len(_STRENGTHS) + 1),
    ("offset in the quarter", len(_OFFSETS) + 1),
    ("quarters left of the bar", _REMAINING),
    ("duration", _DURATIONS),
    ("slices to the end of the phrase", len(_PHRASE) + 1),
    ("phrase begins, phrase ends", 2),
    ("key signature", 12),
    ("minor", 1),
    ("style", len(STYLES)),
)
WIDTH = sum(width for _, width in COLUMNS)
FINGERPRINT = fingerprint(COLUMNS[:-1])  # without the styles: weights of fewer styles read fewer columns


def features_of(slices: Slices, style: str) -> Floats32:
    """Return the input columns, (T, WIDTH), of slices whose unknown cells are HOLE.

    The voices are soprano, alto, tenor and bass. Raises ValueError for another number of voices or an unknown
    style.
    """
    if slices.pitch.shape[1] != len(VOICES):
        raise ValueError(f"the part model has {len(VOICES)} voices, not {slices.pitch.shape[1]}")
    if style not in STYLES:
        raise ValueError(f"the part model knows the styles {', '.join(STYLES)}, not {style!r}")
    count = len(slices.bar)
    columns = [
        *(_states(slices.pitch[:, voice], slices.attack[:, voice]) for voice in range(len(VOICES))),
        *(_pitches(slices.pitch[:, voice]) for voice in range(len(VOICES))),
        _one_hot(slices.root, 12),
        slices.chord_tones,
        _one_hot(slices.slash_bass, 12),
        _chord_flags(slices),
        _one_hot(np.searchsorted(-np.array(_STRENGTHS), -slices.strength), len(_STRENGTHS) + 1),
        _one_hot(_offset_bucket(slices.bar_remaining), len(_OFFSETS) + 1),
        _one_hot(np.minimum(slices.bar_remaining.astype(np.int64), _REMAINING - 1), _REMAINING),
        _one_hot(np.clip(np.rint(np.log2(slices.duration)) + 4, 0, _DURATIONS - 1).astype(np.int64), _DURATIONS),
        _one_hot(np.searchsorted(_PHRASE, slices.phrase_remaining), len(_PHRASE) + 1),
        np.stack([_after(slices.phrase_end), slices.phrase_end], axis=1),
        _one_hot(slices.signature % 12, 12),
        slices.minor[:, None],
        np.tile(np.array([style == name for name in STYLES]), (count, 1)),
    ]
    return np.concatenate([np.asarray(column, dtype=np.float32) for column in columns], axis=1)


def _one_hot(index: Ints, size: int) -> Floats32:
    """Return one-hot rows, (T, size); a negative index gives zeros."""
    rows = np.zeros((len(index), size), dtype=np.float32)
    given = index >= 0
    rows[given, index[given]] = 1
    return rows


def _states(pitch: Ints, attack: Mask) -> Mask:
    sounds = pitch >= 0
    return np.stack([pitch == HOLE, pitch == REST, sounds & attack, sounds & ~attack], axis=1)


def _pitches(pitch: Ints) -> Floats32:
    return _one_hot(np.where(pitch >= 0, fold(pitch) - LOWEST, -1), COMPASS)


def _chord_flags(slices: Slices) -> Mask:
    onset = slices.chord_onset
    return np.stack([slices.root >= 0, onset, np.append(onset[1:], True)], axis=1)


def _after(ends: Mask) -> Mask:
    return np.insert(ends[:-1], 0, True)


def _offset_bucket(bar_remaining: Floats) -> Ints:
    """Return the class of the position within the quarter, counted from the end of the bar because of pickups."""
    offset = np.round(-bar_remaining, 4) % 1.0
    distance = np.abs(offset[:, None] - np.array(_OFFSETS))
    return np.where(distance.min(axis=1) < 0.01, distance.argmin(axis=1), len(_OFFSETS))
