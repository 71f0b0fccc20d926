"""Dividing a tune that is written without bar lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from arranger.formats import limits
from arranger.formats.reading.abc.marks import drawing_of
from arranger.formats.reading.staff import Measure
from theory.notation.score import Note


def divided(measure: Measure, ends: Sequence[Fraction]) -> list[Measure]:
    """Return a measure as several that end at these times, in quarters; the last is its own end.

    A note over a division becomes tied notes. Raises ValueError if one would be too long.
    """
    if max(end - start for start, end in pairwise([Fraction(0), *ends])) > limits.MAX_BAR_QUARTERS:
        raise ValueError("this bar is far too long; are its bar lines missing?")
    starts = [Fraction(0), *ends[:-1]]
    found = [Measure("", length_quarter=end - start) for start, end in zip(starts, ends, strict=True)]
    found[0].meter, found[0].key = measure.meter, measure.key
    for staff, notes in measure.notes.items():
        for note in notes:
            _place(note, staff, found, starts)
    for harmony in measure.harmonies:
        bar = bisect_right(starts, harmony.onset_quarter) - 1
        found[bar].harmonies.append(replace(harmony, onset_quarter=harmony.onset_quarter - starts[bar]))
    for direction in measure.directions:
        bar = bisect_right(starts, direction.onset_quarter) - 1
        found[bar].directions.append(replace(direction, onset_quarter=direction.onset_quarter - starts[bar]))
    lines = measure.lines
    found[0].lines.repeat_start, found[0].lines.left = lines.repeat_start, lines.left
    found[0].lines.volta_start = lines.volta_start
    found[-1].lines.repeat_end, found[-1].lines.right = lines.repeat_end, lines.right
    found[-1].lines.volta_stop = lines.volta_stop
    return found


def _place(note: Note, staff: str, bars: Sequence[Measure], starts: Sequence[Fraction]) -> None:
    """Add a note to the bars in which it sounds."""
    bar = bisect_right(starts, note.onset_quarter) - 1
    rest = replace(note, onset_quarter=note.onset_quarter - starts[bar])
    while bar + 1 < len(bars) and rest.onset_quarter + rest.duration_quarter > bars[bar].length_quarter:
        first, rest = _tied(rest, bars[bar].length_quarter - rest.onset_quarter)
        bars[bar].notes.setdefault(staff, []).append(first)
        bar += 1
    bars[bar].notes.setdefault(staff, []).append(rest)


def _tied(note: Note, length: Fraction) -> tuple[Note, Note]:
    """Return a note as two tied ones, the first of a length in quarters."""
    rest, sounds = note.duration_quarter - length, note.pitch is not None
    first = replace(
        note,
        duration_quarter=length,
        tie_start=sounds,
        notation=drawing_of(length, None),
        fermata=False,
        slur_stops=(),
    )
    then = replace(
        note,
        onset_quarter=Fraction(0),
        duration_quarter=rest,
        tie_stop=sounds,
        notation=drawing_of(rest, None),
        lyrics=(),
        articulations=(),
        ornaments=(),
        slur_starts=(),
    )
    return first, then
