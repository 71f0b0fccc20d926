"""Keys and key regions.

A key is a tonic and a mode. It spells each of the twelve pitch classes in one way: the scale tones, a raised
fourth and a lowered second degree; in major also lowered third, sixth and seventh degrees, in minor raised
ones.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Protocol

from theory.notation.pitch import Interval, Pitch, Tone

_MODE_FIFTHS = {"major": 0, "minor": 3}
# position on the line of fifths, relative to the tonic, of the pitch class 0 to 11 semitones above the tonic
_SPELLING = (0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)
_SCALE = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
_KEY = re.compile(r"^([A-Ga-g][#♯b♭-]?)\s*(major|maj|minor|min|m)?$")


@dataclass(frozen=True, order=True)
class Key:
    """A tonic and a mode.

    >>> Key.parse("Bb").fifths, Key.parse("c minor").fifths, str(Key.parse("f#"))
    (-2, -3, 'F# minor')
    """

    tonic: Tone
    mode: str = "major"

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read ``Bb``, ``Bb major``, ``G minor``, ``Gm`` or ``g``. Raises ValueError otherwise."""
        match = _KEY.match(text.strip())
        if not match:
            raise ValueError(f"{text!r} is not a key; write for example Bb, Gm or 'F# minor'")
        minor = match[2] in ("minor", "min", "m") or (match[2] is None and match[1][0].islower())
        return cls(Tone.parse(match[1]), "minor" if minor else "major")

    @classmethod
    def from_fifths(cls, fifths: int, mode: str = "major") -> Key:
        """Return the key with this many sharps in its signature (negative for flats)."""
        return cls(Tone.from_fifths(fifths + _MODE_FIFTHS[mode]), mode)

    @property
    def fifths(self) -> int:
        """Number of sharps in the signature, negative for flats."""
        return self.tonic.fifths - _MODE_FIFTHS[self.mode]

    @property
    def is_minor(self) -> bool:
        """Whether the mode is minor."""
        return self.mode == "minor"

    @cached_property
    def scale(self) -> tuple[int, ...]:
        """Pitch classes of the scale (in minor the natural one), from the tonic up."""
        return tuple((self.tonic.pitch_class + offset) % 12 for offset in _SCALE[self.mode])

    @property
    def leading_tone(self) -> int:
        """Pitch class a semitone below the tonic."""
        return (self.tonic.pitch_class - 1) % 12

    @cached_property
    def spelling(self) -> tuple[int, ...]:
        """Position on the line of fifths of each pitch class 0 to 11, as this key spells it."""
        tonic = self.tonic
        return tuple(tonic.fifths + _SPELLING[(pc - tonic.pitch_class) % 12] for pc in range(12))

    def spell(self, midi: int) -> Pitch:
        """Return the pitch of a MIDI number as this key spells it.

        >>> str(Key.parse("Eb").spell(68)), str(Key.parse("a").spell(68))
        ('Ab4', 'G#4')
        """
        return Pitch.spelled(midi, self.spelling[midi % 12])

    def up(self, interval: Interval) -> Key:
        """Return the key an interval higher."""
        return Key(self.tonic.up(interval), self.mode)

    def __str__(self) -> str:
        return f"{self.tonic} {self.mode}"


@dataclass(frozen=True, slots=True)
class KeyRegion:
    """A key and the time span, in quarters, in which it holds."""

    key: Key
    start_quarter: Fraction
    end_quarter: Fraction


class Keyed(Protocol):
    """A span of time in one key: a key region, or a chord of an analysis."""

    @property
    def key(self) -> Key: ...  # noqa: D102
    @property
    def start_quarter(self) -> Fraction: ...  # noqa: D102


def keys_at(spans: Sequence[Keyed], onsets_quarter: Iterable[Fraction]) -> tuple[Key, ...]:
    """Return the key at each time: that of the last span begun by then, or before the first span, that of the first.

    Spans are in the order of time and there is at least one.
    """
    starts = [span.start_quarter for span in spans]
    return tuple(spans[max(0, bisect_right(starts, onset) - 1)].key for onset in onsets_quarter)
