"""Check one piece."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from arranger.batch.jobs.measures import FINDINGS, SEVERITIES, SIZES, findings, severities, sizes, told
from arranger.batch.outcome import Columns, Kind, Outcome, Piece
from arranger.formats.reading import parse_score
from arranger.linter.judging import ScoreFile, judge
from arranger.linter.settings import Settings


@dataclass(frozen=True)
class CheckJob:
    """What the rules find in each score."""

    kind: ClassVar[Kind] = Kind(
        command="check",
        folder="",
        figures=Columns("scores", {"profile": str, **SIZES, **SEVERITIES, "notices": str}),
        details=FINDINGS,
        counted=("code", "name"),
        together=8,
    )

    checked: Settings = field(default_factory=Settings)

    def settings(self) -> dict[str, Any]:
        """Return all that the findings depend on, beside the score."""
        return asdict(self.checked)

    def outcome(self, piece: Piece) -> Outcome:
        """Return the findings in a score, with what is suppressed left out. Raises ReadError."""
        score, notices = parse_score(piece.data, piece.source)
        report = judge(ScoreFile(piece.source, score, notices=notices), self.checked).report
        figures = {"profile": report.profile, **sizes(score), **severities(report), "notices": told(report.notices)}
        return Outcome(figures=figures, details=findings(report))
