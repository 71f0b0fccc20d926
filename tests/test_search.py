"""The search: compared with the optimum and with the checker's rules, and under transposition."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from arranger.arranging.ensembles import load_ensemble
from arranger.arranging.plan import Plan, plan_of
from arranger.arranging.rhythm import GIVEN, MAY, MUST
from arranger.arranging.search.beam import Hypothesis, Search
from arranger.arranging.search.candidates import HELD, attacks_of, candidates_at
from arranger.arranging.search.exact import optimum, pairwise
from arranger.arranging.search.memory import traced
from arranger.arranging.search.objective import Objective
from arranger.arranging.search.variety import LIKENESS_COSTS, share_new, tilted, unlike
from arranger.arranging.styles import load_style
from arranger.characters import Character
from theory.checking.events import window_of
from theory.notation.pitch import Interval
from theory.notation.score import LeadSheet
from theory.rules.catalogue import ALL
from theory.slices.context import Ranges
from theory.slices.windows import Windows

CADENCE = '"C" c2 "G7" d2 | "C" e4 |]'
TURNAROUND = '"C" c2 "G7" d2 | "Am" c2 "F" A2 | "C" G2 "G7" B2 | "C" c4 |]'
MINOR = '"Am" A "E7" ^G "Am" A "Dm" d | "E7" B2 "Am" A2 |]'
RUN = '"C" E F "G" G A | "C" G4 |]'
NARROW = ((60, 79), (60, 67), (53, 60), (45, 53))  # lowest and highest notes of four voices
COVERING = 2048  # more than the number of ways to continue after three slices of such candidates
ENDINGS = '|: "C" E G c G | "F" A c A F |1 "G" G B "G7" d B :|2 "Am" c e "D7" ^f d | "G" d4 |]'
REPEAT = '"C" E G | c G "Am" A2 |: "F" A c A F | "G7" G B d B :| "C" c G "C" E C |]'
REST = '"C" c2 "G7" d2 | "Am" c2 "F" A z | "C" G z z2 | "C" c4 |]'
CODA = '"C" E G c "C7" !dacoda! _B | "F" A c A F | "G7" G B !D.C.alcoda! d2 | !coda! "F" c A "G7" B2 | "C" c4 |]'
NO_CHORD = '"C" E G c2 | "N.C." c B A G | "C" G4 |]'
WHOLE = {
    "turnaround": TURNAROUND,
    "rest": REST,
    "no chord": NO_CHORD,
    "repeat": REPEAT,
    "endings": ENDINGS,
    "da capo al coda": CODA,
}


def plan_for(sheet: LeadSheet, style: str = "hymn", *, melody: int = 0) -> Plan:
    return plan_of(sheet, load_ensemble("satb"), load_style(style), melody=melody)


def objective_for(plan: Plan) -> Objective:
    return Objective.of(plan.style, np.array([voice in plan.free for voice in range(plan.texture.shape[1])]))


def narrowed(plan: Plan) -> Plan:
    """Return a plan with narrow ranges and chord tones only, so that all textures can be tried."""
    low, high = np.array(NARROW).T
    return replace(plan, ranges=Ranges(low, high, low, high, low, high), style=replace(plan.style, foreign_voices=0))


def random_hypothesis(plan: Plan, seed: int) -> Hypothesis:
    """Return a random texture that the plan allows, which is full of faults."""
    chance = np.random.default_rng(seed)
    midi, attack = np.full(plan.texture.shape, -1), np.zeros(plan.texture.shape, dtype=bool)
    for t in range(len(midi)):
        before = midi[t - 1] if t else midi[0]
        listed = candidates_at(plan, t)
        chosen = listed[chance.integers(len(listed))]
        midi[t] = np.where(chosen == HELD, before, chosen)
        attack[t] = attacks_of(plan, t, midi[t], before)
    return Hypothesis(midi, attack, 0.0)


# ---------------------------------------------------------------- against the optimum


@pytest.mark.parametrize("style", ["hymn", "song"])
@pytest.mark.parametrize("tune", [CADENCE, RUN, MINOR])
def test_a_beam_that_holds_every_state_finds_the_optimum(lead_sheet, tune: str, style: str) -> None:
    plan = narrowed(plan_for(lead_sheet(tune), style))
    objective = pairwise(objective_for(plan))
    assert 4 <= plan.texture.shape[0] <= 8
    best = optimum(plan, objective)
    found = Search(plan, objective, width=COVERING, kept=10**6).run()[0]
    assert found.cost == pytest.approx(best.cost, abs=1e-3)


@pytest.mark.parametrize("tune", [TURNAROUND, MINOR, RUN])
def test_a_wider_beam_finds_no_worse_and_none_beats_the_optimum(lead_sheet, tune: str) -> None:
    plan = narrowed(plan_for(lead_sheet(tune)))
    objective = pairwise(objective_for(plan))
    best = optimum(plan, objective).cost
    costs = [Search(plan, objective, width=width, kept=10**6).run()[0].cost for width in (1, 2, 4, 16, 64, 512)]
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > best + 0.5, "a greedy choice should cost something, or this test tells nothing"
    assert costs[-1] == pytest.approx(best, abs=1e-3)


def test_the_optimum_costs_what_its_texture_costs(lead_sheet) -> None:
    plan = narrowed(plan_for(lead_sheet(MINOR)))
    objective = pairwise(objective_for(plan))
    best = optimum(plan, objective)
    assert best.cost > 0
    assert sum(term.cost for term in Search(plan, objective).explain(best)) == pytest.approx(best.cost)


def test_the_optimum_is_cheaper_than_chance(lead_sheet) -> None:
    plan = narrowed(plan_for(lead_sheet(MINOR)))
    search = Search(plan, pairwise(objective_for(plan)))
    best = optimum(plan, search.objective).cost
    costs = [sum(term.cost for term in search.explain(random_hypothesis(plan, seed))) for seed in range(40)]
    assert min(costs) >= best


def test_the_exact_programme_refuses_what_it_cannot_see(lead_sheet) -> None:
    plan = plan_for(lead_sheet(ENDINGS))
    with pytest.raises(ValueError, match="more than two slices"):
        optimum(plan, objective_for(plan))
    with pytest.raises(ValueError, match="repeats"):
        optimum(plan, pairwise(objective_for(plan)))


# ---------------------------------------------------------------- against the windows


def by_rule(search: Search, hypothesis: Hypothesis) -> dict[str, float]:
    """Return the cost of each rule according to the search."""
    costs: Counter[str] = Counter()
    for term in search.explain(hypothesis):
        if term.source[:2].isupper() and term.source[2:5].isdigit():
            costs[term.source] += term.cost
    return {source: pytest.approx(cost) for source, cost in costs.items()}


def by_windows(plan: Plan, objective: Objective, hypothesis: Hypothesis) -> dict[str, float]:
    """Return the cost of each rule according to its mask over the finished texture."""
    fifths = np.take_along_axis(plan.spelling, hypothesis.midi % 12, axis=1)
    texture = replace(plan.texture, pitch=hypothesis.midi, attack=hypothesis.attack, fifths=fifths)
    windows = Windows(texture, plan.ranges)
    costs = {}
    for rule, weight in (pair for rules in objective.rules.values() for pair in rules):
        mask = np.asarray(rule(window_of(rule, windows)))
        found = (mask & objective.free if rule.per == "voice" else mask).sum()
        if found:
            costs[f"{rule.code} {rule.name}"] = weight * float(found)
    return costs


@pytest.mark.parametrize("style", ["hymn", "song", "chorale"])
@pytest.mark.parametrize("tune", list(WHOLE.values()), ids=list(WHOLE))
def test_each_rule_costs_what_its_windows_say(lead_sheet, tune: str, style: str) -> None:
    plan = plan_for(lead_sheet(tune), style)
    search = Search(plan, objective_for(plan), width=4, kept=16)
    found = search.run()[0]
    assert by_rule(search, found) == by_windows(plan, search.objective, found)
    assert sum(term.cost for term in search.explain(found)) == pytest.approx(found.cost, abs=1e-2)


@pytest.mark.parametrize("style", ["hymn", "song"])
@pytest.mark.parametrize("tune", list(WHOLE.values()), ids=list(WHOLE))
def test_each_rule_costs_what_its_windows_say_of_music_full_of_faults(lead_sheet, tune: str, style: str) -> None:
    plan = plan_for(lead_sheet(tune), style)
    search = Search(plan, objective_for(plan))
    for seed in range(4):
        chance = random_hypothesis(plan, seed)
        expected = by_windows(plan, search.objective, chance)
        assert len(expected) >= 2
        assert by_rule(search, chance) == expected


def test_a_seam_is_charged(lead_sheet) -> None:
    """Tenor and bass move in parallel fifths from the end of the repeat to its beginning, and nowhere else."""
    plan = plan_for(lead_sheet('|: "C" e2 "F" f2 | "Dm" f4 :|', unit="1/4"))
    fifths = {0: (76, 67, 55, 48), 1: (77, 69, 60, 41), 2: (77, 69, 57, 50)}
    sounds = {"C": 0, "F": 1, "Dm": 2}
    midi = np.array([fifths[sounds[str(chord)]] for chord in plan.texture.chord])
    attack = plan.texture.attack.copy()
    attack[[t for t in range(len(midi)) if t == 0 or (midi[t] != midi[t - 1]).any()]] = True
    parallels = [
        term.slice
        for term in Search(plan, objective_for(plan)).explain(Hypothesis(midi, attack, 0.0))
        if term.source.startswith("VL101")
    ]
    assert plan.texture.predecessors[0] == (len(midi) - 1,)
    assert parallels == [len(midi) - 1]


# ---------------------------------------------------------------- transposition


@pytest.mark.parametrize("name", ["M2", "-m3", "P4", "-M2"])
@pytest.mark.parametrize("tune", [TURNAROUND, MINOR])
def test_transposing_the_sheet_and_the_ranges_transposes_the_arrangement(lead_sheet, tune: str, name: str) -> None:
    interval = Interval.parse(name)
    at_home, away = plan_for(lead_sheet(tune)), plan_for(lead_sheet(tune).up(interval))
    shift = interval.semitones
    home_ranges = [getattr(at_home.ranges, band) + shift for band in Ranges.__dataclass_fields__]
    away = replace(away, ranges=Ranges(*home_ranges))
    found = []
    for plan in (at_home, away):
        tasteless = replace(objective_for(plan), preferences={"leap": 0.2, "tessitura": 0.12})
        found.append(Search(plan, tasteless, width=8, kept=24).run()[0])
    assert (found[1].midi - found[0].midi == shift).all()
    assert found[1].cost == pytest.approx(found[0].cost)


# ---------------------------------------------------------------- candidates


def test_candidates_are_voicings_of_the_chord_in_order_and_in_range(lead_sheet) -> None:
    plan = narrowed(plan_for(lead_sheet(CADENCE)))
    found = candidates_at(plan, 0)
    assert {tuple(each) for each in found.tolist()} >= {(72, 64, 55, 48), (72, 67, 55, 52)}
    assert (np.diff(found) <= 0).all()
    assert set((found % 12).ravel().tolist()) == {0, 4, 7}
    assert (found[:, 0] == 72).all()


def test_upper_voices_lie_an_octave_apart_at_most_and_the_bass_two(lead_sheet) -> None:
    gaps = -np.diff(candidates_at(plan_for(lead_sheet('"C" g2 "G7" d2 | "C" c4 |]')), 0))
    assert gaps.max(axis=0).tolist() == [12, 12, 24]


def test_limits_give_way_where_the_tune_lies_too_low(lead_sheet) -> None:
    """Below G3 an alto has no comfortable note; the tune is not transposed."""
    plan = plan_for(lead_sheet('"C" E,2 G,2 | "C" C4 |]'))
    found = candidates_at(plan, 0)
    assert len(found)
    assert (found[:, 0] == 52).all()
    assert (found[:, 1] > found[:, 0]).all()


def test_one_foreign_note_at_most_where_the_style_has_them(lead_sheet) -> None:
    plan = plan_for(lead_sheet(CADENCE))
    foreign = (~np.isin(candidates_at(plan, 0)[:, 1:] % 12, [0, 4, 7])).sum(axis=1)
    assert set(foreign.tolist()) == {0, 1}


def test_the_spacing_gives_way_before_the_comfort(lead_sheet) -> None:
    """Under a soprano's A5 no alto in comfort lies within an octave."""
    plan = plan_for(lead_sheet('"F" a\'4 | "F" a4 |]'))
    found = candidates_at(plan, 0)
    assert ((found[:, 1:] >= plan.ranges.low[1:]) & (found[:, 1:] <= plan.ranges.high[1:])).all()


def test_where_it_is_rich_one_voice_more_is_foreign_and_chromatic_but_the_bass_is_not(lead_sheet) -> None:
    sheet = lead_sheet(CADENCE)
    rich = plan_of(sheet, load_ensemble("satb"), load_style("hymn"), melody=0, character=Character.parse("rich"))
    found = candidates_at(rich, 0)[:, 1:] % 12
    assert set((~np.isin(found, [0, 4, 7])).sum(axis=1).tolist()) == {0, 1, 2}
    assert [len(set(voice.tolist())) for voice in found.T] == [12, 12, 7]


def test_a_voice_that_may_attack_does_so_where_its_pitch_changes(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c2 "G7" B2 | "C" c4 |]'))
    t = next(t for t in range(len(plan.mode)) if plan.mode[t, 1] == MAY)
    held = np.array([72, 64, 55, 48])
    assert plan.mode[0].tolist() == [GIVEN, MUST, MUST, MUST]
    assert attacks_of(plan, 0, held, held).tolist() == [True] * 4
    assert attacks_of(plan, t, np.array([72, 67, 55, 52]), held)[1:].tolist() == [True, False, True]


# ---------------------------------------------------------------- repeatability and variety


def test_the_same_search_gives_the_same_textures_in_the_same_order(lead_sheet) -> None:
    plan = plan_for(lead_sheet(TURNAROUND))
    once, again = (Search(plan, objective_for(plan), width=6, kept=24).run() for _ in range(2))
    assert len(once) == 6
    assert [each.midi.tobytes() for each in once] == [each.midi.tobytes() for each in again]
    assert [each.cost for each in once] == sorted(each.cost for each in again)


@pytest.mark.parametrize(
    ("music", "differs", "merge"),
    [
        pytest.param('"C" c c c c | "C" c c c c |]', 0, True, id="five chords ago"),
        pytest.param('"C" c c c c | "C" c c c c |]', 2, False, id="three chords ago"),
        pytest.param('|: "C" c c c c | "C" c c c c :|', 0, False, id="where the repeat leads back to"),
    ],
)
def test_what_can_still_matter_keeps_hypotheses_apart(lead_sheet, music: str, differs: int, merge: bool) -> None:
    """Of two that differ in one bass note which no window sees any more, one goes on, and something else beside it."""
    plan = plan_for(lead_sheet(music))
    search = Search(plan, objective_for(plan), width=2)
    struck, free = np.ones((2, 4), dtype=bool), np.zeros(2, dtype=np.int64)
    beam, parents, links = search.begin(), np.array([0, 0]), []
    for t in range(5):
        basses = [48, 52] if t == differs else [48, 48]
        beam = search.grow(beam, t, parents, (np.array([[72, 67, 64, low] for low in basses]), struck), free)
        parents = np.array([0, 1])
        links.append(beam.link)
    found = traced([*links, search.extend(beam, 5).link])[0]
    assert len(found) == 2
    assert (found[0, differs] == found[1, differs]).all() == merge
    assert (found[0, 5] != found[1, 5]).any() == merge


@pytest.mark.parametrize(
    ("music", "most"),
    [
        pytest.param('"C" c d e f | "G" g f e d | "F" c A B c | "C" c2 G2 |]', 2, id="nothing comes again"),
        pytest.param('|: "C" c d e f | "G" g f e d :| "F" c A B c | "C" c2 G2 |]', 4, id="a repeat leads back"),
    ],
)
def test_a_hypothesis_holds_only_the_slices_that_later_ones_look_back_at(lead_sheet, music: str, most: int) -> None:
    plan = plan_for(lead_sheet(music))
    held = Search(plan, objective_for(plan), width=2).begin().midi.shape[1]
    assert held <= most < len(plan.mode)


def test_a_bar_that_recurs_is_voiced_alike_where_the_style_wants_it(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c2 e2 | "G7" d2 B2 | "C" c2 e2 | "C" c4 |]'))
    later = np.flatnonzero(plan.recurs >= 0)
    assert plan.texture.bar[later].tolist() == [2] * len(later)
    objective = replace(objective_for(plan), preferences={**plan.style.preferences, "recurrence": 8.0})
    found = Search(plan, objective, width=16, kept=32).run()[0].midi
    assert (found[later] == found[plan.recurs[later]]).all()


def test_likeness_to_an_earlier_variant_costs(lead_sheet) -> None:
    plan = plan_for(lead_sheet(CADENCE))
    earlier = Search(plan, objective_for(plan), width=2, kept=8).run()[0].midi
    same, other = earlier[None, None, 0], earlier[None, None, 0] + np.array([0, 12, 12, 12])
    assert unlike([earlier], plan)(0, same)[0, 0] == pytest.approx(3 * LIKENESS_COSTS[0])
    assert unlike([earlier], plan)(0, other)[0, 0] == 0


def test_chance_is_the_seeds_and_as_large_as_the_temperature(lead_sheet) -> None:
    plan = plan_for(lead_sheet(CADENCE))
    chord = np.array([[[72, 67, 64, 48], [72, 67, 64, 52]]])
    cold, same = (tilted(plan, seed=1, temperature=0.1)(0, chord) for _ in range(2))
    assert (cold == same).all()
    assert (cold != tilted(plan, seed=2, temperature=0.1)(0, chord)).all()
    assert tilted(plan, seed=1, temperature=0.5)(0, chord) == pytest.approx(5 * cold)


def test_top_p_keeps_the_likeliest_that_reach_it(lead_sheet) -> None:
    plan = plan_for(lead_sheet(CADENCE))
    model = -np.log(np.array([[0.15, 0.5, 0.05, 0.3]]))
    found = Search(plan, objective_for(plan), model_weight=2.0, top_p=0.7)._unlikely(2.0 * model)
    assert found.tolist() == [[True, False, True, False]]
    assert not Search(plan, objective_for(plan), model_weight=2.0)._unlikely(model).any()


def test_a_style_may_not_ask_for_a_preference_that_does_not_exist(lead_sheet) -> None:
    style = replace(load_style("hymn"), preferences={"sweetness": 1.0})
    with pytest.raises(ValueError, match="sweetness"):
        Objective.of(style, np.ones(4, dtype=bool))


def test_every_rule_that_steers_and_weighs_is_in_the_objective(lead_sheet) -> None:
    plan = plan_for(lead_sheet(CADENCE))
    codes = {rule.code for rules in objective_for(plan).rules.values() for rule, _ in rules}
    assert {"VL101", "VL102", "VL103", "RA102"} <= codes
    assert codes <= {rule.code for rule in ALL if rule.steers}


def test_how_much_of_a_variant_is_new(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c2 c2 |]'))
    first = np.array([[72, 67, 64, 48], [72, 67, 64, 48]])
    second = np.array([[72, 67, 64, 48], [72, 67, 60, 48]])
    assert share_new(second, [first], plan) == pytest.approx(1 / 6)
    assert share_new(second, [first, second], plan) == 0
    assert share_new(second, [], plan) == 1


# ---------------------------------------------------------------- what a chorale likes


def charged(plan: Plan, midi: list[list[int]], attack: list[list[bool]]) -> dict[str, float]:
    """Return the cost of each of the chorale style's preferences in the second of two slices."""
    slices = plan.texture.shape[0]
    rows = [*midi, *[midi[-1]] * (slices - 2)], [*attack, *[[False] * 4] * (slices - 2)]
    search = Search(plan, objective_for(plan))
    terms = search.explain(Hypothesis(np.array(rows[0]), np.array(rows[1], dtype=bool), 0.0))
    return {term.source: term.cost for term in terms if term.slice == 1}


ALL_FOUR, NOBODY = [True] * 4, [False] * 4


def test_a_chorale_does_not_stand_still_off_the_beat(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c2 d2 | "C" c4 |]'), "chorale")  # slices of an eighth
    still = charged(plan, [[72, 67, 64, 48]] * 2, [ALL_FOUR, NOBODY])
    assert {"idle", "idle_inside"} <= set(still)
    bass = charged(plan, [[72, 67, 64, 48], [72, 67, 64, 47]], [ALL_FOUR, [False, False, False, True]])
    assert "idle" not in bass
    assert "idle_inside" in bass
    tenor = charged(plan, [[72, 67, 64, 48], [72, 67, 62, 48]], [ALL_FOUR, [False, False, True, False]])
    assert not {"idle", "idle_inside"} & set(tenor)


def test_a_chorale_moves_on_the_beats_under_a_long_note(lead_sheet) -> None:
    plan = plan_for(lead_sheet('"C" c4 | "C" c4 |]'), "chorale")
    on_beat = replace(plan, context=replace(plan.context, strength=np.full_like(plan.context.strength, 0.25)))
    still = charged(on_beat, [[72, 67, 64, 48]] * 2, [ALL_FOUR, NOBODY])
    moved = charged(on_beat, [[72, 67, 64, 48], [72, 67, 65, 50]], [ALL_FOUR, [False, False, True, True]])
    assert still["waiting"] == pytest.approx(3 * moved["waiting"])  # three voices wait, then one
    assert not {"idle", "idle_inside"} & set(still)


def test_leaps_weigh_less_from_one_phrase_to_the_next(lead_sheet) -> None:
    wide = [[72, 67, 64, 48], [74, 59, 55, 43]]
    inside, across = (
        charged(plan_for(lead_sheet(f'"C" {mark}c "G" d "C" c2 |]')), wide, [ALL_FOUR, ALL_FOUR])
        for mark in ("", "!fermata!")
    )
    assert inside["leap"] > 0
    assert across["leap"] == pytest.approx(0.3 * inside["leap"])


@pytest.mark.parametrize(
    ("after", "charges"),
    [
        ([72, 67, 64, 48], {"struck_again", "bass_repeats"}),
        ([72, 67, 64, 52], {"bass_thirds"}),
        ([74, 67, 64, 50], {"stay"}),
        ([72, 67, 64, 50], set()),
        ([72, 65, 65, 53], {"bass_fourths"}),
    ],
)
def test_a_chord_is_not_struck_twice_and_the_bass_goes_by_steps(
    lead_sheet, after: list[int], charges: set[str]
) -> None:
    plan = plan_for(lead_sheet('"C" c c c c | "C" c4 |]'), "chorale")
    found = charged(plan, [[72, 67, 64, 48], after], [ALL_FOUR, ALL_FOUR])
    ours = {"struck_again", "bass_repeats", "stay", "bass_thirds", "bass_fourths"}
    assert set(found) & ours == charges
