"""Beams: which notes of a bar hang together.

Notes shorter than a quarter are beamed within one beat (a dotted beat in compound meters). Half bars
of 4/4 and whole bars of x/8 with one beat hold together where they consist of eighths alone. Beams
never cover a rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

from arranger.formats.writing.stems import Stem
from theory.notation.score import Bar, Meter, Note

_BEAMS = {"eighth": 1, "16th": 2, "32nd": 3, "64th": 4, "128th": 5, "256th": 6, "512th": 7, "1024th": 8}
_ODD_GROUPS = {5: (3, 2), 7: (2, 2, 3), 8: (3, 3, 2), 10: (3, 2, 3, 2), 11: (3, 3, 3, 2)}


def beam_groups(meter: Meter) -> list[Fraction]:
    """Return where the beam groups of a bar end, in quarters from its start.

    >>> [str(end) for end in beam_groups(Meter(7, 8))]
    ['1', '2', '7/2']
    """
    unit = Fraction(4, meter.beat_type)
    if meter.beat_type >= 8 and meter.beats in _ODD_GROUPS:
        sizes: Sequence[Fraction] = [unit * size for size in _ODD_GROUPS[meter.beats]]
    elif meter.beat_type >= 8 and meter.beats <= 3:
        sizes = [meter.quarters]
    else:
        beat = min(meter.beat_quarters, Fraction(1)) if not meter.is_compound else meter.beat_quarters
        sizes = [beat] * int(meter.quarters / beat)
    ends: list[Fraction] = []
    for size in sizes:
        ends.append((ends[-1] if ends else Fraction(0)) + size)
    return ends


def _flags(note: Note) -> int:
    if note.pitch is None or note.notation is None:
        return 0
    return _BEAMS.get(note.notation.type, 0)


def _group_of(offset: Fraction, ends: Sequence[Fraction]) -> int:
    return next((index for index, end in enumerate(ends) if offset < end), len(ends))


def _join_halves(groups: list[int], heads: Sequence[Note], meter: Meter) -> list[int]:
    """Let the two beats of a half bar of 4/4 share a beam where they are four plain eighths."""
    if meter.quarters != 4 or meter.beat_type not in (2, 4):
        return groups
    joined = list(groups)
    for half in (0, 1):
        inside = [place for place, group in enumerate(groups) if group // 2 == half and not heads[place].grace]
        if len(inside) == 4 and all(heads[place].duration_quarter == Fraction(1, 2) for place in inside):
            for place in inside:
                joined[place] = 2 * half
    return joined


def beam_runs(stems: Sequence[Stem], bar: Bar) -> list[list[int]]:
    """Return the places of the stems that share a beam, run by run."""
    heads = [stem[0] for stem in stems]
    ends = beam_groups(bar.meter)
    groups = [_group_of(bar.offset_in_meter(head.onset_quarter), ends) for head in heads]
    groups = _join_halves(groups, heads, bar.meter)
    plain = [place for place, head in enumerate(heads) if not head.grace]
    runs: list[list[int]] = []
    for (beamed, _), places in groupby(plain, lambda place: (_flags(heads[place]) > 0, groups[place])):
        if beamed:
            runs.append(list(places))
    for (beamed, _), places in groupby(
        range(len(heads)),
        lambda place: (bool(heads[place].grace) and _flags(heads[place]) > 0, heads[place].onset_quarter),
    ):
        if beamed:
            runs.append(list(places))
    return [run for run in runs if len(run) > 1]


def _hook(level: int, place: int, run: Sequence[Note]) -> str:
    """Which way a lone short note's extra beam points: to the note that fills up its unit."""
    if place == 0:
        return "forward hook"
    if place == len(run) - 1:
        return "backward hook"
    note = run[place]
    double = 2 * note.duration_quarter
    return "forward hook" if double and (note.onset_quarter / double).denominator == 1 else "backward hook"


def _level_marks(level: int, run: Sequence[Note]) -> list[str]:
    has = [_flags(note) >= level for note in run]
    marks = []
    for place, here in enumerate(has):
        before = place > 0 and has[place - 1]
        after = place + 1 < len(run) and has[place + 1]
        if not here:
            marks.append("")
        elif before:
            marks.append("continue" if after else "end")
        else:
            marks.append("begin" if after else _hook(level, place, run))
    return marks


def beams_of(stems: Sequence[Stem], bar: Bar) -> list[tuple[str, ...]]:
    """Return the MusicXML beam values of each stem of one voice in a bar, first beam first."""
    beams: list[tuple[str, ...]] = [()] * len(stems)
    for places in beam_runs(stems, bar):
        run = [stems[place][0] for place in places]
        levels = [_level_marks(level, run) for level in range(1, max(map(_flags, run)) + 1)]
        for index, place in enumerate(places):
            beams[place] = tuple(marks[index] for marks in levels if marks[index])
    return beams
