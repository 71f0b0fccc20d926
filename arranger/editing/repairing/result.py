"""What a repair changed, and what it left, as data and as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from theory.checking.report import Finding, Report
from theory.notation.beats import beat_text
from theory.notation.pitch import Pitch
from theory.notation.score import Score

COLOUR = "#008040"  # of changed notes; a green dark enough to read
_HEADINGS = ("bar", "beat", "voice", "from", "to", "clears")


@dataclass(frozen=True)
class Change:
    """One note that was changed; tied notes are one."""

    bar: str  # printed number; a pickup is 0
    measure_index: int  # counted from 0
    beat: Fraction  # counted from 1
    onset_quarter: Fraction
    voice: str  # name of the part
    before: Pitch | None  # None: there was no note
    after: Pitch | None  # None: a rest
    clears: tuple[str, ...]  # codes of the findings for whose sake it was changed
    part: int  # index of the part in the score
    notes: tuple[int, ...]  # indices of the note, or of the tied notes, in the part

    def to_json(self) -> dict[str, Any]:
        """Return the change as plain data."""
        return {
            "bar": self.bar,
            "measure_index": self.measure_index,
            "beat": float(self.beat),
            "onset_quarter": float(self.onset_quarter),
            "voice": self.voice,
            "from": None if self.before is None else str(self.before),
            "to": None if self.after is None else str(self.after),
            "clears": list(self.clears),
        }

    @property
    def cells(self) -> tuple[str, ...]:
        """The change as a row of a table."""
        return (
            self.bar, beat_text(self.beat), self.voice, str(self.before), str(self.after), ", ".join(self.clears)
        )  # fmt: skip


@dataclass(frozen=True, repr=False)
class Repair:
    """A repaired score, with what was changed, and the reports on the score before and after."""

    score: Score
    changes: tuple[Change, ...]  # in the order of the score
    before: Report
    after: Report
    left: tuple[Finding, ...]  # findings that should have been cleared and are still there
    moves: tuple[str, ...] = ()  # what was done with whole parts, in words

    def __repr__(self) -> str:
        return f"Repair({len(self.changes)} notes changed, {len(self.left)} findings left)"

    def coloured(self, colour: str = COLOUR) -> Score:
        """Return the repaired score with the changed notes in a colour."""
        parts = list(self.score.parts)
        for change in self.changes:
            notes = list(parts[change.part].notes)
            for index in change.notes:
                notes[index] = replace(notes[index], colour=colour)
            parts[change.part] = replace(parts[change.part], notes=tuple(notes))
        return replace(self.score, parts=tuple(parts))

    def to_json(self) -> dict[str, Any]:
        """Return the repair as plain data: the changes, the findings left, and the counts before and after."""
        return {
            "version": self.after.to_json()["version"],
            "profile": self.after.profile,
            "changes": [change.to_json() for change in self.changes],
            "moves": list(self.moves),
            "left": [finding.to_json() for finding in self.left],
            "summary": {"before": self.before.counts, "after": self.after.counts},
        }

    def to_text(self, path: str = "score") -> str:
        """Return a table of the changes, a line for each finding left, and the counts before and after."""
        lines = table([_HEADINGS, *(change.cells for change in self.changes)]) if self.changes else []
        lines += self.moves
        lines += [f"left: {finding.to_text(path)}" for finding in self.left]
        return "\n".join([*lines, f"{path}  {self._summary()}"])

    def _summary(self) -> str:
        changed = len(self.changes)
        notes = "no note changed" if not changed else f"{changed} note{'s' if changed > 1 else ''} changed"
        before, after = (
            ", ".join(f"{count} {severity}" for severity, count in report.counts.items())
            for report in (self.before, self.after)
        )
        return f"{notes}; before: {before}; after: {after} ({self.after.profile})"


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of cells as lines with aligned columns.

    >>> table([("bar", "to"), ("12", "A4")])
    ['bar  to', '12   A4']
    """
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
