"""Reading Humdrum: spines, words, chord symbols, repeats, expansion lists, and files that must be refused.

The texts stand with spaces between their columns; ``krn`` sets the tabs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from arranger.formats.reading import ReadError, read_lead_sheet, read_score
from theory.analysis import analyse
from theory.analysis.romantext import to_romantext
from theory.music21_bridge.romantext import from_romantext
from theory.notation.key import Key
from theory.notation.score import LeadSheet, Score
from theory.notation.unfold import playing_order

Write = Callable[[str], Path]
CASES = Path(__file__).parent / "cases"


@pytest.fixture
def krn(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "music.krn"
        path.write_text("\n".join(re.sub(r" {2,}", "\t", line.strip()) for line in text.strip().splitlines()) + "\n")
        return path

    return write


def notes(score: Score, part: int = 0) -> str:
    return " ".join(str(note.pitch) if note.pitch else "-" for note in score.parts[part].notes)


def played(score: Score) -> str:
    """The tune in the order in which it is played."""
    bars = [score.bars[index] for index in playing_order(score.bars, score.directions)]
    return " ".join(
        str(note.pitch)
        for bar in bars
        for note in score.parts[0].notes
        if bar.onset_quarter <= note.onset_quarter < bar.end_quarter
    )


def words(tune: LeadSheet, verse: str = "1") -> str:
    joints = {"begin": "-", "middle": "-"}
    found = (lyric for note in tune.melody.notes for lyric in note.lyrics if lyric.verse == verse)
    return "".join(lyric.text + joints.get(lyric.syllabic, " ") for lyric in found).strip()


def told(tune: LeadSheet) -> str:
    return " / ".join(notice.message for notice in tune.notices)


# ---------------------------------------------------------------- words


def test_words_stand_under_their_notes() -> None:
    tune = read_lead_sheet(CASES / "60a-kern-words.krn")
    assert words(tune) == "Stars a-bove us all shine bright."
    assert tune.score.title == "Probe"


def test_several_verses_and_melismas(krn: Write) -> None:
    tune = read_lead_sheet(
        krn("""
        **kern  **silbe  **silbe
        *M3/4   *        *
        =1      =1       =1
        4c      Ich      Wir
        4d      |        geh-
        4e      lob      |
        =2      =2       =2
        4r      .        .
        2f      dich     -en
        ==      ==       ==
        *-      *-       *-
        """)
    )
    assert words(tune) == "Ich lob dich"
    assert words(tune, "2") == "Wir geh-en"
    assert tune.melody.notes[0].lyrics[0].extend


def test_words_left_of_their_notes_and_a_hyphen_on_one_side_only(krn: Write) -> None:
    tune = read_lead_sheet(
        krn("**text  **kern\n*  *M4/4\n=1  =1\nGl&oacute;-  4c\nria  4d\nin  4e\n-ex  4f\n==  ==\n*-  *-")
    )
    assert words(tune) == "Gló-ria in-ex"


def test_a_word_without_a_note_is_told(krn: Write) -> None:
    tune = read_lead_sheet(krn("**kern  **text\n*M2/4  *\n=1  =1\n4c  one\n4r  lost\n==  ==\n*-  *-"))
    assert "line 5: no note begins at the word 'lost'; it is left out" in told(tune)


def test_of_words_and_syllables_the_syllables_are_sung(krn: Write) -> None:
    tune = read_lead_sheet(
        krn("**kern  **text  **silbe\n*M2/4  *  *\n=1  =1  =1\n4c  paper  pa-\n4d  .  -per\n*-  *-  *-")
    )
    assert words(tune) == "pa-per"
    assert words(tune, "2") == ""


# ---------------------------------------------------------------- chord symbols


def test_chord_symbols_beside_the_notes() -> None:
    tune = read_lead_sheet(CASES / "60b-kern-chords.krn")
    assert [(str(c.symbol), c.onset_quarter) for c in tune.chords] == [("C", 0), ("F", 4), ("G7", 6), ("C", 8)]


@pytest.mark.parametrize(
    ("kind", "labels", "symbols"),
    [
        ("**mxhm", ("A minor-seventh", "D dominant/F#"), ["Am7", "D7/F#"]),
        ("**mxhm", ("B- major", "none"), ["Bb", "N.C."]),
        ("**harte", ("C:min7", "F:maj/3"), ["Cm7", "F/A"]),
        ("**cdata-chords", ("Gm7", "C7"), ["Gm7", "C7"]),
        ("**harm", ("Am", "E7"), ["Am", "E7"]),
    ],
)
def test_spellings_of_chord_spines(krn: Write, kind: str, labels: tuple[str, str], symbols: list[str]) -> None:
    tune = read_lead_sheet(krn(f"**kern  {kind}\n*M4/4  *\n=1  =1\n2c  {labels[0]}\n2f  {labels[1]}\n==  ==\n*-  *-"))
    assert [str(chord.symbol) for chord in tune.chords] == symbols


def test_a_chord_over_a_held_note_lies_between_its_ends(krn: Write) -> None:
    tune = read_lead_sheet(
        krn("**kern  **mxhm\n*M4/4  *\n=1  =1\n1c  C major\n.  G dominant\n=2  =2\n1c  C major\n*-  *-")
    )
    assert [chord.onset_quarter for chord in tune.chords] == [0, 2, 4]


def test_an_analysis_is_no_chord_symbol_and_is_told(krn: Write) -> None:
    tune = read_lead_sheet(krn("**kern  **harm\n*M4/4  *\n=1  =1\n2c  I\n2f  IV6\n=2  =2\n1e  V7/V\n*-  *-"))
    assert tune.chords == ()
    assert "the spine **harm is left out (3 fields, such as 'I', 'IV6', 'V7/V')" in told(tune)


def test_a_chord_that_cannot_be_read_is_told(krn: Write) -> None:
    tune = read_lead_sheet(krn("**kern  **mxhm\n*M4/4  *\n=1  =1\n2c  C major\n2f  H quux\n*-  *-"))
    assert [str(chord.symbol) for chord in tune.chords] == ["C"]
    assert "line 5: 'H quux' cannot be read as a chord symbol; it is left out" in told(tune)


# ---------------------------------------------------------------- splits and joins


def test_splits_within_splits(krn: Write) -> None:
    score = read_score(
        krn("""
        **kern
        *M4/4
        =1
        *^
        2c    2e
        *^    *
        4d    4A    2f
        4e    4G    .
        *v    *v    *
        *v    *v
        =2
        1c
        ==
        *-
        """)
    )
    found = sorted((note.onset_quarter, str(note.pitch)) for part in score.parts for note in part.notes)
    assert [pitch for _, pitch in found] == ["C4", "E4", "A3", "D4", "F4", "E4", "G3", "C4"]
    assert [bar.length_quarter for bar in score.bars] == [4, 4]


def test_both_hands_split_and_join_on_one_line(krn: Write) -> None:
    score = read_score(
        krn("""
        **kern  **kern
        *staff2  *staff1
        *I"Organ  *I"Choir
        *M2/4  *M2/4
        =1  =1
        *^  *^
        2C  4E  4c  2g
        .  4F  4d  .
        *v  *v  *v  *v
        =2  =2
        2C  2c
        *-  *-
        """)
    )
    assert sum(1 for part in score.parts for note in part.notes if note.pitch) == 8
    assert [bar.length_quarter for bar in score.bars] == [2, 2]


def test_spines_exchanged_added_and_ended(krn: Write) -> None:
    score = read_score(
        krn("""
        **kern  **kern
        *M2/4  *M2/4
        =1  =1
        2C  2c
        *  *+
        *  *  **kern
        =2  =2  =2
        2D  2d  2dd
        *x  *x  *
        2e  2E  2ee
        *  *  *-
        2f  2F
        *-  *-
        """)
    )
    assert [notes(score, part).split()[-1] for part in range(3)] == ["E5", "F4", "F3"]


def test_a_column_may_change_its_kind(krn: Write) -> None:
    score = read_score(krn("**kern  **kern\n*M2/4  *M2/4\n=1  =1\n2C  2c\n**text  *\n=2  =2\nla  2d\n*-  *-"))
    assert [[str(note.pitch) for note in part.notes] for part in score.parts] == [["C4", "D4"], ["C3"]]


# ---------------------------------------------------------------- notes


@pytest.mark.parametrize(
    ("token", "quarters"),
    [("4c", 1), ("8.c", Fraction(3, 4)), ("2..c", Fraction(7, 2)), ("12c", Fraction(1, 3)), ("3%2c", Fraction(8, 3)),
     ("0c", 8), ("00c", 16), ("0.c", 12), ("[20ccc#/L", Fraction(1, 5)), ("24..gg", Fraction(7, 24))],
)  # fmt: skip
def test_lengths(krn: Write, token: str, quarters: Fraction) -> None:
    assert sum(note.duration_quarter for note in read_score(krn(f"**kern\n=1\n{token}\n*-")).parts[0].notes) == quarters


def test_pitches_chords_and_marks(krn: Write) -> None:
    score = read_score(krn("**kern\n*M4/4\n=1\n(8CC#'L\n8BBB--J)\n4ccc; 4ee-\n8qdd\n8qqee\n[2en^\n=2\n2e]\n2r;\n*-"))
    first = score.parts[0].notes
    assert [str(note.pitch) for note in first] == ["C#2", "Bbb1", "C6", "Eb5", "D5", "E5", "E4", "E4", "None"]
    assert (first[0].slur_starts, first[1].slur_stops, first[0].articulations) == ((1,), (1,), ("staccato",))
    assert (first[2].fermata, first[3].chord, first[8].fermata) == (True, True, True)
    assert [note.grace for note in first[4:7]] == ["acciaccatura", "appoggiatura", None]
    assert (first[6].tie_start, first[7].tie_stop, first[6].articulations) == (True, True, ("accent",))


def test_triplets_begin_and_end(krn: Write) -> None:
    score = read_score(krn("**kern\n*M2/4\n=1\n12c\n12d\n12e\n6f\n12g\n*-"))
    tuplets = [note.notation.tuplets[0] for note in score.parts[0].notes if note.notation]
    assert [tuplet.start for tuplet in tuplets] == [True, False, False, True, False]
    assert [tuplet.stop for tuplet in tuplets] == [False, False, True, False, True]


def test_a_note_over_the_bar_line_becomes_two_tied_notes(krn: Write) -> None:
    score = read_score(krn("**kern  **kern\n*M2/2  *M2/2\n=1  =1\n0C  1c\n=2  =2\n.  1d\n==  ==\n*-  *-"))
    low = score.parts[1].notes
    assert [(str(note.pitch), note.tie_start, note.tie_stop) for note in low] == [
        ("C3", True, False),
        ("C3", False, True),
    ]


def test_voices_that_do_not_come_together_are_told(krn: Write) -> None:
    tune = read_lead_sheet(krn("**kern  **kern\n*M4/4  *M4/4\n=1  =1\n4C  2c\n4D  2d\n=2  =2\n1C  1c\n*-  *-"))
    assert "bar 1, line 5: the voices do not come together here; one is 1 quarters short" in told(tune)


def test_transposing_instruments_sound_as_written(krn: Write) -> None:
    score = read_score(krn("**kern\n*ITrd1c2\n*Iclars\n*k[b-]\n*M2/4\n=1\n2f\n*-"))
    assert (notes(score), score.bars[0].key.fifths, score.parts[0].name) == ("F4", -1, "Clarinet")


# ---------------------------------------------------------------- keys, meters, names, headings


@pytest.mark.parametrize(
    ("signs", "key"),
    [("*k[f#]\n*e:", "E minor"), ("*G:\n*k[f#]", "G major"), ("*k[b-e-a-]\n*c:", "C minor"), ("*D:", "D major")],
)
def test_keys(krn: Write, signs: str, key: str) -> None:
    assert str(read_score(krn(f"**kern\n{signs}\n*M4/4\n=1\n1b\n*-")).bars[0].key) == key


@pytest.mark.parametrize(
    ("signs", "mode"), [("*k[]\n*G:mix", "mixolydian"), ("*k[b-]\n*G:dor", "dorian"), ("*k[]\n*d:", "dorian")]
)
def test_a_mode_keeps_its_tonic(krn: Write, signs: str, mode: str) -> None:
    key = read_score(krn(f"**kern\n{signs}\n*M4/4\n=1\n1c\n*-")).bars[0].key
    try:
        known = Key.from_fifths(key.fifths, mode)
    except KeyError:
        pytest.skip("keys are major or minor")
    assert key == known


def test_a_key_named_within_the_piece_leaves_the_signature(krn: Write) -> None:
    score = read_score(krn("**kern\n*k[]\n*C:\n*M2/4\n=1\n2c\n*G:\n=2\n2g\n=3\n*k[b-]\n2c\n*-"))
    assert [(bar.key.fifths, bar.shows_key) for bar in score.bars] == [(0, True), (0, False), (-1, True)]


def test_a_key_within_a_bar_takes_effect_there(krn: Write) -> None:
    score = read_score(krn("**kern\n*k[]\n*M4/4\n=1\n2c\n*k[f#c#]\n2d\n=2\n1d\n*-"))
    assert [(bar.number, bar.length_quarter, bar.key.fifths) for bar in score.bars] == [
        ("1", 2, 0),
        ("1", 2, 2),
        ("2", 4, 2),
    ]


def test_meter_symbol_tempo_dynamics_and_typed_words(krn: Write) -> None:
    score = read_score(
        krn("**kern  **dynam\n*M4/4  *\n*met(c)  *\n*MM96  *\n=1  =1\n!LO:TX:a:t=dolce  !\n2c  p <\n2d  [ f\n*-  *-")
    )
    assert score.bars[0].meter.symbol == "common"
    kinds = [(each.kind, each.value or each.text) for each in score.directions]
    assert kinds == [("tempo", "96"), ("words", "dolce"), ("dynamic", "p"), ("wedge", "crescendo"), ("wedge", "stop"),
                     ("dynamic", "f")]  # fmt: skip


def test_parts_stand_from_the_top_with_their_names(krn: Write) -> None:
    score = read_score(
        krn("**kern  **kern\n*I\"Cello  *I\"1st Violin\n*I'Vc.  *I'Vl. 1\n*M4/4  *M4/4\n=1  =1\n1C  1c\n*-  *-")
    )
    assert [(part.name, part.abbreviation) for part in score.parts] == [("1st Violin", "Vl. 1"), ("Cello", "Vc.")]


def test_voices_of_a_spine_carry_the_name_of_its_part(krn: Write) -> None:
    score = read_score(krn('**kern\n*I"Flauti\n*M4/4\n=1\n*^\n1cc  1e\n=2  =2\n1dd  1f\n*v  *v\n=3\n1ee 1g\n*-'))
    assert [part.name for part in score.parts] == ["Flauti 1", "Flauti 2"]


def test_heading(krn: Write) -> None:
    text = "!!!OTL@EN: Song\n!!!OTL@@DE: M&auml;rchen\n!!!COM: Schumann, Clara\n!!!LYR: Heine\n**kern\n=1\n1c\n*-"
    score = read_score(krn(text))
    assert score.title == "Märchen"
    assert score.creators == (("composer", "Schumann, Clara"), ("lyricist", "Heine"))


# ---------------------------------------------------------------- bar lines and repeats


def test_repeats_at_bar_lines() -> None:
    score = read_score(CASES / "60d-kern-repeats.krn")
    assert played(score) == "C4 E4 G4 E4 C4 E4 G4 E4 F4 A4 G4 F4 A4 G4"
    assert [bar.number for bar in score.bars] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("line", ["=:|!", "=:|!|:", "=:||:", "=4:|!|:", "=:!!:"])
def test_a_repeat_within_a_bar_divides_it(krn: Write, line: str) -> None:
    numbered = "=4" in line
    before = "=1\n1c\n=2\n1d\n=3\n2.e" if numbered else "=2\n1c\n=3\n1d\n=4\n2.e"
    score = read_score(krn(f"**kern\n*M4/4\n4g\n{before}\n{line}\n4f\n=5\n1g\n==\n*-"))
    assert [bar.number for bar in score.bars][-3:] == (["3", "4", "5"] if numbered else ["4", "4", "5"])
    assert [bar.length_quarter for bar in score.bars][-3:] == [3, 1, 4]
    assert score.bars[-3].repeat_end == 2


def test_endings_by_an_expansion_list(krn: Write) -> None:
    score = read_score(
        krn("**kern\n*>[A,A1,A,A2]\n*>norep[A,A2]\n*M2/4\n*>A\n=1\n2c\n*>A1\n=2\n2d\n*>A2\n=3\n2e\n==\n*-")
    )
    assert [bar.volta for bar in score.bars] == [(), (1,), (2,)]
    assert played(score) == "C4 D4 C4 E4"


@pytest.mark.parametrize(
    ("order", "tune"),
    [
        ("A,A,B", "C4 C4 D4"),
        ("A,B,B", "C4 D4 D4"),
        ("A,A,B,B", "C4 C4 D4 D4"),
        ("A,B,A", "C4 D4 C4"),
        ("A,B,A,B", "C4 D4 C4 D4"),
        ("A,A,B,B,A", "C4 C4 D4 D4 C4"),
        ("B,A", "D4 C4"),
        ("A,B,B,A,A", "C4 D4 D4 C4 C4"),
        ("B", "D4"),
    ],
)
def test_sections_are_played_in_the_order_of_the_list(krn: Write, order: str, tune: str) -> None:
    score = read_score(krn(f"**kern\n*>[{order}]\n*M2/4\n*>A\n=1\n2c\n*>B\n=2\n2d\n==\n*-"))
    assert played(score) == tune


def test_a_written_out_order_is_told(krn: Write) -> None:
    tune = read_lead_sheet(krn("**kern\n*>[B,A,B]\n*M2/4\n*>A\n=1\n2c\n*>B\n=2\n2d\n==\n*-"))
    assert "line 2: the sections are written out in the order B, A, B" in told(tune)
    assert [bar.number for bar in tune.score.bars] == ["2", "3", "4"]


def test_a_section_that_is_never_played_is_left_out_and_told(krn: Write) -> None:
    tune = read_lead_sheet(krn("**kern\n*>[B]\n*M2/4\n*>A\n=1\n2c\n*>B\n=2\n2d\n==\n*-"))
    assert [(str(note.pitch), note.onset_quarter) for note in tune.melody.notes] == [("D4", 0)]
    assert "A is not among them and left out" in told(tune)


def test_da_capo_by_an_expansion_list() -> None:
    score = read_score(CASES / "60h-kern-expansion.krn")
    assert played(score) == "C4 E4 G4 F4 A4 B4 C4 E4 G4"
    assert [each.text for each in score.directions] == ["Fine", "D.C. al Fine"]


def test_repeat_signs_that_say_what_the_list_says_count_once(krn: Write) -> None:
    score = read_score(krn("**kern\n*>[A,A,B]\n*>norep[A,B]\n*M2/4\n*>A\n=1\n2c\n=:|!\n*>B\n=2\n2d\n==\n*-"))
    assert played(score) == "C4 C4 D4"


def test_a_list_that_names_a_missing_section_is_told(krn: Write) -> None:
    tune = read_lead_sheet(krn("**kern\n*>[A,C]\n*M2/4\n*>A\n=1\n2c\n*>B\n=2\n2d\n==\n*-"))
    assert "line 2: the list [A,C] names section 'C', which the file does not have" in told(tune)
    assert played(tune.score) == "C4 D4"


def test_without_bar_lines_the_meter_makes_bars(krn: Write) -> None:
    tune = read_lead_sheet(krn("**kern\n*M3/4\n4c\n4d\n4e\n2f\n2g\n2a\n*-"))
    assert [bar.length_quarter for bar in tune.score.bars] == [3, 3, 3]
    assert "there are no bar lines; the music is divided into bars of 3/4" in told(tune)
    assert sum(1 for note in tune.melody.notes if not note.tie_stop) == 6


def test_invisible_and_double_lines(krn: Write) -> None:
    score = read_score(krn("**kern\n*M4/4\n=1-\n2c\n=-\n2d\n=2||\n1e\n=3\n1f\n==\n*-"))
    assert [(bar.number, bar.length_quarter, bar.right_line) for bar in score.bars] == [
        ("1", 4, "light-light"),
        ("2", 4, None),
        ("3", 4, "light-heavy"),
    ]


CHORALE = """
    **kern  **kern
    *>[A,A,B]  *>[A,A,B]
    *>norep[A,B]  *>norep[A,B]
    *>A  *>A
    *k[]  *k[]
    *C:  *C:
    *M4/4  *M4/4
    4C  4e
    =1  =1
    2G  2d
    2C  2e
    =2  =2
    2F  2a
    4C;  4g;
    =:|!  =:|!
    *>B  *>B
    4G  4b
    =3  =3
    2C  2cc
    2G  2b
    =4  =4
    2.C;  2.cc;
    ==  ==
    *-  *-
"""


@pytest.mark.parametrize(
    ("before", "after", "line", "numbers"),
    [
        ("4C;  4g;", "4G  4b", "=:|!  =:|!", "0 1 2 2 3 4"),  # the repeat lies within bar 2
        ("2C;  2g;", "4G  4b", "=:|!  =:|!", "0 1 2 2 3 4"),  # bar 2 is full, and an upbeat follows that is not counted
        ("2C;  2g;", "4G  4b", "=3:|!  =3:|!", "0 1 2 3 4 5"),  # the same, counted
        ("4C;  4g;", "4G  4b", "=2a:|!  =2a:|!", "0 1 2 2a 3 4"),
    ],
)
def test_bars_after_a_repeat_inside_a_bar_keep_their_numbers(
    krn: Write, before: str, after: str, line: str, numbers: str
) -> None:
    text = CHORALE.replace("4C;  4g;", before).replace("4G  4b", after).replace("=:|!  =:|!", line)
    if "=3:" in line:
        text = text.replace("=4  =4", "=5  =5").replace("    =3  =3", "    =4  =4")
    score = read_score(krn(text))
    assert " ".join(bar.number for bar in score.bars) == numbers
    analysis = analyse(score)
    again = from_romantext(to_romantext(score, analysis.chords), score)
    assert [(c.start_quarter, c.figure) for c in again] == [(c.start_quarter, c.figure) for c in analysis.chords]


def test_an_analysis_with_printed_numbers_fits_after_a_repeat_inside_a_bar(krn: Write) -> None:
    score = read_score(krn(CHORALE))
    text = "Time Signature: 4/4\n\nm0 b4 C: I6\nm1 V b3 I\nm2 IV b3 I b4 V6\nm3 I b3 V\nm4 I\n"
    assert [chord.start_quarter for chord in from_romantext(text, score)] == [0, 1, 3, 5, 7, 8, 9, 11, 13]


# ---------------------------------------------------------------- refused, bounded


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("**kern\n*M255/256\n=1\n4c\n*-", "line 2: '*M255/256' is not a meter"),
        ("**kern\n=1\n4c  4d\n*-", "line 3: 2 fields, but 1 spines are open"),
        ("**kern\n=1\n4ccccccccccc\n*-", "line 3: '4ccccccccccc' is in octave 14"),
        ("**kern\n=1\n4c#######\n*-", "line 3: '4c#######' has 7 accidentals"),
        ("**kern\n=1\n4970207c\n*-", "line 3: '4970207' is not the length of a note"),
        ("**kern\n=1\n4%0c\n*-", "line 3: '4%0' is not the length of a note"),
        ("**kern\n=1\n" + "0000c\n" * 20 + "=2\n4c\n*-", "bar 1: this bar lasts"),
        ("**kern\n*M1/64\n" + "0000c\n" * 30 + "*-", "more than 5000 bars"),
        ("**kern\n" + "\n".join(f"{prime}c" for prime in (1009, 1013, 1019, 1021)) + "\n*-", "line 4: the lengths"),
        ("4c  4d\n**kern", "line 1: the spines are not named"),
        ("**kern\n*-", "no notes"),
        ("!! **kern\n**text\nah\n*-", "no **kern spine"),
    ],
)
def test_what_is_refused_and_where(krn: Write, text: str, reason: str) -> None:
    with pytest.raises(ReadError, match=re.escape(reason)):
        read_score(krn(text))


def test_a_million_splits_are_refused(krn: Write) -> None:
    lines = ["\t".join(["*^"] * 2**power) for power in range(12)]
    with pytest.raises(ReadError, match="line 10: more than 256 columns"):
        read_score(krn("**kern\n" + "\n".join(lines) + "\n"))


def test_control_characters_are_left_out_and_told() -> None:
    tune = read_lead_sheet(CASES / "ctl.krn")
    assert tune.score.title == "a[31mb"
    assert "line 1: control characters in 'a[31mb' are left out" in told(tune)


def test_breves_that_do_not_come_together_are_read_and_told() -> None:
    tune = read_lead_sheet(CASES / "dur0.krn")
    assert "bar 5, line 5: the voices do not come together here; one is 8 quarters short" in told(tune)
    assert [bar.length_quarter for bar in tune.score.bars] == [4] * 12


def test_only_the_first_piece_of_a_file_is_read_and_told(krn: Write) -> None:
    tune = read_lead_sheet(krn("**kern\n*M4/4\n=1\n1c\n*-\n**kern\n*M4/4\n=1\n1d\n*-"))
    assert notes(tune.score) == "C4"
    assert "the file holds several pieces; only the first one was read" in told(tune)
