"""Spelled pitch and interval.

Conventions
-----------
A pitch is spelled (letter, accidental, octave) and knows its MIDI number. Octaves are in scientific
pitch notation (C4 is middle C, MIDI 60). A *tone* is a spelled pitch without an octave ("F#"). Key
signatures and spelling are computed from its position on the line of fifths (C = 0, G = 1, F = -1,
F# = 6; Temperley, The Cognition of Basic Musical Structures, 2001, ch. 5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

STEPS = "CDEFGAB"
STEP_SEMITONES = (0, 2, 4, 5, 7, 9, 11)
STEP_FIFTHS = (0, 2, 4, -1, 1, 3, 5)
_FIFTHS_ORDER = "FCGDAEB"
_PITCH = re.compile(r"^([A-Ga-g])([#♯xb♭♮𝄪𝄫-]*)(-?\d+)?$")
_SIGNS = {"#": 1, "♯": 1, "x": 2, "𝄪": 2, "b": -1, "♭": -1, "-": -1, "𝄫": -2, "♮": 0}


def _alter_of(signs: str) -> int:
    return sum(_SIGNS[sign] for sign in signs)


def _signs(alter: int) -> str:
    return "#" * alter if alter >= 0 else "b" * -alter


def _fifths(step: int, alter: int) -> int:
    return STEP_FIFTHS[step] + 7 * alter


@dataclass(frozen=True, order=True)
class Tone:
    """A spelled pitch without an octave.

    >>> Tone.parse("F#").fifths, str(Tone.from_fifths(-2)), Tone.parse("Bb").pitch_class
    (6, 'Bb', 10)
    """

    step: int  # 0 = C ... 6 = B
    alter: int = 0

    @classmethod
    def parse(cls, text: str) -> Tone:
        """Read ``F#``, ``Bb``, ``B-`` or ``E♭``. Raises ValueError otherwise."""
        match = _PITCH.match(text.strip())
        if not match or match[3] is not None:
            raise ValueError(f"{text!r} is not a note name; write for example F# or Bb")
        return cls(STEPS.index(match[1].upper()), _alter_of(match[2]))

    @classmethod
    def from_fifths(cls, fifths: int) -> Tone:
        """Return the tone at a position on the line of fifths (C = 0)."""
        return cls(STEPS.index(_FIFTHS_ORDER[(fifths + 1) % 7]), (fifths + 1) // 7)

    @property
    def fifths(self) -> int:
        """Position on the line of fifths: C is 0, G is 1, F is -1."""
        return _fifths(self.step, self.alter)

    @property
    def pitch_class(self) -> int:
        """Pitch class, 0 to 11, C = 0."""
        return (STEP_SEMITONES[self.step] + self.alter) % 12

    def up(self, interval: Interval) -> Tone:
        """Return the tone an interval higher.

        >>> str(Tone.parse("Eb").up(Interval.parse("M3")))
        'G'
        """
        return Tone.from_fifths(self.fifths + interval.fifths)

    def __str__(self) -> str:
        return STEPS[self.step] + _signs(self.alter)


@dataclass(frozen=True, order=True)
class Pitch:
    """A spelled pitch with its octave.

    >>> Pitch.parse("Bb3").midi, str(Pitch.parse("f#4")), Pitch.parse("Cb4").midi
    (58, 'F#4', 59)
    """

    octave: int
    step: int  # 0 = C ... 6 = B
    alter: int = 0

    @classmethod
    def parse(cls, text: str) -> Pitch:
        """Read ``F#4``, ``Bb3`` or ``B-3``; the octave defaults to 4. Raises ValueError otherwise."""
        match = _PITCH.match(text.strip())
        if not match:
            raise ValueError(f"{text!r} is not a pitch; write for example F#4 or Bb3")
        octave = 4 if match[3] is None else int(match[3])
        return cls(octave, STEPS.index(match[1].upper()), _alter_of(match[2]))

    @classmethod
    def spelled(cls, midi: int, fifths: int) -> Pitch:
        """Return the pitch with this MIDI number, spelled as near as possible to a position on the line of fifths.

        >>> str(Pitch.spelled(61, 7)), str(Pitch.spelled(61, -5))
        ('C#4', 'Db4')
        """
        return _spelled(midi, fifths)

    @classmethod
    def on_staff(cls, midi: int, letter: int) -> Pitch:
        """Return the pitch with this MIDI number at a staff position (7 * octave + step; C4 is 28).

        >>> str(Pitch.on_staff(61, 28)), str(Pitch.on_staff(61, 29))
        ('C#4', 'Db4')
        """
        octave, step = divmod(letter, 7)
        return cls(octave, step, midi - cls(octave, step).midi)

    @property
    def tone(self) -> Tone:
        """The pitch without its octave."""
        return Tone(self.step, self.alter)

    @cached_property
    def midi(self) -> int:
        """MIDI number; C4 is 60."""
        return 12 * (self.octave + 1) + STEP_SEMITONES[self.step] + self.alter

    @property
    def diatonic(self) -> int:
        """Staff position, 7 * octave + step; C4 is 28."""
        return 7 * self.octave + self.step

    @cached_property
    def fifths(self) -> int:
        """Position on the line of fifths: C is 0, G is 1, F is -1."""
        return _fifths(self.step, self.alter)

    def up(self, interval: Interval) -> Pitch:
        """Return the pitch an interval higher (lower for a negative interval).

        >>> str(Pitch.parse("Bb3").up(Interval.parse("-m3")))
        'G3'
        """
        diatonic = self.diatonic + interval.steps
        octave, step = divmod(diatonic, 7)
        natural = 12 * (octave + 1) + STEP_SEMITONES[step]
        return Pitch(octave, step, self.midi + interval.semitones - natural)

    def __str__(self) -> str:
        return f"{self.tone}{self.octave}"


@lru_cache(maxsize=4096)
def _spelled(midi: int, fifths: int) -> Pitch:
    # the tones of one pitch class lie 12 apart on the line of fifths
    base = (7 * midi) % 12
    position = base + 12 * round((fifths - base) / 12)
    tone = Tone.from_fifths(position)
    octave = (midi - STEP_SEMITONES[tone.step] - tone.alter) // 12 - 1
    return Pitch(octave, tone.step, tone.alter)


_PERFECT = {0: 0, 3: 5, 4: 7}
_MAJOR = {1: 2, 2: 4, 5: 9, 6: 11}
_QUALITIES = {"P": "perfect", "M": "major", "m": "minor"}
_SIZES = ("unison", "second", "third", "fourth", "fifth", "sixth", "seventh")

_INTERVAL = re.compile(r"^(-?)(P|M|m|A+|d+)(\d+)$")


@dataclass(frozen=True, order=True)
class Interval:
    """A spelled interval: signed letter steps and signed semitones.

    >>> Interval.parse("P5"), Interval.between(Pitch.parse("C4"), Pitch.parse("Eb4")).name
    (Interval(steps=4, semitones=7), 'm3')
    """

    steps: int
    semitones: int

    @classmethod
    @lru_cache(maxsize=256)
    def parse(cls, text: str) -> Interval:
        """Read ``P5``, ``m3``, ``A4`` or, for a falling interval, ``-M2``. Raises ValueError otherwise."""
        match = _INTERVAL.match(text)
        if not match:
            raise ValueError(f"{text!r} is not an interval; write for example P5, m3 or -M2")
        octaves, step = divmod(int(match[3]) - 1, 7)
        quality = match[2]
        perfect = step in _PERFECT
        size = _PERFECT[step] if perfect else _MAJOR[step]
        if quality[0] == "A":
            size += len(quality)
        elif quality[0] == "d":
            size -= len(quality) + (0 if perfect else 1)
        elif (quality == "P") != perfect:
            named = f"{_QUALITIES[quality]} {_SIZES[step]}"
            raise ValueError(f"{text!r} is not an interval: there is no {named}; write for example P5 or m3")
        elif quality == "m":
            size -= 1
        sign = -1 if match[1] else 1
        return cls(sign * (7 * octaves + step), sign * (12 * octaves + size))

    @classmethod
    def between(cls, lower: Pitch, upper: Pitch) -> Interval:
        """Return the interval from one pitch to another; it is negative if the second pitch is lower."""
        return cls(upper.diatonic - lower.diatonic, upper.midi - lower.midi)

    @property
    def fifths(self) -> int:
        """Distance that the interval moves a tone on the line of fifths; a perfect fifth is 1."""
        return 7 * self.semitones - 12 * self.steps

    @property
    def simple(self) -> Interval:
        """The same interval within one octave.

        >>> Interval(11, 19).simple == Interval.parse("P5")
        True
        """
        octaves = int(self.steps / 7)
        return Interval(self.steps - 7 * octaves, self.semitones - 12 * octaves)

    @property
    def name(self) -> str:
        """Quality and number, such as ``m3`` or, for a falling step, ``-M2``."""
        falling = self.steps < 0 or (self.steps == 0 and self.semitones < 0)
        steps, semitones = (-self.steps, -self.semitones) if falling else (self.steps, self.semitones)
        octaves, step = divmod(steps, 7)
        perfect = step in _PERFECT
        excess = semitones - 12 * octaves - (_PERFECT[step] if perfect else _MAJOR[step])
        if perfect:
            quality = "P" if excess == 0 else "A" * excess if excess > 0 else "d" * -excess
        else:
            quality = (
                "M" if excess == 0 else "m" if excess == -1 else "A" * excess if excess > 0 else "d" * (-excess - 1)
            )
        return f"{'-' if falling else ''}{quality}{steps + 1}"

    def __neg__(self) -> Interval:
        return Interval(-self.steps, -self.semitones)
