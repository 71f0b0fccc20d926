"""A tune that ends on a turnaround gets a final ending."""

from __future__ import annotations

import pytest

from arranger import arrange
from arranger.arranging.ending import with_ending
from theory.notation.score import LeadSheet

SONG = '"C" c2 d2 | "F" e2 f2 | "G7" d B "C" c2- | "Dm7" c2 "G7" z2 |]\nw: Round and round and round we go'


def bars(sheet: LeadSheet) -> list[tuple[str, tuple[int, ...], int]]:
    return [(bar.number, bar.volta, bar.repeat_end) for bar in sheet.score.bars]


def test_the_turnaround_becomes_a_first_ending_and_the_second_rests_on_the_tonic(lead_sheet) -> None:
    sheet = with_ending(lead_sheet(SONG))
    assert bars(sheet) == [("1", (), 0), ("2", (), 0), ("3", (1,), 0), ("4", (1,), 2), ("5", (2,), 0)]
    assert [(str(chord.symbol), chord.onset_quarter) for chord in sheet.chords[-2:]] == [("G7", 16), ("C", 18)]
    last = [note for note in sheet.melody.notes if note.onset_quarter >= 16]
    assert [(str(note.pitch), note.duration_quarter, note.tie_start) for note in last] == [
        ("D5", 1, False),
        ("B4", 1, False),
        ("C5", 2, False),
    ]
    assert [lyric.text for note in last for lyric in note.lyrics] == ["round", "we", "go"]


def test_a_piece_that_is_home_in_the_relative_key_ends_there(lead_sheet) -> None:
    """My Funny Valentine begins in C minor and ends in E flat."""
    music = '"Cm" C2 D2 | "Fm" F2 A2 | "G7" G2 B2 | "Cm" c4 | "Bb7" F2 D2 | "Ebmaj7" E2- "G7" E2 |]'
    assert str(with_ending(lead_sheet(music, key="Cm")).chords[-1].symbol) == "Ebmaj7"


def test_a_minor_piece_may_end_in_its_relative_major(lead_sheet) -> None:
    minor = '"Am" A2 c2 | "E7" B2 ^G2 | "Am" A4 | "E7" ^G4 | "Am" A2 c2 | "Dm" d2 A2 | "E7" ^G2 B2 | "Am" A4'
    sheet = lead_sheet(f'{minor} | "E7" ^G4 | "Am" A2 "C" c2 |]', key="Am")
    assert with_ending(sheet) == sheet


def test_a_song_that_is_sung_three_times_has_its_ending_the_third_time(lead_sheet) -> None:
    music = '|: "C" c2 d2 | "F" e2 f2 | "G7" d B "C" c2- | "Dm7" c2 "G7" z2 ::|'
    assert [repeats for _, _, repeats in bars(with_ending(lead_sheet(music)))] == [0, 0, 0, 3, 0]


def test_voices_close_on_the_tonic_together(lead_sheet) -> None:
    arrangement = arrange(lead_sheet(SONG), key="keep", model=None, beam=4, ending=True)
    sounding = arrangement.hypothesis.midi[-1]
    assert {midi % 12 for midi in sounding} <= {0, 4, 7}
    assert sounding[-1] % 12 == 0
    assert not [notice for notice in arrangement.notices if "leads back" in notice.message]


def test_without_the_choice_the_sheet_stays_and_the_way_out_is_said(lead_sheet) -> None:
    arrangement = arrange(lead_sheet(SONG), key="keep", model=None, beam=4)
    assert len(arrangement.score.bars) == 4
    assert [notice.bar for notice in arrangement.notices if "--ending" in notice.message] == ["4"]


@pytest.mark.parametrize(
    ("music", "reason"),
    [
        pytest.param('"C" c4 | "F" f4 | "G7" B4 | "C" e4 | "G7" d4 |]', "rest on D5", id="the tune does not close"),
        pytest.param('|: "C" c4 :| "Am" e4 | "C" c2 "G7" z2 |]', "repeats of its own", id="repeats elsewhere"),
        pytest.param('|: "C" c4 |1 "C" c4 :|2 "C" c2 "G7" z2 |]', "endings or repeats", id="endings"),
        pytest.param('"C" e4 | "C" c2 "G7" z2 !D.C.! |]', "elsewhere", id="da capo"),
    ],
)
def test_where_none_can_be_written_the_sheet_stays_and_says_why(lead_sheet, music: str, reason: str) -> None:
    sheet = lead_sheet(music)
    found = with_ending(sheet)
    assert found.score == sheet.score
    assert reason in found.notices[-1].message


def test_a_sheet_that_closes_stays_as_it_is(lead_sheet) -> None:
    sheet = lead_sheet('"C" c4 | "G7" B4 | "Am" c4 |]')
    assert with_ending(sheet) == sheet
