"""Chords for unharmonised tunes: the chord model's proposals, and `arranger harmonize`."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from arranger import arrange, harmonize
from arranger.cli import main
from arranger.formats.reading import read_lead_sheet
from arranger.harmonizing.proposing import MIXTURES, Freedom, propose_chords
from arranger.lab.chords.pieces import CHOOSING, is_plain, sheet_paths
from arranger.models.chords.features import chord_number, features_of, key_number
from arranger.models.chords.runtime import WEIGHTS, ChordModel
from arranger.models.chords.vocabulary import STYLES
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.pitch import Interval
from theory.notation.score import LeadSheet, Score

TWINKLE = """X:1
T:Twinkle
M:4/4
L:1/4
K:C
C C G G | A A G2 | F F E E | D D C2 | G G F F | E E D2 | G G F F | E E D2 |
C C G G | A A G2 | F F E E | D D C2 |]
w: Twin-kle twin-kle lit-tle star
"""
MINOR = """X:1
T:God rest you merry
M:4/4
L:1/4
K:Em
E | E B B A | G F E D | E F G A | B3 E | E B B A | G F E D | E F G A | B3 B |
c A B c | d e B A | G E F G | A2 G A | B2 c B | B A G F | E2 G/F/ E | A2 G A | B c d e | B A G F | E3 |]
"""


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    path = tmp_path / "twinkle.abc"
    path.write_text(TWINKLE)
    return path


def read(text: str, folder: Path) -> LeadSheet:
    path = folder / "tune.abc"
    path.write_text(text)
    return read_lead_sheet(path)


@pytest.mark.parametrize("style", STYLES)
def test_a_childrens_song_begins_and_ends_at_home_through_its_dominant(tmp_path: Path, style: str) -> None:
    spans = propose_chords(read(TWINKLE, tmp_path).score, style)
    assert {str(span.key) for span in spans} == {"C major"}
    assert spans[0].symbol.root == spans[-1].symbol.root == Key.parse("C").tonic
    assert spans[-2].degree in ("V", "V7")
    assert {"IV", "ii", "ii7"} & {span.degree for span in spans}


@pytest.mark.parametrize("style", STYLES)
def test_a_minor_tune_is_not_harmonised_in_the_relative_major(tmp_path: Path, style: str) -> None:
    spans = propose_chords(read(MINOR, tmp_path).score, style)
    assert str(spans[0].key) == str(spans[-1].key) == "E minor"
    assert spans[-1].degree in ("i", "I")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("interval", ["m2", "M2", "m3", "P4", "P5", "m7"])
def test_transposing_the_tune_transposes_the_chords(tmp_path: Path, style: str, interval: str) -> None:
    score, by = read(MINOR, tmp_path).score, Interval.parse(interval)
    expected = [span.symbol.up(by).pitch_classes for span in propose_chords(score, style)]
    assert [span.symbol.pitch_classes for span in propose_chords(score.up(by), style)] == expected


def test_the_features_of_a_transposed_tune_are_the_same(tmp_path: Path) -> None:
    score = read(TWINKLE, tmp_path).score
    assert np.array_equal(features_of(score, "folk"), features_of(score.up(Interval.parse("m3")), "folk"))


def test_strong_notes_that_last_belong_to_the_chord_or_are_few(tmp_path: Path) -> None:
    score = read(TWINKLE, tmp_path).score
    spans = propose_chords(score, "folk")
    strange = 0
    for note in score.parts[0].notes:
        span = next(one for one in spans if one.start_quarter <= note.onset_quarter < one.end_quarter)
        strange += note.pitch is not None and note.pitch.midi % 12 not in span.symbol.pitch_classes
    assert strange <= len(score.parts[0].notes) // 8


def test_songs_have_more_sevenths_than_chorales(tmp_path: Path) -> None:
    score = read(MINOR, tmp_path).score
    songs, chorales = (
        [span.symbol.quality.startswith(("7", "m7")) for span in propose_chords(score, style)]
        for style in ("song", "chorale")
    )
    assert sum(songs) / len(songs) > sum(chorales) / len(chorales)


def test_nothing_of_the_tune_is_touched(tmp_path: Path) -> None:
    sheet = read(TWINKLE, tmp_path)
    found = harmonize(sheet, style="folk")
    assert replace(found.score, chords=()) == sheet.score
    assert all(one.symbol != other.symbol for one, other in pairwise(found.score.chords))


def test_the_same_seed_gives_the_same_chords_and_another_seed_others(tmp_path: Path) -> None:
    score = read(MINOR, tmp_path).score

    def symbols(seed: int) -> list[str]:
        return [str(s.symbol) for s in propose_chords(score, "song", freedom=Freedom(temperature=1.5, seed=seed))]

    assert symbols(3) == symbols(3)
    assert len({tuple(symbols(seed)) for seed in range(4)}) > 1


def test_silence_and_emptiness_have_no_chords(tmp_path: Path) -> None:
    assert propose_chords(Score((), ())) == ()
    rests = read("X:1\nM:4/4\nL:1/4\nK:C\nC4 | z4 | z4 | C4 |]\n", tmp_path).score
    assert propose_chords(rests)


def test_chords_and_keys_are_counted_from_the_signature() -> None:
    for figure in ("D", "Dm7", "D7b9", "Dmaj9", "Ddim7"):
        symbol, up = ChordSymbol.parse(figure), Interval.parse("P5")
        assert chord_number(symbol, 0) == chord_number(symbol.up(up), 7)
    assert chord_number(ChordSymbol.parse("N.C."), 0) == -1
    assert key_number(Key.parse("A minor"), 0) == key_number(Key.parse("E minor"), 7)


def test_folk_sheets_are_those_of_plain_chords() -> None:
    plain = [chord_number(ChordSymbol.parse(name), 0) for name in ("C", "F", "G7", "Am")]
    jazz = [chord_number(ChordSymbol.parse(name), 0) for name in ("Cmaj7", "A7", "Dm7", "G7")]
    assert is_plain(np.array([*plain, -1]))
    assert not is_plain(np.array(jazz))


def test_sheets_to_choose_by_are_no_sheets_to_train_on(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"song-{number:03}.mxl").touch()
    train, valid = sheet_paths(tmp_path, "train"), sheet_paths(tmp_path, "valid")
    assert len(valid) == CHOOSING
    assert not set(train) & set(valid)
    assert len(train) + len(valid) == 200


def test_the_runtime_and_the_network_it_came_from_agree(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from arranger.lab.chords.network import ChordConfig, ChordNetwork

    network = ChordNetwork(ChordConfig())
    with np.load(WEIGHTS / "weights.npz", allow_pickle=False) as stored:
        network.load_state_dict({name: torch.from_numpy(stored[name].astype(np.float32)) for name in stored.files})
    network.eval()
    features = features_of(read(MINOR, tmp_path).score, "folk")
    with torch.no_grad():
        theirs = network(torch.from_numpy(features)[None], torch.tensor([len(features)]))[0]
    ours = ChordModel.load().predict(features)
    assert np.allclose(ours.chord, torch.log_softmax(theirs[:, :108], -1).numpy(), atol=1e-4)
    assert np.allclose(ours.key, torch.log_softmax(theirs[:, 108:132], -1).numpy(), atol=1e-4)
    assert np.allclose(ours.change[:, 1], torch.nn.functional.logsigmoid(theirs[:, 132]).numpy(), atol=1e-4)


def test_training_learns_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from arranger.lab.chords.pieces import ChordPiece, example_of
    from arranger.lab.chords.training import CONFIG, ChordTask
    from arranger.lab.training.loop import Trainer

    score = read(TWINKLE, tmp_path).score
    slots = len(features_of(score, "folk"))
    piece = ChordPiece("folk", score, np.arange(slots) % 2 * 9, np.zeros(slots, dtype=np.int64))
    config = replace(CONFIG, steps=20, batch=2, warm_up=2, measure_every=10)
    task = ChordTask([example_of(piece)], [example_of(piece)], config)
    whole, half = tmp_path / "whole", tmp_path / "half"
    whole.mkdir()
    half.mkdir()
    Trainer(whole, task).train()
    Trainer(half, task).train(until=10)
    resumed = Trainer(half, task)
    assert resumed.resume()
    resumed.train()
    lines = [(folder / "log.jsonl").read_text().splitlines() for folder in (whole, half)]
    losses = [[line.split('"folk"')[1] for line in log] for log in lines]
    assert losses[0] == losses[1]
    assert resumed.best < 4.0


def test_examples_are_encoded_once_and_come_back_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from arranger.lab.chords import pieces as module

    scores = {style: read(music, tmp_path).score for style, music in (("folk", TWINKLE), ("song", MINOR))}
    slots = {style: len(features_of(score, style)) for style, score in scores.items()}
    known = [
        module.ChordPiece(style, score, np.arange(slots[style]), np.arange(slots[style]) % 24)
        for style, score in scores.items()
    ]
    monkeypatch.setattr(module, "pieces", lambda *_: iter(known))
    first = module.load_examples("train", module.ChordSources(), tmp_path / "cache")
    monkeypatch.setattr(module, "pieces", None)
    again = module.load_examples("train", module.ChordSources(), tmp_path / "cache")
    for found in (first, again):
        assert [one.style for one in found] == ["folk", "song"]
        for one, piece in zip(found, known, strict=True):
            assert np.array_equal(one.chord, piece.chord)
            assert np.array_equal(one.key, piece.key)
            assert np.array_equal(one.features, module.example_of(piece).features)


def test_arranging_needs_no_symbols_and_no_torch(tune: Path) -> None:
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from arranger import arrange\n"
        "from arranger.formats.reading import read_lead_sheet\n"
        f"print(*[str(c.symbol) for c in arrange(read_lead_sheet({str(tune)!r}), style='hymn').plan.score.chords])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert len(said) > 4
    assert all(ChordSymbol.parse(each) for each in said)


def test_rules_alone_ask_no_chord_model(tune: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arranger.harmonizing.planning.planned_chords", None)
    assert arrange(read_lead_sheet(tune), style="hymn", model=None).plan.score.chords


def test_the_command_writes_symbols_over_the_tune(tune: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.musicxml"
    result = CliRunner().invoke(main, ["harmonize", str(tune), "--style", "folk", "-o", str(target)])
    assert result.exit_code == 0, result.output
    assert "chord symbols over 12 bars" in result.output
    before, after = read_lead_sheet(tune).score, read_lead_sheet(target).score
    assert after.chords
    assert [(n.onset_quarter, n.pitch, n.duration_quarter) for n in after.parts[0].notes] == [
        (n.onset_quarter, n.pitch, n.duration_quarter) for n in before.parts[0].notes
    ]
    assert [n.lyrics for n in after.parts[0].notes] == [n.lyrics for n in before.parts[0].notes]
    again = CliRunner().invoke(main, ["harmonize", str(target)])
    assert again.exit_code == 2
    assert "--replace" in again.output
    assert CliRunner().invoke(main, ["harmonize", str(target), "--replace"]).exit_code == 0


def test_without_a_target_a_chart_is_said(tune: Path) -> None:
    for options in ([], ["--no-model"], ["--temperature", "1", "--variants", "2"]):
        result = CliRunner().invoke(main, ["harmonize", str(tune), *options])
        assert result.exit_code == 0
        assert result.stdout.startswith("| C")
    result = CliRunner().invoke(main, ["harmonize", str(tune), "--variants", "2"])
    assert result.exit_code == 2
    assert "--temperature" in result.output


def test_each_style_has_its_mixture() -> None:
    assert set(MIXTURES) == set(STYLES)


def test_the_card_says_what_the_weights_are() -> None:
    card = json.loads((WEIGHTS / "card.json").read_text(encoding="utf-8"))
    assert card["tunes"]["train"] == {"chorale": 224, "hymn": 162, "folk": 167, "song": 133}
    assert sum(card["tunes"]["valid"][style] for style in ("folk", "song")) == CHOOSING
    assert all(corpus["licence"] and corpus["split"] for corpus in card["corpora"])
    assert card["mixtures"] == {style: asdict(mixture) for style, mixture in MIXTURES.items()}
    assert (WEIGHTS / "weights.npz").stat().st_size < 1_500_000


AMBIGUOUS = """X:1
M:4/4
L:1/4
K:C
E E A A | c B A2 | A G E D | E4 | E E A A | c B A2 | c d e d | c4 |]
"""


def test_a_dark_tune_has_more_minor_chords_than_a_bright_one(tmp_path) -> None:
    score = read(AMBIGUOUS, tmp_path).score
    dark, usual, bright = (
        sum(span.symbol.quality == "m" for span in propose_chords(score, "hymn", freedom=Freedom(brightness=value)))
        for value in (-1.0, 0.0, 1.0)
    )
    assert dark > usual >= bright


def test_python_without_docstrings_finds_the_weights(examples: Path) -> None:
    arguments = [sys.executable, "-OO", "-m", "arranger", "harmonize", str(examples / "greensleeves.abc"), "--replace"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("| Am |")
