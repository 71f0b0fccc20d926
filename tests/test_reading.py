"""Reading lead sheets and scores from MusicXML, and refusing bad files of every format."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from arranger.formats import limits
from arranger.formats.reading import ReadError, read_lead_sheet, read_score
from arranger.formats.reading.files import parse_xml, read_bytes, unzip_musicxml
from theory.notation.score import LeadSheet, Tuplet

DATA = Path(__file__).parents[1].parent / "shared" / "data"
SHEETS = sorted((DATA / "leadsheets").glob("*.mxl"))
HYMNS = sorted((DATA / "hymns").glob("*.mxl"))
ATTRIBUTES = (
    "<attributes><divisions>4</divisions><key><fifths>{fifths}</fifths></key>"
    "<time><beats>3</beats><beat-type>4</beat-type></time></attributes>"
)


def note(step: str, octave: int, duration: int, inside: str = "", before: str = "", after: str = "") -> str:
    """Return a <note> element; ``inside`` is placed after the duration, ``before`` before the pitch."""
    alter = "<alter>1</alter>" if step.endswith("#") else "<alter>-1</alter>" if step.endswith("b") else ""
    pitch = f"<pitch><step>{step[0]}</step>{alter}<octave>{octave}</octave></pitch>"
    return f"<note>{before}{pitch}<duration>{duration}</duration>{inside}{after}</note>"


def harmony(root: str, kind: str, offset: str = "") -> str:
    shift = f"<offset>{offset}</offset>" if offset else ""
    return f"<harmony><root><root-step>{root}</root-step></root><kind>{kind}</kind>{shift}</harmony>"


def score(*parts: tuple[str, list[str]], fifths: int = 0, numbers: tuple[str, ...] = ()) -> str:
    """Return a score of named parts, given by the contents of their measures."""
    names = "".join(
        f'<score-part id="P{i}"><part-name>{name}</part-name></score-part>' for i, (name, _) in enumerate(parts)
    )
    music = ""
    for index, (_, measures) in enumerate(parts):
        content = "".join(
            f'<measure number="{numbers[i] if numbers else i + 1}">'
            f"{ATTRIBUTES.format(fifths=fifths) if i == 0 else ''}{measure}</measure>"
            for i, measure in enumerate(measures)
        )
        music += f'<part id="P{index}">{content}</part>'
    return f"<score-partwise><part-list>{names}</part-list>{music}</score-partwise>"


def sheet(tmp_path: Path, *measures: str, fifths: int = 0, melody_part: str | None = None) -> LeadSheet:
    path = tmp_path / "tune.musicxml"
    path.write_text(score(("Tune", list(measures)), fifths=fifths))
    return read_lead_sheet(path, melody_part=melody_part)


def pitches(tune: LeadSheet) -> str:
    return " ".join(str(n.pitch) if n.pitch else "-" for n in tune.melody.notes)


# ---------------------------------------------------------------- MusicXML


def test_pickup_is_bar_zero_and_the_next_bar_keeps_its_number(tmp_path: Path) -> None:
    bars = sheet(tmp_path, note("G", 4, 4), note("C", 5, 12)).score.bars
    assert [(bar.number, bar.implicit, bar.length_quarter) for bar in bars] == [("0", True, 1), ("2", False, 3)]
    assert bars[0].offset_in_meter(Fraction(0)) == 2


def test_chord_symbols_keep_their_offset_and_share_an_onset(tmp_path: Path) -> None:
    tune = sheet(tmp_path, harmony("C", "major") + harmony("G", "dominant", "6") + note("C", 5, 12)
                 + harmony("A", "minor") + harmony("F", "major"))  # fmt: skip
    found = [(str(chord.symbol), chord.onset_quarter) for chord in tune.chords]
    assert found == [("C", 0), ("G7", Fraction(3, 2)), ("Am", 3), ("F", 3)]


def test_unreadable_chord_symbol_is_a_notice_with_its_bar(tmp_path: Path) -> None:
    tune = sheet(tmp_path, note("C", 5, 12), harmony("C", "blurred") + note("C", 5, 12))
    assert not tune.chords
    assert [notice.bar for notice in tune.notices if "chord symbol 'Cblurred'" in notice.message] == ["2"]


def typed(text: str) -> str:
    return f"<direction><direction-type><words>{text}</words></direction-type></direction>"


def test_chord_symbols_typed_as_words_are_followed_and_said(tmp_path: Path) -> None:
    tune = sheet(tmp_path, typed("N.C.") + note("C", 5, 12), typed("G7(b9)") + note("B", 4, 6) + typed("Cm(ma7)")
                 + note("C", 5, 6), typed("Slowly") + note("C", 5, 12))  # fmt: skip
    assert [(str(chord.symbol), chord.onset_quarter) for chord in tune.chords] == [
        ("N.C.", 0),
        ("G7b9", 3),
        ("Cm(maj7)", Fraction(9, 2)),
    ]
    assert [words.text for words in tune.score.directions] == ["Slowly"]
    assert [notice.bar for notice in tune.notices if "typed as words" in notice.message][1:] == ["2", "2"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("A", "may be a chord or the name of a section", id="a letter"),
        pytest.param("A2", "may be a chord or the name of a section", id="a letter and a number"),
        pytest.param("Ab79", "look like a chord symbol", id="a misprint"),
        pytest.param("Bb-Bdim-Cm7-F7", "look like a chord symbol", id="several in a row"),
        pytest.param("Fine", "", id="a word"),
        pytest.param("En dehors", "", id="French"),
    ],
)
def test_words_that_are_no_chord_for_certain_stay_words(tmp_path: Path, text: str, said: str) -> None:
    tune = sheet(tmp_path, typed(text) + note("C", 5, 12))
    assert [words.text for words in tune.score.directions] == [text]
    messages = [notice.message for notice in tune.notices if text in notice.message]
    assert [said in message for message in messages] == ([True] if said else [])


def test_a_typed_symbol_beside_a_real_one_stays_words(tmp_path: Path) -> None:
    tune = sheet(tmp_path, typed("C7(b9)") + harmony("C", "dominant") + note("C", 5, 12))
    assert [str(chord.symbol) for chord in tune.chords] == ["C7"]


def test_repeats_and_endings(tmp_path: Path) -> None:
    forward = '<barline location="left"><bar-style>heavy-light</bar-style><repeat direction="forward"/></barline>'
    first = '<barline location="left"><ending number="1,2" type="start"/></barline>'
    back = '<barline><ending number="1,2" type="stop"/><repeat direction="backward" times="3"/></barline>'
    last = '<barline location="left"><ending number="3" type="start"/></barline>'
    end = '<barline><bar-style>light-heavy</bar-style><ending number="3" type="discontinue"/></barline>'
    full = note("C", 5, 12)
    bars = sheet(tmp_path, forward + full, first + full + back, last + full + end).score.bars
    assert [(b.repeat_start, b.repeat_end, b.volta) for b in bars] == [
        (True, 0, ()),
        (False, 3, (1, 2)),
        (False, 0, (3,)),
    ]
    assert [(b.volta_start, b.volta_stop, b.right_line) for b in bars[1:]] == [
        (True, "stop", None),
        (True, "discontinue", "light-heavy"),
    ]


def test_an_ending_without_an_end_is_closed_in_its_bar(tmp_path: Path) -> None:
    first = '<barline location="left"><ending number="1" type="start"/></barline>'
    full = note("C", 5, 12)
    found = sheet(tmp_path, full, first + full, full, full)
    assert [bar.volta for bar in found.score.bars] == [(), (1,), (), ()]
    assert [notice.bar for notice in found.notices if "is not closed" in notice.message] == ["2"]


def test_the_bar_that_completes_the_pickup_is_none_to_be_told(tmp_path: Path) -> None:
    full = note("C", 5, 12)
    whole = sheet(tmp_path, note("G", 4, 4), full, full, note("C", 5, 8))
    short = sheet(tmp_path, note("G", 4, 4), full, full, note("C", 5, 4))
    assert [notice.bar for notice in whole.notices if "its length is kept" in notice.message] == []
    assert [notice.bar for notice in short.notices if "its length is kept" in notice.message] == ["4"]


def test_a_symbol_that_is_shifted_beyond_its_bar_stands_at_its_end(tmp_path: Path) -> None:
    tune = sheet(tmp_path, harmony("C", "major", "40") + note("C", 5, 12), note("C", 5, 12))
    assert [chord.onset_quarter for chord in tune.chords] == [3]


def test_a_coda_sign_that_sounds_as_a_leap_is_one(tmp_path: Path) -> None:
    sign = '<direction><direction-type><coda/></direction-type><sound tocoda="coda"/></direction>'
    assert [mark.kind for mark in sheet(tmp_path, sign + note("C", 5, 12)).score.directions] == ["to-coda"]


def test_a_metronome_mark_counts_its_dots(tmp_path: Path) -> None:
    mark = "<beat-unit>quarter</beat-unit><beat-unit-dot/><per-minute>52</per-minute>"
    sign = f"<direction><direction-type><metronome>{mark}</metronome></direction-type></direction>"
    (tempo,) = sheet(tmp_path, sign + note("C", 5, 12)).score.directions
    assert (tempo.value, tempo.beat_unit, tempo.beat_dots) == ("78", "quarter", 1)


def test_words_that_send_the_player_elsewhere(tmp_path: Path) -> None:
    def words_of(text: str, sound: str = "") -> str:
        return f"<direction><direction-type><words>{text}</words></direction-type>{sound}</direction>"

    tune = sheet(tmp_path, words_of("Fine") + words_of("D.S. al Coda") + words_of("Gently")
                 + words_of("Back to the top", '<sound dacapo="yes"/>') + note("C", 5, 12))  # fmt: skip
    assert [(sign.kind, sign.text, sign.value) for sign in tune.score.directions] == [
        ("fine", "Fine", ""),
        ("dal-segno", "D.S. al Coda", "coda"),
        ("words", "Gently", ""),
        ("da-capo", "Back to the top", ""),
    ]


def test_marks_words_and_slurs_of_a_note(tmp_path: Path) -> None:
    marks = (
        '<notations><tied type="start"/><slur number="2" type="start"/><fermata/>'
        "<articulations><staccato/><breath-mark/></articulations><ornaments><trill-mark/></ornaments></notations>"
        '<lyric number="2"><syllabic>begin</syllabic><text>glo</text><elision>~</elision>'
        "<syllabic>middle</syllabic><text>ri</text><extend/></lyric>"
    )
    head = sheet(tmp_path, note("C", 5, 12, '<tie type="start"/>', after=marks)).melody.notes[0]
    assert (head.tie_start, head.tie_stop, head.fermata, head.slur_starts) == (True, False, True, (2,))
    assert (head.articulations, head.ornaments) == (("staccato", "breath-mark"), ("trill-mark",))
    assert [(y.text, y.verse, y.syllabic, y.extend) for y in head.lyrics] == [("glo~ri", "2", "begin", True)]


def test_a_fermata_on_any_note_of_a_chord_is_the_tunes(tmp_path: Path) -> None:
    under = note("C", 5, 12, before="<chord/>", after="<notations><fermata/></notations>")
    tune = sheet(tmp_path, note("E", 5, 12) + under)
    assert [(str(head.pitch), head.fermata) for head in tune.melody.notes] == [("E5", True)]


def test_grace_note_and_rounded_triplet_are_exact(tmp_path: Path) -> None:
    ratio = "<time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification>"
    grace = '<note><grace slash="yes"/><pitch><step>D</step><octave>5</octave></pitch></note>'
    # sixteen divisions cannot express a triplet: 5 + 5 + 6
    finer = "<attributes><divisions>16</divisions></attributes>"
    triplet = "".join(note("C", 5, length, f"<type>eighth</type>{ratio}") for length in (5, 5, 6))
    notes = sheet(tmp_path, finer + grace + triplet + note("C", 5, 32)).melody.notes
    assert [n.grace for n in notes] == ["acciaccatura", None, None, None, None]
    assert [n.onset_quarter for n in notes] == [0, 0, Fraction(1, 3), Fraction(2, 3), 1]
    assert notes[1].notation is not None
    assert notes[1].notation.tuplets == (Tuplet(3, 2),)


def test_transposing_instrument_sounds(tmp_path: Path) -> None:
    transpose = "<attributes><transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose></attributes>"
    path = tmp_path / "clarinet.xml"
    path.write_text(score(("Clarinet", [transpose + harmony("D", "major") + note("D", 5, 12)]), fifths=2))
    # the key is written before the transposition in the same measure: both stand in one <attributes> in real files
    text = path.read_text().replace("</attributes><attributes><transpose>", "<transpose>")
    path.write_text(text.replace("</time><transpose>", "</time><transpose>"))
    tune = read_lead_sheet(path)
    assert (pitches(tune), str(tune.chords[0].symbol), tune.score.bars[0].key.fifths) == ("C5", "C", 0)


def test_a_tritone_of_transposition_is_an_augmented_fourth(tmp_path: Path) -> None:
    transpose = "<attributes><transpose><chromatic>6</chromatic></transpose></attributes>"
    assert pitches(sheet(tmp_path, transpose + note("C", 5, 12))) == "F#5"


def test_mode_is_estimated_only_where_it_is_missing(tmp_path: Path) -> None:
    assert str(sheet(tmp_path, harmony("E", "minor") + note("G", 4, 12), fifths=1).score.bars[0].key) == "E minor"
    assert str(sheet(tmp_path, harmony("G", "major") + note("B", 4, 12), fifths=1).score.bars[0].key) == "G major"


def test_overfull_bar_keeps_its_length_and_is_reported(tmp_path: Path) -> None:
    tune = sheet(tmp_path, note("C", 5, 12), note("C", 5, 16), note("C", 5, 12))
    assert [bar.length_quarter for bar in tune.score.bars] == [3, 4, 3]
    assert [notice.bar for notice in tune.notices] == ["2"]


def test_bar_split_by_a_repeat_is_no_fault(tmp_path: Path) -> None:
    assert not sheet(tmp_path, note("C", 5, 12), note("C", 5, 8), note("C", 5, 4), note("C", 5, 12)).notices


def test_chord_on_every_note_leaves_the_top_line(tmp_path: Path) -> None:
    stem = note("E", 4, 12) + note("C", 5, 12, before="<chord/>")
    tune = sheet(tmp_path, stem, stem)
    assert pitches(tune) == "C5 C5"
    assert any("2 notes are left out" in notice.message for notice in tune.notices)


def test_second_voice_sings_where_the_first_is_silent(tmp_path: Path) -> None:
    both = note("G", 5, 12, "<voice>1</voice>") + "<backup><duration>12</duration></backup>"
    tune = sheet(tmp_path, both + note("C", 4, 12, "<voice>2</voice>"), note("D", 5, 12, "<voice>2</voice>"))
    assert pitches(tune) == "G5 D5"


def test_melody_is_the_part_with_words_then_chords_then_the_named_one(tmp_path: Path) -> None:
    plain, sung = [note("C", 3, 12)], [note("E", 5, 12, after="<lyric><text>la</text></lyric>")]
    path = tmp_path / "three.musicxml"
    path.write_text(score(("Bass", plain), ("Voice", sung), ("Lead", [harmony("C", "major") + note("G", 4, 12)])))
    tune = read_lead_sheet(path)
    assert pitches(tune) == "E5"
    assert "2 Voice of 3: it has words" in tune.notices[0].message
    assert pitches(read_lead_sheet(path, melody_part="lead")) == "G4"
    assert pitches(read_lead_sheet(path, melody_part="1")) == "C3"
    assert len(read_lead_sheet(path, melody_part="voice").chords) == 1  # the symbols belong to the song
    with pytest.raises(ReadError, match="no part 'Harp'; choose from 1 Bass, 2 Voice, 3 Lead"):
        read_lead_sheet(path, melody_part="Harp")


def test_percussion_is_skipped(tmp_path: Path) -> None:
    drum = "<note><unpitched/><duration>12</duration></note>"
    path = tmp_path / "band.musicxml"
    path.write_text(score(("Drums", [drum]), ("Flute", [note("G", 5, 12)])))
    assert [part.name for part in read_score(path).parts] == ["Flute"]
    assert not read_lead_sheet(path).notices


def test_a_note_without_pitch_among_others_is_told(tmp_path: Path) -> None:
    clap = "<note><unpitched/><duration>12</duration></note>"
    tune = sheet(tmp_path, note("C", 5, 12) + clap)
    assert pitches(tune) == "C5"
    assert any("not kept: note without pitch (1)" in notice.message for notice in tune.notices)


def test_closed_score_is_split_into_four_voices(tmp_path: Path) -> None:
    back = "<backup><duration>12</duration></backup>"
    upper = note("E", 5, 12, "<voice>1</voice>") + back + note("C", 5, 12, "<voice>2</voice>")
    lower = note("C", 3, 12) + note("G", 3, 12, before="<chord/>")  # tenor and bass on one stem
    path = tmp_path / "hymn.musicxml"
    path.write_text(score(("Women", [upper, upper]), ("Men", [lower, lower])))
    parts = read_score(path).parts
    assert [(part.name, str(part.notes[1].pitch)) for part in parts] == [
        ("Soprano", "E5"),
        ("Alto", "C5"),
        ("Tenor", "G3"),
        ("Bass", "C3"),
    ]


def test_passing_division_stays_in_its_part(tmp_path: Path) -> None:
    stem = note("E", 4, 12) + note("C", 4, 12, before="<chord/>")
    path = tmp_path / "alto.musicxml"
    path.write_text(score(("Alto", [stem, note("E", 4, 12), note("E", 4, 12), note("E", 4, 12)])))
    (alto,) = read_score(path).parts
    assert [n.chord for n in alto.notes] == [False, True, False, False, False]


def test_timewise_reads_like_partwise(tmp_path: Path) -> None:
    path = tmp_path / "timewise.xml"
    music = f'<measure number="1"><part id="P0">{ATTRIBUTES.format(fifths=0)}{note("C", 5, 12)}</part></measure>'
    path.write_text(f"<score-timewise><part-list/>{music}</score-timewise>")
    assert pitches(read_lead_sheet(path)) == "C5"


# ---------------------------------------------------------------- bad files

GOOD = score(("Tune", [note("C", 5, 12)]))
BILLION = (
    '<!DOCTYPE lolz [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<score-partwise><part-list/><part id='P'><measure number='1'>&b;</measure></part></score-partwise>"
)
EXTERNAL = '<!DOCTYPE score-partwise [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + GOOD
NO_NOTES = score(("Tune", ["<note><rest/><duration>12</duration></note>"]))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.musicxml", "", "empty"),
        ("a.musicxml", "these are no notes", "not well-formed"),
        ("a.musicxml", GOOD[:-40], "not well-formed"),
        ("a.musicxml", "<html><body/></html>", "not MusicXML"),
        ("a.musicxml", "<score-partwise><part-list/></score-partwise>", "without parts"),
        ("a.musicxml", score(("Tune", [])), "no notes"),
        ("a.musicxml", NO_NOTES, "no notes"),
        ("a.musicxml", BILLION, "declares XML entities"),
        ("a.musicxml", EXTERNAL, "declares XML entities"),
        ("a.musicxml", "<a>" * 100 + "</a>" * 100, "far more XML"),
        ("a.musicxml", GOOD.replace("<step>C<", "<step>H<"), "bar 1: 'H' is not a note name"),
        ("a.musicxml", GOOD.replace("<duration>12<", "<duration>many<"), "bar 1"),
        ("a.musicxml", GOOD.replace("<duration>12<", "<duration>1e9<"), "bar 1"),
        ("a.musicxml", GOOD.replace("<divisions>4<", "<divisions>0<"), "bar 1"),
        ("a.musicxml", GOOD.replace("<beat-type>4<", "<beat-type>0<"), "bar 1"),
        ("a.mxl", "PK\x03\x04 cut off", "damaged"),
        ("a.txt", "hello", "'.txt' is not a format"),
        ("a.abc", "hello", "no key field"),
        ("a.abc", "X:1\nK:C\n", "no notes"),
        ("a.abc", "X:1\nL:0\nK:C\nC", "line 4: '0' is not a note length"),
        ("a.abc", "X:1\nK:C\nC/0", "line 3"),
        ("a.abc", "X:1\nL:1/1\nK:C\n" + "C99" * 99, "line 4: this bar is far too long"),
        ("a.mid", "MThd and then nothing", "not a MIDI file"),
        ("a.krn", "hello", "no **kern"),
    ],
)
def test_bad_file_is_refused_in_one_line(tmp_path: Path, name: str, content: str, reason: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    for read in (read_lead_sheet, read_score):
        with pytest.raises(ReadError) as refusal:
            read(path)
        assert str(refusal.value).startswith(str(path))
        assert reason in str(refusal.value)
        assert "\n" not in str(refusal.value)


def zipped(content: bytes, container: str | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        if container is not None:
            archive.writestr("META-INF/container.xml", container)
        archive.writestr("score.xml", content)
    return buffer.getvalue()


def test_compressed_file_with_a_broken_container_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tune.mxl"
    path.write_bytes(zipped(GOOD.encode(), "<container full-path='I'll see'/>"))
    assert pitches(read_lead_sheet(path)) == "C5"


def test_truncated_zip_and_zip_bomb(tmp_path: Path) -> None:
    path = tmp_path / "tune.mxl"
    path.write_bytes(zipped(GOOD.encode())[:-30])
    with pytest.raises(ReadError, match="damaged"):
        read_lead_sheet(path)
    path.write_bytes(zipped(b" " * (8 << 20)))
    with pytest.raises(ReadError, match="unpacks to far more"):
        read_lead_sheet(path)


def test_missing_file_folder_and_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ReadError, match="no such file"):
        read_lead_sheet(tmp_path / "none.mxl")
    with pytest.raises(ReadError, match="folder"):
        read_score(tmp_path)
    path = tmp_path / "tune.xml"
    path.write_text(GOOD)
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 10)
    with pytest.raises(ReadError, match="too large"):
        read_lead_sheet(path)


def test_no_more_notes_and_bars_than_the_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tune.xml"
    path.write_text(score(("Tune", [note("C", 5, 12)] * 3)))
    monkeypatch.setattr(limits, "MAX_BARS", 2)
    with pytest.raises(ReadError, match="3 bars; at most 2"):
        read_score(path)


# ---------------------------------------------------------------- real files


def counted(path: Path) -> Counter[str]:
    """Return counts of the elements in a file's XML."""
    root = parse_xml(unzip_musicxml(read_bytes(path), str(path)), str(path))
    ends = [end.get("type") for end in root.iter("ending")]
    turns = [turn.get("direction") for turn in root.iter("repeat")]
    sung = [y for y in root.iter("lyric") if any((text.text or "").strip() for text in y.findall("text"))]
    tuplets = sum(1 for _ in root.iter("tuplet"))
    return Counter(
        notes=len(root.findall(".//note")),
        pitches=len(root.findall(".//pitch")),
        ties=len(root.findall(".//tie")),
        slurs=len(root.findall(".//slur")),
        fermatas=len(root.findall(".//fermata")),
        graces=len(root.findall(".//grace")),
        chords=len(root.findall(".//harmony")),
        lyrics=len(sung),
        tuplets=tuplets,
        starts=turns.count("forward"),
        ends=turns.count("backward"),
        voltas=ends.count("start"),
    )


@pytest.mark.skipif(not SHEETS, reason="the shared lead sheets are not here")
@pytest.mark.parametrize("path", SHEETS[::18], ids=lambda path: path.stem[:40])
def test_lead_sheets_keep_every_element(path: Path) -> None:
    tune = read_lead_sheet(path)
    notes, bars = tune.melody.notes, tune.score.bars
    found = Counter(
        notes=len(notes),
        pitches=sum(n.pitch is not None for n in notes),
        ties=sum(n.tie_start + n.tie_stop for n in notes),
        slurs=sum(len(n.slur_starts) + len(n.slur_stops) for n in notes),
        fermatas=sum(n.fermata for n in notes),
        graces=sum(n.grace is not None for n in notes),
        chords=len(tune.chords) - sum("typed as words" in notice.message for notice in tune.notices),
        lyrics=sum(len(n.lyrics) for n in notes),
        tuplets=sum(t.start + t.stop for n in notes if n.notation for t in n.notation.tuplets),
        starts=sum(bar.repeat_start for bar in bars),
        ends=sum(bar.repeat_end > 0 for bar in bars),
        voltas=sum(bar.volta_start for bar in bars),
    )
    assert found == counted(path)


@pytest.mark.skipif(not HYMNS, reason="the shared hymns are not here")
@pytest.mark.parametrize("path", HYMNS[::20], ids=lambda path: path.stem[:40])
def test_hymns_are_soprano_alto_tenor_and_bass(path: Path) -> None:
    hymn = read_score(path)
    assert [part.name for part in hymn.parts] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert all(part.notes for part in hymn.parts)
