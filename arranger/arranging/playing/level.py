"""Levels of players: what an arrangement may ask of them, and which keys suit an ensemble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from tomllib import loads

import numpy as np

from arranger.arranging.styles import Style
from theory.notation.instruments import Instrument
from theory.slices.facts import Ranges
from theory.tables import nearest

USUAL = "school"
_SHARPER = {"strings": 1, "flex": -1}  # families that like sharps, or flats, so many accidentals more


@dataclass(frozen=True, slots=True)
class Level:
    """What players of a level can do."""

    about: str
    margin: int  # semitones beyond the tessitura, within the comfortable range
    accidentals: int  # in a written key signature
    moves_key: bool  # also a tune that lies well is moved to an easier key
    leap: float  # cost of a semitone beyond a second, in nats, on top of that of the style
    rungs: int  # on the ladder of a groove
    fills: bool  # inner parts answer the tune

    def ranges(self, ranges: Ranges) -> Ranges:
        """Return the ranges of the parts for this level."""
        low = np.maximum(ranges.low, ranges.tessitura_low - self.margin)
        return replace(ranges, low=low, high=np.minimum(ranges.high, ranges.tessitura_high + self.margin))

    def asked_of(self, style: Style) -> Style:
        """Return a style that asks for leaps this level can play."""
        leap = style.preferences.get("leap", 0.0) + self.leap
        return style.with_preferences({"leap": leap}) if self.leap else style


def levels() -> tuple[str, ...]:
    """Return the names of the levels."""
    return tuple(_table())


def level(name: str) -> Level:
    """Return a level by name. Raises ValueError, with the nearest name, if there is none.

    >>> level("beginner").accidentals
    2
    """
    if name not in _table():
        raise ValueError(f"there is no level {name!r}; {nearest(name, levels())}")
    return _table()[name]


@cache
def _table() -> dict[str, Level]:
    text = (files(__package__) / "levels.toml").read_text(encoding="utf-8")
    return {name: Level(**entry) for name, entry in loads(text).items()}


@dataclass(frozen=True, slots=True)
class Signatures:
    """Sounding key signatures that are easy for all players of an ensemble, as positions on the line of fifths."""

    flattest: int
    sharpest: int
    moves_key: bool = False  # also where the tune lies well as it is

    def beyond(self, fifths: int) -> int:
        """Return by how many accidentals a key lies outside."""
        return max(0, self.flattest - fifths, fifths - self.sharpest)


def signatures_for(instruments: Sequence[Instrument], players: Level) -> Signatures:
    """Return the key signatures in which all parts have few accidentals as written.

    >>> from theory.notation.instruments import instrument
    >>> signatures_for([instrument("alto-sax"), instrument("tenor-sax")], level("school"))
    Signatures(flattest=-5, sharpest=0, moves_key=False)
    """
    low, high = -6, 6
    for played in instruments:
        written = (-played.transposition.semitones * 7) % 12  # accidentals that the written key has more
        more = (written if written <= 6 else written - 12) - _SHARPER.get(played.family, 0)
        low, high = max(low, -players.accidentals - more), min(high, players.accidentals - more)
    if low > high:
        low = high = (low + high) // 2
    return Signatures(low, high, players.moves_key)
