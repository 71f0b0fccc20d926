"""Pages to print: one for each student, and one for the class. They need no network, no script and no extras."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from html import escape
from importlib.util import find_spec
from pathlib import PurePath
from statistics import mean, median

from arranger.homework.assignment import Assignment
from arranger.homework.kinds import OWN_RULES
from arranger.homework.marking import Charge, Marked
from arranger.homework.points import Points, points_text
from arranger.homework.students import Answer
from arranger.linter.reports.html import HEAD, STYLE, music
from theory.checking.report import voices_text
from theory.notation.beats import beat_text
from theory.rules.catalogue import ALL

_MOST_FREQUENT = 12  # kinds of faults on the page of the class
_KIND_NAMES = {
    "given": "given lines",
    "transposed": "key or octave of given lines",
    "bars": "bars",
    "complete": "missing voices",
    "numerals": "numerals not realised",
    "figures": "figures not realised",
    "analysis": "typed numerals",
    "error": "other rules: errors",
    "warning": "other rules: warnings",
}
_RULES = {
    **{rule.code: (rule.name, rule.definition) for rule in ALL},
    **{code: (name, about) for code, (name, _, about) in OWN_RULES.items()},
}
_PRINTED = """
table { margin: .5rem 0 1.5rem }
td.points, th.points { text-align: right; white-space: nowrap }
td.place { white-space: nowrap }
tr.sum td { border-top: 2px solid #222; font-weight: bold }
.mark { font-size: 1.4rem }
h1 { margin-bottom: 0 } h2 { font-size: 1.1rem; margin: 1.2rem 0 0 }
dt { font-weight: bold } dd { margin: 0 0 .4rem 1rem }
tr, dt, dd { break-inside: avoid } h2, dt { break-after: avoid }
@media print { body { font-size: 11pt; margin: 0; max-width: none } a { color: inherit; text-decoration: none } }
"""


def student_page(answer: Answer, assignment: Assignment) -> str:
    """Return the page of a student: the mark, each fault with its reason and cost, and the rules that were broken."""
    title = f"{answer.student}: {assignment.title}"
    if isinstance(answer.result, str):
        body = [f"<h1>{escape(answer.student)}</h1><p>{escape(assignment.title)}</p>"]
        body.append(f'<p class="mark">not marked</p><p>{escape(answer.result)}</p>')
        return _page(title, body)
    return _page(title, _student(answer, answer.result, assignment))


def _student(answer: Answer, marked: Marked, assignment: Assignment) -> Iterator[str]:
    mark = f"{points_text(marked.points)} of {points_text(marked.total)} points ({marked.percent} %)"
    if assignment.grades:
        mark += f", grade {escape(assignment.grade_of(marked.points) or 'none')}"
    yield f"<h1>{escape(answer.student)}</h1><p>{escape(assignment.title)}, {escape(PurePath(answer.source).name)}</p>"
    yield f'<p class="mark">{mark}</p>'
    charged = [charge for charge in marked.charges if charge.kind]
    if charged:
        yield f"<h2>What cost points</h2>{_faults(charged, assignment.points)}"
    else:
        yield "<p>Nothing cost points.</p>"
    others = [charge for charge in marked.charges if not charge.kind and _is_shown(charge)]
    if others:
        yield f"<h2>Also found, without cost</h2>{_faults(others, None)}"
    if charged:
        yield f"<h2>Points by kind</h2>{_kinds(marked, assignment.points)}"
    if find_spec("verovio") is not None:
        yield from _music(marked, (*charged, *others))
    asides = marked.verdict.asides
    if asides:
        texts = [
            f"{aside.finding.place}: {aside.finding.code} {aside.finding.message}: {aside.reason}" for aside in asides
        ]
        yield f"<h2>Forgiven</h2><ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"
    notices = marked.verdict.report.notices
    if notices:
        texts = [f"bar {notice.bar}: {notice.message}" if notice.bar else notice.message for notice in notices]
        yield f"<h2>Notes</h2><ul>{''.join(f'<li>{escape(text)}</li>' for text in dict.fromkeys(texts))}</ul>"
    codes = dict.fromkeys(charge.fault.finding.code for charge in (*charged, *others))
    if codes:
        yield f"<h2>The rules</h2><dl>{''.join(map(_definition, sorted(codes)))}</dl>"


def _music(marked: Marked, shown: Sequence[Charge]) -> list[str]:
    """Return the engraved score, in which only the faults of the page are marked."""
    report = replace(marked.verdict.report, findings=tuple(charge.fault.finding for charge in shown))
    return music(replace(marked.verdict, report=report))


def _is_shown(charge: Charge) -> bool:
    return charge.fault.finding.severity != "info" or charge.fault.finding.code in OWN_RULES


def _faults(charges: Sequence[Charge], points: Points | None) -> str:
    """Return faults as a table; with their costs if ``points`` is given."""
    heads = ["Bar", "Beat", "Voices", "Rule", "What is wrong"]
    head = "".join(f"<th>{text}</th>" for text in heads) + ('<th class="points">Points</th>' if points else "")
    rows = "".join(_row(charge, points) for charge in charges)
    total = ""
    if points:
        lost = sum((charge.cost for charge in charges), Fraction(0))
        total = f'<tr class="sum"><td colspan="5">together</td><td class="points">-{points_text(lost)}</td></tr>'
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}{total}</tbody></table>"


def _row(charge: Charge, points: Points | None) -> str:
    found = charge.fault.finding
    cells = [
        f'<td class="place">{escape(found.bar)}</td><td class="place">{beat_text(found.beat)}</td>',
        f'<td>{escape(voices_text(found.voices))}</td><td class="code">{found.code}</td>',
        f"<td>{escape(_sentence(charge))}</td>",
    ]
    if points:
        cells.append(f'<td class="points">{_cost(charge, points)}</td>')
    return f'<tr class="{found.severity}">{"".join(cells)}</tr>\n'


def _sentence(charge: Charge) -> str:
    doubt = " (estimated harmony)" if charge.fault.finding.inferred else ""
    return f"{charge.fault.finding.message}{doubt}"


def _cost(charge: Charge, points: Points) -> str:
    """Return the cost of a fault, or why it costs nothing more."""
    most = points.costs[charge.kind].most
    if charge.cost:
        return f"-{points_text(charge.cost)}"
    return "0" if most is None else f"0 (at most {points_text(most)} for {escape(charge.kind)})"


def _kinds(marked: Marked, points: Points) -> str:
    rows = ""
    for kind, cost in points.costs.items():
        number = sum(charge.fault.count for charge in marked.charges if charge.kind == kind)
        if number:
            limit = f", at most {points_text(cost.most)}" if cost.most is not None else ""
            name = escape(kind_name(kind)) + limit
            rows += (
                f'<tr><td>{name}</td><td>{number}</td><td class="points">-{points_text(marked.lost(kind))}</td></tr>'
            )
    head = '<tr><th>Kind</th><th>Faults</th><th class="points">Points</th></tr>'
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def kind_name(kind: str) -> str:
    """Return the name of a kind of fault for people.

    >>> kind_name("given"), kind_name("VL101")
    ('given lines', 'VL101 parallel fifths')
    """
    if kind in _KIND_NAMES:
        return _KIND_NAMES[kind]
    name = _RULES[kind][0].replace("-", " ") if kind in _RULES else "rules"
    return f"{kind} {name}"


def _definition(code: str) -> str:
    name, about = _RULES.get(code, (code, ""))
    return f"<dt>{code} {escape(name.replace('-', ' '))}</dt><dd>{escape(about)}</dd>"


def class_page(answers: Sequence[Answer], assignment: Assignment, folder: str) -> str:
    """Return the page of the class: all marks, the files without one, and the most frequent faults.

    ``folder`` holds the pages of the students, relative to this one.
    """
    return _page(assignment.title, _class(answers, assignment, folder))


def _class(answers: Sequence[Answer], assignment: Assignment, folder: str) -> Iterator[str]:
    marked = [answer.result for answer in answers if isinstance(answer.result, Marked)]
    yield f"<h1>{escape(assignment.title)}</h1><p>{escape(PurePath(assignment.source).name)}</p>"
    if marked:
        points = [each.points for each in marked]
        spread = f"mean {mean(map(float, points)):.1f}, median {median(map(float, points)):.1f}"
        spread += f", from {points_text(min(points))} to {points_text(max(points))}"
        of = points_text(assignment.points.total)
        yield f"<p>{len(marked)} of {len(answers)} files marked: {spread} of {of} points</p>"
    grade = "<th>Grade</th>" if assignment.grades else ""
    head = f'<tr><th>Student</th><th class="points">Points</th><th class="points">%</th>{grade}<th>Lost for</th></tr>'
    rows = "".join(_student_row(answer, assignment, folder) for answer in answers)
    yield f"<h2>Marks</h2><table><thead>{head}</thead><tbody>{rows}</tbody></table>"
    if any(charge.kind for each in marked for charge in each.charges):
        yield f"<h2>The most frequent faults</h2>{_frequent(marked)}"


def _student_row(answer: Answer, assignment: Assignment, folder: str) -> str:
    name = f'<td><a href="{escape(folder)}/{escape(answer.page)}">{escape(answer.student)}</a></td>'
    if isinstance(answer.result, str):
        columns = 3 + bool(assignment.grades)
        return f'<tr class="error">{name}<td colspan="{columns}">not marked: {escape(answer.result)}</td></tr>\n'
    costs = {kind: answer.result.lost(kind) for kind in assignment.points.costs}
    lost = ", ".join(f"{kind_name(kind)} {points_text(cost)}" for kind, cost in costs.items() if cost)
    mark = f'<td class="points">{points_text(answer.result.points)}</td><td class="points">{answer.result.percent}</td>'
    grade = f"<td>{escape(assignment.grade_of(answer.result.points))}</td>" if assignment.grades else ""
    return f"<tr>{name}{mark}{grade}<td>{escape(lost)}</td></tr>\n"


def _frequent(marked: Sequence[Marked]) -> str:
    """Return the codes that cost points most often, with the number of students who have them."""
    times: Counter[str] = Counter()
    students: Counter[str] = Counter()
    for each in marked:
        codes = [charge.fault.finding.code for charge in each.charges if charge.kind]
        times.update(codes)
        students.update(set(codes))
    ranked = sorted(times, key=lambda code: (-students[code], -times[code], code))[:_MOST_FREQUENT]
    rows = "".join(
        f'<tr><td class="code">{code}</td><td>{escape(_RULES.get(code, (code, ""))[1])}</td>'
        f'<td class="points">{students[code]}</td><td class="points">{times[code]}</td></tr>'
        for code in ranked
    )
    head = '<tr><th>Rule</th><th>What it says</th><th class="points">Students</th><th class="points">Times</th></tr>'
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _page(title: str, body: Sequence[str] | Iterator[str]) -> str:
    head = f"{HEAD}\n<title>{escape(title)}</title><style>{STYLE}{_PRINTED}</style>"
    return "\n".join([f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>', *body, "</body></html>\n"])
