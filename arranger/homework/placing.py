"""Where an assignment lies in a student's score: which bar is which, which part has a given line, and in which key.

Bars are aligned by their content, so that a missing or an additional bar does not make all later bars wrong. A line
that stands in another octave or key is recognised, and everything else is judged in that key.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from theory.notation.beats import printed_bars, time_in_bar
from theory.notation.pitch import Interval, Pitch
from theory.notation.score import Bar, Note, Part, Score

UNISON = Interval(0, 0)
_GAP = 0.7  # cost of a missing or additional bar, where a bar with other notes costs 1
_ELSEWHERE, _SHIFTED = 0.75, 0.75  # what a line in an unexpected part, or in another octave or key, costs more
_SURE = 0.1  # share of wrong bars below which a line in its place needs no further search
_MOST_STRANGE = 0.6  # mean difference of the bars from which on the line is not taken to be there at all
_MOST_PAIRS = 40_000  # of bars that are compared; longer music is aligned by number
_SAME_CLASS, _SAME_RHYTHM = 0.6, 0.25  # how much a note in another octave, or with another pitch, is still the same

Tones = Mapping[Fraction, tuple[Pitch, ...]]  # offset in the full bar -> pitches that begin there


@dataclass(frozen=True)
class PrintedBar:
    """A bar as printed; repeat signs may have divided it."""

    number: str
    parts: tuple[tuple[Bar, Fraction], ...]  # with offsets, in quarters, in the full bar

    @property
    def start_quarter(self) -> Fraction:
        """Onset of the bar."""
        return self.parts[0][0].onset_quarter

    @property
    def end_quarter(self) -> Fraction:
        """End of the bar."""
        return self.parts[-1][0].end_quarter

    def offset(self, time_quarter: Fraction) -> Fraction:
        """Return the offset of a time in the full bar, in quarters."""
        bar, start = next(each for each in reversed(self.parts) if each[0].onset_quarter <= time_quarter)
        return start + time_quarter - bar.onset_quarter

    def time(self, offset: Fraction) -> Fraction:
        """Return the time of an offset in the full bar, at most the end of the bar."""
        return min(time_in_bar(self.parts, offset), self.end_quarter)


def bars_of(score: Score) -> tuple[PrintedBar, ...]:
    """Return the bars of a score as printed."""
    return tuple(PrintedBar(number, parts) for number, parts in printed_bars(score).items())


@dataclass(frozen=True)
class PlacedLine:
    """A given line and the part that has it."""

    given: int  # index of the part in the outline
    part: int  # index of the part in the student's score
    interval: Interval  # how much higher the student's line is
    strangeness: float = 0.0  # mean difference, 0 to 1, of its bars from the given ones

    @property
    def is_strange(self) -> bool:
        """Whether hardly anything of the line is there."""
        return self.strangeness > _MOST_STRANGE


@dataclass(frozen=True)
class Placement:
    """How an assignment lies in a score."""

    outline: Score
    score: Score
    bars: tuple[int | None, ...]  # for each printed bar of the outline the index of the score's; None: it is missing
    lines: tuple[PlacedLine, ...] = field(default=())

    @cached_property
    def asked_bars(self) -> tuple[PrintedBar, ...]:
        """The printed bars of the outline."""
        return bars_of(self.outline)

    @cached_property
    def score_bars(self) -> tuple[PrintedBar, ...]:
        """The printed bars of the score."""
        return bars_of(self.score)

    @property
    def interval(self) -> Interval:
        """How much higher than asked the music is, without octaves."""
        first = self.lines[0].interval if self.lines else UNISON
        return Interval(first.steps % 7, first.semitones % 12)

    @property
    def additional(self) -> list[PrintedBar]:
        """The bars of the score that the assignment does not have."""
        placed = set(self.bars)
        return [bar for index, bar in enumerate(self.score_bars) if index not in placed]

    def asked_bar(self, time_quarter: Fraction) -> int:
        """Return the index of the outline's printed bar at a time of the outline."""
        return max(0, bisect_right(self._starts, time_quarter) - 1)

    @cached_property
    def _starts(self) -> list[Fraction]:
        return [bar.start_quarter for bar in self.asked_bars]

    def bar_at(self, time_quarter: Fraction) -> PrintedBar | None:
        """Return the score's bar for a time of the outline, None if it is missing."""
        found = self.bars[self.asked_bar(time_quarter)]
        return None if found is None else self.score_bars[found]

    def span(self, start_quarter: Fraction, end_quarter: Fraction) -> tuple[Fraction, Fraction] | None:
        """Return a time span of the outline in times of the score, None if its first bar is missing.

        A span over a missing bar ends before it.
        """
        first = self.bar_at(start_quarter)
        if first is None:
            return None
        start = first.time(self.asked_bars[self.asked_bar(start_quarter)].offset(start_quarter))
        end = start
        for index in range(self.asked_bar(start_quarter), len(self.asked_bars)):
            asked, place = self.asked_bars[index], self.bars[index]
            if asked.start_quarter >= end_quarter or place is None:
                break
            found = self.score_bars[place]
            goes_on = end_quarter > asked.end_quarter
            end = found.end_quarter if goes_on else found.time(asked.offset(end_quarter))
        return (start, end) if start < end else None

    def given_parts(self) -> dict[str, Part]:
        """Return the given lines with times and pitches of the score, by the name of the student's part."""
        return {
            self.score.parts[line.part].name: replace(
                self.outline.parts[line.given],
                notes=tuple(self._placed(self.outline.parts[line.given].notes, line.interval)),
            )
            for line in self.lines
            if not line.is_strange
        }

    def _placed(self, notes: Sequence[Note], interval: Interval) -> Iterator[Note]:
        for note in notes:
            span = self.span(note.onset_quarter, note.end_quarter)
            if span is not None:
                yield replace(note.up(interval), onset_quarter=span[0], duration_quarter=span[1] - span[0])


def placed(outline: Score, roles: Sequence[str], score: Score) -> Placement:
    """Return how an assignment lies in a score."""
    asked, found = bars_of(outline), bars_of(score)
    lines: list[PlacedLine] = []
    bars: tuple[int | None, ...] = ()
    for given, role in enumerate(roles):
        taken = {line.part for line in lines}
        line, own = _best(outline.parts[given], (given, role), score, (asked, found), taken)
        lines.append(line)
        if not bars or line.strangeness < min(each.strangeness for each in lines[:-1]):
            bars = own
    if not bars or all(line.is_strange for line in lines):
        bars = tuple(index if index < len(found) else None for index in range(len(asked)))
    return Placement(outline, score, bars, tuple(lines))


Bars = tuple[Sequence[PrintedBar], Sequence[PrintedBar]]  # of the outline and of the score


def _best(
    given: Part, who: tuple[int, str], score: Score, bars: Bars, taken: set[int]
) -> tuple[PlacedLine, tuple[int | None, ...]]:
    """Return the part that has a given line, and the alignment of the bars."""
    index, role = who
    asked = _contents(given, bars[0])
    expected = expected_part(role, index, score)
    found: list[tuple[float, int, PlacedLine, tuple[int | None, ...]]] = []
    for number, part in sorted(enumerate(score.parts), key=lambda each: each[0] != expected):
        if number in taken and len(score.parts) > len(taken):
            continue
        content = _contents(part, bars[1])
        for interval in _intervals(asked, content):
            moved = [_up(each, interval) for each in asked]
            cost, aligned = _aligned(moved, content)
            line = PlacedLine(index, number, interval, _strangeness(moved, content, aligned))
            extra = _SHIFTED * (interval != UNISON) + _ELSEWHERE * (expected not in (None, number))
            found.append((cost + extra, number, line, aligned))
            if not extra and cost < _SURE * len(asked):
                return line, aligned
    _, _, line, aligned = min(found, key=lambda each: each[:2])
    return line, aligned


def _strangeness(asked: Sequence[Tones], found: Sequence[Tones], aligned: Sequence[int | None]) -> float:
    """Return the mean difference of aligned bars, 1 if none is aligned."""
    pairs = [(tones, found[place]) for tones, place in zip(asked, aligned, strict=True) if place is not None and tones]
    return sum(_difference(*pair) for pair in pairs) / len(pairs) if pairs else 1.0


def expected_part(role: str, index: int, score: Score) -> int | None:
    """Return the index of the part in which a given line is expected, None if it may be any."""
    sounding = [number for number, part in enumerate(score.parts) if part.columns.middle is not None]
    order = sorted(sounding, key=lambda number: -(score.parts[number].columns.middle or 0))
    if role == "score":
        return index if index < len(score.parts) else None
    places = {"soprano": 0, "bass": -1, **({"alto": 1, "tenor": 2} if len(order) == 4 else {})}
    return order[places[role]] if role in places and order else None


def _contents(part: Part, bars: Sequence[PrintedBar]) -> list[Tones]:
    """Return the tones that begin in each bar; a part may play several together."""
    notes = [note for note in part.notes if note.pitch and note.grace is None and not note.tie_stop]
    notes.sort(key=_onset)
    found: list[Tones] = []
    for bar in bars:
        inside = notes[slice(*(bisect_left(notes, time, key=_onset) for time in (bar.start_quarter, bar.end_quarter)))]
        tones: dict[Fraction, tuple[Pitch, ...]] = {}
        for note in inside:
            offset = bar.offset(note.onset_quarter)
            tones[offset] = (*tones.get(offset, ()), *([note.pitch] if note.pitch else []))
        found.append(tones)
    return found


def _onset(note: Note) -> Fraction:
    return note.onset_quarter


def _up(tones: Tones, interval: Interval) -> Tones:
    return {offset: tuple(pitch.up(interval) for pitch in pitches) for offset, pitches in tones.items()}


def _intervals(asked: Sequence[Tones], found: Sequence[Tones]) -> list[Interval]:
    """Return the transpositions to try: octaves, and those that make the first or the last notes the same."""
    octaves = [Interval(7 * number, 12 * number) for number in (0, -1, 1, -2, 2)]
    one, other = ([tones[offset] for tones in line for offset in sorted(tones)] for line in (asked, found))
    ends = [Interval.between(one[end][0], pitch) for end in (0, -1) for pitch in other[end]] if one and other else []
    return list(dict.fromkeys((*octaves, *ends)))


def _aligned(asked: Sequence[Tones], found: Sequence[Tones]) -> tuple[float, tuple[int | None, ...]]:
    """Return the least cost of aligning bars, and the index of the bar found for each bar asked."""
    if len(asked) * len(found) > _MOST_PAIRS:
        return float(len(asked)), tuple(index if index < len(found) else None for index in range(len(asked)))
    differences = [[_difference(tones, others) for others in found] for tones in asked]
    costs = [[_GAP * (row + column) for column in range(len(found) + 1)] for row in range(len(asked) + 1)]
    for row in range(1, len(asked) + 1):
        for column in range(1, len(found) + 1):
            costs[row][column] = min(
                costs[row - 1][column - 1] + differences[row - 1][column - 1],
                costs[row - 1][column] + _GAP,
                costs[row][column - 1] + _GAP,
            )
    return costs[-1][-1], _traced(costs, differences)


def _traced(costs: Sequence[Sequence[float]], differences: Sequence[Sequence[float]]) -> tuple[int | None, ...]:
    """Return the index of the bar found for each bar asked, on the cheapest way through the costs."""
    row, column = len(costs) - 1, len(costs[0]) - 1
    aligned: list[int | None] = [None] * row
    while row and column:
        if costs[row][column] == costs[row - 1][column - 1] + differences[row - 1][column - 1]:
            row, column = row - 1, column - 1
            aligned[row] = column
        elif costs[row][column] == costs[row - 1][column] + _GAP:
            row -= 1
        else:
            column -= 1
    return tuple(aligned)


def _difference(asked: Tones, found: Tones) -> float:
    """Return how different two bars are, 0 to 1."""
    most = max(len(asked), len(found))
    if not most:
        return 0.0
    same = sum(_likeness(pitches[0], found.get(offset, ())) for offset, pitches in asked.items())
    return 1 - same / most


def _likeness(asked: Pitch, found: Sequence[Pitch]) -> float:
    """Return how much of a given note is there, 0 to 1, among the notes that begin with it."""
    if not found:
        return 0.0
    if any(pitch.midi == asked.midi for pitch in found):
        return 1.0
    return _SAME_CLASS if any(not (pitch.midi - asked.midi) % 12 for pitch in found) else _SAME_RHYTHM
