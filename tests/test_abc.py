"""ABC as people write it: each kind of habit that was misread once, with its sisters."""

from __future__ import annotations

from pathlib import Path

import pytest

from arranger.formats.reading import ReadError, read_lead_sheet, read_score
from arranger.formats.reading.typed import parse_typed
from theory.notation.chord_kinds import ChordSymbolError
from theory.notation.score import LeadSheet
from theory.notation.unfold import playing_order

CASES = Path(__file__).parent / "cases"


def case(name: str) -> LeadSheet:
    """Return the sheet of a case, by the number that its name begins with."""
    return read_lead_sheet(next(CASES.glob(f"{name}-*.abc")))


@pytest.fixture
def abc(tmp_path: Path):  # type: ignore[no-untyped-def]
    """A function that reads a tune from its text."""

    def read(text: str) -> LeadSheet:
        path = tmp_path / "tune.abc"
        path.write_text(text, encoding="utf-8")
        return read_lead_sheet(path)

    return read


def pitches(tune: LeadSheet) -> str:
    return " ".join(str(note.pitch) if note.pitch else "-" for note in tune.melody.notes)


def chords(tune: LeadSheet) -> str:
    return " ".join(str(chord.symbol) for chord in tune.chords)


def words(tune: LeadSheet) -> list[str]:
    return [lyric.text for note in tune.melody.notes for lyric in note.lyrics]


def told(tune: LeadSheet) -> str:
    return " | ".join(notice.message for notice in tune.notices)


def played(tune: LeadSheet) -> list[int]:
    return playing_order(tune.score.bars, tune.score.directions)


HEAD = "X:1\nT:Tune\nM:4/4\nL:1/4\n"


# ---------------------------------------------------------------- fields after a continued line


def test_a_key_after_a_continued_line_takes_effect() -> None:
    tune = case("70a")
    assert [str(bar.key) for bar in tune.score.bars if bar.shows_key] == ["D major", "F major"]
    assert pitches(tune).endswith("A5 F#5 F5 C5 A4 C5 D5 Bb4 Bb4 C5 Bb4 G4 E4 F4")


def test_a_meter_and_a_tempo_after_a_continued_line_take_effect() -> None:
    assert [str(bar.meter) for bar in case("70b").score.bars] == ["6/8", "6/8", "9/8", "9/8", "6/8"]
    tempo = case("70f").score.directions[0]
    assert (tempo.kind, tempo.value, tempo.onset_quarter) == ("tempo", "90", 8)
    assert len(case("70f").melody.notes) == 12


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("L:1/8", "C4 D4 E4 F4 G4 A4"),
        ("P:B", "C4 D4 E4 F4 G4 A4"),
        ("N:a bad cabbage", "C4 D4 E4 F4 G4 A4"),
        ("K:Ab", "C4 D4 E4 F4 G4 Ab4"),
        ("% a comment", "C4 D4 E4 F4 G4 A4"),
        ("%%vskip 1cm", "C4 D4 E4 F4 G4 A4"),
    ],
)
def test_music_goes_on_after_a_field_between_continued_lines(abc, field: str, found: str) -> None:  # type: ignore[no-untyped-def]
    tune = abc(f"{HEAD}K:C\nCDEF|\\\n{field}\nGA|]\nw: one two three four five six\n")
    assert pitches(tune) == found
    assert words(tune) == ["one", "two", "three", "four", "five", "six"]


# ---------------------------------------------------------------- text after the tune


def test_an_empty_line_ends_the_tune_and_text_after_it_is_told() -> None:
    tune = case("20a")
    assert len(tune.melody.notes) == 13
    assert "line 8: 'A few notes about the next dance" in told(tune)


@pytest.mark.parametrize(
    "text",
    [
        "\n\nBad cabbage fed a dead cad.",
        "\n%%begintext\nFeed a bee\n%%endtext",
        "\n%%text Add a bead\n% bad egg",
        "\n\nW: A verse\n\nX:2\nK:D\nDDDD|",
    ],
)
def test_text_is_no_music(abc, text: str) -> None:  # type: ignore[no-untyped-def]
    assert pitches(abc(f"{HEAD}K:C\nCDEF|]{text}\n")) == "C4 D4 E4 F4"


def test_an_empty_line_before_the_music_ends_nothing(abc) -> None:  # type: ignore[no-untyped-def]
    assert pitches(abc("A few words: Abe fed a cad.\n\nX:1\n\nT:Tune\nM:4/4\nL:1/4\nK:C\n\nCDEF|]\n")) == "C4 D4 E4 F4"


def test_a_line_that_begins_with_a_note_and_a_repeat_is_music(abc) -> None:  # type: ignore[no-untyped-def]
    tune = abc(f"{HEAD}K:C\n|:CDEF|G3\nA:|\nc::d3|e4:|\n")
    assert pitches(tune) == "C4 D4 E4 F4 G4 A4 C5 D5 E5"


# ---------------------------------------------------------------- quotes and line breaks


def test_typographic_and_escaped_quotes() -> None:
    assert (chords(case("34a")), len(case("34a").melody.notes)) == ("G D7 G", 9)
    text = case("34c")
    assert [(each.text, each.placement) for each in text.score.directions] == [('He said "go" and left', "below")]
    assert (chords(text), len(text.melody.notes)) == ("D7 G", 9)


@pytest.mark.parametrize(
    "line",
    [
        "„C“CD „G7“EF|",
        "»C«CD ″G7″EF|",
        '“C"CD "G7”EF|',
        "&quot;C&quot;CD &quot;G7&quot;EF|",
        '\\"C\\"CD \\"G7\\"EF|',
        "&ldquo;C&rdquo;CD ＂G7＂EF|",
        '"C"CD"G7"EF|',
    ],
)
def test_quotes_of_all_sorts_enclose_chords(abc, line: str) -> None:  # type: ignore[no-untyped-def]
    tune = abc(f"{HEAD}K:C\n{line}\n")
    assert (chords(tune), pitches(tune)) == ("C G7", "C4 D4 E4 F4")


def test_quotes_in_an_annotation_stay_and_octave_marks_may_be_typographic(abc) -> None:  # type: ignore[no-untyped-def]
    tune = abc(f'{HEAD}K:C\n"^so “far” ’tis"c’d e f|\n')
    assert [each.text for each in tune.score.directions] == ["so “far” ’tis"]
    assert pitches(tune) == "C6 D5 E5 F5"


def test_an_exclamation_mark_alone_is_a_line_break() -> None:
    tune = case("25a")
    assert pitches(tune) == "G4 B4 D5 B4 A4 F#4 D4 F#4 G4 A4 B4 C5 D5 B4 A4 G4 G4"
    assert "not kept" not in told(tune)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("CDEF!GABc!CDEF|", "C4 D4 E4 F4 G4 A4 B4 C5 C4 D4 E4 F4"),
        ("CDEF|!GABc|!CDEF|", "C4 D4 E4 F4 G4 A4 B4 C5 C4 D4 E4 F4"),
        ("!f!CDEF|!fermata!G4!", "C4 D4 E4 F4 G4"),
        ("!8va(!CDEF|!8va)!G4|", "C4 D4 E4 F4 G4"),
        ("CDEF! GA^Bc !C4|", "C4 D4 E4 F4 G4 A4 B#4 C5 C4"),
    ],
)
def test_line_breaks_and_decorations_lose_no_note(abc, line: str, found: str) -> None:  # type: ignore[no-untyped-def]
    assert pitches(abc(f"{HEAD}K:C\n{line}\n")) == found


# ---------------------------------------------------------------- octaves and transposition


def parts_of(path: Path) -> list[str]:
    return [" ".join(str(note.pitch) for note in part.notes) for part in read_score(path).parts]


def test_octaves_and_clefs_sound_as_the_standard_says() -> None:
    assert pitches(case("22a")) == "C4 E4 G4 E4 F4 A4 F4 C4 C4"
    assert parts_of(CASES / "22b-treble-8.abc") == ["E5 E5 F5 E5 E5", "C4 C4 C4 C4 C4"]
    assert parts_of(CASES / "22d-satb-treble-8.abc")[2] == "G4 A4 D5 G4 F4 E4 D4 E4"


@pytest.mark.parametrize(
    ("key", "voice", "found"),
    [
        ("K:C treble-8", "V:1", "C3 E3"),
        ("K:C clef=treble+8", "V:1", "C5 E5"),
        ("K:C", 'V:1 clef="treble-8" name="T"', "C3 E3"),
        ("K:C octave=1", "V:1 octave=-1", "C3 E3"),
        ("K:C octave=-1", "V:1 treble-8", "C2 E2"),
        ("K:C", "V:1 transpose=-2", "Bb3 D4"),
        ("K:C transpose=3", "V:1", "Eb4 G4"),
        ("K:C", "V:1 clef=bass middle=d", "C4 E4"),
        ("K:C treble-8", "V:1 clef=treble", "C4 E4"),
    ],
)
def test_settings_of_a_key_or_a_voice_move_the_notes(abc, key: str, voice: str, found: str) -> None:  # type: ignore[no-untyped-def]
    tune = abc(f'{HEAD}{voice}\n{key}\n[V:1] "C"CE|]\n')
    assert pitches(tune) == found


def test_a_transposed_voice_has_its_sounding_key_and_chords(abc) -> None:  # type: ignore[no-untyped-def]
    tune = abc(f'{HEAD}K:D transpose=-2\n"D"F- F "A7"^d2|]\n')
    assert (pitches(tune), chords(tune), str(tune.score.bars[0].key)) == ("E4 E4 C#5", "C G7", "C major")
    assert [note.tie_stop for note in tune.melody.notes] == [False, True, False]


def test_what_moves_notes_elsewhere_and_is_not_followed_is_told(abc) -> None:  # type: ignore[no-untyped-def]
    assert "'score=Cc' is not followed" in told(abc(f"{HEAD}K:C score=Cc\nCDEF|\n"))
    with pytest.raises(ReadError, match="moves the notes beyond any instrument"):
        abc(f"{HEAD}K:C octave=9\nCDEF|\n")


# ---------------------------------------------------------------- playing order and jumps


def test_the_playing_order_is_followed() -> None:
    tune = case("21a")
    assert played(tune) == [0, 1, 0, 1, 2, 3, 4, 5]
    assert "P:AABA" in told(tune)


@pytest.mark.parametrize(
    ("order", "first", "bars"),
    [
        ("AB", "CDEF|", "CG"),
        ("AABB", "CDEF|", "CCGG"),
        ("A2B2", "CDEF|", "CCGG"),
        ("(AB)2", "CDEF|", "CGCG"),
        ("AABA", "|:CDEF:|", "CCGC"),
        ("AAB", "CDEF:|", "CCG"),
        ("ABC", "CDEF|", "CG"),
        ("ABA", "CDEF|", "CGC"),
    ],
)
def test_orders_of_parts(abc, order: str, first: str, bars: str) -> None:  # type: ignore[no-untyped-def]
    tune = abc(f"X:1\nP:{order}\nM:4/4\nL:1/4\nK:C\nP:A\n{first}\nP:B\nGABc|\n")
    heard = [
        next(n for n in tune.melody.notes if n.onset_quarter == tune.score.bars[i].onset_quarter) for i in played(tune)
    ]
    assert "".join(str(note.pitch)[0] for note in heard) == bars
    assert ("P:" in told(tune)) == (order != "AB")


@pytest.mark.parametrize("name", ["26a", "26c"])
def test_a_jump_in_words_is_followed(name: str) -> None:
    assert played(case(name)) == [0, 1, 2, 3, 0, 1]


@pytest.mark.parametrize(
    ("music", "bars"),
    [
        ('CDEF|"^Fine"G4||cdef|g4 "^Da Capo al Fine"|]', [0, 1, 2, 3, 0, 1]),
        ('CDEF|!segno!GABc|cdef|"D.S."g4|]', [0, 1, 2, 3, 1, 2, 3]),
        ("CDEF|GABc !fine!|cdef|g4 !D.C. al fine!|]", [0, 1, 2, 3, 0, 1]),
    ],
)
def test_jumps_where_people_write_them(abc, music: str, bars: list[int]) -> None:  # type: ignore[no-untyped-def]
    assert played(abc(f"{HEAD}K:C\n{music}\n")) == bars


# ---------------------------------------------------------------- fields before voices


def test_fields_before_the_first_voice_hold_for_all_voices() -> None:
    score = read_score(CASES / "29a-fields-before-voices.abc")
    assert [part.name for part in score.parts] == ["S", "B"]
    assert {str(bar.meter) for bar in score.bars} == {"3/4"}
    assert [each.text for each in score.directions] == ["A"]


@pytest.mark.parametrize("field", ["M:6/8", "L:1/8", "K:F", "Q:1/4=90"])
def test_a_field_before_the_voices_makes_no_voice(tmp_path: Path, field: str) -> None:
    path = tmp_path / "duo.abc"
    path.write_text(f"{HEAD}K:C\n{field}\nV:1\nBBB|\nV:2\nBBB|\n")
    score = read_score(path)
    assert len(score.parts) == 2
    assert len({part.notes[0].pitch for part in score.parts}) == 1


# ---------------------------------------------------------------- text


def test_accents_entities_escapes_and_character_sets() -> None:
    assert case("23a").score.title == "Chanson été"
    assert words(case("23a"))[:6] == ["L'été", "fleu", "rit", "là", "bas", "dé"]
    assert words(case("34d")) == ["_", "one", "_", "two-three", "four", "five", "six"]
    assert case("35a").score.title == "Kołysanka"
    assert words(case("35a"))[:3] == ["Śpij", "ma", "ły,"]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ('M\\"uhle &amp; Gro\\ss', "Mühle & Groß"),
        ("Sm\\o rrebr\\/od", "Sm\\o rrebrød"),
        ("&Eacute;t&eacute; &#8212; \\u00e0 deux", "Été — à deux"),
        ("\\vCesk\\'a \\~n \\,c", "Česká ñ ç"),
        ("50\\% &#0; &#x110000;", "50% &#0; &#x110000;"),
        ('Say \\"yes\\" now', 'Say "yes" now'),
    ],
)
def test_titles_are_decoded(abc, written: str, title: str) -> None:  # type: ignore[no-untyped-def]
    assert abc(f"X:1\nT:{written}\nM:4/4\nL:1/4\nK:C\nCDEF|\n").score.title == title


def test_words_may_have_entities_and_escaped_signs(abc) -> None:  # type: ignore[no-untyped-def]
    tune = abc(f'{HEAD}K:C\nCDEF|\nw: caf&eacute;~au lait\\* \\"ja\\" se\\~n-or\n')
    assert words(tune) == ["café au", "lait*", '"ja"', "señ"]


@pytest.mark.parametrize(
    ("declared", "encoding"), [("%%abc-charset iso-8859-1", "latin-1"), ("I:abc-charset windows-1252", "cp1252")]
)
def test_declared_character_sets(tmp_path: Path, declared: str, encoding: str) -> None:
    path = tmp_path / "tune.abc"
    path.write_bytes(f"{declared}\nX:1\nT:Été\nM:4/4\nL:1/4\nK:C\nCDEF|\n".encode(encoding))
    assert read_lead_sheet(path).score.title == "Été"


def test_a_guessed_character_set_is_told(tmp_path: Path) -> None:
    path = tmp_path / "tune.abc"
    path.write_bytes("X:1\nT:Été\nM:4/4\nL:1/4\nK:C\nCDEF|\n".encode("latin-1"))
    tune = read_lead_sheet(path)
    assert tune.score.title == "Été"
    assert "read as Latin-1" in told(tune)
    path.write_bytes("X:1\nT:Été\nM:4/4\nL:1/4\nK:C\nCDEF|\n".encode("utf-16"))
    assert read_lead_sheet(path).score.title == "Été"


# ---------------------------------------------------------------- no bar lines


@pytest.mark.parametrize(
    ("meter", "music", "lengths"),
    [
        ("4/4", "CDEF GABc cBAG FEDC", [4, 4, 4, 4]),
        ("3/4", "C2 DE2 F G3 G3|]", [3, 3, 3, 3]),
        ("3/4", "C4 D2", [3, 3]),
        ("none", "CDEFG\nABc\nd5", [5, 3, 5]),
    ],
)
def test_a_tune_without_bar_lines_is_divided(abc, meter: str, music: str, lengths: list[int]) -> None:  # type: ignore[no-untyped-def]
    tune = abc(f"X:1\nM:{meter}\nL:1/4\nK:C\n{music}\n")
    assert [bar.length_quarter for bar in tune.score.bars] == lengths
    assert "the tune has no bar lines; it is divided into" in told(tune)


def test_a_note_over_a_new_bar_line_is_tied_and_keeps_its_words(abc) -> None:  # type: ignore[no-untyped-def]
    tune = abc('X:1\nM:3/4\nL:1/4\nK:C\n"C"C4 "G"D2\nw: long short\n')
    assert [(n.duration_quarter, n.tie_start, n.tie_stop) for n in tune.melody.notes[:2]] == [
        (3, True, False),
        (1, False, True),
    ]
    assert words(tune) == ["long", "short"]
    assert [chord.onset_quarter for chord in tune.chords] == [0, 4]


def test_a_long_chant_without_bar_lines_is_read(abc) -> None:  # type: ignore[no-untyped-def]
    tune = abc("X:1\nM:4/4\nL:1/4\nK:C\n" + "CDEF\n" * 400)
    assert (len(tune.score.bars), len(tune.melody.notes)) == (400, 1600)
    with pytest.raises(ReadError, match="far too long"):
        abc("X:1\nM:none\nL:1/4\nK:C\n" + "CDEF" * 400 + "\nC|\n")


# ---------------------------------------------------------------- nothing is dropped in silence


def test_a_voice_overlay_is_quoted(abc) -> None:  # type: ignore[no-untyped-def]
    tune = abc(f"{HEAD}K:C\nCDEF & c4|GABc|\n")
    assert ("& c4" in told(tune), len(tune.melody.notes)) == (True, 8)


def test_unknown_signs_are_named_and_ties_to_rests_left_out(abc) -> None:  # type: ignore[no-untyped-def]
    tune = abc(f"{HEAD}K:C\nkCD-z F|\n")
    assert "unknown sign 'k'" in told(tune)
    assert "a tie to a rest is left out" in told(tune)


def test_chords_of_the_oldest_books_are_chords(abc) -> None:  # type: ignore[no-untyped-def]
    path = abc(f"{HEAD}K:C\n+ceg+DEF|\n")
    assert pitches(path) == "G5 D4 E4 F4"


def test_keys_with_their_own_accidentals(abc) -> None:  # type: ignore[no-untyped-def]
    assert pitches(abc(f"{HEAD}K:D Phr ^f\nDEFB|\n")) == "D4 Eb4 F#4 Bb4"
    assert pitches(abc(f"{HEAD}K:D exp ^f _e\nDEFB|\n")) == "D4 Eb4 F#4 B4"


# ---------------------------------------------------------------- what people type, and what is told of it


def said(tmp_path: Path, text: str) -> str:
    """Return the notices about a tune, one a line, each with its bar."""
    path = tmp_path / "tune.abc"
    path.write_text(text, encoding="utf-8")
    return "\n".join(f"bar {each.bar}: {each.message}" for each in read_lead_sheet(path).notices)


@pytest.mark.parametrize(
    ("typed", "read", "left_out"),
    [
        ("C G", "C", "G"),
        ("C,G7", "C", "G7"),
        ("Am|D7", "Am", "D7"),
        ("G/Em/C", "G", "Em, C"),
        ("F Bb C7", "F", "Bb, C7"),
    ],
)
def test_of_chords_in_a_row_the_first_is_taken(typed: str, read: str, left_out: str) -> None:
    chord, others = parse_typed(typed)
    assert (str(chord), others) == (read, left_out)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("H7", "B7"), ("Hm", "Bm"), ("H", "B"), ("Fis", "F#"), ("Cism7", "C#m7"), ("Bes", "Bb"), ("Es", "Eb"),
     ("Asm", "Abm"), ("Esus4", "Esus4"), ("Asus2", "Asus2"), ("D/m", "Dm"), ("B/m7", "Bm7"), ("A/m7b5", "Am7b5")],
)  # fmt: skip
def test_german_names_and_slashes_before_a_minor_chord(typed: str, read: str) -> None:
    assert str(parse_typed(typed)[0]) == read


@pytest.mark.parametrize("typed", ["A tune", "B section", "Fine", "Hey", "Dismiss", "Cx Cy", "As before"])
def test_words_are_no_chords_in_a_row(typed: str) -> None:
    with pytest.raises(ChordSymbolError):
        parse_typed(typed)


def test_a_german_chord_is_told_since_b_may_mean_b_flat(tmp_path: Path) -> None:
    assert "the chord 'H7' is read as B7" in said(tmp_path, 'X:1\nM:4/4\nL:1/4\nK:Em\n"Em"E G B e|"H7"^d4|]\n')


@pytest.mark.parametrize(
    ("note", "read"), [("^/c", "C5"), ("_1/2B", "B4"), ("^3/2F", "F#4"), ("_3/2E", "Eb4"), ("^/f'", "F6")]
)
def test_a_quarter_tone_costs_a_notice(note: str, read: str, tmp_path: Path) -> None:
    told = said(tmp_path, f"X:1\nM:4/4\nL:1/4\nK:C\nC D E F|G A {note} c|]\n")
    assert f"bar 2: the quarter tone '{note}' is read as {read}" in told


@pytest.mark.parametrize(
    ("key", "what"), [("G mjor", "the mode in 'K:G mjor' is not known; G major is taken"), ("X", "'K:X' is no key")]
)
def test_a_key_that_there_is_not_is_told(key: str, what: str, tmp_path: Path) -> None:
    assert what in said(tmp_path, f"X:1\nM:4/4\nL:1/4\nK:{key}\nC D E F|]\n")


@pytest.mark.parametrize(
    "key", ["", "none", "HP", "clef=bass", "bass", "D exp ^f", "^f", "Am clef=treble", "E phr", "Bb"]
)
def test_keys_and_clefs_are_no_mistake(key: str, tmp_path: Path) -> None:
    assert "K:" not in said(tmp_path, f"X:1\nM:4/4\nL:1/4\nK:{key}\nC D E F|]\n")


def test_signs_that_are_not_kept_are_told_with_their_bars(tmp_path: Path) -> None:
    told = said(tmp_path, "X:1\nM:4/4\nL:1/4\nK:C\nC D E F|G * A B c|!wow!C4|]\n")
    assert "unknown sign '*' (1) in bar 2" in told
    assert "the sign '!wow!' (1) in bar 3" in told


def test_text_before_the_tune_is_told(tmp_path: Path) -> None:
    told = said(tmp_path, "A cafe: |: ABc def :|\n\nX:1\nM:4/4\nL:1/4\nK:C\nC D E F|]\n")
    assert "line 1: 'A cafe: |: ABc def :|' stands before the tune, and is not read" in told
