"""`arranger compose`: forms, constraints, and well-formed tunes."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import pytest
from click.testing import CliRunner

from arranger.cli import main
from arranger.composing.compose import TuneRequest, compose
from arranger.composing.constraints import lengths_allowed, pitches_allowed
from arranger.composing.form import FORMS, plan_form
from arranger.composing.setting import PhraseSpan, Sung, TuneSetting
from arranger.formats.reading import read_lead_sheet
from arranger.models.melody.vocabulary import DURATIONS
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.score import Meter, Note

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
    setting, span = TuneSetting(Key.parse("C"), Meter(4, 4)), PhraseSpan(0, 96 * 4, "half", 0, 1)
    assert [DURATIONS[token] for token in lengths_allowed(18, span, setting)] == [6]
    assert [DURATIONS[token] for token in lengths_allowed(84, span, setting)] == [6, 12]


def test_the_last_note_is_long_and_on_a_strong_beat():
    setting, span = TuneSetting(Key.parse("C"), Meter(3, 4)), PhraseSpan(0, 72 * 4, "full", 3, 0)
    assert [DURATIONS[token] for token in lengths_allowed(72 * 3, span, setting)] == [72]


def test_a_large_leap_goes_back_and_no_seventh_is_sung():
    setting, span = TuneSetting(Key.parse("C"), Meter(4, 4)), PhraseSpan(0, 96 * 4, "half", 0, 1)
    up_a_sixth = [Sung(0, 24, 60), Sung(24, 24, 69)]
    assert set(pitches_allowed(up_a_sixth, 24, span, setting)) == {65, 67, 69}
    assert 71 not in pitches_allowed([Sung(0, 24, 60)], 24, span, setting)


def test_a_chord_has_its_tones_on_strong_beats_and_others_in_passing():
    chords = (ChordSymbol.parse("C"),)
    setting, span = TuneSetting(Key.parse("C"), Meter(4, 4), chords), PhraseSpan(0, 96 * 4, "half", 0, 1)
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
        TuneRequest(key="G", meter="3/4", bars=16, seed=1),
        TuneRequest(key="D", meter="6/8", bars=16, form="aaba", seed=2),
        TuneRequest(key="Em", meter="4/4", bars=8, seed=3),
        TuneRequest(key="Bb", meter="3/2", bars=12, seed=4),
        TuneRequest(key="A", meter="2/4", bars=18, form="aaba", seed=5),
        TuneRequest(key="F", meter="4/4", bars=8, seed=6, chords="F C Dm Bb F C7 Bb F"),
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
    sheet = compose(TuneRequest(key="G", meter="3/4", bars=16, seed=1))
    bars: list[list[tuple[Fraction, str]]] = [[] for _ in sheet.score.bars]
    for note in line_of(sheet):
        bar = sheet.score.bar_at(note.onset_quarter)
        bars[bar.index].append((note.onset_quarter - bar.onset_quarter, str(note.pitch)))
    assert bars[7][-1][1][:-1] in ("D", "F#", "A")
    assert bars[8:11] == bars[:3]
    assert bars[4:7] != bars[:3]


def test_the_same_seed_gives_the_same_tune_and_another_gives_another():
    request = TuneRequest(bars=8, seed=11)
    assert compose(request) == compose(request)
    assert compose(request).melody != compose(replace(request, seed=12)).melody


def test_chords_are_written_and_heard():
    sheet = compose(TuneRequest(key="G", bars=8, chords="G D Em C", seed=5))
    assert [str(chord.symbol) for chord in sheet.chords] == ["G", "D", "Em", "C"] * 2
    for note in line_of(sheet):
        bar = sheet.score.bar_at(note.onset_quarter)
        if bar.meter.strength(note.onset_quarter - bar.onset_quarter) >= 0.5:
            chord = sheet.chords[bar.index].symbol
            assert note.pitch.midi % 12 in chord.pitch_classes


def test_an_upbeat_is_a_bar_of_its_own_and_the_last_bar_is_short_by_it():
    sheet = compose(TuneRequest(key="F", meter="3/4", bars=8, pickup=Fraction(1), seed=2))
    lengths = [bar.length_quarter for bar in sheet.score.bars]
    assert lengths == [1, *[3] * 7, 2]
    assert sheet.score.bars[0].number == "0"


def test_an_answer_begins_like_the_prompt_and_closes(lead_sheet):
    prompt = lead_sheet("G2 A B | c2 B A | B2 G A | A4 |", key="G")
    sheet = compose(TuneRequest(mode="answer", seed=1), prompt)
    notes = line_of(sheet)
    before = [note for note in notes if note.onset_quarter < 8]
    after = [note for note in notes if 16 <= note.onset_quarter < 24]
    assert [note.pitch for note in before] == [note.pitch for note in after]
    assert len(sheet.score.bars) == 8
    assert str(notes[-1].pitch.tone) == "G"


def test_a_continuation_keeps_the_prompt_as_it_is(lead_sheet):
    prompt = lead_sheet('"C" C2 E2 | "G7" D4 | "C" E2 G2 | "G" G2', key="C")
    sheet = compose(TuneRequest(bars=4, seed=1), prompt)
    assert sheet.melody.notes[: len(prompt.melody.notes)] == prompt.melody.notes
    assert len(sheet.score.bars) == 8
    assert all(bar.length_quarter == 4 for bar in sheet.score.bars)
    assert [str(chord.symbol) for chord in sheet.chords][4:] == ["C", "G7", "C", "G"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--key", "H"], "is not a key"),
        (["--meter", "7/8"], "does not know 7/8"),
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
