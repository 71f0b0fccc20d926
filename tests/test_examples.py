"""The examples: the lead sheets contain the songs with their words, and every script runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from arranger import read_lead_sheet
from theory.notation.score import LeadSheet

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "examples").glob("[0-9]*.py"))


def verse(sheet: LeadSheet, number: str) -> str:
    """Return the words of a verse."""
    syllables = [lyric for note in sheet.melody.notes for lyric in note.lyrics if lyric.verse == number]
    parts = [lyric.text + ("" if lyric.syllabic in ("begin", "middle") else " ") for lyric in syllables]
    return "".join(parts).strip()


def tune(sheet: LeadSheet, count: int) -> str:
    """Return the pitches of the first notes of a tune."""
    return " ".join(str(note.pitch) for note in sheet.melody.notes[:count])


def test_amazing_grace_has_a_pickup_three_verses_and_chords(examples: Path) -> None:
    sheet = read_lead_sheet(examples / "amazing-grace.musicxml")
    assert sheet.score.title == "Amazing Grace"
    assert [bar.number for bar in sheet.score.bars] == [str(number) for number in range(17)]
    assert (sheet.score.bars[0].length_quarter, str(sheet.score.bars[1].meter)) == (1, "3/4")
    assert str(sheet.score.bars[0].key) == "G major"
    assert tune(sheet, 7) == "D4 G4 B4 G4 B4 A4 G4"
    assert verse(sheet, "1").startswith("Amazing grace! how sweet the sound That saved a wretch like me!")
    assert verse(sheet, "2").endswith("The hour I first believed!")
    assert verse(sheet, "3").startswith("Through many dangers, toils and snares, I have already come;")
    assert [str(chord.symbol) for chord in sheet.chords][:4] == ["G", "G7", "C", "G"]


def test_greensleeves_keeps_its_words_and_its_minor_key(examples: Path) -> None:
    sheet = read_lead_sheet(examples / "greensleeves.abc")
    assert sheet.score.title == "Greensleeves"
    assert (str(sheet.score.bars[0].key), str(sheet.score.bars[1].meter)) == ("A minor", "6/8")
    assert len(sheet.score.bars) == 17
    assert tune(sheet, 8) == "A4 C5 D5 E5 F5 E5 D5 B4"
    assert verse(sheet, "1") == (
        "Alas, my love, you do me wrong To cast me off discourteously, "
        "For I have loved you so long, Delighting in your company. "
        "Greensleeves was all my joy, Greensleeves was my delight, "
        "Greensleeves was my heart of gold, And who but my lady Greensleeves."
    )
    assert [str(chord.symbol) for chord in sheet.chords][:4] == ["Am", "G", "Am", "E"]


def test_auld_lang_syne_repeats_with_two_endings(examples: Path) -> None:
    sheet = read_lead_sheet(examples / "auld-lang-syne.musicxml")
    bars = sheet.score.bars
    assert (bars[0].length_quarter, str(bars[1].key)) == (1, "F major")
    assert [bar.index for bar in bars if bar.repeat_start] == [1]
    assert [(bar.number, bar.repeat_end) for bar in bars if bar.repeat_end] == [("16", 2)]
    assert [bar.volta for bar in bars[15:]] == [(), (1,), (2,)]
    assert tune(sheet, 9) == "C4 F4 F4 F4 A4 G4 F4 G4 A4"
    assert verse(sheet, "1").startswith("Should auld acquaintance be forgot, And never brought to mind?")
    assert verse(sheet, "2").startswith("surely ye’ll be your pintstoup, And surely I’ll be mine!")
    assert "F/A" in [str(chord.symbol) for chord in sheet.chords]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_script_runs_and_leaves_files(script: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, cwd=tmp_path, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert list(tmp_path.iterdir())
