"""Textures as numeric columns, used for both training and inference.

`Slices` is everything that a model may read of a texture: cells (MIDI number, ``REST`` or ``HOLE``, and attacks),
timing, phrases, chords and key. Times are floats in quarters, since no exact arithmetic is needed any more.
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
    bar: Ints  # (T,) index of the bar
    bar_remaining: Floats  # (T,) quarters from the slice's onset to the end of its bar
    duration: Floats  # (T,) quarters
    strength: Floats  # (T,) metrical strength
    phrase_end: Mask  # (T,) a phrase ends with this slice
    phrase_remaining: Ints  # (T,) slices to the end of the phrase; 1 in its last slice
    chord_onset: Mask  # (T,) a chord symbol begins here
    root: Ints  # (T,) pitch class of the chord's root, -1 without a chord
    chord_tones: Mask  # (T, 12) pitch classes of the chord
    slash_bass: Ints  # (T,) pitch class of the slash bass, -1 if there is none
    signature: Ints  # (T,) sharps of the key, negative for flats
    minor: Mask  # (T,) the key is minor

    def rows(self, where: slice | Ints | Mask) -> Self:
        """Return the slices at an index or mask."""
        return type(self)(**{field.name: getattr(self, field.name)[where] for field in fields(self)})

    @classmethod
    def join(cls, pieces: Sequence[Self]) -> Self:
        """Return several Slices joined end to end."""
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
    """Return a mask (T, 12) of the pitch classes in each chord."""
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
    """Return for each slice the number of slices up to the next marked one, both included, (T,).

    A marked slice is its own next one; the last slice counts as marked.
    """
    marked = np.append(np.flatnonzero(ends), len(ends) - 1)
    here = np.arange(len(ends))
    return np.asarray(marked[np.searchsorted(marked[:-1], here)] - here + 1)
