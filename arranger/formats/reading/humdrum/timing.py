"""The times of all lines, from the lengths of the notes in them.

A note begins where the one before it in its voice ends. A line in which no voice begins a note, such as a chord symbol
over a held note, is divided evenly between its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from arranger.formats import limits
from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.humdrum.spines import NULL, Path, Row
from arranger.formats.reading.humdrum.tokens import Stem, parse_token

_RHYTHMIC = ("kern", "recip")


@dataclass(frozen=True, slots=True)
class Played:
    """A stem at its time in the piece."""

    path: Path
    row: int  # index of its line among the rows
    onset_quarter: Fraction
    stem: Stem


@dataclass
class Timeline:
    """The time of each row, all stems in the order of the text, and doubts as (row index, message)."""

    times: list[Fraction] = field(default_factory=list)
    stems: list[Played] = field(default_factory=list)
    end_quarter: Fraction = Fraction(0)
    doubts: list[tuple[int, str]] = field(default_factory=list)


def timeline_of(rows: Sequence[Row], source: str) -> Timeline:
    """Return the times of all rows. Raises ReadError, with the line, for a note that cannot be read."""
    return _Clock(rows, source).run()


class _Clock:
    """Goes through the rows and remembers where the last note of each path ends."""

    def __init__(self, rows: Sequence[Row], source: str) -> None:
        self._rows, self._source = rows, source
        self._ends: dict[Path, Fraction] = {}
        self._now = Fraction(0)
        self._known: list[Fraction | None] = []
        self._found = Timeline()

    def run(self) -> Timeline:
        for index, row in enumerate(self._rows):
            for path, _ in row.fields:
                if path not in self._ends:
                    ends = [self._ends[before] for before in path.origin if before in self._ends]
                    self._ends[path] = max(ends, default=self._now)
            self._known.append(self._data(index, row) if row.is_data else None)
        self._found.end_quarter = max(self._ends.values(), default=Fraction(0))
        self._found.times = _between(self._rows, self._known, self._found.end_quarter)
        return self._found

    def _data(self, index: int, row: Row) -> Fraction | None:
        """Read the notes of a line and return its time, None if no note begins."""
        found = [(path, self._stem(text, row)) for path, text in row.fields if path.kind in _RHYTHMIC and text != NULL]
        if not found:
            return None
        lasting = [path for path, stem in found if stem.duration_quarter] or [path for path, _ in found]
        ends = {self._ends[path] for path in lasting}
        self._now = max(self._now, *ends)
        if self._now.denominator > limits.MAX_TIME_DENOMINATOR:
            message = f"the lengths up to here come to a time of 1/{self._now.denominator} quarter; correct them"
            raise ReadError(self._source, message, place=f"line {row.line}")
        if self._now > min(ends):
            late = self._now - min(ends)
            self._found.doubts.append(
                (index, f"line {row.line}: the voices do not come together here; one is {late} quarters short")
            )
        for path, stem in found:
            self._ends[path] = self._now + stem.duration_quarter
            if path.kind == "kern":
                self._found.stems.append(Played(path, index, self._now, stem))
                if stem.doubt:
                    self._found.doubts.append((index, f"line {row.line}: {stem.doubt}"))
        return self._now

    def _stem(self, text: str, row: Row) -> Stem:
        try:
            return parse_token(text)
        except ValueError as error:
            raise ReadError(self._source, f"{error}; correct this line", place=f"line {row.line}") from None


def _between(rows: Sequence[Row], known: Sequence[Fraction | None], end: Fraction) -> list[Fraction]:
    """Return a time for every row: data without notes lie evenly between notes, bar lines and signs before the next."""
    times: list[Fraction] = []
    before, waiting = Fraction(0), 0
    for index, time in enumerate([*known, end]):
        if time is None:
            continue
        gap = rows[waiting:index]
        share = (time - before) / (1 + sum(row.is_data for row in gap))
        step = 0
        for row in gap:
            step += row.is_data
            times.append(before + share * (step if row.is_data else step + 1))
        if index < len(known):
            times.append(time)
        before, waiting = time, index + 1
    return times
