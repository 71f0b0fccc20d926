"""A web page: each score engraved, with its findings listed, marked, and explained when the mouse is over a note.

The page is one file, needs no network and runs no script; each finding in the list links to its notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from arranger.formats.writing import to_musicxml
from arranger.linter.annotation import COLOURS, Place, annotated, note_id, places_of
from arranger.linter.reports.engraving import demand_engraver, engrave
from arranger.linter.source_marks import as_text, marked_source, source_bytes
from arranger.linter.verdict import Verdict
from theory.checking.report import Finding, voices_text
from theory.notation.beats import beat_text
from theory.notation.score import Score

STYLE = f"""
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
HEAD = (
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
)


def document(verdicts: Sequence[Verdict], failures: Sequence[str]) -> str:
    """Return one page about all files; ``failures`` are the messages of files that could not be read."""
    body = [section for number, verdict in enumerate(verdicts) for section in _sections(verdict, number)]
    if failures:
        body.append(_list("Files that could not be read", failures))
    title = verdicts[0].source if len(verdicts) == 1 else f"{len(verdicts)} scores"
    return "\n".join(
        [
            f'<!DOCTYPE html>\n<html lang="en"><head>{HEAD}',
            f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
            *body,
            "</body></html>",
        ]
    )


@dataclass(frozen=True)
class _Engraved:
    """A score with marks, ready to be engraved, and the ids of its marked notes."""

    musicxml: str
    ids: Mapping[Place, str]
    fault: str = ""  # why the score cannot be written

    def of(self, finding: Finding, score: Score) -> list[str]:
        """Return the ids of the notes that a finding is about."""
        return [self.ids[place] for place in places_of(finding, score) if place in self.ids]


def _marked(verdict: Verdict, number: int) -> _Engraved | None:
    """Return the file itself with marks, or the score as we write it; a verdict on a configuration has no score."""
    score, findings, prefix = verdict.score, verdict.report.findings, f"score{number + 1}"
    if score is None:
        return None
    data = source_bytes(verdict.source)
    marked = marked_source(data, score, findings, prefix=prefix) if data else None
    if marked is not None:
        return _Engraved(as_text(marked.musicxml), marked.ids)
    ids = {place: note_id(place, prefix=prefix) for finding in findings for place in places_of(finding, score)}
    try:
        return _Engraved(to_musicxml(annotated(score, findings, prefix=prefix)).decode(), ids)
    except ValueError as error:  # the page still shows the other scores
        return _Engraved("", ids, str(error))


def music(verdict: Verdict, number: int = 0) -> list[str]:
    """Return the engraved pages of a score with its marked notes, as SVG, or a paragraph that says why there are none.

    ``number`` distinguishes the scores on one page. Raises ValueError if Verovio is missing.
    """
    demand_engraver()
    score, marked = verdict.score, _marked(verdict, number)
    if marked is None or score is None:
        return []
    told = [(finding, marked.of(finding, score)) for finding in verdict.report.findings]
    return _pages(marked, told, seed=number + 1)


def _sections(verdict: Verdict, number: int) -> Iterator[str]:
    """Yield the heading, findings, notices and engraved score of one file."""
    report, score, marked = verdict.report, verdict.score, _marked(verdict, number)
    ids = [marked.of(finding, score) if marked and score else [] for finding in report.findings]
    counts = ", ".join(f"{count} {severity}" for severity, count in report.counts.items())
    yield f"<h1>{escape(verdict.source)}</h1><p>{counts} ({escape(report.profile)})</p>"
    if report.findings:
        rows = "".join(_row(finding, notes) for finding, notes in zip(report.findings, ids, strict=True))
        heads = "".join(f"<th>{head}</th>" for head in ("Bar", "Beat", "Voices", "Rule", "Finding"))
        yield f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    if report.notices:
        yield _list("Notes", [notice.message for notice in report.notices])
    if verdict.asides:
        yield _list(
            "Suppressed or known findings",
            [_aside(aside.finding, aside.kind, aside.reason) for aside in verdict.asides],
        )
    if marked:
        yield from _pages(marked, list(zip(report.findings, ids, strict=True)), seed=number + 1)


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


def _pages(marked: _Engraved, told: Sequence[tuple[Finding, list[str]]], *, seed: int) -> list[str]:
    """Return the engraved pages; ``told`` holds the findings with the ids of their notes."""
    reasons: dict[str, list[str]] = {}
    for finding, ids in told:
        for note in ids:
            reasons.setdefault(note, []).append(f"{finding.code} {finding.severity}: {finding.message}")
    titles = {note: "\n".join(texts) for note, texts in reasons.items()}
    try:
        pages = [] if marked.fault else engrave(marked.musicxml, reasons=titles, seed=seed)
    except ValueError as error:
        return [f'<p class="aside">{escape(str(error))}</p>']
    return pages or [f'<p class="aside">{escape(marked.fault)}</p>']
