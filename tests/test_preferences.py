"""What a style likes: each preference in a chord or two."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from arranger.arranging.ensembles import load_ensemble
from arranger.arranging.plan import plan_of
from arranger.arranging.search import preferences as likes
from arranger.arranging.search.beam import Hypothesis, Search
from arranger.arranging.search.objective import Objective
from arranger.arranging.search.preferences import Taste
from arranger.arranging.styles import load_style
from theory.notation.score import LeadSheet
from theory.slices.facts import Succession, Verticality

LOWER = np.array([False, True, True, True])  # the soprano has the tune
CHORDS = '"C" c c c c | "G7" d d d d |]'


def search_for(sheet: LeadSheet, style: str = "hymn") -> Search:
    plan = plan_of(sheet, load_ensemble("satb"), load_style(style), melody=0)
    return Search(plan, Objective.of(plan.style, LOWER))


def chord(search: Search, pitches: str, slice_: int = 0, *, held: bool = False) -> Verticality:
    """Return four pitches, high to low, as they stand in a slice."""
    midi = np.array([int(each) for each in pitches.split()])
    return search._vertical(slice_, midi, np.full(4, not held))


def cost(preference: Callable[..., np.ndarray], window: object, *, quarters: float = 1.0) -> float:
    return float(preference(window, Taste(LOWER, quarters)))


@pytest.fixture
def search(lead_sheet) -> Search:
    return search_for(lead_sheet(CHORDS))


# ---------------------------------------------------------------- one chord


def test_how_far_a_voice_lies_out_of_its_tessitura_counts_for_a_quarter_at_most(search: Search) -> None:
    low = chord(search, "72 67 64 40")
    usual = cost(likes.tessitura, low)
    assert usual > 0
    assert cost(likes.tessitura, low, quarters=0.5) == usual / 2
    assert cost(likes.tessitura, low, quarters=4.0) == usual


@pytest.mark.parametrize(
    ("pitches", "expected"),
    [
        pytest.param("72 64 51 48", 0, id="a third above C3"),
        pytest.param("72 64 50 46", 1, id="a major third below it"),
        pytest.param("72 64 51 46", 0, id="a fourth below it"),
        pytest.param("72 64 46 46", 0, id="a unison"),
    ],
)
def test_thirds_in_the_depths_are_muddy(search: Search, pitches: str, expected: int) -> None:
    assert cost(likes.muddy, chord(search, pitches)) == expected


@pytest.mark.parametrize(("soprano", "expected"), [(62, 2), (63, 1), (64, 0), (71, 0), (72, 1), (74, 3)])
def test_outer_voices_like_to_lie_sixteen_to_twenty_three_half_steps_apart(
    search: Search, soprano: int, expected: int
) -> None:
    assert cost(likes.span, chord(search, f"{soprano} 60 55 48")) == expected


@pytest.mark.parametrize(
    ("pitches", "expected"), [("72 67 64 48", 0), ("72 64 55 52", 1), ("76 64 55 52", 2), ("72 67 60 48", 0)]
)
def test_every_third_beyond_the_first_is_one_too_many(search: Search, pitches: str, expected: int) -> None:
    assert cost(likes.doubled_third, chord(search, pitches)) == expected


def test_inside_a_chord_the_bass_may_go_to_its_third_sooner_than_to_its_fifth(search: Search) -> None:
    inside = [cost(likes.bass_moves_inside, chord(search, f"72 67 64 {bass}", 1)) for bass in (48, 52, 55)]
    assert inside == [0, 1, 2]
    assert cost(likes.bass_moves_inside, chord(search, "72 67 64 55", 0)) == 0  # where the chord begins others judge


def test_a_phrase_may_close_on_the_inversion_that_its_symbol_asks_for(lead_sheet) -> None:
    search = search_for(lead_sheet('"C" c2 "C/E" c2 |]'))
    last = search.plan.texture.shape[0] - 1
    closes = [cost(likes.closing_inversion, chord(search, f"72 67 60 {bass}", last)) for bass in (48, 52, 55)]
    assert closes == [0, 0, 1]


@pytest.mark.parametrize(
    ("pitches", "expected"),
    [
        pytest.param("77 76 67 48", 1, id="E under the tune's F, which is not in C"),
        pytest.param("76 75 67 48", 0, id="a foreign note under the tune's E, which is"),
        pytest.param("77 74 67 48", 0, id="no half step"),
    ],
)
def test_a_half_step_under_a_foreign_note_of_the_tune_rubs(search: Search, pitches: str, expected: int) -> None:
    assert cost(likes.rub, chord(search, pitches)) == expected


# ---------------------------------------------------------------- from one chord to the next


def motion(search: Search, before: str, after: str) -> Succession:
    return Succession(chord(search, before), chord(search, after, 1), np.asarray(False))


@pytest.mark.parametrize(("bass", "expected"), [(48, 0), (50, 0), (52, 0), (53, 1), (55, 3), (57, 5), (60, 1), (36, 1)])
def test_an_octave_in_the_bass_is_no_more_than_a_fourth(search: Search, bass: int, expected: int) -> None:
    assert cost(likes.bass_leap, motion(search, "72 67 64 48", f"72 67 64 {bass}")) == expected


def test_seconds_and_thirds_cost_the_quick_sum_nothing_and_all_else_by_its_size(search: Search) -> None:
    table = search.objective.leap_table() / search.objective.preferences["leap"]
    assert table[:6].tolist() == pytest.approx([0, 0, 0, 1, 2, 3])


def test_inner_voices_are_stuck_and_a_bass_may_stay(search: Search) -> None:
    def stuck(*tune: int) -> list[tuple[int, float]]:
        shape = search.plan.texture.shape
        midi = np.broadcast_to(np.array([72, 67, 64, 48]), shape).copy()
        midi[:, 0] = np.resize(tune, shape[0])
        terms = search.explain(Hypothesis(midi, np.ones(shape, dtype=bool), 0.0))
        weight = search.objective.preferences["stuck"]
        return [(term.slice, term.cost / weight) for term in terms if term.source == "stuck"]

    assert stuck(72, 74)[0] == (3, pytest.approx(2))  # alto and tenor, at the fourth attack
    assert stuck(72) == []  # the tune repeats its note, too


def held_into(search: Search, slice_: int, before: str, after: str, held: int) -> Succession:
    """Return the motion into a slice in which one voice holds its note."""
    later = chord(search, after, slice_)
    attack = np.arange(4) != held
    return Succession(
        chord(search, before, slice_ - 1), search._vertical(slice_, later.midi, attack), np.asarray(False)
    )


def test_where_the_chord_changes_a_suspension_is_welcome(search: Search) -> None:
    assert cost(likes.unsuspended, held_into(search, 4, "72 67 60 48", "74 67 60 55", held=2)) == 0  # C over G7
    assert cost(likes.unsuspended, held_into(search, 4, "72 67 60 48", "74 67 59 55", held=1)) == 1


def test_a_suspension_resolves_where_its_chord_begins_again(lead_sheet) -> None:
    search = search_for(lead_sheet('"G7sus4" d d "G7" d d | "C" c4 |]'))
    assert cost(likes.unresolved, held_into(search, 2, "74 67 60 55", "74 67 60 55", held=2)) == 1
    assert cost(likes.unresolved, held_into(search, 2, "74 67 60 55", "74 67 59 55", held=1)) == 0


@pytest.mark.parametrize(
    ("slice_", "pitches", "held", "expected"),
    [
        pytest.param(4, "74 71 60 55", 2, 1, id="C over G7, and the alto has B"),
        pytest.param(4, "74 67 60 55", 2, 0, id="C over G7, and no voice has B"),
        pytest.param(0, "76 67 62 48", 2, 0, id="9-8: D over C in the bass"),
    ],
)
def test_a_suspended_note_resolves_to_a_note_that_no_other_voice_has(
    search: Search, slice_: int, pitches: str, held: int, expected: int
) -> None:
    later = chord(search, pitches, slice_)
    assert cost(likes.resolution_taken, search._vertical(slice_, later.midi, np.arange(4) != held)) == expected


def test_voices_turn_back_and_the_bass_also_by_itself(lead_sheet) -> None:
    search = search_for(lead_sheet('"C" c c c c |]'), "chorale")
    rows = [(72, 67, tenor, bass) for tenor, bass in ((64, 48), (64, 48), (62, 50), (62, 50), (64, 48), (64, 48))]
    midi = np.array([*rows, *[(72, 67, 64, 48)] * (search.plan.texture.shape[0] - len(rows))])
    attack = np.ones(midi.shape, dtype=bool)
    attack[1::2] = False
    terms = search.explain(Hypothesis(midi, attack, 0.0))
    weights = search.objective.preferences
    turns = {term.source: (term.slice, term.cost / weights[term.source]) for term in terms if "turns" in term.source}
    assert turns == {"turns_back": (4, pytest.approx(2)), "bass_turns_back": (4, pytest.approx(1))}


def test_the_bass_is_idle_off_the_beat_if_it_begins_no_note(lead_sheet) -> None:
    search = search_for(lead_sheet('"C" c c c c |]'), "chorale")
    assert cost(likes.idle_bass, held_into(search, 1, "72 67 64 48", "72 67 64 48", held=3)) == 1
    assert cost(likes.idle_bass, held_into(search, 1, "72 67 64 48", "72 67 64 50", held=0)) == 0
    assert cost(likes.idle_bass, held_into(search, 2, "72 67 64 48", "72 67 64 48", held=3)) == 0  # on the beat


# ---------------------------------------------------------------- what is looked at


def test_where_a_chord_begins_its_voicings_cost_something_else_than_later_in_it(search: Search) -> None:
    (voicings, begins), (same, later) = search._listed(0), search._listed(1)
    assert (voicings == same).all()
    assert (begins != later).any()


def test_what_may_be_held_is_always_looked_at(lead_sheet) -> None:
    """F in the bass of a C major triad: of all voicings it would not be among the four that the quick sum likes."""
    search = search_for(lead_sheet('"C" c4 | "C" c4 |]'))
    few = Search(search.plan, search.objective, kept=4)
    held = np.broadcast_to([72, 67, 52, 41], search.plan.texture.shape)
    _, (_, beam) = itertools.islice(few.replay(held, np.ones_like(held, dtype=bool)), 2)
    candidates = few._candidates(beam, 1, few.sounding_before(beam, 1))
    kept = few._sift(beam, 1, candidates, np.zeros(candidates.shape[:2]))
    assert kept.shape == (1, 4)
    assert held[0].tolist() in candidates[0, kept[0]].tolist()


def test_what_the_model_likes_is_looked_at(search: Search) -> None:
    few = Search(search.plan, search.objective, kept=2)
    beam = few.begin()
    candidates = few._candidates(beam, 0, few.sounding_before(beam, 0))
    model = np.full(candidates.shape[:2], 500.0)
    model[0, 7] = 0.0
    assert 7 in few._sift(beam, 0, candidates, model)[0]
