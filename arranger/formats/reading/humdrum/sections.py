"""Expansion lists of Humdrum: the order in which labelled sections are played -> repeats, endings and da capo.

Source: Huron, The Humdrum Toolkit: Reference Manual (1995), command thru. ``*>[A,A,B]`` lists the sections of the file
in playing order, and ``*>A`` begins a section. Most files have repeat signs that say the same; then nothing changes.
Otherwise signs are found that lead to this order. If there are none, the sections are written out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from fractions import Fraction

from arranger.formats import limits
from arranger.formats.reading.humdrum.bars import Segment
from arranger.formats.reading.staff import Lines
from theory.notation.key import Key
from theory.notation.pitch import Tone
from theory.notation.score import Bar, Direction, DirectionKind, Meter
from theory.notation.unfold import playing_order

_LIST = re.compile(r"\*>([^\[\]]*)\[([^\]]*)\]")
_LABEL = re.compile(r"\*>([^\[\]]+)")
_NO_REPEATS = "norep"
_MOST_SECTIONS = 200  # in a list for which repeat signs are sought


@dataclass
class Sections:
    """The sections of a file: their starts by label, and the labels in playing order."""

    starts: dict[str, Fraction] = field(default_factory=dict)
    wanted: list[str] = field(default_factory=list)
    line: int = 0  # of the expansion list
    doubts: list[str] = field(default_factory=list)

    def read(self, text: str, time: Fraction, line: int) -> None:
        """Take note of a label or an expansion list; of several lists the one without a name counts."""
        listed, label = _LIST.fullmatch(text), _LABEL.fullmatch(text)
        if listed and listed[1].strip() != _NO_REPEATS and (not listed[1] or not self.wanted):
            self.wanted = [name.strip() for name in listed[2].split(",") if name.strip()]
            self.line = line
        elif label and self.starts.setdefault(label[1].strip(), time) != time:
            self.doubts.append(f"line {line}: a second section '{label[1]}' belongs to the one before it")


@dataclass
class Plan:
    """Segments as written, and the signs of a da capo as (segment index, direction)."""

    segments: list[Segment]
    signs: list[tuple[int, DirectionKind]] = field(default_factory=list)


def expanded(segments: list[Segment], sections: Sections) -> tuple[Plan, list[str]]:
    """Return the segments with signs that make them play in the order of the list, and notices."""
    labels = _labels(segments, sections)
    order = list(dict.fromkeys(label for label in labels if label))
    missing = [name for name in dict.fromkeys(sections.wanted) if name not in order]
    if missing:
        named = f"line {sections.line}: the list [{','.join(sections.wanted)[:60]}] names section '{missing[0]}'"
        return Plan(segments), [*sections.doubts, f"{named}, which the file does not have; played as it is written"]
    if not sections.wanted:
        return Plan(segments), sections.doubts
    for plan in (Plan(segments), *_plans(segments, labels, order, sections.wanted)):
        if _played(plan, labels) == sections.wanted:
            return plan, sections.doubts
    shown = ", ".join(sections.wanted)[:60]
    doubt = f"line {sections.line}: the sections are written out in the order {shown}, which repeat signs cannot show"
    unused = [name for name in order if name not in sections.wanted]
    doubt += f"; {', '.join(unused)[:60]} is not among them and left out" if unused else ""
    return _written_out(segments, labels, sections.wanted), [*sections.doubts, doubt]


def _labels(segments: Sequence[Segment], sections: Sections) -> list[str]:
    """Return the label of each segment; empty before the first section."""
    starts = sorted((time, label) for label, time in sections.starts.items())
    times = [time for time, _ in starts]
    places = [bisect_right(times, segment.start_quarter) for segment in segments]
    return [starts[place - 1][1] if place else "" for place in places]


def _played(plan: Plan, labels: Sequence[str]) -> list[str]:
    """Return the labels of the sections in the order in which a plan plays them."""
    played: list[str] = []
    before = -1
    firsts = {label: index for index, label in reversed(list(enumerate(labels)))}
    for index in playing_order(_bars(plan.segments), _directions(plan)):
        begins = index == firsts[labels[index]]
        ended = before < 0 or labels[before] != labels[index] or _is_last(labels, before)
        if labels[index] and begins and ended:
            played.append(labels[index])
        elif before >= 0 and labels[index] != labels[before]:
            played.append(f"within {labels[index]}")
        before = index
    return played


def _is_last(labels: Sequence[str], index: int) -> bool:
    return index + 1 == len(labels) or labels[index + 1] != labels[index]


def _plans(segments: list[Segment], labels: list[str], order: list[str], wanted: list[str]) -> list[Plan]:
    """Return the written signs, and signs made from the list, each also with a da capo at the end."""
    if len(wanted) > _MOST_SECTIONS:
        return []
    head = _head(order, wanted)
    bare = [_bare(segment) for segment in segments]
    made = Plan(bare)
    _mark(made, labels, head)
    plans = [made]
    tail = wanted[len(head) :]
    if tail and tail[-1] in labels:
        signs: list[tuple[int, DirectionKind]] = [(len(segments) - 1, "da-capo")]
        signs += [(_last(labels, tail[-1]), "fine")] if tail[-1] != labels[-1] else []
        plans += [Plan(deepcopy(segments), signs), Plan(deepcopy(made.segments), signs)]
    return plans


def _head(order: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Return the beginning of the list, up to the last time that the last section of the file is played in a row."""
    if order[-1] not in wanted:
        return list(wanted)
    end = wanted.index(order[-1])
    while end + 1 < len(wanted) and wanted[end + 1] == order[-1]:
        end += 1
    return list(wanted[: end + 1])


def _mark(plan: Plan, labels: list[str], head: Sequence[str]) -> None:
    """Set repeats for sections that are played again at once, and endings for orders such as A, X, A, Y."""
    index = 0
    while index < len(head):
        size, times = _block(head, index)
        passage, endings = _endings(head, index)
        if times > 1:
            _repeat(plan, labels, (head[index], head[index + size - 1]), times)
            index += size * times
        elif endings:
            _end_differently(plan, labels, endings)
            plan.segments[labels.index(head[index])].lines.repeat_start = labels.index(head[index]) > 0
            index += (passage + 1) * len(endings)
        else:
            index += 1


def _block(head: Sequence[str], index: int) -> tuple[int, int]:
    """Return how many sections from here on are repeated at once, and how many times they are played."""
    for size in range(1, (len(head) - index) // 2 + 1):
        block, times = head[index : index + size], 1
        while head[index + size * times : index + size * (times + 1)] == block:
            times += 1
        if times > 1:
            return size, times
    return 1, 1


def _endings(head: Sequence[str], index: int) -> tuple[int, list[str]]:
    """Return the length of a passage and the sections that follow it each time: 1, [X, Y] in A, X, A, Y."""
    for size in range(1, (len(head) - index) // 2):
        passage, found, start = head[index : index + size], [], index
        while head[start : start + size] == passage and start + size < len(head):
            found.append(head[start + size])
            start += size + 1
        if 1 < len(found) == len(set(found)):
            return size, found
    return 1, []


def _end_differently(plan: Plan, labels: list[str], endings: Sequence[str]) -> None:
    for number, ending in enumerate(endings, start=1):
        first, last = plan.segments[labels.index(ending)].lines, plan.segments[_last(labels, ending)].lines
        first.volta_start = (number,)
        last.volta_stop = "stop" if number < len(endings) else "discontinue"
        last.repeat_end = 2 if number < len(endings) else 0


def _repeat(plan: Plan, labels: list[str], ends: tuple[str, str], times: int) -> None:
    first, last = labels.index(ends[0]), _last(labels, ends[1])
    plan.segments[first].lines.repeat_start = first > 0
    plan.segments[last].lines.repeat_end = times


def _last(labels: Sequence[str], label: str) -> int:
    return len(labels) - 1 - labels[::-1].index(label)


def _bare(segment: Segment) -> Segment:
    """Return a segment without repeats."""
    copied = deepcopy(segment)
    copied.lines = Lines(left=segment.lines.left, right=segment.lines.right)
    return copied


def _written_out(segments: list[Segment], labels: list[str], wanted: Sequence[str]) -> Plan:
    """Return the segments in playing order without repeats, numbered anew. Raises ValueError if they are too many."""
    of: dict[str, list[int]] = {}
    for index, label in enumerate(labels):
        of.setdefault(label, []).append(index)
    if len(of.get("", ())) + sum(len(of[name]) for name in wanted) > limits.MAX_BARS:
        raise ValueError(f"the expansion list makes more than {limits.MAX_BARS} bars")
    indices = [index for name in ("", *wanted) for index in of.get(name, ())]
    found = [_bare(segments[index]) for index in indices]
    number = int(found[0].number) if found[0].number.isdigit() else 1
    for index, segment in enumerate(found):
        number += 1 if index and not segment.continues else 0
        segment.number = str(number)
    return Plan(found)


def _bars(segments: Sequence[Segment]) -> list[Bar]:
    """Return bars with the repeats and endings of segments, to follow their playing order."""
    found: list[Bar] = []
    volta: tuple[int, ...] = ()
    for index, segment in enumerate(segments):
        lines = segment.lines
        volta = lines.volta_start or volta
        bar = Bar(index, "", Fraction(index), Fraction(1), Meter(1, 4), Key(Tone(0)))
        found.append(replace(bar, repeat_start=lines.repeat_start, repeat_end=lines.repeat_end, volta=volta))
        volta = () if lines.volta_stop else volta
    return found


def _directions(plan: Plan) -> list[Direction]:
    return [Direction(Fraction(index) + Fraction(1, 2), kind) for index, kind in plan.signs]
