"""Reading lead sheets from ABC, MIDI and Humdrum."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from arranger.formats.reading import read_lead_sheet, read_score
from theory.notation.score import LeadSheet


def abc(tmp_path: Path, text: str) -> LeadSheet:
    path = tmp_path / "tune.abc"
    path.write_text(text)
    return read_lead_sheet(path)


def pitches(tune: LeadSheet) -> str:
    return " ".join(str(n.pitch) if n.pitch else "-" for n in tune.melody.notes)


def words(tune: LeadSheet, verse: str = "1") -> str:
    joints = {"begin": "-", "middle": "-"}
    found = (lyric for n in tune.melody.notes for lyric in n.lyrics if lyric.verse == verse)
    return "".join(lyric.text + joints.get(lyric.syllabic, " ") for lyric in found).strip()


# ---------------------------------------------------------------- ABC

AIR = """X:1
T:Air
C:Trad.
M:3/4
L:1/4
Q:1/4=100
K:G
D | "G"G2 B/G/ | "G7/B"B2 A | "C"G>E "^softly"G | "G"!fermata!D3 ||
w: A-ma-zing grace, how sweet the_ sound
w: 'Twas grace that taught * my heart
|: (3d/e/f/ [Gd] {c}B |1 A2- A :|2 ^F F =F |]
"""


def test_abc_notes_bars_and_chords(tmp_path: Path) -> None:
    tune = abc(tmp_path, AIR)
    assert pitches(tune) == "D4 G4 B4 G4 B4 A4 G4 E4 G4 D4 D5 E5 F#5 D5 C5 B4 A4 A4 F#4 F#4 F4"
    assert [bar.number for bar in tune.score.bars] == ["0", "1", "2", "3", "4", "5", "6", "7"]
    assert [(str(c.symbol), c.onset_quarter) for c in tune.chords] == [("G", 1), ("G7/B", 4), ("C", 7), ("G", 10)]
    assert (tune.score.title, tune.score.creators) == ("Air", (("composer", "Trad."),))
    assert [(d.kind, d.text, d.value) for d in tune.score.directions] == [("tempo", "", "100"), ("words", "softly", "")]


def test_abc_rhythm_ties_and_repeats(tmp_path: Path) -> None:
    tune = abc(tmp_path, AIR)
    lengths = [n.duration_quarter for n in tune.melody.notes]
    assert lengths[6:8] == [Fraction(3, 2), Fraction(1, 2)]
    assert lengths[10:13] == [Fraction(1, 3)] * 3
    assert [(n.tie_start, n.tie_stop) for n in tune.melody.notes[16:18]] == [(True, False), (False, True)]
    assert tune.melody.notes[9].fermata
    assert tune.melody.notes[14].grace == "appoggiatura"
    ends = [(b.repeat_start, b.repeat_end, b.volta, b.volta_stop, b.right_line) for b in tune.score.bars[5:]]
    assert ends == [
        (True, 0, (), None, None),
        (False, 2, (1,), "stop", None),
        (False, 0, (2,), "discontinue", "light-heavy"),
    ]


@pytest.mark.parametrize(
    ("meter", "group", "length"),
    [
        ("6/8", "(2CD", Fraction(3, 4)),
        ("4/4", "(3CDE", Fraction(1, 3)),
        ("6/8", "(4CDEF", Fraction(3, 8)),
        ("6/8", "(5CDEFG", Fraction(3, 10)),
        ("4/4", "(5CDEFG", Fraction(1, 5)),
    ],
)
def test_abc_tuplets_last_as_the_meter_has_it(tmp_path: Path, meter: str, group: str, length: Fraction) -> None:
    tune = abc(tmp_path, f"X:1\nM:{meter}\nL:1/8\nK:C\n{group} |\n")
    assert {n.duration_quarter for n in tune.melody.notes} == {length}


def test_abc_bars_that_a_repeat_splits_have_one_number(tmp_path: Path) -> None:
    tune = abc(tmp_path, "X:1\nM:4/4\nL:1/4\nK:C\nC4 | D2 :| E2 | F4 |]\n")
    assert [(bar.number, bar.implicit) for bar in tune.score.bars] == [
        ("1", False),
        ("2", False),
        ("2", True),
        ("3", False),
    ]


def test_abc_words_in_verses(tmp_path: Path) -> None:
    tune = abc(tmp_path, AIR)
    assert words(tune) == "A-ma-zing grace, how sweet the sound"
    assert words(tune, "2") == "'Twas grace that taught my heart"
    assert [lyric.extend for n in tune.melody.notes for lyric in n.lyrics if lyric.text == "the"] == [True]
    held = tune.melody.notes[4]  # '*' leaves the second verse without a syllable here
    assert [lyric.verse for lyric in held.lyrics] == ["1"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("one two three four", ["one", "two", "three", "four"]),
        ("one | two", ["one", None, "two", None]),
        ("of~the twen\\-ty", ["of the", "twen-ty", None, None]),
        ("time--less", ["time", None, "less", None]),
        ("hold__ me", ["hold", None, None, "me"]),
        ("* * last", [None, None, "last", None]),
    ],
)
def test_abc_word_alignment(tmp_path: Path, line: str, found: list[str | None]) -> None:
    tune = abc(tmp_path, f"X:1\nM:2/4\nL:1/4\nK:C\nC D | E F |\nw: {line}\n")
    assert [n.lyrics[0].text if n.lyrics else None for n in tune.melody.notes] == found


def test_abc_accidentals_hold_for_the_bar_and_through_a_tie(tmp_path: Path) -> None:
    tune = abc(tmp_path, "X:1\nM:2/4\nL:1/4\nK:Dm\nB ^F | F f- | f _e | e2 | ^c- | c2 |\n")
    assert pitches(tune) == "Bb4 F#4 F4 F5 F5 Eb5 E5 C#5 C#5"
    assert pitches(abc(tmp_path, "X:1\nM:2/4\nL:1/4\nK:C\n^F f- | f F |\n")) == "F#4 F#5 F#5 F4"


def test_abc_voices_are_parts(tmp_path: Path) -> None:
    path = tmp_path / "duet.abc"
    path.write_text('X:1\nM:2/4\nL:1/4\nV:1 name="High"\nV:2 name="Low"\nK:C\n[V:1] e f | g2 |\n[V:2] C D | E2 |\n')
    parts = read_score(path).parts
    assert [(part.name, str(part.notes[-1].pitch)) for part in parts] == [("High", "G5"), ("Low", "E4")]


def test_abc_says_what_it_leaves_out(tmp_path: Path) -> None:
    tune = abc(tmp_path, 'X:1\nM:2/4\nL:1/4\nK:C\n"Qx"C D | E-F |\nw: a b c d e f\nX:2\nK:D\nD\n')
    messages = " ".join(notice.message for notice in tune.notices)
    for part in ("2 tunes", "'Qx' cannot be read as a chord symbol", "2 syllables", "a tie to a different pitch"):
        assert part in messages


# ---------------------------------------------------------------- MIDI and Humdrum


def midi(path: Path, *tracks: tuple[str, list[tuple[int, int, int]]], key: str | None = "G") -> Path:
    """Write tracks of (start tick, end tick, pitch) in 3/4, with 480 ticks per quarter."""
    import mido

    file = mido.MidiFile(type=1, ticks_per_beat=480)
    head = file.add_track()
    head.append(mido.MetaMessage("time_signature", numerator=3, denominator=4))
    head.append(mido.MetaMessage("set_tempo", tempo=600000))
    if key:
        head.append(mido.MetaMessage("key_signature", key=key))
    for channel, (name, spans) in enumerate(tracks):
        track = file.add_track(name)
        presses = [(start, 64, pitch) for start, _, pitch in spans]
        events = sorted(presses + [(end, 0, pitch) for _, end, pitch in spans], key=lambda event: event[:2])
        now = 0
        for tick, velocity, pitch in events:
            track.append(mido.Message("note_on", channel=channel, note=pitch, velocity=velocity, time=tick - now))
            now = tick
    file.save(path)
    return path


CHORDS = ("Piano", [(0, 1440, 72), (0, 1440, 76), (0, 1440, 79)])
TUNE = ("Tune", [(0, 470, 67), (483, 955, 66), (960, 1430, 64), (1440, 1600, 62), (1600, 1760, 64), (1760, 1910, 66),
                 (1925, 4310, 67)])  # fmt: skip


def test_midi_melody_is_the_highest_single_line_quantised_and_spelled(tmp_path: Path) -> None:
    tune = read_lead_sheet(midi(tmp_path / "song.mid", CHORDS, TUNE))
    assert pitches(tune) == "G4 F#4 E4 D4 E4 F#4 G4 G4"
    third = Fraction(1, 3)
    assert [n.duration_quarter for n in tune.melody.notes] == [1, 1, 1, third, third, third, 2, 3]
    assert [(n.tie_start, n.tie_stop) for n in tune.melody.notes[-2:]] == [(True, False), (False, True)]
    assert tune.score.directions[0].value == "100"
    assert "part 2 Tune" in tune.notices[0].message
    assert read_lead_sheet(tmp_path / "song.mid", melody_part="Piano").melody.name == "Piano"


def test_midi_silences_of_an_eighth_are_rests_and_shorter_ones_releases(tmp_path: Path) -> None:
    spans = [(0, 240, 67), (480, 900, 69), (960, 1440, 71)]
    tune = read_lead_sheet(midi(tmp_path / "song.mid", ("Tune", spans)))
    assert pitches(tune) == "G4 - A4 B4"
    assert [n.duration_quarter for n in tune.melody.notes] == [Fraction(1, 2), Fraction(1, 2), 1, 1]


def test_of_two_lines_the_higher_one_is_the_tune(tmp_path: Path) -> None:
    low, high = (("Low", [(0, 1440, 48)]), ("High", [(0, 1440, 72)]))
    for name, tracks in (("a.mid", (low, high)), ("b.mid", (high, low))):
        assert pitches(read_lead_sheet(midi(tmp_path / name, *tracks))) == "C5"


def test_midi_key_is_estimated_and_moves_are_reported(tmp_path: Path) -> None:
    spans = [(480 * i, 480 * (i + 1), pitch) for i, pitch in enumerate((63, 65, 67, 68, 70, 63))]
    spans[2] = (1020, 1440, 67)  # a 32nd late
    tune = read_lead_sheet(midi(tmp_path / "song.mid", ("Tune", spans), key=None))
    assert pitches(tune) == "Eb4 F4 G4 Ab4 Bb4 Eb4"
    messages = " ".join(notice.message for notice in tune.notices)
    assert "spelled in Eb major" in messages
    assert "1 notes were moved" in messages


def test_humdrum(tmp_path: Path) -> None:
    path = tmp_path / "tune.krn"
    path.write_text("**kern\n*M3/4\n*k[f#]\n=1\n4g\n4a\n4b\n=2\n2.dd;\n==\n*-\n")
    tune = read_lead_sheet(path)
    assert pitches(tune) == "G4 A4 B4 D5"
    assert tune.melody.notes[-1].fermata
    assert [bar.length_quarter for bar in tune.score.bars] == [3, 3]
