"""The melody model: what it is told of tunes, numpy equals torch, and what it composes is a tune."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from fractions import Fraction

import melody_model
import numpy as np
import pytest
from click.testing import CliRunner

from arranger.cli import main
from arranger.melody.compose import Request, compose
from arranger.melody.constraints import lengths_allowed, pitches_allowed
from arranger.melody.events import chord_classes, events_of, places_of
from arranger.melody.form import FORMS, plan_form
from arranger.melody.judging import singability
from arranger.melody.runtime import WEIGHTS, MelodyModel
from arranger.melody.setting import Setting, Span, Sung
from arranger.melody.tunes import Tune, last_endings, read_tune
from arranger.melody.vocabulary import CONTEXT, DURATIONS, FINGERPRINT, LENGTHS, PITCHES, REST, TICKS
from arranger.reading import read_lead_sheet
from corpora.columns import cached_columns
from corpora.families import families, sides
from corpora.tunes import TUNE_SETS, TuneText, measure_set, parse_book
from theory.chord import ChordSymbol
from theory.key import Key
from theory.score import Meter, Note

G_TUNE = "X:1\nM:3/4\nL:1/4\nK:G\nD|GGA|B2A|\nG2A|B2D|\nGGA|B2A|\nG3|G2|"


def tune(text: str):
    """Return score and key of a tune in ABC, its lines being its phrases."""
    [found] = parse_book(text, "test")
    return read_tune(found)


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
    assert then[:8] == [PITCHES] * 8  # nothing yet
    assert then[8:] != [PITCHES] * (len(then) - 8)
    repeated = column(events, "events repeated from 4 bars ago")
    assert max(repeated) >= 3  # GGA B2A comes again


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
    with pytest.raises(ValueError, match="no tunes in 7/8; choose 2/4"):
        events_of(score, key)
    score, key = tune("X:1\nM:4/4\nL:1/8\nK:C\nC7/3 E|C4|\n")
    with pytest.raises(ValueError, match="no note of"):
        events_of(score, key)
    assert len(events_of(score, key, nearest=True).pitch) == 3


def test_of_two_endings_the_last_is_kept():
    score, _ = tune("X:1\nM:2/4\nL:1/4\nK:C\n|:CD|1EF:|2GC||\n")
    assert [str(note.pitch) for note in score.parts[0].notes] == ["C4", "D4", "G4", "C4"]
    assert [note.onset_quarter for note in score.parts[0].notes] == [0, 1, 2, 3]
    assert last_endings(score) == score


@pytest.mark.parametrize(("symbol", "classes"), [("G", (1, 1)), ("D7", (8, 3)), ("Em", (10, 2)), ("F#dim", (12, 4))])
def test_chords_are_told_by_root_and_kind(symbol, classes):
    assert chord_classes(ChordSymbol.parse(symbol), Key.parse("G").tonic.pitch_class) == classes


# ------------------------------------------------------------ the network


def test_numpy_equals_torch():
    torch = pytest.importorskip("torch")
    from arranger.melody.network import MelodyConfig, MelodyNetwork
    from arranger.melody.training import batch_of

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
    from arranger.melody.network import MelodyConfig
    from arranger.melody.training import Trainer, TrainingConfig

    score, key = tune(G_TUNE)
    tunes = [Tune("test", events_of(score, key))]
    config = TrainingConfig(steps=6, batch=2, warm_up=2, measure_every=3)
    small = MelodyConfig(embedding=16, hidden=16, head=16, dropout=0.1)
    whole, first, second = (tmp_path / name for name in ("whole", "parts", "parts"))
    whole.mkdir()
    first.mkdir()
    trainer = Trainer(whole, config, small)
    trainer.train(tunes, tunes)
    begun = Trainer(first, config, small)
    begun.train(tunes, tunes, until=3)
    resumed = Trainer(second, config, small)
    assert resumed.resume()
    resumed.train(tunes, tunes)
    for one, other in zip(trainer.averaged.parameters(), resumed.averaged.parameters(), strict=True):
        assert torch.equal(one, other)
    nats = [json.loads(line)["nats"] for line in (whole / "log.jsonl").read_text().splitlines()]
    assert nats[1] < nats[0]


def test_the_card_says_what_the_weights_are():
    card = json.loads((WEIGHTS / "card.json").read_text(encoding="utf-8"))
    assert card["fingerprint"] == FINGERPRINT
    assert {entry["name"]: entry["digest"] for entry in card["corpora"]} == {
        each.name: each.digest for each in TUNE_SETS
    }
    assert card["valid"]["nats"] < 1.9
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


# ------------------------------------------------------------ form and constraints


@pytest.mark.parametrize("bars", range(2, 41))
@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_as_long_as_asked_and_closes(bars, form):
    phrases = plan_form(bars, form)
    assert sum(phrase.bars for phrase in phrases) == bars
    assert phrases[-1].cadence == "full"
    for number, phrase in enumerate(phrases):
        if phrase.repeats is not None:
            model = phrases[phrase.repeats]
            assert phrase.repeats < number
            assert phrase.repeated_bars <= min(phrase.bars, model.bars)
            assert phrase.repeated_bars < phrase.bars or phrase.cadence == model.cadence


def test_dotted_notes_are_completed_in_their_beat():
    setting, span = Setting(Key.parse("C"), Meter(4, 4)), Span(0, 96 * 4, "half", 0, 1)
    assert [DURATIONS[token] for token in lengths_allowed(18, span, setting)] == [6]
    assert [DURATIONS[token] for token in lengths_allowed(84, span, setting)] == [6, 12]


def test_the_last_note_is_long_and_on_a_strong_beat():
    setting, span = Setting(Key.parse("C"), Meter(3, 4)), Span(0, 72 * 4, "full", 3, 0)
    assert [DURATIONS[token] for token in lengths_allowed(72 * 3, span, setting)] == [72]


def test_a_large_leap_goes_back_and_no_seventh_is_sung():
    setting, span = Setting(Key.parse("C"), Meter(4, 4)), Span(0, 96 * 4, "half", 0, 1)
    up_a_sixth = [Sung(0, 24, 60), Sung(24, 24, 69)]
    assert set(pitches_allowed(up_a_sixth, 24, span, setting)) == {65, 67, 69}
    assert 71 not in pitches_allowed([Sung(0, 24, 60)], 24, span, setting)


def test_a_chord_has_its_tones_on_strong_beats_and_others_in_passing():
    chords = (ChordSymbol.parse("C"),)
    setting, span = Setting(Key.parse("C"), Meter(4, 4), chords), Span(0, 96 * 4, "half", 0, 1)
    on_the_beat = pitches_allowed([Sung(0, 48, 64)], 24, span, setting)
    assert {midi % 12 for midi in on_the_beat} == {0, 4, 7}
    assert 65 in pitches_allowed([Sung(0, 24, 64)], 24, span, setting)
    assert set(pitches_allowed([Sung(0, 24, 64), Sung(24, 24, 65)], 24, span, setting)) <= {64, 67}


# ------------------------------------------------------------ composing


def line_of(sheet) -> list[Note]:
    return [note for note in sheet.melody.notes if note.pitch]


@pytest.mark.parametrize(
    "request_",
    [
        Request(key="G", meter="3/4", bars=16, seed=1),
        Request(key="D", meter="6/8", bars=16, form="aaba", seed=2),
        Request(key="Em", meter="4/4", bars=8, seed=3),
        Request(key="Bb", meter="3/2", bars=12, seed=4),
        Request(key="A", meter="2/4", bars=18, form="aaba", seed=5),
        Request(key="F", meter="4/4", bars=8, seed=6, chords="F C Dm Bb F C7 Bb F"),
    ],
    ids=lambda request: f"{request.key} {request.meter} {request.bars}",
)
def test_a_composed_tune_is_one(request_):
    sheet = compose(request_)
    score, notes = sheet.score, line_of(sheet)
    midi = [note.pitch.midi for note in notes]
    assert len(score.bars) == request_.bars
    for bar in score.bars:  # filled exactly
        inside = [note for note in notes if bar.onset_quarter <= note.onset_quarter < bar.end_quarter]
        assert sum(note.duration_quarter for note in inside) == bar.length_quarter == bar.meter.quarters
    assert notes[-1].pitch.tone == score.bars[0].key.tonic
    assert notes[-1].duration_quarter >= score.bars[0].meter.beat_quarters
    assert max(midi) - min(midi) <= 16
    leaps = {abs(after - before) for before, after in itertools.pairwise(midi)}
    assert leaps <= {0, 1, 2, 3, 4, 5, 7, 8, 9, 12}


def test_the_middle_closes_on_the_dominant_and_the_beginning_comes_back():
    sheet = compose(Request(key="G", meter="3/4", bars=16, seed=1))
    bars: list[list[tuple[Fraction, str]]] = [[] for _ in sheet.score.bars]
    for note in line_of(sheet):
        bar = sheet.score.bar_at(note.onset_quarter)
        bars[bar.index].append((note.onset_quarter - bar.onset_quarter, str(note.pitch)))
    assert bars[7][-1][1][:-1] in ("D", "F#", "A")
    assert bars[8:11] == bars[:3]
    assert bars[4:7] != bars[:3]


def test_the_same_seed_gives_the_same_tune_and_another_gives_another():
    request = Request(bars=8, seed=11)
    assert compose(request) == compose(request)
    assert compose(request).melody != compose(replace(request, seed=12)).melody


def test_chords_are_written_and_heard():
    sheet = compose(Request(key="G", bars=8, chords="G D Em C", seed=5))
    assert [str(chord.symbol) for chord in sheet.chords] == ["G", "D", "Em", "C"] * 2
    for note in line_of(sheet):
        bar = sheet.score.bar_at(note.onset_quarter)
        if bar.meter.strength(note.onset_quarter - bar.onset_quarter) >= 0.5:
            chord = sheet.chords[bar.index].symbol
            assert note.pitch.midi % 12 in chord.pitch_classes


def test_an_upbeat_is_a_bar_of_its_own_and_the_last_bar_is_short_by_it():
    sheet = compose(Request(key="F", meter="3/4", bars=8, pickup=Fraction(1), seed=2))
    lengths = [bar.length_quarter for bar in sheet.score.bars]
    assert lengths == [1, *[3] * 7, 2]
    assert sheet.score.bars[0].number == "0"


def test_an_answer_begins_like_the_prompt_and_closes(lead_sheet):
    prompt = lead_sheet("G2 A B | c2 B A | B2 G A | A4 |", key="G")
    sheet = compose(Request(mode="answer", seed=1), prompt)
    notes = line_of(sheet)
    before = [note for note in notes if note.onset_quarter < 8]
    after = [note for note in notes if 16 <= note.onset_quarter < 24]
    assert [note.pitch for note in before] == [note.pitch for note in after]
    assert len(sheet.score.bars) == 8
    assert str(notes[-1].pitch.tone) == "G"


def test_a_continuation_keeps_the_prompt_as_it_is(lead_sheet):
    prompt = lead_sheet('"C" C2 E2 | "G7" D4 | "C" E2 G2 | "G" G2', key="C")
    sheet = compose(Request(bars=4, seed=1), prompt)
    assert sheet.melody.notes[: len(prompt.melody.notes)] == prompt.melody.notes
    assert len(sheet.score.bars) == 8
    assert all(bar.length_quarter == 4 for bar in sheet.score.bars)
    assert [str(chord.symbol) for chord in sheet.chords][4:] == ["C", "G7", "C", "G"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--key", "H"], "is not a key"),
        (["--meter", "7/8"], "no tunes in 7/8"),
        (["--meter", "3"], "is not a meter"),
        (["--pickup", "5"], "pickup of 5 quarters"),
        (["--chords", "G Q"], "Q"),
        (["--prompt", "nothing.abc"], "nothing.abc"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(arguments, said, tmp_path):
    result = CliRunner().invoke(main, ["compose", *arguments, "-o", str(tmp_path / "out.musicxml")])
    assert result.exit_code == 2
    assert said in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_a_composed_file_is_read_back_and_says_where_to_breathe(tmp_path):
    target = tmp_path / "tune.musicxml"
    result = CliRunner().invoke(main, ["compose", "--key", "D", "--bars", "8", "--tempo", "96", "-o", str(target)])
    assert result.exit_code == 0
    score = read_lead_sheet(target).score
    assert [note.end_quarter for note in score.parts[0].notes if "breath-mark" in note.articulations] == [16]
    assert score.directions[0].value == "96"


# ------------------------------------------------------------ the corpora


@pytest.mark.parametrize("chosen", TUNE_SETS, ids=lambda chosen: chosen.name)
def test_the_index_tells_what_music21_ships(chosen):
    pytest.importorskip("music21")
    found = measure_set(chosen)
    assert found["sha256"] == chosen.digest
    assert found["tunes"] == chosen.count


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


def test_columns_are_made_anew_when_stale_or_damaged_only(tmp_path):
    made = []

    def make():
        made.append(1)
        return {"pitch": np.arange(3)}

    assert cached_columns(tmp_path, "a", make)["pitch"].tolist() == [0, 1, 2]
    cached_columns(tmp_path, "a", make)
    assert len(made) == 1
    cached_columns(tmp_path, "b", make)
    assert len(made) == 2
    (tmp_path / "pitch.npy").write_bytes(b"damaged")
    assert cached_columns(tmp_path, "b", make)["pitch"].tolist() == [0, 1, 2]
    assert len(made) == 3


def test_the_5_gram_foretells_what_it_has_seen_and_stays_finite():
    score, key = tune(G_TUNE)
    rows = melody_model.rows_of([Tune("test", events_of(score, key))] * 3)
    foreign, _ = tune("X:1\nM:3/4\nL:1/4\nK:G\nE2F|A3|\n")
    other = melody_model.rows_of([Tune("test", events_of(foreign, key))])
    seen = sum(melody_model.ngram_nats(rows, rows, rows, lookback=False))
    unseen = sum(melody_model.ngram_nats(rows, rows, other, lookback=False))
    assert seen < 0.7 < unseen < 100
