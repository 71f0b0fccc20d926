"""Textures as plain numeric columns, the common ground of training and running.

`Slices` is what any model may read of a texture: cells (MIDI number, ``REST`` or ``HOLE``, and
attacks), the clock, phrases, chords and key. Times are floats in quarters, since nothing is
reckoned with them any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from theory.notation.pitch import Tone
from theory.slices.texture import Texture
from theory.types import Floats, Ints, Mask
from theory.values import Value


@dataclass(frozen=True, eq=False, repr=False)
class Slices(Value):
    """Columns of T slices in V voices."""

    pitch: Ints  # (T, V) MIDI number, REST or HOLE
    attack: Mask  # (T, V) a note begins
    bar: Ints  # (T,)
    bar_remaining: Floats  # (T,) quarters from the slice's onset to the end of its bar
    duration: Floats  # (T,) quarters
    strength: Floats  # (T,)
    phrase_end: Mask  # (T,)
    phrase_remaining: Ints  # (T,) slices to the end of the phrase; 1 in its last slice
    chord_onset: Mask  # (T,)
    root: Ints  # (T,) pitch class of the chord's root; -1 where no chord is given
    chord_tones: Mask  # (T, 12)
    slash_bass: Ints  # (T,) pitch class of a written bass; -1 where none
    signature: Ints  # (T,) sharps of the key, flats negative
    minor: Mask  # (T,)

    def rows(self, where: slice | Ints | Mask) -> Self:
        """Return some of the slices."""
        return type(self)(**{field.name: getattr(self, field.name)[where] for field in fields(self)})

    @classmethod
    def join(cls, pieces: Sequence[Self]) -> Self:
        """Return pieces one after the other."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in names})


def slices_of(texture: Texture) -> Slices:
    """Return the columns of a texture."""
    duration = np.array([float(value) for value in texture.duration_quarter])
    return Slices(
        pitch=texture.pitch,
        attack=texture.attack,
        bar=texture.bar,
        bar_remaining=_to_end_of_bar(duration, texture.bar),
        duration=duration,
        strength=texture.strength,
        phrase_end=texture.phrase_end,
        phrase_remaining=slices_to_next(texture.phrase_end),
        chord_onset=texture.chord_onset,
        root=np.array([_class_of(chord.root if chord else None) for chord in texture.chord]),
        chord_tones=tone_rows([() if chord is None else chord.pitch_classes for chord in texture.chord]),
        slash_bass=np.array([_class_of(chord.bass if chord else None) for chord in texture.chord]),
        signature=np.array([key.fifths for key in texture.key]),
        minor=np.array([key.is_minor for key in texture.key]),
    )


def tone_rows(chords: Sequence[Sequence[int]]) -> Mask:
    """Return (T, 12) pitch classes that are in each chord."""
    rows = np.zeros((len(chords), 12), dtype=bool)
    for row, tones in zip(rows, chords, strict=True):
        row[list(tones)] = True
    return rows


def _class_of(tone: Tone | None) -> int:
    return -1 if tone is None else tone.pitch_class


def _to_end_of_bar(duration: Floats, bar: Ints) -> Floats:
    ends = np.cumsum(duration)
    last = np.searchsorted(bar, bar, side="right") - 1
    return np.asarray(ends[last] - ends + duration)


def slices_to_next(ends: Mask) -> Ints:
    """Return how many slices there are from each to the next marked one, both counted; the last counts as marked."""
    places = np.append(np.flatnonzero(ends), len(ends) - 1)
    here = np.arange(len(ends))
    return np.asarray(places[np.searchsorted(places[:-1], here)] - here + 1)
