"""A song of several verses, written out as its form says."""

from __future__ import annotations

from pathlib import Path

import pytest

from arranger import check
from arranger.arranging.form import Section, parse_form, read_form
from arranger.arranging.form.main import WrittenOut, write_out
from arranger.arranging.main import Options
from theory.notation.score import LeadSheet, Part

SONG = """"G" G2 B2 | "D7" A2 d2 | "G" B4 | "C" c2 A2 | "D7" F4 | "G" G4 :|
w: Sing a song of day and sing we all.
w: Ring a bell of night, we"""


def written(sheet: LeadSheet, form: str, **choices: object) -> WrittenOut:
    return write_out(sheet, Options(**{"key": "keep", "model": None, "beam": 4, **choices}), parse_form(form))


def words(part: Part) -> str:
    return " ".join(lyric.text for note in part.notes for lyric in note.lyrics)


def part(found: WrittenOut, name: str) -> Part:
    return next(each for each in found.score.parts if each.name == name)


def test_a_form_is_read_from_a_line_and_from_a_file(tmp_path: Path) -> None:
    line = parse_form("v1: unison; verse 2: satb, melody tenor; v3: satb + descant")
    assert line == (Section("1", "unison"), Section("2", "satb", melody="tenor"), Section("3", "satb", descant=True))
    file = tmp_path / "service.toml"
    file.write_text('v1 = "unison"\nv2 = "satb, melody tenor"\nv3 = "satb+descant"\n', encoding="utf-8")
    assert read_form(file) == line


@pytest.mark.parametrize("form", ["", "v1 unison", "chorus: satb", "v1: unison+descant", "v1: men, melody tenor"])
def test_what_is_no_form_is_refused(form: str) -> None:
    with pytest.raises(ValueError, match=r"form|descant|melody"):
        parse_form(form)


def test_the_sheet_is_written_out_verse_by_verse(lead_sheet) -> None:
    found = written(lead_sheet(SONG, key="G"), "v1: unison; v2: satb")
    assert [bar.number for bar in found.score.bars] == [str(number) for number in range(1, 13)]
    assert not any(bar.repeat_end for bar in found.score.bars)
    assert words(part(found, "Soprano")).startswith("Sing a song of day and sing we all. Ring a bell of night")
    assert {lyric.verse for each in found.score.parts for note in each.notes for lyric in note.lyrics} == {"1"}


def test_all_sing_the_tune_in_unison_each_in_its_octave(lead_sheet) -> None:
    found = written(lead_sheet(SONG, key="G"), "v1: unison")
    tunes = [[note.pitch.midi for note in each.notes if note.pitch] for each in found.score.parts]
    assert [tunes[0][0] - tune[0] for tune in tunes] == [0, 0, 12, 12]
    assert all([midi % 12 for midi in tune] == [midi % 12 for midi in tunes[0]] for tune in tunes)


def test_the_men_rest_where_the_women_sing(lead_sheet) -> None:
    found = written(lead_sheet(SONG, key="G"), "v1: women; v2: men")
    for name, sings in (("Alto", True), ("Bass", False)):
        first = [note for note in part(found, name).notes if note.onset_quarter < 24]
        assert any(note.pitch for note in first) is sings


def test_a_descant_lies_above_the_tune_and_sings_its_words(lead_sheet) -> None:
    found = written(lead_sheet(SONG, key="G"), "v1: satb+descant")
    descant, tune = part(found, "Descant"), part(found, "Soprano")
    assert words(descant) == words(tune)
    heights = {note.onset_quarter: note.pitch.midi for note in tune.notes if note.pitch}
    sung = [note for note in descant.notes if note.pitch]
    assert all(note.pitch.midi >= heights[note.onset_quarter] for note in sung if note.onset_quarter in heights)
    assert len({note.pitch for note in sung}) >= 3
    parallels = {"VL101", "VL102", "VL103"}
    assert not parallels & {each.code for each in check(found.score, profile="song").findings}


def test_a_verse_or_a_choir_that_is_not_there_is_named(lead_sheet) -> None:
    sheet = lead_sheet(SONG, key="G")
    with pytest.raises(ValueError, match="v3: the sheet has the verses 1, 2"):
        written(sheet, "v3: unison")
    with pytest.raises(ValueError, match="v1: ttbb has Bass 1"):
        written(sheet, "v1: ttbb")
    with pytest.raises(ValueError, match="above the tune"):
        written(sheet, "v1: satb+descant, melody tenor")
