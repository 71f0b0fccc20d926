"""Plain data: one JSON document, or JSON Lines, one object a file (docs/report-schema.md)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from arranger.linter.verdict import Aside, Verdict


def to_json(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain data: the report, the file that it is about, and what does not count."""
    return {
        "source": verdict.source,
        **verdict.report.to_json(),
        "set_aside": [_aside(aside) for aside in verdict.asides],
    }


def _aside(aside: Aside) -> dict[str, Any]:
    return {**aside.finding.to_json(), "kind": aside.kind, "reason": aside.reason}


def line(verdict: Verdict) -> str:
    """Return a verdict as one line."""
    return json.dumps(to_json(verdict), ensure_ascii=False)


def document(verdicts: Sequence[Verdict], failures: Sequence[str]) -> str:
    """Return a list of verdicts; what could not be read is told elsewhere."""
    return json.dumps([to_json(verdict) for verdict in verdicts], indent=2, ensure_ascii=False)


def single(verdict: Verdict) -> str:
    """Return the one verdict on the one file that was named."""
    return json.dumps(to_json(verdict), indent=2, ensure_ascii=False)
