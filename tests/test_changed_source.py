"""Other pitches in the MusicXML file itself: nothing else changes but accidentals that depend on them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from arranger.formats.reading import read_score
from arranger.linter.source_changes import changed_source, pitches_of
from theory.notation.pitch import Pitch
from theory.notation.score import Score

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- kept -->
<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Clarinet</part-name></score-part></part-list>
<part id="P1"><measure number="1"><attributes><divisions>1</divisions><key><fifths>{fifths}</fifths></key>
<time><beats>4</beats><beat-type>4</beat-type></time>{transpose}</attributes>
{notes}
</measure></part></score-partwise>
"""
TRANSPOSE = "<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose>"


def note(name: str, sign: str = "", more: str = "") -> str:
    """Return a quarter note as MusicXML, with a printed accidental if one is given."""
    pitch = Pitch.parse(name)
    alter = f"<alter>{pitch.alter}</alter>" if pitch.alter else ""
    accidental = f"<accidental>{sign}</accidental>" if sign else ""
    return (
        f"<note default-x='1'><pitch>\n  <step>{name[0]}</step>{alter}<octave>{pitch.octave}</octave></pitch>"
        f"<duration>1</duration><voice>1</voice><type>quarter</type>{accidental}<stem>up</stem>{more}</note>"
    )


def document(notes: list[str], *, fifths: int = 0, transpose: str = "") -> bytes:
    return HEAD.format(fifths=fifths, transpose=transpose, notes="\n".join(notes)).encode()


def read(data: bytes, tmp_path: Path) -> Score:
    path = tmp_path / "score.musicxml"
    path.write_bytes(data)
    return read_score(path)


def changed(data: bytes, tmp_path: Path, changes: dict[int, str], colour: str = "") -> bytes:
    """Return a document with other sounding pitches at some notes of its first part."""
    score = read(data, tmp_path)
    found = changed_source(data, score, {(0, index): Pitch.parse(to) for index, to in changes.items()}, colour=colour)
    assert found is not None
    assert not found.missed
    again = read(found.musicxml, tmp_path)
    assert pitches_of(score, again) == {(0, index): Pitch.parse(to) for index, to in changes.items()}
    return found.musicxml


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        pytest.param(["C4", "D4", "E4", "F4"], {1: "E4"}, ["C4", "E4", "E4", "F4"], id="a step"),
        pytest.param(["C4", "D4"], {1: "F#4"}, ["C4", ("F#4", "sharp")], id="a sharp is printed"),
        pytest.param([("F#4", "sharp"), "D4"], {0: "G4"}, ["G4", "D4"], id="its sharp is gone"),
        pytest.param([("F#4", "sharp"), "F#4"], {0: "G4"}, ["G4", ("F#4", "sharp")], id="the next needs the sharp"),
        pytest.param(["G4", "F4"], {0: "F#4"}, [("F#4", "sharp"), ("F4", "natural")], id="the next needs a natural"),
        pytest.param([("F#4", "sharp"), ("F#4", "")], {1: "F4"}, [("F#4", "sharp"), ("F4", "natural")], id="natural"),
        pytest.param([("Bb4", "flat")], {0: "B4"}, ["B4"], id="a flat is taken away"),
    ],
)
def test_a_changed_note_has_the_accidentals_that_the_bar_needs(
    tmp_path: Path, before: list[object], changes: dict[int, str], after: list[object]
) -> None:
    def written(notes: list[object]) -> bytes:
        return document([note(*each) if isinstance(each, tuple) else note(str(each)) for each in notes])

    assert changed(written(before), tmp_path, changes) == written(after)


def test_a_sharp_of_the_signature_is_not_printed(tmp_path: Path) -> None:
    before = document([note("E4"), note("G4")], fifths=1)
    assert changed(before, tmp_path, {0: "F#4"}) == document([note("F#4"), note("G4")], fifths=1)
    assert b"natural" in changed(before, tmp_path, {0: "F4"})


def test_a_transposing_instrument_is_written_as_it_is_read(tmp_path: Path) -> None:
    before = document([note("D5"), note("E5")], fifths=2, transpose=TRANSPOSE)  # sounds C5, D5
    after = changed(before, tmp_path, {0: "B4"})
    assert after == document([note("C#5"), note("E5")], fifths=2, transpose=TRANSPOSE)


def test_a_changed_note_is_coloured_and_the_rest_stays_byte_for_byte(tmp_path: Path) -> None:
    lyric = "<lyric><text>One &amp; two</text></lyric>"
    before = document([note("C4", more=lyric), note("D4")])
    after = changed(before, tmp_path, {0: "E4"}, colour="#008040")
    assert b"<note color=\"#008040\" default-x='1'>" in after
    assert re.sub(rb' color="#008040"', b"", after) == document([note("E4", more=lyric), note("D4")])


def test_a_document_of_other_music_is_not_changed(tmp_path: Path) -> None:
    score = read(document([note("C4")]), tmp_path)
    assert changed_source(document([note("A5")]), score, {(0, 0): Pitch.parse("D4")}) is None
