"""Text for people: a line a finding, the notices, the counts."""

from __future__ import annotations

from arranger.linter.verdict import Verdict


def lines(verdict: Verdict) -> str:
    """Return the report of one file as lines; what does not count is a number in the last one."""
    aside = _aside(verdict)
    return verdict.report.to_text(verdict.source) + (f"; {aside}" if aside else "")


def _aside(verdict: Verdict) -> str:
    known = sum(aside.kind == "baseline" for aside in verdict.asides)
    counts = ((len(verdict.asides) - known, "suppressed"), (known, "in the baseline"))
    return ", ".join(f"{count} {what}" for count, what in counts if count)
