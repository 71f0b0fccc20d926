"""Counts of findings over all files, by rule and by severity."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from arranger.linter.verdict import Verdict


@dataclass
class Tally:
    """Numbers of findings by severity and by rule, and in how many files each rule found something."""

    severities: Counter[str] = field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    files: Counter[tuple[str, str]] = field(default_factory=Counter)
    count: int = 0

    def add(self, verdict: Verdict) -> None:
        """Add the findings of one file."""
        found = [(finding.code, finding.name) for finding in verdict.report.findings]
        self.count += 1
        self.severities.update(finding.severity for finding in verdict.report.findings)
        self.rules.update(found)
        self.files.update(set(found))

    def passes(self, max_warnings: int) -> bool:
        """Whether there are no errors and at most ``max_warnings`` warnings."""
        return not self.severities["error"] and self.severities["warning"] <= max_warnings

    def to_text(self) -> str:
        """Return one line per rule, the most frequent first: how often, in how many files, code, name."""
        ranked = sorted(self.rules.items(), key=lambda item: (-item[1], item[0]))
        width = len(str(ranked[0][1])) if ranked else 1
        lines = [
            f"{count:{width}}  in {self.files[code, name]} of {self.count} files  {code}  {name}"
            for (code, name), count in ranked
        ]
        return "\n".join(lines)
