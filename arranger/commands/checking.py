"""``arranger check``: the rules that steer the search, as a verdict on any score."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from arranger.commands.errors import Refusal, refusals
from arranger.commands.streams import progress, read_from
from arranger.reading import read_score
from theory.check import check, selected
from theory.profile import Profile, load_profile
from theory.report import Report
from theory.rules import ALL

CLEAN, FOUND, FAILED = 0, 1, 2


def run(sources: Sequence[str], profile: Profile, output: str) -> int:
    """Check scores and print what was found; return 0 clean, 1 findings from warning up, 2 a file not read."""
    reports, failures = [], []
    with progress(sources, len(sources), "Checking") as each:
        for source in each:
            try:
                reports.append((source, check_file(source, profile)))
            except Refusal as error:
                failures.append(error)
    if output == "json":
        objects = [to_json(source, report) for source, report in reports]
        if objects:
            click.echo(json.dumps(objects[0] if len(sources) == 1 else objects, indent=2, ensure_ascii=False))
    else:
        for source, report in reports:
            click.echo(report.to_text(source))
    for refusal in failures:
        refusal.show()
    if failures:
        return FAILED
    return FOUND if any(report.at_least("warning") for _, report in reports) else CLEAN


def check_file(source: str, profile: Profile) -> Report:
    """Return what a profile's rules find in a file."""
    with refusals():
        return check(read_from(source, read_score), profile)


def to_json(source: str, report: Report) -> dict[str, Any]:
    """Return a report as plain data, with the file that it is about."""
    return {"source": source, **report.to_json()}


def chosen_profile(name: str, select: Sequence[str], ignore: Sequence[str]) -> Profile:
    """Return a profile narrowed to codes; each argument may hold several, separated by commas.

    >>> sorted(code for code, setting in chosen_profile("chorale", ["VL101,VL102"], []).rules.items()
    ...     if setting.severity != "off")
    ['VL101', 'VL102']
    """
    with refusals():
        return selected(load_profile(name), _codes(select), _codes(ignore))


def _codes(texts: Sequence[str]) -> list[str]:
    """Return the codes and beginnings of codes in the texts; ValueError for one that no rule has."""
    codes = [code.strip().upper() for text in texts for code in text.split(",") if code.strip()]
    for code in codes:
        if not any(rule.code.startswith(code) for rule in ALL):
            raise ValueError(f"no rule's code begins with {code!r}; `arranger rules` lists them")
    return codes
