"""How often each rule found something, over all files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from arranger.linter.verdict import Verdict


@dataclass
class Tally:
    """Numbers of findings by severity and by rule, in how many files."""

    severities: Counter[str] = field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    files: Counter[tuple[str, str]] = field(default_factory=Counter)
    count: int = 0

    def add(self, verdict: Verdict) -> None:
        """Count the findings of one more file."""
        found = [(finding.code, finding.name) for finding in verdict.report.findings]
        self.count += 1
        self.severities.update(finding.severity for finding in verdict.report.findings)
        self.rules.update(found)
        self.files.update(set(found))

    def passes(self, max_warnings: int) -> bool:
        """Whether there are no errors and at most so many warnings."""
        return not self.severities["error"] and self.severities["warning"] <= max_warnings

    def to_text(self) -> str:
        """Return a line a rule, the most frequent first: how often, in how many files, code, name."""
        ranked = sorted(self.rules.items(), key=lambda item: (-item[1], item[0]))
        width = len(str(ranked[0][1])) if ranked else 1
        lines = [
            f"{count:{width}}  in {self.files[code, name]} of {self.count} files  {code}  {name}"
            for (code, name), count in ranked
        ]
        return "\n".join(lines)
