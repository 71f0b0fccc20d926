"""The playing order of a tune's parts: ``P:AABA`` in the header, with ``P:A`` and ``P:B`` before the parts.

Source: the ABC music standard 2.1, section 3.1.9. A part that is played several times in a row is repeated; a part that
comes back later is written out again. Many books write the repeats of ``P:AABB`` in the music as well; these are
played as they stand, and not twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from itertools import groupby

from arranger.formats import limits
from arranger.formats.reading.staff import Measure, Staff
from theory.notation.unfold import ROADMAP

_PIECE = re.compile(r"([A-Za-z])|(\()|(\))(\d{0,2})|(\d{1,2})")
_MOST_NESTED = 8


def expanded_order(text: str) -> list[str]:
    """Return the parts of a playing order one by one. Raises ValueError if it is none.

    >>> "".join(expanded_order("A2.(BC)2 A"))
    'AABCBCA'
    """
    stack: list[list[str]] = [[]]
    for match in _PIECE.finditer(text):
        letter, opens, closes, times, digits = match.groups()
        if letter:
            stack[-1].append(letter)
        elif opens:
            stack.append([])
        elif closes and len(stack) > 1:
            group = stack.pop()
            stack[-1] += group * int(times or 1)
        elif digits and stack[-1]:
            stack[-1] += stack[-1][-1:] * (int(digits) - 1)
        if len(stack) > _MOST_NESTED or sum(map(len, stack)) > limits.MAX_BARS:
            raise ValueError(f"P:{text[:20]} plays more parts than a tune has")
    return [part for group in stack for part in group]


def in_playing_order(text: str, staves: Sequence[Staff], parts: Sequence[tuple[int, str]]) -> str:
    """Put the measures of all staves in the order that ``P:`` names; return a notice about it, empty if none is needed.

    ``parts`` are the parts that the tune marks: (index of the first measure, label). Raises ValueError for an order of
    too many bars.
    """
    order = expanded_order(text)
    passages = _passages(parts, max((len(staff.measures) for staff in staves), default=0))
    if not order or (len(order) == 1 and not parts):  # the name of the only part
        return ""
    if order == [label for label, _ in passages.items()] and len(passages) == len(parts):
        return ""
    why = _why_not(order, passages, parts, staves)
    if why:
        return f"the playing order P:{text} is not followed, because {why}; the bars stay as they are written"
    runs = [(label, len(list(run))) for label, run in groupby(order)]
    repeated = {label for label, times in runs if times > 1 and _has_repeats(staves, passages[label])}
    if sum(passages[label][1] - passages[label][0] for label, _ in runs) > limits.MAX_BARS:
        raise ValueError(f"P:{text[:20]} plays more than {limits.MAX_BARS} bars")
    before = [label for label, _ in passages.items()]
    for staff in staves:
        staff.measures = _arranged(staff.measures, runs, passages, repeated)
    if [label for label, _ in runs] == before and repeated == {label for label, times in runs if times > 1}:
        return f"the playing order P:{text} is as the repeats of the music have it"
    return f"the parts are in the playing order P:{text}"


def _passages(parts: Sequence[tuple[int, str]], bars: int) -> dict[str, tuple[int, int]]:
    """Return the first bar and the end of each part."""
    ends = [start for start, _ in parts[1:]] + [bars]
    return {label: (start, end) for (start, label), end in zip(parts, ends, strict=True)}


def _why_not(
    order: Sequence[str],
    passages: dict[str, tuple[int, int]],
    parts: Sequence[tuple[int, str]],
    staves: Sequence[Staff],
) -> str:
    """Return why an order cannot be followed, empty if it can."""
    missing = [label for label in dict.fromkeys(order) if label not in passages]
    if missing:
        return f"the tune marks no part {', '.join(missing)}"
    if len(passages) < len(parts):
        return "the tune marks two parts with the same letter"
    if parts[0][0] > 0 or any(start >= end for start, end in passages.values()):
        return "its parts do not begin at bar lines"
    measures = staves[0].measures
    if any(direction.kind in ROADMAP for measure in measures for direction in measure.directions):
        return "the tune has jumps (D.C., D.S., Fine) of its own"
    return ""


def _has_repeats(staves: Sequence[Staff], passage: tuple[int, int]) -> bool:
    return any(
        measure.lines.repeat_end or measure.lines.volta_start
        for staff in staves
        for measure in staff.measures[slice(*passage)]
    )


def _arranged(
    measures: Sequence[Measure],
    runs: Sequence[tuple[str, int]],
    passages: dict[str, tuple[int, int]],
    repeated: set[str],
) -> list[Measure]:
    """Return the measures of one staff in order; a part without repeats of its own that is played n times gets them."""
    found: list[Measure] = []
    for label, times in runs:
        copies = deepcopy(list(measures[slice(*passages[label])]))
        if not copies:
            continue
        if times > 1 and label not in repeated:
            copies[0].lines.repeat_start, copies[-1].lines.repeat_end = True, times
        elif times == 1 and label in repeated and not any(copy.lines.volta_start for copy in copies):
            for copy in copies:
                copy.lines.repeat_start, copy.lines.repeat_end = False, 0
        elif any(copy.lines.repeat_end for copy in copies):
            first_end = next(index for index, copy in enumerate(copies) if copy.lines.repeat_end)
            copies[0].lines.repeat_start |= not any(copy.lines.repeat_start for copy in copies[: first_end + 1])
        found += copies
    return found
