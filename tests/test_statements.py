"""Repeats and verses written out: bars, words, chords and ties of each statement."""

from __future__ import annotations

from arranger.arranging.statements import written_out
from theory.notation.score import LeadSheet


def tune(sheet: LeadSheet) -> list[str]:
    return [str(note.pitch) for note in sheet.melody.notes if note.pitch]


def test_a_repeat_with_endings_is_played_out(lead_sheet) -> None:
    sheet = written_out(lead_sheet('|: "C" C4 |1 "G" D4 :|2 "C" E4 |]'))
    assert tune(sheet) == ["C4", "D4", "C4", "E4"]
    assert [str(chord.symbol) for chord in sheet.chords] == ["C", "G", "C", "C"]
    bars = sheet.score.bars
    assert [bar.right_line for bar in bars] == [None, "light-light", None, "light-heavy"]
    assert [bar.number for bar in bars] == ["1", "2", "3", "4"]
    assert not any(bar.repeat_start or bar.repeat_end or bar.volta for bar in bars)
    assert "written out, 4 bars" in sheet.notices[-1].message


def test_a_sheet_without_repeats_and_verses_is_left_alone(lead_sheet) -> None:
    sheet = lead_sheet('"C" C4 | D4 |]')
    assert written_out(sheet) is sheet


def test_each_verse_is_written_with_its_words(lead_sheet) -> None:
    sheet = written_out(lead_sheet('"C" C2 D2 | "G" D4 |]\nw: one two three\nw: four five six'))
    words = [note.lyrics[0].text for note in sheet.melody.notes]
    assert words == ["one", "two", "three", "four", "five", "six"]
    assert {lyric.verse for note in sheet.melody.notes for lyric in note.lyrics} == {"1"}
    assert len(sheet.score.bars) == 4


def test_a_refrain_without_a_second_verse_is_sung_again(lead_sheet) -> None:
    sheet = written_out(lead_sheet("|: C2 D2 | E4 :|\nw: la la loo"))
    assert [note.lyrics[0].text for note in sheet.melody.notes] == ["la", "la", "loo"] * 2


def test_a_pickup_completes_the_last_bar_of_the_statement_before(lead_sheet) -> None:
    sheet = written_out(lead_sheet('G | "C" c4 | "G" d3 |]\nw: a b c\nw: d e f'))
    assert [bar.length_quarter for bar in sheet.score.bars] == [1, 4, 4, 4, 3]
    assert [bar.number for bar in sheet.score.bars] == ["0", "1", "2", "3", "4"]
    assert tune(sheet) == ["G4", "C5", "D5"] * 2


def test_a_chord_in_force_at_a_seam_is_written_again(lead_sheet) -> None:
    sheet = written_out(lead_sheet('"C" C4 |: D4 | "G" E4 :|'))
    assert [(str(chord.symbol), chord.onset_quarter) for chord in sheet.chords] == [
        ("C", 0), ("G", 8), ("C", 12), ("G", 16),
    ]  # fmt: skip


def test_ties_and_slurs_across_a_seam_are_dropped(lead_sheet) -> None:
    sheet = written_out(lead_sheet("|: C4 | D4- :| D4 |]"))
    notes = sheet.melody.notes
    assert [note.tie_start for note in notes] == [False, False, False, True, False]
    assert [note.tie_stop for note in notes] == [False, False, False, False, True]
