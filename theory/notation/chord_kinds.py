"""Chord qualities as sets of degrees.

A quality is a set of degrees above the root. Each degree is a number and an alteration of the major
scale: ``1 b3 5 b7`` is the minor seventh chord (a plain 7 is the *major* seventh). Thirds, fifths,
sixths and sevenths have the numbers 3, 5, 6, 7; a second or fourth that replaces the third is 2 or 4;
tensions are 9, 11, 13. One table lists the usual qualities with their MusicXML ``<kind>`` (version 4.0).
Every other quality is the nearest quality of the table with some degrees changed, so that text and
MusicXML are written by the same rule.

Choices where charts differ: an eleventh chord omits the major third, and a thirteenth chord with a major
third omits the natural eleventh (Levine, The Jazz Theory Book, 1995, ch. 3); the altered dominant is
3, b7, #5, b9, #9; the root of an augmented sixth chord is its bass, the lowered sixth degree, because the
chord sounds like a dominant seventh on that tone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from theory.notation.pitch import STEP_SEMITONES, Interval


class ChordSymbolError(ValueError):
    """Raised for a chord symbol that is not understood; the message names it and the nearest known symbol."""


class ChordDegree(NamedTuple):
    """A degree of a chord: its number (1 to 13) and its alteration, in semitones, of the major scale above the root."""

    number: int
    alter: int = 0

    @property
    def interval(self) -> Interval:
        """The interval above the root."""
        octaves, step = divmod(self.number - 1, 7)
        return Interval(self.number - 1, 12 * octaves + STEP_SEMITONES[step] + self.alter)

    @property
    def role(self) -> str:
        """Role in the chord: root, third, fifth, sixth, seventh or tension."""
        return _ROLES.get(self.number, "tension")

    @classmethod
    def of(cls, interval: Interval) -> ChordDegree:
        """Return the degree that lies an interval above the root."""
        return cls(interval.steps + 1, interval.semitones - cls(interval.steps + 1).interval.semitones)

    def __str__(self) -> str:
        return ("#" * self.alter if self.alter > 0 else "b" * -self.alter) + str(self.number)


_ROLES = {1: "root", 2: "third", 3: "third", 4: "third", 5: "fifth", 6: "sixth", 7: "seventh"}
Degrees = frozenset[ChordDegree]


def parse_degrees(text: str) -> Degrees:
    """Read degrees such as ``1 b3 b5 bb7``.

    >>> sorted(parse_degrees("1 b3 5"))
    [ChordDegree(number=1, alter=0), ChordDegree(number=3, alter=-1), ChordDegree(number=5, alter=0)]
    """
    return frozenset(ChordDegree(int(word.lstrip("b#")), word.count("#") - word.count("b")) for word in text.split())


def normalized(degrees: Iterable[ChordDegree]) -> Degrees:
    """Return degrees under their usual numbers, so that equal chords compare equal.

    A second or fourth beside a third becomes a ninth or eleventh, and a sixth beside a seventh a thirteenth.
    A suspended second or fourth removes the ninth or eleventh of the same pitch class. An altered fifth or
    tension replaces the natural one.
    """
    found = set(degrees)
    numbers = {degree.number for degree in found}
    raised = ({2, 4} if 3 in numbers else set()) | ({6} if 7 in numbers else set())
    found -= {ChordDegree(number + 7) for number in numbers & {2, 4} - raised}
    found = {
        ChordDegree(n + 7, alter) if n in raised or (n in (2, 4) and alter) else ChordDegree(n, alter)
        for n, alter in found
    }
    altered = {number for number, alter in found if alter and number in (5, 9, 11, 13)}
    return frozenset(degree for degree in found if degree.alter or degree.number not in altered)


class Quality(NamedTuple):
    """A named quality: canonical suffix, degrees, and the MusicXML kind (empty if there is none)."""

    name: str
    degrees: Degrees
    kind: str = ""


# canonical suffix, degrees, MusicXML kind
_TABLE = """
-              1 3 5                major
m              1 b3 5               minor
7              1 3 5 b7             dominant
m7             1 b3 5 b7            minor-seventh
maj7           1 3 5 7              major-seventh
dim            1 b3 b5              diminished
6              1 3 5 6              major-sixth
9              1 3 5 b7 9           dominant-ninth
m6             1 b3 5 6             minor-sixth
dim7           1 b3 b5 bb7          diminished-seventh
aug            1 3 #5               augmented
m7b5           1 b3 b5 b7           half-diminished
7#5            1 3 #5 b7            augmented-seventh
m(maj7)        1 b3 5 7             major-minor
m9             1 b3 5 b7 9          minor-ninth
maj9           1 3 5 7 9            major-ninth
11             1 5 b7 9 11          dominant-11th
maj11          1 5 7 9 11           major-11th
m11            1 b3 5 b7 9 11       minor-11th
13             1 3 5 b7 9 13        dominant-13th
maj13          1 3 5 7 9 13         major-13th
m13            1 b3 5 b7 9 11 13    minor-13th
sus4           1 4 5                suspended-fourth
sus2           1 2 5                suspended-second
5              1 5                  power
It+6           1 3 #6               Italian
Fr+6           1 3 #11 #6           French
Ger+6          1 3 5 #6             German
pedal          1                    pedal
Tristan        1 #11 #6 #9          Tristan
7sus4          1 4 5 b7
9sus4          1 4 5 b7 9
13sus4         1 4 5 b7 9 13
7sus2          1 2 5 b7
maj7sus4       1 4 5 7
maj7#5         1 3 #5 7
6/9            1 3 5 6 9
m6/9           1 b3 5 6 9
m(maj9)        1 b3 5 7 9
m(maj11)       1 b3 5 7 9 11
m(maj13)       1 b3 5 7 9 11 13
dim(maj7)      1 b3 b5 7
7alt           1 3 #5 b7 b9 #9
"""


def _read_row(line: str) -> Quality:
    name, *words = line.split()
    kind = words.pop() if words[-1].lstrip("b#")[0].isalpha() else ""
    return Quality("" if name == "-" else name, parse_degrees(" ".join(words)), kind)


QUALITIES = tuple(_read_row(line) for line in _TABLE.strip().splitlines())
QUALITY_NAMES = {quality.name: quality.degrees for quality in QUALITIES}
KIND_DEGREES = {quality.kind: quality.degrees for quality in QUALITIES if quality.kind}


def nearest_qualities(degrees: Degrees) -> list[Quality]:
    """Return the named qualities, sorted by how few degrees must be changed to reach the given ones.

    >>> nearest_qualities(parse_degrees("1 3 5 b7 b9"))[0].name
    '7'
    """
    return sorted(QUALITIES, key=lambda quality: _distance(quality, degrees))


def _distance(quality: Quality, degrees: Degrees) -> int:
    # each number that is altered, added or omitted costs 4; an omission costs 3 more, an added natural tension
    # 1 more; kinds that lead sheets do not use come last
    unlike = quality.degrees ^ degrees
    numbers = {degree.number for degree in unlike}
    missing = numbers - {degree.number for degree in degrees}
    added = [d for d in degrees - quality.degrees if d.number > 7 and d.alter == 0]
    rare = unlike and (quality.name.endswith(("+6", "alt")) or quality.name in ("Tristan", "pedal", "5"))
    return 4 * len(numbers) + 3 * len(missing) + len(added) + (100 if rare else 0)
