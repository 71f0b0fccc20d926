"""A verdict: the findings in one file, and which of them do not count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from theory.checking.report import Finding, Report
from theory.notation.score import Score


@dataclass(frozen=True)
class Aside:
    """A finding that does not count, because it is suppressed, or known from the baseline."""

    finding: Finding
    kind: str  # inSource: suppressed in the score; external: in the configuration; baseline: known before
    reason: str = ""
    fingerprint: str = ""


@dataclass(frozen=True)
class Verdict:
    """A file, the findings that count, and those that do not."""

    source: str
    report: Report
    asides: tuple[Aside, ...] = ()
    fingerprints: tuple[str, ...] = ()  # one per finding of the report; empty if they were not asked for
    against_baseline: bool = False
    # indices of the configured suppressions that suppressed a finding, and of those that could have
    used: frozenset[int] = field(default=frozenset())
    matched: frozenset[int] = field(default=frozenset())
    why: str = ""  # the reason for a guessed profile; empty if the profile was named
    score: Score | None = None  # kept only if the output needs the score itself
    lines: Mapping[tuple[str, int], int] = field(default_factory=dict)  # (voice, index of the bar) -> line in the file

    def line_of(self, finding: Finding) -> int:
        """Return the line in the file on which the bar of a finding begins, or 0 if it is not known."""
        voice = finding.voices[0] if finding.voices else next((name for name, _ in self.lines), "")
        return self.lines.get((voice, finding.measure_index), 0)
