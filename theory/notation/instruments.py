"""Instruments and voices: their ranges and how their staves are written.

Each instrument has three ranges of sounding pitch. A part must never leave the *absolute* range. It may
leave the *comfortable* range for a note or two. It should stay in the *tessitura* for three quarters of its
time. The table is ``instruments.toml``; each entry says where its ranges come from.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from theory.notation.pitch import Interval, Pitch
from theory.notation.score import Part
from theory.tables import nearest


@dataclass(frozen=True, slots=True)
class Clef:
    """A clef: its sign, its staff line counted from below, and its octave shift."""

    sign: str  # G, C, F
    line: int
    octave: int = 0


CLEFS = {
    "treble": Clef("G", 2),
    "treble-8vb": Clef("G", 2, -1),
    "treble-8va": Clef("G", 2, 1),
    "alto": Clef("C", 3),
    "tenor": Clef("C", 4),
    "bass": Clef("F", 4),
    "bass-8va": Clef("F", 4, 1),
}


@dataclass(frozen=True, slots=True)
class PitchRange:
    """A lowest and a highest sounding pitch, both included.

    >>> PitchRange.parse("C4", "G5").contains(60), PitchRange.parse("C4", "G5").contains(80)
    (True, False)
    """

    low: Pitch
    high: Pitch

    @classmethod
    def parse(cls, low: str, high: str) -> PitchRange:
        """Read two pitch names. Raises ValueError if one is not a pitch or the first is higher than the second."""
        parsed = cls(Pitch.parse(low), Pitch.parse(high))
        if parsed.low.midi > parsed.high.midi:
            raise ValueError(f"the range {low} to {high} is reversed; write the lower pitch first")
        return parsed

    def contains(self, midi: int) -> bool:
        """Whether a MIDI number lies within the range."""
        return self.low.midi <= midi <= self.high.midi

    def __str__(self) -> str:
        return f"{self.low}-{self.high}"


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument or a type of voice; all ranges are sounding pitch.

    >>> instrument("viola").clef, str(instrument("soprano").tessitura), instrument("viola").program
    (Clef(sign='C', line=3, octave=0), 'D4-D5', 41)
    """

    name: str  # entry in the table: alto-sax
    title: str  # as printed: Alto Saxophone
    abbreviation: str
    family: str  # voices, strings, woodwinds, saxophones, brass, recorders, keyboards
    clef: Clef
    absolute: PitchRange
    comfortable: PitchRange
    tessitura: PitchRange
    transposition: Interval  # from written to sounding pitch; a unison for non-transposing instruments
    polyphony: int  # most notes at the same time
    program: int  # General MIDI, 0 to 127
    sound: str  # MusicXML instrument-sound
    range_source: str
    strings: tuple[Pitch, ...] = ()  # open strings, low to high; empty: no stopped strings
    reach: int = 0  # semitones between the outer fingers of the hand that stops the strings

    @property
    def is_voice(self) -> bool:
        """Whether this is a voice, which has words below its staff and dynamics above."""
        return self.family == "voices"

    @property
    def is_transposing(self) -> bool:
        """Whether the written pitch differs from the sounding pitch."""
        return self.transposition.semitones != 0


def _instrument_from(name: str, entry: dict[str, Any]) -> Instrument:
    return Instrument(
        name=name,
        title=entry["title"],
        abbreviation=entry["abbreviation"],
        family=entry["family"],
        clef=CLEFS[entry["clef"]],
        absolute=PitchRange.parse(*entry["absolute"]),
        comfortable=PitchRange.parse(*entry["comfortable"]),
        tessitura=PitchRange.parse(*entry["tessitura"]),
        transposition=Interval.parse(entry.get("transposition", "P1")),
        polyphony=entry.get("polyphony", 1),
        program=entry["program"],
        sound=entry["sound"],
        range_source=entry["range_source"],
        strings=tuple(Pitch.parse(name) for name in entry.get("strings", ())),
        reach=entry.get("reach", 0),
    )


@lru_cache(maxsize=1)
def instruments() -> dict[str, Instrument]:
    """Return all instruments in the table by name."""
    return {name: _instrument_from(name, entry) for name, entry in _table().items()}


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("theory.notation") / "instruments.toml").read_text(encoding="utf-8"))


def add_instrument(name: str, entry: Mapping[str, Any]) -> Instrument:
    """Add an instrument, or change one, for the rest of this run; return it.

    ``like`` in the entry names an instrument from which everything is taken that the entry does not say. Raises
    ValueError if a value is wrong, and KeyError if one is missing.
    """
    like = _table().get(str(entry.get("like", "")), {})
    given = {"range_source": "the user's file", **like, **{key: value for key, value in entry.items() if key != "like"}}
    if given.get("clef") not in CLEFS and "clef" in given:
        raise ValueError(f"clef must be one of {', '.join(CLEFS)}, not {given['clef']!r}")
    added = _instrument_from(name, given)
    instruments()[name] = added
    return added


def instrument(name: str) -> Instrument:
    """Return an instrument by name. Raises ValueError, with the nearest name, if there is none.

    >>> instrument("tenor").title
    'Tenor'
    """
    table = instruments()
    if name not in table:
        raise ValueError(f"there is no instrument {name!r}; {nearest(name, sorted(table))}")
    return table[name]


def player_of(part: Part) -> Instrument | None:
    """Return the instrument of a part, from its ``instrument`` or its name (Violin II is a violin); None if unknown."""
    name = part.name.lower().strip().replace(" ", "-")
    bare = name.rstrip("0123456789iv").rstrip("-.") if "-" in name else name.rstrip("0123456789")
    known = instruments()
    return next((known[key] for key in (part.instrument, name, bare) if key in known), None)
