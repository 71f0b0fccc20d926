"""Beams: which notes of a bar are beamed together.

Notes shorter than a quarter are beamed within one beat (a dotted beat in compound meters), in 3/8 within the whole
bar, and in 5/8, 7/8 and the like in fixed groups. In 4/4 and 2/2 four eighths in a half bar share a beam. Beams never
extend over a rest.
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
    """Return the ends of the beam groups of a bar, in quarters from its start.

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
    """Join the two beats of a half bar of 4/4 if they are four plain eighths."""
    if meter.quarters != 4 or meter.beat_type not in (2, 4):
        return groups
    joined = list(groups)
    for half in (0, 1):
        inside = [index for index, group in enumerate(groups) if group // 2 == half and not heads[index].grace]
        if len(inside) == 4 and all(heads[index].duration_quarter == Fraction(1, 2) for index in inside):
            for index in inside:
                joined[index] = 2 * half
    return joined


def beam_runs(stems: Sequence[Stem], bar: Bar) -> list[list[int]]:
    """Return the indices of the stems that share a beam, one list per beam."""
    heads = [stem[0] for stem in stems]
    ends = beam_groups(bar.meter)
    groups = [_group_of(bar.offset_in_meter(head.onset_quarter), ends) for head in heads]
    groups = _join_halves(groups, heads, bar.meter)
    plain = [index for index, head in enumerate(heads) if not head.grace]
    runs: list[list[int]] = []
    for (beamed, _), indices in groupby(plain, lambda index: (_flags(heads[index]) > 0, groups[index])):
        if beamed:
            runs.append(list(indices))
    for (beamed, _), indices in groupby(
        range(len(heads)),
        lambda index: (bool(heads[index].grace) and _flags(heads[index]) > 0, heads[index].onset_quarter),
    ):
        if beamed:
            runs.append(list(indices))
    return [run for run in runs if len(run) > 1]


def _hook(level: int, index: int, run: Sequence[Note]) -> str:
    """Return the hook of a single short note: it points to the note with which it completes a longer value."""
    if index == 0:
        return "forward hook"
    if index == len(run) - 1:
        return "backward hook"
    note = run[index]
    double = 2 * note.duration_quarter
    return "forward hook" if double and (note.onset_quarter / double).denominator == 1 else "backward hook"


def _level_marks(level: int, run: Sequence[Note]) -> list[str]:
    has = [_flags(note) >= level for note in run]
    marks = []
    for index, here in enumerate(has):
        before = index > 0 and has[index - 1]
        after = index + 1 < len(run) and has[index + 1]
        if not here:
            marks.append("")
        elif before:
            marks.append("continue" if after else "end")
        else:
            marks.append("begin" if after else _hook(level, index, run))
    return marks


def beams_of(stems: Sequence[Stem], bar: Bar) -> list[tuple[str, ...]]:
    """Return the MusicXML beam values of each stem of one voice in a bar, beam 1 first."""
    beams: list[tuple[str, ...]] = [()] * len(stems)
    for indices in beam_runs(stems, bar):
        run = [stems[index][0] for index in indices]
        levels = [_level_marks(level, run) for level in range(1, max(map(_flags, run)) + 1)]
        for number, index in enumerate(indices):
            beams[index] = tuple(marks[number] for marks in levels if marks[number])
    return beams
