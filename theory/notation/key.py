"""Keys and key regions.

A key is a tonic and a mode: major, minor, or one of the church modes that folk tunes and chant have. It spells each of
the twelve pitch classes in one way: the scale tones, a raised fourth (in Locrian a lowered fifth) and a lowered second
degree; in major also lowered third, sixth and seventh degrees, in minor raised ones.
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

# sharps that the major scale of a tonic has more than the mode's; and the scale, in semitones above the tonic
_MODE_FIFTHS = {"major": 0, "minor": 3, "lydian": -1, "mixolydian": 1, "dorian": 2, "phrygian": 4, "locrian": 5}
_SCALE = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
}
CHURCH_MODES = ("dorian", "phrygian", "lydian", "mixolydian", "locrian")
_OTHER_NAMES = {"ionian": "major", "aeolian": "minor"}
# position on the line of fifths, relative to the tonic, of the pitch class 0 to 11 semitones above the tonic
_SPELLING = (0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)
_LOCRIAN_FIFTH = -6
_MINOR_THIRD = 3
_FAR_FLAT, _FAR_SHARP = 7, 11  # fifths below and above the signature within which a tone is easy to read
_FLATTEST, _SHARPEST = -8, 12  # F flat and B sharp; beyond them are double flats and sharps
_LEADING_TONE = 5  # fifths above the tonic
_ENHARMONIC = 12  # fifths from a tone to the same tone with another name
_GERMAN = re.compile(r"^([A-Ha-h])(is|es|s)?[\s-]*(dur|moll)?$", re.IGNORECASE)
_KEY = re.compile(r"^([A-Ga-g][#♯b♭-]?)\s*([A-Za-z]*)$")
_LEAST_LETTERS = 3  # of the name of a mode: mix, dor, lydian


def mode_named(name: str) -> str | None:
    """Return the mode that a word names, by its first three letters or more; None if there is none.

    >>> mode_named("Mix"), mode_named("aeolian"), mode_named("min"), mode_named("m"), mode_named("sharp")
    ('mixolydian', 'minor', 'minor', 'minor', None)
    """
    word = name.lower()
    if word == "m":
        return "minor"
    names = (*_MODE_FIFTHS, *_OTHER_NAMES)
    found = next((mode for mode in names if len(word) >= _LEAST_LETTERS and mode.startswith(word)), None)
    return None if found is None else _OTHER_NAMES.get(found, found)


@dataclass(frozen=True, order=True)
class Key:
    """A tonic and a mode.

    ``mode`` is major or minor, after the third above the tonic; ``church`` names the mode if it is neither: a G
    mixolydian key is ``Key(G, "major", "mixolydian")``. So code that asks for major or minor need not know the others.

    >>> Key.parse("Bb").fifths, Key.parse("c minor").fifths, str(Key.parse("f#"))
    (-2, -3, 'F# minor')
    >>> key = Key.parse("D dorian")
    >>> key.fifths, key.is_minor, str(key)
    (0, True, 'D dorian')
    """

    tonic: Tone
    mode: str = "major"
    church: str = ""

    @classmethod
    def of(cls, tonic: Tone, mode: str) -> Key:
        """Return the key of a tonic and any mode: major, minor or a church mode."""
        if mode not in CHURCH_MODES:
            return cls(tonic, mode)
        return cls(tonic, "minor" if _MINOR_THIRD in _SCALE[mode] else "major", mode)

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read ``Bb``, ``Bb major``, ``G minor``, ``Gm``, ``g`` or ``D dorian``. Raises ValueError otherwise."""
        match = _KEY.match(text.strip())
        mode = mode_named(match[2]) if match and match[2] else ""
        if match is None or mode is None:
            raise ValueError(f"{text!r} is not a key; write for example Bb, Gm, 'F# minor' or 'D dorian'")
        return cls.of(Tone.parse(match[1]), mode or ("minor" if match[1][0].islower() else "major"))

    @classmethod
    def named(cls, text: str) -> Key:
        """Read a key as `parse` does, or by its German name; with *dur* or *moll*, B is B flat.

        Raises ValueError for anything else.

        >>> [str(Key.named(name)) for name in ("D-dur", "fis-moll", "H", "B-Dur", "Es", "b moll", "Bb")]
        ['D major', 'F# minor', 'B major', 'Bb major', 'Eb major', 'Bb minor', 'Bb major']
        """
        return _german(text.strip()) or cls.parse(text)

    @classmethod
    def from_fifths(cls, fifths: int, mode: str = "major") -> Key:
        """Return the key of a mode with this many sharps in its signature (negative for flats).

        >>> str(Key.from_fifths(0, "mixolydian"))
        'G mixolydian'
        """
        return cls.of(Tone.from_fifths(fifths + _MODE_FIFTHS[mode]), mode)

    @property
    def mode_name(self) -> str:
        """Name of the mode: major, minor, dorian, mixolydian ..."""
        return self.church or self.mode

    @property
    def fifths(self) -> int:
        """Number of sharps in the signature, negative for flats."""
        return self.tonic.fifths - _MODE_FIFTHS[self.mode_name]

    @property
    def is_minor(self) -> bool:
        """Whether the third above the tonic is minor, as in minor, dorian and phrygian."""
        return self.mode == "minor"

    @cached_property
    def scale(self) -> tuple[int, ...]:
        """Pitch classes of the scale (in minor the natural one), from the tonic up."""
        return tuple((self.tonic.pitch_class + offset) % 12 for offset in _SCALE[self.mode_name])

    @property
    def leading_tone(self) -> int:
        """Pitch class a semitone below the tonic."""
        return (self.tonic.pitch_class - 1) % 12

    @cached_property
    def spelling(self) -> tuple[int, ...]:
        """Position on the line of fifths of each pitch class 0 to 11, as this key spells it."""
        tonic, above = self.tonic, list(_SPELLING)
        if self.church == "locrian":
            above[6] = _LOCRIAN_FIFTH
        return tuple(tonic.fifths + above[(pc - tonic.pitch_class) % 12] for pc in range(12))

    def readable(self, fifths: int) -> int:
        """Return a tone, as its position on the line of fifths, or the same tone as it is easier to read in this key.

        F flat in C major becomes E, and E double flat in F minor becomes D. The leading tone of a minor key stays.

        >>> key = Key.parse("C")
        >>> [str(Tone.from_fifths(key.readable(Tone.parse(name).fifths))) for name in ("Fb", "Bb", "F#", "B#")]
        ['E', 'Bb', 'F#', 'C']
        """
        low, high = max(self.fifths - _FAR_FLAT, _FLATTEST), min(self.fifths + _FAR_SHARP, _SHARPEST)
        if fifths < low:
            return fifths + _ENHARMONIC
        is_leading_tone = self.is_minor and fifths == self.tonic.fifths + _LEADING_TONE
        return fifths - _ENHARMONIC if fifths > high and not is_leading_tone else fifths

    def spell(self, midi: int) -> Pitch:
        """Return the pitch of a MIDI number as this key spells it.

        >>> str(Key.parse("Eb").spell(68)), str(Key.parse("a").spell(68))
        ('Ab4', 'G#4')
        """
        return Pitch.spelled(midi, self.spelling[midi % 12])

    def up(self, interval: Interval) -> Key:
        """Return the key an interval higher."""
        return Key(self.tonic.up(interval), self.mode, self.church)

    def __str__(self) -> str:
        return f"{self.tonic} {self.mode_name}"


def _german(text: str) -> Key | None:
    """Return the key of a German name; None for a name that English has as well, such as ``C``."""
    match = _GERMAN.match(text)
    if match is None:
        return None
    letter, suffix, mode = match[1].upper(), (match[2] or "").lower(), (match[3] or "").lower()
    if (suffix == "s" and letter not in "AE") or (not suffix and not mode and letter != "H"):
        return None
    flat = suffix in ("es", "s") or (letter == "B" and not suffix)
    tone = Tone.parse({"H": "B"}.get(letter, letter) + ("#" if suffix == "is" else "b" if flat else ""))
    is_minor = mode == "moll" or (not mode and match[1].islower())
    return Key(tone, "minor" if is_minor else "major")


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
