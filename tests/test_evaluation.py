"""Evaluation of settings, on short pieces whose figures can be computed by hand."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from arranger.cli import main
from arranger.lab.evaluation import reports
from arranger.lab.evaluation.counts import Counts, counts_of, rest_share
from arranger.lab.evaluation.detector import auc, detect, fit, halves, tokens_of
from arranger.lab.evaluation.distances import place_distance, rank_distance, wasserstein
from arranger.lab.evaluation.grade import TERMS, Reference, grade_terms
from arranger.lab.evaluation.likeness import likeness
from arranger.lab.evaluation.lines import sounds_of, written_out
from arranger.lab.evaluation.networks import Networks, networks_alone
from arranger.lab.evaluation.qualities import quality_of
from arranger.lab.evaluation.repetition import repeated_passages
from arranger.lab.evaluation.settings import difference
from arranger.models.part.runtime import PartModel
from corpora.chorales import CHORALES, read_chorale
from theory.notation.pitch import Interval, Pitch
from theory.notation.score import LeadSheet, Part, Score

TUNE = "C D E F | G2 G2 | F E D2 | C4"


def voices(lead_sheet: Callable[..., LeadSheet], *lines: str) -> Score:
    """Return a score whose parts are lines of ABC, the highest first."""
    scores = [lead_sheet(line).score for line in lines]
    return replace(scores[0], parts=tuple(score.parts[0] for score in scores), chords=())


def lowered(score: Score, voice: int, interval: str) -> Score:
    """Return the score with one voice transposed down by an interval."""
    parts = list(score.parts)
    parts[voice] = parts[voice].up(-Interval.parse(interval))
    return replace(score, parts=tuple(parts))


@pytest.mark.parametrize(
    ("own", "reference", "distance"),
    [
        ([1.0], [1.0], 0.0),
        ([1, 0, 0], [0, 0, 1], 2.0),  # all mass moves by two
        ([2, 2], [1, 3], 0.25),  # a quarter of the mass moves by one
        ([1, 0, 1], [0, 1, 0], 1.0),  # both halves move by one
        ([1], [0, 1], 1.0),  # lists of different lengths
    ],
)
def test_wasserstein_of_few_places(own: list[float], reference: list[float], distance: float) -> None:
    assert wasserstein(own, reference) == pytest.approx(distance)
    assert wasserstein(reference, own) == pytest.approx(distance)


def test_ranks_are_those_of_the_reference() -> None:
    reference = Counter({"second": 6, "unison": 3, "third": 1})
    assert rank_distance(reference, reference) == 0
    assert rank_distance(Counter({"second": 1}), reference) == pytest.approx(0.3 + 2 * 0.1)
    # categories that Bach never uses come after all that he uses
    assert rank_distance(Counter({"tritone": 1}), reference) == pytest.approx(0.6 * 3 + 0.3 * 2 + 0.1 * 1)


def test_numbers_stand_at_their_own_places() -> None:
    assert place_distance(Counter({8: 3}), Counter({8: 1, 16: 1})) == 4
    assert place_distance(Counter(), Counter({8: 1})) == 8


@pytest.mark.parametrize(
    ("tones", "quality"),
    [
        ("C E G", "major"),
        ("E G C", "major"),
        ("A C E", "minor"),
        ("B D F", "diminished"),
        ("G B D F", "dominant-seventh"),
        ("A C E G", "minor-seventh"),  # not C major with a sixth
        ("B D F A", "half-diminished-seventh"),
        ("G# B D F", "diminished-seventh"),
        ("C F G", "suspended-second"),  # on F, as in music21
        ("C E G D", "major"),  # the ninth is a passing note
        ("C G", "power"),
        ("C", "pedal"),
        ("C E", "unidentifiable"),
    ],
)
def test_qualities(tones: str, quality: str) -> None:
    assert quality_of({Pitch.parse(f"{tone}4").fifths for tone in tones.split()}) == quality


def test_qualities_are_those_of_music21() -> None:
    from music21 import chord, harmony

    names = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"]
    same = []
    for size in (3, 4):
        for tones in itertools.combinations(names, size):
            own = quality_of({Pitch.parse(f"{tone}4").fifths for tone in tones})
            theirs = harmony.chordSymbolFigureFromChord(chord.Chord([t.replace("b", "-") for t in tones]), True)
            same.append(own == (theirs[1] or "unidentifiable"))
    assert np.mean(same) > 0.9


def test_repeated_passages_are_the_longest() -> None:
    # la la re | la la fa: two notes are repeated; the notes after them differ in pitch
    line = [(69, 4), (69, 4), (62, 4), (69, 4), (69, 4), (65, 4)]
    assert repeated_passages(line) == Counter({8: 2})
    assert repeated_passages([(60, 4), (62, 4), (64, 4)]) == Counter()


def test_a_repeat_is_heard_twice(lead_sheet: Callable[..., LeadSheet]) -> None:
    heard = written_out(lead_sheet("|: C D E F | G4 :| C4 |]").score)
    steps = [sound.pitch.midi for sound in sounds_of(heard.parts[0]) if sound.pitch]
    assert steps == [60, 62, 64, 65, 67, 60, 62, 64, 65, 67, 60]
    assert heard.end_quarter == 20
    assert [bar.onset_quarter for bar in heard.bars] == [0, 4, 8, 12, 16]


def test_counts_of_two_bars(lead_sheet: Callable[..., LeadSheet]) -> None:
    counts = counts_of(voices(lead_sheet, "c B c2 |]", "G G G2 |]", "E D E2 |]", "C G, C2 |]"))
    assert not counts.minor
    assert counts.rhythm == Counter({Fraction(1): 8, Fraction(2): 4})
    assert counts.qualities == Counter({"major": 3})
    assert counts.intervals[1] == Counter({(0, 0): 2})
    assert counts.notes.total() == 64  # sixteenths
    assert not counts.parallels
    assert rest_share(counts) == 0


def test_parallels_are_counted(lead_sheet: Callable[..., LeadSheet]) -> None:
    counts = counts_of(voices(lead_sheet, "g a g2 |]", "e f e2 |]", "c d c2 |]", "C D C2 |]"))
    assert counts.parallels == Counter({"fifths": 4, "octaves": 2})


@pytest.fixture(scope="module")
def bach() -> list[Score]:
    """Some chorales of the validation list."""
    return [read_chorale(name) for name in CHORALES.names("valid")[:12]]


@pytest.fixture(scope="module")
def counted(bach: list[Score]) -> list[Counts]:
    return [counts_of(score) for score in bach]


def test_bach_is_nearer_to_bach_than_mangled_copies(bach: list[Score], counted: list[Counts]) -> None:
    reference = Reference.of(counted)
    rng = np.random.default_rng(0)
    own, mangled = [], []
    for score, counts in zip(bach, counted, strict=True):
        own.append(sum(grade_terms(counts, reference).values()))
        mangled.append(sum(grade_terms(counts_of(shuffled(score, rng)), reference).values()))
    assert np.median(own) < np.median(mangled) - 2
    assert np.mean(np.array(own) < np.array(mangled)) > 0.8


def shuffled(score: Score, rng: np.random.Generator) -> Score:
    """Return the score with the pitches of each voice in random order."""

    def mixed(part: Part) -> Part:
        pitches = [note.pitch for note in part.notes if note.pitch]
        order = iter(rng.permutation(len(pitches)).tolist())
        return replace(part, notes=tuple(replace(n, pitch=pitches[next(order)]) if n.pitch else n for n in part.notes))

    return replace(score, parts=tuple(mixed(part) for part in score.parts))


def test_a_piece_that_is_all_there_is_grades_zero(counted: list[Counts]) -> None:
    terms = grade_terms(counted[0], Reference.of(counted[:1]))
    assert tuple(terms) == TERMS
    assert all(value == pytest.approx(0) for value in terms.values())


def test_auc_of_few() -> None:
    right = np.array([True, True, False, False])
    assert auc(np.array([4.0, 3.0, 2.0, 1.0]), right) == 1
    assert auc(np.array([1.0, 1.0, 1.0, 1.0]), right) == 0.5
    assert auc(np.array([1.0, 2.0, 3.0, 4.0]), right) == 0


def test_the_regression_finds_its_minimum() -> None:
    rng = np.random.default_rng(1)
    rows, label = rng.normal(size=(40, 6)), (rng.random(40) < 0.5).astype(float)
    weights, bias = fit(rows, label)
    chance = 1 / (1 + np.exp(-(rows @ weights + bias)))
    # at the minimum the gradient of the penalised likelihood vanishes
    assert np.abs(rows.T @ (chance - label) + 0.1 * weights).max() < 1e-6
    assert abs((chance - label).sum()) < 1e-6


def test_chord_symbols_are_not_heard(lead_sheet: Callable[..., LeadSheet]) -> None:
    bare = voices(lead_sheet, "c4 |]", "G4 |]", "E4 |]", "C4 |]")
    symbols = lead_sheet('"C"c2 "Am"c2 |]').score.chords
    assert tokens_of(replace(bare, chords=symbols)) == tokens_of(bare)


def test_the_detector_knows_mangled_bach_and_not_bach(bach: list[Score]) -> None:
    rng = np.random.default_rng(2)
    pieces = [*range(len(bach)), *range(len(bach))]
    assert detect([shuffled(score, rng) for score in bach], bach, pieces).auc > 0.95
    assert detect(bach, bach, pieces).auc == pytest.approx(0.5)
    assert 0.2 < halves(bach).auc < 0.8


def test_what_is_the_same(lead_sheet: Callable[..., LeadSheet]) -> None:
    real = voices(lead_sheet, TUNE, TUNE, TUNE, TUNE)
    ours = lowered(real, 3, "P8")
    found = likeness(real, ours).summary()
    assert (found["alto"], found["tenor"], found["bass"]) == (1, 1, 0)
    assert found["all three"] == 0
    assert found["chord"] == 1  # an octave lower, the same pitch classes
    assert difference(real, ours) == pytest.approx(1 / 3)
    assert difference(real, real) == 0


def test_networks_alone_are_asked_for_the_real_settings(bach: list[Score], tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from arranger.lab.frames.network import FrameNetwork, FrameNetworkConfig
    from arranger.lab.frames.training import heard_by

    config = FrameNetworkConfig(core="gru", units=8, layers=1, embedding=4, head=8)
    torch.manual_seed(1)
    run = {"network_config": vars(config), "averaged": FrameNetwork(config).state_dict()}
    torch.save(run, tmp_path / "best.pt")
    name = CHORALES.names("valid")[0]
    found = networks_alone([(name, bach[0])], Networks(PartModel.load(), sixteenths=heard_by([tmp_path])))
    token, frame = (found["sixteenths"][f"nats_per_{unit}"] for unit in ("note_token", "frame"))
    assert frame == pytest.approx(4 * token, abs=1e-3)
    assert token > 0.6  # the network is untrained; a trained one has about a third of a nat
    assert found["predicted"]["chorale chords"]["nats_per_cell"] < 1
    assert 0.3 < found["reconstruction"]["a voice given the others"]["sixteenths"] < 0.95


def test_the_command_prints_and_writes_the_figures(
    counted: list[Counts], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "read_reference", lambda jobs: Reference.of(counted))  # reading all 224 takes a minute
    target = tmp_path / "figures.json"
    choices = ["--most", "1", "--beam", "1", "--variants", "2", "-o", str(target)]
    done = CliRunner().invoke(main, ["evaluate", *choices])
    assert done.exit_code == 0, done.output
    assert "Bach or Mock grade" in done.output
    figures = json.loads(target.read_text(encoding="utf-8"))["valid"]
    assert figures["pieces"] == 1
    assert figures["grade"]["ours"]["median"] == pytest.approx(sum(figures["grade"]["ours"]["terms"].values()))
    assert figures["voice leading"]["ours"]["parallels"] == 0
    assert figures["variants"]["least"] > 0
