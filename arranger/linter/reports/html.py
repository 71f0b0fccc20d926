"""A page for people: each score engraved, its findings marked and listed, the reason where the mouse rests.

The page is one file, needs no network and runs no script; a finding in the list leads to its notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from arranger.linter.annotation import COLOURS, annotated, note_id, places_of
from arranger.linter.reports.engraving import engrave
from arranger.linter.verdict import Verdict
from theory.checking.report import Finding, voices_text
from theory.notation.beats import beat_text

_STYLE = f"""
body {{ font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
html {{ color: #222; background: #fff }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; padding: .2rem .6rem; border-bottom: 1px solid #ddd; vertical-align: top }}
tr.error td.code {{ color: {COLOURS["error"]} }}
tr.warning td.code {{ color: {COLOURS["warning"]} }}
tr.info td.code {{ color: {COLOURS["info"]} }}
svg {{ width: 100%; height: auto }}
g.note:target {{ stroke: currentColor; stroke-width: 60 }}
.aside {{ color: #666 }}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
_HEAD = (
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
)


def document(verdicts: Sequence[Verdict], failures: Sequence[str]) -> str:
    """Return a page about all files."""
    body = [section for number, verdict in enumerate(verdicts) for section in _sections(verdict, number)]
    if failures:
        body.append(_list("Not read", failures))
    title = verdicts[0].source if len(verdicts) == 1 else f"{len(verdicts)} scores"
    return "\n".join(
        [
            f'<!DOCTYPE html>\n<html lang="en"><head>{_HEAD}',
            f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
            *body,
            "</body></html>",
        ]
    )


def _sections(verdict: Verdict, number: int) -> Iterator[str]:
    """Yield heading, list, notices and score of one file."""
    report = verdict.report
    counts = ", ".join(f"{count} {severity}" for severity, count in report.counts.items())
    yield f"<h1>{escape(verdict.source)}</h1><p>{counts} ({escape(report.profile)})</p>"
    if report.findings:
        rows = "".join(_row(finding, _ids(finding, verdict, number)) for finding in report.findings)
        heads = "".join(f"<th>{head}</th>" for head in ("Bar", "Beat", "Voices", "Rule", "What"))
        yield f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    if report.notices:
        yield _list("Notes", [notice.message for notice in report.notices])
    if verdict.asides:
        yield _list("Set aside", [_aside(aside.finding, aside.kind, aside.reason) for aside in verdict.asides])
    yield from _pages(verdict, number)


def _ids(finding: Finding, verdict: Verdict, number: int) -> list[str]:
    places = places_of(finding, verdict.score) if verdict.score else []
    return [note_id(place, prefix=_prefix(number)) for place in places]


def _prefix(number: int) -> str:
    return f"score{number + 1}"


def _row(finding: Finding, ids: Sequence[str]) -> str:
    place = f"<td>{escape(finding.bar)}</td><td>{beat_text(finding.beat)}</td>"
    message = escape(finding.message)
    link = f'<a href="#{ids[0]}">{message}</a>' if ids else message
    voices = escape(voices_text(finding.voices))
    code = f'<td class="code" title="{escape(finding.name)}, {finding.severity}">{finding.code}</td>'
    return f'<tr class="{finding.severity}">{place}<td>{voices}</td>{code}<td>{link}</td></tr>\n'


def _aside(finding: Finding, kind: str, reason: str) -> str:
    return f"bar {finding.bar}: {finding.code} {finding.message} ({reason or kind})"


def _list(heading: str, texts: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f'<div class="aside"><h2>{heading}</h2><ul>{items}</ul></div>'


def _pages(verdict: Verdict, number: int) -> list[str]:
    """Return the engraved pages; what no score is behind, such as a configuration, has none."""
    if verdict.score is None:
        return []
    findings = verdict.report.findings
    reasons: dict[str, list[str]] = {}
    for finding in findings:
        for note in _ids(finding, verdict, number):
            reasons.setdefault(note, []).append(f"{finding.code} {finding.severity}: {finding.message}")
    marked = annotated(verdict.score, findings, prefix=_prefix(number))
    titles = {note: "\n".join(texts) for note, texts in reasons.items()}
    try:
        return engrave(marked, reasons=titles, seed=number + 1)
    except ValueError as error:  # one score that cannot be drawn does not take the page from the others
        return [f'<p class="aside">{escape(str(error))}</p>']
