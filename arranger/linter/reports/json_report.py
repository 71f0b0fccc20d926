"""JSON and JSON Lines, one object per file; docs/report-schema.md describes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from arranger.linter.verdict import Aside, Verdict


def to_json(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain data: the name of the file, the report, and the findings that do not count."""
    return {
        "source": verdict.source,
        **verdict.report.to_json(),
        "set_aside": [_aside(aside) for aside in verdict.asides],
    }


def _aside(aside: Aside) -> dict[str, Any]:
    return {**aside.finding.to_json(), "kind": aside.kind, "reason": aside.reason}


def line(verdict: Verdict) -> str:
    """Return a verdict as one line of JSON."""
    return json.dumps(to_json(verdict), ensure_ascii=False)


def document(verdicts: Sequence[Verdict], failures: Sequence[str]) -> str:
    """Return all verdicts as a JSON list; ``failures`` are not part of it, they are reported on stderr."""
    return json.dumps([to_json(verdict) for verdict in verdicts], indent=2, ensure_ascii=False)


def single(verdict: Verdict) -> str:
    """Return one verdict as a JSON object, for a command that names a single file."""
    return json.dumps(to_json(verdict), indent=2, ensure_ascii=False)
