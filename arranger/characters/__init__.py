"""Characters: what an arrangement should be like, as curves over the piece.

There are three axes, each from -1 to 1: activity (calm to lively), richness (plain to rich) and brightness (dark to
bright). A character names one end of an axis, a strength from 0 to 1, and how the strength changes over the piece:
``lively``, ``calm=0.5``, ``lively=0..1, dark=1..0..1``. Strengths joined by two dots are spread evenly over the piece
and interpolated linearly.

Each axis is a TOML file. At the high end, its ``times`` multiply preferences of the style and its ``plus``, in nats,
are added to them; at the low end they divide and are subtracted. Effects of a character that are not costs are
elsewhere: which slices there are and which voices may move (`arranger.arranging.plan`, `arranger.arranging.rhythm`),
which notes are candidates (`arranger.arranging.search.candidates`), and the key (`arranger.arranging.key`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from theory.tables import TableFolder
from theory.types import Floats

AXES = ("activity", "richness", "brightness")
_TERM = re.compile(r"^(?P<word>[a-z]+)(?:=(?P<values>[\d.]+))?$")


@dataclass(frozen=True)
class Axis:
    """An axis: the names of its two ends, and what its high end does to the preferences of a style."""

    name: str
    about: str
    low: str
    high: str
    times: dict[str, float] = field(default_factory=dict)  # preference: factor
    plus: dict[str, float] = field(default_factory=dict)  # preference: nats


@cache
def axes() -> tuple[Axis, ...]:
    """Return the axes, in the order of ``AXES``."""
    shelf = TableFolder("character", __name__)
    return tuple(Axis(name, **shelf.read(name)) for name in AXES)


@dataclass(frozen=True)
class Character:
    """For each axis, its values (-1 to 1) at equal distances over the piece; empty: as the style has it."""

    activity: tuple[float, ...] = ()
    richness: tuple[float, ...] = ()
    brightness: tuple[float, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Character:
        """Return the character that a text describes. Raises ValueError if a term cannot be read.

        >>> Character.parse("calm=0.5, bright=0..1")
        Character(activity=(-0.5,), richness=(), brightness=(0.0, 1.0))
        """
        curves: dict[str, tuple[float, ...]] = {}
        for term in filter(None, (term.strip().lower() for term in text.split(","))):
            axis, values = _curve(term)
            if axis.name in curves:
                raise ValueError(
                    f"character {text!r}: {axis.low} and {axis.high} are opposites; give one of them, and only once"
                )
            curves[axis.name] = values
        return cls(**curves)

    def along(self, shares: Sequence[float]) -> Floats:
        """Return the values of the axes at positions (0 to 1) in the piece, as (position, axis)."""
        columns = []
        for name in AXES:
            values = getattr(self, name) or (0.0,)
            columns.append(np.interp(shares, np.linspace(0, 1, len(values)), values))
        return np.round(np.stack(columns, axis=-1), 2)

    def mean(self, axis: str) -> float:
        """Return the mean of an axis over the piece."""
        at = np.linspace(0, 1, 101).tolist()
        return float(self.along(at)[:, AXES.index(axis)].mean())


def _curve(term: str) -> tuple[Axis, tuple[float, ...]]:
    """Return the axis that a term names and its values; those of the low end are negative."""
    match = _TERM.match(term)
    found = [axis for axis in axes() if match and match["word"] in (axis.low, axis.high)]
    if not match or not found:
        words = ", ".join(word for axis in axes() for word in (axis.low, axis.high))
        raise ValueError(f"there is no character {term!r}; choose from {words}; =0.5 or =0..1 sets the strength")
    try:
        values = [float(value) for value in (match["values"] or "1").split("..")]
    except ValueError:
        values = [-1.0]
    if not all(0 <= value <= 1 for value in values):
        raise ValueError(f"character {term!r}: strengths lie between 0 and 1 and are joined by two dots, as in =0..1")
    sign = 1.0 if match["word"] == found[0].high else -1.0
    return found[0], tuple(sign * value + 0.0 for value in values)


def shaded(preferences: Mapping[str, float], values: Sequence[float]) -> dict[str, float]:
    """Return the preferences of a style as changed by a character; ``values`` are those of the axes.

    >>> shaded({"foreign": 0.5}, (0.5, 0.0, 0.0))
    {'foreign': 0.5, 'begins': -0.65}
    """
    found = dict(preferences)
    for axis, value in zip(axes(), values, strict=True):
        found |= {name: found[name] * factor**value for name, factor in axis.times.items() if name in found}
        found |= {name: found.get(name, 0.0) + value * nats for name, nats in axis.plus.items() if value}
    return found
