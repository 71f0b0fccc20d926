"""Figures and tables that several jobs have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from arranger.batch.outcome import Columns, Figure
from theory.checking.report import Report, voices_text
from theory.notation.score import Notice, Score

SIZES = {"bars": int, "parts": int, "notes": int, "sonorities": int}
SEVERITIES = {"errors": int, "warnings": int, "infos": int}
FINDINGS = Columns(
    "findings",
    {
        "code": str,
        "name": str,
        "severity": str,
        "bar": str,
        "beat": float,
        "onset_quarter": float,
        "voices": str,
        "message": str,
        "at_phrase_end": bool,
        "inferred": bool,
    },
)


def sizes(score: Score) -> dict[str, Figure]:
    """Return how large a score is; a sonority is a moment at which a note begins, as for the rates of Bach's chorales.

    >>> from theory.rules.example import example_score
    >>> from theory.rules.rule import passes
    >>> sizes(example_score(passes("E4 F4 / C4 -", "")))
    {'bars': 1, 'parts': 2, 'notes': 3, 'sonorities': 2}
    """
    return {
        "bars": len(score.bars),
        "parts": len(score.parts),
        "notes": sum(note.pitch is not None and not note.tie_stop for part in score.parts for note in part.notes),
        "sonorities": len({note.onset_quarter for part in score.parts for note in part.notes}),
    }


def severities(report: Report) -> dict[str, Figure]:
    """Return the numbers of errors, warnings and infos of a report."""
    return {f"{severity}s": count for severity, count in report.counts.items()}


def findings(report: Report) -> tuple[tuple[Figure, ...], ...]:
    """Return a report's findings as rows of `FINDINGS`."""
    return tuple(
        (
            found.code,
            found.name,
            found.severity,
            found.bar,
            float(found.beat),
            float(found.onset_quarter),
            voices_text(found.voices),
            found.message,
            found.at_phrase_end,
            found.inferred,
        )
        for found in report.findings
    )


def told(notices: Sequence[Notice]) -> str:
    """Return notices as one text, each message once."""
    return "; ".join(_once(notice.message for notice in notices))


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
