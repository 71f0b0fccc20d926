"""Marks as CSV: one row per student, and one row per fault with what it cost.

The text is UTF-8 with a byte order mark, by which spreadsheets recognise it. A text that a spreadsheet would take for a
formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from arranger.formats.cells import safe_cell
from arranger.homework.assignment import Assignment
from arranger.homework.marking import Marked
from arranger.homework.points import points_text
from arranger.homework.students import Answer
from theory.checking.report import voices_text
from theory.notation.beats import beat_text

_BOM = "\ufeff"


def marks_csv(answers: Sequence[Answer], assignment: Assignment) -> bytes:
    """Return one row per student: points, per cent, grade, points lost by kind, and why a file has no mark."""
    kinds = list(assignment.points.costs)
    head = ["student", "file", "points", "of", "percent", "grade", *(f"lost: {kind}" for kind in kinds), "not marked"]
    return _csv(head, (_mark(answer, assignment, kinds) for answer in answers))


def _mark(answer: Answer, assignment: Assignment, kinds: Sequence[str]) -> list[str]:
    total = points_text(assignment.points.total)
    if isinstance(answer.result, str):
        return [answer.student, answer.source, "", total, "", "", *("" for _ in kinds), answer.result]
    marked = answer.result
    lost = [points_text(marked.lost(kind)) for kind in kinds]
    mark = [points_text(marked.points), total, str(marked.percent), assignment.grade_of(marked.points)]
    return [answer.student, answer.source, *mark, *lost, ""]


def findings_csv(answers: Sequence[Answer]) -> bytes:
    """Return one row per fault: student, place, rule, kind, cost, and what was found."""
    head = ["student", "bar", "beat", "voices", "code", "severity", "kind", "cost", "finding"]
    return _csv(head, (row for answer in answers for row in _faults(answer)))


def _faults(answer: Answer) -> Iterable[list[str]]:
    if isinstance(answer.result, Marked):
        for charge in answer.result.charges:
            found = charge.fault.finding
            place = [found.bar, beat_text(found.beat), voices_text(found.voices)]
            cost = [charge.kind, points_text(charge.cost)]
            yield [answer.student, *place, found.code, found.severity, *cost, found.message]


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return (_BOM + text.getvalue()).encode()
