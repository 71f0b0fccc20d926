"""Whose file is whose: names of students from names of files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from arranger.homework.marking import Marked

_OTHER = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class Answer:
    """A student's file and its mark, or the reason why it has none."""

    student: str
    source: str
    page: str  # name of the student's page, without a folder
    result: Marked | str


def answers_of(sources: Sequence[str], results: Sequence[Marked | str]) -> list[Answer]:
    """Return the answers of a class, with a name and a page of its own for each file."""
    students = names_of(sources)
    pages: list[str] = []
    for student in students:
        stem = _OTHER.sub("-", student).strip("-.") or "student"
        number = 1 + sum(page.casefold().startswith(f"{stem}.".casefold()) for page in pages)
        name = f"{stem}.html" if number == 1 else f"{stem}.{number}.html"
        pages.append(name)
    return [
        Answer(student, source, page, result)
        for student, source, page, result in zip(students, sources, pages, results, strict=True)
    ]


def names_of(sources: Sequence[str]) -> list[str]:
    """Return the name of each file without its ending, with as many folders as distinguish it from others.

    >>> names_of(["homework/anna.mxl", "homework/ben.mxl"]), names_of(["anna/answer.mxl", "ben/answer.mxl"])
    (['anna', 'ben'], ['anna/answer', 'ben/answer'])
    """
    paths = [PurePath(source).with_suffix("").parts if source != "-" else ("standard input",) for source in sources]
    length = 1
    longest = max(map(len, paths), default=1)
    while length < longest and max(Counter(path[-length:] for path in paths).values()) > 1:
        length += 1
    return ["/".join(path[-length:]) for path in paths]
