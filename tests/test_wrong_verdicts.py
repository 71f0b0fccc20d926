"""Right music that must not be marked, and faults that must not be lost: each kind with its sisters."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from arranger.formats.reading import read_score
from arranger.formats.reading.analysis import read_analysis
from theory.analysis import analyse
from theory.checking.check import check
from theory.checking.inferred import may_warn
from theory.checking.report import Report
from theory.notation.score import Lyric, Score
from theory.rules.example import example_score
from theory.rules.rule import finds
from theory.slices.texture import texture_of
from theory.slices.windows import Windows

CASES = Path(__file__).parent / "cases"
PARALLELS = {"VL101", "VL102", "VL103"}


def report_on(music: str, profile: str = "strict", **setting: object) -> Report:
    return check(example_score(finds(music, "", **setting)), profile)


def marks(report: Report) -> set[str]:
    """Return the codes of errors and warnings."""
    return {finding.code for finding in report.at_least("warning")}


def of_case(name: str, profile: str = "strict", *, analysed: bool = False) -> Report:
    score = read_score(CASES / f"{name}.musicxml")
    harmony = read_analysis(CASES / f"{name}.rntxt", score) if analysed else ()
    return check(score, profile, harmony=harmony)


def sung(score: Score, words: str) -> Score:
    """Return the score with one syllable of ``words`` under each note of its first part; - joins syllables."""
    top, *others = score.parts
    notes = tuple(
        replace(note, lyrics=(Lyric(word.strip("-"), syllabic="begin" if word.endswith("-") else "single"),))
        for note, word in zip(top.notes, words.split(), strict=True)
    )
    return replace(score, parts=(replace(top, notes=notes), *others))


@pytest.mark.parametrize(
    ("name", "analysed"),
    [
        ("f01-strict-inversions", False),
        ("f03-it6", True),
        ("f03-it6", False),
        ("f03-ger6", True),
        ("f03-ger6", False),
        ("f03-fr6", True),
        ("f03-fr6", False),
        ("f15-neapolitan", False),
        ("c09-bass-suspension-23-clean", True),
        ("c09-bass-suspension-23-clean", False),
    ],
)
def test_right_music_is_clean(name: str, analysed: bool) -> None:
    assert marks(of_case(name, analysed=analysed)) == set()


@pytest.mark.parametrize("profile", ["strict", "chorale", "hymn"])
@pytest.mark.parametrize("name", ["f02-comma", "f02-fermata"])
def test_a_comma_or_a_fermata_of_one_voice_excuses_no_parallels(name: str, profile: str) -> None:
    found = [finding for finding in of_case(name, profile).findings if finding.code in PARALLELS]
    assert [finding.severity for finding in found] == ["error", "error"]


def test_the_sixth_degree_of_melodic_minor_is_no_leading_tone() -> None:
    assert "VL401" not in marks(of_case("f14-melodic-minor"))


@pytest.mark.parametrize("words", ["Lord, my God", "Come; sing now", "Lord! my God", "Hal- le- lu", "Ah: O God"])
def test_punctuation_inside_a_line_softens_nothing(words: str) -> None:
    score = sung(example_score(finds("G4 A4 B4 / C4 D4 G3", "", token_quarters=2)), words)
    (found,) = (finding for finding in check(score, "chorale").findings if finding.code == "VL101")
    assert (found.severity, found.at_phrase_end) == ("error", False)


@pytest.mark.parametrize(
    ("words", "severity"),
    [("Lord, my God", "info"), ("Lord My God", "info"), ("Lord my God", "error"), ("Hal- le- lu", "error")],
)
def test_a_fermata_of_all_voices_softens_where_the_text_ends_too(words: str, severity: str) -> None:
    score = sung(example_score(finds("G4| A4 B4 / C4| D4 G3", "", token_quarters=2)), words)
    (found,) = (finding for finding in check(score, "chorale").findings if finding.code == "VL101")
    assert found.severity == severity


def test_strict_and_species_soften_nothing_at_a_phrase_end() -> None:
    for profile in ("strict", "species1"):
        found = report_on("G4| A4 B4 / C4| D4 G3", profile).findings
        assert [each.severity for each in found if each.code == "VL101"] == ["error"], profile


@pytest.mark.parametrize(
    ("music", "key"),
    [
        pytest.param("C5 D5 / F#4 G4 / C4 B3 / Ab3 G3", "C", id="It6 in major"),
        pytest.param("Eb5 Eb5 D5 / F#4 G4 G4 / C4 C4 B3 / Ab3 G3 G3", "c", id="Ger6 by way of the six-four"),
        pytest.param("D5 D5 / F#4 G4 / C4 B3 / Ab3 G3", "C", id="Fr6 in major"),
        pytest.param("G5 A5 / C#5 D5 / G4 F#4 / Eb4 D4", "g", id="It6 in G minor"),
    ],
)
def test_an_augmented_sixth_is_no_dominant(music: str, key: str) -> None:
    found = marks(report_on(music, key=key))
    assert found.isdisjoint({"VL401", "VL402", "VL403", "VL405", "VL408", "HA104", "HA105", "HA107", "HA101"})


def test_an_augmented_sixth_that_goes_astray_is_still_found() -> None:
    assert "VL405" in marks(report_on("C5 D5 / F#4 D4 / C4 B3 / Ab3 G3", key="c"))


def test_a_dominant_seventh_with_a_slip_of_spelling_stays_a_dominant() -> None:
    assert "VL403" in marks(report_on("D#5 F5 / A4 Bb4 / C4 D4 / F3 Bb3", key="Bb", chords="F7 Bb"))


@pytest.mark.parametrize(
    ("music", "key"),
    [
        pytest.param("Db5 B4 / F4 D4 / Ab4 G4 / F3 G3", "c", id="N6-V"),
        pytest.param("F4 D4 / Db4 B3 / Ab3 G3 / F3 G3", "C", id="N6-V in major"),
        pytest.param("Eb5 C#5 / G4 A4 / Bb3 E4 / G3 A3", "d", id="N6-V in D minor"),
    ],
)
def test_the_neapolitan_and_the_dominant_make_no_cross_relation(music: str, key: str) -> None:
    assert "VL406" not in marks(report_on(music, key=key))


def test_another_cross_relation_is_still_found() -> None:
    assert "VL406" in marks(report_on("G4 E4 / E4 G#4 / C4 B3 / C3 E3"))


@pytest.mark.parametrize("music", ["C5 C5 / E4 D4 / G3 G3", "D5 D5 C5 / F4 E4 E4"])
def test_an_estimated_chord_has_no_wrong_bass(music: str) -> None:
    assert not {"HA102", "HA202", "HA206"} & {finding.code for finding in report_on(music).findings}


@pytest.mark.parametrize(
    ("bass", "clean"),
    [("C3 C3 B2", True), ("C3 C3 A2", False), ("C3 A2 B2", True), ("C3 E3 B2", False)],
)
def test_a_bass_that_steps_to_the_note_asked_for_is_not_wrong(bass: str, clean: bool) -> None:
    found = marks(report_on(f"E5 D5 D5 / G4 G4 G4 / C4 D4 D4 / {bass}", chords="C G/B -"))
    assert ("HA102" not in found) == clean


@pytest.mark.parametrize(
    ("bass", "clean"),
    [("G3 G2 C3", True), ("G2 G3 C3", True), ("D3 D2 G2", True), ("G3 G2 F2", False), ("G2 E3 F3", False)],
)
def test_the_bass_octave_of_a_cadence_is_recovered(bass: str, clean: bool) -> None:
    assert ("ME105" not in marks(report_on(f"B4 B4 C5 / {bass}"))) == clean


def test_an_upper_voice_that_leaps_an_octave_is_judged() -> None:
    assert "ME105" in marks(report_on("G4 G5 C5 / B3 B3 C4"))


def test_the_dominant_does_not_resolve_in_a_cadential_six_four() -> None:
    music = "D5 C5 D5 C5 / B4 G4 B4 C5 / G4 E4 G4 G4 / G3 G3 G3 C3"
    assert "VL402" not in marks(report_on(music, chords="G C/G G C"))


@pytest.mark.parametrize("profile", ["species1", "species2"])
@pytest.mark.parametrize(
    "music", ["C5 B4 C5 / E4 F4 E4 / C4 D4 C4", "C5 F5 E5 / G4 B4 C5 / C4 D4 C4", "A4 G#4 A4 / C4 D4 C4 / A3 B3 A3"]
)
def test_a_tritone_between_upper_voices_is_no_dissonance(music: str, profile: str) -> None:
    assert not {"CP102", "CP106"} & marks(report_on(music, profile))


@pytest.mark.parametrize("music", ["C5 B4 C5 / A4 G4 G4 / E4 F4 E4", "C5 B4 C5 / E4 F4 E4"])
def test_a_tritone_above_the_bass_is_a_dissonance(music: str) -> None:
    assert "CP102" in marks(report_on(music, "species1"))


REEL = "A4 C#5 E5 A5 F#5 A5 E5 C#5 D5 F#5 B4 G#4 A4 E4 C#4 A3"


@pytest.mark.parametrize("profile", ["strict", "chorale", "song", "hymn"])
@pytest.mark.parametrize("music", [REEL, "G4 B4 D5 G4 A4 F#4 D4 A4", "C4 G4 E4 C5 F4 A4 C5 A4 B4 D5 G4 B4 C5"])
def test_one_line_alone_has_no_harmony_to_be_wrong_in(music: str, profile: str) -> None:
    report = report_on(music, profile, token_quarters=Fraction(1, 2), bar_quarters=4)
    assert not any(finding.inferred for finding in report.findings)
    assert any("one line alone" in notice.message for notice in report.notices)


@pytest.mark.parametrize(
    "guitar",
    [
        pytest.param("C3 E3 G3 C4 A2 C3 E3 A3", id="upwards"),
        pytest.param("C3 G3 E4 G3 A2 E3 C4 E3", id="up and down"),
        pytest.param("C3 G3 E3 C4 A2 E3 C3 A3", id="crosswise"),
    ],
)
def test_a_broken_chord_is_whole(guitar: str) -> None:
    music = f"E4 - G4 - E4 - C4 - / {guitar} / {guitar.replace('4', '3')}"
    found = marks(report_on(music, "song", chords="C - - - Am - - -", players="soprano guitar guitar", bar_quarters=4))
    assert found.isdisjoint({"HA103", "HA104", "HA201"})


def test_singers_cannot_break_a_chord() -> None:
    music = "G4 - G4 - / G4 C5 G4 C5 / C4 G3 C4 E4 / C3 - C3 -"
    assert "HA103" in marks(report_on(music, chords="C - - -"))


@pytest.mark.parametrize(
    "music",
    [
        pytest.param("E5 D5 C5 - / C5 B4 C5 - / G4 G4 E4 - / C4 G3 C4 -", id="a dominant on the half beat"),
        pytest.param("C5 A4 C5 - / G4 F4 G4 - / E4 C4 E4 - / C4 F3 C4 -", id="a subdominant"),
        pytest.param("E5 F5 E5 - / C5 A4 C5 - / G4 D4 G4 - / C4 D4 C4 -", id="a supertonic"),
    ],
)
def test_a_triad_on_the_half_beat_is_no_wrong_note(music: str) -> None:
    report = report_on(music, token_quarters=Fraction(1, 2), bar_quarters=4)
    assert not {"HA101", "KE101"} & {finding.code for finding in report.findings}


@pytest.mark.parametrize(
    ("code", "severity"), [("HA101", "info"), ("HA110", "info"), ("KE101", "info"), ("VL401", "warning")]
)
def test_estimated_harmony_warns_only_where_it_is_usually_right(code: str, severity: str) -> None:
    assert may_warn(code, (0,), Windows(texture_of(example_score(finds("C5 / G4", "")))).verticality) == (
        severity == "warning"
    )


def test_a_leading_tone_doubled_in_two_voices_is_found_without_symbols() -> None:
    assert "HA105" in marks(report_on("C5 B4 C5 / E4 D4 E4 / G3 B3 C4 / C3 G2 C3"))


@pytest.mark.parametrize(
    ("music", "chords"),
    [
        pytest.param("G4 - - A4 / C4 D4 - -", "", id="the upper voice is late"),
        pytest.param("C5 - - B4 / C4 B3 - -", "", id="octaves by a suspension"),
        pytest.param("C5 - - D5 - / C4 D4 - - -", "", id="octaves by a syncopation"),
        pytest.param("E4 G4 F4 A4 / C4 C4 D4 D4", "", id="fifths on weak beats"),
        pytest.param("A4 C5 A4 B4 / F4 C4 D4 B3", "", id="octaves on weak beats"),
    ],
)
def test_hidden_parallels_are_found(music: str, chords: str) -> None:
    report = report_on(music, chords=chords, token_quarters=Fraction(1, 2), bar_quarters=2)
    assert "VL107" in {finding.code for finding in report.findings}


@pytest.mark.parametrize("music", ["G4 F4 A4 F4 / C4 - D4 - / E4 - F4 -", "C5 B4 D5 E5 / C4 - D4 - / E4 - F4 -"])
def test_parallels_are_found_where_the_harmony_moves_in_halves(music: str) -> None:
    assert "VL107" in {finding.code for finding in report_on(music, chords="C - Dm -", bar_quarters=4).findings}


@pytest.mark.parametrize("music", ["G4 A4 - - / C4 - - D4", "G4 E4 F4 - / C4 - D4 -"])
def test_a_sixth_on_the_way_or_other_intervals_are_no_parallels(music: str) -> None:
    report = report_on(music, token_quarters=Fraction(1, 2), bar_quarters=2)
    assert "VL107" not in {finding.code for finding in report.findings}


@pytest.mark.parametrize(
    ("music", "chords"),
    [("Ab4 B4 C5", "Bdim7 - Cm"), ("Eb5 F#5 G5", "F#dim7 - Gm"), ("B4 Ab4 G4", "G7b9 - Cm")],
)
def test_an_augmented_second_is_no_arpeggio(music: str, chords: str) -> None:
    assert "ME101" in marks(report_on(music, chords=chords, key="c"))


def test_parallels_into_the_second_ending_are_found() -> None:
    score = example_score(finds("E5 G4 F4 E4 A4 G4 / C4 C4 A3 C4 D4 E4", "", bar_quarters=2))
    first, second, third = score.bars
    second = replace(second, volta=(1,), volta_start=True, volta_stop="stop", repeat_end=2)
    third = replace(third, volta=(2,), volta_start=True, volta_stop="discontinue")
    found = check(replace(score, bars=(first, second, third)), "chorale").findings
    assert [(each.bar, each.severity) for each in found if each.code == "VL101"] == [("3", "error")]


@pytest.mark.parametrize(
    ("music", "key", "numerals"),
    [
        pytest.param("C5 C5 B4 - / E4 F4 D4 - / G3 A3 G3 - / C3 F2 G2 -", "C", ["I", "IV", "V"], id="I-IV-V"),
        pytest.param("B4 C5 A4 - / G4 G4 F#4 - / D4 E4 D4 - / G3 C3 D3 -", "G", ["I", "IV", "V"], id="in G major"),
        pytest.param("C5 D5 D5 - / A4 A4 G4 - / E4 F4 B3 - / A3 D3 G3 -", "C", ["vi", "ii", "V"], id="vi-ii-V"),
        pytest.param("A4 A4 G#4 - / E4 F4 E4 - / C4 D4 B3 - / A3 D3 E3 -", "a", ["i", "iv", "V"], id="in minor"),
    ],
)
def test_a_half_close_stays_in_its_key(music: str, key: str, numerals: list[str]) -> None:
    found = analyse(example_score(finds(music, "", key=key, token_quarters=2, bar_quarters=4)))
    assert [chord.figure for chord in found.chords] == numerals


def test_a_new_key_that_shows_its_leading_tone_is_a_new_key() -> None:
    found = analyse(example_score(finds("C5 D5 D5 - / A4 A4 G4 - / E4 F#4 B3 - / A3 D3 G3 -", "", bar_quarters=4)))
    assert [str(region.key) for region in found.keys] == ["G major"]
