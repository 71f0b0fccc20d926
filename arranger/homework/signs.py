"""Notes, numerals and figures as text, bar by bar.

Signs are separated by spaces and bars by ``|``. In a line of notes each sign lasts one unit, usually a beat: a note
(``F#3``), ``-`` for the note before held on, ``.`` for a rest; signs in parentheses share one unit.

>>> from theory.notation.key import Key
>>> from theory.notation.score import Meter
>>> bars, notes = parse_line("C3 - (D3 E3) . | F3", Layout(Key.parse("C"), Meter(4, 4)))
>>> [(str(note.onset_quarter), str(note.duration_quarter), str(note.pitch)) for note in notes]
[('0', '2', 'C3'), ('2', '1/2', 'D3'), ('5/2', '1/2', 'E3'), ('3', '1', 'None'), ('4', '1', 'F3')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from arranger.formats import limits
from theory.notation.key import Key
from theory.notation.pitch import Pitch
from theory.notation.score import Bar, Meter, Note

HELD, SILENT = "-", (".", "r", "R")
_TOKEN = re.compile(r"[()|]|[^\s()|]+")
_MOST_SIGNS = 5000  # in one text; a homework has some dozens
_OCTAVE = re.compile(r"\d$")

Cell = tuple[str, ...]  # the signs that share one place


@dataclass(frozen=True)
class Layout:
    """Key and meter of an assignment, and how long a sign lasts."""

    key: Key
    meter: Meter
    unit_quarter: Fraction | None = None  # None: the meter's denominator

    @property
    def sign_quarter(self) -> Fraction:
        """Duration of one sign in quarters."""
        return self.unit_quarter or Fraction(4, self.meter.beat_type)


def cells_of(text: str) -> list[list[Cell]]:
    """Return the places of a text, bar by bar; signs in parentheses share a place. Raises ValueError with the bar.

    >>> cells_of("I (V V7) | I")
    [[('I',), ('V', 'V7')], [('I',)]]
    """
    bars: list[list[Cell]] = [[]]
    shared: list[str] | None = None
    tokens = _TOKEN.findall(text.replace("||", "|").replace("|]", "|"))
    if len(tokens) > _MOST_SIGNS:
        raise ValueError(f"more than {_MOST_SIGNS} signs, too many for a homework")
    for token in tokens:
        if (token == ")") if shared is None else (token in "(|"):
            raise ValueError(f"bar {len(bars)}: '{token}' does not fit; write (A3 B3) for signs that share a place")
        if token == "(":
            shared = []
        elif token == ")":
            bars[-1].append(tuple(shared or ()))
            shared = None
        elif token == "|":
            bars += [[]] if bars[-1] else []
        elif shared is not None:
            shared.append(token)
        else:
            bars[-1].append((token,))
    if shared is not None:
        raise ValueError(f"bar {len(bars)}: ) is missing after (")
    return bars if bars[-1] else bars[:-1]


def parse_line(text: str, layout: Layout) -> tuple[tuple[Bar, ...], tuple[Note, ...]]:
    """Return the bars and notes of a line of music. Raises ValueError, with the bar, for what is not understood.

    The first bar may be an upbeat. Without bar lines the line is divided by the meter.
    """
    cells = cells_of(text)
    if len(cells) == 1:
        cells = _divided(cells[0], layout)
    if not cells:
        raise ValueError("there are no notes; write for example C3 D3 | E3 -")
    bars = bars_of([len(bar) for bar in cells], layout)
    notes: list[Note] = []
    for bar, places in zip(bars, cells, strict=True):
        for note in _notes(places, bar, layout.sign_quarter):
            _add(notes, note, bar)
    return bars, tuple(notes)


def bars_of(counts: Sequence[int], layout: Layout) -> tuple[Bar, ...]:
    """Return bars that hold these numbers of signs. Raises ValueError for a bar of the wrong length."""
    full = layout.meter.quarters / layout.sign_quarter
    bars: list[Bar] = []
    onset = Fraction(0)
    upbeat = len(counts) > 1 and counts[0] < full
    for index, count in enumerate(counts):
        is_last = index == len(counts) - 1 and 0 < count < full
        if count != full and not (upbeat and not index) and not is_last:
            advice = "use - for held notes and ( ) for shorter ones, or check the bar lines"
            raise ValueError(
                f"bar {index + 1 - upbeat} has {count} signs, {full} fill a bar of {layout.meter}; {advice}"
            )
        number = index + 1 - upbeat
        is_upbeat = upbeat and not index
        length = count * layout.sign_quarter
        bars.append(Bar(index, str(number), onset, length, layout.meter, layout.key, implicit=is_upbeat))
        onset += length
    return tuple(bars)


def _divided(cells: Sequence[Cell], layout: Layout) -> list[list[Cell]]:
    """Return the places of a text without bar lines in bars of the meter."""
    full = int(layout.meter.quarters / layout.sign_quarter) or 1
    return [list(cells[first : first + full]) for first in range(0, len(cells), full)]


def _notes(places: Sequence[Cell], bar: Bar, unit: Fraction) -> Iterator[tuple[Fraction, Fraction, str]]:
    """Yield (onset, duration, sign) of the signs in a bar, in quarters."""
    for index, cell in enumerate(places):
        length = unit / len(cell) if cell else unit
        for place, sign in enumerate(cell):
            yield bar.onset_quarter + index * unit + place * length, length, sign


def _add(notes: list[Note], timed: tuple[Fraction, Fraction, str], bar: Bar) -> None:
    """Append a note, or make the last one longer; over a bar line it is tied to a second one."""
    onset, length, sign = timed
    if sign != HELD:
        notes.append(Note(onset, length, None if sign in SILENT else _pitch(sign, bar)))
        return
    if not notes:
        raise ValueError(f"bar {bar.number}: - holds the note before, and there is none")
    last = notes[-1]
    if last.onset_quarter >= bar.onset_quarter:
        notes[-1] = replace(last, duration_quarter=last.duration_quarter + length)
    else:
        tied = last.pitch is not None
        notes[-1] = replace(last, tie_start=tied)
        notes.append(Note(onset, length, last.pitch, tie_stop=tied))


def _pitch(sign: str, bar: Bar) -> Pitch:
    if not _OCTAVE.search(sign):
        raise ValueError(f"bar {bar.number}: '{sign}' has no octave; write for example {sign[:2]}3 (C4 is middle C)")
    try:
        pitch = Pitch.parse(sign)
    except ValueError as error:
        raise ValueError(f"bar {bar.number}: {error}") from None
    if not 0 <= pitch.octave <= limits.MAX_OCTAVE:
        raise ValueError(f"bar {bar.number}: '{sign}' is out of every range; C4 is middle C")
    return pitch
