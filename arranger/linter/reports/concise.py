"""One line a finding and nothing else, in the order that editors and grep know: file, place, code, message."""

from __future__ import annotations

from arranger.linter.verdict import Verdict
from theory.checking.report import Finding, voices_text
from theory.notation.beats import beat_text


def lines(verdict: Verdict) -> str:
    """Return ``file:bar:beat: CODE severity voices message`` for each finding."""
    return "\n".join(_line(verdict.source, finding) for finding in verdict.report.findings)


def _line(source: str, finding: Finding) -> str:
    voices = f"{voices_text(finding.voices)} " if finding.voices else ""
    place = f"{source}:{finding.bar}:{beat_text(finding.beat)}"
    return f"{place}: {finding.code} {finding.severity} {voices}{finding.message}"
