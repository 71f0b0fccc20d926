"""The melody model: its inputs, the equality of numpy and torch, and its training corpora."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from arranger.composing.singability import singability
from arranger.formats.reading import read_lead_sheet, read_score
from arranger.lab.melody.bars import last_endings, with_bars
from arranger.lab.melody.encoded import EncodedTune, without_relatives
from arranger.lab.melody.score_tunes import load_score_tunes, tune_of
from arranger.lab.melody.sources import tunes_for
from arranger.lab.melody.tunes import read_tune
from arranger.lab.training.request import TrainingRequest
from arranger.models.melody.events import Events, chord_classes, events_of, places_of
from arranger.models.melody.runtime import WEIGHTS, MelodyModel
from arranger.models.melody.vocabulary import CONTEXT, DURATIONS, FINGERPRINT, LENGTHS, PITCHES, REST, TICKS
from benchmarks.measure import melody_model
from corpora.families import families, sides
from corpora.hymns import HYMNS
from corpora.tunes import TUNE_BOOKS, TuneText, parse_book, tune_texts
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key

G_TUNE = "X:1\nM:3/4\nL:1/4\nK:G\nD|GGA|B2A|\nG2A|B2D|\nGGA|B2A|\nG3|G2|"


def tune(text: str):
    """Return score and key of a tune in ABC, in which each line is a phrase."""
    [found] = parse_book(text, "test")
    return read_tune(found)


def written(folder: Path, text: str):
    """Return the score of a text in ABC with one or more voices."""
    path = folder / "score.abc"
    path.write_text(text, encoding="utf-8")
    return read_score(path)


def column(events, name: str) -> list[int]:
    place = [title for title, _ in CONTEXT].index(name)
    return events.context[:, place].tolist()


# ------------------------------------------------------------ what the model is told


def test_phrases_end_where_the_lines_of_a_song_end():
    score, key = tune(G_TUNE)
    places = places_of(score, score.parts[0].notes, minor=False)
    assert [place.left // TICKS for place in places if place.done == 0] == [7, 6, 6, 5]
    assert [place.following for place in places if place.done == 0] == [3, 2, 1, 0]
    assert str(key) == "G major"


def test_a_song_in_g_with_minor_thirds_is_in_minor():
    assert str(tune("X:1\nM:3/4\nL:1/4\nK:G\nG_Bd|_B2A|G3|\n")[1]) == "G minor"


def test_dorian_tunes_keep_their_tonic():
    score, key = tune("X:1\nM:4/4\nL:1/4\nK:Ador\nA2ce|d2B2|A4|\n")
    assert str(key) == "A minor"
    events = events_of(score, key)
    assert events.pitch[0] == events.pitch[-1] == 14  # the reference tonic itself


def test_the_model_remembers_what_stood_here_two_bars_ago():
    score, key = tune(G_TUNE)
    events = events_of(score, key)
    then = column(events, "pitch 4 bars ago")
    assert then[:8] == [PITCHES] * 8  # no earlier bars yet
    assert then[8:] != [PITCHES] * (len(then) - 8)
    repeated = column(events, "events repeated from 4 bars ago")
    assert max(repeated) >= 3  # GGA B2A is repeated


def test_rests_and_ties_are_one_event_each():
    score, key = tune("X:1\nM:4/4\nL:1/4\nK:C\nC2-C z|z2 G2|C4|\n")
    events = events_of(score, key)
    assert [DURATIONS[length] // TICKS for length in events.length] == [3, 3, 2, 4]
    assert events.pitch.tolist().count(REST) == 1


def test_meters_are_brought_to_one_scale():
    slow, key = tune("X:1\nM:3/2\nL:1/2\nK:C\nCEG|E2D|C3|\n")
    quick, _ = tune("X:1\nM:3/8\nL:1/8\nK:C\nCEG|E2D|C3|\n")
    assert np.array_equal(events_of(slow, key).context, events_of(quick, key).context)


def test_odd_meters_and_lengths_are_refused_in_words():
    score, key = tune("X:1\nM:7/8\nL:1/8\nK:C\nCEGCEGC|C7|\n")
    with pytest.raises(ValueError, match="does not know 7/8; choose 2/4"):
        events_of(score, key)
    score, key = tune("X:1\nM:4/4\nL:1/8\nK:C\nC7/3 E|C4|\n")
    with pytest.raises(ValueError, match="does not know notes of"):
        events_of(score, key)
    assert len(events_of(score, key, nearest=True).pitch) == 3


def test_of_two_endings_the_last_is_kept():
    score, _ = tune("X:1\nM:2/4\nL:1/4\nK:C\n|:CD|1EF:|2GC||\n")
    assert [str(note.pitch) for note in score.parts[0].notes] == ["C4", "D4", "G4", "C4"]
    assert [note.onset_quarter for note in score.parts[0].notes] == [0, 1, 2, 3]
    assert last_endings(score) == score


def test_bars_in_which_nobody_sings_are_left_out_and_leave_a_breath():
    score, _ = tune("X:1\nM:2/4\nL:1/4\nK:C\nCD|z2|z2|EF|G2|\n")
    song = with_bars(score, {0, 3, 4})
    notes = song.parts[0].notes
    assert [(str(note.pitch), note.onset_quarter) for note in notes] == [
        ("C4", 0), ("D4", 1), ("E4", 2), ("F4", 3), ("G4", 4),
    ]  # fmt: skip
    assert [note.articulations for note in notes] == [(), ("breath-mark",), (), (), ()]
    assert [bar.index for bar in song.bars] == [0, 1, 2]


def test_a_song_is_its_top_voice_in_its_first_key_signature(tmp_path):
    text = "X:1\nM:2/4\nL:1/4\nK:G\n[V:1]z2|GA|B2|[K:D]d2|\n[V:2]G,2|G,2|G,2|[K:D]D,2|\n"
    found = tune_of(written(tmp_path, text), chords=False)
    assert [pitch - found.pitch[0] for pitch in found.pitch] == [0, 2, 4]
    assert [DURATIONS[length] // TICKS for length in found.length] == [1, 1, 2]


def test_a_tune_akin_to_one_held_out_is_not_learned_from():
    scale = np.array([0, 2, 4, 5, 7, 5, 4, 2, 0, 4, 7, 4, 0, 2, 7, 0])
    other = np.array([0, 7, 5, 4, 2, 7, 9, 7, 5, 9, 7, 2, 4, 0, 7, 0])

    def encoded(pitches):
        context = np.zeros((len(pitches), len(CONTEXT)), dtype=np.int64)
        return EncodedTune("test", Events(context, pitches + 14, np.zeros(len(pitches), dtype=np.int64)))

    held_out = encoded(scale)
    related, foreign = encoded(scale + 3), encoded(other)
    assert without_relatives([related, foreign], [held_out]) == [foreign]


def test_a_corpus_of_scores_is_encoded_once_without_what_the_model_does_not_know(tmp_path):
    asked = []

    def read(name: str):
        asked.append(name)
        meter = "7/8" if name == HYMNS.names("valid")[0] else "3/4"
        return written(tmp_path, f"X:1\nM:{meter}\nL:1/4\nK:G\n{'G A B|' * 5}\n")

    for _ in range(2):
        found = load_score_tunes(HYMNS, read, "valid", tmp_path)
        assert {tune.source for tune in found} == {"hymns"}
        assert len(found) == len(HYMNS.names("valid")) - 1
        assert found[0].line.tolist() == found[-1].line.tolist()
    assert asked == list(HYMNS.names("valid"))


@pytest.mark.parametrize(("name", "why"), [("masses", "does not learn from it"), ("lieder", "with --data-scores")])
def test_a_corpus_without_tunes_or_folder_is_refused(name, why, tmp_path):
    with pytest.raises(ValueError, match=f"--also {name}: .*{why}"):
        tunes_for(TrainingRequest(tmp_path, network="melody", also=(name,), cache=tmp_path))


@pytest.mark.parametrize(("symbol", "classes"), [("G", (1, 1)), ("D7", (8, 3)), ("Em", (10, 2)), ("F#dim", (12, 4))])
def test_chords_are_told_by_root_and_kind(symbol, classes):
    assert chord_classes(ChordSymbol.parse(symbol), Key.parse("G").tonic.pitch_class) == classes


# ------------------------------------------------------------ the network


def test_numpy_equals_torch():
    torch = pytest.importorskip("torch")
    from arranger.lab.melody.network import MelodyConfig, MelodyNetwork
    from arranger.lab.melody.training import batch_of

    torch.manual_seed(3)
    network = MelodyNetwork(MelodyConfig(embedding=16, hidden=24, head=20)).eval()
    score, key = tune(G_TUNE)
    events = events_of(score, key)
    with torch.no_grad():
        lengths, pitches = network(batch_of([events, replace(events, context=events.context[:3])][:1]))
    model = MelodyModel({name: value.numpy() for name, value in network.state_dict().items()})
    rows = np.arange(len(events.pitch))
    expected = -np.stack([lengths[0][rows, events.length], pitches[0][rows, events.pitch]], axis=1)
    assert np.abs(model.surprise(events) - expected).max() < 1e-5


def test_training_learns_and_resumes_as_if_it_had_never_stopped(tmp_path):
    torch = pytest.importorskip("torch")
    from arranger.lab.melody.network import MelodyConfig
    from arranger.lab.melody.training import CONFIG, MelodyTask
    from arranger.lab.training.loop import Trainer

    score, key = tune(G_TUNE)
    tunes = [EncodedTune("test", events_of(score, key))]
    config = replace(CONFIG, steps=6, batch=2, warm_up=2, measure_every=3)
    small = MelodyConfig(embedding=16, hidden=16, head=16, dropout=0.1)
    task = MelodyTask(tunes, tunes, config, small)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    trainer = Trainer(whole, task)
    trainer.train()
    Trainer(parts, task).train(until=3)
    resumed = Trainer(parts, task)
    assert resumed.resume()
    resumed.train()
    for one, other in zip(trainer.averaged.parameters(), resumed.averaged.parameters(), strict=True):
        assert torch.equal(one, other)
    nats = [json.loads(line)["nats"] for line in (whole / "log.jsonl").read_text().splitlines()]
    assert nats[1] < nats[0]
    assert task.about() == {"tunes": {"train": {"test": 1}, "valid": {"test": 1}}}


def test_the_card_says_what_the_weights_are():
    card = json.loads((WEIGHTS / "card.json").read_text(encoding="utf-8"))
    assert card["fingerprint"] == FINGERPRINT
    assert not {entry["name"] for entry in card["corpora"]} & {books.name for books in TUNE_BOOKS}
    assert all(entry["train"] for entry in card["corpora"])
    assert set(card["valid"]["corpora"]) == {entry["name"] for entry in card["corpora"]}
    assert card["valid"]["nats"] < 2.8
    model = MelodyModel.load()
    state = model.advance(model.start(), [0] * len(CONTEXT), (0, 0))
    assert np.exp(model.length_log_probs(state)).sum() == pytest.approx(1, abs=1e-5)
    assert model.length_log_probs(state).shape == (LENGTHS,)


def test_a_tune_is_more_singable_than_its_notes_in_disorder(examples):
    score = read_lead_sheet(examples / "amazing-grace.musicxml").score
    notes = score.parts[0].notes
    pitches = [note.pitch for note in notes]
    mixed = [pitches[place] for place in np.random.default_rng(1).permutation(len(pitches))]
    disorder = tuple(replace(note, pitch=pitch) for note, pitch in zip(notes, mixed, strict=True))
    assert singability(score) + 0.5 < singability(replace(score, parts=(replace(score.parts[0], notes=disorder),)))


# ------------------------------------------------------------ the corpora


@pytest.mark.parametrize("books", TUNE_BOOKS, ids=lambda books: books.name)
def test_the_catalogue_counts_the_tunes_of_a_book(books):
    assert sum(1 for _ in tune_texts(books)) == books.count


def test_a_tune_without_key_has_the_tonic_of_its_signature():
    score, key = read_tune(TuneText("x", "", "X:1\nM:4/4\nL:1/4\nK:none\nCDEF|G4|E4|C4|"))
    assert str(key) == "C major"
    assert len(score.bars) == 4


def test_families_hold_transpositions_and_variants_and_are_on_one_side():
    rng = np.random.default_rng(5)
    one = 60 + np.cumsum(rng.integers(-3, 4, size=60))
    variant = one + 5
    variant[30] += 2
    other = 60 + np.cumsum(rng.integers(-3, 4, size=60))
    family = families([one, other, variant])
    assert family.tolist() == [0, 1, 0]
    assert sides([one, other, variant], family)[0] == sides([one, other, variant], family)[2]
    assert sides([one, other, variant], family, training=[2])[0] == "train"


def test_one_tune_in_twenty_is_held_out_for_each_list():
    rng = np.random.default_rng(6)
    lines = [np.cumsum(rng.integers(-5, 6, size=30)) for _ in range(2000)]
    found = sides(lines, np.arange(2000))
    assert 60 < found.count("test") < 140
    assert 60 < found.count("valid") < 140


def test_the_5_gram_predicts_what_it_has_seen_and_stays_finite():
    score, key = tune(G_TUNE)
    rows = melody_model.rows_of([EncodedTune("test", events_of(score, key))] * 3)
    foreign, _ = tune("X:1\nM:3/4\nL:1/4\nK:G\nE2F|A3|\n")
    other = melody_model.rows_of([EncodedTune("test", events_of(foreign, key))])
    seen = sum(melody_model.ngram_nats(rows, rows, rows, lookback=False))
    unseen = sum(melody_model.ngram_nats(rows, rows, other, lookback=False))
    assert seen < 0.7 < unseen < 100
