"""Chord symbols as people type them over a tune."""

from __future__ import annotations

from pathlib import Path

import pytest

from arranger.formats.reading import read_lead_sheet
from arranger.formats.reading.typed import parse_typed
from theory.notation.chord import ChordSymbol, ChordSymbolError

CASES = Path(__file__).parent / "cases"


@pytest.mark.parametrize(
    ("name", "chords"),
    [
        ("71a-nottingham-bass", "D/F# G#dim A7/C# D"),
        ("71b-slash-dim", "C C#dim Dm Gdim C"),
        ("27a-two-chords-one-quote", "G D7/C C G"),
        ("83a-lone-bass", "C C/B Am Am/G F C"),
        ("83c-mj7", "Cmaj7 Fmaj7 G7 Cmaj7"),
        ("83g-superscript", "Cmaj7 Dm7 G7 C6"),
    ],
)
def test_symbols_are_read_as_meant(name: str, chords: str) -> None:
    sheet = read_lead_sheet(CASES / f"{name}.abc")
    assert " ".join(str(chord.symbol) for chord in sheet.chords) == chords


@pytest.mark.parametrize(
    ("text", "chord", "left_out"),
    [
        ("G(Em)", "G", "Em"), ("G [Em7]", "G", "Em7"), ("C;Am", "C", "Am"), ("F or Dm", "F", "Dm"),
        ("C;Am;F", "C", "Am, F"), ("D7/C(Am)", "D7/C", "Am"), ("(G7)", "G7", ""), ("[Bb]", "Bb", ""),
        ("C7(b9)", "C7b9", ""), ("C(add9)", "Cadd9", ""), ("Am(maj7)", "Am(maj7)", ""),
        ("/B", "C/B", ""), ("/ f+", "C/F#", ""), ("/C", "C", ""), ("/e♭", "C/Eb", ""),
    ],
)  # fmt: skip
def test_alternatives_and_lone_basses(text: str, chord: str, left_out: str) -> None:
    found = parse_typed(text, ChordSymbol.parse("C"))
    assert (str(found[0]), found[1]) == (chord, left_out)


@pytest.mark.parametrize("text", ["G(slowly)", "G;loud", "Fine", "(Chorus)", "/x"])
def test_words_are_no_chords(text: str) -> None:
    with pytest.raises(ChordSymbolError):
        parse_typed(text, ChordSymbol.parse("C"))


def test_a_lone_bass_needs_a_chord_before_it(lead_sheet) -> None:  # type: ignore[no-untyped-def]
    assert [str(chord.symbol) for chord in lead_sheet('"/B"C "F"F "/E"E D|"/D"D4|').chords] == ["F", "F/E", "F/D"]


def test_a_lone_bass_typed_as_words_in_musicxml_keeps_the_chord_of_the_bar_before(tmp_path: Path) -> None:
    words = "<direction><direction-type><words>{}</words></direction-type></direction>"
    note = "<note><pitch><step>C</step><octave>5</octave></pitch><duration>4</duration></note>"
    bars = [words.format("Am7") + note, words.format("/G") + note]
    music = "".join(f'<measure number="{number}">{bar}</measure>' for number, bar in enumerate(bars, start=1))
    path = tmp_path / "song.musicxml"
    path.write_text(
        '<score-partwise><part-list><score-part id="P1"><part-name/></score-part></part-list>'
        f'<part id="P1">{music}</part></score-partwise>'
    )
    sheet = read_lead_sheet(path)
    assert [str(chord.symbol) for chord in sheet.chords] == ["Am7", "Am7/G"]
    assert any("'/G', typed as words, is read as a chord symbol" in notice.message for notice in sheet.notices)
