"""From the chosen texture to notated voices: the tune, words, breaths, rests, ties and marks."""

from __future__ import annotations

from fractions import Fraction

import pytest

from arranger import arrange
from arranger.arranging.main import Arrangement
from theory.notation.score import LeadSheet, Part

WORDS = '"G" G2 | "G" B/A/ A "D7" A2 | "G" B3 |]\nw: A-maz-_ing grace, sound.'
HYMN = '"C" c c d d | "G7" d2 B2 | "C" c2 e2 | "C" c4 |]\nw: Sing we now of that day, come to me.'
QUICK = (
    '"C" c/c/c/c/ "F" A/A/A/A/ | "G7" G4 | "C" E2 "G" D2 | "C" C4 |]\n'
    "w: now we run so ve-ry fast home and we rest here."
)


def done(sheet: LeadSheet, style: str = "hymn", **choices: object) -> Arrangement:
    return arrange(sheet, style=style, **{"key": "keep", "model": None, "beam": 4, **choices})


def part(arrangement: Arrangement, name: str) -> Part:
    return next(each for each in arrangement.score.parts if each.name == name)


def words(part: Part) -> list[tuple[str, Fraction]]:
    return [(note.lyrics[0].text, note.onset_quarter) for note in part.notes if note.lyrics]


def kept(part: Part) -> list[tuple[object, ...]]:
    """Return the properties of a given line that must not change."""
    return [
        (
            note.pitch and (note.pitch.step, note.pitch.alter, note.pitch.midi % 12),
            note.onset_quarter,
            note.duration_quarter,
            note.tie_start,
            note.tie_stop,
            note.lyrics,
            note.grace,
            note.fermata,
        )
        for note in part.notes
    ]


def rests(part: Part) -> list[tuple[Fraction, Fraction]]:
    return [(note.onset_quarter, note.end_quarter) for note in part.notes if note.pitch is None]


# ---------------------------------------------------------------- the given line


@pytest.mark.parametrize("voice", ["Soprano", "Alto", "Tenor", "Bass"])
def test_the_given_line_is_untouched_in_every_voice(lead_sheet, voice: str) -> None:
    music = '"C" G2 {d}c2- | c "F" A/ ^G/ "Dm" A (3d/c/B/ | "G7" !fermata!B2 z2 | "C" c4 |]'
    sheet = lead_sheet(music + "\nw: one two_ three _ four")
    arrangement = done(sheet, melody=voice.lower())
    line = part(arrangement, voice)
    assert kept(line) == kept(sheet.melody)
    shifts = {
        ours.pitch.midi - theirs.pitch.midi
        for ours, theirs in zip(line.notes, sheet.melody.notes, strict=True)
        if ours.pitch and theirs.pitch
    }
    assert len(shifts) == 1
    assert shifts.pop() % 12 == 0
    assert arrangement.plan.given == ["Soprano", "Alto", "Tenor", "Bass"].index(voice)


def test_the_first_violin_has_the_tune(lead_sheet) -> None:
    sheet = lead_sheet(HYMN)
    arrangement = done(sheet, "song", ensemble="string-quartet")
    assert kept(part(arrangement, "Violin I")) == kept(sheet.melody)


def test_bars_chords_and_repeats_are_those_of_the_sheet(lead_sheet) -> None:
    sheet = lead_sheet('G | "C" c3 |: "F" A3 |1 "G7" B3 :|2 "C" c2 |]', meter="3/4")
    score = done(sheet).score
    assert score.bars == sheet.score.bars
    assert score.chords == sheet.score.chords


# ---------------------------------------------------------------- words


def test_every_voice_has_the_words_of_a_hymn(lead_sheet) -> None:
    arrangement = done(lead_sheet(HYMN))
    sung = words(part(arrangement, "Soprano"))
    assert [text for text, _ in sung] == ["Sing", "we", "now", "of", "that", "day,", "come", "to", "me."]
    for name in ("Alto", "Tenor", "Bass"):
        assert words(part(arrangement, name)) == sung


def test_lower_voices_carry_a_syllable_through_the_melisma(lead_sheet) -> None:
    arrangement = done(lead_sheet(WORDS))
    for name in ("Alto", "Tenor", "Bass"):
        line = part(arrangement, name)
        assert [text for text, _ in words(line)] == ["A", "maz", "ing", "grace,", "sound."]
        assert [note.lyrics[0].syllabic for note in line.notes if note.lyrics][:3] == ["begin", "middle", "end"]


def test_a_syllable_with_several_notes_has_an_extender(lead_sheet) -> None:
    for part_ in done(lead_sheet(HYMN)).score.parts[1:]:
        for note, following in zip(part_.notes, part_.notes[1:], strict=False):
            moves_on = following.pitch is not None and not following.lyrics
            if note.lyrics and note.lyrics[0].syllabic in ("single", "end"):
                assert note.lyrics[0].extend is moves_on


def test_lower_voices_sing_oo_under_quick_words(lead_sheet) -> None:
    arrangement = done(lead_sheet(QUICK), "song")
    for name in ("Alto", "Tenor", "Bass"):
        assert words(part(arrangement, name)) == [("oo", 0)]
        assert part(arrangement, name).notes[0].lyrics[0].extend


def test_a_new_phrase_is_a_new_oo(lead_sheet) -> None:
    quick = '"C" c/c/c/c/ "F" A/A/A/A/ | "G7" !fermata!G4 | "C" c/c/c/c/ "F" A/A/A/A/ | "C" G4 |]'
    text = "\nw: now we run so ve-ry fast and home now we run so ve-ry fast and home"
    for name in ("Alto", "Tenor", "Bass"):
        assert words(part(done(lead_sheet(quick + text), "song"), name)) == [("oo", 0), ("oo", 8)]


def test_sustained_voices_sing_oo_and_never_scraps_of_the_words(lead_sheet) -> None:
    arrangement = done(lead_sheet(HYMN), "sustained")
    for name in ("Alto", "Tenor", "Bass"):
        assert {text for text, _ in words(part(arrangement, name))} == {"oo"}


def test_all_verses_lie_under_every_voice(lead_sheet) -> None:
    arrangement = done(lead_sheet('"C" c2 d2 | "C" c4 |]\nw: first verse here\nw: se-cond too'))
    for line in arrangement.score.parts:
        assert [lyric.verse for lyric in line.notes[0].lyrics] == ["1", "2"]


def test_instruments_have_no_words(lead_sheet) -> None:
    arrangement = done(lead_sheet(HYMN), "song", ensemble="string-quartet")
    assert not any(words(line) for line in arrangement.score.parts[1:])


def test_a_tune_without_words_gives_none_to_the_others(lead_sheet) -> None:
    arrangement = done(lead_sheet('"C" c2 d2 | "C" c4 |]'), "song")
    assert not any(words(line) for line in arrangement.score.parts)


# ---------------------------------------------------------------- breaths and rests


def test_all_breathe_where_a_phrase_ends_without_a_rest(lead_sheet) -> None:
    arrangement = done(lead_sheet('"C" c2 e2 | "G7" d4 | "C" c2 e2 | "C" c4 |]\nw: Come to me, come to stay.'))
    for line in arrangement.score.parts[1:]:
        breaths = [note.end_quarter for note in line.notes if "breath-mark" in note.articulations]
        assert breaths == [8]


def test_a_rest_or_a_fermata_needs_no_breath_mark(lead_sheet) -> None:
    for music in ('"C" c2 d z | "G7" d2 B2 | "C" c4 |]', '"C" c2 !fermata!d2 | "G7" d2 B2 | "C" c4 |]'):
        for line in done(lead_sheet(music)).score.parts:
            assert not any("breath-mark" in note.articulations for note in line.notes)


def test_a_fermata_is_held_by_all(lead_sheet) -> None:
    arrangement = done(lead_sheet('"C" c2 d2 | "G7" !fermata!d4 | "C" c4 |]'))
    for line in arrangement.score.parts:
        assert [note.end_quarter for note in line.notes if note.fermata] == [8]


def test_of_tied_notes_the_last_one_has_the_fermata(lead_sheet) -> None:
    arrangement = done(lead_sheet('"C" c4- | !fermata!c4 | "C" e4 |]'), "sustained")
    for line in arrangement.score.parts[1:]:
        assert [note.onset_quarter for note in line.notes if note.fermata] == [4]


def test_a_fermata_stands_on_the_last_chord_under_its_note(lead_sheet) -> None:
    arrangement = done(lead_sheet('"C" c2 e2 | "F""C" !fermata!c4 | "C" e4 |]'))
    for line in arrangement.score.parts[2:]:
        assert 6 in [note.end_quarter for note in line.notes]
        assert [note.end_quarter for note in line.notes if note.fermata] == [8]


def test_under_a_fermata_the_tunes_breath_is_its_own(lead_sheet) -> None:
    arrangement = done(lead_sheet('"C" c2 !fermata!!breath!d2 | "G7" d2 B2 | "C" c4 |]'))
    assert "breath-mark" in arrangement.score.parts[0].notes[1].articulations
    for line in arrangement.score.parts[1:]:
        assert [note.articulations for note in line.notes if note.fermata] == [()]


def test_a_short_rest_is_written_in_every_voice(lead_sheet) -> None:
    arrangement = done(lead_sheet('"C" c2 d z | "G7" d2 B2 | "C" c2 z2 |]'))
    for line in arrangement.score.parts:
        assert rests(line) == [(3, 4), (10, 12)]


def test_the_lower_voices_rest_without_a_chord(lead_sheet) -> None:
    arrangement = done(lead_sheet('"C" c4 | "N.C." d2 e2 | "C" c4 |]'))
    assert [rests(line) for line in arrangement.score.parts[1:]] == [[(4, 8)]] * 3
    assert rests(arrangement.score.parts[0]) == []


# ---------------------------------------------------------------- notes and bars


def test_a_chord_held_over_the_bar_line_is_tied(lead_sheet) -> None:
    """Over two bars of one chord in sustained texture each lower voice has one note, written as two tied ones."""
    arrangement = done(lead_sheet('"C" c2 e2 | g2 e2 | "C" c4 |]'), "sustained")
    for line in arrangement.score.parts[1:]:
        first, second = line.notes[:2]
        assert (first.tie_start, first.tie_stop, second.tie_stop) == (True, False, True)
        assert first.pitch == second.pitch
        assert (first.duration_quarter, second.duration_quarter) == (4, 4)


@pytest.mark.parametrize("style", ["hymn", "song", "chorale", "sustained"])
def test_every_voice_fills_every_bar_and_no_note_crosses_a_bar_line(lead_sheet, style: str) -> None:
    sheet = lead_sheet('G | "C" c2 "F" A | z3 | "G7""C" B3- | B2 z | "C" c2 |]', meter="3/4")
    score = done(sheet, style).score
    for line in score.parts[1:]:
        ends = [Fraction(0), *(note.end_quarter for note in line.notes)]
        assert [note.onset_quarter for note in line.notes] == ends[:-1]
        assert ends[-1] == score.end_quarter
        for note in line.notes:
            assert note.end_quarter <= score.bar_at(note.onset_quarter).end_quarter


def test_symbols_on_one_note_are_both_heard(lead_sheet) -> None:
    arrangement = done(lead_sheet('"Am7""D7" d4 | "G" d4 |]', key="G"), "song")
    bass = [(str(note.pitch)[0], note.onset_quarter) for note in part(arrangement, "Bass").notes]
    assert {("A", 0), ("D", 2), ("G", 4)} <= set(bass)


def test_notes_are_spelled_by_their_chord(lead_sheet) -> None:
    arrangement = done(lead_sheet('"Am" A2 "E7" B2 | "Am" c4 |]', key="Am"))
    spelled = {
        str(note.pitch)[:-1]
        for line in arrangement.score.parts[1:]
        for note in line.notes
        if note.pitch and note.pitch.midi % 12 == 8
    }
    assert spelled == {"G#"}


@pytest.mark.parametrize(
    ("music", "spelled"),
    [
        pytest.param('"Gbm7b5" A4 | "Em" G4 |]', {"F#", "A", "C", "E"}, id="a root the key writes otherwise"),
        pytest.param('"B7#5" A4 | "Em" G4 |]', {"B", "D#", "G", "A"}, id="a double sharp"),
    ],
)
def test_singers_read_no_double_accidentals_that_the_key_does_not_know(lead_sheet, music: str, spelled) -> None:
    arrangement = done(lead_sheet(music, key="G"), "sustained")
    first = {str(line.notes[0].pitch)[:-1] for line in arrangement.score.parts}
    assert first <= spelled


def test_a_leading_tone_that_needs_its_double_sharp_keeps_it(lead_sheet) -> None:
    arrangement = done(lead_sheet('"D#7" ^A4 | "G#m" ^G4 |]', key="G#m"), "sustained")
    assert "F##" in {str(line.notes[0].pitch)[:-1] for line in arrangement.score.parts}


def test_nobody_breathes_where_the_tune_does_not(lead_sheet) -> None:
    """Of five commas in three bars, the one after a held note and one halfway to it are breaths in all four voices."""
    words = "w: one, two, three, four, five, six on and on"
    music = f'"C" c2 e2 | "G7" d2 B2 | "C" c4 | "F" A2 c2 | "G7" B4 | "C" c4 |]\n{words}'
    for line in done(lead_sheet(music), "song").score.parts:
        assert [note.end_quarter for note in line.notes if "breath-mark" in note.articulations] == [6, 12]


def test_tempo_and_dynamic_are_added_only_where_there_are_none(lead_sheet) -> None:
    plain = done(lead_sheet('"C" c4 |]')).score.directions
    assert [(each.kind, each.onset_quarter) for each in plain] == [("tempo", 0), ("dynamic", 0)]
    tempo, _ = done(lead_sheet('"C" c3 |]', meter="6/8")).score.directions
    assert (tempo.value, tempo.beat_unit, tempo.beat_dots) == ("138.0", "quarter", 1)  # 92 dotted quarters
    marked = done(lead_sheet('[Q:1/4=60] "C" !p!c4 |]')).score.directions
    assert [(each.kind, each.text or each.value) for each in marked] == [("tempo", "60"), ("dynamic", "p")]


def test_the_symbols_of_a_sheet_without_any_are_written(lead_sheet) -> None:
    arrangement = done(lead_sheet("c2 e2 | d2 B2 | c4 |]"))
    assert arrangement.score.chords == arrangement.plan.score.chords
    assert arrangement.score.chords[0].onset_quarter == 0


@pytest.mark.parametrize("style", ["song", "hymn"])
def test_nobody_sings_the_third_against_a_closing_fourth(lead_sheet, style: str) -> None:
    """The tune stays on D over A7, so a C sharp, which has been heard already, would be a harsh dissonance."""
    sheet = lead_sheet('"Dm" D2 F2 | "A7" F2 E2 | D4 | z2 "Dm" d2 |]', key="Dm")
    arrangement = done(sheet, style)
    resting = arrangement.plan.texture.bar == 2
    sounding = arrangement.hypothesis.midi[resting]
    assert (sounding[:, 0] == 62).any()
    assert not (sounding % 12 == 1).any()


def test_a_second_verse_ends_where_the_others_begin_to_hum(lead_sheet) -> None:
    music = '"C" c4 | "C" c/ c/ c/ c/ c/ c/ c/ c/ | "C" c4 |]'
    words = "w: long, and quick and quick and quick and quick, end\nw: two,_"
    sheet = lead_sheet(f"{music}\n{words}")
    assert [lyric.extend for lyric in sheet.melody.notes[0].lyrics] == [False, True]
    for voice in done(sheet, "song").score.parts[1:]:
        drawn = {(lyric.verse, lyric.text) for note in voice.notes for lyric in note.lyrics if lyric.extend}
        assert drawn <= {("1", "oo")}
