"""A range of bars of a lead sheet as a sheet of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from arranger.arranging.excerpt import excerpt
from arranger.cli import main
from arranger.formats.reading import read_lead_sheet
from theory.notation.score import Direction, LeadSheet
from theory.notation.unfold import playing_order

Sheet = Callable[..., LeadSheet]
EXAMPLES = Path(__file__).parents[1] / "examples"


def pitches(sheet: LeadSheet) -> str:
    return " ".join(str(note.pitch) for note in sheet.melody.notes if note.pitch)


def symbols(sheet: LeadSheet) -> list[tuple[Fraction, str]]:
    return [(chord.onset_quarter, str(chord.symbol)) for chord in sheet.chords]


def test_bars_keep_their_numbers_and_begin_at_nought(lead_sheet: Sheet) -> None:
    found = excerpt(lead_sheet('"C" C2 E2 | "G7" D4 | "Am" A,2 C2 | "C" C4 |]'), "2-3")
    assert pitches(found) == "D4 A3 C4"
    assert [bar.number for bar in found.score.bars] == ["2", "3"]
    assert [bar.index for bar in found.score.bars] == [0, 1]
    assert [note.onset_quarter for note in found.melody.notes] == [0, 4, 6]
    assert symbols(found) == [(0, "G7"), (4, "Am")]
    assert found.score.bars[0].shows_key
    assert found.score.bars[0].shows_meter
    assert found.score.bars[-1].right_line == "light-heavy"


def test_what_holds_at_the_beginning_is_written_there(lead_sheet: Sheet) -> None:
    found = excerpt(lead_sheet('"C" C4 | D4 | E2 "F" F2 |]'), "2-3")
    assert symbols(found) == [(0, "C"), (6, "F")]
    assert symbols(excerpt(lead_sheet('"C" C4 | D4 |'), "2")) == [(0, "C")]


def test_ties_and_slurs_end_at_the_edges(lead_sheet: Sheet) -> None:
    sheet = lead_sheet("C4- | C2 (D2 | E2) F2- | F4 |]")
    middle = excerpt(sheet, "2")
    assert not any(note.tie_stop or note.tie_start for note in middle.melody.notes)
    assert not any(note.slur_starts or note.slur_stops for note in middle.melody.notes)
    both = excerpt(sheet, "2-3").melody.notes
    assert [bool(note.slur_starts) for note in both] == [False, True, False, False]
    assert [bool(note.slur_stops) for note in both] == [False, False, True, False]


def test_the_tempo_goes_with_the_passage_and_half_a_hairpin_does_not(lead_sheet: Sheet) -> None:
    sheet = lead_sheet("C4 | D4 | E4 | F4 |]")
    marks = [(0, "tempo", "96"), (0, "wedge", "crescendo"), (6, "wedge", "stop"), (8, "wedge", "diminuendo")]
    directions = [Direction(Fraction(onset), kind, value=value) for onset, kind, value in marks]
    directions += [Direction(Fraction(12), "wedge", value="stop")]  # at the end of the third bar
    marked = replace(sheet, score=replace(sheet.score, directions=tuple(directions)))

    def told(bars: str) -> list[tuple[Fraction, str, str]]:
        return [(each.onset_quarter, each.kind, each.value) for each in excerpt(marked, bars).score.directions]

    assert told("2") == [(0, "tempo", "96")]
    assert told("2-3") == [(0, "tempo", "96"), (4, "wedge", "diminuendo"), (8, "wedge", "stop")]
    assert told("1-2") == [(0, "tempo", "96"), (0, "wedge", "crescendo"), (6, "wedge", "stop")]


@pytest.mark.parametrize(
    ("bars", "heard", "says"),
    [
        ("2-3", ["2", "3", "2", "3"], False),  # the whole repeat
        ("1-4", ["1", "2", "3", "2", "3", "4"], False),
        ("3-4", ["3", "4"], True),  # the end of a repeat alone would repeat the wrong bars
        ("2", ["2"], True),
        ("4", ["4"], False),
    ],
)
def test_repeats_stay_where_they_are_whole(lead_sheet: Sheet, bars: str, heard: list[str], says: bool) -> None:
    found = excerpt(lead_sheet("C4 |: D4 | E4 :| F4 |]"), bars)
    order = playing_order(found.score.bars, found.score.directions)
    assert [found.score.bars[place].number for place in order] == heard
    assert found.score.bars[-1].right_line == "light-heavy"
    assert any("left out" in notice.message for notice in found.notices) == says


def test_endings_stay_with_their_repeat(lead_sheet: Sheet) -> None:
    sheet = lead_sheet("|: C4 | D4 |1 E4 :|2 F4 |]")
    whole = excerpt(sheet, "1-4").score
    assert [bar.volta for bar in whole.bars] == [(), (), (1,), (2,)]
    second = excerpt(sheet, "2-3").score
    assert [bar.volta for bar in second.bars] == [(), ()]
    assert not any(bar.repeat_end for bar in second.bars)
    (last,) = excerpt(sheet, "4").score.bars
    assert last.volta == ()


def test_all_bars_are_the_sheet() -> None:
    sheet = read_lead_sheet(EXAMPLES / "amazing-grace.musicxml")
    numbers = [bar.number for bar in sheet.score.bars]
    found = excerpt(sheet, f"{numbers[0]}-{numbers[-1]}")
    assert found.melody.notes == sheet.melody.notes
    assert (found.chords, found.score.directions) == (sheet.chords, sheet.score.directions)


@pytest.mark.parametrize(
    ("bars", "why"),
    [
        ("9", "there is no bar 9; the bars are 1 to 2"),
        ("2-1", "the last comes before the first"),
        ("1,2", "bars are given as 9-12 or 9"),
    ],
)
def test_what_is_no_passage_is_refused(lead_sheet: Sheet, bars: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        excerpt(lead_sheet("C4 | D4 |]"), bars)


def test_the_command_arranges_a_passage(tmp_path: Path) -> None:
    song, out = EXAMPLES / "amazing-grace.musicxml", tmp_path / "out.musicxml"
    assert CliRunner().invoke(main, ["arrange", str(song), "--only-bars", "5-8", "-o", str(out)]).exit_code == 0
    arranged = read_lead_sheet(out)
    assert [bar.number for bar in arranged.score.bars] == ["5", "6", "7", "8"]
    refused = CliRunner().invoke(main, ["arrange", str(song), "--only-bars", "90", "-o", str(out)])
    assert refused.exit_code == 2
    assert "amazing-grace.musicxml: there is no bar 90" in refused.stderr
