"""Scores on pages: where systems and pages break, what is printed, and that nothing is clipped."""

import re
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from arranger.cli import main
from arranger.engraving.document import parse_document
from arranger.engraving.drawing import drawing_of
from arranger.engraving.fonts import font_folder, letters_without_font
from arranger.engraving.mei import marks_on_sounding_staves, with_breaks
from arranger.engraving.pages import PageSetup, engrave
from arranger.engraving.pagination import Room, break_pages
from arranger.engraving.source import Source
from arranger.engraving.systems import Widths, break_systems
from arranger.engraving.tidying import made_ready
from arranger.formats.reading import read_score
from arranger.formats.reduction import with_reduction
from arranger.formats.writing import to_musicxml
from benchmarks.measure.pages import page_figures
from theory.notation.key import Key
from theory.notation.pitch import Pitch
from theory.notation.score import Bar, Meter, Note, Part, Score

pytest.importorskip("verovio")
pytest.importorskip("typst")

ROOT = Path(__file__).parents[1]
HYMN = "X:1\nT:Evening\nC:Anon.\nM:4/4\nL:1/4\nK:F\n" + "F G A B|c2 A2|" * 12 + "F4|]\n"


def source(tmp_path, abc=HYMN):
    path = tmp_path / "tune.abc"
    path.write_text(abc, encoding="utf-8")
    return Source.read(path)


def systems(booklet):
    return [system for page in booklet.pages for system in page.svg.split('class="system"')[1:]]


def texts(booklet):
    return [re.findall(r">([^<>]+)</tspan>", system) for system in systems(booklet)]


def bars_on(booklet):
    return [system.count('class="measure"') for system in systems(booklet)]


class TestSystems:
    def test_bars_are_spread_alike(self):
        assert break_systems(Widths((400.0,) * 8, 100, 100), 1900, [0.0] * 8) == (0, 4)

    def test_no_bar_is_alone_at_the_end(self):
        starts = break_systems(Widths((400.0,) * 9, 100, 100), 1800, [0.0] * 9)
        assert 9 - starts[-1] > 1

    @pytest.mark.parametrize("bars", [3, 4])
    def test_a_phrase_end_draws_the_break(self, bars):
        costs = [0.0] * 7
        costs[bars - 1] = -0.5  # a phrase ends after so many bars
        assert break_systems(Widths((400.0,) * 7, 100, 100), 2100, costs) == (0, bars)

    def test_a_bar_wider_than_the_page_has_a_system_of_its_own(self):
        assert break_systems(Widths((400.0, 3000.0, 400.0), 100, 100), 1900, [0.0] * 3) == (0, 1, 2)


class TestPages:
    def test_the_last_page_is_at_least_half_full(self):
        starts = break_pages([50.0] * 5, Room(220, 220, 5), [0.0] * 5).starts
        assert starts == (0, 3)  # four systems fit on the first

    def test_the_page_is_turned_at_a_rest(self):
        turns = [2.0] * 7
        assert break_pages([50.0] * 7, Room(225, 225, 5), turns).starts == (0, 4)
        turns[2] = 0.0  # a rest after the third system
        assert break_pages([50.0] * 7, Room(225, 225, 5), turns).starts == (0, 3)


class TestBooklet:
    def test_every_bar_is_there_and_no_system_has_one(self, tmp_path):
        bars = bars_on(engrave(source(tmp_path).musicxml, setup=PageSetup("octavo")))
        assert sum(bars) == 25
        assert min(bars) > 1

    def test_equal_scores_give_equal_files(self, tmp_path):
        document = source(tmp_path).musicxml
        for ending in ("png", "svg"):
            assert engrave(document).pictures(ending) == engrave(document).pictures(ending)
        assert engrave(document).pdf() == engrave(document).pdf()

    def test_names_of_the_only_staff_are_left_out(self, tmp_path):
        assert "Part 1" not in texts(engrave(source(tmp_path).musicxml))[0]

    def test_chord_symbols_have_signs_for_flats(self, tmp_path):
        abc = 'X:1\nM:4/4\nL:1/4\nK:F\n"Bb7"F G "Am7b5"A B|"C7b9"c4|]\n'
        shown = "".join(texts(engrave(source(tmp_path, abc).musicxml))[0])
        assert "b" not in shown
        assert shown.count("5") == 1

    def test_each_system_has_the_numbers_of_its_verses(self, tmp_path):
        tune = "F G A B|c2 A2|\nw:one two three four five six\nw:eins zwei drei vier fünf sechs\n"
        shown = texts(engrave(source(tmp_path, "X:1\nM:4/4\nL:1/4\nK:F\n" + tune * 8).musicxml))
        assert len(shown) > 1
        assert all({"1.", "2."} <= set(system) for system in shown)


class TestIds:
    def test_notes_are_named_by_part_voice_and_onset(self):
        root = parse_document(to_musicxml(read_score(ROOT / "examples" / "amazing-grace.musicxml")))
        names = [note.get("id") for note in root.iter("note")]
        assert names[:3] == ["p1v1q0", "p1v1q1", "p1v1q3"]
        assert len(set(names)) == len(names)


class TestCommand:
    def run(self, *arguments):
        return CliRunner().invoke(main, [str(each) for each in arguments])

    @pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF"), ("png", b"\x89PNG"), ("svg", b"<svg")])
    def test_the_ending_decides_the_format(self, tmp_path, ending, start):
        made = tmp_path / f"tune.{ending}"
        assert self.run("render", ROOT / "examples" / "greensleeves.abc", "-o", made).exit_code == 0
        assert made.read_bytes().startswith(start)

    def test_an_unknown_format_is_refused_before_anything_is_arranged(self, tmp_path):
        result = self.run("arrange", tmp_path / "missing.abc", "-o", "song.pfd")
        assert result.exit_code == 2
        assert "cannot write .pfd; use .musicxml" in result.output

    @pytest.mark.parametrize("command", ["arrange", "render"])
    def test_a_missing_folder_is_refused_before_anything_is_read(self, tmp_path, command):
        result = self.run(command, tmp_path / "missing.abc", "-o", tmp_path / "nowhere" / "song.pdf")
        assert result.exit_code == 2
        assert "does not exist; create it" in result.output
        assert "missing.abc" not in result.output

    def test_a_missing_package_is_named_with_its_extra(self, tmp_path, monkeypatch):
        monkeypatch.setattr("arranger.engraving.engraver.find_spec", lambda name: None)
        result = self.run("arrange", ROOT / "examples" / "greensleeves.abc", "-o", tmp_path / "song.pdf")
        assert result.exit_code == 2
        assert "pip install 'arranger[render]'" in result.output

    def test_an_arrangement_is_written_as_pages(self, tmp_path):
        made = tmp_path / "song.pdf"
        result = self.run("arrange", ROOT / "examples" / "amazing-grace.musicxml", "--beam", 2, "-o", made)
        assert result.exit_code == 0, result.output
        assert made.read_bytes().startswith(b"%PDF")


class TestWords:
    def shown(self, tmp_path, words):
        abc = "X:1\nM:4/4\nL:1/4\nK:F\n" + words
        return texts(engrave(source(tmp_path, abc).musicxml))[0]

    def test_a_refrain_has_no_number(self, tmp_path):
        shown = self.shown(tmp_path, "F G A B|\nw:O sing the song\nc2 A2|\nw:one two\nw:eins zwei\n")
        assert shown.index("O") < shown.index("1.") < shown.index("one")
        assert shown.count("1.") == shown.count("2.") == 1

    def test_numbers_that_were_typed_are_not_printed_twice(self, tmp_path):
        shown = self.shown(tmp_path, "F G A B|\nw:1.One two three four\nw:2..Eins zwei drei vier\n")
        assert [text for text in shown if text in ("1.", "2.", "One", "Eins")] == ["1.", "One", "2.", "Eins"]

    def test_no_hyphens_follow_a_word_that_never_ends(self, tmp_path):
        abc = "X:1\nM:4/4\nL:1/4\nK:F\nF G A2|z4|F G A2|\nw:sing the last a day to-\n"
        root = made_ready(parse_document(source(tmp_path, abc).musicxml))
        assert [each.text for each in root.iter("syllabic")] == ["single"] * 6

    def test_a_word_that_goes_on_at_once_keeps_its_hyphen(self, tmp_path):
        root = parse_document(source(tmp_path, "X:1\nM:4/4\nL:1/4\nK:F\nF G A B|\nw:they pro claim it\n").musicxml)
        pro = root.findall(".//syllabic")[1]
        pro.text = "begin"  # and the next one stays single
        made_ready(root)
        assert pro.text == "begin"

    def test_chinese_and_german_words_are_printed(self, tmp_path):
        shown = self.shown(tmp_path, "F G A B|\nw:月 亮 für süß\n")
        assert {"月", "亮", "für", "süß"} <= set(shown)


class TestVoltas:
    def test_an_ending_that_begins_a_system_is_not_printed_as_a_continued_one(self):
        mei = '<section><measure n="1"/><ending n="1"> <measure n="2"/></ending></section>'
        assert with_breaks(mei, (0, 1), ()) == mei.replace("<ending", "<sb/><ending")


class TestHiddenStaves:
    def test_a_voice_that_rests_on_a_system_is_left_out_and_its_chord_symbols_are_not(self):
        rest = '<staff n="1"><layer><mRest /></layer></staff>'
        note = '<staff n="2"><layer><note pname="c" /></layer></staff>'
        mei = f'<section><measure n="1">{rest}{note}<harm staff="1">C</harm></measure></section>'
        assert '<harm staff="2">' in marks_on_sounding_staves(mei, (0,))


class TestExtenders:
    def test_no_extender_reaches_beyond_its_system(self):
        svg = (
            '<svg viewBox="0 0 280 180"><g class="syl"><text x="100" y="115"></text>'
            '<rect x="500" y="100" height="15" width="2000"/></g></svg>'
        )
        assert 'width="1500"' in drawing_of(svg, 0, 0).svg  # a system of 200 tenths of a millimetre

    def test_an_extender_as_short_as_a_dot_is_left_out(self):
        svg = (
            '<svg viewBox="0 0 280 180"><g class="syl"><text x="100" y="115"></text>'
            '<rect x="500" y="100" height="15" width="40"/><rect x="500" y="50" height="15" width="40"/></g></svg>'
        )
        assert drawing_of(svg, 0, 0).svg.count("<rect") == 1  # the hyphen above the base line stays


class TestReduction:
    def test_a_reduction_is_small_and_has_one_name(self):
        notes = (Note(Fraction(0), Fraction(4), Pitch.parse("C4")),)
        voices = tuple(Part(name, notes, name.lower()) for name in ("Soprano", "Alto"))
        score = Score((Bar(0, "1", Fraction(0), Fraction(4), Meter(4, 4), Key.parse("C")),), voices)
        root = made_ready(parse_document(to_musicxml(with_reduction(score))))
        assert [each.text or "" for each in root.iter("part-name")] == ["Soprano", "Alto", "", ""]
        assert [each.text for each in root.iter("group-name")] == ["Piano"]
        sizes = [part.findtext(".//staff-size") for part in root.iter("part")]
        assert sizes == [None, None, "70", "70"]


class TestBenchmark:
    """What the benchmark counts is there when it is planted."""

    def figures(self, *elements):
        inner = "".join(elements)
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
            '<svg class="definition-scale" font-family="Liberation Serif" viewBox="0 0 9000 9000">'
            + inner
            + "</svg></svg>"
        )
        return [name for name, _ in page_figures(svg) if name != "texts"]

    def word(self, text, x, y=1000):
        return f'<g class="syl"><text x="{x}" y="{y}"><tspan font-size="300px">{text}</tspan></text></g>'

    def head(self, x, y):
        return f'<g class="notehead"><use xlink:href="#E0A4-x" transform="translate({x}, {y}) scale(0.6, 0.6)"/></g>'

    def test_words_apart_are_fine(self):
        assert self.figures(self.word("sing", 100), self.word("now", 800), self.head(100, 600)) == []

    def test_words_on_each_other_and_too_close(self):
        assert self.figures(self.word("sing", 100), self.word("now", 300)) == ["on text"]
        assert self.figures(self.word("sing", 100), self.word("now", 620)) == ["close"]

    def test_a_word_on_a_note_and_one_beyond_the_page(self):
        assert self.figures(self.word("sing", 100), self.head(200, 950)) == ["on notes"]
        assert self.figures(self.word("sing", 8900)) == ["clipped"]


class TestFonts:
    def test_fonts_are_unpacked_once_into_the_cache(self, tmp_path, monkeypatch):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        folder = font_folder.__wrapped__()
        assert folder.is_relative_to(tmp_path)
        assert sorted(path.name for path in folder.iterdir()) == [
            "Leipzig-1.ttf", *(f"Liberation-{number}.ttf" for number in (1, 2, 3, 4))
        ]  # fmt: skip
        assert [path.name for path in folder.parent.iterdir()] == [folder.name]

    def test_letters_that_no_font_has_are_named(self, monkeypatch):
        monkeypatch.setattr("arranger.engraving.fonts._machine_fonts", list)  # a machine without fonts of its own
        assert letters_without_font("Grüße, 月亮 in B♭") == "亮月"
