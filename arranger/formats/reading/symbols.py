"""Chord symbols of a song: those of all its parts, since the symbols may move from one part to another."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from arranger.formats.reading.staff import Measure, Staff
from theory.notation.score import Harmony

_SAME_PLACE = Fraction(1, 2)  # quarters; equal symbols of two parts that are nearer than this are one


def merged_symbols(staves: Sequence[Staff]) -> tuple[list[list[Harmony]], list[tuple[str, str]]]:
    """Return the chord symbols of each bar, and notices, as (bar, message), about parts that contradict each other.

    Where two parts have symbols at the same place, those of the first staff are taken.
    """
    columns = [staff for staff in _one_per_part(staves) if staff.has_chords]
    merged: list[list[Harmony]] = []
    doubts: list[tuple[str, str]] = []
    for index in range(max((len(staff.measures) for staff in columns), default=0)):
        found: list[Harmony] = []
        for staff in columns:
            measure = staff.measures[index] if index < len(staff.measures) else Measure("")
            new, contrary = _new_symbols(measure.harmonies, found)
            doubts += [(measure.number, _contradiction(each, other)) for each, other in contrary]
            found = [*found, *new]
        merged.append(sorted(found, key=lambda harmony: harmony.onset_quarter))
    return merged, doubts


def _one_per_part(staves: Sequence[Staff]) -> list[Staff]:
    return list({id(staff.measures): staff for staff in staves}.values())


def _new_symbols(
    symbols: Sequence[Harmony], found: Sequence[Harmony]
) -> tuple[list[Harmony], list[tuple[Harmony, Harmony]]]:
    """Return the symbols of one part that earlier parts do not have, and those that contradict (symbol, other)."""
    new, contrary = [], []
    for each in symbols:
        same = [other for other in found if other.symbol.figure == each.symbol.figure]
        if any(abs(other.onset_quarter - each.onset_quarter) < _SAME_PLACE for other in same):
            continue
        there = [other for other in found if other.onset_quarter == each.onset_quarter]
        if there:
            contrary.append((each, there[0]))
        else:
            new.append(each)
    return new, contrary


def _contradiction(symbol: Harmony, other: Harmony) -> str:
    return f"two parts have chord symbols here, '{other.symbol}' and '{symbol.symbol}'; '{other.symbol}' is followed"
