"""Chords and harmonic rhythm found together: figuration is one chord."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from benchmarks.make.figured_music import drawn_plan, realised
from corpora.chorales import read_chorale
from theory.analysis import analyse
from theory.harmony.chord_segments import heard, weights
from theory.harmony.estimate import estimate_harmony
from theory.harmony.segments import LONGEST, moments_of, segments_of
from theory.notation.pitch import Interval
from theory.notation.score import Score
from theory.rules.example import example_score
from theory.rules.rule import passes

EIGHTH = Fraction(1, 2)


def score_of(music: str, key: str = "C", *, token_quarters: Fraction = EIGHTH, bar_quarters: int = 4) -> Score:
    return example_score(passes(music, "", key=key, token_quarters=token_quarters, bar_quarters=bar_quarters))


def numerals(score: Score) -> str:
    return " ".join(chord.figure for chord in analyse(score).chords)


def test_a_moment_is_a_beat_or_half_a_beat_where_a_note_is_struck() -> None:
    moments = moments_of(score_of("C5 - D5 E5 F5 - - - / C3 - - - F3 - - -"))
    assert moments.onset_quarter == (0, 1, Fraction(3, 2), 2, 3)
    assert moments.lowest.tolist() == [48, 48, 48, 53, 53]
    assert moments.pulses.tolist() == [1, 0.5, 0.5, 1, 1]


def test_segments_stay_within_bars_and_their_number_grows_with_the_length_only() -> None:
    bar = "C5 D5 E5 F5 G5 F5 E5 D5 "
    one, four = (segments_of(moments_of(score_of(f"{bar * bars}/ {'C3 - - - - - - - ' * bars}"))) for bars in (1, 4))
    assert len(one.start) == LONGEST * (LONGEST + 1) / 2
    assert len(four.start) == 4 * len(one.start)


def test_a_segment_is_heard_alike_in_every_key() -> None:
    score = read_chorale("bwv269")
    here, there = (heard(segments_of(moments_of(each)), weights()) for each in (score, score.up(Interval.parse("M2"))))
    assert np.allclose(here, np.roll(there, -2, axis=1), atol=1e-4)


ONE_CHORD_PER_BAR = {
    "I IV V7 I": (  # arpeggios with a tune
        "G5 - - - E5 - - - A5 - - - F5 - - - G5 - - F5 D5 - - - E5 - - - - - - - "
        "/ C3 G3 E4 G3 C3 G3 E4 G3 F3 C4 F4 C4 F3 C4 F4 C4 G3 D4 F4 D4 G3 B3 F4 D4 C3 G3 E4 G3 C4 - - -"
    ),
    "I V V7 I": (  # the seventh joins late
        "E5 - - - G5 - - - D5 - - - B4 - - - G5 - - - F5 - - - E5 - - - - - - - "
        "/ C3 G3 E4 G3 C3 G3 E4 G3 G3 D4 B4 D4 G3 D4 B4 D4 G3 D4 B4 D4 G3 D4 B4 F4 C3 G3 E4 G3 C4 - - -"
    ),
    "I V65 I": (  # neighbours and passing notes in the tune
        "E5 F5 E5 D5 C5 D5 E5 C5 D5 E5 F5 E5 D5 C5 B4 D5 C5 D5 E5 F5 E5 D5 C5 - "
        "/ C4 G4 E4 G4 C4 G4 E4 G4 B3 G4 F4 G4 B3 G4 F4 G4 C4 G4 E4 G4 C4 G4 E4 G4"
    ),
}


@pytest.mark.parametrize("found", ONE_CHORD_PER_BAR)
def test_figuration_is_one_chord(found: str) -> None:
    assert numerals(score_of(ONE_CHORD_PER_BAR[found])) == found


@pytest.mark.parametrize("interval", ["M2", "-m3", "A4"])
def test_transposed_figuration_has_the_same_numerals(interval: str) -> None:
    random = np.random.default_rng(3)
    score = realised(drawn_plan(random), random)
    here, there = (estimate_harmony(each) for each in (score, score.up(Interval.parse(interval))))
    assert [(span.start_quarter, span.degree) for span in here] == [(span.start_quarter, span.degree) for span in there]


def test_the_network_computes_what_was_fitted() -> None:
    torch = pytest.importorskip("torch")
    from benchmarks.make.fit_chord_segments import Model
    from theory.harmony.chord_segments import Weights, inputs_of

    torch.manual_seed(1)
    model = Model()
    segments = segments_of(moments_of(read_chorale("bwv269")))
    inputs = torch.from_numpy(inputs_of(segments.shares, segments.other))
    with torch.no_grad():
        expected = (model.second(torch.relu(model.first(inputs))) + model.direct(inputs)).numpy()
    assert np.allclose(heard(segments, Weights(**model.arrays())), expected, atol=1e-4)
