"""A class's homework: answers with known faults against an assignment, and what they cost."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from arranger.cli import main
from arranger.formats.writing import write_score
from arranger.homework.assignment import Assignment, read_assignment
from arranger.homework.marking import Marked, mark_many, settings_for
from arranger.homework.points import points_text
from arranger.homework.signs import Layout, parse_line
from arranger.linter.judging import ScoreFile
from arranger.linter.settings import Selection, Settings
from theory.notation.key import Key
from theory.notation.pitch import Interval
from theory.notation.score import Direction, Harmony, Lyric, Meter, Note, Part, Score

ROOT = Path(__file__).parents[1]
EXERCISE = ROOT / "examples" / "homework" / "figured-bass.toml"
VOICES = ("Soprano", "Alto", "Tenor", "Bass")
HALF = Fraction(2)

RIGHT = """
G4  A4  | Bb4 Bb4 | A4  F#4 | G4 -
D4  D4  | D4  Eb4 | Eb4 D4  | D4 -
Bb3 A3  | G3  G3  | C4  A3  | Bb3 -
G3  F#3 | G3  Eb3 | C3  D3  | G2 -
"""
NUMERALS = "i V6 i VI iio6 V i"


def score(music: str, words: str = "", *, key: str = "g", unit: Fraction = HALF) -> Score:
    """Return lines of text, from the highest voice down, as a score, with words under the notes of the lowest."""
    layout = Layout(Key.parse(key), Meter(4, 4), unit)
    lines = [parse_line(line, layout) for line in music.strip().splitlines()]
    names = VOICES if len(lines) == len(VOICES) else [f"Voice {number}" for number in range(1, len(lines) + 1)]
    parts = [Part(name, notes) for name, (_, notes) in zip(names, lines, strict=True)]
    parts[-1] = replace(parts[-1], notes=tuple(sung(parts[-1].notes, words.split())))
    return Score(lines[0][0], tuple(parts))


def sung(notes: tuple[Note, ...], words: list[str]) -> list[Note]:
    """Return the notes with one word under each; * leaves one out."""
    left = list(words)
    found = []
    for note in notes:
        word = left.pop(0) if left and note.pitch and not note.tie_stop else "*"
        found.append(note if word == "*" else replace(note, lyrics=(Lyric(word),)))
    return found


def line(music: str, number: int, text: str) -> str:
    """Return the music with another line."""
    lines = music.strip().splitlines()
    lines[number] = text
    return "\n".join(lines)


@pytest.fixture
def assignment(tmp_path: Path):
    def read(text: str) -> Assignment:
        path = tmp_path / "exercise.toml"
        path.write_text(text, encoding="utf-8")
        return read_assignment(path)

    return read


def mark(assigned: Assignment, answer: Score) -> Marked:
    settings = settings_for(assigned, Settings(Selection(assigned.profile)))
    (marked,) = mark_many([ScoreFile("answer", answer)], assigned, settings)
    return marked


def lost(marked: Marked) -> dict[str, str]:
    """Return the points that each kind cost."""
    kinds = {charge.kind for charge in marked.charges if charge.kind}
    return {kind: points_text(marked.lost(kind)) for kind in sorted(kinds)}


def told(marked: Marked, code: str) -> list[str]:
    """Return the place and message of each fault with a code."""
    found = [charge.fault.finding for charge in marked.charges]
    return [f"{each.place}: {each.message}" for each in found if each.code == code]


def test_the_right_answer_loses_nothing() -> None:
    marked = mark(read_assignment(EXERCISE), score(RIGHT, NUMERALS))
    assert (marked.points, lost(marked)) == (20, {})


@pytest.mark.parametrize(
    ("answer", "words", "code", "message", "costs"),
    [
        pytest.param(
            line(RIGHT, 1, "D4  D4  | D4  Bb3 | Eb4 D4  | D4 -"),
            NUMERALS,
            "VL101",
            "bar 2 beat 3: parallel fifths D4-Bb3 over G3-Eb3",
            {"VL101": "2", "warning": "0.5"},  # and overlap of alto and tenor
            id="parallel fifths",
        ),
        pytest.param(
            line(RIGHT, 3, "G3  F#3 | G3  Eb3 | C3  C3  | G2 -"),
            NUMERALS,
            "HA205",
            "bar 3 beat 3: given line changed C3 instead of D3",
            {"analysis": "0.43", "figures": "1", "given": "0.57"},
            id="wrong note in the given bass",
        ),
        pytest.param(
            line(line(RIGHT, 0, "G4  A4  | Bb4 Bb4 | G4  F#4 | G4 -"), 1, "D4  D4  | D4  Eb4 | Eb4 D4  | D4 -"),
            "i V6 i VI iv V i",
            "HW202",
            "bar 3 beat 1: 6 over C3 asks for C Eb A; there is C3 C4 Eb4 G4: A is missing, G does not belong to it",
            {"VL101": "2", "figures": "1"},
            id="a triad in place of a sixth chord",
        ),
        pytest.param(
            RIGHT,
            "i V6 i VI iv6 V i",
            "HW301",
            "bar 3 beat 1: typed iv6, which means Eb C G; there is C3 C4 Eb4 A4: "
            "G is missing, A does not belong to it, C is in the bass instead of Eb",
            {"analysis": "0.43"},
            id="a wrong numeral",
        ),
        pytest.param(
            RIGHT,
            "",
            "HW302",
            "bar 1 beat 1: no numerals are typed under the music",
            {"analysis": "3"},
            id="none typed",
        ),
        pytest.param(
            line(RIGHT, 1, "D4  D4  | .   .   | Eb4 D4  | D4 -"),
            NUMERALS,
            "HW107",
            "bar 2 beat 1: the bar: 3 of 4 voices (Alto silent)",
            {"complete": "1"},
            id="a silent voice",
        ),
    ],
)
def test_known_faults_cost_what_the_assignment_says(
    answer: str, words: str, code: str, message: str, costs: dict[str, str]
) -> None:
    marked = mark(read_assignment(EXERCISE), score(answer, words))
    assert told(marked, code) == [message]
    assert lost(marked) == costs
    assert marked.points <= 20 - sum(map(float, costs.values())) + 0.25


def test_a_missing_bar_makes_no_later_bar_wrong() -> None:
    answer = "\n".join(re.sub(r"\|[^|]*\|", "|", each, count=1) for each in RIGHT.strip().splitlines())
    marked = mark(read_assignment(EXERCISE), score(answer, "i V6 iio6 V i"))
    assert told(marked, "HW104") == ["bar 2 beat 1: bar 2 of the assignment is missing"]
    assert told(marked, "HW108") == [
        "bar 2 beat 1: bar 2 of the assignment is missing: 2 notes of the given bass are lost"
    ]
    assert told(marked, "HA205") == []
    assert (lost(marked)["bars"], lost(marked)["figures"], lost(marked)["given"]) == ("2", "2", "1.14")


def test_an_additional_bar_is_named_and_its_bass_not_judged_again() -> None:
    answer = "\n".join(
        re.sub(r"\|", "| " + each.split("|")[0] + "|", each, count=1) for each in RIGHT.strip().splitlines()
    )
    marked = mark(read_assignment(EXERCISE), score(answer, "i V6 i V6 i VI iio6 V i"))
    assert len(told(marked, "HW105")) == 1
    assert told(marked, "HA205") == []
    assert lost(marked) == {"bars": "2"}


def test_empty_bars_at_the_end_cost_nothing() -> None:
    answer = "\n".join(f"{each} | . ." for each in RIGHT.strip().splitlines())
    assert lost(mark(read_assignment(EXERCISE), score(answer, NUMERALS))) == {}


def halved_if_last(note: Note) -> Note:
    return replace(note, duration_quarter=HALF) if note.onset_quarter == 12 else note


def test_a_bar_that_is_too_short_is_said_with_the_notes_it_loses() -> None:
    short = score(RIGHT, NUMERALS)
    bars = [replace(bar, length_quarter=HALF) if bar.number == "4" else bar for bar in short.bars]
    parts = [replace(part, notes=tuple(map(halved_if_last, part.notes))) for part in short.parts]
    marked = mark(read_assignment(EXERCISE), replace(short, bars=tuple(bars), parts=tuple(parts)))
    assert told(marked, "HW106") == ["bar 4 beat 1: the bar has 2 quarters, bar 4 of the assignment 4"]


@pytest.mark.parametrize(
    ("interval", "text", "key"),
    [
        ("M2", "a major second higher", "A minor"),
        ("-P4", "a perfect fourth lower", "D minor"),
        ("-P8", "an octave lower", ""),
    ],
)
def test_an_answer_in_another_key_or_octave_is_judged_there(interval: str, text: str, key: str) -> None:
    marked = mark(read_assignment(EXERCISE), score(RIGHT, NUMERALS).up(Interval.parse(interval)))
    judged = f"; all else is judged in {key}" if key else ""
    assert told(marked, "HW101") == [f"bar 1 beat 1: the whole given bass stands {text}{judged}"]
    assert {"given", "figures", "analysis"}.isdisjoint(lost(marked))
    assert lost(marked)["transposed"] == "2"


def test_one_note_of_the_given_line_in_another_octave_is_said() -> None:
    marked = mark(read_assignment(EXERCISE), score(line(RIGHT, 3, "G3 F#3 | G3 Eb3 | C3 D3 | G3 -"), NUMERALS))
    assert told(marked, "HA205") == ["bar 4 beat 1: given line changed G3 instead of G2, another octave"]


def test_a_given_bass_in_the_tenor_is_said() -> None:
    swapped = "\n".join(RIGHT.strip().splitlines()[place] for place in (0, 1, 3, 2))
    low = score(swapped)
    bass = replace(low.parts[3], notes=tuple(note.up(Interval.parse("-P8")) for note in low.parts[3].notes))
    marked = mark(read_assignment(EXERCISE), replace(low, parts=(*low.parts[:3], bass)))
    assert told(marked, "HW102") == ["bar 1 beat 1: the given bass stands in the part Tenor"]


def test_another_piece_is_recognised_as_such() -> None:
    other = score("C5 D5 E5 F5\nG4 G4 G4 A4\nE4 D4 C4 C4\nC3 B2 C3 F3", key="C", unit=Fraction(1))
    marked = mark(read_assignment(EXERCISE), other)
    assert told(marked, "HW103") == ["bar 1 beat 1: no part has the given bass; is it the right file?"]
    assert told(marked, "HA205") == []
    assert lost(marked)["given"] == "4"
    assert marked.points >= 0


def test_the_mark_is_never_below_zero_and_limits_hold() -> None:
    fifths = score(
        """
        D5 E5 | F5  G5 | A5 G5 | F5  -
        G4 A4 | Bb4 C5 | D5 C5 | Bb4 -
        G3 A3 | Bb3 C4 | D4 C4 | Bb3 -
        G2 A2 | Bb2 C3 | D3 C3 | Bb2 -
        """
    )
    marked = mark(read_assignment(EXERCISE), fifths)
    assert lost(marked)["VL101"] == "4"
    assert lost(marked)["VL102"] == "4"
    assert marked.points == 0


def test_scores_cannot_excuse_their_faults() -> None:
    faulty = score(line(RIGHT, 1, "D4  D4  | D4  Bb3 | Eb4 D4  | D4 -"), NUMERALS)
    sly = replace(
        faulty, directions=(Direction(Fraction(0), "words", "lint: off"),), chords=(Harmony(Fraction(0), _no_chord()),)
    )
    marked = mark(read_assignment(EXERCISE), sly)
    assert lost(marked) == lost(mark(read_assignment(EXERCISE), faulty)) == {"VL101": "2", "warning": "0.5"}
    assert any("lint: off" in notice.message for notice in marked.verdict.report.notices)


def _no_chord():
    from theory.notation.chord import ChordSymbol

    return ChordSymbol.parse("N.C.")


HYMN = """
title = "Melody with numerals"
key = "C"
numerals = "I V6 | (I V7) I"
[given]
soprano = "E4 - D4 - | C4 - C4 -"
[points]
given = 1
numerals = 1
analysis = 1
"""


SET = """
E4 - D4 - | C4 - C4 -
C4 - G3 - | G3 - G3 -
G3 - B2 - | E3 - E3 -
C3 - B2 - | C3 - C3 -
"""


@pytest.mark.parametrize(
    ("words", "faults"),
    [
        (
            "I V6 vi I",
            [
                "bar 2 beat 1: typed vi in C major (Am); it is I in C major (C)",
                "bar 2 beat 2: typed vi in C major (Am); it is V7 in C major (G7)",
            ],
        ),
        (
            "I V65 I I",
            [
                "bar 1 beat 3: typed V65 in C major (G7/B); it is V6 in C major (G/B)",
                "bar 2 beat 2: typed I in C major (C); it is V7 in C major (G7)",
            ],
        ),
    ],
)
def test_typed_numerals_are_compared_with_those_of_the_assignment(assignment, words: str, faults: list[str]) -> None:
    answer = score(SET, words, key="C", unit=Fraction(1))
    assert told(mark(assignment(HYMN), answer), "HW301") == faults


@pytest.mark.parametrize(
    ("words", "key", "wrong"),
    [
        ("i V64 53 i", "g", 0),
        ("i K64 V i", "g", 0),
        ("i I64 V i", "g", 0),
        ("i V6/4 V i", "g", 0),
        ("i i⁶₄ V i", "g", 0),
        ("g:i i64 V i", "g", 0),
        ("i iv V i", "g", 1),
        ("i V V i", "g", 1),
        ("i Cad64 v i", "g", 1),
    ],
)
def test_names_of_the_cadential_six_four(assignment, words: str, key: str, wrong: int) -> None:
    text = f'key = "{key}"\nnumerals = "i i64 V i"\n[points]\nanalysis = 1\n'
    answer = score("G4 G4 F#4 G4\nBb3 D4 D4 D4\nG3 Bb3 A3 Bb3\nG3 D3 D3 G2", words, unit=Fraction(1))
    assert len(told(mark(assignment(text), answer), "HW301")) == wrong


def test_numerals_alone_are_realised_in_any_voicing_but_not_by_other_chords(assignment) -> None:
    text = 'key = "C"\nnumerals = "I ii6 V7 I"\n[points]\nnumerals = 1\n'
    right = score("E5 D5 D5 C5\nG4 A4 G4 G4\nC4 D4 B3 E4\nC3 F3 G3 C3", key="C", unit=Fraction(1))
    wrong = mark(assignment(text), right)
    assert told(wrong, "HW201") == ["bar 1 beat 3: V7 in C major asks for G B D F; there is G3 B3 G4 D5: F is missing"]
    fourth = score("E5 F5 F5 E5\nG4 A4 D5 C5\nC4 C4 B3 C4\nC3 F3 G3 C3", key="C", unit=Fraction(1))
    assert told(mark(assignment(text), fourth), "HW201") == [
        "bar 1 beat 2: ii6 in C major asks for F D A; there is F3 C4 A4 F5: D is missing, C does not belong to it"
    ]


def test_suspensions_and_passing_notes_do_not_hide_a_chord(assignment) -> None:
    text = 'key = "C"\nfigures = ". 4-3 ."\n[given]\nbass = "C3 - G3 - | C3 - - -"\n[points]\nfigures = 1\n'
    suspended = "E4 - D4 - | C4 - - -\nC4 - C4 B3 | G3 - - -\nG3 - G3 - | E3 - - -\nC3 - G3 - | C3 - - -"
    assert told(mark(assignment(text), score(suspended, key="C", unit=Fraction(1))), "HW202") == []
    plain = suspended.replace("C4 B3", "B3 - ")
    (said,) = told(mark(assignment(text), score(plain, key="C", unit=Fraction(1))), "HW202")
    assert said.startswith("bar 1 beat 3: 4-3 over G3 asks for G C D; there is")


def test_a_cantus_in_the_lower_voice(assignment) -> None:
    cantus = "D4 | F4 | E4 | D4 | G4 | F4 | A4 | G4 | F4 | E4 | D4"
    text = f'profile = "species1"\nkey = "D dorian"\nunit = "1/1"\n[given]\ncantus = "{cantus}"\n[points]\ngiven = 1\n'
    upper = "A4 | A4 | G4 | A4 | B4 | C5 | C5 | B4 | D5 | C#5 | D5"
    right = score(f"{upper}\n{cantus}", key="D dorian", unit=Fraction(4))
    assert "given" not in lost(mark(assignment(text), right))
    wrong = score(f"{upper}\n{cantus.replace('G4 | F4 | A4', 'G4 | E4 | A4')}", key="D dorian", unit=Fraction(4))
    assert told(mark(assignment(text), wrong), "HA205") == ["bar 6 beat 1: given line changed E4 instead of F4"]


def test_a_score_that_is_given_whole_is_only_analysed(assignment, tmp_path: Path) -> None:
    write_score(score(RIGHT), tmp_path / "chorale.musicxml")
    write_score(score(RIGHT, NUMERALS), tmp_path / "solution.musicxml")
    text = 'key = "g"\nnumerals = { file = "solution.musicxml" }\n[given]\nscore = { file = "chorale.musicxml" }\n'
    assigned = assignment(f"{text}[points]\nanalysis = {{ most = 7 }}\n")
    assert lost(mark(assigned, score(RIGHT, NUMERALS))) == {}
    assert lost(mark(assigned, score(RIGHT, NUMERALS.replace("VI", "iv")))) == {"analysis": "1"}
    assert lost(mark(assigned, score(RIGHT))) == {"analysis": "7"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('tittle = "x"', "line 1, tittle: 'tittle' is not known; did you mean title?"),
        ("title = 3", "line 1, title: title must be a string"),
        ('title = "x', "not TOML"),
        ('title = "x"', "nothing is given or asked"),
        (
            'profile = "stict"\nnumerals = "I"',
            "line 1, profile: there is no rule profile 'stict'; did you mean strict?",
        ),
        ('key = "H"\nnumerals = "I"', "line 1, key: 'H' is not a key"),
        ('meter = "3"\nnumerals = "I"', "line 1, meter: '3' is no meter; write for example 3/4"),
        ('numerals = "I X"', "line 1, numerals: bar 1: 'X' is not a Roman numeral"),
        ('[given]\nbas = "C3"', "line 2, bas: 'bas' is not known; did you mean bass?"),
        ('[given]\nbass = "C3 D3 E F3"', "line 2, bass: bar 1: 'E' has no octave"),
        ('[given]\nbass = "C3 D3 E3 F3 | C3 D3 E3 | C3"', "line 2, bass: bar 2 has 3 signs, 4 fill a bar of 4/4"),
        ('[given]\nbass = "C3 (D3 E3 | F3"', "line 2, bass: bar 1: '|' does not fit"),
        ('[given]\nbass = { file = "none.musicxml" }', "none.musicxml: no such file; check the name"),
        ('[given]\nbass = "C3 D3"\nsoprano = "C5"', "line 3, soprano: soprano lasts 1 quarters and bass 2"),
        ('figures = "6 6"\n[given]\nbass = "C3 D3 E3 F3"', "line 1, figures: 2 signs for 4 notes"),
        ('figures = "6 99"\n[given]\nbass = "C3 D3"', "line 1, figures: bar 1: '99' is not a usual chord"),
        ('figures = "6"\n[given]\nsoprano = "C5"', "line 1, figures: figures stand over a given bass"),
        ('numerals = "I"\n[points]\nVL999 = 1', "line 3, VL999: 'VL999' is neither a kind nor a rule's code"),
        ('numerals = "I"\n[points]\nVL101 = -1', "line 3, VL101: VL101 must not be negative"),
        ('numerals = "I"\n[points]\nVL101 = { most = 1 }', "line 3, VL101: VL101 needs each = POINTS"),
        ('numerals = "I"\n[points]\ntotal = 0', "line 3, total: total must be more than 0"),
        (
            '[given]\nbass = "C3"\nfigures = "6"',
            "line 3, figures: figures stands below the heading of a table; move it",
        ),
        ('numerals = "I"\n[grades]\nA = "90"', "line 3, A: A must be a number"),
        ('voices = 0\nnumerals = "I"', "line 1, voices: voices must be 1 to 16"),
    ],
)
def test_a_slip_in_the_assignment_is_one_line_with_its_place(assignment, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)) as raised:
        assignment(text)
    assert "exercise.toml" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_every_assignment_of_the_documentation_is_read(tmp_path: Path) -> None:
    write_score(score(RIGHT), tmp_path / "chorale.musicxml")
    write_score(score(RIGHT, NUMERALS), tmp_path / "solution.musicxml")
    page = (ROOT / "docs" / "homework.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 6
    for block in blocks:
        text = block.replace("solution.rntxt", "solution.musicxml")
        text = text if "title" in text else f'numerals = "I"\n{text}'
        (tmp_path / "page.toml").write_text(text, encoding="utf-8")
        assert read_assignment(tmp_path / "page.toml").points.total


def test_figures_typed_under_a_score_are_read(assignment, tmp_path: Path) -> None:
    write_score(score(RIGHT, "* 6 * * 6 # *"), tmp_path / "bass.musicxml")
    text = 'key = "g"\nfigures = { file = "bass.musicxml" }\n[given]\nbass = { file = "bass.musicxml" }\n'
    assert [asked.text for asked in assignment(text).asked] == [asked.text for asked in read_assignment(EXERCISE).asked]


@pytest.mark.parametrize(("points", "grade"), [(20, "A"), (18, "A"), (15, "B"), (3, "")])
def test_grades_by_the_share_of_the_points(assignment, points: int, grade: str) -> None:
    assigned = assignment('numerals = "I"\n[points]\ntotal = 20\n[grades]\nB = 70\nA = 90\n')
    assert assigned.grade_of(Fraction(points)) == grade


def test_a_teacher_forgives_a_fault_in_the_configuration(answers: Path, tmp_path: Path) -> None:
    entry = '[[suppress]]\nrules = ["{}"]\nfiles = ["{}.musicxml"]\nreason = "we agreed on it"\n'
    forgiven = entry.format("VL", "ben") + entry.format("HW301", "finn")
    (tmp_path / "forgiven.toml").write_text(forgiven, encoding="utf-8")
    chosen = [str(answers / f"{name}.musicxml") for name in ("ben", "finn", "gül")]
    options = ["--assignment", str(EXERCISE), "--config", str(tmp_path / "forgiven.toml")]
    done = CliRunner().invoke(main, ["check", *chosen, *options, "--marks", str(tmp_path / "marks")])
    marks = [text for text in done.stdout.splitlines() if "points," in text]
    assert marks == ["ben: 20 of 20 points, 100 %", "finn: 20 of 20 points, 100 %", "gül: 17 of 20 points, 85 %"]
    assert "we agreed on it" in (tmp_path / "marks" / "students" / "finn.html").read_text(encoding="utf-8")


class Text(HTMLParser):
    """Collects the text of a page, and what it would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [
            value or "" for name, value in attrs if name in ("src", "data") or (tag == "link" and name == "href")
        ]
        self.fetched += ["script"] if tag == "script" else []

    def handle_data(self, data: str) -> None:
        self.words += data.split()


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """A class of eight: one right, six with a fault each, and a file that cannot be read."""
    folder = tmp_path / "answers"
    folder.mkdir()
    right = score(RIGHT, NUMERALS)
    write_score(right, folder / "anna.musicxml")
    write_score(score(line(RIGHT, 1, "D4  D4  | D4  Bb3 | Eb4 D4  | D4 -"), NUMERALS), folder / "ben.musicxml")
    write_score(score(line(RIGHT, 3, "G3 F#3 | G3 Eb3 | C3 C3 | G2 -"), NUMERALS), folder / "çelik.musicxml")
    (folder / "dora.musicxml").write_text("<score-partwise", encoding="utf-8")
    write_score(right.up(Interval.parse("M2")), folder / "emil.mxl")
    write_score(score(RIGHT, "i V6 i VI iv6 V i"), folder / "finn.musicxml")
    write_score(score(RIGHT), folder / "gül.musicxml")
    write_score(score(line(RIGHT, 2, "Bb3 A3  | G3  G3  | .   .   | Bb3 -"), NUMERALS), folder / "=hana.musicxml")
    return folder


def test_a_class_gets_marks_tables_and_pages(answers: Path, tmp_path: Path) -> None:
    out = tmp_path / "marks"
    done = CliRunner().invoke(main, ["check", str(answers), "--assignment", str(EXERCISE), "--marks", str(out)])
    assert done.exit_code == 2
    assert "anna: 20 of 20 points, 100 %" in done.stdout
    assert "dora: not marked" in done.stdout
    rows = list(csv.DictReader((out / "marks.csv").read_text(encoding="utf-8-sig").splitlines()))
    points = {row["student"]: row["points"] for row in rows}
    assert points == {
        "'=hana": "19",  # a silent voice
        "anna": "20",
        "ben": "17.5",  # parallel fifths, and an overlap with them
        "dora": "",  # cannot be read
        "emil": "18",  # a tone higher
        "finn": "19.5",  # a wrong numeral
        "gül": "17",  # no numerals
        "çelik": "18",  # a wrong note in the given bass
    }
    assert "not well-formed XML" in next(row["not marked"] for row in rows if row["student"] == "dora")
    found = list(csv.DictReader((out / "findings.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["cost"] for row in found if row["student"] == "ben" and row["code"] == "VL101"] == ["2"]
    for name in ("class.html", "students/ben.html", "students/dora.html"):
        page = Text()
        page.feed((out / name).read_text(encoding="utf-8"))
        assert page.fetched == []
    text = (out / "students" / "ben.html").read_text(encoding="utf-8")
    assert "parallel fifths D4-Bb3 over G3-Eb3" in text
    assert "Two voices a perfect fifth apart move in the same direction to another perfect fifth." in text
    assert "not well-formed XML" in (out / "students" / "dora.html").read_text(encoding="utf-8")


def test_pages_need_no_engraver(answers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arranger.homework.pages.find_spec", lambda name: None)
    out = tmp_path / "marks"
    CliRunner().invoke(main, ["check", str(answers), "--assignment", str(EXERCISE), "--marks", str(out)])
    text = (out / "students" / "ben.html").read_text(encoding="utf-8")
    assert "<svg" not in text
    assert "parallel fifths" in text


def test_equal_classes_give_equal_bytes(answers: Path, tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        CliRunner().invoke(
            main, ["check", str(answers), "--assignment", str(EXERCISE), "--marks", str(tmp_path / name)]
        )
        written.append({path.name: path.read_bytes() for path in sorted((tmp_path / name).rglob("*.*"))})
    assert written[0] == written[1]


@pytest.mark.parametrize(("name", "code"), [("anna.musicxml", 0), ("ben.musicxml", 1), ("dora.musicxml", 2)])
def test_exit_codes_are_those_of_check(answers: Path, name: str, code: int) -> None:
    done = CliRunner().invoke(main, ["check", str(answers / name), "--assignment", str(EXERCISE)])
    assert done.exit_code == code


def test_marks_as_json_say_which_finding_cost_what(answers: Path) -> None:
    done = CliRunner().invoke(
        main, ["check", str(answers / "ben.musicxml"), "--assignment", str(EXERCISE), "--format", "json"]
    )
    (ben,) = json.loads(done.stdout)
    assert ben["mark"] == {"points": 17.5, "of": 20.0, "percent": 88}
    assert [found["cost"] for found in ben["findings"] if found["kind"]] == [2.0, 0.5]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--marks", "x"], "--marks needs an assignment"),
        (["--assignment", "none.toml"], "none.toml: no such file"),
        (["--assignment", str(EXERCISE), "--grade", "ap"], "--grade has no meaning beside --assignment"),
        (["--assignment", str(EXERCISE), "--format", "sarif"], "'sarif' is not a format for marks"),
    ],
)
def test_options_that_do_not_fit(answers: Path, options: list[str], message: str) -> None:
    done = CliRunner().invoke(main, ["check", str(answers / "anna.musicxml"), *options])
    assert done.exit_code == 2
    assert message in done.stderr


def test_what_the_teacher_asks_for_is_not_held_against_students(assignment) -> None:
    text = 'key = "C"\nnumerals = "I V IV I"\n[given]\nbass = "C3 G2 F2 C2"\n[points]\nerror = 1\nwarning = 1\n'
    answer = score("E4 D4 C4 C4\nC4 B3 A3 G3\nG3 G3 C3 E3\nC3 G2 F2 C2", key="C", unit=Fraction(1))
    codes = {charge.fault.finding.code for charge in mark(assignment(text), answer).charges if charge.kind}
    assert codes.isdisjoint({"HA110", "RA102", "HA111"})


def test_marks_are_the_same_in_several_processes(answers: Path) -> None:
    files = [str(answers / f"{name}.musicxml") for name in ("anna", "ben", "finn", "gül")]
    words = ["check", *files, "--assignment", str(EXERCISE), "--format", "csv"]
    assert CliRunner().invoke(main, [*words, "--jobs", "2"]).stdout == CliRunner().invoke(main, words).stdout


def test_an_upbeat_in_a_full_bar_with_rests_is_no_fault(assignment) -> None:
    text = 'key = "C"\n[given]\nsoprano = "G4 | C5 D5 E5 - | D5 - C5"\n[points]\ngiven = 1\nbars = 1\ncomplete = 1\n'
    full = """
    . . . G4 | C5 D5 E5 - | D5 - C5 .
    . . . E4 | G4 G4 G4 - | G4 - G4 .
    . . . C4 | E4 D4 C4 - | B3 - E4 .
    . . . C3 | C3 B2 C3 - | G2 - C3 .
    """
    assert lost(mark(assignment(text), score(full, key="C", unit=Fraction(1)))) == {}
    longer = full.replace("C5 .", "C5 D5")
    assert lost(mark(assignment(text), score(longer, key="C", unit=Fraction(1)))) == {"bars": "1", "given": "1"}
