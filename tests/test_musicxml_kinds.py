"""What real MusicXML holds beside plain notes: slashes, voices, symbols in other parts, turns within a bar."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from arranger import arrange
from arranger.formats.reading import ReadError, read_lead_sheet, read_score, read_score_and_notices
from arranger.formats.writing import to_musicxml
from arranger.linter.judging import _lines
from tests.test_reading import harmony, note, pitches, score, sheet
from theory.notation.score import LeadSheet, Score
from theory.notation.unfold import playing_order

CASES = Path(__file__).parent / "cases"
BACK = "<backup><duration>12</duration></backup>"
FULL = note("C", 5, 12)
REST = '<note><rest measure="yes"/><duration>12</duration></note>'


def case(name: str) -> LeadSheet:
    return read_lead_sheet(next(CASES.glob(f"{name}*")))


def words(tune: LeadSheet) -> str:
    joints = {"begin": "-", "middle": "-"}
    found = [lyric for n in tune.melody.notes for lyric in n.lyrics]
    return "".join(lyric.text + joints.get(lyric.syllabic, " ") for lyric in found).strip()


def symbols(tune: LeadSheet) -> str:
    return " ".join(f"{chord.symbol}@{chord.onset_quarter}" for chord in tune.chords)


def told(tune: LeadSheet, text: str, bar: str = "") -> bool:
    return any(text in notice.message and bar in (notice.bar, "") for notice in tune.notices)


def sung(step: str, octave: int, duration: int, text: str, voice: str = "1") -> str:
    return note(step, octave, duration, f"<voice>{voice}</voice>", after=f"<lyric><text>{text}</text></lyric>")


def in_voice(step: str, octave: int, duration: int, voice: str) -> str:
    return note(step, octave, duration, f"<voice>{voice}</voice>")


def in_key(tune: LeadSheet) -> list[tuple[str, str, Fraction]]:
    return [(bar.number, str(bar.key), bar.length_quarter) for bar in tune.score.bars]


def parts_of(tmp_path: Path, *parts: tuple[str, list[str]]) -> LeadSheet:
    path = tmp_path / "song.musicxml"
    path.write_text(score(*parts))
    return read_lead_sheet(path)


# ---------------------------------------------------------------- notes that are no tune


def test_bars_of_slashes_are_rests_and_keep_their_symbols() -> None:
    tune = case("01a")
    assert pitches(tune) == "G4 B4 D5 B4 E5 D5 C5 E5 - - - - - - - - C5 E5 D5 C5 G4"
    assert symbols(tune) == "G@0 C@4 D7@8 G@12 C@16 G@20"
    assert told(tune, "notes with slash heads (8 in bars 3, 4) mark the beat; the tune rests there", "3")


def test_a_chart_of_slashes_has_no_tune() -> None:
    with pytest.raises(
        ReadError, match=r"no tune in the file: notes with slash heads \(16 in bars 1, 2, 3, 4\) mark the beat"
    ):
        case("01b")


@pytest.mark.parametrize(
    ("element", "said"),
    [
        (note("G", 4, 4, after="<notehead>slash</notehead>"), "notes with slash heads (1 in bar 1) mark the beat"),
        (
            note("G", 4, 4, after='<notehead filled="no">slash</notehead>'),
            "notes with slash heads (1 in bar 1) mark the beat",
        ),
        (note("G", 4, 4, after="<notehead>x</notehead>"), "notes with x heads (1 in bar 1) are spoken or struck"),
        (note("G", 4, 4, after="<notehead>cross</notehead>"), "notes with x heads (1 in bar 1)"),
        (
            note("G", 4, 4).replace("<note>", '<note print-object="no">'),
            "notes that are not printed (1 in bar 1) are for playback",
        ),
        (
            note("G", 4, 4, after="<notehead>none</notehead>"),
            "notes that are not printed (1 in bar 1) are for playback",
        ),
    ],
)
def test_slashes_x_heads_and_unprinted_notes_are_rests(tmp_path: Path, element: str, said: str) -> None:
    tune = sheet(tmp_path, note("C", 5, 4) + element + note("D", 5, 4))
    assert pitches(tune) == "C5 - D5"
    assert told(tune, said, "1")


def test_shape_notes_harmonics_and_slashed_heads_are_tune(tmp_path: Path) -> None:
    heads = [note("C", 5, 3, after=f"<notehead>{head}</notehead>") for head in ("fa", "diamond", "slashed", "triangle")]
    assert pitches(sheet(tmp_path, "".join(heads))) == "C5 C5 C5 C5"


def test_slash_notation_holds_until_it_stops(tmp_path: Path) -> None:
    start, stop = (f'<attributes><measure-style><slash type="{end}"/></measure-style></attributes>'
                   for end in ("start", "stop"))  # fmt: skip
    assert pitches(sheet(tmp_path, FULL, start + FULL, FULL, stop + FULL)) == "C5 - - C5"


def test_spoken_words_are_quoted(tmp_path: Path) -> None:
    spoken = note("G", 4, 4, after="<notehead>x</notehead><lyric><text>Hey</text></lyric>")
    tune = sheet(tmp_path, sung("C", 5, 8, "la") + spoken)
    assert (pitches(tune), words(tune)) == ("C5 -", "la")
    assert told(tune, "the words 'Hey' are left out", "1")


def test_an_unprinted_head_leaves_the_other_notes_of_its_stem(tmp_path: Path) -> None:
    hidden = note("G", 4, 12).replace("<note>", '<note print-object="no">')
    tune = sheet(tmp_path, hidden + note("E", 5, 12, before="<chord/>"))
    assert pitches(tune) == "E5"


def test_other_voices_of_slashes_are_no_voices(tmp_path: Path) -> None:
    slashes = note("B", 4, 12, "<voice>2</voice>", after="<notehead>slash</notehead>")
    tune = sheet(tmp_path, note("C", 4, 12, "<voice>1</voice>") + BACK + slashes)
    assert pitches(tune) == "C4"


def test_a_part_of_slashes_is_left_out_of_a_score_and_told(tmp_path: Path) -> None:
    slashes = note("B", 4, 12, after="<notehead>slash</notehead>")
    path = tmp_path / "band.musicxml"
    path.write_text(score(("Guitar", [slashes]), ("Voice", [sung("C", 5, 12, "la")])))
    read, notices = read_score_and_notices(path)
    assert [part.name for part in read.parts] == ["Voice"]
    assert [notice.message for notice in notices] == [
        "part Guitar is left out: notes with slash heads (1 in bar 1) mark the beat"
    ]


# ---------------------------------------------------------------- which line is the tune


def test_words_come_before_symbols_and_symbols_of_all_parts_are_taken() -> None:
    tune = case("04-")
    assert pitches(tune) == "E4 F4 G4 C5 B4 A4 G4"
    assert words(tune) == "Sing me a song be-fore dawn."
    assert symbols(tune) == "C@0 F@4 C@8"


def test_symbols_may_move_between_parts() -> None:
    assert symbols(case("04b")) == "C@0 F@4 G7@8 C@12"


def test_equal_symbols_of_two_parts_are_one_and_contrary_ones_are_told(tmp_path: Path) -> None:
    upper = [sung("C", 5, 12, "la"), harmony("G", "major") + sung("D", 5, 12, "la"), sung("C", 5, 12, "la")]
    lower = [harmony("C", "major") + note("C", 3, 12), harmony("E", "minor") + note("G", 3, 12),
             harmony("C", "major") + note("C", 3, 12)]  # fmt: skip
    tune = parts_of(tmp_path, ("Voice", upper), ("Piano", lower), ("Guitar", lower))
    assert symbols(tune) == "C@0 G@3 C@6"
    assert told(tune, "two parts have chord symbols here, 'G' and 'Em'; 'G' is followed", "2")


def test_symbols_may_move_within_a_bar(tmp_path: Path) -> None:
    upper = harmony("C", "major") + sung("C", 5, 12, "la")
    lower = note("C", 3, 8) + harmony("G", "dominant") + note("G", 3, 4)
    assert symbols(parts_of(tmp_path, ("Voice", [upper]), ("Piano", [lower]))) == "C@0 G7@2"


def test_without_words_and_symbols_the_highest_lasting_part_is_the_tune(tmp_path: Path) -> None:
    low, high, chime = [note("C", 3, 12)] * 4, [note("E", 5, 12)] * 4, [note("C", 7, 12), REST, REST, REST]
    tune = parts_of(tmp_path, ("Bass", low), ("Flute", high), ("Bells", chime))
    assert tune.melody.name == "Flute"
    assert told(tune, "part 2 Flute of 3: it is the highest")


def test_a_part_with_a_few_words_is_not_the_sung_one(tmp_path: Path) -> None:
    backing = [sung("C", 6, 12, "ooh"), note("C", 6, 12), note("C", 6, 12)]
    lead = [sung("E", 4, 12, text) for text in ("We", "shall", "sing")]
    assert words(parts_of(tmp_path, ("Backing", backing), ("Lead", lead))) == "We shall sing"


def test_words_on_any_note_of_a_stem_are_the_tunes() -> None:
    tune = case("03a")
    assert pitches(tune) == "G4 G4 A4 G4 A4 C5 C5"
    assert words(tune) == "All the birds sing so now sweet."


@pytest.mark.parametrize("order", [("E", "G"), ("G", "E")])
def test_words_stay_wherever_on_the_stem_they_are_written(tmp_path: Path, order: tuple[str, str]) -> None:
    text = "<lyric><text>sing</text></lyric>"
    first, second = order
    tune = sheet(tmp_path, note(first, 4, 12) + note(second, 4, 12, before="<chord/>", after=text))
    assert (pitches(tune), words(tune)) == ("G4", "sing")


def test_two_texts_on_one_stem_are_told(tmp_path: Path) -> None:
    below = note("E", 4, 12, before="<chord/>", after="<lyric><text>lo</text></lyric>")
    tune = sheet(tmp_path, sung("G", 4, 12, "hi") + below)
    assert words(tune) == "hi"
    assert told(tune, "two notes of a chord have words, 'hi' and 'lo'; 'lo' is left out", "1")


def test_the_sung_voice_is_the_tune_though_another_is_higher() -> None:
    tune = case("03b")
    assert pitches(tune) == "E4 E4 F4 E4 F4 F4 F4 F4 G4"
    assert words(tune) == "Stars a-bove us shine on all night"
    assert told(tune, "the tune is the line with words, and 8 notes are left out (bars 1, 2)")


def test_the_tune_may_be_handed_over_within_a_bar() -> None:
    tune = case("54a")
    assert pitches(tune) == "C5 D5 E5 C5 D5 B4 C5"
    assert words(tune) == "Sing with me now and then rest."


def test_the_tune_may_be_handed_over_and_back(tmp_path: Path) -> None:
    rest = "<note><rest/><duration>4</duration><voice>1</voice></note>"
    upper = sung("C", 5, 4, "one") + rest + sung("D", 5, 4, "three")
    lower = "<forward><duration>4</duration></forward>" + sung("E", 4, 4, "two", "2")
    tune = sheet(tmp_path, upper + BACK + lower)
    assert (pitches(tune), words(tune)) == ("C5 E4 D5", "one two three")


def test_a_second_singer_who_goes_on_does_not_take_over_in_a_rest(tmp_path: Path) -> None:
    upper = sung("C", 5, 8, "one") + "<note><rest/><duration>4</duration><voice>1</voice></note>"
    lower = "".join(sung("E", 4, 4, text, "2") for text in ("one", "and", "two"))
    second = "".join(sung("C", 5, 4, text) for text in ("sing", "with", "me"))
    assert words(sheet(tmp_path, upper + BACK + lower, second)) == "one sing with me"


def test_an_instrument_does_not_fill_the_singers_rest(tmp_path: Path) -> None:
    upper = sung("C", 5, 8, "one") + "<note><rest/><duration>4</duration><voice>1</voice></note>"
    lower = "<forward><duration>8</duration></forward>" + in_voice("E", 4, 4, "2")
    assert pitches(sheet(tmp_path, upper + BACK + lower)) == "C5 -"


def test_a_line_without_words_may_be_handed_over_too(tmp_path: Path) -> None:
    upper = in_voice("C", 5, 8, "1") + "<note><rest/><duration>4</duration><voice>1</voice></note>"
    lower = "<forward><duration>8</duration></forward>" + in_voice("E", 4, 4, "2")
    assert pitches(sheet(tmp_path, upper + BACK + lower)) == "C5 E4"


def test_a_melisma_stays_in_its_voice(tmp_path: Path) -> None:
    first = sung("C", 5, 12, "Glo") + BACK + sung("E", 4, 12, "Glo", "2")
    second = in_voice("D", 5, 6, "1") + in_voice("C", 5, 6, "1") + BACK + sung("E", 4, 12, "ri", "2")
    third = sung("C", 5, 12, "a") + BACK + sung("E", 4, 12, "a", "2")
    assert pitches(sheet(tmp_path, first, second, third)) == "C5 D5 C5 C5"


# ---------------------------------------------------------------- chord symbols


def test_an_inversion_names_the_bass() -> None:
    assert symbols(case("02-")) == "C/E@0 F/C@4 G7/F@8 C@12"


@pytest.mark.parametrize(
    ("root", "kind", "inside", "read"),
    [
        ("D", "minor", "<inversion>1</inversion>", "Dm/F"),
        ("C", "major-seventh", "<inversion>3</inversion>", "Cmaj7/B"),
        ("B", "half-diminished", "<inversion>2</inversion>", "Bm7b5/F"),
        ("C", "major", "<inversion>0</inversion>", "C"),
        ("C", "major", "<inversion>2</inversion><bass><bass-step>E</bass-step></bass>", "C/E"),
    ],
)
def test_inversions_of_other_chords(tmp_path: Path, root: str, kind: str, inside: str, read: str) -> None:
    element = harmony(root, kind).replace("</harmony>", f"{inside}</harmony>")
    assert [str(chord.symbol) for chord in sheet(tmp_path, element + FULL).chords] == [read]


def test_an_inversion_that_a_chord_does_not_have_is_told(tmp_path: Path) -> None:
    element = harmony("C", "major").replace("</harmony>", "<inversion>3</inversion></harmony>")
    tune = sheet(tmp_path, element + FULL)
    assert symbols(tune) == "C@0"
    assert told(tune, "'C' has no inversion 3; it is read in root position", "1")


def test_alternate_symbols_are_left_out_and_told() -> None:
    tune = case("02b")
    assert symbols(tune) == "C@0 F@4 G7@8 C@12"
    assert told(tune, "the alternate chord symbol 'Dm7' is left out; 'G7' is followed", "3")


def test_an_alternate_may_stand_first_or_later_in_the_bar(tmp_path: Path) -> None:
    def alternate(root: str) -> str:
        return harmony(root, "minor").replace("<harmony>", '<harmony type="alternate">')

    first = alternate("A") + harmony("C", "major") + FULL
    later = note("C", 5, 6) + alternate("E") + note("C", 5, 6)
    tune = sheet(tmp_path, first, later)
    assert symbols(tune) == "C@0"
    assert told(tune, "'Em' is left out; 'C' is followed", "2")


def test_of_stacked_chords_the_first_is_followed(tmp_path: Path) -> None:
    stacked = harmony("D", "major").replace("</harmony>", harmony("C", "major")[len("<harmony>") :])
    tune = sheet(tmp_path, stacked + FULL)
    assert symbols(tune) == "D@0"
    assert told(tune, "one chord symbol has 'D' and 'C' stacked; only the first is followed", "1")


# ---------------------------------------------------------------- turns within a bar


def test_a_key_signature_within_a_bar_holds_from_there() -> None:
    tune = case("06")
    assert in_key(tune) == [("1", "C major", 4), ("2", "C major", 2), ("2", "A major", 2), ("3", "A major", 4),
                            ("4", "A major", 4)]  # fmt: skip
    assert not tune.notices


def key_of(fifths: int) -> str:
    return f"<attributes><key><fifths>{fifths}</fifths><mode>major</mode></key></attributes>"


def test_a_key_signature_at_the_end_of_a_bar_is_that_of_the_next(tmp_path: Path) -> None:
    tune = sheet(tmp_path, FULL, FULL + key_of(2), FULL)
    assert [bar.key.fifths for bar in tune.score.bars] == [0, 0, 2]


def test_a_note_over_a_key_signature_is_tied(tmp_path: Path) -> None:
    lower = note("C", 4, 4) + key_of(1) + note("D", 4, 8)
    path = tmp_path / "duet.musicxml"
    path.write_text(score(("Upper", [sung("C", 5, 12, "la")]), ("Lower", [lower])))
    upper = read_score(path).parts[0]
    assert [(n.duration_quarter, n.tie_start, n.tie_stop, len(n.lyrics)) for n in upper.notes] == [
        (1, True, False, 1),
        (2, False, True, 0),
    ]


def test_the_first_bar_is_no_pickup_though_it_is_divided(tmp_path: Path) -> None:
    tune = sheet(tmp_path, note("C", 5, 8) + key_of(2) + note("D", 5, 4), FULL)
    assert [(bar.number, bar.implicit) for bar in tune.score.bars] == [("1", False), ("1", True), ("2", False)]


def test_two_turns_divide_a_bar_in_three(tmp_path: Path) -> None:
    tune = sheet(tmp_path, FULL, note("C", 5, 4) + key_of(1) + note("D", 5, 4) + key_of(2) + note("E", 5, 4))
    assert [(bar.number, bar.key.fifths) for bar in tune.score.bars] == [("1", 0), ("2", 0), ("2", 1), ("2", 2)]
    assert not tune.notices


def test_a_time_signature_within_a_bar_holds_from_there(tmp_path: Path) -> None:
    two = "<attributes><time><beats>2</beats><beat-type>4</beat-type></time></attributes>"
    tune = sheet(tmp_path, FULL, note("C", 5, 4) + two + note("D", 5, 8), note("C", 5, 8))
    assert [(str(bar.meter), bar.length_quarter) for bar in tune.score.bars] == [("3/4", 3), ("3/4", 1), ("2/4", 2),
                                                                                 ("2/4", 2)]  # fmt: skip


def test_findings_point_at_the_line_of_the_bar_that_was_divided() -> None:
    path = next(CASES.glob("06*"))
    read = read_score(path)
    lines = {index: number for (_, index), number in _lines(str(path), read).items()}
    text = path.read_text().splitlines()
    assert [f'number="{bar.number}"' in text[lines[bar.index] - 1] for bar in read.bars] == [True] * 5


def line(direction: str) -> str:
    return f'<barline location="middle"><repeat direction="{direction}"/></barline>'


def test_a_repeat_sign_within_a_bar_divides_it() -> None:
    tune = case("07")
    assert [(bar.number, bar.length_quarter, bar.repeat_end) for bar in tune.score.bars] == [
        ("0", 1, 0),
        ("1", 4, 0),
        ("2", 3, 2),
        ("2", 1, 0),
        ("3", 4, 0),
        ("4", 3, 0),
    ]
    assert not tune.notices


def test_a_repeat_may_open_and_close_within_one_bar(tmp_path: Path) -> None:
    middle = note("C", 5, 4) + line("forward") + note("D", 5, 4) + line("backward") + note("E", 5, 4)
    bars = sheet(tmp_path, FULL, middle, FULL).score.bars
    assert [(bar.repeat_start, bar.repeat_end) for bar in bars] == [(False, 0), (False, 0), (True, 2), (False, 0),
                                                                    (False, 0)]  # fmt: skip
    assert playing_order(bars) == [0, 1, 2, 2, 3, 4]


def test_a_repeat_at_the_very_edge_divides_nothing(tmp_path: Path) -> None:
    bars = sheet(tmp_path, line("forward") + FULL, FULL + line("backward"), FULL).score.bars
    assert [(bar.repeat_start, bar.repeat_end) for bar in bars] == [(True, 0), (False, 2), (False, 0)]


def test_another_line_within_a_bar_is_told(tmp_path: Path) -> None:
    dashed = '<barline location="middle"><bar-style>dashed</bar-style></barline>'
    tune = sheet(tmp_path, note("C", 5, 4) + dashed + note("D", 5, 8))
    assert len(tune.score.bars) == 1
    assert told(tune, "the bar line (dashed) within the bar is left out", "1")


def test_a_divided_bar_is_written_and_read_again(tmp_path: Path) -> None:
    tune = case("07")
    path = tmp_path / "again.musicxml"
    path.write_bytes(to_musicxml(tune.score))
    again = read_lead_sheet(path)
    assert pitches(again) == pitches(tune)
    assert [bar.repeat_end for bar in again.score.bars] == [bar.repeat_end for bar in tune.score.bars]


# ---------------------------------------------------------------- simile bars


def simile(kind: str, bars: int = 1) -> str:
    count = bars if kind == "start" else ""
    sign = f'<measure-repeat type="{kind}">{count}</measure-repeat>'
    return f"<attributes><measure-style>{sign}</measure-style></attributes>"


def test_a_simile_bar_has_the_notes_of_the_bar_before() -> None:
    tune = case("80a")
    assert pitches(tune) == "C5 E5 G4 E4 C5 E5 G4 E4 A4 C5 A4 F4 C5"
    assert told(tune, "the simile sign is read as the notes of bar 1 again", "2")


def test_a_simile_of_two_bars(tmp_path: Path) -> None:
    one, two = sung("C", 5, 12, "la"), harmony("G", "major") + note("D", 5, 12)
    tune = sheet(tmp_path, one, two, simile("start", 2) + REST, REST, simile("stop") + FULL)
    assert (pitches(tune), words(tune)) == ("C5 D5 C5 D5 C5", "la")
    assert symbols(tune) == "G@3 G@9"


def test_similes_in_a_row_all_mean_the_same_bar(tmp_path: Path) -> None:
    tune = sheet(tmp_path, note("E", 5, 12), simile("start") + REST, REST, REST)
    assert pitches(tune) == "E5 E5 E5 E5"


def test_a_simile_bar_may_be_empty(tmp_path: Path) -> None:
    tune = sheet(tmp_path, note("E", 5, 12), simile("start"), simile("stop") + FULL)
    assert (pitches(tune), tune.score.end_quarter) == ("E5 E5 C5", 9)


def test_a_simile_bar_that_has_its_notes_keeps_them(tmp_path: Path) -> None:
    tune = sheet(tmp_path, note("E", 5, 12), simile("start") + note("E", 5, 12), simile("stop") + REST)
    assert pitches(tune) == "E5 E5 -"
    assert not tune.notices


# ---------------------------------------------------------------- titles, endings, quarter tones


def test_a_title_may_stand_in_the_credits_only() -> None:
    tune = case("51a")
    assert (tune.score.title, tune.score.creators) == ("The Lantern Song", (("composer", "A. Nobody"),))


@pytest.mark.parametrize(
    ("credits", "title"),
    [
        (
            ('<credit page="1"><credit-words font-size="10" justify="center">a round</credit-words></credit>'
            '<credit page="1"><credit-words font-size="22" justify="center">Frère Jacques</credit-words></credit>'),
            "Frère Jacques",
        ),
        (
            ('<credit page="1"><credit-type>title</credit-type><credit-words>The</credit-words>'
            "<credit-words>Ash Grove</credit-words></credit>"),
            "The Ash Grove",
        ),
        ('<credit page="2"><credit-words justify="center">Page two</credit-words></credit>', ""),
        ('<credit page="1"><credit-words justify="right">A. Nobody</credit-words></credit>', ""),
        (("<work><work-title>Air</work-title></work><credit><credit-type>title</credit-type><credit-words>Other"
         "</credit-words></credit>"), "Air"),
    ],
)  # fmt: skip
def test_titles_of_other_programs(tmp_path: Path, credits: str, title: str) -> None:
    path = tmp_path / "song.musicxml"
    path.write_text(score(("Tune", [FULL])).replace("<part-list>", f"{credits}<part-list>"))
    assert read_lead_sheet(path).score.title == title


def test_no_voice_is_tied_from_the_first_ending_into_the_second() -> None:
    tune = case("09")
    arranged = arrange(tune, model=False).score
    first, second = arranged.bars[1], arranged.bars[2]
    for part in arranged.parts[1:]:
        ends = [n for n in part.notes if n.end_quarter == first.end_quarter and n.pitch]
        begins = [n for n in part.notes if n.onset_quarter == second.onset_quarter and n.pitch]
        assert ends
        assert begins
        assert not any(n.tie_start for n in ends)
        assert all(n.tie_stop for n in begins)  # the sheet ties the tune from before the endings into the second


def test_a_second_ending_without_a_tie_has_none(tmp_path: Path) -> None:
    def ending(number: int, kind: str, side: str) -> str:
        back = '<repeat direction="backward"/>' if (number, kind) == (1, "stop") else ""
        return f'<barline location="{side}"><ending number="{number}" type="{kind}"/>{back}</barline>'

    bars = [
        harmony("C", "major") + FULL,
        ending(1, "start", "left") + note("C", 5, 12) + ending(1, "stop", "right"),
        ending(2, "start", "left") + note("C", 5, 12) + ending(2, "stop", "right"),
    ]
    arranged = arrange(sheet(tmp_path, *bars), model=False, texture="sustained").score
    for part in arranged.parts:
        assert not any(n.tie_stop for n in part.notes if n.onset_quarter == arranged.bars[2].onset_quarter)


@pytest.mark.parametrize(("alter", "read"), [("0.5", "C5"), ("-0.5", "C5"), ("1.5", "C#5"), ("-1.5", "Cb5")])
def test_a_quarter_tone_is_read_as_the_half_step_towards_its_note(tmp_path: Path, alter: str, read: str) -> None:
    raised = FULL.replace("<step>C</step>", f"<step>C</step><alter>{alter}</alter>")
    tune = sheet(tmp_path, FULL, raised)
    assert pitches(tune) == f"C5 {read}"
    sign = "" if alter.startswith("-") else "+"
    assert told(tune, f"quarter tones are read as half steps (bar 2): C5 {sign}{alter} as {read}", "2")


def test_what_is_not_kept_is_told_with_its_bars(tmp_path: Path) -> None:
    cue = note("C", 5, 12).replace("<note>", "<note><cue/>")
    assert told(sheet(tmp_path, FULL, cue, cue), "not kept: cue note (2) in bars 2, 3")


# ---------------------------------------------------------------- endings that open repeats


def order(tmp_path: Path, *bars: str) -> list[int]:
    found: Score = sheet(tmp_path, *bars).score
    return playing_order(found.bars, found.directions)


START = '<barline location="left"><repeat direction="forward"/></barline>'
BACKWARD = '<barline location="right"><repeat direction="backward"/></barline>'
ONE = '<barline location="left"><ending number="1" type="start"/></barline>'
TWO = '<barline location="left"><ending number="2" type="start"/></barline>'
TWO_OPENS = '<barline location="left"><ending number="2" type="start"/><repeat direction="forward"/></barline>'
END_ONE = '<barline location="right"><ending number="1" type="stop"/><repeat direction="backward"/></barline>'
END_TWO = '<barline location="right"><ending number="2" type="stop"/></barline>'
END_TWO_BACK = '<barline location="right"><ending number="2" type="stop"/><repeat direction="backward"/></barline>'


@pytest.mark.parametrize(
    ("bars", "heard"),
    [
        ([START + FULL, ONE + FULL + END_ONE, TWO_OPENS + FULL + END_TWO, FULL + BACKWARD, FULL],
         [0, 1, 0, 2, 3, 2, 3, 4]),
        ([START + FULL, ONE + FULL + END_ONE, TWO_OPENS + FULL + END_TWO_BACK, FULL], [0, 1, 0, 2, 2, 3]),
        ([START + FULL, ONE + FULL + END_ONE, TWO_OPENS + FULL + END_TWO, ONE + FULL + END_ONE, TWO + FULL + END_TWO],
         [0, 1, 0, 2, 3, 2, 4]),
        ([START + FULL, ONE + FULL + END_ONE, TWO + FULL + END_TWO, START + FULL, ONE + FULL + END_ONE,
          TWO + FULL + END_TWO], [0, 1, 0, 2, 3, 4, 3, 5]),
    ],
    ids=["two bars repeated", "the ending itself", "endings of its own", "plain"],
)  # fmt: skip
def test_a_second_ending_may_open_a_repeat(tmp_path: Path, bars: list[str], heard: list[int]) -> None:
    assert order(tmp_path, *bars) == heard
