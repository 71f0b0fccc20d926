"""Findings must not depend on the key, on notes being written as several tied ones, or on the order of the parts.

Every rule of the catalogue is checked with the harmony estimated from the original score, so that rules that
need chords get the same ones.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from benchmarks.make.bach_counts import EVERY_RULE, read_four_part
from theory.checking.check import check
from theory.harmony.estimate import HarmonicSpan, estimate_chords
from theory.notation.pitch import Interval
from theory.notation.score import Note, Score

pytest.importorskip("music21")
BY_HEIGHT = ("RA", "SP103")


@pytest.fixture(scope="module")
def chorales() -> list[Score]:
    return [score for _, score in read_four_part(every=40)]


@pytest.fixture(scope="module")
def harmonies(chorales: list[Score]) -> list[Sequence[HarmonicSpan]]:
    return [estimate_chords(score) for score in chorales]


def places(score: Score, harmony: Sequence[HarmonicSpan] = ()) -> Counter:
    found = check(score, EVERY_RULE, harmony=harmony, infer=False).findings
    return Counter((finding.code, finding.onset_quarter, finding.voices, finding.at_phrase_end) for finding in found)


def without_heights(found: Counter) -> Counter:
    return Counter({place: count for place, count in found.items() if not place[0].startswith(BY_HEIGHT)})


def tied(note: Note, share: Fraction) -> tuple[Note, ...]:
    if note.pitch is None or note.grace is not None or note.duration_quarter == 0:
        return (note,)
    length = note.duration_quarter * share
    first = replace(note, duration_quarter=length, tie_start=True, fermata=False, articulations=())
    then = replace(
        note,
        onset_quarter=note.onset_quarter + length,
        duration_quarter=note.duration_quarter - length,
        tie_stop=True,
        lyrics=(),
    )
    return first, then


def with_ties(score: Score, rng: random.Random) -> Score:
    """Return the score with half of its notes written as two tied ones, divided at a half, a quarter or a third."""
    shares = (Fraction(1, 2), Fraction(1, 4), Fraction(2, 3))
    return replace(
        score,
        parts=tuple(
            replace(
                part,
                notes=tuple(
                    each
                    for note in part.notes
                    for each in (tied(note, rng.choice(shares)) if rng.random() < 0.5 else (note,))
                ),
            )
            for part in score.parts
        ),
    )


@pytest.mark.parametrize("interval", ["M2", "-m3", "A1"])
def test_transposing(chorales: list[Score], interval: str) -> None:
    for score in chorales:
        moved = places(score.up(Interval.parse(interval)))
        assert without_heights(moved) == without_heights(places(score))


def test_splitting_notes_into_tied_ones(chorales: list[Score], harmonies: list[Sequence[HarmonicSpan]]) -> None:
    rng = random.Random(0)
    for score, harmony in zip(chorales, harmonies, strict=True):
        assert places(with_ties(score, rng), harmony) == places(score, harmony)


@pytest.mark.parametrize("order", [(3, 2, 1, 0), (2, 0, 3, 1)])
def test_parts_in_another_order_on_paper(
    chorales: list[Score], harmonies: list[Sequence[HarmonicSpan]], order: tuple[int, ...]
) -> None:
    for score, harmony in zip(chorales, harmonies, strict=True):
        shuffled = places(replace(score, parts=tuple(score.parts[place] for place in order)), harmony)
        on_paper = {place for place in shuffled if place[0] == "RH102"}
        assert on_paper
        assert {place: count for place, count in shuffled.items() if place not in on_paper} == places(score, harmony)
