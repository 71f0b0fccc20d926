"""Bars that something divides: a key or time signature, or a repeat sign, that stands within the bar.

A bar of the score has one key, one meter, and repeats only at its ends. A bar that is divided therefore becomes two
bars, in all parts; the second one has the same number and is implicit, as where a repeat divides a bar on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from theory.notation.score import Direction, Harmony, Meter, Note

if TYPE_CHECKING:
    from arranger.formats.reading.staff import Lines, Measure

T = TypeVar("T", Harmony, Direction)


@dataclass
class Turn:
    """What takes effect within a measure, at an onset in quarters from its start."""

    onset_quarter: Fraction
    meter: Meter | None = None
    key: tuple[int, str | None] | None = None
    before: Lines | None = None  # repeat and ending that close the music before the onset
    after: Lines | None = None  # repeat and ending that open the music after it


@dataclass
class _Row:
    """The measures of all parts at one bar."""

    measures: list[Measure]
    following: list[Measure | None]
    length: Fraction = field(init=False)

    def __post_init__(self) -> None:
        self.length = max(measure.length_quarter for measure in self.measures)


def divide_bars(parts: Sequence[list[Measure]]) -> None:
    """Divide the measures of all parts, in place, wherever any part has a turn within the bar."""
    if not any(measure.turns for part in parts for measure in part):
        return
    divided: list[list[Measure]] = [[] for _ in parts]
    for index in range(max(map(len, parts))):
        here = [part for part in parts if index < len(part)]
        row = _Row(
            [part[index] for part in here], [part[index + 1] if index + 1 < len(part) else None for part in here]
        )
        _to_edges(row)
        cuts = sorted({turn.onset_quarter for measure in row.measures for turn in measure.turns})
        for part, done in zip(parts, divided, strict=True):
            if index < len(part):
                done += _divided(part[index], [Fraction(0), *cuts, row.length])
    for part, done in zip(parts, divided, strict=True):
        part[:] = done


def _to_edges(row: _Row) -> None:
    """Give turns at the start or the end of the bar to the bar itself or to the next one."""
    for measure, following in zip(row.measures, row.following, strict=True):
        for turn in list(measure.turns):
            if 0 < turn.onset_quarter < row.length:
                continue
            measure.turns.remove(turn)
            target = following if turn.onset_quarter else measure
            if target is not None:
                target.key, target.meter = target.key or turn.key, target.meter or turn.meter
            _lines_to_edges(measure, turn)


def _lines_to_edges(measure: Measure, turn: Turn) -> None:
    """Give the repeats of a turn at an edge to the bar lines there."""
    lines = measure.lines
    closes = turn.before.repeat_end if turn.before else 0
    opens = turn.after is not None and turn.after.repeat_start
    if turn.onset_quarter:
        lines.repeat_end, lines.repeat_after = lines.repeat_end or closes, lines.repeat_after or opens
    else:
        lines.ends_before, lines.repeat_start = lines.ends_before or closes, lines.repeat_start or opens


def _divided(measure: Measure, edges: Sequence[Fraction]) -> list[Measure]:
    """Return the pieces of a measure between the edges; the measure itself if there is one piece."""
    if len(edges) == 2:
        return [measure]
    pieces = [_piece(measure, start, end, is_last=end == edges[-1]) for start, end in pairwise(edges)]
    first, last = pieces[0], pieces[-1]
    first.meter, first.key, first.implicit, first.divided = measure.meter, measure.key, measure.implicit, True
    lines = measure.lines
    first.lines.repeat_start, first.lines.ends_before = lines.repeat_start, lines.ends_before
    first.lines.volta_start, first.lines.left = lines.volta_start, lines.left
    last.lines.repeat_end, last.lines.repeat_after = lines.repeat_end, lines.repeat_after
    last.lines.volta_stop, last.lines.right = lines.volta_stop, lines.right
    for turn in measure.turns:
        index = edges.index(turn.onset_quarter)
        _apply(turn, pieces[index - 1], pieces[index])
    return pieces


def _apply(turn: Turn, before: Measure, after: Measure) -> None:
    """Let a turn take effect between two pieces."""
    after.meter, after.key = turn.meter or after.meter, turn.key or after.key
    if turn.before is not None:
        before.lines.repeat_end = turn.before.repeat_end or before.lines.repeat_end
        before.lines.volta_stop = turn.before.volta_stop or before.lines.volta_stop
        before.lines.right = turn.before.right or before.lines.right
    if turn.after is not None:
        after.lines.repeat_start = turn.after.repeat_start or after.lines.repeat_start
        after.lines.volta_start = turn.after.volta_start or after.lines.volta_start
        after.lines.left = turn.after.left or after.lines.left


def _piece(measure: Measure, start: Fraction, end: Fraction, *, is_last: bool) -> Measure:
    """Return the notes and signs of a measure from start to end, as an implicit measure."""
    length = max(Fraction(0), min(measure.length_quarter, end) - start)
    notes = {
        staff: [cut for note in each if (cut := _cut(note, start, end, is_last=is_last))]
        for staff, each in measure.notes.items()
    }
    piece = replace(measure, implicit=True, length_quarter=length, meter=None, key=None, notes=notes, turns=[])
    piece.lines = type(measure.lines)()
    piece.harmonies = _within(measure.harmonies, start, end, is_last=is_last)
    piece.directions = _within(measure.directions, start, end, is_last=is_last)
    return piece


def _within(items: Sequence[T], start: Fraction, end: Fraction, *, is_last: bool) -> list[T]:
    """Return chord symbols or directions from start to end, with onsets from the start."""
    inside = (item for item in items if start <= item.onset_quarter and (is_last or item.onset_quarter < end))
    return [replace(item, onset_quarter=item.onset_quarter - start) for item in inside]


def _cut(note: Note, start: Fraction, end: Fraction, *, is_last: bool) -> Note | None:
    """Return the part of a note from start to end, tied to its other parts; None if nothing of it is there."""
    onset = note.onset_quarter
    if note.grace is not None or not note.duration_quarter:
        inside = start <= onset and (is_last or onset < end)
        return replace(note, onset_quarter=onset - start) if inside else None
    first, last = max(onset, start), note.end_quarter if is_last else min(note.end_quarter, end)
    if first >= last:
        return None
    begins, ends, sounds = first == onset, last == note.end_quarter, note.pitch is not None
    if begins and ends:
        return replace(note, onset_quarter=onset - start)
    return replace(
        note,
        onset_quarter=first - start,
        duration_quarter=last - first,
        tie_stop=note.tie_stop if begins else sounds,
        tie_start=note.tie_start if ends else sounds,
        lyrics=note.lyrics if begins else (),
        notation=None,
        articulations=note.articulations if begins else (),
        ornaments=note.ornaments if begins else (),
        fermata=note.fermata and ends,
        slur_starts=note.slur_starts if begins else (),
        slur_stops=note.slur_stops if ends else (),
    )
