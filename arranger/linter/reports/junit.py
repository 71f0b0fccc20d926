"""JUnit XML, which continuous-integration services show as tests: a suite a file, a case a finding.

Source: the de-facto schema of the Jenkins xUnit plugin (``testsuites/testsuite/testcase/failure``). Errors and
warnings are failures; what is only worth knowing is a case that passes and says so, and a file in which nothing was
found is one case that passes. A file that could not be read is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from arranger.linter.verdict import Verdict
from theory.checking.report import Finding


def document(verdicts: Sequence[Verdict], failures: Sequence[str]) -> str:
    """Return all verdicts as one document."""
    root = Element("testsuites", name="arranger check")
    for verdict in verdicts:
        _suite(root, verdict)
    for failure in failures:
        suite = SubElement(root, "testsuite", name="unread", tests="1", failures="0", errors="1")
        case = SubElement(suite, "testcase", classname="unread", name=_clean(failure))
        SubElement(case, "error", message=_clean(failure))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def _suite(root: Element, verdict: Verdict) -> None:
    findings = verdict.report.findings
    bad = sum(finding.severity != "info" for finding in findings)
    source = _clean(verdict.source)
    counts = {"tests": str(max(len(findings), 1)), "failures": str(bad), "errors": "0"}
    suite = SubElement(root, "testsuite", {"name": source, **counts})
    for finding in findings:
        _case(suite, source, finding)
    if not findings:
        SubElement(suite, "testcase", classname=source, name="nothing found")


def _case(suite: Element, source: str, finding: Finding) -> None:
    said = _clean(finding.to_text(source))
    name = _clean(f"{finding.code} {finding.name} {finding.place}")
    case = SubElement(suite, "testcase", classname=source, name=name)
    if finding.severity == "info":
        SubElement(case, "system-out").text = said
    else:
        failure = SubElement(case, "failure", message=_clean(finding.message), type=finding.severity)
        failure.text = said


def _clean(text: str) -> str:
    """Return text without the control characters that XML cannot hold."""
    return "".join(character if character.isprintable() or character in "\t\n" else "\ufffd" for character in text)
