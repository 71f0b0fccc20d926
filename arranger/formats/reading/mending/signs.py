"""Signs of a bar: chord symbols, directions and endings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from arranger.formats import limits
from arranger.formats.reading.mending.values import Doubt
from arranger.formats.reading.staff import Lines, Measure
from arranger.formats.reading.texts import clean
from theory.notation.durations import TYPE_QUARTERS
from theory.notation.score import Direction, Harmony

_PLACEMENTS = ("above", "below")


def mend_signs(measure: Measure, doubt: Doubt) -> None:
    """Mend chord symbols, directions and endings of a measure in place; those without a meaning are left out."""
    if len(measure.harmonies) + len(measure.directions) > limits.MAX_SIGNS:
        raise ValueError(f"more than {limits.MAX_SIGNS} chord symbols and directions in one bar")
    measure.harmonies = [harmony for each in measure.harmonies if (harmony := _harmony(each, doubt)) is not None]
    measure.directions = [
        direction for each in measure.directions if (direction := _direction(each, doubt)) is not None
    ]
    _mend_endings(measure.lines, doubt)


def _harmony(harmony: Harmony, doubt: Doubt) -> Harmony | None:
    symbol = harmony.symbol
    if any(tone is not None and abs(tone.alter) > limits.MAX_ALTER for tone in (symbol.root, symbol.bass)):
        doubt(f"a chord symbol whose root or bass has more than {limits.MAX_ALTER} accidentals is left out")
        return None
    text = clean(symbol.text)
    return harmony if text == symbol.text else replace(harmony, symbol=replace(symbol, text=text))


def _direction(direction: Direction, doubt: Doubt) -> Direction | None:
    """Return a direction with clean text and a possible place and tempo, None if nothing is left of it."""
    text, value = clean(direction.text), clean(direction.value)
    if text != direction.text:
        doubt(f"the words '{text}' had control characters, which are left out")
    if direction.kind == "tempo":
        value = _tempo(direction, value, doubt)
    if direction.kind in ("tempo", "words", "dynamic", "rehearsal") and not (text or value):
        return None
    placement = direction.placement
    if placement not in _PLACEMENTS:
        doubt(f"the place '{clean(placement)}' of a direction is neither above nor below; it is put above")
        placement = "above"
    known = (text, value, placement) == (direction.text, direction.value, direction.placement)
    return direction if known else replace(direction, text=text, value=value, placement=placement)


def _tempo(direction: Direction, value: str, doubt: Doubt) -> str:
    """Return the tempo in quarters per minute; empty if it is impossible."""
    if not value:
        return ""
    drawable = direction.beat_unit in TYPE_QUARTERS and direction.beat_dots <= limits.MAX_DOTS
    if drawable and 0 < _number(value) <= limits.MAX_TEMPO:
        return value
    doubt(f"a tempo of {value[:20]} quarters per minute is impossible, at most {limits.MAX_TEMPO}; it is left out")
    return ""


def _number(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


def _mend_endings(lines: Lines, doubt: Doubt) -> None:
    kept = _possible(lines.volta_start)
    if kept != lines.volta_start:
        shown = ", ".join(map(str, lines.volta_start))
        kept = kept or (1,)
        doubt(f"endings are numbered 1 to {limits.MAX_ENDING}; the ending '{shown}' is read as {kept[0]}")
        lines.volta_start = kept


def _possible(numbers: Sequence[int]) -> tuple[int, ...]:
    return tuple(number for number in numbers if 1 <= number <= limits.MAX_ENDING)
