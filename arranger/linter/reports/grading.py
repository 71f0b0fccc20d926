"""A mark for part-writing, after the free-response questions of AP Music Theory; see docs/checker.md.

Source: College Board, AP Music Theory 2015 Scoring Guidelines, question 6. A chord is worth a point, half of it with
one fault of doubling or spacing, none with two or where it is misspelled or incomplete; then the voice leading into
and out of it counts nothing either. A connection of two chords is worth two points, one with a small fault, none with
a gross one or two small ones. What a chord is must be told here without the figures of the question: every beat on
which a note begins is one. Which rules are gross faults and which small ones is our reading.
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
    """Points for chords and for the connections between them."""

    chords: float
    of_chords: int
    connections: int
    of_connections: int

    @property
    def points(self) -> float:
        """All points."""
        return self.chords + self.connections

    @property
    def most(self) -> int:
        """How many points there could be."""
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
    """Return the mark of a score for what was found in it; infos cost nothing."""
    chords = chord_onsets(score)
    worth = [1.0] * len(chords)
    misspelled: set[int] = set()
    costs: Counter[int] = Counter()  # of the connection into each chord
    for finding in findings if chords else ():
        place = max(bisect_right(chords, finding.onset_quarter) - 1, 0)
        if finding.severity == "info":
            continue
        if finding.code.startswith(_MISSPELLED):
            misspelled.add(place)
        elif finding.code.startswith(_ILL_SET):
            worth[place] = max(worth[place] - _HALF, 0)
        costs[place] += _CONNECTION * finding.code.startswith(_GROSS) + finding.code.startswith(_SMALL)
    costs.update(dict.fromkeys((place + after for place in misspelled for after in (0, 1)), _CONNECTION))
    spelled = sum(points for place, points in enumerate(worth) if place not in misspelled)
    connections = sum(max(_CONNECTION - costs[place], 0) for place in range(1, len(chords)))
    return Grade(spelled, len(chords), connections, _CONNECTION * max(len(chords) - 1, 0))


def chord_onsets(score: Score) -> list[Fraction]:
    """Return the beats on which a note begins."""
    onsets = {note.onset_quarter for part in score.parts for note in part.notes if note.pitch and not note.tie_stop}
    return sorted(onset for onset in onsets if _is_on_beat(score, onset))


def _is_on_beat(score: Score, onset: Fraction) -> bool:
    bar = score.bar_at(onset)
    return (bar.offset_in_meter(onset) / bar.meter.beat_quarters).denominator == 1
