"""The rhythm of the lower voices: the attack mode of each slice, written as one letter."""

from __future__ import annotations

from fractions import Fraction

import pytest

from arranger.arranging.ensembles import load_ensemble
from arranger.arranging.plan import Plan, plan_of
from arranger.arranging.rhythm import GIVEN, HOLD, MAY, MUST, REST_MODE
from arranger.arranging.styles import load_style
from arranger.characters import Character
from theory.notation.score import LeadSheet

LETTERS = {MUST: "!", MAY: "?", HOLD: "-", REST_MODE: "z"}
BASS = 3


def plan_for(sheet: LeadSheet, style: str, *, melody: int = 0, character: str = "") -> Plan:
    like = Character.parse(character)
    return plan_of(sheet, load_ensemble("satb"), load_style(style), melody=melody, character=like)


def modes(plan: Plan, voice: int | None = None) -> str:
    """Return the modes of a lower voice (by default the alto), with a line between bars."""
    text, bar = "", 0
    for t, column in enumerate(plan.mode):
        text += "|" * (int(plan.texture.bar[t]) - bar) + LETTERS[int(column[plan.free[0] if voice is None else voice])]
        bar = int(plan.texture.bar[t])
    return text


def at(plan: Plan, quarter: float) -> str:
    """Return the mode of the lower voices at an onset."""
    return LETTERS[int(plan.mode[plan.texture.slice_at(Fraction(quarter)), plan.free[0]])]


@pytest.mark.parametrize("melody", [0, 1, 2, 3])
def test_the_tune_is_given_whichever_voice_has_it(lead_sheet, melody: int) -> None:
    plan = plan_for(lead_sheet('"C" c2 "G7" B2 | "C" c4 |]'), "hymn", melody=melody)
    assert (plan.mode[:, melody] == GIVEN).all()
    assert melody not in plan.free
    assert not (plan.mode[:, list(plan.free)] == GIVEN).any()


def test_hymn_attacks_on_every_syllable_and_may_move_under_a_melisma(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"G" G A B c | "G" d4 |]\nw: a- ma _ zing grace', key="G"), "hymn")
    assert modes(plan) == "!!?!|!---"


def test_hymn_without_words_attacks_with_the_tune_on_beats(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c c/d/ e2 | "G7" d4 |]'), "hymn")
    assert [at(plan, quarter) for quarter in (0, 1, 1.5, 2)] == ["!", "!", "?", "!"]


def test_lower_voices_may_move_under_a_long_note_but_not_under_the_last(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c4 | "C" e4 |]'), "hymn")
    assert modes(plan) == "!???|!---"


def test_a_chord_that_changes_under_a_held_note_may_move_the_lower_voices(lead_sheet) -> None:
    for style in ("hymn", "song", "sustained"):
        plan = plan_for(lead_sheet('"C" c3- "F" c | "C" c4 |]'), style)
        assert at(plan, 3) == "?", style


def test_song_sings_slow_words_and_holds_under_quick_ones(lead_sheet) -> None:
    slow = plan_for(lead_sheet('"C" c d e2 | "G7" d4 |]\nw: slow words are sung'), "song")
    assert modes(slow) == "!!!?|!---"
    quick = plan_for(
        lead_sheet('"C" c/c/d/d/ e/e/c/c/ | "G7" d4 |]\nw: now ma-ny ve-ry quick-ly sung and gone'), "song"
    )
    assert modes(quick) == "!" + "-" * 7 + "|?---"
    assert modes(quick, BASS) == "!-?-?-?-|?---"


def test_sustained_attacks_where_phrases_begin_and_may_move_with_the_chords(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c d "F" c A | "G7" !fermata!d4 | "C" e d c2 |]'), "sustained")
    assert modes(plan) == "!-?-|?|!--"


def test_chorale_may_move_in_half_beats(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c d e2 | "G7" d4 |]'), "chorale")
    assert plan.texture.onset_quarter[:4] == (0, Fraction(1, 2), 1, Fraction(3, 2))
    assert modes(plan).split("|")[0] == "!?!?!???"
    assert modes(plan).split("|")[1] == "!-------"


def test_lively_voices_move_in_half_beats_but_not_under_the_last_note(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c4 | "C" e4 |]'), "hymn", character="lively")
    assert modes(plan) == "!???????|!-------"


def test_a_chord_that_begins_under_the_last_note_of_a_chorale_is_heard(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c4 | "F" c2- "C" c2 |]'), "chorale")
    assert modes(plan).split("|")[1] == "!---?---"


def test_where_it_is_calm_only_slower_words_are_sung_by_all(lead_sheet) -> None:
    quarters = lead_sheet('"C" c d e d | "C" c2 c2 |]\nw: all sing the words so slow')
    eighths = lead_sheet('"C" c/d/e/d/ c/d/e/d/ |]\nw: one sings the words so quick for us')
    sung = {
        word: [bool(plan_for(sheet, "song", character=word).sings_words.all()) for sheet in (quarters, eighths)]
        for word in ("calm", "", "lively")
    }
    assert sung == {"calm": [False, False], "": [True, False], "lively": [True, True]}


def test_a_compound_beat_is_not_halved(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c3 d3 | "G7" d6 |]', meter="6/8", unit="1/8"), "chorale")
    assert plan.texture.onset_quarter == (0, Fraction(3, 2), 3, Fraction(9, 2))


def test_a_beat_shorter_than_a_quarter_is_not_halved(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c2 e | "G7" d3 |]', meter="3/8", unit="1/8"), "chorale")
    assert plan.texture.onset_quarter == (0, Fraction(1, 2), 1, Fraction(3, 2), 2, Fraction(5, 2))


def test_words_of_dotted_eighths_are_slow_enough_for_all_and_quicker_ones_are_not(lead_sheet) -> None:
    dotted = plan_for(lead_sheet('"C" c3 d3 e3 d3 c4 |]\nw: slow words are sung so', unit="1/16"), "song")
    triplets = plan_for(lead_sheet('"C" (3c d e (3d e d |]\nw: quick ones are sung by one'), "song")
    assert dotted.sings_words.all()
    assert not triplets.sings_words.any()


@pytest.mark.parametrize("style", ["hymn", "song", "chorale"])
def test_a_short_rest_is_a_breath_of_all(lead_sheet, style: str) -> None:
    plan = plan_for(lead_sheet('"C" c2 d z | "G7" d4 |]\nw: all breathe here'), style)
    assert at(plan, 3) == "z"
    assert at(plan, 4) == "!"


def test_a_short_rest_before_the_first_word_is_kept_though_a_chord_begins_in_it(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c2 d2 | e4 | "G7" z d2 B | "C" c4 |]\nw: moun-tain side the sum-mers'), "hymn")
    assert at(plan, 8) == "z"


def test_sustained_chords_go_on_through_a_rest_inside_a_phrase(lead_sheet) -> None:
    sheet = lead_sheet('"C" c2 d/ z/ d | "G7" d4 |]')
    assert at(plan_for(sheet, "sustained"), 2.5) == "-"
    assert at(plan_for(sheet, "hymn"), 2.5) == "z"


def test_a_long_rest_is_filled_in_a_song_and_kept_in_a_hymn(lead_sheet) -> None:
    sheet = lead_sheet('"C" c4 | z4 | "G7" d4 |]')
    assert modes(plan_for(sheet, "hymn")).split("|")[1] == "z" * 4
    assert "z" not in modes(plan_for(sheet, "song"))


def test_the_lower_voices_come_in_first_where_a_symbol_stands_on_a_rest(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c4 | z2 "G7" z2 | d4 |]'), "hymn")
    assert modes(plan).split("|")[1] == "zz!" + modes(plan).split("|")[1][3:]
    assert "z" not in modes(plan).split("|")[1][2:]


@pytest.mark.parametrize("style", ["hymn", "song", "chorale", "sustained"])
def test_all_cut_off_together_at_the_end(lead_sheet, style: str) -> None:
    plan = plan_for(lead_sheet('"C" c4 | "G7" d4 | "C" c2 z2 |]'), style)
    assert at(plan, 10) == at(plan, 11) == "z"


@pytest.mark.parametrize("style", ["hymn", "song", "chorale", "sustained"])
def test_the_lower_voices_are_silent_without_a_chord(lead_sheet, style: str) -> None:
    plan = plan_for(lead_sheet('"C" c4 | "N.C." d2 e2 | "C" c4 |]'), style)
    assert set(modes(plan).split("|")[1]) == {"z"}
    assert at(plan, 8) == "!"


# ---------------------------------------------------------------- what is played, not sung

INTRODUCTION = '"C" C D E F | G A B c |'


def test_the_choir_hums_chords_under_a_wordless_introduction(lead_sheet) -> None:
    tune = f'{INTRODUCTION} "G7" d2 B2 | "C" c4 |]\nw: * * * * * * * * one two three'
    plan = plan_for(lead_sheet(tune), "hymn")
    assert modes(plan) == "!---|----|!?!?|!---"
    assert not plan.sings_words[:8].any()
    assert plan.sings_words[8:].all()


def test_four_notes_without_a_word_or_a_slur_over_more_are_sung(lead_sheet) -> None:
    four = plan_for(lead_sheet('"C" C D E F | "G7" d2 B2 | "C" c4 |]\nw: * * * * one two three'), "hymn")
    slur = plan_for(lead_sheet('"C" (C D E F | G A B c) | "C" c4 |]\nw: glo _ _ _ _ _ _ _ ria'), "hymn")
    assert four.sings_words.all()
    assert slur.sings_words.all()
