"""Workflow commands of GitHub Actions, which it shows as annotations of a run.

Source: GitHub documentation, "Workflow commands for GitHub Actions", on setting messages.
"""

from __future__ import annotations

from arranger.linter.verdict import Verdict
from theory.checking.report import Finding, voices_text
from theory.notation.beats import beat_text

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
_IN_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES = {**_IN_DATA, ":": "%3A", ",": "%2C"}


def lines(verdict: Verdict) -> str:
    """Return one workflow command a finding; its place in the music stands in the message."""
    return "\n".join(_command(verdict, finding) for finding in verdict.report.findings)


def _command(verdict: Verdict, finding: Finding) -> str:
    title = f"{finding.code} {finding.name}"
    place = f"bar {finding.bar} beat {beat_text(finding.beat)} {voices_text(finding.voices)}".rstrip()
    line = verdict.line_of(finding)
    file = _escaped(verdict.source, _IN_PROPERTIES) + (f",line={line}" if line else "")
    properties = f"file={file},title={_escaped(title, _IN_PROPERTIES)}"
    return f"::{_COMMANDS[finding.severity]} {properties}::{_escaped(f'{place}: {finding.message}', _IN_DATA)}"


def _escaped(text: str, escapes: dict[str, str]) -> str:
    """Return text in which the characters that end a field are escaped.

    >>> _escaped("100%: a, b", _IN_PROPERTIES)
    '100%25%3A a%2C b'
    """
    return "".join(escapes.get(character, character) for character in text)
