"""The *Bach or Mock* grade: the distance of a chorale's distributions from Bach's; lower is closer.

The grade is the sum of nine distances with equal weights (Fang, Liu, Seetharaman and Pardo, Bach or Mock? A
Grading Function for Chorales in the Style of J.S. Bach, ICML workshop ML4MD, 2020): notes, rhythm,
parallels, harmonic quality, intervals of soprano, alto, tenor and bass, and repeated passages. Notes,
qualities and intervals are compared with Bach's chorales in the same mode. The distance of parallels is
multiplied by their rate per note divided by Bach's rate; without parallels it is 0. Deviations from the
published code are listed in docs/evaluation.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from arranger.lab.evaluation.counts import Counts, total
from arranger.lab.evaluation.distances import place_distance, rank_distance

TERMS = ("note", "rhythm", "parallels", "quality", "soprano", "alto", "tenor", "bass", "passages")
_VOICES = TERMS[4:8]


@dataclass(frozen=True)
class Reference:
    """Bach's counts: of all chorales, and of those in major and in minor."""

    every: Counts
    major: Counts
    minor: Counts

    @classmethod
    def of(cls, pieces: Sequence[Counts]) -> Self:
        """Return the reference made from the counts of these chorales."""
        modes = [[piece for piece in pieces if piece.minor == minor] for minor in (False, True)]
        return cls(total(pieces, minor=False), total(modes[0], minor=False), total(modes[1], minor=True))


def grade_terms(own: Counts, reference: Reference) -> dict[str, float]:
    """Return the nine distances by name; their sum is the grade."""
    mode = reference.minor if own.minor else reference.major
    return {
        "note": rank_distance(own.notes, mode.notes),
        "rhythm": rank_distance(own.rhythm, reference.every.rhythm),
        "parallels": _parallels(own, reference.every),
        "quality": rank_distance(own.qualities, mode.qualities),
        **{
            voice: rank_distance(line, usual)
            for voice, line, usual in zip(_VOICES, own.intervals, mode.intervals, strict=True)
        },
        "passages": place_distance(own.passages, reference.every.passages),
    }


def _parallels(own: Counts, reference: Counts) -> float:
    rate = own.parallels.total() / max(1, own.note_count)
    usual = reference.parallels.total() / max(1, reference.note_count)
    return rank_distance(own.parallels, reference.parallels) * rate / usual if rate and usual else 0.0
