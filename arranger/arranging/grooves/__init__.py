"""Grooves: which accompaniment patterns the sections of a piece get.

Each groove is a TOML file. It says for which music it is meant (meters, tempo words, share of seventh chords, density
of the tune), lists its patterns from calm to lively (``ladder``), and names one for each place in the form (see
`arranger.arranging.playing.sections`); a family of instruments may have its own. A new groove is a new file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

from theory.tables import TableFolder

PLACES = ("first", "again", "contrast", "return", "last")
GROOVES = TableFolder("groove", __name__)


Names = str | list[str]


@dataclass(frozen=True)
class Groove:
    """Patterns for the sections of a piece, and the music that they suit."""

    name: str
    about: str
    ladder: tuple[str, ...]  # patterns from calm to lively
    places: Mapping[str, Names]  # place in the form: pattern, or several by turns
    families: Mapping[str, Mapping[str, Names]] = field(default_factory=dict)  # the same for a family of instruments
    meters: tuple[str, ...] = ()  # empty: all
    words: tuple[str, ...] = ()  # in a tempo mark or heading
    sevenths: float = 0.0  # at least this share of the chords has a seventh or sixth
    rank: int = 0  # of several grooves that suit, the highest is taken
    only_named: bool = False  # only if one of its words is in the sheet
    tempo: int = 100  # quarters (in compound meters dotted quarters) per minute, where the sheet does not say
    swing: bool = False  # eighths are played long and short
    fill: tuple[tuple[Fraction, Fraction], ...] = ()  # rhythm of a fill: onsets and lengths, see `fill_of`

    def pattern_for(self, place: str, family: str, *, time: int = 0, livelier: int = 0) -> str:
        """Return the pattern for the n-th section with a place in the form, so many rungs further up the ladder."""
        names = self.families.get(family, {}).get(place) or self.places[place]
        name = names if isinstance(names, str) else names[time % len(names)]
        if not livelier or name not in self.ladder:
            return name
        rung = self.ladder.index(name) + livelier
        return self.ladder[min(max(rung, 0), len(self.ladder) - 1)]


@cache
def load_groove(name: str) -> Groove:
    """Return a groove by name. Raises ValueError, which offers the nearest name, if there is none.

    >>> load_groove("swing").pattern_for("first", "saxophones")
    'two-beat'
    """
    table = dict(GROOVES.read(name))
    places = {place: table.pop(place) for place in PLACES}
    fill = fill_of(table.pop("fill", ""))
    lists: dict[str, Any] = {each: tuple(table.pop(each)) for each in ("ladder", "meters", "words") if each in table}
    return Groove(name=name, places=places, fill=fill, **lists, **table)


def fill_of(text: str) -> tuple[tuple[Fraction, Fraction], ...]:
    """Return the rhythm of a fill: for each note its onset, counted back from the end of the fill, and its length.

    Both are in beats of the meter.

    >>> fill_of("2:1, 1:1/2")
    ((Fraction(2, 1), Fraction(1, 1)), (Fraction(1, 1), Fraction(1, 2)))
    """
    notes = [term.strip().partition(":") for term in text.split(",") if term.strip()]
    return tuple((Fraction(onset), Fraction(length)) for onset, _, length in notes)
