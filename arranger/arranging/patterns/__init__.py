"""Accompaniment patterns: what instruments play over held chords, as a small language in data files.

Each pattern is a TOML file with one table per meter. A table gives a line of *strokes* for each role: ``bass``,
``inner`` (all parts between), or ``inner1``, ``inner2`` ... (counted from the top). A stroke is ``beat:length tone
touch``, and commas stand between strokes::

    bass = "1:1 turn, 3:1 turn"
    inner = "2:1/2 staccato, 4:1/2 staccato"

Beats and lengths count in the meter's denominator, beats from 1; a stroke without a length lasts to the next one or the
end of the bar. Tones are given in `TONES`, touches in `TOUCHES`. Sub-tables replace roles in some bars: ``even`` in
every second bar of a section, ``held`` under a tune that holds its note, ``close`` where a phrase ends. The meter
``any`` serves every meter that is not named. Where a role has no line, its part holds the chords;
with ``moves = "tune"`` it moves with every note of the tune, with ``moves = "beats"`` with those on beats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from theory.notation.score import Bar, Meter
from theory.tables import TableFolder

TONES = {
    "own": "the part's note of the held chord",
    "turn": "root and fifth in alternation, as long as the chord stays",
    "fifth": "the fifth of the chord",
    "octave": "the own note an octave higher, if it is the root",
    "walk": "a step on the way to the next chord",
    "+1": "the chord tone above the own note",
    "+2": "the second chord tone above",
    "-1": "the chord tone below",
    "-2": "the second chord tone below",
}
TOUCHES = ("staccato", "tenuto", "accent", "slurred")  # slurred: to the next stroke
MOMENTS = ("even", "held", "close")
MOVES = ("chords", "tune", "beats")
ANY_METER = "any"
PATTERNS = TableFolder("accompaniment pattern", __name__)


@dataclass(frozen=True, slots=True)
class Stroke:
    """One note of a pattern, in quarters from the start of the bar."""

    onset_quarter: Fraction
    length_quarter: Fraction | None = None  # None: to the next stroke or the end of the bar
    tone: str = "own"
    touch: str = ""

    @classmethod
    def parse(cls, text: str, unit_quarter: Fraction) -> Stroke:
        """Read a stroke; beats count in units of ``unit_quarter``. Raises ValueError if a word is unknown.

        >>> Stroke.parse("3/2:1/2 +1 staccato", Fraction(1))
        Stroke(onset_quarter=Fraction(1, 2), length_quarter=Fraction(1, 2), tone='+1', touch='staccato')
        """
        time, *words = text.split()
        beat, _, length = time.partition(":")
        unknown = [word for word in words if word not in TONES and word not in TOUCHES]
        if unknown:
            raise ValueError(f"stroke {text!r}: {unknown[0]} is neither a tone nor a touch: {_known()}")
        tone = next((word for word in words if word in TONES), "own")
        touch = next((word for word in words if word in TOUCHES), "")
        held = Fraction(length) * unit_quarter if length else None
        return cls((Fraction(beat) - 1) * unit_quarter, held, tone, touch)


def _known() -> str:
    return f"tones are {', '.join(TONES)}; touches are {', '.join(TOUCHES)}"


Lines = Mapping[str, tuple[Stroke, ...]]  # role: its strokes


@dataclass(frozen=True)
class Pattern:
    """An accompaniment pattern: the strokes of each role, by meter and moment."""

    name: str
    about: str
    meters: dict[str, dict[str, Lines]]  # meter: moment ("" for the usual bar): lines
    moves: str = "chords"

    def fits(self, meter: Meter) -> bool:
        """Whether the pattern has strokes for a meter."""
        return self._lines(meter) is not None

    def has_line(self, role: str) -> bool:
        """Whether the pattern gives strokes for a role in some meter."""
        return any(role in lines for moments in self.meters.values() for lines in moments.values())

    def strokes(self, bar: Bar, role: str, moment: str = "") -> tuple[Stroke, ...] | None:
        """Return the strokes of a role in a bar; None if the pattern lacks the meter or the role.

        ``inner2`` is looked up as ``inner`` if it has no line of its own.
        """
        moments = self._lines(bar.meter) or {}
        for lines in (moments.get(moment, {}), moments.get("", {})):
            for name in (role, role.rstrip("0123456789")):
                if name in lines:
                    return lines[name]
        return None

    def _lines(self, meter: Meter) -> dict[str, Lines] | None:
        if str(meter) in self.meters:
            return self.meters[str(meter)]
        alike = (name for name in self.meters if name != ANY_METER and _same_bar(name, meter))
        return self.meters.get(next(alike, ANY_METER))


def _same_bar(name: str, meter: Meter) -> bool:
    """Whether a meter has bars and kind of beats like a named one, as cut time has those of 4/4."""
    beats, beat_type = map(int, name.split("/"))
    other = Meter(beats, beat_type)
    return other.quarters == meter.quarters and other.is_compound == meter.is_compound


@cache
def load_pattern(name: str) -> Pattern:
    """Return a pattern by name. Raises ValueError, which offers the nearest name, if there is none.

    >>> len(load_pattern("waltz").meters["3/4"][""]["inner"])
    2
    """
    table = PATTERNS.read(name)
    if table.get("moves", "chords") not in MOVES:
        raise ValueError(f"pattern {name}: moves must be one of {', '.join(MOVES)}")
    meters = {meter: _moments(lines, _unit(meter)) for meter, lines in table["meter"].items()}
    return Pattern(name, table["about"], meters, table.get("moves", "chords"))


def _unit(meter: str) -> Fraction:
    return Fraction(1) if meter == ANY_METER else Fraction(4, int(meter.split("/")[1]))


def _moments(table: dict[str, Any], unit_quarter: Fraction) -> dict[str, Lines]:
    named = {moment: table[moment] for moment in MOMENTS if moment in table}
    usual = {role: line for role, line in table.items() if role not in named}
    return {
        moment: {role: _line(line, unit_quarter) for role, line in lines.items()}
        for moment, lines in {"": usual, **named}.items()
    }


def _line(text: str, unit_quarter: Fraction) -> tuple[Stroke, ...]:
    return tuple(Stroke.parse(each, unit_quarter) for each in text.split(",") if each.strip())
