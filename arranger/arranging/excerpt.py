"""A passage of a score as a score of its own, for ``arranger excerpt`` and ``arranger arrange --only-bars``.

Bars keep their printed numbers, meters and keys; times start from 0. The chord symbol, tempo and dynamic in force at
the beginning of the passage are written there. Ties, slurs and hairpins that cross its edges are dropped. Repeats,
endings and jumps are kept if they repeat something within the passage and lead from bar to bar as in the whole piece;
otherwise all of them are dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from theory.notation.beats import BAR_RANGE
from theory.notation.score import Bar, BarLine, Direction, Harmony, LeadSheet, Note, Notice, Part, Score
from theory.notation.unfold import ROADMAP, bar_of, playing_order

_FINAL: BarLine = "light-heavy"
_IN_FORCE = ("tempo", "dynamic")  # until the next of its kind
_Timed = TypeVar("_Timed", Bar, Note, Harmony, Direction)


def excerpt(sheet: LeadSheet, bars: str) -> LeadSheet:
    """Return the bars of a sheet with these printed numbers, such as "9-12" or "9", as a sheet.

    Raises ValueError if the range cannot be read or the sheet has no such bars.
    """
    score = sheet.score
    passage = _passage(score.bars, bars)
    cut = replace(
        score,
        bars=_renewed(score.bars, passage),
        parts=tuple(replace(part, notes=_notes(part, passage)) for part in score.parts),
        chords=tuple(_chords(score.chords, passage)),
        directions=tuple(_directions(score.directions, score.bars, passage)),
    )
    notices = tuple(_notices(sheet.notices, passage))
    plain = _straight_through(cut)
    if plain != cut and not _repeats_as_in(score, cut, passage):
        notices += (Notice(f"repeats, endings and jumps that lead out of bars {bars} are left out"),)
        cut = plain
    return replace(sheet, score=_ended(cut), notices=notices)


@dataclass(frozen=True)
class _Passage:
    first: int  # index of a bar
    last: int
    start_quarter: Fraction
    end_quarter: Fraction

    def holds(self, onset_quarter: Fraction) -> bool:
        return self.start_quarter <= onset_quarter < self.end_quarter

    def moved(self, each: _Timed) -> _Timed:
        """Return an item of the piece with its time counted from the beginning of the passage."""
        return replace(each, onset_quarter=each.onset_quarter - self.start_quarter)


def _passage(bars: Sequence[Bar], wanted: str) -> _Passage:
    match = BAR_RANGE.fullmatch(wanted.strip())
    if match is None:
        raise ValueError(f"bars are given as 9-12 or 9, not {wanted!r}")
    first, last = (_place(bars, number) for number in (match[1], match[2] or match[1]))
    if last < first:
        raise ValueError(f"bars {wanted}: the last comes before the first")
    return _Passage(first, last, bars[first].onset_quarter, bars[last].end_quarter)


def _place(bars: Sequence[Bar], number: str) -> int:
    index = next((index for index, bar in enumerate(bars) if bar.number == number), None)
    if index is None:
        raise ValueError(f"there is no bar {number}; the bars are {bars[0].number} to {bars[-1].number}")
    return index


def _renewed(bars: Sequence[Bar], passage: _Passage) -> tuple[Bar, ...]:
    inside = bars[passage.first : passage.last + 1]
    first, *others = (replace(passage.moved(bar), index=index) for index, bar in enumerate(inside))
    return replace(first, shows_key=True, shows_meter=True), *others


def _repeats_as_in(whole: Score, cut: Score, passage: _Passage) -> bool:
    """Whether the passage repeats something, ends with its last bar, and has no succession of bars unlike the piece."""
    alone = [index + passage.first for index in playing_order(cut.bars, cut.directions)]
    in_the_piece = set(pairwise(playing_order(whole.bars, whole.directions)))
    return len(alone) > len(cut.bars) and alone[-1] == passage.last and set(pairwise(alone)) <= in_the_piece


def _straight_through(score: Score) -> Score:
    """Return a score without repeats, endings and jumps."""
    bars = tuple(
        replace(
            bar,
            repeat_start=False,
            repeat_end=0,
            volta=(),
            volta_start=False,
            volta_stop=None,
            left_line=None if bar.repeat_start else bar.left_line,
            right_line=None if bar.repeat_end else bar.right_line,
        )
        for bar in score.bars
    )
    return replace(score, bars=bars, directions=tuple(each for each in score.directions if each.kind not in ROADMAP))


def _ended(score: Score) -> Score:
    """Return a score with a final bar line, unless its last bar has a line of its own."""
    last = score.bars[-1]
    return replace(score, bars=(*score.bars[:-1], replace(last, right_line=last.right_line or _FINAL)))


def _notes(part: Part, passage: _Passage) -> tuple[Note, ...]:
    inside = [
        replace(
            passage.moved(note),
            tie_stop=note.tie_stop and note.onset_quarter > passage.start_quarter,
            tie_start=note.tie_start and note.end_quarter < passage.end_quarter,
        )
        for note in part.notes
        if passage.holds(note.onset_quarter)
    ]
    return tuple(whole_slurs(inside))


def whole_slurs(notes: Sequence[Note]) -> Iterator[Note]:
    """Yield the notes with only those slurs that begin and end among them."""
    begun: dict[int, int] = {}  # slur number: index of the note where it begins
    starts: set[tuple[int, int]] = set()
    stops: set[tuple[int, int]] = set()
    for index, note in enumerate(notes):
        for number in note.slur_stops:
            if number in begun:
                starts.add((begun.pop(number), number))
                stops.add((index, number))
        begun |= dict.fromkeys(note.slur_starts, index)
    for index, note in enumerate(notes):
        yield replace(
            note,
            slur_starts=tuple(number for number in note.slur_starts if (index, number) in starts),
            slur_stops=tuple(number for number in note.slur_stops if (index, number) in stops),
        )


def _chords(chords: Sequence[Harmony], passage: _Passage) -> Iterator[Harmony]:
    before = [chord for chord in chords if chord.onset_quarter < passage.start_quarter]
    inside = [chord for chord in chords if passage.holds(chord.onset_quarter)]
    if before and not (inside and inside[0].onset_quarter == passage.start_quarter):
        yield replace(before[-1], onset_quarter=Fraction(0))
    yield from map(passage.moved, inside)


def _directions(directions: Sequence[Direction], bars: Sequence[Bar], passage: _Passage) -> Iterator[Direction]:
    in_bar = [bar_of(direction, bars) for direction in directions]
    inside = [each for each, bar in zip(directions, in_bar, strict=True) if passage.first <= bar <= passage.last]
    before = [each for each, bar in zip(directions, in_bar, strict=True) if bar < passage.first]
    for kind in _IN_FORCE:
        again = any(each.kind == kind and each.onset_quarter == passage.start_quarter for each in inside)
        held = [each for each in before if each.kind == kind]
        if held and not again:
            yield replace(held[-1], onset_quarter=Fraction(0))
    yield from map(passage.moved, _whole_hairpins(inside))


def _whole_hairpins(directions: Sequence[Direction]) -> list[Direction]:
    """Return the directions without those hairpins whose beginning or end is missing."""
    kept: set[int] = set()
    opened: int | None = None
    for index, each in enumerate(directions):
        if each.kind != "wedge":
            kept.add(index)
        elif each.value != "stop":
            opened = index
        elif opened is not None:
            kept |= {opened, index}
            opened = None
    return [each for index, each in enumerate(directions) if index in kept]


def _notices(notices: Iterable[Notice], passage: _Passage) -> Iterator[Notice]:
    for notice in notices:
        if notice.onset_quarter is None:
            yield notice
        elif passage.holds(notice.onset_quarter):
            yield replace(notice, onset_quarter=notice.onset_quarter - passage.start_quarter)
