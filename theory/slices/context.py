"""What is known of a slice before its notes: chord, key, metre and ranges, as arrays.

Chord and key are turned into tables over the twelve pitch classes once (`chord_facts`), so that the
facts of any number of candidates are looked up, never computed from symbols again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.types import Floats, Ints, Mask
from theory.values import Value

Scalar = TypeVar("Scalar", bound=np.generic)
Values = TypeVar("Values", Ints, Mask)

ROLES = ("none", "root", "third", "fifth", "seventh", "sixth", "tension", "bass")
NONE, ROOT, THIRD, FIFTH, SEVENTH, SIXTH, TENSION, BASS = range(8)


@lru_cache(maxsize=64)
def voice_pairs(voices: int) -> tuple[Ints, Ints]:
    """Return upper and lower voice of every pair: (0, 1), (0, 2) ... (V-2, V-1)."""
    upper, lower = np.triu_indices(voices, k=1)
    return upper.astype(np.int64), lower.astype(np.int64)


def letters(midi: Ints, fifths: Ints) -> Ints:
    """Return staff positions (octave * 7 + letter) of pitches and their places on the line of fifths.

    >>> int(letters(np.array(61), np.array(-5)))  # Db4
    29
    """
    alter = (fifths + 1) // 7
    octave = (midi - alter) // 12 - 1
    return 7 * octave + (4 * fifths) % 7


@dataclass(frozen=True, eq=False, repr=False)
class Context(Value):
    """What is known of a slice before its notes: chord, key and metre (leading axes as the window's)."""

    role: Ints  # (..., 12) role of each pitch class in the chord
    essential: Mask  # (..., 12) pitch classes that must sound
    root: Ints  # (...) pitch class, -1 without a chord
    bass: Ints  # (...) pitch class that the symbol asks for, -1 without a chord
    slash: Mask  # (...) the bass is written after a slash
    leading: Ints  # (...) pitch class of the chord's leading tone, -1 if it has none
    minor_seventh: Mask  # (...) the chord's seventh is minor over a major third (a dominant seventh) or diminished
    tonic: Ints  # (...) pitch class of the key's tonic
    minor_key: Mask  # (...)
    scale: Mask  # (..., 12) pitch classes of the key (in minor also the raised sixth and seventh)
    onset: Mask  # (...) a chord begins here
    strength: Floats  # (...) metrical strength
    closing: Mask  # (...) a phrase ends with this slice

    @property
    def present(self) -> Mask:
        """Where a chord is known."""
        return self.root >= 0

    @cached_property
    def harmony(self) -> Ints:
        """(...) One number for root and chord tones; equal numbers are one harmony, 0 is none."""
        return (self.role > 0) @ (1 << np.arange(12)) + 4096 * (self.root + 1)

    def has(self, role: int) -> Mask:
        """(...) Whether the chord has a tone of this role."""
        return (self.role == role).any(axis=-1)

    def at(self, index: object) -> Context:
        """Return the contexts at an index of the leading axes."""
        return Context(*(getattr(self, name)[index] for name in self.__dataclass_fields__))


@lru_cache(maxsize=4096)
def chord_facts(chord: ChordSymbol | None, key: Key) -> dict[str, object]:
    """Return the `Context` fields that depend on chord and key alone."""
    role, essential = np.zeros(12, dtype=np.int64), np.zeros(12, dtype=bool)
    scale = np.zeros(12, dtype=bool)
    scale[list(key.scale)] = True
    if key.is_minor:
        scale[[(key.tonic.pitch_class + 9) % 12, key.leading_tone]] = True
    known = chord is not None and not chord.is_no_chord
    if known:
        assert chord is not None
        for pitch_class in range(12):
            role[pitch_class] = ROLES.index(chord.role_of(pitch_class) or "none")
        essential[list(chord.essential)] = True
    return {
        "role": role,
        "essential": essential,
        "root": _pitch_class(chord.root if chord and known else None),
        "bass": _pitch_class(chord.lowest if chord and known else None),
        "slash": bool(chord and known and chord.bass is not None),
        "leading": leading_tone_of(chord, key) if chord and known else -1,
        "minor_seventh": bool(chord and known and _seventh_is_tense(chord)),
        "tonic": key.tonic.pitch_class,
        "minor_key": key.is_minor,
        "scale": scale,
    }


def _pitch_class(tone: object) -> int:
    return -1 if tone is None else int(tone.pitch_class)  # type: ignore[attr-defined]


def _has(chord: ChordSymbol, semitones: int, role: str) -> bool:
    return any(tone.role == role and tone.interval.semitones == semitones for tone in chord.tones)


def _seventh_is_tense(chord: ChordSymbol) -> bool:
    """Whether the seventh must resolve in any style: over a major third, or diminished."""
    return (_has(chord, 4, "third") and _has(chord, 10, "seventh")) or _has(chord, 9, "seventh")


def leading_tone_of(chord: ChordSymbol, key: Key) -> int:
    """Return the pitch class of the chord's leading tone, -1 if it has none.

    The third of V and of every dominant seventh (also applied ones); the root of a diminished chord,
    unless that is the supertonic of a minor key, and of a half-diminished one only on the key's own
    leading tone, since elsewhere it prepares a dominant.

    >>> [leading_tone_of(ChordSymbol.parse(symbol), Key.parse("C")) for symbol in ("G7", "F", "Dm7b5")]
    [11, -1, -1]
    """
    assert chord.root is not None
    root = chord.root.pitch_class
    if _has(chord, 4, "third") and (_has(chord, 10, "seventh") or root == (key.tonic.pitch_class + 7) % 12):
        return (root + 4) % 12
    if _has(chord, 3, "third") and _has(chord, 6, "fifth"):
        half_diminished, supertonic = _has(chord, 10, "seventh"), (key.tonic.pitch_class + 2) % 12
        prepares = root != key.leading_tone if half_diminished else key.is_minor and root == supertonic
        return -1 if prepares else root
    return -1


def look_up(table: NDArray[Scalar], pitch_class: Ints) -> NDArray[Scalar]:
    """Return a 12-place table's values at pitch classes (..., V); the table may have leading axes too."""
    if table.ndim == 1:
        return np.asarray(table[pitch_class])
    leading = np.broadcast_shapes(table.shape[:-1], pitch_class.shape[:-1])
    wide = np.broadcast_to(pitch_class, (*leading, pitch_class.shape[-1]))
    return np.take_along_axis(np.broadcast_to(table, (*leading, 12)), wide, axis=-1)


@dataclass(frozen=True, eq=False, repr=False)
class Ranges(Value):
    """Sounding ranges of the voices as MIDI numbers, each (V,)."""

    lowest: Ints  # absolute
    highest: Ints
    low: Ints  # comfortable
    high: Ints
    tessitura_low: Ints
    tessitura_high: Ints
