"""Characters: what an arrangement is to be like, as curves over the piece.

Three axes run from -1 to 1: activity (calm to lively), richness (plain to rich), brightness (dark to
bright). A character names an end of an axis, how much of it is wanted, and whether that changes on
the way: ``lively``, ``calm=0.5``, ``lively=0..1, dark=1..0..1``. Values between the dots lie at equal distances over
the piece and are joined by straight lines.

An axis is a TOML file: what its high end multiplies preferences of the style by (``times``; the low end
divides) and adds to them in nats (``plus``; the low end subtracts). Which slices there are, and who may
move in them, is `arranger.arranging.rhythm`'s; the key is `arranger.arranging.key`'s.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from theory.tables import Shelf
from theory.types import Floats

AXES = ("activity", "richness", "brightness")
_TERM = re.compile(r"^(?P<word>[a-z]+)(?:=(?P<values>[\d.]+))?$")


@dataclass(frozen=True)
class Axis:
    """What the two ends of an axis are called, and what its high end does to a style's preferences."""

    name: str
    about: str
    low: str
    high: str
    times: dict[str, float] = field(default_factory=dict)
    plus: dict[str, float] = field(default_factory=dict)


@cache
def axes() -> tuple[Axis, ...]:
    """Return the axes, in the order of ``AXES``."""
    shelf = Shelf("character", __name__)
    return tuple(Axis(name, **shelf.read(name)) for name in AXES)


@dataclass(frozen=True)
class Character:
    """For each axis the values that a piece passes through, -1 to 1; none: as the style has it."""

    activity: tuple[float, ...] = ()
    richness: tuple[float, ...] = ()
    brightness: tuple[float, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Character:
        """Read what a user wants; ValueError says what cannot be read.

        >>> Character.parse("calm=0.5, bright=0..1")
        Character(activity=(-0.5,), richness=(), brightness=(0.0, 1.0))
        """
        curves: dict[str, tuple[float, ...]] = {}
        for term in filter(None, (term.strip().lower() for term in text.split(","))):
            axis, values = _curve(term)
            if axis.name in curves:
                raise ValueError(f"character {text!r}: {axis.low} and {axis.high} are one; name one of them, once")
            curves[axis.name] = values
        return cls(**curves)

    def along(self, shares: Sequence[float]) -> Floats:
        """Return the value of each axis at shares (T) of the piece, 0 to 1, as (T, axes)."""
        columns = []
        for name in AXES:
            values = getattr(self, name) or (0.0,)
            columns.append(np.interp(shares, np.linspace(0, 1, len(values)), values))
        return np.round(np.stack(columns, axis=-1), 2)

    def mean(self, axis: str) -> float:
        """Return an axis's mean over the piece."""
        at = np.linspace(0, 1, 101).tolist()
        return float(self.along(at)[:, AXES.index(axis)].mean())


def _curve(term: str) -> tuple[Axis, tuple[float, ...]]:
    """Return the axis that a term names and its values, those of the low end below 0."""
    match = _TERM.match(term)
    found = [axis for axis in axes() if match and match["word"] in (axis.low, axis.high)]
    if not match or not found:
        words = ", ".join(word for axis in axes() for word in (axis.low, axis.high))
        raise ValueError(f"there is no character {term!r}; write one of {words}, with =0.5 or =0..1 if wanted")
    try:
        values = [float(value) for value in (match["values"] or "1").split("..")]
    except ValueError:
        values = [-1.0]
    if not all(0 <= value <= 1 for value in values):
        raise ValueError(f"character {term!r}: values lie between 0 and 1, joined by two dots, such as =0..1")
    sign = 1.0 if match["word"] == found[0].high else -1.0
    return found[0], tuple(sign * value + 0.0 for value in values)


def shaded(preferences: Mapping[str, float], values: Sequence[float]) -> dict[str, float]:
    """Return a style's preferences as a character has them, of which each axis has this value.

    >>> shaded({"foreign": 0.5}, (0.5, 0.0, 0.0))
    {'foreign': 0.5, 'begins': -0.65}
    """
    found = dict(preferences)
    for axis, value in zip(axes(), values, strict=True):
        found |= {name: found[name] * factor**value for name, factor in axis.times.items() if name in found}
        found |= {name: found.get(name, 0.0) + value * nats for name, nats in axis.plus.items() if value}
    return found
