"""SARIF 2.1.0, which code-scanning services and editors read.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0. Each finding has
a logical location (beat in measure, in part) beside the file, and in a file of MusicXML text the line of its bar.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from arranger.linter.suppression_comments import OWN_RULES
from arranger.linter.verdict import Aside, Verdict
from theory.checking.report import Finding
from theory.notation.beats import beat_text
from theory.rules.catalogue import ALL
from theory.version import program_version

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_RULES = {rule.code: rule for rule in ALL}
_FINGERPRINT = "arrangerFinding/v1"


def document(verdicts: Sequence[Verdict], failures: Sequence[str]) -> str:
    """Return one run: its rules, a result a finding (also those set aside), and what could not be read."""
    results = [(verdict, *each) for verdict in verdicts for each in _results(verdict)]
    codes = sorted({finding.code for _, finding, _, _ in results})
    run: dict[str, Any] = {
        "tool": {"driver": _driver(codes)},
        "invocations": [_invocation(failures)],
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(verdict, finding, codes, aside=aside, fingerprint=fingerprint)
            for verdict, finding, fingerprint, aside in results
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _results(verdict: Verdict) -> Iterator[tuple[Finding, str, Aside | None]]:
    """Yield every finding of a file with its fingerprint, and why it does not count where it does not."""
    prints = verdict.fingerprints or ("",) * len(verdict.report.findings)
    for finding, fingerprint in zip(verdict.report.findings, prints, strict=True):
        yield finding, fingerprint, None
    for aside in verdict.asides:
        yield aside.finding, aside.fingerprint, aside


def _driver(codes: Sequence[str]) -> dict[str, Any]:
    rules = [_rule(code) for code in codes]
    return {"name": "arranger", "version": program_version(), "rules": rules}


def _rule(code: str) -> dict[str, Any]:
    if code in OWN_RULES:
        name, about = OWN_RULES[code]
        return {"id": code, "name": name, "shortDescription": {"text": about}}
    rule = _RULES[code]
    return {
        "id": code,
        "name": rule.name,
        "shortDescription": {"text": rule.definition},
        "help": {"text": f"Source: {rule.source}. `arranger explain {code}` shows examples."},
    }


def _invocation(failures: Sequence[str]) -> dict[str, Any]:
    told = [{"level": "error", "message": {"text": failure}} for failure in failures]
    return {"executionSuccessful": not failures, "toolExecutionNotifications": told}


def _result(
    verdict: Verdict, finding: Finding, codes: Sequence[str], *, aside: Aside | None, fingerprint: str
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(verdict, finding)],
        "properties": {"inferred": finding.inferred, "notes": list(finding.notes)},
    }
    if fingerprint:
        result["partialFingerprints"] = {_FINGERPRINT: fingerprint}
    if aside is not None and aside.kind != "baseline":
        result["suppressions"] = [{"kind": aside.kind, "justification": aside.reason}]
    if verdict.against_baseline:
        result["baselineState"] = "unchanged" if aside is not None and aside.kind == "baseline" else "new"
    return result


def _message(finding: Finding) -> str:
    place = f" (bar {finding.bar} beat {beat_text(finding.beat)})" if finding.bar else ""
    return f"{finding.message}{place}"


def _location(verdict: Verdict, finding: Finding) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri_of(verdict.source)}}
    if line := verdict.line_of(finding):
        physical["region"] = {"startLine": line}
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding.bar:
        location["logicalLocations"] = list(_logical(finding))
    return location


def _logical(finding: Finding) -> Iterator[dict[str, str]]:
    """Yield the place in music: each part, the measure and the beat; a beat's full name holds the other two."""
    beat = beat_text(finding.beat)
    for voice in finding.voices:
        yield {"kind": "part", "name": voice, "fullyQualifiedName": voice}
    yield {"kind": "measure", "name": finding.bar, "fullyQualifiedName": f"measure {finding.bar}"}
    yield {"kind": "beat", "name": beat, "fullyQualifiedName": f"measure {finding.bar}/beat {beat}"}


def uri_of(source: str) -> str:
    """Return a file's name as a URI reference.

    >>> uri_of("my scores/no. 1.mxl"), uri_of("-")
    ('my%20scores/no.%201.mxl', 'stdin')
    """
    path = PurePath(source)
    if source == "-":
        return "stdin"
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
