"""The bars of a Humdrum text: its bar lines cut the time into segments with numbers, repeats and styles.

A bar line without a number that divides a bar (a repeat sign within a bar, a double line) makes two segments of one
bar, with one number. A text without bar lines is divided by its meter.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from arranger.formats import limits
from arranger.formats.reading.humdrum.barlines import BarMark, parse_bar_line
from arranger.formats.reading.humdrum.spines import Row
from arranger.formats.reading.staff import Lines
from theory.notation.score import Meter

_DEFAULT_METER = Meter(4, 4)


@dataclass
class Segment:
    """A bar, or a part of a bar that a sign divides."""

    start_quarter: Fraction
    end_quarter: Fraction
    number: str = ""
    continues: bool = False  # it has the number of the segment before
    lines: Lines = field(default_factory=Lines)

    @property
    def length_quarter(self) -> Fraction:
        """Its length in quarters."""
        return self.end_quarter - self.start_quarter


@dataclass(frozen=True)
class Cuts:
    """Where the time is cut: bar lines, and other times at which a segment must begin; and the meters by time."""

    marks: Mapping[Fraction, BarMark]
    others: frozenset[Fraction]
    meters: Mapping[Fraction, Meter]
    end_quarter: Fraction

    @cached_property
    def numbered(self) -> bool:
        """Whether any bar line has a number."""
        return any(mark.number for mark in self.marks.values())

    @cached_property
    def _changes(self) -> list[Fraction]:
        return sorted(self.meters)

    def meter_at(self, time: Fraction) -> Meter:
        """Return the meter that holds at a time."""
        index = bisect_right(self._changes, time)
        return self.meters[self._changes[index - 1]] if index else _DEFAULT_METER


def marks_of(rows: Sequence[Row], times: Sequence[Fraction]) -> dict[Fraction, BarMark]:
    """Return the bar lines by time; lines at the same time are one."""
    found: dict[Fraction, BarMark] = {}
    for row, time in zip(rows, times, strict=True):
        if row.is_bar_line:
            for text in dict.fromkeys(text for path, text in row.fields if path.kind == "kern"):
                mark = parse_bar_line(text)
                found[time] = found[time].merged(mark) if time in found else mark
    return found


def segments_of(cuts: Cuts) -> tuple[list[Segment], str]:
    """Return the segments in order, and a notice if there are no bar lines. Raises ValueError if they are too many."""
    inside = [time for time in cuts.marks if 0 < time < cuts.end_quarter]
    doubt = ""
    if not inside and cuts.end_quarter > cuts.meter_at(Fraction(0)).quarters:
        starts = list(_metered(cuts))
        doubt = f"there are no bar lines; the music is divided into bars of {cuts.meter_at(Fraction(0))}"
    else:
        starts = _barred(cuts)
    if len(starts) > limits.MAX_BARS:
        raise ValueError(f"more than {limits.MAX_BARS} bars")
    segments = [Segment(start, end) for start, end in pairwise([*starts, cuts.end_quarter])]
    _number(segments, cuts)
    for before, after in pairwise([None, *segments, None]):
        _draw(cuts.marks.get(after.start_quarter if after else cuts.end_quarter), before, after)
    return segments, doubt


def _metered(cuts: Cuts) -> Iterator[Fraction]:
    """Yield the starts of bars as long as the meter, and other cuts."""
    time = Fraction(0)
    changes = sorted(each for each in {*cuts.meters, *cuts.others} if 0 < each < cuts.end_quarter)
    for _ in range(limits.MAX_BARS + 1):
        if time >= cuts.end_quarter:
            return
        yield time
        following = time + cuts.meter_at(time).quarters
        change = bisect_right(changes, time)
        time = min([following, *changes[change : change + 1]])


def _barred(cuts: Cuts) -> list[Fraction]:
    """Return the starts of segments: bar lines, except those within a bar that neither number nor divide it."""
    starts = [Fraction(0)]
    for time in sorted({*cuts.marks, *cuts.others}):
        if not 0 < time < cuts.end_quarter:
            continue
        mark = cuts.marks.get(time)
        plain = mark is not None and cuts.numbered and not mark.number and not mark.divides and time not in cuts.others
        if plain and time - starts[-1] < cuts.meter_at(starts[-1]).quarters:
            continue
        starts.append(time)
    return starts


def _number(segments: Sequence[Segment], cuts: Cuts) -> None:
    """Give every segment its printed number; the second part of a divided bar has the number of the first."""
    printed = [mark.number if (mark := cuts.marks.get(each.start_quarter)) else "" for each in segments]
    following = _following(printed)
    start, count = Fraction(0), 0
    for index, segment in enumerate(segments):
        if printed[index]:
            count = number_in(printed[index])
        elif not index:
            pickup = segment.length_quarter < cuts.meter_at(Fraction(0)).quarters
            count = max(0, following[0] - 1) if following[0] is not None else 0 if pickup else 1
        else:
            full = segment.start_quarter - start >= cuts.meter_at(start).quarters
            segment.continues = _continues(segment, cuts, full, (count, following[index]))
            count += 0 if segment.continues else 1
        segment.number = printed[index] or str(count)
        start = start if segment.continues else segment.start_quarter


def _continues(segment: Segment, cuts: Cuts, full: bool, numbers: tuple[int, int | None]) -> bool:
    """Whether a segment without a number belongs to the bar before it; ``numbers`` are those before and after it."""
    mark = cuts.marks.get(segment.start_quarter)
    before, after = numbers
    if mark is None or (after is not None and after == before + 1):
        return mark is not None or not full
    if not cuts.numbered:
        return not full and mark.divides
    return not full


def _following(printed: Sequence[str]) -> list[int | None]:
    """Return for each segment the next number that is printed after it."""
    found: list[int | None] = []
    after: int | None = None
    for number in reversed(printed):
        found.append(after)
        after = number_in(number) if number else after
    return found[::-1]


def number_in(text: str) -> int:
    """Return the number in a printed bar number such as 12a."""
    match = re.match(r"\d+", text)
    return int(match[0]) if match else 0


def _draw(mark: BarMark | None, before: Segment | None, after: Segment | None) -> None:
    """Put the signs of a bar line on the segments at its sides."""
    if mark is None:
        return
    if before is not None:
        before.lines.repeat_end = 2 if mark.repeat_end else before.lines.repeat_end
        before.lines.right = mark.right or before.lines.right
    if after is not None:
        after.lines.repeat_start = mark.repeat_start or after.lines.repeat_start
        after.lines.left = mark.left or after.lines.left
