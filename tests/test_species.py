"""Profiles that do not steer the search (species, jazz, keyboard), and rules about given lines."""

from __future__ import annotations

import pytest

from theory.checking.check import check
from theory.checking.report import Report
from theory.rules.example import example_score
from theory.rules.rule import finds

# Fux, Gradus ad Parnassum (1725): the Dorian cantus firmus and its first counterpoint above
CANTUS = "D4 F4 E4 D4 G4 F4 A4 G4 F4 E4 D4"
COUNTERPOINT = "A4 A4 G4 A4 B4 C5 C5 B4 D5 C#5 D5"


def report_on(music: str, profile: str, *, chords: str = "", bar_quarters: int = 1) -> Report:
    return check(example_score(finds(music, "", chords=chords, bar_quarters=bar_quarters)), profile)


def codes(report: Report, severity: str = "warning") -> set[str]:
    return {finding.code for finding in report.at_least(severity)}


def test_fux_keeps_his_rules() -> None:
    assert codes(report_on(f"{COUNTERPOINT} / {CANTUS}", "species1")) == set()


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("A4 A4 G4", "F4 A4 G4", "CP101"),  # opens on a third
        ("D5 C#5 D5", "D5 C5 D5", "CP101"),  # the leading tone is not raised
        ("G4 A4 B4", "G4 A4 A4", "CP102"),  # a ninth
        ("C5 C5 B4", "C5 E5 D5", "VL101"),  # parallel fifths
        ("A4 A4 G4 A4", "A4 A4 C5 A4", "CP103"),  # both fall into a fifth
        ("A4 B4 C5", "A4 G4 C5", "CP104"),  # a unison inside
    ],
)
def test_a_fault_in_fux_is_found(right: str, wrong: str, code: str) -> None:
    assert code in codes(report_on(f"{COUNTERPOINT.replace(right, wrong, 1)} / {CANTUS}", "species1"))


def test_two_notes_against_one_may_pass_but_not_leap_through_a_dissonance() -> None:
    cantus = "D4 - F4 - E4 - D4 -"
    passing = report_on(f"A4 B4 C5 D5 C5 C#5 D5 - / {cantus}", "species2", bar_quarters=2)
    leaping = report_on(f"A4 E4 C5 D5 C5 C#5 D5 - / {cantus}", "species2", bar_quarters=2)
    assert "CP106" in codes(leaping)
    assert {finding.bar for finding in passing.findings if finding.code == "CP106"} == set()


def test_slides_of_a_jazz_voicing_are_its_style() -> None:
    slide = "B4 A#4 / G4 F#4 / E4 D#4 / C4 B3"
    assert "VL101" in codes(report_on(slide, "strict", chords="Cmaj7 Bmaj7", bar_quarters=2))
    assert codes(report_on(slide, "jazz", chords="Cmaj7 Bmaj7", bar_quarters=2)) == set()


def test_hands_may_cross_at_a_keyboard() -> None:
    music = "C4 D4 G4 / E4 B3 C4"
    assert "VL301" in codes(report_on(music, "strict"))
    assert "VL301" not in codes(report_on(music, "keyboard"), "info")


def test_a_given_line_is_the_composers_as_a_whole() -> None:
    score = example_score(finds("C4 F4 B4 / C3 F3 G3", ""))
    given = {score.parts[0].name: score.parts[0]}
    for kept, severity in (({}, "warning"), (given, "info")):
        (finding,) = (found for found in check(score, "strict", given=kept).findings if found.code == "ME106")
        assert finding.severity == severity
