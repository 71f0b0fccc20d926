"""From staves to a ``Score``: the common bars of all staves, with lengths, numbers, repeats and endings.

A bar is as long as its longest staff. A first bar that is shorter than its meter is a pickup and
gets the number "0", whatever the file says. Bars that are too long or too short keep their real
length and are reported, except for the two parts of a bar that a repeat splits, and for a bar that
completes the pickup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from arranger.formats.reading.staff import Heading, Lines, Measure, Staff
from arranger.formats.reading.symbols import merged_symbols
from arranger.formats.reading.tally import bars_named
from theory.notation.key import Key
from theory.notation.mode import estimated_modes
from theory.notation.score import Bar, Direction, Harmony, Meter, Note, Notice, Score

_DEFAULT_METER = Meter(4, 4)
_SHOWN = 4  # if more bars than this have the same fault, only the first is reported
T = TypeVar("T", Harmony, Direction)


def build_score(staves: Sequence[Staff], signs: Sequence[Staff], heading: Heading) -> tuple[Score, list[Notice]]:
    """Return a score with one part per staff, and notices about it.

    Chord symbols and directions are taken from the staves in ``signs``.
    """
    layout = lay_out([staff.measures for staff in _per_part(staves)])
    bars = layout.bars
    symbols, contradictions = merged_symbols(signs)
    score = Score(
        tuple(bars),
        tuple(replace(staff.part, notes=_notes(staff, bars)) for staff in staves),
        _placed(symbols, bars),
        _directions(signs, bars),
        heading.title,
        heading.creators,
        heading.rights,
    )
    notices = layout.notices
    for staff in _per_part(staves):
        notices += _doubts(staff, bars)
        notices += [Notice(f"not kept: {_listed(staff)}")] if staff.lost else []
    notices += [Notice(message, bar=number) for number, message in contradictions]
    return estimated_modes(score, layout.modeless), notices


def _directions(signs: Sequence[Staff], bars: Sequence[Bar]) -> tuple[Direction, ...]:
    """Return the directions of all parts, each only once, because files repeat tempo and jumps in every part."""
    found: dict[Direction, None] = {}
    for staff in _per_part(signs):
        found.update(dict.fromkeys(_placed([measure.directions for measure in staff.measures], bars)))
    return tuple(sorted(found, key=lambda direction: direction.onset_quarter))


def _per_part(staves: Sequence[Staff]) -> list[Staff]:
    """Return one staff per part: measures, notices and counts of lost marks belong to the part."""
    return list({id(staff.measures): staff for staff in staves}.values())


def _doubts(staff: Staff, bars: Sequence[Bar]) -> list[Notice]:
    """Return the notices of a staff with bar numbers as they are printed: a pickup is 0, whatever the file says."""
    pickup = staff.measures[0].number if staff.measures and bars[0].number == "0" else ""
    numbers = {bar.number for bar in bars[1:]}
    return [
        Notice(message, bar="0" if pickup and number == pickup and number not in numbers else number)
        for number, message in staff.doubts
    ]


def _listed(staff: Staff) -> str:
    """Return the marks that a staff loses as text: how many of each, and where if that is known."""
    shown = []
    for name, count in sorted(staff.lost.items()):
        where = f" in {bars_named(staff.lost_in[name])}" if name in staff.lost_in else ""
        shown.append(f"{name} ({count}){where}")
    return ", ".join(shown)


def _placed(groups: Sequence[list[T]], bars: Sequence[Bar]) -> tuple[T, ...]:
    """Return harmonies or directions with onsets in the score instead of the bar, sorted."""
    items = [
        replace(item, onset_quarter=bar.onset_quarter + min(item.onset_quarter, bar.length_quarter))
        for bar, group in zip(bars, groups, strict=False)
        for item in group
    ]
    return tuple(sorted(items, key=lambda item: item.onset_quarter))


def _notes(staff: Staff, bars: Sequence[Bar]) -> tuple[Note, ...]:
    return tuple(
        replace(note, onset_quarter=bar.onset_quarter + note.onset_quarter)
        for bar, measure in zip(bars, staff.measures, strict=False)
        for note in measure.notes.get(staff.staff, ())
    )


@dataclass
class Layout:
    """Bars, notices about them, and the indices of bars whose key signature has no mode."""

    bars: list[Bar]
    notices: list[Notice]
    modeless: set[int]


def lay_out(columns: Sequence[Sequence[Measure]]) -> Layout:
    """Return the common bars of all parts; each column holds the measures of one part."""
    rows = [[column[i] for column in columns if i < len(column)] for i in range(max(map(len, columns)))]
    bars: list[Bar] = []
    modeless: set[int] = set()
    meter = _DEFAULT_METER
    key: tuple[int, str | None] = (0, None)
    for row in rows:
        onset = bars[-1].end_quarter if bars else Fraction(0)
        new_meter = next((measure.meter for measure in row if measure.meter), None)
        new_key = next((measure.key for measure in row if measure.key), None)
        meter, key = new_meter or meter, new_key or key
        if key[1] is None:
            modeless.add(len(bars))
        bar = _bar(row, len(bars), onset, meter)
        bar_key = Key.from_fifths(key[0], key[1] or "major")
        bars.append(replace(bar, key=bar_key, shows_key=new_key is not None, shows_meter=new_meter is not None))
    notices = irregular_bars(bars)
    bars, notes = with_lines(bars, [[measure.lines for measure in row] for row in rows])
    return Layout(bars, notices + notes, modeless)


def _bar(row: Sequence[Measure], index: int, onset: Fraction, meter: Meter) -> Bar:
    first = row[0]
    length = max(measure.length_quarter for measure in row) or meter.quarters
    pickup = index == 0 and length < meter.quarters and not first.divided
    number = "0" if pickup else first.number or str(index + 1)
    return Bar(index, number, onset, length, meter, Key.from_fifths(0), implicit=pickup or first.implicit)


def irregular_bars(bars: Sequence[Bar]) -> list[Notice]:
    """Return notices about bars that are longer or shorter than their meter, unless they complete another bar."""
    pickup = bars[0].length_quarter if bars and bars[0].length_quarter < bars[0].meter.quarters else Fraction(0)
    found: dict[str, list[Bar]] = {}
    for bar in bars[1:]:
        full = bar.meter.quarters
        if _with_rest(bar, bars) == full:
            continue
        neighbours = [bars[i].length_quarter for i in (bar.index - 1, bar.index + 1) if 0 < i < len(bars)]
        completes = any(bar.length_quarter + other == full for other in [pickup, *neighbours])
        if bar.length_quarter != full and not bar.implicit and not completes:
            message = f"the bar lasts {bar.length_quarter} quarters, which does not fit {bar.meter}; its length is kept"
            found.setdefault(message, []).append(bar)
    notices = []
    for message, which in found.items():
        more = f" (as in {len(which) - 1} later bars)" if len(which) > _SHOWN else ""
        shown = which[:1] if more else which
        notices += [Notice(message + more, bar.number, bar.onset_quarter) for bar in shown]
    return notices


def _with_rest(bar: Bar, bars: Sequence[Bar]) -> Fraction:
    """Return the length of a bar with the implicit bars of the same number after it, which complete it."""
    length = bar.length_quarter
    for following in bars[bar.index + 1 :]:
        if not following.implicit or following.number != bar.number:
            break
        length += following.length_quarter
    return length


def with_lines(bars: Sequence[Bar], rows: Sequence[Sequence[Lines]]) -> tuple[list[Bar], list[Notice]]:
    """Return bars with the repeats, endings and bar-line styles that any part has, and notices about endings."""
    merged = [_merge(row) for row in rows]
    result, notices = [], []
    volta: tuple[int, ...] = ()
    for bar, lines in zip(bars, merged, strict=True):
        before = merged[bar.index - 1] if bar.index else Lines()
        after = merged[bar.index + 1] if bar.index + 1 < len(bars) else Lines()
        volta = lines.volta_start or volta
        stop = lines.volta_stop
        if volta and not stop and (after.volta_start or bar.index + 1 == len(bars) or _is_open(merged[bar.index :])):
            stop = "discontinue"
            notices.append(
                Notice(
                    f"ending {volta[0]} is not closed; it is taken to end in this bar", bar.number, bar.onset_quarter
                )
            )
        result.append(
            replace(
                bar,
                repeat_start=lines.repeat_start or before.repeat_after,
                repeat_end=lines.repeat_end or after.ends_before,
                volta=volta,
                volta_start=bool(lines.volta_start),
                volta_stop=stop if volta else None,
                left_line=lines.left,
                right_line=lines.right,
            )
        )
        volta = () if stop else volta
    return result, notices


def _is_open(lines: Sequence[Lines]) -> bool:
    """Whether the ending that is open here is never closed before another one begins."""
    for index, line in enumerate(lines):
        if line.volta_stop:
            return False
        if index and line.volta_start:
            break
    return True


def _merge(row: Sequence[Lines]) -> Lines:
    """Return the bar lines of all parts at one bar as one: any repeat, and the first ending and style found."""
    return Lines(
        repeat_start=any(lines.repeat_start for lines in row),
        repeat_end=max(lines.repeat_end for lines in row),
        repeat_after=any(lines.repeat_after for lines in row),
        ends_before=max(lines.ends_before for lines in row),
        volta_start=next((lines.volta_start for lines in row if lines.volta_start), ()),
        volta_stop=next((lines.volta_stop for lines in row if lines.volta_stop), None),
        left=next((lines.left for lines in row if lines.left), None),
        right=next((lines.right for lines in row if lines.right), None),
    )
