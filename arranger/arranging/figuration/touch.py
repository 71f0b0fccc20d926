"""Touch: the articulations and slurs of what instruments play."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from arranger.arranging.figuration.figuring import Sounding
from theory.notation.score import Bar, Note, Score
from theory.slices.texture import REST

SLURRED = "slurred"
LONGEST_STACCATO_QUARTERS = Fraction(1)
WIDEST_SLURRED = 4  # semitones
_SHORT_QUARTERS = Fraction(1)  # moving notes longer than this are not slurred together


def slurs_of(line: Sequence[Sounding]) -> list[tuple[bool, bool]]:
    """Return, for each note, whether a slur starts and whether one stops.

    A slur runs from a ``slurred`` note to the next note that is not, unless a rest or the same pitch comes between.
    """
    marks = [[False, False] for _ in line]
    open_at = -1
    for index, note in enumerate(line):
        sounds = note.midi != REST
        if open_at >= 0 and (not sounds or note.midi == line[index - 1].midi):
            _close(marks, open_at, index - 1)
            open_at = -1
        if open_at >= 0 and note.touch != SLURRED:
            _close(marks, open_at, index)
            open_at = -1
        elif open_at < 0 and sounds and note.touch == SLURRED:
            open_at = index
    if open_at >= 0:
        _close(marks, open_at, len(line) - 1)
    return [(start, stop) for start, stop in marks]


def _close(marks: list[list[bool]], start: int, stop: int) -> None:
    if stop > start:
        marks[start][0] = marks[stop][1] = True


def articulation_of(sounding: Sounding) -> tuple[str, ...]:
    """Return the articulation of a note: that of its stroke, but no staccato on a long note."""
    if sounding.touch in ("", SLURRED):
        return ()
    long = sounding.end_quarter - sounding.start_quarter > LONGEST_STACCATO_QUARTERS
    return ("tenuto",) if long and sounding.touch == "staccato" else (sounding.touch,)


def phrased(line: Sequence[Sounding], score: Score) -> list[Sounding]:
    """Return a line in which moving notes without a touch are bowed or tongued together within each half bar."""
    found = list(line)
    for index, (note, following) in enumerate(pairwise(line)):
        moves = 0 < abs(note.midi - following.midi) <= WIDEST_SLURRED
        if note.touch or REST in (note.midi, following.midi) or not moves:
            continue
        short = max(each.end_quarter - each.start_quarter for each in (note, following)) <= _SHORT_QUARTERS
        bar = score.bar_at(note.start_quarter)
        if short and not following.touch and _half(bar, note) == _half(bar, following):
            found[index] = replace(note, touch=SLURRED)
    return found


def _half(bar: Bar, note: Sounding) -> tuple[bool, int]:
    """Return the half bar in which a note begins; in triple time, the bar."""
    beats = bar.meter.quarters / bar.meter.beat_quarters
    span = bar.meter.quarters / 2 if beats % 2 == 0 else bar.meter.quarters
    return note.start_quarter < bar.end_quarter, int(bar.offset_in_meter(note.start_quarter) // span)


def with_touch(notes: Sequence[Note], line: Sequence[Sounding], number: int) -> Iterator[Note]:
    """Yield written notes with the articulations and slurs of the line that they were written from.

    Of a note that is tied over a bar line, the first piece has the articulation and the start of a slur.
    """
    starts = {note.start_quarter: index for index, note in enumerate(line) if note.midi != REST}
    ends = {note.end_quarter: index for index, note in enumerate(line) if note.midi != REST}
    slurs = slurs_of(line)
    for note in notes:
        if note.pitch is None:
            yield note
            continue
        first, last = starts.get(note.onset_quarter), ends.get(note.end_quarter)
        begins = first is not None and slurs[first][0]
        stops = last is not None and slurs[last][1]
        touch = articulation_of(line[first]) if first is not None else ()
        yield replace(
            note,
            articulations=(*touch, *note.articulations),
            slur_starts=(*note.slur_starts, *((number,) if begins else ())),
            slur_stops=(*note.slur_stops, *((number,) if stops else ())),
        )
