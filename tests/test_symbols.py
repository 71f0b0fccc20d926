"""When chord symbols take effect: on beats, in endings, and where the voices enter."""

from __future__ import annotations

from fractions import Fraction

import pytest

from arranger import arrange
from theory.slices.symbols import spread_symbols, symbols_in_force
from theory.slices.texture import slice_onsets, texture_of


@pytest.mark.parametrize(
    ("music", "onsets"),
    [
        pytest.param('"C" c4 | "Am7""D7" d4 |]', [0, 4, 6], id="half a bar each"),
        pytest.param('"C" c2 c/ "Am7""D7" d3/ |]', [0, 2.5, 3], id="from half a beat to the next beat"),
        pytest.param('"C" c3 "Am7""D7" d |]', [0, 3, 3.5], id="half a beat each"),
        pytest.param('"C" c4 | "Fsus4""F" d2 z2 |]', [0, 4, 5], id="before the rest that ends the piece"),
        pytest.param('"C" c4 | "Am7""D7" d2 z2 | "G" d4 |]', [0, 4, 6, 8], id="over a rest within the piece"),
    ],
)
def test_symbols_at_one_place_divide_the_time_on_beats(lead_sheet, music: str, onsets: list[float]) -> None:
    assert [float(chord.onset_quarter) for chord in spread_symbols(lead_sheet(music).score)] == onsets


ENDINGS = '|: "Em" e4 | "Am" e4 |1 "B7" ^d4 :|2 e4 | "C" c4 |]'


def test_a_second_ending_goes_on_from_the_bar_before_the_first(lead_sheet) -> None:
    score = lead_sheet(ENDINGS, key="Em").score
    assert [str(chord.symbol) for chord in symbols_in_force(score)] == ["Em", "Am", "B7", "Am", "C"]
    texture = texture_of(score, onsets=slice_onsets(score, score.parts))
    assert str(texture.chord[texture.slice_at(Fraction(12))]) == "Am"


def test_the_arrangement_has_that_chord_in_the_second_ending(lead_sheet) -> None:
    score = arrange(lead_sheet(ENDINGS, key="Em"), style="song", key="keep", model=None, beam=4).score
    sung = {
        note.pitch.midi % 12
        for part in score.parts[1:]
        for note in part.notes
        if note.pitch and 12 <= note.onset_quarter < 16
    }
    assert sung <= {9, 0, 4}  # A minor, not B7


def test_an_ending_with_its_own_symbol_keeps_it(lead_sheet) -> None:
    score = lead_sheet(ENDINGS.replace("|2 e4", '|2 "Em" e4'), key="Em").score
    assert symbols_in_force(score) == score.chords


def test_a_symbol_on_a_rest_takes_effect_where_the_voices_enter(lead_sheet) -> None:
    music = '"C" c2 e2 | "G7" d3 "F" z | c2 A2 | "C" c4 |]\nw: one two three four five six'
    score = arrange(lead_sheet(music), style="song", key="keep", model=None, beam=4).score
    bass = next(note for note in score.parts[3].notes if note.onset_quarter == 8)
    assert bass.pitch is not None
    assert bass.pitch.midi % 12 == 5


def test_no_added_voice_is_tied_from_one_ending_into_another(lead_sheet) -> None:
    music = '|: "C" c4 | "G7" d4 |1 "C" c4 :|2 "C" c4 | "F" A4 |]'
    score = arrange(lead_sheet(music), style="sustained", key="keep", model=None, beam=4).score
    for part in score.parts[1:]:
        assert not any(note.tie_stop for note in part.notes if note.onset_quarter == 12)
