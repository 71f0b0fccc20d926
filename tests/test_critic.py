"""The critic of progressions: what it reads, that it is heard, that it can be trained."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from arranger.harmonizing.choice import Choice
from arranger.harmonizing.planning import cheapest, criticised, drawn_and_judged, plans
from arranger.lab.progression.pieces import example_of
from arranger.models.chords.features import features_of
from arranger.models.progression.critic import (
    CRITIC_COLUMNS,
    CRITIC_FINGERPRINT,
    CRITIC_INPUTS,
    WEIGHTS,
    ProgressionCritic,
    critic_columns,
    progression_critic,
)
from arranger.models.progression.runtime import progression_model
from arranger.models.progression.vocabulary import QUALITY_NAMES, STYLES
from corpora.chorales import CHORALES, read_chorale

TUNE = "C2 D2 | E2 D2 | E2 G2 | F2 E2 | D4 | C4 |]"
DOMINANT_SEVENTH = QUALITY_NAMES.index("7")


def columns(found: np.ndarray, name: str) -> np.ndarray:
    """Return the columns of one input, as numbers."""
    names = [each for each, _ in CRITIC_INPUTS]
    start = sum(count for _, count in CRITIC_INPUTS[: names.index(name)])
    return found[..., start : start + dict(CRITIC_INPUTS)[name]].argmax(axis=-1)


def test_the_critic_reads_the_bass_how_it_moves_and_what_stands_above_it(lead_sheet) -> None:
    features = features_of(lead_sheet("E E D C |]").score, "hymn", STYLES)
    tokens = np.array([[(0, 0, 0), (0, 0, 1), (7, DOMINANT_SEVENTH, 3), (0, 0, 1)]])  # I I6 V2 I6
    found = critic_columns(features, tokens)
    assert found.shape == (1, 4, CRITIC_COLUMNS)
    assert columns(found, "bass").tolist() == [[0, 4, 5, 4]]
    assert columns(found, "move of the bass").tolist() == [[0, 4, 1, 11]]
    assert columns(found, "move of the root").tolist() == [[0, 0, 7, 5]]
    assert columns(found, "tune above the bass").tolist() == [[4, 0, 9, 8]]
    assert found[0, :, -1].tolist() == [1, 0, 0, 0]


def test_the_network_and_its_runtime_are_one(lead_sheet) -> None:
    torch = pytest.importorskip("torch")
    from arranger.lab.critic.network import CriticConfig, CriticNetwork
    from arranger.lab.training.shipping import read_state

    network = CriticNetwork(CriticConfig()).eval()
    network.load_state_dict(read_state(WEIGHTS))
    features = features_of(lead_sheet(TUNE).score, "chorale", STYLES)
    tokens = progression_model().draw(features, count=3, seed=1).tokens
    with torch.no_grad():
        odds = network(torch.from_numpy(critic_columns(features, tokens))).numpy()
    assert np.allclose(odds, ProgressionCritic.load().logits(features, tokens), atol=1e-4)


def test_a_progression_of_bach_costs_less_than_what_the_program_chose_without_the_critic() -> None:
    score = read_chorale(CHORALES.names("valid")[0])
    real = example_of(score, "chorale")
    assert (real.tokens >= 0).all()
    tune = replace(score, parts=score.parts[:1], chords=())
    found, cost = drawn_and_judged(tune, "chorale", Choice(draws=64), None)
    best = found.tokens[int(np.argmin(cost))]
    bach, ours = progression_critic().costs(real.features, np.stack([real.tokens, best]))
    assert 0 < bach < ours


def test_only_the_cheapest_are_heard_and_none_of_the_others_overtakes_them() -> None:
    own = np.arange(8.0)[::-1]  # the last are the cheapest
    heard = cheapest(own)
    assert heard.tolist() == [7, 6]
    found = criticised(own, heard, np.array([5.0, 0.5]))
    assert found.tolist() == [12, 11, 10, 9, 8, 7, 1.5, 5]


def test_plans_have_less_of_what_the_critic_hears_than_those_without_it(lead_sheet) -> None:
    score = lead_sheet("E E F G | G F E D | C C D E | E D D2 | E E F G | G F E D | C C D E | D C C2 |]").score
    features, critic = features_of(score, "hymn", STYLES), progression_critic()

    def heard(with_it: ProgressionCritic | None) -> float:
        chosen = []
        for seed in range(3):
            found, cost = drawn_and_judged(score, "hymn", Choice(draws=128, seed=seed), with_it)
            chosen.append(found.tokens[int(np.argmin(cost))])
        return float(critic.costs(features, np.stack(chosen)).sum())

    assert heard(critic) < heard(None)


@pytest.mark.parametrize("manner", ["chorale", "hymn"])
def test_equal_input_gives_equal_plans(lead_sheet, manner: str) -> None:
    score = lead_sheet(TUNE).score
    first, again = (plans(score, manner, Choice(count=2)) for _ in range(2))
    assert first == again


def test_the_card_names_vocabulary_music_and_rounds() -> None:
    card = json.loads((WEIGHTS / "card.json").read_text(encoding="utf-8"))
    assert card["fingerprint"] == CRITIC_FINGERPRINT
    assert {each["name"] for each in card["corpora"]} == {"chorales", "hymns"}
    assert card["earlier_rounds"]
    assert "--network critic" in card["command"]


def test_a_critic_is_trained_in_rounds_and_can_be_loaded(tmp_path: Path, monkeypatch) -> None:
    pytest.importorskip("torch")
    from arranger.lab.critic import plans as critic_plans
    from arranger.lab.critic import training
    from arranger.lab.training.request import TrainingRequest
    from arranger.lab.training.run import run

    names = type(CHORALES).names
    monkeypatch.setattr(type(CHORALES), "names", lambda corpus, split: names(corpus, split)[:2])
    monkeypatch.setattr(critic_plans, "DRAWS", 16)
    monkeypatch.setattr(critic_plans, "RANKS", (0, 1))
    request = TrainingRequest(
        tmp_path / "critic", "critic", cache=tmp_path, rounds=2, steps=6, batch=2, measure_every=3, seed=3
    )
    run(request)
    card = json.loads((request.weights / "card.json").read_text(encoding="utf-8"))
    assert set(card["tunes"]["train"]) == {"chorale, round 0", "chorale, round 1"}
    assert [list(each) for each in card["earlier_rounds"]] == [["chorale, round 0"]]
    assert 0 <= card["valid"]["chorale, round 1"]["auc"] <= 1
    assert card["command"].endswith("--rounds 2 --seed 3")
    ProgressionCritic.load(request.weights)
    again = training.task_of(request)  # plans and rounds are kept: nothing is drawn or trained a second time
    assert len(again.train) == 2
