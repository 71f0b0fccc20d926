"""Checking files: what the rules find in each, and a page about all of them that can be printed."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from arranger.linter.judging import ScoreFile, judge
from arranger.linter.reports import WHOLE
from arranger.linter.settings import AUTO, Selection, Settings
from arranger.linter.verdict import Verdict
from arranger.studio.answers import RefusedError, Say
from arranger.studio.project import Json
from arranger.studio.work.scores import finding_entry, notice_entry, with_ids
from arranger.studio.work.uploads import read_score_of
from theory.rules.profile import load_profile

File = tuple[str, bytes]  # name and content


def check_file(say: Say, *, name: str, content: bytes, profile: str) -> Json:
    """Return what the rules of a profile, or ``auto``, find in a file. Raises RefusedError if it cannot be read."""
    verdict = _verdict(name, content, profile)
    return {
        "name": name,
        "profile": verdict.report.profile,
        "why": verdict.why,
        "counts": dict(verdict.report.counts),
        "findings": [finding_entry(each) for each in verdict.report.findings],
        "notices": [notice_entry(each) for each in verdict.report.notices],
    }


def report_page(say: Say, *, files: Sequence[File], profile: str) -> str:
    """Return a web page about some files: each engraved, with its findings listed, marked and explained."""
    failures, verdicts = [], []
    with tempfile.TemporaryDirectory(prefix="arranger-") as folder:
        for number, (name, content) in enumerate(files):
            say(number / len(files), name)
            path = Path(folder) / str(number) / name  # where the page finds the file itself, to mark it
            path.parent.mkdir()
            path.write_bytes(content)
            try:
                verdicts.append(replace(_verdict(name, content, profile), source=str(path)))
            except RefusedError as error:
                failures.append(str(error))
        page = WHOLE["html"](verdicts, failures) if verdicts or failures else ""
        for number in range(len(files)):
            page = page.replace(f"{Path(folder) / str(number)}/", "")
    return page


def _verdict(name: str, content: bytes, profile: str) -> Verdict:
    if profile != AUTO:
        load_profile(profile)
    score, notices = read_score_of(content, name)
    settings = Settings(Selection(profile), keep_score=True)
    return judge(ScoreFile(name, with_ids(score), notices=notices), settings)
