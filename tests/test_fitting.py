"""Weights learned from choices: known weights are recovered, and fitting raises the likelihood of real choices."""

from __future__ import annotations

import numpy as np
import pytest

from arranger.arranging.styles import load_style
from arranger.lab.fitting.choices import ALTERNATIVES, Setup, choices_of, feature_names
from arranger.lab.fitting.logit import Choices, fit, log_probabilities, ranks_first
from arranger.lab.fitting.tables import by_name, fitted_profile, fitted_style, weights_in_use
from theory.notation.score import Score

TRUTH = np.array([2.0, 0.5, 0.0])


def drawn(weights: np.ndarray, count: int, seed: int) -> Choices:
    """Return choices made at random with these weights, the chosen candidate first."""
    rng = np.random.default_rng(seed)
    features = rng.poisson(0.7, (count, 12, len(weights))).astype(float)
    liking = -(features @ weights) + rng.gumbel(size=(count, 12))
    first = liking.argmax(axis=1)
    for row, place in zip(features, first, strict=True):
        row[[0, place]] = row[[place, 0]]
    return Choices(("a", "b", "c"), features, np.ones(features.shape[:2], dtype=bool))


def test_known_weights_are_found_again() -> None:
    found = fit(drawn(TRUTH, 4000, seed=1))
    assert found == pytest.approx(TRUTH, abs=0.12)
    assert (found >= 0).all()


def test_fitted_weights_predict_new_choices_better_than_others() -> None:
    found, new = fit(drawn(TRUTH, 2000, seed=2)), drawn(TRUTH, 2000, seed=3)
    for other in (np.zeros(3), TRUTH[::-1].copy()):
        assert log_probabilities(new, found).mean() > log_probabilities(new, other).mean()
        assert ranks_first(new, found) > ranks_first(new, other)


def test_missing_candidates_are_never_taken() -> None:
    some = drawn(TRUTH, 50, seed=4)
    half = Choices(some.names, some.features, np.arange(12)[None] < np.where(np.arange(50) % 2, 12, 6)[:, None])
    assert np.exp(log_probabilities(half, np.zeros(3)))[:2] == pytest.approx([1 / 6, 1 / 12])


def test_a_rule_that_nothing_ever_breaks_gets_a_finite_weight() -> None:
    features = np.zeros((200, 5, 1))
    features[:, 1:] = 1.0
    assert 3 < fit(Choices(("x",), features, np.ones((200, 5), dtype=bool)))[0] < 20


CHORALE = """
X:1
M:4/4
L:1/4
K:C
V:1
c d e d | c B c2 |]
V:2
G G G G | G G G2 |]
V:3
E D C D | E D E2 |]
V:4
C, B,, C, G,, | C, G,, C,2 |]
"""


@pytest.fixture
def setting(tmp_path) -> Score:
    from arranger.formats.reading import read_score

    path = tmp_path / "setting.abc"
    path.write_text(CHORALE)
    return read_score(path)


def test_a_setting_yields_a_choice_at_every_slice_with_the_real_one_first(setting: Score) -> None:
    setup = Setup(load_style("chorale"), model=False)
    choices = choices_of([setting], setup, seed=0)
    assert choices.features.shape[1:] == (1 + ALTERNATIVES, len(feature_names(setup)))
    assert len(choices) >= 7
    again = choices_of([setting], setup, seed=0)
    assert (choices.features == again.features).all()
    parallels = choices.names.index("VL101 parallel-fifths")
    assert choices.features[:, 0, parallels].sum() == 0
    assert choices.features[:, 1:, parallels].sum() > 0


def test_weights_are_written_where_they_belong() -> None:
    style = load_style("hymn")
    names = feature_names(Setup(style))
    used = weights_in_use(style, names)
    assert used[names.index("leap")] == style.preferences["leap"]
    assert used[names.index("model")] == style.model_weight
    weights = by_name(names, np.arange(len(names), dtype=float))
    assert weights["recurrence"] == names.index("recurring bar")
    profile = 'about = "By hand."\n[rules]\nVL101 = { severity = "error", weight = 9.0, forbid = true }\n'
    profile += 'VL202 = { severity = "info", weight = 2.0 }\n'
    assert fitted_profile(profile, {"VL101": 4.25, "VL202": 0.4}, "music") == (
        'about = "By hand. Weights fitted: music."\n[rules]\n'
        'VL101 = { severity = "error", weight = 9.0, forbid = true }\n'
        'VL202 = { severity = "info", weight = 0.4 }\n'
    )
    strict = fitted_profile(profile, {"VL101": 4.25, "VL202": 0.4}, "music", strictness=3.0)
    assert "weight = 12.75" in strict
    assert "weight = 1.2" in strict
    table = 'name = "x"\nmodel_weight = 0.4\n\n[preferences]\nleap = 0.2  # a semitone\nspan = 0.1\n'
    assert fitted_style(table, {"leap": 0.31, "model": 0.8, "muddy": 1.5, "uneven": 0.0, "VL101": 3.0}) == (
        'name = "x"\nmodel_weight = 0.80\n\n[preferences]\nleap = 0.31  # a semitone\nspan = 0.10\nmuddy = 1.50\n'
    )
