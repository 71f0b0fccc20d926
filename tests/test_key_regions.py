"""Key regions: the second pass of key estimation, and the likelihood that its weights are fitted with."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from corpora.chorales import read_chorale
from theory.harmony.estimate import estimate_chords, estimate_harmony
from theory.harmony.evidence import evidence_of
from theory.harmony.key_features import LOCAL, MOMENTS, NAMES, key_features
from theory.harmony.key_regions import WEIGHTS, heard_again, key_weights, likeliest_keys, posteriors, potentials
from theory.harmony.path import best_path
from theory.harmony.states import KEYS
from theory.notation.pitch import Interval
from theory.notation.score import Score
from theory.rules.example import example_score
from theory.rules.rule import passes

CADENCE = "E4 F4 D4 E4 / C4 C4 B3 C4 / G3 A3 G3 G3 / C3 F3 G3 C3"


def score_of(music: str, key: str = "C") -> Score:
    return example_score(passes(music, "", key=key))


def test_the_weights_are_those_of_the_features() -> None:
    for manner in ("chorale", "madrigal"):
        assert np.count_nonzero(key_weights(manner)) > 100, WEIGHTS
    chorale = dict(zip(NAMES, key_weights("chorale"), strict=True))
    assert chorale["major V7"] > chorale["major V7/V"] > chorale["major bVII"]
    assert chorale["change"] < chorale["change"] + chorale["change at the beginning of a phrase"] < 0


def test_features_say_what_each_key_makes_of_a_chord() -> None:
    score = score_of(CADENCE)
    evidence = evidence_of(score)
    local = key_features(evidence, best_path(evidence)).local
    tonic, relative, dominant = (KEYS.index(key) for key in ((0, "major"), (9, "minor"), (7, "major")))
    assert local[2, tonic, LOCAL.index("major V")] == 1
    assert local[2, dominant, LOCAL.index("major I")] == 1
    assert local[3, tonic, LOCAL.index("phrase ends, major: authentic")] == 1
    assert local[3, relative, LOCAL.index("phrase ends, minor: other")] == 1
    assert [local[0, key, LOCAL.index("home")] for key in (tonic, relative, dominant)] == [1, 0, 0]
    assert local[0, (KEYS.index((2, "major"))), LOCAL.index("steps from the signature")] == 2
    assert local[0, KEYS.index((6, "major")), LOCAL.index("foreign chord")] == 1


@pytest.mark.parametrize("interval", ["M2", "-m3", "A4"])
def test_transposed_music_has_the_same_features_in_transposed_keys(interval: str) -> None:
    score, up = score_of(CADENCE), Interval.parse(interval)
    features = [key_features(e, best_path(e)) for e in (evidence_of(score), evidence_of(score.up(up)))]
    moved = [KEYS.index(((tonic + up.semitones) % 12, mode)) for tonic, mode in KEYS]
    assert np.array_equal(features[0].local, features[1].local[:, moved])
    assert np.array_equal(features[0].pair, features[1].pair[moved][:, moved])


def test_a_key_changes_where_a_phrase_begins_rather_than_within() -> None:
    score = read_chorale("bwv269")
    evidence = evidence_of(score)
    moment = key_features(evidence, best_path(evidence)).moment
    opens = moment[:, MOMENTS.index("change at the beginning of a phrase")]
    assert np.array_equal(opens, evidence.opening[1:])
    assert 4 < opens.sum() < len(opens) / 4


def test_sums_over_all_ways_are_those_of_counting_them_out() -> None:
    dice = np.random.default_rng(3)
    local, change = dice.normal(size=(4, 24)) * 2, dice.normal(size=(3, 24, 24))
    few = [1, 5, 20]  # all other keys are ruled out
    local[:, [key for key in range(24) if key not in few]] = -500
    ways = list(product(few, repeat=4))
    scores = [
        sum(local[slot, key] for slot, key in enumerate(way))
        + sum(change[slot, one, other] for slot, (one, other) in enumerate(pairwise(way)))
        for way in ways
    ]
    forward, backward, whole = posteriors(local, change)
    assert whole == pytest.approx(np.log(np.exp(scores).sum()))
    chance = sum(np.exp(score - whole) for way, score in zip(ways, scores, strict=True) if way[2] == 5)
    assert np.exp(forward[2, 5] + backward[2, 5] - whole) == pytest.approx(chance)


def test_a_key_without_a_name_for_the_chord_is_never_taken() -> None:
    evidence = evidence_of(score_of(CADENCE))
    path = best_path(evidence)
    local, change = potentials(key_features(evidence, path), key_weights("chorale"))
    c_major, f_sharp_major = KEYS.index((0, "major")), KEYS.index((6, "major"))
    local[:, f_sharp_major] = 50  # which has a name for F and for G, V/iii and bII, but not for C
    assert likeliest_keys(local, change, path) == [c_major, f_sharp_major, f_sharp_major, c_major]


def test_the_chords_stay_what_they_were() -> None:
    for name in ("bwv269", "bwv40.3"):
        score = read_chorale(name)
        once, again = estimate_chords(score), estimate_harmony(score)
        onsets = evidence_of(score).onset_quarter
        for onset in onsets:
            first, second = (
                next(span for span in spans if span.start_quarter <= onset < span.end_quarter)
                for spans in (once, again)
            )
            assert first.symbol.pitch_classes == second.symbol.pitch_classes


def test_a_phrase_in_the_dominant_is_a_region_of_its_own() -> None:
    home = CADENCE.split(" / ")
    away = "D4 E4 D4 C4 B3 A3 A3 B3 / B3 C4 A3 A3 G3 G3 F#3 G3 / G3 G3 F#3 F#3 D3 E3 D3 D3 / G2 C3 D3 D3 G2 C3 D3 G2"
    parts = [f"{one} {one} {other} {one} {one}" for one, other in zip(home, away.split(" / "), strict=True)]
    spans = estimate_harmony(score_of(" / ".join(parts)))
    keys = [str(span.key) for place, span in enumerate(spans) if not place or span.key != spans[place - 1].key]
    assert keys == ["C major", "G major", "C major"]


def test_a_tune_alone_is_heard_once() -> None:
    tune = score_of("C4 C4 G4 G4 A4 A4 G4 G4 F4 F4 E4 E4 D4 D4 C4 C4")
    assert estimate_harmony(tune) == estimate_chords(tune)


def test_one_chord_has_one_key() -> None:
    evidence = evidence_of(score_of("C4 / E3 / G3 / C3"))
    assert heard_again(evidence, best_path(evidence), "chorale") == best_path(evidence)


def test_the_gradient_of_the_fit_is_that_of_small_steps() -> None:
    from benchmarks.make.fit_key_regions import Example, cost_of
    from corpora.roman_analyses import AnalysedPiece

    score = score_of(CADENCE)
    evidence = evidence_of(score)
    piece = AnalysedPiece("cadence", "train", score, None, ())
    keys = tuple(KEYS.index((tonic, "major")) for tonic in (0, 0, 7, 0))
    example = Example(piece, (), key_features(evidence, best_path(evidence)), keys)
    dice = np.random.default_rng(5)
    weights, direction = dice.normal(size=len(NAMES)) * 0.3, dice.normal(size=len(NAMES))
    _, gradient = cost_of(example, weights)
    step = 1e-5
    rise = cost_of(example, weights + step * direction)[0] - cost_of(example, weights - step * direction)[0]
    assert rise / (2 * step) == pytest.approx(float(gradient @ direction), rel=1e-5)
