"""Base class of dataclasses that hold arrays or hundreds of notes: equality by value, and a repr of one short line.

The methods that `dataclasses` makes do neither: comparing two arrays gives an array, and the text of a score is longer
than the score. A subclass of `Value` is declared with ``@dataclass(frozen=True, eq=False, repr=False)`` to inherit
these methods.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

_SHORT = 60  # characters of a field


class Value:
    """Base of dataclasses that are equal if all their fields are equal, and that have a short repr.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, eq=False, repr=False)
    ... class Chord(Value):
    ...     midi: np.ndarray
    ...     names: tuple[str, ...] = ("C", "E", "G")
    >>> Chord(np.array([60, 64, 67])) == Chord(np.array([60, 64, 67])), Chord(np.array([60])) == Chord(np.array([62]))
    (True, False)
    >>> Chord(np.zeros((4, 16)))
    Chord(midi=float64 (4, 16), names=('C', 'E', 'G'))
    """

    __hash__ = None  # type: ignore[assignment]  # arrays have none

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(_same(getattr(self, each.name), getattr(other, each.name)) for each in _compared(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.in_short()})"

    def in_short(self) -> str:
        """Return the text between the parentheses of the repr: the fields; of long ones only the size."""
        return ", ".join(f"{each.name}={_shown(getattr(self, each.name))}" for each in _compared(self))


def _compared(value: Any) -> list[Any]:
    return [each for each in fields(value) if each.compare]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return bool(np.array_equal(one, other))
    if isinstance(one, tuple | list) and type(one) is type(other):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(one == other)


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    text = repr(value)
    if len(text) <= _SHORT:
        return text
    if isinstance(value, tuple | list | dict):
        return f"{len(value)} {'entries' if isinstance(value, dict) else 'items'}"
    return f"{text[:_SHORT]}..."
