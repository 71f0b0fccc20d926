"""A piano reduction: every note of the voices is played, and voices of one rhythm are chords, each pitch once."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from arranger.cli import main
from arranger.formats.reading import read_score
from arranger.formats.reduction import with_reduction
from arranger.formats.writing import to_musicxml, write_score
from theory.rules.example import example_score
from theory.rules.rule import passes

SUSPENDED = "E5 - D5 - C5 - / C5 - - B4 C5 - / G4 - G4 - E4 - / C4 - G3 - C4 -"


def score_of(music: str, **setting):
    return example_score(passes(music, "", **setting))


def attacks(parts) -> set[tuple[Fraction, int]]:
    return {(note.onset_quarter, note.pitch.midi) for part in parts for note in part.notes if note.pitch}


@pytest.mark.parametrize(
    "music",
    [
        SUSPENDED,
        "C5 D5 / E4 F4",
        "C5 D5 E5 / G4 - G4 / C3 B2 C3",
        "G5 - / E5 D5 / C5 B4 / G4 G4 / C3 G2",
        "G5 - / E5 D5 / C5 B4 / G4 G4 / E3 D3 / C3 G2",
    ],
)
def test_every_note_is_played_once(music: str) -> None:
    score = score_of(music)
    reduced = with_reduction(score)
    piano = reduced.parts[len(score.parts) :]
    assert [part.name for part in piano] == ["Piano", "Piano, left hand"]
    assert attacks(piano) == attacks(score.parts)
    for part in piano:
        sounding = [(note.onset_quarter, note.voice, note.pitch) for note in part.notes if note.pitch]
        assert len(sounding) == len(set(sounding))


def test_voices_of_one_rhythm_are_chords_and_others_keep_their_own() -> None:
    right, left = with_reduction(score_of("C5 D5 E5 / G4 G4 G4 / E4 - C4 / C3 B2 C3")).parts[4:]
    assert {note.voice for note in right.notes} == {"1"}
    assert [note.chord for note in right.notes] == [False, True] * 3
    assert {note.voice for note in left.notes} == {"1", "2"}
    assert not any(note.chord for note in left.notes)


def test_rhythms_are_compared_bar_by_bar() -> None:
    score = score_of("C5 D5 E5 - / G4 - G4 - / E4 D4 E4 - / C3 B2 C3 -", bar_quarters=2)
    right = with_reduction(score).parts[4]
    second = [note for note in right.notes if note.onset_quarter >= 2]
    assert {note.voice for note in second} == {"1"}
    assert {note.voice for note in right.notes if note.onset_quarter < 2} == {"1", "2"}


def test_words_stay_with_the_singers(examples, tmp_path) -> None:
    out = tmp_path / "out.musicxml"
    words = ["arrange", examples / "amazing-grace.musicxml", "-o", out, "--style", "hymn", "--beam", 2, "--reduction"]
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    score = read_score(out)
    piano = [part for part in score.parts if part.name.startswith("Piano")]
    voices = [part for part in score.parts if not part.name.startswith("Piano")]
    assert len(voices) == 4
    assert attacks(piano) == attacks(voices)
    assert not any(note.lyrics for part in piano for note in part.notes)
    assert any(note.lyrics for part in voices for note in part.notes)


def test_a_brace_holds_the_hands_and_a_bracket_the_voices(tmp_path) -> None:
    score = with_reduction(score_of("C5 D5 / G4 G4 / E4 - / C3 G2"))
    root = ElementTree.fromstring(to_musicxml(score))
    entries = root.find("part-list")
    listed = [each.findtext("part-name") or each.findtext("group-symbol") or each.get("type") for each in entries]
    voices = ["bracket", "Soprano", "Alto", "Tenor", "Bass", "stop"]
    assert listed == [*voices, "brace", "Piano", "Piano, left hand", "stop"]
    assert [part.find(".//clef/sign").text for part in root.iter("part")][-2:] == ["G", "F"]
    write_score(score, tmp_path / "a.musicxml")


def test_a_piano_plays_no_more_than_six_voices() -> None:
    with pytest.raises(ValueError, match="2 to 6 voices, and there are 7"):
        with_reduction(score_of(" / ".join(["C4"] * 7)))


def test_a_closed_score_has_no_reduction(examples, tmp_path) -> None:
    words = ["arrange", examples / "amazing-grace.musicxml", "-o", tmp_path / "a.musicxml", "--reduction"]
    refused = CliRunner().invoke(main, [str(word) for word in (*words, "--score", "closed")])
    assert refused.exit_code == 2
    assert "can be played from as it is" in refused.stderr
