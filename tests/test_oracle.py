"""Rules against music21's predicates, over the same notes of Bach's chorales.

The questions, and the reasons for differences of definition, are those of `benchmarks.measure.oracles`, which compares
all chorales; here some of them are compared.
"""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.measure.oracles import BOTH, NEITHER, UNEXPLAINED, compare, compare_all
from theory.rules.example import example_score
from theory.rules.rule import finds
from theory.slices.texture import texture_of
from theory.slices.windows import Windows

pytest.importorskip("music21")
RARE = {"VL103", "VL105"}  # none in the chorales that are compared here


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[str, str], Counter[str]]:
    return compare_all(every=16)


def test_differences_are_differences_of_definition(outcomes: dict[tuple[str, str], Counter[str]]) -> None:
    assert {question: found[UNEXPLAINED] for question, found in outcomes.items() if found[UNEXPLAINED]} == {}


def test_both_find_something_and_neither_finds_all(outcomes: dict[tuple[str, str], Counter[str]]) -> None:
    assert {codes for (codes, _), found in outcomes.items() if not found[BOTH]} <= RARE
    assert all(found[NEITHER] for found in outcomes.values())


@pytest.mark.parametrize(
    ("music", "codes", "oracle", "outcome"),
    [
        ("C4 D4 / C4 D4", "VL103", "VoiceLeadingQuartet.parallelMotion P1", BOTH),
        ("C5 D5 / C4 D3", "VL105", "VoiceLeadingQuartet.antiParallelMotion P1", BOTH),
        ("G4 A4 / C4 D4", "VL101", "VoiceLeadingQuartet.parallelMotion P5", BOTH),
        (
            "G4 G5 / C4 C5",
            "VL101",
            "VoiceLeadingQuartet.parallelMotion P5",
            "both voices leap octaves: no succession here",
        ),
        ("E4 A4 / C4 D4", "VL101", "VoiceLeadingQuartet.parallelMotion P5", NEITHER),
    ],
)
def test_what_is_counted(music: str, codes: str, oracle: str, outcome: str) -> None:
    windows = Windows(texture_of(example_score(finds(music, "as written"))))
    found = {(asked, said): count for asked, said, count in compare(windows)}
    assert found[codes, oracle][outcome] == 1
