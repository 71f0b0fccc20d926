"""The harmonic plan of a bare tune: what is drawn, what is chosen, how it is written."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from arranger.harmonizing.drawn import Drawn
from arranger.harmonizing.planning import planned_chords
from arranger.harmonizing.progression_costs import COUNTS, costs_of
from arranger.harmonizing.suspensions import with_suspensions
from arranger.models.chords.features import features_of, references_of
from arranger.models.progression.runtime import WEIGHTS, Form, ProgressionModel, Progressions, Selection
from arranger.models.progression.vocabulary import FINGERPRINT, QUALITY_NAMES, STYLES
from theory.harmony.evidence import evidence_of
from theory.notation.chord import ChordSymbol
from theory.notation.score import Harmony

TUNE = "C2 D2 | E2 D2 | E2 G2 | F2 E2 | D4 | C4 |]"


def drawn_for(lead_sheet, tune: str, *progressions: str) -> Drawn:
    """Return progressions in C major, a chord per beat: ``I I6 V7 ii65``."""
    score = lead_sheet(tune).score
    evidence = evidence_of(score, (0,))
    tokens = np.array([[token(name) for name in each.split()] for each in progressions])
    nats = np.zeros(tokens.shape[:2])
    return Drawn.of(Progressions(tokens, nats), references_of(evidence), evidence, score)


def token(name: str) -> tuple[int, int, int]:
    root = {"I": 0, "ii": 2, "iii": 4, "IV": 5, "V": 7, "vi": 9, "V/V": 2}
    for figure, inversion, seventh in (
        ("65", 1, True),
        ("64", 2, False),
        ("6", 1, False),
        ("7", 0, True),
        ("", 0, False),
    ):
        numeral = name.removesuffix(figure) if figure else name
        if name.endswith(figure) and numeral in root:
            quality = ("m7" if numeral.islower() else "7") if seventh else ("m" if numeral.islower() else "")
            return root[numeral], QUALITY_NAMES.index(quality), inversion
    raise ValueError(name)


def cost(drawn: Drawn, term: str) -> list[float]:
    return costs_of(drawn, "hymn")[term].tolist()


def test_a_piece_ends_on_its_tonic_by_way_of_the_dominant_and_a_predominant(lead_sheet) -> None:
    found = cost(drawn_for(lead_sheet, "C D B, C |]", "I ii V I", "I I V I", "I ii V I6", "I ii V6 I"), "final_close")
    assert found[0] == 0
    assert all(each > 0 for each in found[1:])


def test_outer_voices_in_fifths_or_octaves_cost(lead_sheet) -> None:
    found = cost(drawn_for(lead_sheet, "G A E C |]", "I ii I I", "I IV I I", "I6 IV I I"), "outer_parallels")
    assert found[0] > 0  # C G, D A
    assert found[1:] == [0, 0]


def test_notes_of_the_tune_off_the_beat_want_to_be_in_the_chord(lead_sheet) -> None:
    found = cost(drawn_for(lead_sheet, "C D/B,/ C C |]", "I V I I", "I ii I I"), "uncovered_tune")
    assert found[0] == 0 < found[1]


def test_a_six_four_leads_to_the_chord_over_its_bass_or_passes(lead_sheet) -> None:
    found = cost(drawn_for(lead_sheet, "E E D C |]", "IV I64 V I", "ii I64 vi I", "I V64 I6 I"), "six_fours")
    assert found[0] == found[2] == 0 < found[1]


def test_a_chord_outside_the_scale_leads_on(lead_sheet) -> None:
    found = cost(drawn_for(lead_sheet, "C D D C |]", "I V/V V I", "I V/V IV I"), "unresolved")
    assert found[0] == 0 < found[1]


@pytest.mark.parametrize(
    ("count", "tune", "without", "with_one"),
    [
        ("held_over", "C D E F |]", "I I V V", "I V V I"),
        ("no_close", "C D D C |]", "I V V I", "I V I I"),
        ("weak_closes", "C D D C |]", "I IV V I", "I IV V6 I"),
        ("similar_motion", "C D E F |]", "I I V V", "I ii ii ii"),
        ("dull_repeats", "E E D C |]", "I vi V I", "I I V I"),
        ("arpeggios", "E E D C |]", "I IV V I", "I I6 V I"),
        ("falling_leading_tone", "D E E E |]", "V6 I vi vi", "V6 I6 vi vi"),
        ("stuck_sevenths", "D C D C |]", "V7 I V I", "V7 V/V V I"),
        ("rocking", "E D C C |]", "I V vi I", "I V I I"),
        ("tritones", "C D E F |]", "IV V I I", "IV V6 I I"),
        ("unprepared_closes", "C D D C |]", "I IV V I", "I I V I"),
    ],
)
def test_what_is_counted_in_a_progression(lead_sheet, count: str, tune: str, without: str, with_one: str) -> None:
    drawn = drawn_for(lead_sheet, tune, without, with_one)
    counted = next(each for each in COUNTS if each.__name__ == count)
    assert counted(drawn).tolist() == [0, 1]


def test_every_term_gives_each_progression_a_cost(lead_sheet) -> None:
    found = costs_of(drawn_for(lead_sheet, "C D B, C |]", "I ii V I", "I I V I"), "hymn")
    assert all(each.shape == (2,) and (each >= 0).all() for each in found.values())


@pytest.mark.parametrize("style", ["chorale", "hymn"])
def test_a_plan_is_the_same_each_time_and_closes(lead_sheet, style: str) -> None:
    score = lead_sheet(TUNE).score
    chords = planned_chords(score, style)
    assert chords == planned_chords(score, style)
    assert str(chords[-1].symbol) == "C"
    assert str(chords[-2].symbol) in ("G", "G7", "F")


def test_a_phrase_that_returns_has_its_harmony_again(lead_sheet) -> None:
    phrase = "E E F G | G F E D | C C D E | !breath!D4 |"
    chords = planned_chords(lead_sheet(f"{phrase} {phrase} E D C C | C4 |]").score, "hymn")
    first, second = (
        [(each.onset_quarter - start, each.symbol) for each in chords if start <= each.onset_quarter < start + 14]
        for start in (0, 16)
    )
    assert first == second


def test_tokens_drawn_in_closing_and_returning_slots_are_as_the_form_says(lead_sheet) -> None:
    features = features_of(lead_sheet(TUNE).score, "hymn", STYLES)
    form = Form.free(len(features))
    form.closing[-1, 1] = True
    form.repeats[4:6] = [0, 1]
    found = ProgressionModel.load().draw(features, count=8, form=form, seed=3)
    assert set(found.tokens[:, -1, 0].tolist()) == {9}
    assert (found.tokens[:, -1, 2] == 0).all()
    assert np.array_equal(found.tokens[:, 4:6], found.tokens[:, :2])
    assert (found.log_probs < 0).all()


def test_unfinished_progressions_are_selected_on_the_way(lead_sheet) -> None:
    features = features_of(lead_sheet(TUNE).score, "hymn", STYLES)
    seen: list[Progressions] = []

    def first(found: Progressions) -> np.ndarray:
        seen.append(found)
        return np.zeros(len(found.tokens), dtype=np.int64)

    before = np.arange(len(features)) == 6
    found = ProgressionModel.load().draw(features, count=8, selection=Selection(before, first), seed=3)
    assert seen[0].tokens.shape == (8, 6, 3)
    assert (found.tokens[:, :6] == seen[0].tokens[:1]).all()
    assert len(np.unique(found.tokens[:, 6:], axis=0)) > 1


def test_a_dominant_before_a_close_is_suspended_where_the_tune_allows(lead_sheet) -> None:
    chords = [Harmony(Fraction(time), ChordSymbol.parse(name)) for time, name in ((0, "F"), (1, "G7"), (2, "C"))]
    for tune, figures in (("A D C2 |]", ["F", "G7sus4", "G7", "C"]), ("A B, C2 |]", ["F", "G7", "C"])):
        score = lead_sheet(tune).score
        found = with_suspensions(chords, score, [Fraction(2)], least_quarters=Fraction(1))
        assert [str(each.symbol) for each in found] == figures


def test_closes_in_succession_are_not_all_suspended(lead_sheet) -> None:
    names = ("F", "G7", "C") * 3
    chords = [Harmony(Fraction(time), ChordSymbol.parse(name)) for time, name in enumerate(names)]
    score = lead_sheet("A D C A | D C A D | C4 |]").score
    found = with_suspensions(chords, score, [Fraction(2), Fraction(5), Fraction(8)], least_quarters=Fraction(1))
    assert [float(each.onset_quarter) for each in found if "sus" in str(each.symbol)] == [1.0, 7.0]


def test_the_network_and_its_runtime_are_one(lead_sheet) -> None:
    torch = pytest.importorskip("torch")
    from arranger.lab.progression.network import ProgressionConfig, ProgressionNetwork, loss_of
    from arranger.lab.progression.pieces import ProgressionExample
    from arranger.lab.progression.training import batch_of
    from arranger.lab.training.shipping import read_state

    network = ProgressionNetwork(ProgressionConfig()).eval()
    network.load_state_dict(read_state(WEIGHTS))
    features = features_of(lead_sheet(TUNE).score, "chorale", STYLES)
    found = ProgressionModel.load().draw(features, count=3, seed=1)
    examples = [ProgressionExample("chorale", features, tokens) for tokens in found.tokens]
    with torch.no_grad():
        losses = loss_of(network, batch_of(examples)).sum(dim=-1).reshape(3, -1)
    assert np.allclose(losses.numpy(), -found.log_probs, atol=1e-4)


def test_a_set_in_a_style_that_the_model_lacks_is_refused(tmp_path) -> None:
    from arranger.lab.progression.pieces import corpora_of
    from arranger.lab.training.request import TrainingRequest

    (tmp_path / "bloomfield-carols").mkdir()
    request = TrainingRequest(tmp_path, "progression", data_scores=tmp_path, also=("bloomfield-carols",))
    assert [corpus.name for corpus, _ in corpora_of(request)] == ["chorales", "bloomfield-carols"]
    with pytest.raises(ValueError, match="--also quartets: the progression model has no style quartet"):
        corpora_of(replace(request, also=("quartets",)))


def test_the_card_names_vocabulary_and_music() -> None:
    card = json.loads((WEIGHTS / "card.json").read_text(encoding="utf-8"))
    assert card["fingerprint"] == FINGERPRINT
    assert {"chorales", "hymns", "gomolka-psalms"} <= {each["name"] for each in card["corpora"]}
