"""Chord symbols that are decorated: what may be sung under a symbol, and what becomes of a whole sheet."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from arranger.harmonizing.choice import Choice
from arranger.harmonizing.decorating import decorated_plans
from arranger.harmonizing.enrichments import Given, added, allowed_chords, is_plain
from arranger.harmonizing.manners import manner_of
from arranger.harmonizing.recombining import recombined, returning, same_again
from arranger.models.chords.features import references_of
from arranger.models.progression.runtime import Progressions
from arranger.models.progression.vocabulary import QUALITY_NAMES
from theory.harmony.evidence import evidence_of
from theory.harmony.states import QUALITIES
from theory.notation.chord import ChordSymbol
from theory.notation.score import LeadSheet

HYMN = '"C" E E D C | "F" F A "G" G2 | "C" E G "G7" F D | "C" C4 |]'
SMALL = Choice(draws=64)


def allowed(sheet: LeadSheet, slot: int, manner: str = "hymn") -> set[str]:
    """Return the chords that may be sung in a slot as symbols, each with its bass."""
    tune = replace(sheet.score, parts=sheet.score.parts[:1], chords=())
    evidence = evidence_of(tune, (0,))
    given = Given.of(sheet.score.chords, evidence.onset_quarter)
    found = allowed_chords(given, tune, evidence, manner_of(manner))[slot]
    names = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
    reference = int(references_of(evidence)[slot])
    chords = set()
    for root, quality, inversion in np.argwhere(found).tolist():
        name = QUALITY_NAMES[quality]
        if inversion < len(QUALITIES[name]):
            symbol = ChordSymbol.parse(names[(root + reference) % 12] + name)
            chords.add(str(symbol.inverted(inversion) if inversion else symbol))
    return chords


def test_at_its_onset_a_symbol_has_its_own_chord_in_any_inversion_but_the_six_four(lead_sheet) -> None:
    sheet = lead_sheet('"F" A4 | "C" E E D C | "F" A4 |]')
    assert allowed(sheet, 4) == {"C", "C/E", "C7", "C7/E", "C7/G", "C7/Bb"}
    assert allowed(sheet, 4, "folk") == {"C", "C/E", "C7", "C7/E"}
    assert "C/G" in allowed(sheet, 5)


def test_the_opening_and_the_closes_stand_on_roots(lead_sheet) -> None:
    sheet = lead_sheet('G | "C" E E D C | "F" A2 !fermata!A2 | "C" E4 | "C" C4 |]')
    assert allowed(sheet, 1) == {"C", "C7"}
    assert allowed(sheet, 7) == {"F"}
    assert allowed(sheet, 13) == {"C"}


def test_a_triad_that_leads_on_by_a_fifth_may_have_its_seventh_and_no_other(lead_sheet) -> None:
    sheet = lead_sheet('"F" A4 | "Dm" A4 | "G" B4 | "Am" A4 | "F" A4 |]')
    assert "Dm7/C" in allowed(sheet, 4)
    assert "G7" not in allowed(sheet, 8)


def test_a_slash_bass_is_kept(lead_sheet) -> None:
    assert allowed(lead_sheet('"C/E" G4 | "F" A4 |]'), 0) == {"C/E", "C7/E"}


def test_a_later_beat_may_lead_into_the_next_symbol_if_the_tune_is_in_the_chord(lead_sheet) -> None:
    sheet = lead_sheet('"C" E E E A | "G" G4 | "C" C4 |]')
    found = allowed(sheet, 3)
    assert {"D7/F#", "D", "Dm7/F", "F/A", "F#dim7"} <= found
    assert not {"C#dim7", "E7"} & found
    assert all(ChordSymbol.parse(name).role_of(9) for name in found if not name.startswith("C"))


def test_nothing_leads_on_under_the_last_note_of_a_phrase(lead_sheet) -> None:
    sheet = lead_sheet('"C" E E !fermata!G2 | "F" A4 |]')
    assert {name[0] for name in allowed(sheet, 3)} == {"C"}


def test_a_six_four_prepares_a_dominant_under_a_tune_that_is_not_on_it(lead_sheet) -> None:
    assert "C/G" in allowed(lead_sheet('"F" A4 | "G" C2 B,2 | "C" C4 |]'), 4)
    assert "C/G" not in allowed(lead_sheet('"F" A4 | "G" D2 B,2 | "C" C4 |]'), 4)


def test_chords_that_the_model_does_not_know_stay_as_they_are(lead_sheet) -> None:
    assert [is_plain(ChordSymbol.parse(name)) for name in ("Gsus4", "C/D", "C6", "G9", "Em7")] == [False] * 4 + [True]
    sheet = lead_sheet('"Gsus4" C4 | "G9" A4 | "C" C4 |]')
    chords = decorated_plans(sheet.score, "hymn", SMALL)[0].chords
    assert [str(each.symbol) for each in chords[:2]] == ["Gsus4", "G9"]


@pytest.mark.parametrize("manner", ["hymn", "chorale", "song"])
def test_a_decorated_sheet_keeps_each_symbol_where_it_begins(lead_sheet, manner: str) -> None:
    score = lead_sheet(HYMN).score
    chords = decorated_plans(score, manner, SMALL)[0].chords
    at = {each.onset_quarter: each.symbol for each in chords}
    for each in score.chords:
        own = at[each.onset_quarter]
        suspended = own.quality.endswith("sus4")
        assert own.root == each.symbol.root
        assert suspended or set(each.symbol.pitch_classes) <= set(own.pitch_classes)
    assert str(chords[-1].symbol) == "C"
    assert chords == decorated_plans(score, manner, SMALL)[0].chords


def test_a_decorated_bass_moves_more_than_the_roots(lead_sheet) -> None:
    score = lead_sheet('"C" E E G E | "C" E C D E | "F" F F A F | "G" G F E D | "C" C4 |]').score
    chords = decorated_plans(score, "hymn", SMALL)[0].chords
    bass = [each.symbol.bass_pitch_class for each in chords]
    assert sum(one != other for one, other in itertools.pairwise(bass)) > 4


def test_several_plans_come_cheapest_first(lead_sheet) -> None:
    found = decorated_plans(lead_sheet(HYMN).score, "hymn", replace(SMALL, count=3))
    assert len(found) == 3
    assert [each.cost for each in found] == sorted(each.cost for each in found)


def test_added_chords_are_those_with_other_tones(lead_sheet) -> None:
    given = lead_sheet('"C" C4 | "G" D4 | "C" C4 |]').score.chords
    chords = lead_sheet('"C/E" C2 "D7" C2 | "G7" D4 | "C" C4 |]').score.chords
    assert [str(each.symbol) for each in added(chords, given)] == ["D7", "G7"]


def test_passages_are_chosen_one_by_one_from_different_draws() -> None:
    tokens = np.array([[[0, 0, 0]] * 4, [[1, 0, 0]] * 4])
    halves = [np.array([True, True, False, False]), np.array([False, False, True, True])]
    wanted = np.array([0, 0, 1, 1])
    found = recombined(
        Progressions(tokens, np.zeros((2, 4))), halves, lambda each: (each.tokens[..., 0] != wanted).sum(axis=1)
    )
    assert found.tokens[0, :, 0].tolist() == [0, 0, 1, 1]


def test_what_returns_is_found_and_costs_where_it_is_set_the_same_again() -> None:
    begins = np.array([True, False, True, False, True, False])
    again = returning(begins, (np.array([1, 2, 1, 2, 1, 3]),))
    assert again.tolist() == [-1, -1, 0, 1, -1, -1]
    tokens = np.zeros((2, 6, 3), dtype=np.int64)
    tokens[1, 2:4, 0] = 7
    same, other = same_again(tokens, again)
    assert same > other == 0


def test_a_long_sheet_is_chosen_in_stretches_and_what_returns_is_the_same(lead_sheet, monkeypatch) -> None:
    phrase = '"C" E E D C | "F" F A "G" !fermata!G2 |'
    score = lead_sheet(f"{phrase} {phrase} {phrase} {phrase[:-1]} |]").score
    monkeypatch.setattr("arranger.harmonizing.decorating.STRETCH", 8)
    chords = decorated_plans(score, "hymn", SMALL)[0].chords
    first, second = (
        [(each.onset_quarter - start, each.symbol) for each in chords if start <= each.onset_quarter < start + 6]
        for start in (8, 16)
    )
    assert first == second
    assert {each.onset_quarter for each in score.chords} <= {each.onset_quarter for each in chords}
