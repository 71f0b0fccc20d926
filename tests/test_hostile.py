"""Hostile and unlucky files: each is refused in one line, or arranged into a valid file that is read again.

The cases are those of `tests/cases`, and sisters of each kind that are written here.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import mido
import pytest

from arranger.arranging.main import NARROW_BEAM, Options, arrange_variants
from arranger.formats import limits
from arranger.formats.reading import ReadError, read_lead_sheet, read_score
from arranger.formats.writing import WriteError, proven_musicxml, write_score
from arranger.formats.writing.midi import to_midi
from arranger.formats.writing.proof import prove_midi
from benchmarks.faults.hostile import QUICK, try_hostile
from benchmarks.faults.hostile_changes import hostile_file
from benchmarks.faults.schema import error_in
from theory.notation.pitch import Pitch
from theory.notation.score import Note
from theory.notation.unfold import MOST_TIMES

CASES = Path(__file__).parent / "cases"
HEAD = '<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>V</part-name></score-part></part-list>'
FOUR_FOUR = (
    "<attributes><divisions>4</divisions><time><beats>4</beats><beat-type>4</beat-type></time></attributes>"
    "<harmony><root><root-step>C</root-step></root><kind>major</kind></harmony>"
)
TUNE = "X:1\nT:t\nM:4/4\nL:1/4\nK:C\n"


def note(
    step: str = "C", octave: object = 5, duration: object = 4, *, before: str = "", after: str = "", more: str = ""
) -> str:
    return (
        f"<note {more}>{before}<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
        f"<duration>{duration}</duration><voice>1</voice>{after}</note>"
    )


def sheet_of(tmp_path: Path, *bars: str) -> Path:
    path = tmp_path / "sheet.musicxml"
    measures = "".join(
        f'<measure number="{number}">{bar if number > 1 else FOUR_FOUR + bar}</measure>'
        for number, bar in enumerate(bars, start=1)
    )
    path.write_text(f'{HEAD}<part id="P1">{measures}</part></score-partwise>', encoding="utf-8")
    return path


def abc_of(tmp_path: Path, body: str, head: str = TUNE) -> Path:
    path = tmp_path / "tune.abc"
    path.write_bytes((head + body + "\n").encode("utf-8", "surrogatepass"))
    return path


def midi_of(tmp_path: Path, *messages: object, ticks: int = 480) -> Path:
    file = mido.MidiFile(ticks_per_beat=ticks)
    file.tracks.append(mido.MidiTrack(messages))
    file.save(tmp_path / "song.mid")
    return tmp_path / "song.mid"


def struck(number: int, length: int = 480) -> list[object]:
    return [mido.Message("note_on", note=number, time=0), mido.Message("note_off", note=number, time=length)]


def arranged(path: Path, tmp_path: Path) -> list[str]:
    """Arrange a file, hold the result against the schema and the reader, and return the notices."""
    sheet = read_lead_sheet(path)
    score = next(arrange_variants(sheet, QUICK)).score
    written = write_score(score, tmp_path / "out.musicxml")
    assert error_in(written.read_bytes()) == ""
    assert len(read_score(written).bars) == len(score.bars)
    return [notice.message for notice in sheet.notices]


def refusal(path: Path) -> str:
    with pytest.raises(ReadError) as error:
        read_lead_sheet(path)
    assert "\n" not in str(error.value)
    return str(error.value)


REFUSED = {
    "forward_neg.musicxml": "bar 2: a <forward> of -2 quarters is negative",
    "m9999.abc": "is not a meter",
    "meter255.krn": "255/256",
    "neg_duration.musicxml": "bar 2",
    "octave_-999999999.musicxml": "octaves are 0 to 9",
    "octave_99.musicxml": "octaves are 0 to 9",
    "octave_999999999.musicxml": "octaves are 0 to 9",
    "prime_divs20.musicxml": f"at most {limits.MAX_DIVISIONS}",
    "slashes.abc": "is not a note length",
}
MENDED = {
    "backup_far.musicxml": "they are read as another voice",
    "ctl.krn": "control characters",
    "ctl_annot.abc": "control characters",
    "ctl_chord.abc": "control characters",
    "empty_duration.musicxml": "has no duration",
    "esc_title.abc": "the title 'evil",
    "lyrics_ctl.mid": "control characters",
    "nul.abc": "control characters",
    "slur_weird.musicxml": "slurs are numbered 1 to 16",
    "tempo_neg.musicxml": "a tempo of -5",
    "zero_duration.musicxml": "has no duration",
}


@pytest.mark.parametrize(("name", "reason"), REFUSED.items())
def test_a_case_without_a_meaning_is_refused_with_its_place(name: str, reason: str) -> None:
    assert reason in refusal(CASES / name)


@pytest.mark.parametrize(("name", "notice"), MENDED.items())
def test_a_case_with_an_evident_meaning_is_mended_with_a_notice(name: str, notice: str, tmp_path: Path) -> None:
    assert any(notice in message for message in arranged(CASES / name, tmp_path))


def test_breves_and_longer_notes_in_humdrum_are_arranged(tmp_path: Path) -> None:
    assert arranged(CASES / "dur0.krn", tmp_path)


def test_bars_of_midi_too_long_and_too_short_to_be_any() -> None:
    assert any("255/1 is impossible" in each.message for each in read_lead_sheet(CASES / "meter_255_1.mid").notices)
    assert len(read_lead_sheet(CASES / "meter_1_64_long.mid").score.bars) == 4800


def test_a_sheet_too_long_to_arrange_in_a_minute_is_refused_at_once(tmp_path: Path) -> None:
    sheet = read_lead_sheet(abc_of(tmp_path, "cdef|" * (limits.MAX_SLICES // 4 + 1)))
    with pytest.raises(limits.LimitError, match=f"at most {limits.MAX_SLICES} can be arranged; choose a passage"):
        next(arrange_variants(sheet, QUICK))


def test_a_very_long_sheet_is_arranged_by_rules_alone_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_MODEL_SLICES", 8)
    found = next(arrange_variants(read_lead_sheet(abc_of(tmp_path, "cdef|gfed|c4|]")), Options(style="hymn")))
    assert found.search.model_weight == 0
    assert found.search.width == NARROW_BEAM
    assert any("the sheet has 12 moments" in notice.message for notice in found.notices)


def test_a_score_of_too_many_beats_is_refused_for_every_use(tmp_path: Path) -> None:
    line = "cdef|" * 100 + "\n"
    path = abc_of(tmp_path, line * (limits.MAX_SCORE_BEATS // 400 + 1))
    assert f"at most {limits.MAX_SCORE_BEATS} can be read; divide the file" in refusal(path)
    with pytest.raises(ReadError, match="too many for a score"):
        read_score(path)


def test_midi_that_lacks_a_note_is_not_written(tmp_path: Path) -> None:
    score = read_score(abc_of(tmp_path, "|:cdef|g4:|c4|]"))
    prove_midi(to_midi(score), score)
    fewer = replace(score, parts=tuple(replace(part, notes=part.notes[1:]) for part in score.parts))
    with pytest.raises(ValueError, match=r"2 notes would be lost in MIDI"):
        prove_midi(to_midi(fewer), score)


def test_midi_that_could_not_be_read_again_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    score = read_score(abc_of(tmp_path, "cdef|g4|]"))
    monkeypatch.setattr(limits, "MAX_MIDI_NOTES", 4)
    with pytest.raises(WriteError, match=r"could not be read again .*write MusicXML"):
        write_score(score, tmp_path / "song.mid")


# ---------------------------------------------------------------- values of notes


@pytest.mark.parametrize("octave", [10, 42, -2, -999, 999_999_999])
def test_an_octave_that_there_is_not(octave: int, tmp_path: Path) -> None:
    assert "bar 1: the note" in refusal(sheet_of(tmp_path, note(octave=octave) + note() * 3))


def test_a_note_too_high_for_midi(tmp_path: Path) -> None:
    assert "C0 to G9" in refusal(sheet_of(tmp_path, note("A", 9) + note() * 3))
    assert "octaves are 0 to 9" in refusal(abc_of(tmp_path, "c" + "'" * 90 + " c d e|"))


def test_a_key_below_the_lowest_written_note_is_left_out_with_a_notice(tmp_path: Path) -> None:
    path = midi_of(tmp_path, *struck(5), *struck(60), *struck(62))
    assert any("lies below C0" in message for message in arranged(path, tmp_path))


@pytest.mark.parametrize("duration", ["-4", "-0.5", "-99999"])
def test_a_negative_duration(duration: str, tmp_path: Path) -> None:
    assert "bar 2" in refusal(sheet_of(tmp_path, note() * 4, note(duration=duration) + note() * 3))
    chord = note() + note("E", duration=duration, before="<chord/>") + note() * 3
    assert "the note E5 is negative" in refusal(sheet_of(tmp_path, note() * 4, chord))


@pytest.mark.parametrize("duration", ["0", "0.0", ""])
def test_a_note_without_a_duration_takes_that_of_its_note_value(duration: str, tmp_path: Path) -> None:
    path = sheet_of(tmp_path, note("D", duration=duration, after="<type>quarter</type>") + note() * 3)
    assert "the D5 has no duration; it is read as long as its note value, quarter" in arranged(path, tmp_path)
    assert read_lead_sheet(path).score.bars[0].length_quarter == 4
    bare = sheet_of(tmp_path, note("D", duration=duration) + note() * 4)
    assert "the D5 lasts 0 quarters and is left out" in arranged(bare, tmp_path)


@pytest.mark.parametrize("numbers", [(0, 0), (-1, -1), (17, 17), (10**8, 10**8)])
def test_slurs_with_impossible_numbers(numbers: tuple[int, int], tmp_path: Path) -> None:
    slurs = [
        f'<notations><slur type="{kind}" number="{number}"/></notations>'
        for kind, number in zip(("start", "stop"), numbers, strict=True)
    ]
    path = sheet_of(tmp_path, note(after=slurs[0]) + note(after=slurs[1]) + note() * 2)
    assert any("slurs are numbered" in message for message in arranged(path, tmp_path))
    first, second, *_ = read_lead_sheet(path).melody.notes
    assert first.slur_starts == second.slur_stops


@pytest.mark.parametrize("verse", ["verse 1", "", "\u00a7", "a b c"])
def test_the_number_of_a_verse_is_one_token(verse: str, tmp_path: Path) -> None:
    lyric = f'<lyric number="{verse}"><text>la</text></lyric>'
    arranged(sheet_of(tmp_path, note(after=lyric) + note() * 3), tmp_path)


# ---------------------------------------------------------------- values of bars


@pytest.mark.parametrize("meter", ["255/4", "99/1", "3/128", "3/3", "0/4"])
def test_a_time_signature_that_no_bar_has(meter: str, tmp_path: Path) -> None:
    beats, unit = meter.split("/")
    path = sheet_of(
        tmp_path, f"<attributes><time><beats>{beats}</beats><beat-type>{unit}</beat-type></time></attributes>"
    )
    assert "time signature" in refusal(path)
    assert "meter" in refusal(abc_of(tmp_path, "c4|", TUNE.replace("4/4", meter)))


def test_a_time_signature_of_midi_that_no_bar_has_is_left_out_with_a_notice(tmp_path: Path) -> None:
    odd = mido.MetaMessage("time_signature", numerator=255, denominator=1, time=0)
    path = midi_of(tmp_path, odd, *struck(60), *struck(62))
    assert any("255/1 is impossible" in message for message in arranged(path, tmp_path))


@pytest.mark.parametrize("tempo", ["-90", "0", "1000000"])
def test_an_impossible_tempo_is_left_out_with_a_notice(tempo: str, tmp_path: Path) -> None:
    path = sheet_of(tmp_path, f'<sound tempo="{tempo}"/>' + note() * 4)
    assert any("is impossible" in message for message in arranged(path, tmp_path))


@pytest.mark.parametrize("number", ["0", "0, 0", "00"])
def test_an_ending_with_an_impossible_number(number: str, tmp_path: Path) -> None:
    ending = f'<barline location="left"><ending number="{number}" type="start"/></barline>'
    path = sheet_of(tmp_path, note() * 4, ending + note() * 4)
    assert any("endings are numbered" in message for message in arranged(path, tmp_path))


@pytest.mark.parametrize("place", ["beside", "", "Above", "\u2028"])
def test_a_direction_is_above_or_below(place: str, tmp_path: Path) -> None:
    words = f'<direction placement="{place}"><direction-type><words>slow</words></direction-type></direction>'
    arranged(sheet_of(tmp_path, words + note() * 4), tmp_path)


@pytest.mark.parametrize("lengths", ["C/997 D/991 E/983 F/977 G/971", "C2/999 D3/997 E/991"])
def test_lengths_that_fit_no_grid(lengths: str, tmp_path: Path) -> None:
    assert "fits no grid" in refusal(abc_of(tmp_path, lengths + "|"))


def test_divisions_of_ten_digits(tmp_path: Path) -> None:
    odd = FOUR_FOUR.replace("<divisions>4", "<divisions>900000007") + note(duration=1) + note(duration=900000007)
    assert "fits no grid" in refusal(sheet_of(tmp_path, odd))


# ---------------------------------------------------------------- texts


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b[31m", "\x7f", "\x85\x9f", "\ufdd0", "\ufffe", "\U0001ffff"])
def test_control_characters_and_noncharacters_in_every_text(sign: str, tmp_path: Path) -> None:
    head = TUNE.replace("T:t", f'T:t{sign}u\nC:c{sign}d\nV:1 name="v{sign}"')
    path = abc_of(tmp_path, f'"C{sign}"c"^p{sign}q"d"Fine{sign}"e f|\nw:a{sign}b-c d e|', head)
    arranged(path, tmp_path)
    assert not any(sign in message.message for message in read_lead_sheet(path).notices)
    assert sign not in read_lead_sheet(path).score.title


def test_a_refusal_does_not_print_control_characters(tmp_path: Path) -> None:
    assert "\x1b" not in refusal(abc_of(tmp_path, "c4|", TUNE.replace("M:4/4", "M:\x1b[31m4")))


# ---------------------------------------------------------------- chords and voices


def test_a_chord_sign_on_the_first_note_makes_no_chord(tmp_path: Path) -> None:
    path = sheet_of(tmp_path, note("G", before="<chord/>") + note() * 3)
    assert any("the first note, G5, is marked as a chord note" in message for message in arranged(path, tmp_path))
    assert [str(each.pitch) for each in read_lead_sheet(path).melody.notes] == ["G5", "C5", "C5", "C5"]


def test_chord_notes_longer_than_their_chord_take_its_length(tmp_path: Path) -> None:
    path = sheet_of(tmp_path, note() + note("G", duration=12, before="<chord/>") + note() * 3)
    assert any("with the length of the chord" in message for message in arranged(path, tmp_path))


@pytest.mark.parametrize("back", [4, 8, 16])
def test_notes_under_others_of_their_voice_get_a_voice_of_their_own(back: int, tmp_path: Path) -> None:
    step = f"<backup><duration>{back}</duration></backup>"
    path = sheet_of(tmp_path, note("G") * 4 + step + note("E") * (back // 4))
    messages = arranged(path, tmp_path)
    assert any("they are read as another voice" in message for message in messages)
    assert read_lead_sheet(path).score.bars[0].length_quarter == 4
    score = read_score(path)
    assert sum(1 for part in score.parts for each in part.notes if each.pitch) == 4 + back // 4


def test_a_backup_before_the_bar_is_told(tmp_path: Path) -> None:
    path = sheet_of(tmp_path, note("G") * 4 + "<backup><duration>999</duration></backup>" + note("E") * 4)
    assert any("leads 245.75 quarters before the bar" in message for message in arranged(path, tmp_path))


# ---------------------------------------------------------------- size


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{" * 1_000_000, "longer than 20000 characters"),
        ("c4\\\n" * 20_000, "longer than 20000 characters"),
        ("{" + "c" * 70 + "}c4|", "grace notes"),
        ("[" + "c" * 40 + "]4|", "a chord of more than 32 notes"),
        ("Z5000|" * 3, "more than 5000 bars"),
        ("[K:" + "D" * 300 + "]c4|", ""),
    ],
)
def test_what_is_far_too_much_is_refused_at_once(body: str, reason: str, tmp_path: Path) -> None:
    path = abc_of(tmp_path, body)
    try:
        assert reason in refusal(path)
    except pytest.fail.Exception:
        assert not reason


@pytest.mark.parametrize("tempo", ["1/4 " * 5000, "1" * 100_000, "1/4=" + " " * 100_000, "1/" * 50_000])
def test_a_long_tempo_is_refused_at_once(tempo: str, tmp_path: Path) -> None:
    assert "longer than" in refusal(abc_of(tmp_path, "c4|", TUNE.replace("K:C", f"Q:{tempo}x\nK:C")))


@pytest.mark.parametrize(
    "words",
    ["A" + "b" * 60 + "!", "C7" + "b5" * 40_000, "C" + "#" * 100_000, "(" * 50_000, "D.C." + " " * 99_999 + "x"],
)
def test_words_that_could_be_chords_are_read_in_the_time_of_their_length(words: str, tmp_path: Path) -> None:
    mark = f"<direction><direction-type><words>{words}</words></direction-type></direction>"
    arranged(sheet_of(tmp_path, mark + note() * 4), tmp_path)


@pytest.mark.parametrize("place", ["root", "bass", "degree"])
def test_a_chord_with_a_billion_accidentals_is_left_out(place: str, tmp_path: Path) -> None:
    alter = f"<{place}-alter>999999999</{place}-alter>"
    root = f"<root><root-step>C</root-step>{alter if place == 'root' else ''}</root><kind>major</kind>"
    bass = f"<bass><bass-step>E</bass-step>{alter}</bass>" if place == "bass" else ""
    degree = f"<degree><degree-value>9</degree-value>{alter}<degree-type>add</degree-type></degree>"
    harmony = f"<harmony>{root}{bass}{degree if place == 'degree' else ''}</harmony>"
    assert any("999999999" in message for message in arranged(sheet_of(tmp_path, harmony + note() * 4), tmp_path))


@pytest.mark.parametrize(
    "transposition", ["<chromatic>99999999</chromatic>", "<chromatic>0</chromatic><octave-change>99</octave-change>"]
)
def test_a_transposition_beyond_all_instruments(transposition: str, tmp_path: Path) -> None:
    bar = f"<attributes><transpose>{transposition}</transpose></attributes>" + note() * 4
    assert "transposition" in refusal(sheet_of(tmp_path, note() * 4, bar))


@pytest.mark.parametrize("kind", ["time_signature", "key_signature", "set_tempo"])
def test_midi_with_more_signatures_than_bars(kind: str, tmp_path: Path) -> None:
    many = [mido.MetaMessage(kind, time=1) for _ in range(limits.MAX_SIGNATURES + 1)]
    assert f"at most {limits.MAX_SIGNATURES}" in refusal(midi_of(tmp_path, *many, *struck(60)))


def test_midi_with_more_notes_than_a_song(tmp_path: Path) -> None:
    path = midi_of(tmp_path, *(message for _ in range(limits.MAX_MIDI_NOTES + 1) for message in struck(60, 120)))
    assert f"at most {limits.MAX_MIDI_NOTES}" in refusal(path)


def test_midi_with_monstrous_waits(tmp_path: Path) -> None:
    late = [mido.Message("note_on", note=60, time=0x0FFFFFFF), mido.Message("note_off", note=60, time=0x0FFFFFFF)]
    assert f"more than {limits.MAX_BARS} bars" in refusal(midi_of(tmp_path, *struck(60), *late))


# ---------------------------------------------------------------- the last check


def test_what_cannot_be_read_again_is_not_written(tmp_path: Path) -> None:
    score = read_lead_sheet(sheet_of(tmp_path, note() * 4)).score
    part = score.parts[0]
    high = part.notes[0].__class__(part.notes[0].onset_quarter, part.notes[0].duration_quarter, Pitch(12, 0))
    wrong = score.__class__(score.bars, (part.__class__("V", (high, *part.notes[1:])),))
    with pytest.raises(WriteError, match="cannot be written so that it can be read again"):
        write_score(wrong, tmp_path / "out.musicxml")
    assert not (tmp_path / "out.musicxml").exists()


def test_notes_that_overlap_in_one_voice_are_not_written_wrong(tmp_path: Path) -> None:
    score = read_lead_sheet(sheet_of(tmp_path, note() * 4)).score
    first, second, *rest = score.parts[0].notes
    longer = Note(first.onset_quarter, first.duration_quarter * 2, first.pitch)
    wrong = score.__class__(score.bars, (score.parts[0].__class__("V", (longer, second, *rest)),))
    with pytest.raises(ValueError, match="bar 1"):
        proven_musicxml(wrong)


def test_repeats_without_end_are_no_midi_file(tmp_path: Path) -> None:
    repeat = f'<barline location="right"><repeat direction="backward" times="{MOST_TIMES}"/></barline>'
    start = '<barline location="left"><repeat direction="forward"/></barline>'
    bars = [start + note() * 4 + repeat] * (limits.MAX_PLAYED_BARS // MOST_TIMES + 1)
    score = read_lead_sheet(sheet_of(tmp_path, *bars)).score
    with pytest.raises(WriteError, match="write MusicXML"):
        write_score(score, tmp_path / "out.mid")


# ---------------------------------------------------------------- changes at random


def test_hostile_changes_are_refused_or_arranged(tmp_path: Path) -> None:
    """`benchmarks.faults.hostile` tries two thousand."""
    results = {try_hostile(*hostile_file(random.Random(f"test {number}")), tmp_path) for number in range(25)}
    assert results == {"refused", "arranged"}
