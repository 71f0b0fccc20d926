"""What real MIDI holds: short runs, keys pressed before their release, words of many kinds; and words written."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import mido
import pytest

from arranger.formats.reading import read_lead_sheet
from arranger.formats.writing.midi import to_midi
from tests.test_musicxml_kinds import case, told, words
from tests.test_reading import note, pitches, sheet
from theory.notation.score import LeadSheet, Lyric

QUARTER = 480


def song(tmp_path: Path, *tracks: list[mido.Message], kind: int = 1, charset: str = "utf-8") -> LeadSheet:
    """Write tracks of messages, whose times are ticks from the beginning, in 4/4 and C major, and read them."""
    file = mido.MidiFile(type=kind, ticks_per_beat=QUARTER, charset=charset)
    head = [mido.MetaMessage("time_signature"), mido.MetaMessage("key_signature", key="C")]
    for index, messages in enumerate(tracks):
        track = file.add_track()
        now = 0
        for message in [*(head if not index else ()), *messages]:
            track.append(message.copy(time=message.time - now))
            now = message.time
    path = tmp_path / "song.mid"
    file.save(path)
    return read_lead_sheet(path)


def on(tick: int, midi: int, channel: int = 0) -> mido.Message:
    return mido.Message("note_on", note=midi, velocity=80, time=tick, channel=channel)


def off(tick: int, midi: int, channel: int = 0) -> mido.Message:
    return mido.Message("note_off", note=midi, velocity=0, time=tick, channel=channel)


def tune(lengths: list[int], channel: int = 0) -> list[mido.Message]:
    """Return a rising scale of notes with these lengths in ticks."""
    found, now = [], 0
    for index, length in enumerate(lengths):
        found += [on(now, 60 + index, channel), off(now + length - 2, 60 + index, channel)]
        now += length
    return found


def texts(kind: str, *items: tuple[int, str]) -> list[mido.MetaMessage]:
    return [mido.MetaMessage(kind, text=text, time=tick) for tick, text in items]


def merged(*groups: list[mido.Message]) -> list[mido.Message]:
    """Return one track of several lists; words stand before the note at the same time."""
    return sorted((message for group in groups for message in group), key=lambda m: (m.time, m.type != "note_off"))


def on_quarters(*syllables: str) -> list[tuple[int, str]]:
    return [(QUARTER * index, text) for index, text in enumerate(syllables)]


def lengths(read: LeadSheet) -> list[Fraction]:
    return [n.duration_quarter for n in read.melody.notes if n.pitch]


# ---------------------------------------------------------------- notes


def test_a_run_of_32nds_keeps_its_notes() -> None:
    read = case("40a")
    assert pitches(read) == "C4 D4 E4 F4 G4 A4 B4 C5 B4 A4 G4 F4 E4 D4 C4"
    assert lengths(read)[4:12] == [Fraction(1, 8)] * 8
    assert not read.notices


@pytest.mark.parametrize(
    ("ticks", "each"),
    [
        ([80] * 6, Fraction(1, 6)),
        ([96] * 5, Fraction(1, 5)),
        ([60] * 8, Fraction(1, 8)),
        ([40] * 12, Fraction(1, 12)),
        ([30] * 16, Fraction(1, 16)),
    ],
)
def test_short_runs_of_other_kinds(tmp_path: Path, ticks: list[int], each: Fraction) -> None:
    read = song(tmp_path, tune([QUARTER, *ticks, QUARTER]))
    assert lengths(read) == [1, *[each] * len(ticks), 1]


def test_two_32nds_before_the_beat_stay_before_it(tmp_path: Path) -> None:
    read = song(tmp_path, tune([360, 60, 60, QUARTER]))
    assert lengths(read) == [Fraction(3, 4), Fraction(1, 8), Fraction(1, 8), 1]


def test_a_run_that_is_played_unevenly_keeps_its_notes(tmp_path: Path) -> None:
    read = song(tmp_path, tune([64, 55, 62, 57, 60, 66, 54, 62, QUARTER]))
    assert lengths(read) == [Fraction(1, 8)] * 8 + [1]


def test_the_keys_of_a_chord_need_not_go_down_together(tmp_path: Path) -> None:
    read = song(tmp_path, [on(0, 60), on(8, 64), on(15, 67), off(470, 60), off(470, 64), off(470, 67)])
    assert pitches(read) == "G4 -"
    assert told(read, "2 notes are left out (bar 1)")


def test_a_key_pressed_before_its_release_is_two_notes() -> None:
    read = case("47a")
    assert (pitches(read), lengths(read)) == ("C4 D4 D4 C4", [1, 1, 1, 1])


def test_presses_with_one_release_are_two_notes(tmp_path: Path) -> None:
    read = song(tmp_path, [on(0, 60), on(480, 60), off(960, 60), on(960, 62), off(1440, 62)])
    assert (pitches(read), lengths(read)) == ("C4 C4 D4 -", [1, 1, 1])


def test_keys_held_into_the_next_note_end_there(tmp_path: Path) -> None:
    read = song(tmp_path, [on(0, 60), on(480, 62), off(600, 60), on(960, 64), off(1000, 62), off(1440, 64)])
    assert (pitches(read), lengths(read)) == ("C4 D4 E4 -", [1, 1, 1])


def test_a_key_that_is_never_released_is_kept_and_told(tmp_path: Path) -> None:
    read = song(tmp_path, [on(0, 60), on(480, 62), off(960, 62)])
    assert pitches(read) == "C4 D4 -"
    assert told(read, "1 keys are never released (bar 1)")


def test_notes_without_length_are_told(tmp_path: Path) -> None:
    read = song(tmp_path, [*tune([480, 480]), on(960, 70), off(960, 70)])
    assert told(read, "1 notes without length are left out (bar 1)")


# ---------------------------------------------------------------- words


@pytest.mark.parametrize("name", ["41a", "41c", "41d"])
def test_words_are_read_and_joined(name: str) -> None:
    assert words(case(name)) == "Shi-ning star a-bove the si-lent"


def test_karaoke_lines_give_the_title() -> None:
    assert case("41a").score.title == "Probe song"


def test_words_in_utf_8() -> None:
    read = case("42a")
    assert words(read) == "Früh ling läßt sein blau-es Band —"
    assert read.melody.name == "Gesang für Chor"
    assert not told(read, "UTF-8")


@pytest.mark.parametrize("charset", ["latin-1", "cp1252"])
def test_words_in_latin_1_are_told(tmp_path: Path, charset: str) -> None:
    syllables = on_quarters("Früh-", "ling", "läßt")
    read = song(tmp_path, merged(texts("lyrics", *syllables), tune([480] * 3)), charset=charset)
    assert words(read) == "Früh-ling läßt"
    assert told(read, "the words are not in UTF-8; they are read as Latin-1, such as 'Früh-'")


@pytest.mark.parametrize(
    ("events", "read"),
    [
        (["Shi-", "ning", "star"], "Shi-ning star"),
        (["Shi", "-ning", "star"], "Shi-ning star"),
        (["Shi", "ning", " star"], "Shi-ning star"),
        (["Shi", "ning\r", "star"], "Shi ning star"),
        (["Shi", "ning ", "star\n"], "Shi-ning star"),
        (["\\Shi", "ning", "/star"], "Shi ning star"),
        (["Hal-", "le-", "lu "], "Hal-le-lu"),
        (["and/or ", "be ", "gone "], "and/or be gone"),
        (["one ", "", "two "], "one two"),
        (["A", "-", "men"], "A-men"),
        (["{@LATIN}one ", "two ", "three "], "one two three"),
    ],
)
def test_joins_of_syllables(tmp_path: Path, events: list[str], read: str) -> None:
    lyrics = texts("lyrics", *on_quarters(*events))
    assert words(song(tmp_path, merged(lyrics, tune([480] * 3)))) == read


def test_words_go_to_the_track_they_are_sung_to(tmp_path: Path) -> None:
    high = [message.copy(note=message.note + 24) for message in tune([960, 960], channel=1)]
    lyrics = texts("lyrics", *on_quarters("one ", "two ", "three ", "four "))
    read = song(tmp_path, [], high, tune([480] * 4), lyrics)
    assert (pitches(read), words(read)) == ("C4 Db4 D4 Eb4", "one two three four")
    assert told(read, "it has words")


def test_words_of_one_track_with_several_channels_go_to_one(tmp_path: Path) -> None:
    low = tune([480] * 4)
    high = [message.copy(note=message.note + 24) for message in tune([1920], channel=1)]
    lyrics = texts("lyrics", *on_quarters("one ", "two ", "three ", "four "))
    read = song(tmp_path, merged(lyrics, low, high), kind=0)
    assert (pitches(read), words(read)) == ("C4 Db4 D4 Eb4", "one two three four")


def test_words_a_little_early_or_late_are_kept(tmp_path: Path) -> None:
    lyrics = texts("lyrics", (0, "one "), (460, "two "), (975, "three "))
    assert words(song(tmp_path, tune([480] * 3), lyrics)) == "one two three"


def test_two_syllables_at_one_note_are_both_kept(tmp_path: Path) -> None:
    lyrics = texts("lyrics", (0, "one "), (480, "two "), (490, "and "), (960, "three "))
    assert words(song(tmp_path, tune([480] * 3), lyrics)) == "one two and three"


def test_syllables_where_nothing_sounds_are_told(tmp_path: Path) -> None:
    lyrics = texts("lyrics", (0, "one "), (480, "two "), (3000, "la "))
    read = song(tmp_path, tune([480, 480]), lyrics)
    assert words(read) == "one two"
    assert told(read, "1 syllables fall on no note and are left out: 'la'")


def test_texts_that_are_no_karaoke_are_no_words(tmp_path: Path) -> None:
    read = song(tmp_path, tune([480] * 3), texts("text", *on_quarters("made by", "a", "program")))
    assert words(read) == ""


def test_many_texts_at_the_notes_are_words_without_karaoke_marks(tmp_path: Path) -> None:
    syllables = ("All ", "the ", "birds ", "sing ", "so ", "sweet ", "this ", "day ")
    read = song(tmp_path, tune([480] * 8), texts("text", *on_quarters(*syllables)))
    assert words(read) == "All the birds sing so sweet this day"


# ---------------------------------------------------------------- written


def written(read: LeadSheet) -> mido.MidiFile:
    return mido.MidiFile(file=io.BytesIO(to_midi(read.score)), charset="utf-8")


def events(read: LeadSheet) -> list[str]:
    return [message.text for message in written(read).tracks[1] if message.type == "lyrics"]


def test_words_and_titles_are_written_in_any_script(tmp_path: Path) -> None:
    read = case("97a")
    assert events(read) == ["Ти", "хо ", "ле", "тит ", "над ", "по", "лем "]
    assert written(read).tracks[0].name == "Тихая песня"
    path = tmp_path / "again.mid"
    path.write_bytes(to_midi(read.score))
    again = read_lead_sheet(path)
    assert (again.score.title, words(again)) == ("Тихая песня", words(read))


@pytest.mark.parametrize("text", ["春の歌", "Ωδή", "Dvořák’s song", "Früh"])
def test_titles_of_other_scripts(text: str) -> None:
    read = case("97a")
    named = replace(read, score=replace(read.score, title=text))
    assert written(named).tracks[0].name == text


def test_words_stand_before_the_note_they_are_sung_to() -> None:
    now, words_at, notes_at = 0, [], []
    for message in written(case("97a")).tracks[1]:
        now += message.time
        if message.type == "lyrics":
            words_at.append(now)
        elif message.type == "note_on":
            notes_at.append(now)
    assert words_at == notes_at


def test_each_time_through_has_its_verse(tmp_path: Path) -> None:
    back = '<barline><repeat direction="backward"/></barline>'
    verses = '<lyric number="1"><text>one</text></lyric><lyric number="2"><text>two</text></lyric>'
    end = note("D", 5, 12, after="<lyric><text>end</text></lyric>")
    read = sheet(tmp_path, note("C", 5, 12, after=verses) + back, end + back)
    assert events(read) == ["one ", "two ", "end ", "end "]


def test_hyphens_inside_a_written_word_are_its_own() -> None:
    read = case("97a")
    notes = [replace(n, lyrics=(Lyric("well-known"),)) if n.lyrics else n for n in read.melody.notes]
    part = replace(read.melody, notes=tuple(notes))
    assert set(events(replace(read, score=replace(read.score, parts=(part,))))) == {"well-known "}
