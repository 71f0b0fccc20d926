"""A verdict: what a check found in one file, and what of it does not count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from theory.checking.report import Finding, Report
from theory.notation.score import Score


@dataclass(frozen=True)
class Aside:
    """A finding that does not count, and why: somebody vouches for it, or it was there before."""

    finding: Finding
    kind: str  # inSource: words in the score; external: the configuration; baseline: found before
    reason: str = ""
    fingerprint: str = ""


@dataclass(frozen=True)
class Verdict:
    """A file, the findings that count, and those that do not."""

    source: str
    report: Report
    asides: tuple[Aside, ...] = ()
    fingerprints: tuple[str, ...] = ()  # one a finding of the report, where they were asked for
    against_baseline: bool = False
    used: frozenset[int] = field(default=frozenset())  # suppressions of the configuration that met a finding
    matched: frozenset[int] = field(default=frozenset())  # suppressions of the configuration that name the file
    why: str = ""  # why this profile was chosen, where it was guessed
    score: Score | None = None  # kept where the score itself is to be shown
    lines: Mapping[tuple[str, int], int] = field(
        default_factory=dict
    )  # (voice, bar counted from 0) -> line of the file

    def line_of(self, finding: Finding) -> int:
        """Return the line of the file on which the bar of a finding begins, 0 where that is not known."""
        voice = finding.voices[0] if finding.voices else next((name for name, _ in self.lines), "")
        return self.lines.get((voice, finding.measure_index), 0)
