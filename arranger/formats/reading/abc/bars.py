"""The bars of one ABC voice, as its bar lines divide it.

Source: the ABC music standard 2.1, sections 4.8 (repeat and bar symbols), 4.9 and 4.10 (first
and second repeats, variant endings). An ending lasts until the next repeat, double or final bar
line. Bars are numbered from 1, a pickup "0"; both parts of a bar that a repeat splits have the
same number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from arranger.formats import limits
from arranger.formats.reading.abc.barless import divided
from arranger.formats.reading.abc.words import Slot
from arranger.formats.reading.staff import Measure, volta_numbers
from theory.notation.score import BarLine, Direction, Meter, Note

_STYLES: dict[str, BarLine] = {"||": "light-light", "|]": "light-heavy", "[|": "heavy-light", ".|": "dotted"}
_ENDS_VOLTA = ("||", "|]", "[|")


class BarBuilder:
    """Collects the notes of a voice into measures."""

    def __init__(self, key: tuple[int, str | None], meter: Meter | None) -> None:
        self.measures: list[Measure] = []
        self.lost: Counter[str] = Counter()  # marks that are not kept
        self._lost_at: dict[str, list[Measure]] = {}
        self.parts: list[tuple[int, str]] = []  # (index of its first bar, label) of the parts that P: names
        self.measure = Measure("", meter=meter, key=key)
        self.cursor = Fraction(0)
        self._count = 0  # of notes so far
        self._stem_onset = Fraction(0)
        self._meter = meter
        self._next_key: tuple[int, str | None] | None = None
        self._next_meter: Meter | None = None
        self._in_volta = False
        self._line_ends: list[Fraction] = []  # in the bar, in quarters
        self._first_meter = meter
        self._has_bar_lines = False
        self._doubts: list[tuple[Measure, str]] = []

    def onset_of(self, *, is_chord: bool) -> Fraction:
        """Return the onset in the bar of the next note, in quarters; a chord note has that of the note before it."""
        return self._stem_onset if is_chord else self.cursor

    def add(self, note: Note) -> Slot:
        """Add a note, and move on by its length unless it is a chord note."""
        self._count += 1
        if self._count > limits.MAX_NOTES:
            raise ValueError(f"more than {limits.MAX_NOTES} notes, too many for a tune")
        notes = self.measure.notes.setdefault("1", [])
        notes.append(note)
        if not note.chord:
            self._stem_onset = self.cursor
            self.advance(note.duration_quarter)
        return Slot(notes, len(notes) - 1, len(self.measures))

    def advance(self, duration: Fraction) -> None:
        """Move on in the bar; negative durations (the short half of a broken rhythm) move back.

        Raises ValueError if the bar gets longer than `arranger.formats.limits` allows.
        """
        self.cursor += duration
        if self._first_meter is not None and self.cursor > limits.MAX_BARS * self._first_meter.quarters:
            raise ValueError(f"without bar lines the tune has more than {limits.MAX_BARS} bars")
        start = self._line_ends[-1] if self._line_ends and not self._has_bar_lines else 0
        is_bar = self._has_bar_lines or self._first_meter is None  # else the meter will divide it
        if is_bar and self.cursor - start > limits.MAX_BAR_QUARTERS:
            raise ValueError("this bar is far too long; are its bar lines missing?")
        self.measure.length_quarter = self.cursor

    def set_key(self, key: tuple[int, str | None]) -> None:
        """Change the key (fifths, mode) from this bar on, or from the next bar if this one has begun."""
        if self.cursor:
            self._next_key = key
        else:
            self.measure.key = key

    def begin_part(self, label: str) -> None:
        """Begin a part of the tune that ``P:`` names."""
        self.measure.directions.append(Direction(self.cursor, "rehearsal", label))
        self.parts.append((len(self.measures) + (self.cursor > 0), label))

    def line_break(self) -> None:
        """Remember that a line of music ends here, where a tune without bar lines and meter may be divided."""
        if self.cursor:
            self._line_ends.append(self.cursor)

    def set_meter(self, meter: Meter | None) -> None:
        """Change the meter from this bar on, or from the next bar if this one has begun."""
        self._meter = meter
        if self.cursor:
            self._next_meter = meter
        else:
            self.measure.meter = meter
            self._first_meter = self._first_meter if self.measures else meter

    def lose(self, mark: str) -> None:
        """Count a mark of the current bar that is not kept."""
        self.lost[mark] += 1
        self._lost_at.setdefault(mark, []).append(self.measure)

    @property
    def lost_in(self) -> dict[str, list[str]]:
        """The numbers of the bars whose marks are not kept; to be asked after `finish`."""
        return {mark: [measure.number for measure in measures] for mark, measures in self._lost_at.items()}

    def doubt(self, message: str) -> None:
        """Add a notice about the current bar."""
        self._doubts.append((self.measure, message))

    def doubt_at(self, measure: Measure, message: str) -> None:
        """Remember a notice about a bar."""
        self._doubts.append((measure, message))

    def whole_rests(self, count: int) -> None:
        """Add ``count`` bars of rest."""
        length = (self._meter or Meter(4, 4)).quarters
        for index in range(min(count, limits.MAX_BARS)):
            if index:
                self._close()
            self.add(Note(self.cursor, length, None))

    def bar_line(self, token: str) -> None:
        """Read a bar line with its repeats and endings: ``|``, ``||``, ``:|2``, ``|1``, ``[2``, ``::``."""
        match = re.fullmatch(r"(.*?)\s*\[?([1-9][0-9,\-]*)?", token.rstrip("["))
        line, numbers = (match[1], match[2]) if match else (token, None)
        if self.cursor or self.measure.notes:
            self._has_bar_lines = True
            self._close()
        self._end(line)
        if line.endswith(":") or line == "::":
            self.measure.lines.repeat_start = True
        if numbers:
            self._start_volta(numbers)

    def finish(self) -> tuple[list[Measure], list[tuple[str, str]]]:
        """Return the numbered measures, and notices as (bar number, message)."""
        if self.cursor or self.measure.notes:
            self._close()
        if len(self.measures) == 1:
            self._divide()
        _number(self.measures)
        return self.measures, [(measure.number, message) for measure, message in self._doubts]

    def _divide(self) -> None:
        """Divide a tune without bar lines: by its meter, or without a meter into its lines."""
        only = self.measures[0]
        length = only.length_quarter
        if self._first_meter is not None:
            size, name = self._first_meter.quarters, f"bars of {self._first_meter}"
            ends = [size * number for number in range(1, min(int(length / size), limits.MAX_BARS) + 1)]
        else:
            ends, name = self._line_ends, "its lines, since it has no meter either"
        ends = [end for end in ends if end < length]
        if self._first_meter is not None and len(ends) >= limits.MAX_BARS:
            raise ValueError(f"without bar lines the tune has more than {limits.MAX_BARS} bars")
        if ends:
            self.measures = divided(only, [*ends, length])
            self.doubt_at(self.measures[0], f"the tune has no bar lines; it is divided into {name}")

    def _close(self) -> None:
        self.measures.append(self.measure)
        if len(self.measures) > limits.MAX_BARS:
            raise ValueError(f"more than {limits.MAX_BARS} bars")
        self.measure = Measure("", key=self._next_key, meter=self._next_meter)
        self._next_key = self._next_meter = None
        self.cursor = self._stem_onset = Fraction(0)

    def _end(self, line: str) -> None:
        """Set line style, repeat and end of an ending for the bar before a bar line."""
        if not self.measures:
            return
        lines = self.measures[-1].lines
        plays = line.index("|") if line.startswith(":") and "|" in line else len(line) // 2 if line == "::" else 0
        if plays:
            lines.repeat_end = plays + 1
        shape = "|" if line == "[|]" else line.replace(":", "")  # an invisible bar line
        if not plays and not line.endswith(":"):
            lines.right = next((style for sign, style in _STYLES.items() if sign in shape), lines.right)
        if self._in_volta and (plays or any(sign in shape for sign in _ENDS_VOLTA)):
            self._stop_volta("stop" if plays else "discontinue")

    def _start_volta(self, numbers: str) -> None:
        if self._in_volta and self.measures:
            self._stop_volta("stop")
        self.measure.lines.volta_start = volta_numbers(numbers)
        self._in_volta = True

    def _stop_volta(self, kind: str) -> None:
        self.measures[-1].lines.volta_stop = kind
        self._in_volta = False


def _number(measures: Sequence[Measure]) -> None:
    """Number measures from 1, and a pickup 0; the second part of a split bar gets the number of the first."""
    meter, number, rest = Meter(4, 4), 0, Fraction(0)
    for index, measure in enumerate(measures):
        meter = measure.meter or meter
        length = measure.length_quarter
        if index and rest and length == rest:
            measure.implicit, rest = True, Fraction(0)
        else:
            number += 0 if index == 0 and length < meter.quarters else 1
            rest = max(Fraction(0), meter.quarters - length) if index else Fraction(0)
        measure.number = str(number)
