"""Baselines: the findings that a set of scores had when somebody drew a line, so that only new ones count."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from arranger.linter.verdict import Aside, Verdict
from theory.checking.report import Finding

_VERSION = 1


@dataclass(frozen=True)
class Baseline:
    """The findings that are known: file, fingerprint, how often."""

    path: Path
    known: Mapping[str, Mapping[str, int]]

    def applied(self, verdict: Verdict) -> Verdict:
        """Return a verdict, which has fingerprints, with the known findings set aside, each as often as it is known."""
        left = Counter(self.known.get(name_in(self.path, verdict.source), {}))
        new: list[tuple[Finding, str]] = []
        old: list[Aside] = []
        for finding, fingerprint in zip(verdict.report.findings, verdict.fingerprints, strict=True):
            if left[fingerprint] > 0:
                left[fingerprint] -= 1
                old.append(Aside(finding, "baseline", fingerprint=fingerprint))
            else:
                new.append((finding, fingerprint))
        return replace(
            verdict,
            report=replace(verdict.report, findings=tuple(finding for finding, _ in new)),
            asides=(*verdict.asides, *old),
            fingerprints=tuple(fingerprint for _, fingerprint in new),
            against_baseline=True,
        )


def name_in(baseline: Path, source: str) -> str:
    """Return what a baseline calls a file: its way from the baseline's own folder."""
    return source if source == "-" else Path(os.path.relpath(source, baseline.resolve().parent)).as_posix()


def read_baseline(path: Path) -> Baseline:
    """Read a baseline; ValueError where the file is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        entries = [(str(entry["source"]), str(entry["fingerprint"])) for entry in data["findings"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(f"{path}: not a baseline; write one with --write-baseline {path}") from None
    found: dict[str, Counter[str]] = {}
    for source, fingerprint in entries:
        found.setdefault(source, Counter())[fingerprint] += 1
    return Baseline(path, found)


def to_baseline(verdicts: Iterable[Verdict], path: Path) -> bytes:
    """Return a baseline of all findings, with enough beside each fingerprint that a person knows it."""
    entries = [
        _entry(name_in(path, verdict.source), finding, fingerprint)
        for verdict in verdicts
        for finding, fingerprint in _all(verdict)
    ]
    return (json.dumps({"version": _VERSION, "findings": entries}, indent=1, ensure_ascii=False) + "\n").encode()


def _all(verdict: Verdict) -> list[tuple[Finding, str]]:
    known = [(aside.finding, aside.fingerprint) for aside in verdict.asides if aside.kind == "baseline"]
    return [*zip(verdict.report.findings, verdict.fingerprints, strict=True), *known]


def _entry(source: str, finding: Finding, fingerprint: str) -> dict[str, Any]:
    place = {"code": finding.code, "bar": finding.bar, "message": finding.message}
    return {"source": source, "fingerprint": fingerprint, **place}
