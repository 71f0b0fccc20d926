"""The plan: chords to follow, recurring bars, spelling and repeat boundaries."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from arranger.arranging.ensembles import load_ensemble
from arranger.arranging.harmony import followed_chords
from arranger.arranging.plan import Plan, plan_of
from arranger.arranging.styles import load_style
from theory.harmony.estimate import estimate_keys
from theory.notation.chord import ChordSymbol
from theory.notation.pitch import Pitch
from theory.notation.score import LeadSheet
from theory.slices.texture import HOLE, REST


def plan_for(sheet: LeadSheet, style: str = "hymn", *, melody: int = 0) -> Plan:
    return plan_of(sheet, load_ensemble("satb"), load_style(style), melody=melody)


def chords(sheet: LeadSheet, style: str = "hymn") -> list[tuple[str, Fraction]]:
    return [(str(each.symbol), each.onset_quarter) for each in followed_chords(sheet.score, load_style(style))]


def held(plan: Plan) -> list[tuple[str, Fraction]]:
    """Return the chord at each chord onset, as the search sees it."""
    starts = np.flatnonzero(plan.texture.chord_onset)
    return [(str(plan.texture.chord[t]), plan.texture.onset_quarter[t]) for t in starts]


def test_everything_but_the_tune_is_a_hole(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c d z2 | "G7" d4 |]'), melody=2)
    assert plan.given == 2
    assert plan.free == (0, 1, 3)
    assert plan.texture.pitch[:3, 2].tolist() == [72, 74, REST]
    assert plan.texture.pitch[0].tolist() == [HOLE, HOLE, 72, HOLE]
    assert plan.texture.pitch[2].tolist() == [REST] * 4


def test_a_pickup_takes_the_dominant_where_it_leads_to_the_tonic(lead_sheet) -> None:
    assert chords(lead_sheet('A | "G" G2 B | "G" G3 |]', key="G", meter="3/4")) == [("D", 0), ("G", 1), ("G", 4)]


def test_a_pickup_takes_the_tonic_where_the_tune_itself_goes_from_dominant_to_tonic(lead_sheet) -> None:
    assert chords(lead_sheet('D | "G" G2 B | "G" G3 |]', key="G", meter="3/4"))[0] == ("G", 0)
    assert chords(lead_sheet('E | "Am" A2 c | "Am" A3 |]', key="Am", meter="3/4"))[0] == ("Am", 0)


def test_a_pickup_on_the_tonic_chord_takes_the_tonic(lead_sheet) -> None:
    found = chords(lead_sheet('B/G/ | "C" E2 G | "G" G3 |]', key="G", meter="3/4"))
    assert found[0] == ("G", 0)


def test_a_minor_pickup_takes_the_minor_tonic_or_its_dominant(lead_sheet) -> None:
    assert chords(lead_sheet('A | "Dm" d2 f | "Am" e3 |]', key="Am", meter="3/4"))[0] == ("Am", 0)
    assert chords(lead_sheet('B | "Am" A2 c | "Am" A3 |]', key="Am", meter="3/4"))[0] == ("E", 0)


def test_a_whole_bar_before_the_first_symbol_is_a_pickup_and_what_is_longer_an_introduction(lead_sheet) -> None:
    assert chords(lead_sheet('F A F A | "C" c4 |]')) == [("G", 0), ("C", 4)]
    introduced = chords(lead_sheet('F | F A F A | "C" c4 |]'))
    assert introduced[0][1] == 0
    assert ChordSymbol.parse(introduced[0][0]).role_of(5)
    assert introduced[-1] == ("C", 5)


def test_no_chord_is_added_before_a_rest(lead_sheet) -> None:
    assert chords(lead_sheet('z | "C" c4 |]'))[0] == ("C", 1)


def test_symbols_on_one_note_share_its_time(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"Am7""D7" d4 | "G" d4 |]', key="G"))
    assert held(plan) == [("Am7", 0), ("D7", 2), ("G", 4)]


def test_a_sheet_without_symbols_is_harmonised(lead_sheet) -> None:
    plan = plan_for(lead_sheet("c2 e2 | d2 B2 | c4 |]"))
    assert held(plan)[0][1] == 0
    assert all(chord is not None for chord in plan.texture.chord)
    for t, chord in enumerate(plan.texture.chord):
        assert chord is not None
        assert chord.role_of(int(plan.texture.pitch[t, 0]) % 12)
    assert str(plan.texture.chord[-1]) in ("C", "Am")


def test_a_sheet_that_only_says_no_chord_is_harmonised(lead_sheet) -> None:
    assert all(not symbol.startswith("N") for symbol, _ in chords(lead_sheet('"N.C." c2 e2 | d2 B2 | c4 |]')))


def test_a_plain_diminished_chord_has_its_seventh_in_popular_music(lead_sheet) -> None:
    sheet = lead_sheet('"Bdim" d4 | "C" c4 |]')
    assert chords(sheet, "song")[0][0] == "Bdim7"
    assert chords(sheet, "hymn")[0][0] == "Bdim"


def test_notes_are_spelled_by_the_chord_and_then_by_the_key(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"E7" B4 | "Fm" c4 | "C" c4 |]'))
    names = [
        str(Pitch.spelled(68, int(plan.spelling[plan.texture.slice_at(Fraction(quarter)), 8]))) for quarter in (0, 4)
    ]
    assert names == ["G#4", "Ab4"]


@pytest.mark.parametrize(
    ("tune", "spelled"),
    [('"C" _A4', "Ab4"), ('"C" ^G4', "G#4"), ('"E7" _A4', "G#4")],
)
def test_a_note_beside_the_chord_is_spelled_by_the_tune(lead_sheet, tune: str, spelled: str) -> None:
    plan = plan_for(lead_sheet(f"{tune} |]"))
    assert str(Pitch.spelled(68, int(plan.spelling[0, 8]))) == spelled


def test_a_bar_that_recurs_points_to_its_first_appearance(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c2 e2 | "G7" d2 B2 | "C" c2 e2 | "F" c2 e2 |]'))
    pairs = {(int(plan.texture.bar[t]), int(plan.texture.bar[s])) for t, s in enumerate(plan.recurs) if s >= 0}
    assert pairs == {(2, 0)}


def test_a_bar_that_is_tied_on_is_no_recurrence_of_the_one_that_strikes(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c4- | "C" c4 | "C" c4 |]'))
    assert {(int(plan.texture.bar[t]), int(plan.texture.bar[s])) for t, s in enumerate(plan.recurs) if s >= 0} == {
        (2, 0)
    }


def test_a_key_holds_from_its_first_note_on(lead_sheet) -> None:
    tune = '"C" c2 e2 | "G7" d2 B2 | "C" c4 | [K:A] "A" a2 e2 | "E7" ^g2 e2 | "D" ^f2 "E7" ^g2 | "A" a4 |]'
    plan = plan_for(lead_sheet(tune))
    regions = estimate_keys(plan.score)
    assert len(regions) == 2
    for region in regions:
        assert plan.texture.key[plan.texture.slice_at(region.start_quarter)] == region.key


def test_endings_are_heard_after_the_bar_before_the_first(lead_sheet) -> None:
    plan = plan_for(lead_sheet('|: "C" c4 | "F" c4 |1 "G7" d4 :|2 "C" c4 |]'))
    first = [plan.texture.slice_at(Fraction(4 * bar)) for bar in range(4)]
    assert plan.texture.predecessors[first[0]] == (first[3] - 1,)
    assert plan.texture.predecessors[first[3]] == (first[2] - 1,)


def test_the_phrase_before_a_fermata_ends_with_it(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c2 !fermata!e2 | "G7" d4 |]'))
    assert [plan.texture.onset_quarter[t] for t in np.flatnonzero(plan.boundary)] == [0, 4]


@pytest.mark.parametrize(("style", "sings"), [("hymn", True), ("chorale", True), ("sustained", False), ("song", False)])
def test_who_sings_quick_words(lead_sheet, style: str, sings: bool) -> None:
    sheet = lead_sheet('"C" c/c/d/d/ e/e/c/c/ | "G7" d4 |]\nw: now ma-ny ve-ry quick-ly sung and gone')
    plan = plan_for(sheet, style)
    assert plan.has_words
    assert bool(plan.sings_words.all()) is bool(plan.sings_words.any()) is sings


def test_an_introduction_without_symbols_is_harmonised(lead_sheet) -> None:
    music = 'C D E F | G2 G2 | G F D B, | C4 | "Am" A4 | "Dm" d4 |]'
    found = chords(lead_sheet(music))
    assert found[-2:] == [("Am", 16), ("Dm", 20)]
    assert {name for name, _ in found[:-2]} >= {"C"}
    assert len(found) > 3
