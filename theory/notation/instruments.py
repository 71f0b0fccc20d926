"""Instruments and voices: what each can play and how its staff is written.

Three bands of sounding pitch are kept for each instrument. *Absolute* is what no part may leave;
*comfortable* may be left for a note or two; *tessitura* is where a part should lie for three
quarters of its time. The table is ``instruments.toml``; each entry says where its ranges come from.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from theory.notation.pitch import Interval, Pitch
from theory.notation.score import Part
from theory.tables import nearest


@dataclass(frozen=True, slots=True)
class Clef:
    """A clef: its sign, the staff line it stands on, and the octaves it shifts."""

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
        """Read two pitch names; ValueError where they are no pitches or the wrong way round."""
        parsed = cls(Pitch.parse(low), Pitch.parse(high))
        if parsed.low.midi > parsed.high.midi:
            raise ValueError(f"the range {low} to {high} is upside down")
        return parsed

    def contains(self, midi: int) -> bool:
        """Whether a MIDI number lies within the range."""
        return self.low.midi <= midi <= self.high.midi

    def __str__(self) -> str:
        return f"{self.low}-{self.high}"


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument or a kind of voice; all ranges are sounding pitch.

    >>> instrument("viola").clef, str(instrument("soprano").tessitura), instrument("viola").program
    (Clef(sign='C', line=3, octave=0), 'D4-D5', 41)
    """

    name: str  # entry of the table: alto-sax
    title: str  # as printed: Alto Saxophone
    abbreviation: str
    family: str  # voices, strings, woodwinds, saxophones, brass, recorders, keyboards
    clef: Clef
    absolute: PitchRange
    comfortable: PitchRange
    tessitura: PitchRange
    transposition: Interval  # from the written to the sounding pitch; a unison where written as it sounds
    polyphony: int  # notes at a time
    program: int  # General MIDI, 0 to 127
    sound: str  # MusicXML instrument-sound
    range_source: str
    strings: tuple[Pitch, ...] = ()  # open strings, low to high; empty: it has none that are stopped
    reach: int = 0  # semitones between the lowest and the highest finger of a hand that stops strings

    @property
    def is_voice(self) -> bool:
        """Whether it sings: words under the staff, dynamics above it."""
        return self.family == "voices"

    @property
    def is_transposing(self) -> bool:
        """Whether it is written at another pitch than it sounds."""
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
    """Return all instruments of the table by name."""
    table = tomllib.loads((files("theory.notation") / "instruments.toml").read_text(encoding="utf-8"))
    return {name: _instrument_from(name, entry) for name, entry in table.items()}


def instrument(name: str) -> Instrument:
    """Return one instrument; ValueError that offers the nearest name where there is none.

    >>> instrument("tenor").title
    'Tenor'
    """
    table = instruments()
    if name not in table:
        raise ValueError(f"there is no instrument {name!r}; {nearest(name, sorted(table))}")
    return table[name]


def player_of(part: Part) -> Instrument | None:
    """Return the instrument of a part, known by its entry or by its name (Violin II is a violin)."""
    name = part.name.lower().strip().replace(" ", "-")
    bare = name.rstrip("0123456789iv").rstrip("-.") if "-" in name else name.rstrip("0123456789")
    known = instruments()
    return next((known[key] for key in (part.instrument, name, bare) if key in known), None)
