"""How a band plays: sections, grooves, bass first, walking, who has the tune, levels, introductions, MIDI."""

from __future__ import annotations

from fractions import Fraction

import pytest

from arranger import arrange
from arranger.arranging.ensembles import EnsembleError, load_ensemble, resolved
from arranger.arranging.figuration.bass import rooted
from arranger.arranging.figuration.completing import completed
from arranger.arranging.figuration.figuring import Player, Sounding
from arranger.arranging.figuration.touch import slurs_of
from arranger.arranging.figuration.walking import walked
from arranger.arranging.playing.choice import groove_for
from arranger.arranging.playing.introduction import with_introduction
from arranger.arranging.playing.level import level, signatures_for
from arranger.arranging.playing.scheme import scheme_of
from arranger.arranging.playing.sections import sections_of
from arranger.arranging.playing.turns import turns_of
from arranger.arranging.playing.voicing import on_strong_beats, under_lead
from theory.notation.score import LeadSheet
from theory.slices.symbols import spread_symbols

A = '"C" c2 e2 | "Am7" e2 c2 | "Dm7" d2 f2 | "G7" B4 |'
A2 = '"C" c2 e2 | "Am7" e2 c2 | "Dm7" d2 B2 | "C" c4 |'
B = '"F" a2 g2 | "C" g2 e2 | "D7" f2 e2 | "G7" d4 |'
SONG = f"{A}{A2}{A}{A2}{B}{B}{A}{A2.replace('c4 |', 'c4 |]')}"  # AABA, eight bars each


@pytest.fixture(scope="module")
def song(lead_sheet) -> LeadSheet:
    return lead_sheet(SONG)


def test_a_song_of_32_bars_has_four_sections(song: LeadSheet) -> None:
    found = sections_of(song.score)
    assert [(each.letter, each.start_bar, each.end_bar) for each in found] == [
        ("A", 0, 8),
        ("A", 8, 16),
        ("B", 16, 24),
        ("A", 24, 32),
    ]
    assert [each.place for each in found] == ["first", "again", "contrast", "last"]


def test_rehearsal_marks_and_double_bars_begin_sections(lead_sheet) -> None:
    sheet = lead_sheet(f"{A[:-1]}||{B}{A2.replace('c4 |', 'c4 |]')}")
    assert [each.start_bar for each in sections_of(sheet.score)] == [0, 4]


def test_sections_differ_in_their_patterns(song: LeadSheet) -> None:
    scheme = scheme_of(song.score, family="saxophones")
    names = [scheme.name_in(each) for each in scheme.sections]
    assert len(set(names)) == len(names) == 4


def test_a_first_bar_that_begins_with_rests_is_an_upbeat(lead_sheet) -> None:
    filled = lead_sheet(f"z2 c2 | {SONG}")
    assert [each.start_bar for each in sections_of(filled.score)] == [0, 9, 17, 25]


def test_a_symbol_just_after_a_strong_beat_belongs_to_that_beat(lead_sheet) -> None:
    sheet = lead_sheet('"C" c4 | c/ "F"a/ f f "G7"d | z/ "C"c3 z/ |]')
    moved = [(str(each.symbol), each.onset_quarter) for each in on_strong_beats(sheet.score)]
    assert moved == [("C", 0), ("F", 4), ("G7", 7), ("C", 8)]


def test_patterns_may_be_named_by_section(song: LeadSheet) -> None:
    scheme = scheme_of(song.score, "A: walking; B: pad")
    assert str(scheme) == "A: walking; A: walking; B: pad; A: walking"
    with pytest.raises(ValueError, match="there is no section 'C'"):
        scheme_of(song.score, "C: pad")
    with pytest.raises(ValueError, match="did you mean walking"):
        scheme_of(song.score, "A: walkin")


def test_a_lively_character_has_more_notes_and_a_calm_one_fewer(song: LeadSheet) -> None:
    counts = []
    for character in ("calm", "", "lively"):
        done = arrange(song, ensemble="sax-quartet", character=character, model=None, beam=2)
        counts.append(sum(bool(note.pitch) for part in done.score.parts[1:] for note in part.notes))
    assert counts[0] * 1.2 < counts[1]
    assert counts[1] * 1.1 < counts[2]


@pytest.mark.parametrize(
    ("meter", "music", "name"),
    [
        ("3/4", '"C" c3 | "G" d3 |]', "waltz"),
        ("6/8", '"C" c3 | "G" d3 |]', "jig"),
        ("2/4", '"C" c2 | "G" d2 |]', "folk"),
        ("4/4", '"Dm7" c4 | "G7" d4 | "Cmaj7" e4 |]', "swing"),
        ("5/4", '"C" c5 |]', "any"),
    ],
)
def test_meter_and_chords_choose_the_groove(lead_sheet, meter: str, music: str, name: str) -> None:
    assert groove_for(lead_sheet(music, meter=meter).score).name == name


@pytest.mark.parametrize(("words", "name"), [("Slowly", "ballad"), ("Bossa Nova", "bossa"), ("Tango", "tango")])
def test_words_choose_the_groove(lead_sheet, words: str, name: str) -> None:
    assert groove_for(lead_sheet(f'"^{words}""C7" c4 | "F7" c4 |]').score).name == name


def line(*notes: tuple[float, float, int], tone: str = "own") -> list[Sounding]:
    """Return a line of (start, end, MIDI number)."""
    return [Sounding(Fraction(start), Fraction(end), midi, 0, tone=tone, own=midi) for start, end, midi in notes]


def test_the_bass_has_the_root_where_a_chord_begins(lead_sheet) -> None:
    chords = spread_symbols(lead_sheet('"C" c2 "G7" d2 | "C/E" c4 |]').score)
    found = rooted(line((0, 4, 48), (4, 8, 48)), chords, Player("bass", 40, 60), [line((0, 8, 62))])
    assert [(note.start_quarter, note.midi) for note in found] == [(0, 48), (2, 43), (4, 52)]


def test_a_walking_bass_leads_by_step_into_the_next_root(lead_sheet) -> None:
    sheet = lead_sheet('"C" c4 | "F" c4 |]')
    strokes = line(*((beat, beat + 1, 48) for beat in range(4)), tone="walk") + line((4, 8, 53))
    found = walked(strokes, spread_symbols(sheet.score), sheet.score, Player("bass", 40, 60))
    heights = [note.midi for note in found]
    assert heights[0] == 48
    assert heights[-1] == 53
    assert 1 <= abs(heights[3] - 53) <= 2
    assert len(set(heights)) == 5


def test_no_figure_leaves_the_third_for_most_of_a_chord(lead_sheet) -> None:
    chords = spread_symbols(lead_sheet('"C" c4 |]').score)
    third = Sounding(Fraction(0), Fraction(1), 64, 0, own=64)
    left = [Sounding(Fraction(beat), Fraction(beat + 1), 67, 0, tone="+1", own=64) for beat in (1, 2, 3)]
    found = completed([[third, *left], line((0, 4, 72))], chords, Fraction(4), inner=[0])
    assert [note.midi for note in found[0]] == [64, 64, 64, 64]


def test_a_slur_ends_at_a_rest_and_before_a_repeated_note() -> None:
    notes = [
        Sounding(Fraction(beat), Fraction(beat + 1), midi, touch="slurred")
        for beat, midi in enumerate((60, 62, 62, 64, -1))
    ]
    assert slurs_of(notes) == [(True, False), (False, True), (True, False), (False, True), (False, False)]


def test_a_major_seventh_becomes_a_sixth_under_a_long_root(lead_sheet) -> None:
    sheet = lead_sheet('"Cmaj7" c4 | "Cmaj7" e3 c | "Fmaj7/A" f3 e |]')
    assert [str(each.symbol) for each in under_lead(sheet.score)] == ["C6", "Cmaj7", "F6/A"]


def test_the_tune_is_handed_around_and_kept(song: LeadSheet) -> None:
    done = arrange(song, ensemble="string-quartet", melody="around", model=None, beam=2)
    assert [turn.voice for turn in done.plan.turns] == [0, 1, 2, 0]
    tune = song.score.parts[0].notes
    for turn in done.plan.turns:
        played = [note for note in done.score.parts[turn.voice].notes if note.onset_quarter in turn]
        wanted = [note for note in tune if note.onset_quarter in turn]
        shift = played[0].pitch.midi - wanted[0].pitch.midi
        assert shift % 12 == 0
        assert [(n.onset_quarter, n.duration_quarter, n.pitch.midi) for n in played] == [
            (n.onset_quarter, n.duration_quarter, n.pitch.midi + shift) for n in wanted
        ]


def test_somebody_plays_the_bass_while_the_cello_has_the_tune(song: LeadSheet) -> None:
    done = arrange(song, ensemble="string-quartet", melody="B: Violoncello", model=None, beam=2)
    start = done.plan.turns[2].start_quarter
    viola = next(note for note in done.score.parts[2].notes if note.onset_quarter == start)
    assert str(viola.pitch)[0] == "F"


def test_sections_and_parts_that_do_not_exist_are_named(song: LeadSheet) -> None:
    quartet = load_ensemble("string-quartet")
    with pytest.raises(ValueError, match="no part 'Flute'"):
        turns_of(song.score, quartet, "B: Flute", 0)
    with pytest.raises(ValueError, match="no section 'X'"):
        turns_of(song.score, quartet, "X: Viola", 0)


def test_the_introduction_closes_on_the_dominant(song: LeadSheet) -> None:
    found = with_introduction(song).score
    assert len(found.bars) == len(song.score.bars) + 4
    assert [str(each.symbol) for each in found.chords][:4] == ["C", "Am7", "Dm7", "G7"]
    first = [str(note.pitch) for note in found.parts[0].notes if note.onset_quarter < 12]
    assert first == ["C5", "E5", "E5", "C5", "D5", "B4"]
    sections = sections_of(found)
    assert [each.letter for each in sections] == ["intro", "A", "A", "B", "A"]
    assert sections[1].place == "first"


def test_the_upbeat_of_the_tune_fits_into_the_introduction(lead_sheet) -> None:
    bars = with_introduction(lead_sheet(f'"C" G | {A}{A2}{A}{A2[:-1]}|]')).score.bars
    assert [bar.length_quarter for bar in bars[:6]] == [4, 4, 4, 3, 1, 4]


def test_beginners_stay_near_their_tessitura(song: LeadSheet) -> None:
    done = arrange(song, ensemble="clarinet-quartet", level="beginner", model=None, beam=2)
    for part, player in zip(done.score.parts[1:], load_ensemble("clarinet-quartet").parts[1:], strict=True):
        heights = [note.pitch.midi for note in part.notes if note.pitch]
        assert min(heights) >= player.instrument.tessitura.low.midi - 2
        assert max(heights) <= player.instrument.tessitura.high.midi + 2


def test_strings_like_sharps_and_saxophones_flats() -> None:
    strings, saxophones = (
        signatures_for([part.instrument for part in load_ensemble(name).parts], level("school"))
        for name in ("string-quartet", "sax-quartet")
    )
    assert strings.beyond(4) == 0 < strings.beyond(-4)
    assert saxophones.beyond(-4) == 0 < saxophones.beyond(4)


def test_the_accompaniment_is_softer_than_the_tune_and_the_end_is_loud(song: LeadSheet) -> None:
    done = arrange(song, ensemble="brass-quartet", model=None, beam=2)
    marks = [(each.part, each.text) for each in done.score.directions if each.kind == "dynamic"]
    assert marks[0] == ("Trumpet 1 in Bb", "mf")
    assert ("Trombone", "mp") in marks
    assert [text for part, text in marks if part == "Trumpet 1 in Bb"][-1] == "f"


MY_BAND = """title = "Kitchen band"

[instruments.big-whistle]
like = "flute"
title = "Big Whistle"
comfortable = ["D4", "B5"]

[[parts]]
name = "Whistle"
instrument = "big-whistle"
role = "melody"

[[parts]]
name = "Fiddle"
instrument = "violin"
role = "inner"

[[parts]]
name = "Cello"
instrument = "cello"
role = "bass"

[[parts]]
name = "Bass"
instrument = "double-bass"
doubles = "Cello"
"""


def test_an_ensemble_of_ones_own_is_a_file(tmp_path, song: LeadSheet) -> None:
    path = tmp_path / "kitchen.toml"
    path.write_text(MY_BAND, encoding="utf-8")
    done = arrange(song, ensemble=str(path), beam=2)
    assert [part.name for part in done.score.parts] == ["Whistle", "Fiddle", "Cello", "Bass"]
    cello, bass = done.score.parts[2], done.score.parts[3]
    gaps = {one.pitch.midi - other.pitch.midi for one, other in zip(cello.notes, bass.notes, strict=True) if one.pitch}
    assert gaps <= {0, 12, 24}


def test_it_is_found_beside_the_sheet_and_in_the_configuration(tmp_path, monkeypatch) -> None:
    (tmp_path / "arranger" / "ensembles").mkdir(parents=True)
    (tmp_path / "kitchen.toml").write_text(MY_BAND, encoding="utf-8")
    (tmp_path / "arranger" / "ensembles" / "barn.toml").write_text(MY_BAND, encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert load_ensemble(resolved("kitchen", str(tmp_path / "song.abc"))).title == "Kitchen band"
    assert load_ensemble("barn").title == "Kitchen band"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('"violin"', '"violn"'), "line 15: there is no instrument 'violn'; did you mean violin"),
        (('role = "inner"', 'role = "middle"'), "line 16: the role must be one of melody, inner, bass"),
        (('like = "flute"', 'like = "flut"'), "line 4: there is no instrument 'flut'; did you mean flute"),
        (('doubles = "Cello"', 'doubles = "Celo"'), "line 26: there is no part 'Celo' to double; did you mean Cello"),
        (('title = "Kitchen', "title = Kitchen"), "line 1: this is not TOML"),
        (('name = "Fiddle"', 'nme = "Fiddle"'), "line 14: a part has no 'nme'; did you mean name"),
        (('comfortable = ["D4", "B5"]', 'comfortable = ["B5", "D4"]'), "line 3: the range B5 to D4 is reversed"),
    ],
)
def test_errors_name_the_line(tmp_path, change: tuple[str, str], message: str) -> None:
    path = tmp_path / "kitchen.toml"
    path.write_text(MY_BAND.replace(*change), encoding="utf-8")
    with pytest.raises(EnsembleError, match=message):
        load_ensemble(str(path))
