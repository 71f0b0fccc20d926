"""Humdrum **kern -> staves, read by music21 and converted by `theory.music21_bridge`."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from arranger.formats import limits
from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.staff import Heading, Lines, Measure, Sheet, Staff
from theory.notation.score import Bar, Direction, Harmony, Note, Part, Score

T = TypeVar("T", Note, Direction, Harmony)


def parse_humdrum(text: str, source: str) -> Sheet:
    """Return the spines of a **kern text as staves. Raises ReadError if it cannot be read."""
    if "**kern" not in text:
        raise ReadError(source, "no **kern spine in the file; is it the right file?")
    if len(text) > limits.MAX_TEXT_CHARACTERS:
        raise ReadError(
            source, f"more than {limits.MAX_TEXT_CHARACTERS} characters, too long for a score; is it the right file?"
        )
    return sheet_of(_parse(text, source))


def _parse(text: str, source: str) -> Score:
    from music21 import converter

    from theory.music21_bridge.reading import from_music21

    try:
        return from_music21(converter.parse(text, format="humdrum"))
    except Exception:  # noqa: BLE001 - music21 raises anything on text that is not Humdrum
        raise ReadError(source, "the Humdrum cannot be read; check its spines and bar lines") from None


def sheet_of(score: Score) -> Sheet:
    """Return a score as staves, in the order of its parts."""
    staves = [
        Staff(replace(part, notes=()), [_measure(score, part, bar, signs=index == 0) for bar in score.bars])
        for index, part in enumerate(score.parts)
    ]
    return Sheet(staves, Heading(score.title, score.creators, score.rights))


def _measure(score: Score, part: Part, bar: Bar, *, signs: bool) -> Measure:
    """Return one bar of one part; with ``signs`` also the chord symbols and directions, which go to the first part."""
    measure = Measure(bar.number, bar.implicit, bar.length_quarter)
    measure.meter = bar.meter if bar.shows_meter or not bar.index else None
    measure.key = (bar.key.fifths, bar.key.mode) if bar.shows_key or not bar.index else None
    measure.notes["1"] = _inside(part.notes, bar)
    if signs:
        measure.harmonies, measure.directions = _inside(score.chords, bar), _inside(score.directions, bar)
    measure.lines = Lines(
        repeat_start=bar.repeat_start,
        repeat_end=bar.repeat_end,
        volta_start=bar.volta if bar.volta_start else (),
        volta_stop=bar.volta_stop,
        left=bar.left_line,
        right=bar.right_line,
    )
    return measure


def _inside(items: tuple[T, ...], bar: Bar) -> list[T]:
    """Return the items in a bar, with onsets relative to the bar."""
    end: Fraction = bar.end_quarter
    return [
        replace(item, onset_quarter=item.onset_quarter - bar.onset_quarter)
        for item in items
        if bar.onset_quarter <= item.onset_quarter < end
    ]
