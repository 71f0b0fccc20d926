"""Roman numerals with figures, as in RomanText.

A numeral is a degree of the harmony graph with the figures of its inversion: ``ii6``, ``V65/V``, ``viio42``. Sevenths
are those of the key (``I7`` has a major seventh in major). Borrowed chords that are dominant sevenths are written as
applied dominants (``V7/bVII`` for IV with a minor seventh). The Neapolitan sixth is ``N6``. Augmented sixths are named
if they are spelled as such: ``It6``, ``Fr43``, ``Ger65`` (Aldwell & Schachter, *Harmony and Voice Leading*). RomanText:
Tymoczko, Gotham, Cuthbert & Ariza, The RomanText format, ISMIR 2019.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from theory.harmony.estimate import HarmonicSpan
from theory.harmony.graph import Degree, degrees
from theory.notation.key import Key

_TRIAD, _SEVENTH = ("", "6", "64"), ("7", "65", "43", "42")
SIXTHS = {"bVI7", "VI7", "Fr"}  # degrees that sound like augmented sixth chords
# positions relative to the tonic on the line of fifths: the raised fourth degree, and the tones that identify a chord
_RAISED_FOURTH, _FOURTH_TONES = 6, {2: "Fr43", -3: "Ger65", 9: "Ger65"}
_DOMINANTS = {
    ("major", "IV7"): "V/bVII", ("major", "bVII7"): "V/bIII", ("major", "bVI7"): "V/bII", ("minor", "VI7"): "V/bII",
}  # fmt: skip


@dataclass(frozen=True)
class RomanNumeral(HarmonicSpan):
    """A chord in its key over one bass note; the symbol has a slash bass unless the bass is the root.

    ``figure`` is the whole numeral (``V65/V``), ``inversion`` is 0 for the root in the bass, 1 for the third, etc.
    """

    figure: str = ""
    inversion: int = 0


def degree_of(chord: HarmonicSpan) -> Degree:
    """Return the degree of the harmony graph that a chord is in its key."""
    return next(degree for degree in degrees(chord.key.mode) if degree.name == chord.degree)


@lru_cache(maxsize=2048)
def figure_of(degree: str, mode: str, inversion: int, *, seventh: bool) -> str:
    """Return the numeral, with figures, of a degree of the harmony graph in an inversion.

    >>> figure_of("V7/V", "major", 1, seventh=True), figure_of("bII", "minor", 1, seventh=False)
    ('V65/V', 'N6')
    """
    if degree == "bII" and inversion == 1:
        return "N6"
    if degree == "Fr":
        return f"Fr{_SEVENTH[(inversion + 2) % 4]}"
    name, _, target = _DOMINANTS.get((mode, degree), degree).partition("/")
    figures = (_SEVENTH if seventh else _TRIAD)[inversion]
    return name.removesuffix("7").removesuffix("maj") + figures + (f"/{target}" if target else "")


def augmented_sixth(degree: str, key: Key, spelled: Collection[int], *, lowest_is_root: bool) -> str:
    """Return ``It6``, ``Fr43`` or ``Ger65`` if the chord on the lowered sixth degree is spelled as such, else "".

    ``spelled`` holds the positions on the line of fifths of the sounding tones.

    >>> C = Key.parse("C")
    >>> [augmented_sixth("bVI7", C, tones, lowest_is_root=True) for tones in ({-4, 0, -3, 6}, {-4, 0, 6}, {-4, 0, -6})]
    ['Ger65', 'It6', '']
    """
    positions = {fifths - key.tonic.fifths for fifths in spelled}
    if degree not in SIXTHS or not lowest_is_root or _RAISED_FOURTH not in positions:
        return ""
    return next((name for position, name in _FOURTH_TONES.items() if position in positions), "It6")
