"""Octave and transposition of an ABC voice: what K: and V: say of how written notes sound.

Source: the ABC music standard 2.1, section 4.6 (clefs and transposition): ``octave=-1`` moves the notes by octaves, a
clef with ``-8`` or ``+8`` sounds an octave lower or higher than written, ``transpose=-2`` gives the half steps from the
written to the sounding pitch. All three add up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from arranger.formats import limits
from theory.notation.pitch import Interval

_CLEF = re.compile(
    r"(?:\bclef\s*=\s*\"?[A-Za-z]+|(?<![\w=])(?:treble|alto|tenor|bass|perc))[1-5]?(?P<octave>[+-](?:8|15)(?!\d))?"
)
_NAMES = re.compile(r'(?:name|nm|subname|snm|sname)\s*=\s*(?:"[^"]*"|\S+)')
_OCTAVE = re.compile(r"(?:^|\s)octave\s*=\s*\"?([+-]?\d)(?!\d)")
_TRANSPOSE = re.compile(r"(?:^|\s)transpose\s*=\s*\"?([+-]?\d{1,2})(?!\d)")
_UNFOLLOWED = re.compile(r"(?:^|\s)((?:score|sound|shift|instrument)\s*=\s*\S+|transpose\s*=\s*\S+|octave\s*=\s*\S+)")
_OCTAVES = {"-8": -1, "+8": 1, "-15": -2, "+15": 2}
_MOST_OCTAVES, _MOST_HALF_STEPS = 4, 36
_STEPS_OF_HALF_STEPS = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)  # the nearest usual interval: m2 M2 m3 ... A4 ... M7


@dataclass(frozen=True)
class Voicing:
    """How the written notes of a voice sound; None where a field says nothing about it."""

    octave: int | None = None  # octave=
    clef_octave: int | None = None  # of a clef such as treble-8
    half_steps: int | None = None  # transpose=

    def changed_by(self, later: Voicing) -> Voicing:
        """Return these values with those that a later field, or that of a voice, gives."""
        given = {name: value for name, value in vars(later).items() if value is not None}
        return replace(self, **given)

    @property
    def octaves(self) -> int:
        """Octaves from the written to the sounding notes, without the transposition."""
        return (self.octave or 0) + (self.clef_octave or 0)

    def transposition(self, fifths: int) -> Interval:
        """Return the interval from written to sounding pitch in a key of this many sharps, octaves not included.

        >>> Voicing(half_steps=-2).transposition(2).name, Voicing(half_steps=6).transposition(-1).fifths
        ('-M2', 6)
        """
        octaves, rest = divmod(self.half_steps or 0, 12)
        interval = Interval(7 * octaves + _STEPS_OF_HALF_STEPS[rest], self.half_steps or 0)
        if abs(fifths + interval.fifths) <= limits.MAX_KEY_FIFTHS:
            return interval
        step = 1 if fifths + interval.fifths > 0 else -1
        return Interval(interval.steps + step, interval.semitones)


def parse_voicing(text: str) -> Voicing:
    """Return what the text of a K: or V: field says of octave and transposition.

    Raises ValueError for a transposition beyond any instrument.

    >>> parse_voicing("G treble-8 transpose=-2").octaves, parse_voicing("T clef=treble+8 octave=-1").octaves
    (-1, 0)
    """
    unquoted = _NAMES.sub("", text)
    clef = _CLEF.search(unquoted)
    octave, transpose = _OCTAVE.search(unquoted), _TRANSPOSE.search(unquoted)
    found = Voicing(
        int(octave[1]) if octave else None,
        _OCTAVES.get(clef["octave"] or "", 0) if clef else None,
        int(transpose[1]) if transpose else None,
    )
    if abs(found.octave or 0) > _MOST_OCTAVES or abs(found.half_steps or 0) > _MOST_HALF_STEPS:
        raise ValueError(f"'{text.strip()}' moves the notes beyond any instrument")
    return found


def unfollowed(text: str) -> list[str]:
    """Return the settings in a K: or V: field that move notes in other programs and are not followed here."""
    settings = [match[1] for match in _UNFOLLOWED.finditer(_NAMES.sub("", text))]
    known = (_OCTAVE, _TRANSPOSE)
    return [each for each in settings if not any(pattern.match(each) for pattern in known)]
