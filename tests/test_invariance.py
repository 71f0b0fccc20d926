"""What must not change findings: key, notes written as several tied ones, the order of parts on paper."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.bach_counts import read_four_part
from theory.checking import check
from theory.pitch import Interval
from theory.score import Note, Score

pytest.importorskip("music21")
BY_HEIGHT = ("RA", "SP103")


@pytest.fixture(scope="module")
def chorales() -> list[Score]:
    return [score for _, score in read_four_part(6)]


def places(score: Score) -> Counter:
    found = check(score, "chorale", infer=False).findings
    return Counter(
        (finding.code, finding.onset_quarter, finding.voices, finding.at_phrase_end)
        for finding in found
        if not finding.code.startswith(BY_HEIGHT)
    )


def in_halves(note: Note) -> tuple[Note, ...]:
    if note.pitch is None or note.grace is not None or note.duration_quarter == 0:
        return (note,)
    half = note.duration_quarter / 2
    first = replace(note, duration_quarter=half, tie_start=True, fermata=False)
    then = replace(note, onset_quarter=note.onset_quarter + half, duration_quarter=half, tie_stop=True, lyrics=())
    return first, then


@pytest.mark.parametrize("interval", ["M2", "-m3", "A1"])
def test_transposing(chorales: list[Score], interval: str) -> None:
    for score in chorales:
        assert places(score.up(Interval.parse(interval))) == places(score)


def test_splitting_notes_into_tied_ones(chorales: list[Score]) -> None:
    for score in chorales:
        parts = tuple(
            replace(part, notes=tuple(half for note in part.notes for half in in_halves(note))) for part in score.parts
        )
        assert places(replace(score, parts=parts)) == places(score)


@pytest.mark.parametrize("order", [(3, 2, 1, 0), (2, 0, 3, 1)])
def test_parts_in_another_order_on_paper(chorales: list[Score], order: tuple[int, ...]) -> None:
    for score in chorales:
        shuffled = places(replace(score, parts=tuple(score.parts[place] for place in order)))
        on_paper = {place for place in shuffled if place[0] == "RH102"}
        assert on_paper
        assert {place: count for place, count in shuffled.items() if place not in on_paper} == places(score)
