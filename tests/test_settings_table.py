"""Figures of harmony in settings, on a few chords whose answer can be counted by hand."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from arranger import write_score
from arranger.lab.evaluation.distances import total_variation
from arranger.lab.evaluation.harmony import chords
from arranger.lab.evaluation.harmony.settings import chord_distances, measure_settings
from arranger.lab.evaluation.harmony.voicing import bass_moves, last_approach, voicing_of
from benchmarks.measure.settings_table import Job, compared, files_in, main
from theory.analysis import Analysis, analyse
from theory.analysis.closes import Close, closes_of, ends_on_root, phrases_of
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.score import Harmony, LeadSheet, Score
from theory.rules.example import example_score
from theory.rules.rule import passes
from theory.slices.texture import texture_of

C = Key.parse("C")
# I ii65 V7 I, and the same with a phrase end in the middle
PLAIN = "C5 C5 B4 C5 / G4 A4 G4 G4 / E4 D4 F4 E4 / C3 F3 G3 C3"
PHRASES = "E5 D5 C5 D5| C5 C5 B4 C5 / G4 G4 G4 G4| G4 A4 G4 G4 / C4 B3 E4 B3| E4 D4 F4 E4 / C3 G3 C4 G3| C3 F3 G3 C3"


def score(music: str) -> Score:
    return example_score(passes(music, "", bar_quarters=4))


def analysed(music: str) -> Analysis:
    return analyse(score(music), key=C)


def last_close(music: str) -> Close:
    return closes_of(score(music), analysed(music).chords)[-1]


def test_sets_are_counted_at_the_attacks_of_the_tune() -> None:
    # the alto's passing E makes a set that no attack of the tune has
    found = voicing_of(texture_of(score("C5 - C5 B4 C5 / G4 A4 G4 G4 G4 / E4 - E4 D4 E4 / C3 - C3 G3 C3")))
    assert found["sets_per_10"] == pytest.approx(10 * 2 / 4)
    assert found["three_commonest"] == 1


def test_three_commonest_of_five_sets() -> None:
    tune = "C5 C5 C5 D5 D5 E5 F5 G5"
    found = voicing_of(texture_of(score(f"{tune} / {'C4 ' * 8} / {'C4 ' * 8} / {'C3 ' * 8}")))
    assert found["sets_per_10"] == pytest.approx(10 * 5 / 8)
    assert found["three_commonest"] == pytest.approx(6 / 8)


def test_the_commonest_pitch_of_a_voice_counts_its_attacks() -> None:
    found = voicing_of(texture_of(score("C5 C5 D5 C5 / G4 - G4 A4 / E4 F4 E4 D4 / C3 C3 C3 C3")))
    assert found["alto_commonest"] == pytest.approx(2 / 3)
    assert found["tenor_commonest"] == pytest.approx(2 / 4)


def test_the_bass_repeats_steps_and_leaps_but_not_over_a_rest() -> None:
    texture = texture_of(score("C5 C5 C5 C5 C5 C5 / G4 G4 G4 G4 G4 G4 / E4 E4 E4 E4 E4 E4 / C3 C3 D3 G3 . G3"))
    assert bass_moves(texture) == [0, 2, 5]
    found = voicing_of(texture)
    assert (found["bass_repeats"], found["bass_steps"], found["bass_leaps"]) == pytest.approx((1 / 3, 1 / 3, 1 / 3))


def test_a_bass_that_only_begins_has_no_moves() -> None:
    assert np.isnan(voicing_of(texture_of(score("C5 / G4 / E4 / C3")))["bass_repeats"])


def test_a_chromatic_note_is_outside_the_seven_commonest() -> None:
    scale = "C5 D5 E5 F5 G5 A5 B5 C6"
    music = f"{scale} / {scale} / {scale} / C3 D3 E3 F#3 G3 A3 B3 C4"
    assert voicing_of(texture_of(score(music)))["foreign_notes"] == pytest.approx(1 / 24)


@pytest.mark.parametrize(
    ("bass", "comes"),
    [("C3 G3 C3", True), ("C3 F3 C3", True), ("G3 C3 C3", True), ("C3 B2 C3", False), ("C3 C3 C4", False)],
)
def test_the_bass_comes_from_the_fourth_or_fifth_degree(bass: str, comes: bool) -> None:
    assert last_approach(texture_of(score(f"C5 C5 C5 / G4 G4 G4 / E4 E4 E4 / {bass}"))) is comes


def test_sevenths_that_sound() -> None:
    found = voicing_of(texture_of(score("C5 C5 B4 C5 / G4 A4 G4 G4 / E4 D4 F4 E4 / C3 F3 G3 C3")))
    assert found["sounding_sevenths"] == pytest.approx(2 / 4)  # ii65, and V7 without its fifth


def test_types_and_sevenths_of_an_analysis() -> None:
    found = analysed(PLAIN)
    assert [chord.figure for chord in found.chords] == ["I", "ii65", "V7", "I"]
    assert chords.chord_types(found) == 3
    assert chords.seventh_share(found) == pytest.approx(1 / 2)


def test_applied_dominants_of_one_degree_count_once() -> None:
    music = "C5 D5 D5 B4 A4 A4 G4 / G4 A4 C5 G4 E4 C#4 D4 / E4 D4 D4 D4 C4 G3 F3 / C3 F#3 F#3 G3 A3 A3 D3"
    found = analysed(music)
    assert {chord.degree for chord in found.chords if "/" in chord.degree} == {"V/V", "V7/V", "V7/ii"}
    assert chords.applied_dominants(found) == 2


def test_a_suspension_is_counted_once_it_is_resolved() -> None:
    assert chords.suspensions(analysed("E5 D5 - E5 / C5 C5 B4 C5 / G4 G4 - G4 / C3 G3 - C3")) == 1
    assert chords.suspensions(analysed(PLAIN)) == 0


def test_no_pair_spans_a_change_of_key() -> None:
    found = analysed(PLAIN).chords
    assert chords.bigrams(found) == Counter({"I ii65": 1, "ii65 V7": 1, "V7 I": 1})
    in_g = analyse(score(PLAIN), key=Key.parse("G")).chords
    assert chords.bigrams((*found[:2], *in_g[2:3])) == Counter({"I ii65": 1})


@pytest.mark.parametrize(
    ("kind", "music"),
    [
        ("authentic", PLAIN),
        ("imperfect", "C5 A4 D5 C5 / G4 F4 G4 G4 / E4 C4 D4 E4 / C3 F3 B2 C3"),  # V6 I
        ("imperfect", "C5 C5 B4 C5 / G4 A4 G4 G4 / E4 C4 D4 C4 / C3 F3 G3 E3"),  # V I6
        ("half", "E5 C5 C5 B4 / G4 G4 A4 G4 / C4 E4 C4 D4 / C3 C3 F3 G3"),
        ("plagal", "E5 E5 C5 C5 / G4 G4 A4 G4 / C4 C4 F4 E4 / C3 C3 F3 C3"),
        ("other", "E5 E5 C5 C5 / G4 G4 F4 G4 / C4 C4 F4 E4 / C3 C3 A2 C3"),  # IV6 I
        ("deceptive", "C5 C5 B4 C5 / G4 A4 G4 A4 / E4 C4 D4 E4 / C3 F3 G3 A3"),
        ("deceptive", "C5 C5 B4 C5 / G4 A4 G4 E4 / E4 C4 D4 C4 / C3 F3 G3 A3"),  # which the analysis hears as I
        ("other", "E5 E5 C5 C5 / G4 G4 G4 A4 / C4 C4 E4 F4 / C3 C3 C3 F3"),  # it ends on IV
    ],
)
def test_kinds_of_close(kind: str, music: str) -> None:
    assert last_close(music).kind == kind


def test_a_lead_into_the_next_phrase_is_no_close() -> None:
    music = "C5 C5 C5 B4 C5 - - - / G4 G4 A4 G4 G4 - - - / E4 E4 C4 D4 E4 - - - / C3 C3 F3 G3 C3 - E3 -"
    assert analysed(music).chords[-1].figure == "I6"
    assert last_close(music).kind == "authentic"


def test_a_six_four_under_the_last_note_moves_on_to_the_dominant() -> None:
    music = "E5 F5 G5 - / G4 A4 C5 B4 / C4 C4 E4 D4 / C3 F3 G3 -"
    assert last_close(music).kind == "half"


def test_how_near_the_predominant_is() -> None:
    assert last_close(PLAIN).predominant == 1
    assert last_close("C5 C5 C5 B4 C5 / G4 A4 G4 G4 G4 / E4 C4 E4 D4 E4 / C3 F3 G3 G3 C3").predominant == 1  # six-four
    assert last_close("C5 C5 C5 B4 C5 / G4 A4 G4 G4 G4 / E4 C4 E4 D4 E4 / C3 F3 C3 G3 C3").predominant == 2
    assert last_close("C5 C5 B4 C5 / G4 G4 G4 G4 / E4 E4 D4 E4 / C3 E3 G3 C3").predominant == 0


def test_each_phrase_has_a_close() -> None:
    music = score(PHRASES)
    assert phrases_of(music) == (4, 8)
    assert [close.kind for close in closes_of(music, analyse(music, key=C).chords)] == ["half", "authentic"]
    # phrase ends that are known from elsewhere
    assert len(closes_of(music, analyse(music, key=C).chords, [music.end_quarter])) == 1


def test_silence_at_the_end_is_no_phrase() -> None:
    assert phrases_of(score(f"{'C5 ' * 8} . . . . / {'C4 ' * 12} / {'C4 ' * 12} / {'C3 ' * 12}")) == (8,)


def test_the_last_root_is_in_the_bass() -> None:
    for music, there in ((PLAIN, True), ("C5 C5 B4 C5 / G4 A4 G4 G4 / E4 C4 D4 C4 / C3 F3 G3 E3", False)):
        assert ends_on_root(score(music), analysed(music).chords) is there


def test_total_variation() -> None:
    assert total_variation(Counter("aab"), Counter("aabaab")) == 0
    assert total_variation(Counter("aabb"), Counter("aacc")) == pytest.approx(1 / 2)
    assert np.isnan(total_variation(Counter(), Counter("a")))


def test_settings_are_measured_together() -> None:
    found = measure_settings([("one", score(PLAIN)), ("two", score(PHRASES))])
    assert (found["count"], found["phrases"]) == (2, 3)
    assert found["closes"]["authentic"] == pytest.approx(2 / 3)
    assert found["final"] == dict.fromkeys(found["final"], 1.0)
    assert found["pieces"]["two"]["closes"] == ["half", "authentic"]
    assert chord_distances(found, found) == {"unigrams": 0, "bigrams": 0}
    json.dumps(found)


def test_chord_symbols_do_not_change_the_figures() -> None:
    plain = score(PLAIN)
    wrong = replace(plain, chords=(Harmony(Fraction(0), ChordSymbol.parse("F#m")),))
    assert measure_settings([("one", wrong)]) == measure_settings([("one", plain)])


def test_nothing_to_measure() -> None:
    assert measure_settings([])["count"] == 0


def set_anew(sheet: LeadSheet, /, *, style: str) -> Score:
    """Return a setting that ends on the third of the tonic."""
    assert len(sheet.score.parts) == 1
    assert style == "hymn"
    return score("C5 C5 B4 C5 / G4 A4 G4 G4 / E4 C4 D4 C4 / C3 F3 G3 E3")


def test_ours_and_the_real_setting_side_by_side() -> None:
    found = compared([Job("one", lambda name: score(PLAIN), "hymn", set_anew)])
    assert found["real"]["final"]["root_in_bass"] == 1
    assert found["ours"]["final"]["root_in_bass"] == 0
    assert found["distances"]["ours"]["unigrams"] == pytest.approx(3 / 4)  # I IV V I6 for I ii65 V7 I


def test_a_folder_of_settings_without_models_is_measured_alone(tmp_path: Path) -> None:
    write_score(score(PHRASES), tmp_path / "piece.musicxml")
    output = tmp_path / "table.json"
    done = CliRunner().invoke(main, ["--folder", str(tmp_path), "--jobs", "1", "--output", str(output)])
    assert done.exit_code == 0, done.output
    assert "closes: half" in done.output
    (table,) = json.loads(output.read_text()).values()
    assert table["ours"]["phrases"] == 2
    assert files_in(tmp_path).keys() == {"piece"}


def test_a_function_that_does_not_exist() -> None:
    done = CliRunner().invoke(main, ["--arrange", "arranger:nothing"])
    assert done.exit_code == 2
    assert "nothing" in done.output
