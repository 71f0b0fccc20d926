"""``arranger check --assignment``: a class's homework, its marks and pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import mean

import click

from arranger.commands.errors import Refusal, refusals
from arranger.commands.running import judged, outcomes
from arranger.commands.streams import write_to
from arranger.formats.writing.files import write_bytes
from arranger.homework.assignment import Assignment, read_assignment
from arranger.homework.marking import Marked, mark_many, settings_for
from arranger.homework.pages import class_page, student_page
from arranger.homework.points import points_text
from arranger.homework.students import Answer, answers_of
from arranger.homework.tables import findings_csv, marks_csv
from arranger.linter.reports import json_report
from arranger.linter.settings import Settings
from arranger.linter.tally import Tally
from theory.checking.report import voices_text
from theory.slices.written import sounding_notes

FORMATS = ("text", "json", "csv")
_PAGES = "students"  # the folder of their pages, in that of the marks


def assignment_of(name: str) -> Assignment:
    """Return the assignment in a file and say on stderr what was understood. Raises Refusal if it has a fault."""
    with refusals():
        assignment = read_assignment(Path(name))
    click.echo(f"{name}: {_understood(assignment)}", err=True)
    return assignment


def _understood(assignment: Assignment) -> str:
    """Return what an assignment holds, so that a slip in it is seen."""
    outline = assignment.outline
    upbeat = " and an upbeat" if outline.bars and outline.bars[0].implicit else ""
    held = [f"{len(outline.bars) - bool(upbeat)} bars{upbeat} in {outline.bars[0].key}, {outline.bars[0].meter}"]
    held += [
        f"{len(sounding_notes(part))} notes of the given {part.name if role == 'score' else role}"
        for role, part in zip(assignment.roles, outline.parts, strict=True)
    ]
    held += [f"{len(assignment.asked)} {assignment.kind}"] if assignment.kind else []
    held += [f"profile {assignment.profile}", f"{points_text(assignment.points.total)} points"]
    return ", ".join(held)


def run(
    sources: Sequence[str], assignment: Assignment, settings: Settings, *, form: str, folder: str, jobs: int
) -> tuple[Tally, bool]:
    """Mark the files of a class, print the marks, and write tables and pages into a folder if one is named.

    Returns the counts of all findings, and whether a file could not be marked.
    """
    if form not in FORMATS:
        raise Refusal(f"{form!r} is not a format for marks; choose from {', '.join(FORMATS)}")
    with refusals():
        settings = settings_for(assignment, settings)
    results = list(outcomes(sources, partial(mark_files, assignment=assignment, settings=settings), jobs=jobs))
    answers = answers_of(sources, results)
    tally = Tally()
    for answer in answers:
        if isinstance(answer.result, str):
            Refusal(answer.result).show()
        else:
            tally.add(answer.result.verdict)
    _print(answers, assignment, form)
    if folder:
        with refusals():
            _write(answers, assignment, Path(folder))
    return tally, any(isinstance(result, str) for result in results)


def mark_files(sources: Sequence[str], assignment: Assignment, settings: Settings) -> list[Marked | str]:
    """Return the mark of each file, or the error message of one that could not be marked."""
    return judged(sources, settings, lambda files, chosen: mark_many(files, assignment, chosen))


def _print(answers: Sequence[Answer], assignment: Assignment, form: str) -> None:
    if form == "csv":
        write_to("-", marks_csv(answers, assignment))
    elif form == "json":
        click.echo(json.dumps([_plain(answer) for answer in answers], indent=2, ensure_ascii=False))
    else:
        for answer in answers:
            click.echo(_text(answer))
        marked = [float(answer.result.points) for answer in answers if isinstance(answer.result, Marked)]
        if len(marked) > 1:
            total = points_text(assignment.points.total)
            click.echo(f"{len(marked)} of {len(answers)} files marked, mean {mean(marked):.1f} of {total} points")


def _text(answer: Answer) -> str:
    """Return the mark of a student and, one line each, the faults that cost points."""
    if isinstance(answer.result, str):
        return f"{answer.student}: not marked"
    marked = answer.result
    lines = [
        f"{answer.student}: {points_text(marked.points)} of {points_text(marked.total)} points, {marked.percent} %"
    ]
    for charge in marked.charges:
        if charge.kind:
            found = charge.fault.finding
            voices = f"{voices_text(found.voices)}  " if found.voices else ""
            cost = f"-{points_text(charge.cost)}" if charge.cost else "0"
            lines.append(f"  {cost:>5}  {found.place}  {voices}{found.code}  {found.message}")
    return "\n".join(lines)


def _plain(answer: Answer) -> dict[str, object]:
    """Return an answer as plain data; each finding has its kind and cost."""
    if isinstance(answer.result, str):
        return {"student": answer.student, "source": answer.source, "error": answer.result}
    marked = answer.result
    found = json_report.to_json(marked.verdict)
    for finding, charge in zip(found["findings"], marked.charges, strict=True):
        finding |= {"kind": charge.kind, "cost": float(charge.cost)}
    mark = {"points": float(marked.points), "of": float(marked.total), "percent": marked.percent}
    return {"student": answer.student, **found, "mark": mark}


def _write(answers: Sequence[Answer], assignment: Assignment, folder: Path) -> None:
    pages = folder / _PAGES
    pages.mkdir(parents=True, exist_ok=True)
    for answer in answers:
        write_bytes(pages / answer.page, student_page(answer, assignment).encode())
    write_bytes(folder / "marks.csv", marks_csv(answers, assignment))
    write_bytes(folder / "findings.csv", findings_csv(answers))
    write_bytes(folder / "class.html", class_page(answers, assignment, _PAGES).encode())
    click.echo(f"wrote {folder}: class.html, marks.csv, findings.csv and {len(answers)} pages in {_PAGES}", err=True)
