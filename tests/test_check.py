"""The checker: positions of findings, settings common to all rules, and reports."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from theory.checking.check import check, selected
from theory.checking.report import Report
from theory.notation.score import Bar, Score
from theory.rules.catalogue import ALL
from theory.rules.example import example_score
from theory.rules.profile import PROFILES, load_profile
from theory.rules.rule import finds
from theory.slices.step import advance_steps, begin_steps
from theory.slices.texture import texture_of
from theory.slices.windows import Windows


def report_on(music: str, *, chords: str = "", profile: str = "chorale", key: str = "C") -> Report:
    return check(example_score(finds(music, "", chords=chords, key=key)), profile)


def codes(report: Report, severity: str = "info") -> list[str]:
    return [finding.code for finding in report.at_least(severity)]


def in_bars(score: Score, quarters: int, **marks: dict[int, dict[str, object]]) -> Score:
    """Return a score whose one long bar is divided into bars of the given lengths in quarters, some with marks."""
    first, count = score.bars[0], int(score.end_quarter) // quarters
    bars = [
        Bar(number, str(number + 1), Fraction(number * quarters), Fraction(quarters), first.meter, first.key)
        for number in range(count)
    ]
    return replace(score, bars=tuple(replace(bar, **marks.get("marks", {}).get(bar.index, {})) for bar in bars))


def test_finding_says_where_and_what() -> None:
    (finding,) = (found for found in report_on("E5 D5 E5 / C4 G3 A3").findings if found.code == "VL101")
    assert (finding.bar, finding.beat, finding.voices) == ("1", 3, ("Part 1", "Part 2"))
    assert finding.notes == ("D5", "E5", "G3", "A3")
    assert finding.message == "parallel fifths D5-E5 over G3-A3"
    assert finding.severity == "error"


def test_phrase_end_softens() -> None:
    (finding,) = (found for found in report_on("G4| A4 / C4| D4").findings if found.code == "VL101")
    assert finding.at_phrase_end
    assert finding.severity == "info"


def test_crossing_is_one_event_until_uncrossed() -> None:
    assert codes(report_on("G4 C4 D4 G4 C4 G4 / C4 E4 E4 C4 E4 C4")).count("VL301") == 2


def test_unison_of_three_voices_is_one_finding() -> None:
    assert codes(report_on("C4 D4 / C4 D4 / C4 D4 / A3 F3")).count("VL103") == 1


def test_part_that_doubles_another_is_one_voice() -> None:
    tune = "C5 D5 E5 F5 G5 A5 G5 F5 E5 D5"
    lower = tune.replace("5", "4")
    report = report_on(f"{tune} / {lower}")
    assert "VL102" not in codes(report)
    assert any("doubles" in notice.message for notice in report.notices)


def test_estimated_harmony_is_tagged_and_never_an_error() -> None:
    music = "C5 B4 C5 / E4 B4 G4 / G3 D4 E4 / C3 G3 C3"
    given, estimated = (report_on(music, chords=chords, profile="strict") for chords in ("C G C", ""))
    assert [found.severity for found in given.findings if found.code == "HA105"] == ["error"]
    doubled = [found for found in estimated.findings if found.code == "HA105"]
    assert [(found.severity, found.inferred) for found in doubled] == [("warning", True)]


def test_a_given_tune_may_leave_its_chord() -> None:
    score = example_score(finds("C5 F5 C5 / E4 E4 E4 / G3 G3 G3 / C3 C3 C3", "", chords="C - -"))
    unaware, aware = check(score), check(score, given={score.parts[0].name: score.parts[0]})
    assert [found.severity for found in unaware.findings if found.code == "HA101"] == ["warning"]
    assert [found.severity for found in aware.findings if found.code == "HA101"] == ["info"]


def test_parts_out_of_order_are_told_once_and_judged_as_they_sound() -> None:
    report = report_on("C4 D4 E4 / C5 D5 F5")
    assert codes(report).count("RH102") == 1
    assert "VL301" not in codes(report)
    assert codes(report_on("C4 D4 E4 / G4 A4 B4")).count("VL101") == codes(report_on("G4 A4 B4 / C4 D4 E4")).count(
        "VL101"
    )


def test_parts_out_of_order_may_begin_with_a_grace_note() -> None:
    score = example_score(finds("C4 / C5", ""))
    low, high = score.parts
    grace = replace(high.notes[0], duration_quarter=Fraction(0), grace="acciaccatura")
    report = check(replace(score, parts=(low, replace(high, notes=(grace, *high.notes)))))
    assert codes(report).count("RH102") == 1


def test_repeat_is_led_back() -> None:
    score = example_score(finds("G4 E4 C4 F4 / C4 C4 C4 Bb3", ""))
    assert "VL101" not in codes(check(in_bars(score, 2)))
    repeated = check(in_bars(score, 2, marks={1: {"repeat_end": 2}}))
    assert "VL101" in codes(repeated)


def test_second_ending_follows_the_bar_before_the_first() -> None:
    music = finds("C5 G4 E5 D5 A4 G4 / E4 C4 C4 D4 D4 E4", "")
    endings = {
        1: {"volta": (1,), "volta_start": True, "volta_stop": "stop", "repeat_end": 2},
        2: {"volta": (2,), "volta_start": True, "volta_stop": "stop"},
    }
    score = in_bars(example_score(music), 2, marks=endings)
    (finding,) = (found for found in check(score).findings if found.code == "VL101")
    assert finding.notes == ("G4", "A4", "C4", "D4")


def test_report_is_plain_data_and_text() -> None:
    report = report_on("G4 A4 / C4 D4")
    data = json.loads(json.dumps(report.to_json()))
    keys = {"code", "name", "severity", "message", "bar", "measure_index", "beat", "onset_quarter", "voices", "notes"}
    assert keys <= set(data["findings"][0])
    assert data["summary"]["error"] == 1
    assert "bar 1 beat 2  Part 1-Part 2  VL101 error  parallel fifths G4-A4 over C4-D4" in report.to_text("x.mxl")


def test_silence_has_nothing_to_check() -> None:
    for score in (Score((), ()), example_score(finds(". . / . .", ""))):
        assert check(score).findings == ()
        assert check(score).notices


def test_findings_stand_in_order_of_time() -> None:
    onsets = [found.onset_quarter for found in report_on("G4 A4 B4 C4 / C4 D4 E4 E4").findings]
    assert onsets == sorted(onsets)
    assert len(onsets) > 2


def test_selection_takes_the_longer_prefix() -> None:
    profile = selected(load_profile("chorale"), select=("VL", "HA201"), ignore=("VL1", "VL"))
    on = {rule.code for rule in ALL if profile.of(rule.code).severity != "off"}
    assert on == {"HA201"}
    profile = selected(load_profile("chorale"), select=("VL101",), ignore=("VL",))
    assert profile.of("VL101").severity == "error"
    assert profile.of("VL102").severity == "off"


@pytest.mark.parametrize("name", PROFILES.names)
def test_profile_knows_every_rule(name: str) -> None:
    assert set(load_profile(name).rules) == {rule.code for rule in ALL}


def test_steps_of_a_score_are_those_of_the_search() -> None:
    score = example_score(finds("C4 D4| F4 - . G4 / E3 - F3 G3 A3 -", "", chords="C - F - C -"))
    windows = Windows(texture_of(score))
    state = begin_steps((), 2)
    for slice_ in range(windows.texture.shape[0]):
        boundary = slice_ == 0 or windows.texture.phrase_end[slice_ - 1]
        state = advance_steps(state, windows.verticality.at(slice_), boundary)
        if slice_:
            assert (windows.step.notes[slice_ - 1] == state.notes).all()
            assert (windows.step.attacked[slice_ - 1] == state.attacked).all()
    assert state.midi[0].tolist() == [-1, 65, -1, 67]
    assert state.midi[1].tolist() == [53, 55, -1, 57]


def test_unison_passage_is_a_device() -> None:
    report = report_on("C5 D5 E5 / C5 D5 E5 / C4 D4 E4 / C4 D4 E4", chords="C G C")
    assert {code[:2] for code in codes(report)} <= {"RA"}
    assert "VL102" in codes(report_on("C5 D5 E5 / G4 A4 G4 / E4 F4 C4 / C4 D4 C3"))


def test_tripled_leading_tone_is_one_finding() -> None:
    report = report_on("B4 C5 / B4 C5 / B3 C4 / G3 C3", chords="G C")
    (finding,) = (found for found in report.findings if found.code == "HA105")
    assert finding.voices == ("Soprano", "Alto", "Tenor")
