"""Parts for players and singers: what they read, cues, long rests, chord symbols, their own staff."""

from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from arranger.cli import main
from arranger.engraving.document import named_notes, parse_document
from arranger.engraving.pages import PageSetup
from arranger.engraving.parts.booklets import part_booklets
from arranger.engraving.parts.extracting import PartOptions, extract_part
from arranger.engraving.parts.transposing import pitch_of, to_concert, transposition
from arranger.engraving.source import Source
from arranger.formats.reading import read_score
from arranger.formats.writing import to_musicxml
from tests.musicxml_schema import SCHEMA
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.pitch import Pitch
from theory.notation.score import Bar, Direction, Harmony, Meter, Note, Part, Score

pytest.importorskip("verovio")
pytest.importorskip("typst")

F = Fraction
ROOT = Path(__file__).parents[1]
BARS = 8


def line(*bars: str, name: str, instrument: str) -> Part:
    """A part in whole bars of 4/4: a name of a pitch is held for the bar, r is a rest."""
    notes = tuple(
        Note(F(4 * index), F(4), None if text == "r" else Pitch.parse(text)) for index, text in enumerate(bars)
    )
    return Part(name, notes, instrument)


def quartet() -> Score:
    """The alto saxophone rests for six bars while the soprano saxophone plays; both play the last two."""
    bars = tuple(Bar(index, str(index + 1), F(4 * index), F(4), Meter(4, 4), Key.parse("Bb")) for index in range(BARS))
    parts = (
        line("Bb4", "C5", "D5", "Eb5", "F5", "E5", "D5", "C5", name="Soprano Saxophone", instrument="soprano-sax"),
        line("r", "r", "r", "r", "r", "r", "F4", "Eb4", name="Alto Saxophone", instrument="alto-sax"),
    )
    chords = (Harmony(F(0), ChordSymbol.parse("Bb7")), Harmony(F(26), ChordSymbol.parse("Cm7b5")))
    marks = (Direction(F(0), "tempo", "Slow", "60"), Direction(F(24), "rehearsal", "A"))
    return Score(bars, parts, chords, marks, title="Quartet")


def part(index: int, **options: object):
    root = parse_document(to_musicxml(quartet()))
    return extract_part(root, index, PartOptions(**options))


def texts(root, path: str) -> list[str]:
    return [each.text for each in root.iterfind(f".//{path}")]


def pitches(root, *, cue: bool) -> list[str]:
    notes = [note for note in root.iter("note") if note.find("pitch") is not None]
    return [str(pitch_of(note)) for note in notes if (note.find("cue") is not None) is cue]


class TestRests:
    def test_bars_of_rest_are_one_bar_with_their_number(self):
        found = part(1, cues=False)
        assert texts(found.root, "multiple-rest") == ["6"]
        assert found.bars == (6, 1, 1)

    def test_a_letter_divides_a_long_rest(self):
        root = parse_document(to_musicxml(quartet()))
        rehearsal = root.findall("part")[0].find(".//rehearsal/../..")
        measures = root.findall("part")[0].findall("measure")
        measures[6].remove(rehearsal)
        measures[3].insert(0, rehearsal)
        assert extract_part(root, 1, PartOptions(cues=False)).bars == (3, 3, 1, 1)


class TestCues:
    def test_the_last_bar_of_a_long_rest_shows_what_another_part_plays(self):
        found = part(1)
        assert found.bars == (5, 1, 1, 1)
        assert pitches(found.root, cue=True) == ["C#5"]  # sounds E4 or E5; the alto saxophone reads a sixth higher
        assert "Soprano Saxophone" in texts(found.root, "words")

    def test_short_rests_get_none(self):
        assert pitches(part(0).root, cue=True) == []


class TestMarks:
    def test_every_part_has_tempo_and_letters(self):
        root = part(1).root
        assert texts(root, "rehearsal") == ["A"]
        assert texts(root, "per-minute") == ["60"]

    def test_chord_symbols_are_for_those_who_want_them(self):
        assert texts(part(1).root, "root-step") == []
        assert texts(part(0, chords="none").root, "root-step") == []
        wanted = part(1, chords="all").root
        assert texts(wanted, "root-step") == ["G", "A"]  # B flat and C, a sixth higher
        assert texts(wanted, "harmony/offset") == ["2"]  # the third beat


class TestTransposition:
    def test_players_read_transposed_parts(self):
        assert texts(part(1).root, "fifths") == ["1"]
        assert pitches(part(1).root, cue=False) == ["D5", "C5"]

    def test_concert_parts_sound_as_written(self):
        root = part(1, concert=True, cues=False).root
        assert texts(root, "fifths") == ["-2"]
        assert pitches(root, cue=False) == ["F4", "Eb4"]
        assert root.find(".//transpose") is None

    def test_accidentals_are_printed_for_the_new_key(self):
        root = parse_document(to_musicxml(quartet()))
        soprano = root.findall("part")[0]
        assert texts(soprano, "accidental") == ["sharp"]  # reads F sharp for E, in C major
        to_concert(soprano)
        assert texts(soprano, "accidental") == ["natural"]
        assert transposition(soprano).semitones == 0


class TestBooklets:
    def test_a_player_gets_the_own_part_and_a_singer_the_whole_score(self, tmp_path):
        path = tmp_path / "song.musicxml"
        path.write_bytes(to_musicxml(read_score(ROOT / "examples" / "amazing-grace.musicxml")))
        players = list(part_booklets(Source.of(quartet()), PageSetup(), PartOptions()))
        assert [each.name for each in players] == ["Soprano Saxophone", "Alto Saxophone"]
        assert players[1].booklet.pages[0].svg.count('class="staff"') == len((5, 1, 1, 1))

    def test_the_own_staff_of_a_singer_is_the_largest(self):
        score = quartet()
        voices = [
            Part(name, each.notes, name.lower()) for each, name in zip(score.parts, ("Soprano", "Alto"), strict=True)
        ]
        sung = Score(score.bars, tuple(voices), title="Duet")
        (_, alto) = part_booklets(Source.of(sung), PageSetup(), PartOptions())
        assert alto.booklet.pages[0].svg.count('class="staff"') == 2 * BARS
        assert alto.booklet.heading.part == "Alto"

    def test_voices_of_a_closed_score_get_staves_and_words(self, tmp_path):
        closed = tmp_path / "hymn.musicxml"
        runner = CliRunner()
        song = str(ROOT / "examples" / "amazing-grace.musicxml")
        runner.invoke(main, ["arrange", song, "--beam", "2", "--score", "closed", "-o", str(closed)])
        assert runner.invoke(main, ["render", str(closed), "--parts", str(tmp_path / "parts")]).exit_code == 0
        bass = read_score(tmp_path / "parts" / "hymn-Bass.musicxml")
        assert bass.parts[0].notes[0].lyrics
        assert len(list((tmp_path / "parts").iterdir())) == 8

    def test_parts_are_valid_musicxml_and_sound_as_in_the_score(self, tmp_path):
        found = list(part_booklets(Source.of(quartet()), PageSetup(), PartOptions(chords="all")))
        for each in found:
            assert SCHEMA.validate(etree.fromstring(each.musicxml)), SCHEMA.error_log.last_error
        (alto,) = (each for each in found if each.name == "Alto Saxophone")
        path = tmp_path / "alto.musicxml"
        path.write_bytes(alto.musicxml)
        notes = read_score(path).parts[0].notes
        assert [(note.onset_quarter, str(note.pitch)) for note in notes if note.pitch][-2:] == [(24, "F4"), (28, "Eb4")]


def test_ids_stay_those_of_the_score():
    found = part(1)
    assert next(note for note in found.root.iter("note")).get("id") == "p2v1q0"
    assert next(name for _, name in named_notes(found.root)) == "p1v1q0"
