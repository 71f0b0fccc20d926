"""Writing scores: short inputs give the elements that notation programs need."""

import io
import zipfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from arranger.formats.reading import read_score
from arranger.formats.writing import WriteError, to_musicxml, write_score
from arranger.formats.writing.midi import TICKS_PER_QUARTER, to_midi
from arranger.formats.writing.notation import split_length
from tests.musicxml_schema import SCHEMA
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.pitch import Pitch
from theory.notation.score import Bar, Direction, Harmony, Lyric, Meter, Notation, Note, Part, Score
from theory.notation.syllables import with_drawn_extenders
from theory.notation.unfold import MOST_TIMES, playing_order
from theory.slices.symbols import spread_symbols

F = Fraction
SHEETS = Path(__file__).parents[1].parent / "shared" / "data" / "leadsheets"


def written(score, **options):
    """Write a score, validate it against the schema, and return its root element."""
    root = etree.fromstring(to_musicxml(score, **options), etree.XMLParser(load_dtd=False, no_network=True))
    assert SCHEMA.validate(root), SCHEMA.error_log.last_error
    return root


def notes_of(text, start=Fraction()):
    """Return a part from text such as ``G4:1 r:1/2``: pitch or rest, and duration in quarters."""
    notes = []
    for word in text.split():
        name, length = word.split(":")
        notes.append(Note(start, F(length), None if name == "r" else Pitch.parse(name)))
        start += F(length)
    return tuple(notes)


def bars_of(count, meter="4/4", key="C", **first):
    beats, beat_type = map(int, meter.split("/"))
    signature = Meter(beats, beat_type)
    length = signature.quarters
    return tuple(
        Bar(i, str(i + 1), i * length, length, signature, Key.parse(key), **(first if i == 0 else {}))
        for i in range(count)
    )


def tune(text, meter="4/4", key="C", instrument=""):
    notes = notes_of(text)
    count = -(-notes[-1].end_quarter // bars_of(1, meter)[0].length_quarter)
    return Score(bars_of(count, meter, key), (Part("Tune", notes, instrument),))


def choir(*lines, instruments=("soprano", "alto", "tenor", "bass"), **more):
    parts = tuple(Part("", notes_of(line), name) for line, name in zip(lines, instruments, strict=True))
    count = -(-parts[0].notes[-1].end_quarter // 4)
    return Score(bars_of(count), parts, **more)


SATB = ("C5:1 B4:1 C5:2", "G4:2 G4:2", "E4:1 D4:1 E4:2", "C3:1 G3:1 C3:2")


def drawn(root, part=0):
    """Return each note of a part as a word: pitch or r, type, dots, and ~ if it is tied to the next."""
    words = []
    for note in root.findall("part")[part].iter("note"):
        pitch = note.find("pitch")
        name = "r" if pitch is None else pitch.findtext("step") + pitch.findtext("octave")
        tied = "~" if note.find("tie[@type='start']") is not None else ""
        words.append(f"{name}:{note.findtext('type') or 'bar'}{'.' * len(note.findall('dot'))}{tied}")
    return " ".join(words)


def test_a_note_over_the_barline_is_tied():
    assert drawn(written(tune("C4:3 D4:2 E4:3"))) == "C4:half. D4:quarter~ D4:quarter E4:half."


@pytest.mark.parametrize(
    ("meter", "offset", "length", "pieces"),
    [
        ("4/4", "0", "4", "4"),
        ("4/4", "1", "2", "2"),  # the usual notation of a syncopation
        ("4/4", "1/2", "1", "1"),
        ("4/4", "3/2", "1", "1/2 1/2"),  # would hide the middle of the bar
        ("4/4", "1/2", "2", "3/2 1/2"),
        ("4/4", "0", "5/2", "2 1/2"),
        ("3/4", "0", "3", "3"),
        ("3/4", "1", "2", "2"),
        ("6/8", "0", "3", "3"),
        ("6/8", "1", "1", "1/2 1/2"),
        ("6/8", "0", "2", "3/2 1/2"),
        ("9/8", "0", "9/2", "3 3/2"),
    ],
)
def test_lengths_show_the_meter(meter, offset, length, pieces):
    signature = bars_of(1, meter)[0].meter
    assert split_length(F(offset), F(length), signature) == [F(piece) for piece in pieces.split()]


def test_rests_show_every_beat():
    assert drawn(written(tune("C4:1 r:2 C4:1"))) == "C4:quarter r:quarter r:quarter C4:quarter"
    assert drawn(written(tune("C4:4 r:4"))) == "C4:whole r:bar"
    assert drawn(written(tune("r:1 C4:2", "3/4"))) == "r:quarter C4:half"


def test_a_triplet_is_bracketed():
    root = written(tune("C4:1/3 D4:1/3 E4:1/3 F4:2/3 G4:1/3 A4:2"))
    assert drawn(root) == "C4:eighth D4:eighth E4:eighth F4:quarter G4:eighth A4:half"
    assert [mark.get("type") for mark in root.iter("tuplet")] == ["start", "stop", "start", "stop"]
    assert {note.findtext("time-modification/actual-notes") for note in root.iter("note")} == {"3", None}


def test_quarter_triplets_and_a_held_note_before_one():
    assert drawn(written(tune("C4:2/3 D4:2/3 E4:2/3 F4:2"))) == "C4:quarter D4:quarter E4:quarter F4:half"
    assert drawn(written(tune("C4:7/3 D4:2/3 E4:1"))) == "C4:half~ C4:eighth D4:quarter E4:quarter"


def test_accidentals_last_to_the_barline():
    root = written(tune("F4:1 F#4:1 F#4:1 F4:1 F#4:4", key="G"))
    signs = [note.findtext("accidental") for note in root.iter("note")]
    assert signs == ["natural", "sharp", None, "natural", None]


def test_a_sign_tied_over_the_barline_counts_for_nothing_after():
    root = written(tune("C4:3 F#4:2 F#4:1 F4:2"))
    signs = [note.findtext("accidental") for note in root.iter("note")]
    assert signs == [None, "sharp", None, "sharp", "natural"]


@pytest.mark.parametrize(
    ("meter", "text", "beams"),
    [
        ("4/4", "C4:1/2 D4:1/2 E4:1/2 F4:1/2 G4:1/2 r:1/2 G4:1/2 G4:1/2", "begin continue continue end - - begin end"),
        ("6/8", "C4:1/2 D4:1/2 E4:1/2 F4:1/2 E4:1/2 D4:1/2", "begin continue end begin continue end"),
        ("3/4", "C4:1/2 D4:1/2 E4:1/2 F4:1/2 G4:1", "begin end begin end -"),
        ("4/4", "C4:1/2 D4:1 E4:1/2 G4:2", "- - - -"),
    ],
)
def test_beams_follow_the_beat(meter, text, beams):
    root = written(tune(text, meter))
    assert [note.findtext("beam") or "-" for note in root.iter("note")] == beams.split()


def test_a_sixteenth_after_a_dotted_eighth_has_a_hook():
    root = written(tune("C4:3/4 D4:1/4 E4:3"))
    assert [beam.text for beam in root.iter("beam")] == ["begin", "end", "backward hook"]


def test_a_choir_has_its_clefs_names_and_sounds():
    root = written(choir(*SATB))
    clefs = [(clef.findtext("sign"), clef.findtext("clef-octave-change")) for clef in root.iter("clef")]
    assert clefs == [("G", None), ("G", None), ("G", "-1"), ("F", None)]
    assert [name.text for name in root.iter("part-name")] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert [sound.text for sound in root.iter("instrument-sound")][2] == "voice.tenor"
    assert {program.text for program in root.iter("midi-program")} == {"53"}
    assert root.findtext(".//group-barline") == "no"
    assert not list(root.iter("stem"))


def test_a_quartet_has_an_alto_clef_and_joined_barlines():
    root = written(choir(*SATB, instruments=("violin", "violin", "viola", "cello")))
    assert [clef.findtext("sign") for clef in root.iter("clef")] == ["G", "G", "C", "F"]
    assert root.findtext(".//group-barline") == "yes"


def test_saxophones_are_written_where_they_are_read():
    saxes = ("soprano-sax", "alto-sax", "tenor-sax", "baritone-sax")
    root = written(choir(*SATB, instruments=saxes, chords=(Harmony(F(0), ChordSymbol.parse("C")),)))
    assert [key.findtext("fifths") for key in root.iter("key")] == ["2", "3", "2", "3"]
    assert drawn(root, 1).startswith("E5:half")
    transpose = root.findall(".//transpose")[3]
    assert [child.text for child in transpose] == ["-5", "-9", "-1"]
    assert root.findtext(".//root-step") == "D"


def test_closed_score_has_two_staves_stems_and_the_words_once():
    words = (Lyric("A", syllabic="single"),)
    score = choir(*SATB)
    parts = tuple(
        Part(
            part.name,
            (
                Note(
                    *[getattr(part.notes[0], f) for f in ("onset_quarter", "duration_quarter", "pitch")], lyrics=words
                ),
                *part.notes[1:],
            ),
            part.instrument,
        )
        for part in score.parts
    )
    root = written(Score(score.bars, parts), layout="closed")
    assert len(root.findall("part")) == 2
    stems = {(note.findtext("voice"), note.findtext("stem")) for note in root.iter("note")}
    assert stems == {("1", "up"), ("2", "down")}
    assert len(list(root.iter("lyric"))) == 1
    assert len(list(root.iter("backup"))) == 2


def test_closed_score_needs_two_parts(tmp_path):
    with pytest.raises(WriteError, match="needs 2 to 6 parts"):
        write_score(tune("C4:4"), tmp_path / "a.musicxml", layout="closed")
    assert list(tmp_path.iterdir()) == []


def test_marks_stand_once_above_the_top_staff():
    score = choir(*SATB, directions=(Direction(F(0), "tempo", "Andante", "90"), Direction(F(0), "dynamic", "mf")))
    root = written(score)
    assert len(list(root.iter("metronome"))) == 1
    assert [mark.get("placement") for mark in root.iter("direction")] == ["above"] * 5
    assert root.find(".//sound").get("tempo") == "90"


def test_staves_have_the_size_of_choral_scores():
    root = written(choir(*SATB))
    assert [each.tag for each in root][1:3] == ["defaults", "part-list"]
    assert 5 <= float(root.findtext("defaults/scaling/millimeters")) <= 6.5
    assert root.findtext("defaults/scaling/tenths") == "40"


def test_a_chord_symbol_inside_a_note_says_how_far():
    score = Score(
        bars_of(1),
        (Part("Tune", notes_of("C4:4")),),
        chords=tuple(Harmony(F(at), ChordSymbol.parse(text)) for at, text in ((0, "C7sus4"), (2, "N.C."))),
    )
    root = written(score)
    assert [harmony.findtext("offset") for harmony in root.iter("harmony")] == [None, "2"]
    assert [kind.text for kind in root.iter("kind")] == ["suspended-fourth", "none"]


@pytest.mark.parametrize(
    ("meter", "symbols", "onsets"),
    [
        ("4/4", "Am7 D7", "0 2"),
        ("4/4", "Dm Cm7b5 A7", "0 2 3"),
        ("2/2", "Dm Cm7b5 A7", "0 2 3"),  # fewer beats than symbols
    ],
)
@pytest.mark.parametrize("layout", ["open", "closed"])
def test_chord_symbols_of_one_note_stand_where_they_take_effect_in_their_order(
    meter, symbols, onsets, layout, tmp_path
):
    chords = tuple(Harmony(F(0), ChordSymbol.parse(text)) for text in symbols.split())
    score = Score(
        bars_of(1, meter), tuple(Part("", notes_of(f"{name}:4")) for name in ("C5", "G4", "E4", "C3")), chords
    )
    written(score, layout=layout)
    again = read_score(write_score(score, tmp_path / "a.musicxml", layout=layout)).chords
    assert [str(chord.symbol) for chord in again] == symbols.split()
    assert [chord.onset_quarter for chord in again] == [F(onset) for onset in onsets.split()]


def test_endings_are_bracketed_over_the_top_staff_and_known_to_all():
    first, second = bars_of(2)
    bars = (
        replace(first, repeat_end=2, volta=(1,), volta_start=True, volta_stop="stop"),
        replace(second, volta=(2,), volta_start=True, volta_stop="discontinue"),
    )
    root = written(Score(bars, tuple(Part("", notes_of("C4:4 D4:4")) for _ in range(3))))
    shown = [[ending.get("print-object") for ending in part.iter("ending")] for part in root.findall("part")]
    assert shown == [[None] * 4, ["no"] * 4, ["no"] * 4]


def test_pickup_repeat_and_endings():
    meter, key = Meter(3, 4), Key.parse("F")
    bars = (
        Bar(0, "0", F(0), F(1), meter, key, implicit=True),
        Bar(1, "1", F(1), F(3), meter, key, repeat_start=True),
        Bar(2, "2", F(4), F(3), meter, key, repeat_end=2, volta=(1,), volta_start=True, volta_stop="stop"),
        Bar(3, "3", F(7), F(3), meter, key, volta=(2,), volta_start=True, volta_stop="stop"),
    )
    root = written(Score(bars, (Part("Tune", notes_of("C4:1 F4:3 G4:3 F4:3")),)))
    measures = root.findall(".//measure")
    assert [m.get("implicit") for m in measures] == ["yes", None, None, None]
    assert [(e.get("number"), e.get("type")) for e in root.iter("ending")] == [
        ("1", "start"),
        ("1", "stop"),
        ("2", "start"),
        ("2", "stop"),
    ]
    assert [repeat.get("direction") for repeat in root.iter("repeat")] == ["forward", "backward"]
    assert playing_order(bars) == [0, 1, 2, 1, 3]


def order(marks="", repeats="", count=6):
    """Return the playing order of bars; marks are kind@bar or kind@bar:value, repeats are start-end."""
    bars = list(bars_of(count))
    for span in repeats.split():
        first, last = map(int, span.split("-"))
        bars[first] = Bar(**{f: getattr(bars[first], f) for f in Bar.__slots__} | {"repeat_start": True})
        bars[last] = Bar(**{f: getattr(bars[last], f) for f in Bar.__slots__} | {"repeat_end": 2})
    directions = []
    for word in marks.split():
        kind, place = word.split("@")
        bar, _, value = place.partition(":")
        at_end = kind in ("fine", "to-coda", "da-capo", "dal-segno")
        directions.append(Direction(F(4 * (int(bar) + at_end)), kind, value=value))
    return "".join(map(str, playing_order(bars, directions)))


@pytest.mark.parametrize(
    ("marks", "repeats", "heard"),
    [
        ("", "", "012345"),
        ("", "0-1 2-3", "0101232345"),
        ("", "1-1", "0112345"),
        ("fine@2 da-capo@5:fine", "", "012345012"),
        ("fine@2 da-capo@5:fine", "0-1", "01012345012"),  # no repeats after a D.C.
        ("segno@1 fine@2 dal-segno@5:fine", "", "01234512"),
        ("segno@1 to-coda@2 dal-segno@4:coda coda@5", "", "01234125"),
        ("coda@1 to-coda@3 da-capo@5:coda", "", "012345012345"),  # a coda before the sign leads nowhere
        ("to-coda@0 da-capo@3:coda coda@4 coda@5", "", "012305"),  # the last of two
    ],
)
def test_repeats_and_jumps_are_heard_in_order(marks, repeats, heard):
    assert order(marks, repeats) == heard


def heard(*changes):
    """Play bars that differ from plain ones in what is said of each."""
    return "".join(map(str, playing_order([replace(bar, **change) for bar, change in zip(bars_of(9), changes)])))  # noqa: B905


@pytest.mark.parametrize(
    ("bars", "order_heard"),
    [
        pytest.param([{}, {"volta": (1,), "repeat_end": 2}, {"volta": (2,)}, {}], "01023", id="two endings"),
        pytest.param(
            [{}, {"volta": (1,), "repeat_end": 2}, {"volta": (2, 3), "repeat_end": 2}, {}], "0102023", id="three times"
        ),
        pytest.param(
            [{}, {"volta": (1,), "repeat_end": 2}, {"volta": (2,)}, {}, {"repeat_end": 2}, {}],
            "010234345",
            id="what follows the endings is repeated",
        ),
    ],
)
def test_endings_are_heard_in_their_turn(bars, order_heard):
    assert heard(*bars) == order_heard


def test_after_a_da_capo_the_last_ending_is_played():
    changes = ({}, {"volta": (1,), "repeat_end": 2}, {"volta": (2,)}, {})
    bars = [replace(bar, **change) for bar, change in zip(bars_of(4), changes, strict=True)]
    assert playing_order(bars, [Direction(F(16), "da-capo")]) == [0, 1, 0, 2, 3, 0, 2, 3]


def test_a_repeat_after_an_ending_without_one_comes_to_an_end():
    bars = list(bars_of(4))
    values = [{"repeat_start": True}, {"volta": (1,)}, {"repeat_end": 2}, {}]
    bars = [Bar(**{f: getattr(bar, f) for f in Bar.__slots__} | value) for bar, value in zip(bars, values, strict=True)]
    heard = playing_order(bars)
    assert heard[-1] == 3
    assert len(heard) < 10


def test_a_passage_that_is_marked_to_be_played_for_ever_comes_to_an_end():
    endless = [replace(bar, repeat_end=99_999_999_999 if bar.index == 1 else 0) for bar in bars_of(3)]
    assert playing_order(endless) == [0, 1] * MOST_TIMES + [2]


def test_midi_joins_ties_plays_repeats_and_leaves_the_drums_alone():
    bars = tuple(
        Bar(i, str(i + 1), F(4 * i), F(4), Meter(4, 4), Key.parse("C"), repeat_end=2 if i == 1 else 0) for i in range(2)
    )
    parts = tuple(Part(f"Part {i}", notes_of("C4:2 D4:4 E4:2"), "flute") for i in range(11))
    chords = (Harmony(F(0), ChordSymbol.parse("C")),)
    directions = (Direction(F(0), "tempo", value="90"),)
    file = mido.MidiFile(file=io.BytesIO(to_midi(Score(bars, parts, chords, directions))))
    struck = [message for message in file.tracks[1] if message.type == "note_on"]
    assert [message.note for message in struck] == [60, 62, 64, 60, 62, 64]
    assert sum(message.time for message in file.tracks[1]) == 16 * TICKS_PER_QUARTER
    channels = [message.channel for track in file.tracks for message in track if message.type == "program_change"]
    assert len(set(channels)) == 11
    assert 9 not in channels
    assert [m.tempo for m in file.tracks[0] if m.type == "set_tempo"] == [666667, 666667]


def test_each_note_is_as_loud_as_the_dynamic_in_force():
    marks = tuple(Direction(F(at), "dynamic", text) for at, text in ((1, "p"), (3, "f")))
    score = Score(bars_of(1), (Part("Tune", notes_of("C4:1 D4:1 E4:1 F4:1")),), directions=marks)
    track = mido.MidiFile(file=io.BytesIO(to_midi(score))).tracks[1]
    assert [message.velocity for message in track if message.type == "note_on"] == [
        86,
        49,
        52,
        96,
    ]  # the bar and its middle are stressed


def test_no_part_plays_on_the_channel_of_the_drums():
    root = written(Score(bars_of(1), tuple(Part(f"Part {i}", notes_of("C4:4"), "flute") for i in range(16))))
    channels = [int(channel.text) for channel in root.iter("midi-channel")]
    assert channels == [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 1]


def events_of(score):
    """Say each event of the first part as on or off, pitch and place in quarters."""
    place, events = 0, []
    for message in mido.MidiFile(file=io.BytesIO(to_midi(score))).tracks[1]:
        place += message.time
        if message.type in ("note_on", "note_off"):
            events.append((message.type[5:], message.note, F(place, TICKS_PER_QUARTER)))
    return events


def test_a_note_that_is_struck_again_stops_before():
    events = events_of(tune("C4:1 C4:3"))
    assert events == [("on", 60, 0), ("off", 60, 1), ("on", 60, 1), ("off", 60, 4)]


def test_grace_notes_leave_half_of_their_note():
    graces = tuple(replace(note, duration_quarter=F(0), grace="appoggiatura") for note in notes_of("D4:1 E4:1"))
    graces = tuple(replace(grace, onset_quarter=F(0)) for grace in graces)
    score = Score(bars_of(1), (Part("Tune", (*graces, *notes_of("C4:1/4 r:15/4"))),))
    assert [(pitch, at) for kind, pitch, at in events_of(score) if kind == "on"] == [
        (62, 0),
        (64, F(1, 16)),
        (60, F(1, 8)),
    ]


def test_a_tie_out_of_a_first_ending_does_not_reach_into_the_second():
    first, second, third = bars_of(3)
    bars = (first, replace(second, volta=(1,), repeat_end=2), replace(third, volta=(2,)))
    notes = notes_of("E4:4 C4:4 C4:4")
    tied = (notes[0], replace(notes[1], tie_start=True), replace(notes[2], tie_stop=True))
    struck = [(pitch, at) for kind, pitch, at in events_of(Score(bars, (Part("Tune", tied),))) if kind == "on"]
    assert struck == [(64, 0), (60, 4), (64, 8), (60, 12)]


def test_midi_says_the_key_where_it_changes():
    bars = (*bars_of(2), *(replace(bar, key=Key.parse("G")) for bar in bars_of(4)[2:]))
    file = mido.MidiFile(file=io.BytesIO(to_midi(Score(bars, (Part("Tune", notes_of("C4:16")),)))))
    assert [message.key for message in file.tracks[0] if message.type == "key_signature"] == ["C", "G"]


def test_only_a_repeat_that_is_played_more_than_twice_says_how_often():
    first, second = bars_of(2)
    root = written(Score((replace(first, repeat_end=2), replace(second, repeat_end=3)), (Part("", notes_of("C4:8")),)))
    assert [repeat.get("times") for repeat in root.iter("repeat")] == [None, "3"]


def test_a_chord_symbol_stands_before_the_note_that_it_begins_with():
    chords = tuple(Harmony(F(at), ChordSymbol.parse(text)) for at, text in ((0, "C"), (1, "F")))
    root = written(Score(bars_of(1), (Part("Tune", notes_of("C4:1 A4:3")),), chords))
    assert [child.tag for child in root.find(".//measure")][1:] == ["harmony", "note", "harmony", "note"]
    assert not list(root.iter("offset"))


def test_a_player_reads_five_flats_instead_of_seven_sharps():
    root = written(tune("E4:4", key="E", instrument="alto-sax"))
    assert root.findtext(".//fifths") == "-5"
    assert drawn(root) == "D5:whole"


@pytest.mark.parametrize(("text", "sign"), [("G3:4", "F"), ("A3:4", "G")])
def test_a_part_without_an_instrument_has_the_clef_that_its_notes_lie_in(text, sign):
    assert written(tune(text)).findtext(".//clef/sign") == sign


def test_mxl_is_a_reproducible_zip_with_its_type_first(tmp_path):
    first, second = (write_score(tune("C4:4"), tmp_path / name) for name in ("a.mxl", "b.mxl"))
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        entry = archive.infolist()[0]
        assert (entry.filename, entry.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("score.musicxml") == to_musicxml(tune("C4:4"))


@pytest.mark.parametrize("name", ["a.pdx", "a", "missing/a.musicxml"])
def test_an_unwritable_output_is_one_line_and_leaves_nothing(tmp_path, name):
    with pytest.raises(WriteError) as caught:
        write_score(tune("C4:4"), tmp_path / name)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


_LENGTHS = st.sampled_from([F(n, d) for d in (1, 2, 3, 4, 5, 6, 8) for n in range(1, 2 * d + 1)])
_METERS = st.sampled_from(["2/4", "3/4", "4/4", "5/4", "2/2", "3/8", "6/8", "7/8", "9/8", "12/8"])


@settings(max_examples=150, deadline=None)
@given(meter=_METERS, lengths=st.lists(st.tuples(_LENGTHS, st.booleans()), min_size=1, max_size=12))
def test_any_rhythm_is_valid_and_fills_its_bars(meter, lengths):
    text = " ".join(f"{'r' if rest else 'C4'}:{length}" for length, rest in lengths)
    root = written(tune(text, meter))
    unit = int(root.findtext(".//divisions"))
    for measure in root.iter("measure"):
        held = sum(int(note.findtext("duration")) for note in measure.iter("note"))
        assert F(held, unit) == bars_of(1, meter)[0].length_quarter
    sounding = sum(int(note.findtext("duration")) for note in root.iter("note") if note.find("pitch") is not None)
    assert F(sounding, unit) == sum(length for length, rest in lengths if not rest)


def test_music21_hears_what_was_written():
    converter = pytest.importorskip("music21.converter")
    root = to_musicxml(tune("C4:1/3 D4:1/3 E4:1/3 F#4:5/2 G4:1/2 A4:4", key="D"))
    heard = converter.parseData(root.decode(), format="musicxml").stripTies().recurse().notes
    assert [(note.nameWithOctave, F(note.quarterLength)) for note in heard] == [
        ("C4", F(1, 3)),
        ("D4", F(1, 3)),
        ("E4", F(1, 3)),
        ("F#4", F(5, 2)),
        ("G4", F(1, 2)),
        ("A4", F(4)),
    ]


def test_what_the_score_says_of_its_notation_is_kept():
    note = Note(F(0), F(7, 2), Pitch.parse("C4"), notation=Notation("half", 2))
    score = Score(bars_of(1), (Part("Tune", (note, *notes_of("D4:1/2", F(7, 2)))),))
    assert drawn(written(score)) == "C4:half.. D4:eighth"


@pytest.mark.skipif(not SHEETS.is_dir(), reason="the lead sheets are not here")
@pytest.mark.parametrize("path", sorted(SHEETS.glob("*.mxl"))[::18], ids=lambda path: path.stem)
def test_what_is_read_and_written_reads_the_same(path, tmp_path):
    reading = pytest.importorskip("arranger.formats.reading")
    score = reading.read_lead_sheet(path).score
    assert written(score) is not None
    again = reading.read_lead_sheet(write_score(score, tmp_path / "again.mxl")).score
    assert again.parts[0].notes == with_drawn_extenders(score.parts[0].notes)
    assert again.chords == spread_symbols(score)
    assert again.directions == score.directions
    assert again.bars[1:] == score.bars[1:]


def test_a_coloured_note_keeps_its_colour_and_its_id_stands_once():
    long = Note(F(0), F(6), Pitch.parse("C5"), colour="#C00000", id="n1")
    root = written(Score(bars_of(2), (Part("Voice", (long,)),)))
    notes = [note for note in root.iter("note") if note.find("pitch") is not None]
    assert [(note.get("color"), note.get("id")) for note in notes] == [("#C00000", "n1"), ("#C00000", None)]
