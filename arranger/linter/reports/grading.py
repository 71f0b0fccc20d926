"""A mark for part-writing, after the free-response questions of AP Music Theory; see docs/checker.md.

Source: College Board, AP Music Theory 2015 Scoring Guidelines, question 6. A chord earns 1 point, half a point with one
fault of doubling or spacing, and nothing with two such faults or if it is misspelled or incomplete; in that case the
voice leading into and out of it earns nothing either. Each connection of two chords earns 2 points, 1 with a small
fault, and none with a gross fault or two small ones. The Roman numerals of the exam question are not known here, so
every beat on which a note begins counts as a chord. Which faults are gross and which small is our interpretation.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from arranger.linter.verdict import Verdict
from theory.checking.report import Finding
from theory.notation.score import Score

_MISSPELLED = ("HA101", "HA102", "HA103", "HA104", "KE102", "KE106")
_ILL_SET = ("HA105", "HA106", "HA107", "HA108", "SP101")
_GROSS = ("VL101", "VL102", "VL103", "VL104", "VL105", "VL401", "VL403", "ME101", "ME103", "ME104")
_SMALL = ("VL106", "VL107", "VL2", "VL3", "VL402", "VL404", "VL405", "VL406", "VL407", "VL408", "ME102")
_CONNECTION = 2  # points
_HALF = 0.5


@dataclass(frozen=True)
class Grade:
    """Points earned, and points possible (``of_...``), for chords and for the connections between them."""

    chords: float
    of_chords: int
    connections: int
    of_connections: int

    @property
    def points(self) -> float:
        """The points earned."""
        return self.chords + self.connections

    @property
    def most(self) -> int:
        """The points possible."""
        return self.of_chords + self.of_connections

    def __str__(self) -> str:
        share = round(100 * self.points / self.most) if self.most else 100
        chords, connections = f"{self.chords:g}/{self.of_chords}", f"{self.connections}/{self.of_connections}"
        return f"{self.points:g} of {self.most} points, {share} % (chords {chords}, voice leading {connections})"


def lines(verdict: Verdict) -> str:
    """Return one line with the mark of a file."""
    assert verdict.score is not None
    return f"{verdict.source}  AP part-writing: {grade(verdict.score, verdict.report.findings)}"


def grade(score: Score, findings: Sequence[Finding]) -> Grade:
    """Return the mark of a score from its findings; findings of severity ``info`` cost nothing."""
    chords = chord_onsets(score)
    worth = [1.0] * len(chords)
    misspelled: set[int] = set()
    costs: Counter[int] = Counter()  # index of a chord -> points lost in the connection into it
    for finding in findings if chords else ():
        index = max(bisect_right(chords, finding.onset_quarter) - 1, 0)
        if finding.severity == "info":
            continue
        if finding.code.startswith(_MISSPELLED):
            misspelled.add(index)
        elif finding.code.startswith(_ILL_SET):
            worth[index] = max(worth[index] - _HALF, 0)
        costs[index] += _CONNECTION * finding.code.startswith(_GROSS) + finding.code.startswith(_SMALL)
    costs.update(dict.fromkeys((index + after for index in misspelled for after in (0, 1)), _CONNECTION))
    spelled = sum(points for index, points in enumerate(worth) if index not in misspelled)
    connections = sum(max(_CONNECTION - costs[index], 0) for index in range(1, len(chords)))
    return Grade(spelled, len(chords), connections, _CONNECTION * max(len(chords) - 1, 0))


def chord_onsets(score: Score) -> list[Fraction]:
    """Return the onsets, in quarters, of the beats on which a note begins."""
    onsets = {note.onset_quarter for part in score.parts for note in part.notes if note.pitch and not note.tie_stop}
    return sorted(onset for onset in onsets if _is_on_beat(score, onset))


def _is_on_beat(score: Score, onset: Fraction) -> bool:
    bar = score.bar_at(onset)
    return (bar.offset_in_meter(onset) / bar.meter.beat_quarters).denominator == 1
