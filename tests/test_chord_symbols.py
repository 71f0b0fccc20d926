"""Chord symbols: spellings found in lead sheets, essential tones, reading and writing MusicXML."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.notation.chord import ChordSymbol, ChordSymbolError, ChordTone
from theory.notation.chord_kinds import KIND_DEGREES, QUALITIES, parse_degrees
from theory.notation.chord_text import parse_suffix, suffix_of
from theory.notation.chord_xml import parse_harmony, to_harmony
from theory.notation.pitch import Interval, Tone

LEADSHEETS = Path(__file__).parents[1].parent / "shared" / "data" / "leadsheets"

# degrees, then all spellings of them
SPELLINGS = {
    "1 3 5": "C CM Cmaj CMAJ",
    "1 3 5 7": "CM7 Cmaj7 Cma7 CMa7 CMAJ7 C^7 C^ CΔ CΔ7 C△7 C7M Cj7",
    "1 b3 5": "Cm Cmi Cmin C- c- cm",
    "1 b3 5 b7": "C-7 Cm7 Cmin7 Cmi7 CMIN7 Cm(7) cm7",
    "1 b3 b5 b7": "Cm7b5 Cm7♭5 Cm7(b5) C-7b5 C-7-5 Cø Cø7 CØ7 Ch7 C/o7 Chalfdim7 Cmin7b5",
    "1 b3 b5": "Cdim Co C° Cdiminished Cmb5",
    "1 b3 b5 bb7": "C°7 Co7 Cdim7 Cº7",
    "1 3 #5": "C+ Caug C+5 C(#5) C(♯5)",
    "1 3 #5 b7": "C7+ C+7 C7#5 C7(#5) Caug7 C7+5 C7aug",
    "1 3 b5 b7": "C7b5 C7-5 C7(b5)",
    "1 4 5": "Csus Csus4 C4 CSUS Csus(4)",
    "1 2 5": "Csus2",
    "1 4 5 b7": "C7sus4 C7sus Csus7 C7(sus4)",
    "1 4 5 b7 9": "C9sus4 C9sus C11sus4",
    "1 4 5 b7 b9": "C7sus4b9 C7b9sus4 C7susb9",
    "1 3 5 9": "C2 Cadd9 C(add9) Cadd2 C(9)",
    "1 b3 5 9": "Cmadd9 Cm(add9) C-add9 Cminadd9",
    "1 5": "C5 Cno3 C(no3) Comit3 Cno3rd",
    "1 3 5 6": "C6 CM6 Cmaj6 Cadd6",
    "1 b3 5 6": "Cm6 C-6 Cmi6",
    "1 3 5 6 9": "C69 C6/9 C6(9) C6add9",
    "1 b3 5 6 9": "Cm69 Cm6/9",
    "1 3 5 b7 9": "C9 C7/9 C7(9) C7add9",
    "1 5 b7 9 11": "C11",
    "1 3 5 b7 9 13": "C13 C9(13)",
    "1 3 5 b7 13": "C7(13) C7add13 C7add6",
    "1 3 5 7 9": "Cmaj9 CM9 C^9 CΔ9 Cma9",
    "1 3 5 7 9 13": "Cmaj13 CM13",
    "1 b3 5 b7 9": "Cm9 C-9 Cmi9",
    "1 b3 5 b7 9 11": "Cm11 Cmin11",
    "1 b3 5 b7 9 11 13": "Cm13",
    "1 3 5 b7 b9": "C7b9 C7(b9) C7-9 C7♭9 C7(-9)",
    "1 3 5 b7 #9": "C7#9 C7(#9) C7+9",
    "1 3 5 b7 #9 b13": "C7#9b13 C7(#9,b13)",
    "1 3 5 b7 b9 #11": "C7(b9,#11) C7b9#11 C7(b9/#11) C7(♭9♯11)",
    "1 3 5 b7 b9 13": "C13b9 C13(b9)",
    "1 3 #5 b7 b9 #9": "C7alt Calt C7(alt)",
    "1 3 5 b7 9 #11": "C9#11 C9(#11)",
    "1 b3 5 7": "Cm(maj7) CmM7 Cm/maj7 CmMaj7 Cm(M7) C-Δ C-^7 Cm#7 Cm7M",
    "1 b3 5 7 9": "CmM9 Cm(maj9)",
    "1 3 5 7 #11": "Cmaj7#11 CΔ#11 C^7(#11)",
    "1 3 #5 7": "Cmaj7#5 C+M7 Caugmaj7 CM7+",
    "1 b3 b5 7": "Cdim(maj7) C°M7",
    "1 3 b7": "C7no5 C7omit5",
    "1 5 b7": "C7no3 C7omit3",
    "1 3 b5": "C(b5)",
    "1 b3 #5": "Cm#5 Cm+",
    "1 b3 5 b13": "Cmb6 Cm(b6)",
}
CASES = [(spelling, degrees) for degrees, spellings in SPELLINGS.items() for spelling in spellings.split()]

REFUSED = "H7 c a7 bb dim add9 C8 Cfoo Cmaj#11 Cm+7 C7m C( C(7 C)7( Cm5 C/ C/H C/7 Dm/7 /C X Cdom C77 Cmm Cdimdim Cno1"

# words from which suffixes are made for round trips
_HEADS = [q.name for q in QUALITIES]
_WORDS = ["b9", "#9", "#11", "b13", "b5", "#5", "add9", "add11", "add13", "no3", "no5", "sus4", "sus2", "6", "add6"]
suffixes = st.builds(lambda head, words: head + "".join(f"({word})" for word in words),
                     st.sampled_from(_HEADS), st.lists(st.sampled_from(_WORDS), max_size=3))  # fmt: skip
roots = st.integers(-8, 12).map(Tone.from_fifths)


def names(symbol: ChordSymbol, pitch_classes: Iterator[int] | frozenset[int] | tuple[int, ...]) -> str:
    """Return pitch classes spelled by the symbol, sorted if they came as a set."""
    order = sorted(pitch_classes) if isinstance(pitch_classes, frozenset) else pitch_classes
    return " ".join(str(Tone.from_fifths(symbol.spelling(pc))) for pc in order)


@pytest.mark.parametrize(("spelling", "degrees"), CASES)
def test_every_spelling_of_lead_sheets_is_read(spelling, degrees):
    symbol = ChordSymbol.parse(spelling)
    assert symbol.degrees == parse_degrees(degrees)
    assert str(symbol.root) == "C"
    assert symbol.text == spelling
    assert ChordSymbol.parse(symbol.figure) == symbol


@pytest.mark.parametrize("spelling", REFUSED.split())
def test_what_is_unclear_is_refused_by_name(spelling):
    with pytest.raises(ChordSymbolError, match="chord symbol") as refusal:
        ChordSymbol.parse(spelling)
    assert repr(spelling) in str(refusal.value)


def test_refusal_names_the_nearest_spelling_or_both_meanings():
    with pytest.raises(ChordSymbolError, match=r"nearest known is Bbm7b5$"):
        ChordSymbol.parse("Bbm7b5x")
    with pytest.raises(ChordSymbolError, match=r"write A7 or Am7$"):
        ChordSymbol.parse("a7")


@pytest.mark.parametrize(
    ("text", "root", "bass", "figure"),
    [
        ("Bb", "Bb", None, "Bb"), ("Bb7", "Bb", None, "Bb7"), ("Bbm", "Bb", None, "Bbm"),
        ("B♭m7♭5", "Bb", None, "Bbm7b5"),
        ("bbm7", "Bb", None, "Bbm7"), ("F♯dim", "F#", None, "F#dim"), ("Ebmaj7#11", "Eb", None, "Ebmaj7#11"),
        ("C/E", "C", "E", "C/E"), ("C/Bb", "C", "Bb", "C/Bb"), ("Cm7/Bb", "C", "Bb", "Cm7/Bb"),
        ("am/g", "A", "G", "Am/G"),
        ("C6/9/E", "C", "E", "C6/9/E"), ("A/C♯", "A", "C#", "A/C#"), ("Dm/maj7", "D", None, "Dm(maj7)"),
        ("Fx°7", "F##", None, "F##dim7"), ("Bbb7", "Bbb", None, "Bbb7"), ("C (b5) / Gb", "C", "Gb", "C(b5)/Gb"),
        ("D/f+", "D", "F#", "D/F#"), ("A7/c+", "A", "C#", "A7/C#"), ("Bb/d", "Bb", "D", "Bb/D"),
        ("E/g♯", "E", "G#", "E/G#"),
        ("C/dim", "C", None, "Cdim"), ("F#/dim7", "F#", None, "F#dim7"), ("A/sus4", "A", None, "Asus4"),
        ("G#d", "G#", None, "G#dim"), ("Bd7", "B", None, "Bdim7"), ("Cmj7", "C", None, "Cmaj7"),
        ("Bbmj9", "Bb", None, "Bbmaj9"),
        ("G⁷", "G", None, "G7"), ("Cᵐ⁷", "C", None, "Cm7"), ("F₆", "F", None, "F6"), ("D⁷⁽ᵇ⁹⁾", "D", None, "D7b9"),
        ("E7(9-)", "E", None, "E7b9"), ("E7(5+)", "E", None, "E7#5"), ("G7.", "G", None, "G7"),
    ],
)  # fmt: skip
def test_root_and_slash_bass(text, root, bass, figure):
    symbol = ChordSymbol.parse(text)
    assert (str(symbol.root), symbol.bass and str(symbol.bass), str(symbol)) == (root, bass, figure)


@pytest.mark.parametrize("text", ["N.C.", "NC", "n.c.", "N.C", "no chord"])
def test_no_chord(text):
    symbol = ChordSymbol.parse(text)
    assert symbol.is_no_chord
    assert symbol.lowest is symbol.bass_pitch_class is None
    assert (symbol.pitch_classes, symbol.essential, symbol.omissible, str(symbol)) == ((), frozenset(), (), "N.C.")
    assert symbol.up(Interval.parse("M2")) == symbol == symbol.popular()


def test_tones_carry_role_and_interval():
    tones = [(tone.role, tone.interval.name) for tone in ChordSymbol.parse("C9sus4").tones]
    assert tones == [("root", "P1"), ("third", "P4"), ("fifth", "P5"), ("seventh", "m7"), ("tension", "M9")]
    assert ChordSymbol.parse("F6").tones[-1] == ChordTone("sixth", Interval.parse("M6"))


@pytest.mark.parametrize(
    ("text", "essential", "omissible"),
    [
        ("C", "E", "G"), ("Cm", "Eb", "G"), ("Cdim", "Eb Gb", ""), ("Cdim7", "Eb Gb Bbb", ""), ("Caug", "E G#", ""),
        ("C7", "E Bb", "G"), ("C6", "E A", "G"), ("Csus4", "F", "G"), ("C7sus4", "F Bb", "G"), ("C5", "G", ""),
        ("Cm7b5", "Eb Gb Bb", ""), ("Cadd9", "D E", "G"), ("C7b9", "Db E Bb", "G C"), ("C9", "D E Bb", "G C D"),
        ("C11", "F Bb", "G C D"), ("Cm11", "Eb F Bb", "G C D"), ("C13", "E A Bb", "G C D"),
        ("C13b9", "Db E A Bb", "G C"), ("C7alt", "E G# Bb", "C Db D#"), ("C7b5b9", "Db E Gb Bb", "C"),
        ("C/G", "E", ""), ("C7/D", "E Bb", "G C"), ("C6/9", "D E A", "G"),
    ],
)  # fmt: skip
def test_what_must_sound_and_what_may_go(text, essential, omissible):
    symbol = ChordSymbol.parse(text)
    assert names(symbol, symbol.essential) == essential
    assert names(symbol, symbol.omissible) == omissible


@given(roots, suffixes)
def test_four_voices_can_always_say_the_chord(root, suffix):
    try:
        symbol = ChordSymbol.build(root, suffix)
    except ChordSymbolError:
        return
    assert symbol.pitch_classes[0] == root.pitch_class
    assert len(symbol.essential) <= 4
    assert symbol.essential <= set(symbol.pitch_classes)
    assert set(symbol.omissible) < set(symbol.pitch_classes)
    # only the ninth of a ninth chord is both
    assert len(symbol.essential & set(symbol.omissible)) <= 1


def test_roles_and_spelling_of_pitch_classes():
    symbol = ChordSymbol.parse("C7/D")
    assert [symbol.role_of(pc) for pc in (0, 4, 7, 10, 2, 5)] == ["root", "third", "fifth", "seventh", "bass", None]
    assert 2 not in symbol.pitch_classes
    assert names(symbol, (0, 4, 7, 10, 2)) == "C E G Bb D"
    assert symbol.spelling(5) is None
    assert names(ChordSymbol.parse("Abdim7"), ChordSymbol.parse("Abdim7").pitch_classes) == "Ab Cb Ebb Gbb"
    assert str(Tone.from_fifths(ChordSymbol.parse("C7/A#").spelling(10))) == "A#"  # the bass is spelled as written


def test_equality_is_by_sound_and_spelling_not_by_text():
    assert ChordSymbol.parse("C-7") == ChordSymbol.parse("Cmin7") == ChordSymbol.build(Tone.parse("C"), "m7")
    assert hash(ChordSymbol.parse("C-7")) == hash(ChordSymbol.parse("Cmin7"))
    assert ChordSymbol.parse("C#7") != ChordSymbol.parse("Db7")
    assert ChordSymbol.parse("C") != ChordSymbol.parse("C/E")


def test_popular_songs_mean_the_diminished_seventh():
    assert str(ChordSymbol.parse("G#°/B").popular()) == "G#dim7/B"
    assert str(ChordSymbol.parse("Bm7b5").popular()) == "Bm7b5"


@given(roots, suffixes, st.integers(-6, 6))
def test_transposing_there_and_back_changes_nothing(root, suffix, fifths):
    try:
        symbol = ChordSymbol.build(root, suffix, bass=root.up(Interval.parse("M3")))
    except ChordSymbolError:
        return
    tone = Tone.from_fifths(fifths)
    interval = Interval(tone.step, tone.pitch_class if tone.step else tone.alter)
    there = symbol.up(interval)
    assert there.quality == symbol.quality
    assert there.up(-interval) == symbol
    assert there.pitch_classes == tuple((pc + interval.semitones) % 12 for pc in symbol.pitch_classes)


@given(roots, suffixes)
def test_text_and_musicxml_round_trips(root, suffix):
    try:
        degrees = parse_suffix(suffix)
        canonical = suffix_of(degrees)
    except ChordSymbolError:
        return
    symbol = ChordSymbol.build(root, suffix)
    assert parse_suffix(canonical) == degrees
    assert ChordSymbol.parse(str(symbol)) == symbol
    kind, text, changes = to_harmony(symbol)
    assert kind in KIND_DEGREES
    assert parse_harmony(root, kind, kind_text=text, degrees=changes) == symbol
    assert parse_harmony(root, kind, degrees=changes) == symbol


@pytest.mark.parametrize(
    ("figure", "kind", "degrees"),
    [
        ("Cm7b5", "half-diminished", ()), ("C7sus4", "suspended-fourth", ((7, 0, "add"),)), ("C", "major", ()),
        ("Cm(maj7)", "major-minor", ()), ("C7b9", "dominant", ((9, -1, "add"),)),
        ("C7b5", "dominant", ((5, -1, "alter"),)),
        ("C6/9", "major-sixth", ((9, 0, "add"),)), ("Cadd9", "major", ((9, 0, "add"),)),
        ("Cmaj7#5", "major-seventh", ((5, 1, "alter"),)), ("C7no5", "dominant", ((5, 0, "subtract"),)),
        ("C7alt", "augmented-seventh", ((9, -1, "add"), (9, 1, "add"))), ("N.C.", "none", ()),
    ],
)  # fmt: skip
def test_kinds_are_written_as_the_standard_says(figure, kind, degrees):
    symbol = ChordSymbol.parse(figure)
    assert to_harmony(symbol) == (kind, symbol.figure.removeprefix("C"), degrees)
    assert parse_harmony(symbol.root, kind, degrees=degrees) == symbol


@pytest.mark.parametrize(
    ("kind", "text", "degrees", "quality"),
    [
        # as lead sheets and programs write them
        ("minor-seventh", "", [(5, -1, "add")], "m7b5"), ("minor-seventh", "m7", [(5, -1, "alter")], "m7b5"),
        ("suspended-fourth", "9sus", [(7, 0, "add"), (9, 0, "add")], "9sus4"), ("maj69", "69", [], "6/9"),
        ("suspended-fourth-seventh", "", [], "7sus4"), ("minor-major", "mMaj7", [], "m(maj7)"),
        ("augmented-ninth", "9+", [], "9#5"), ("dominant-13th", "13b9", [(9, -1, "alter")], "13b9"),
        ("dominant-ninth", "9", [(11, 1, "add")], "9#11"), ("minor", "m+", [(5, 1, "alter")], "m#5"),
        ("major", "add2", [(9, 0, "add")], "add9"), ("major", "", [(2, 0, "add")], "add9"), ("", "", [], ""),
        ("dominant", "7sus4", [], "7sus4"), ("dominant", "7(b9)", [], "7b9"), ("dominant-ninth", "7", [], "9"),
        ("minor", "", [(7, 0, "add")], "m7"), ("minor", "", [(7, 1, "add")], "m(maj7)"), ("major", "m", [], ""),
        ("major-seventh", "", [(7, -1, "alter")], "7"), ("other", "7alt", [], "7alt"), ("power", "5", [], "5"),
        ("other", "", [(3, 0, "add"), (5, 0, "add"), (7, 0, "add")], "7"), ("", "69", [], "6/9"),
        ("dominant-13th", "", [(11, 0, "subtract")], "13"), ("dominant-11th", "", [], "11"), ("min9", "", [], "m9"),
        ("Italian", "", [], "It+6"), ("tristan", "", [], "Tristan"), ("pedal", "", [], "pedal"),
    ],
)  # fmt: skip
def test_kinds_as_found_in_files(kind, text, degrees, quality):
    assert parse_harmony(Tone.parse("Eb"), kind, kind_text=text, degrees=degrees).quality == quality


def test_functional_sixths_sound_as_theory_says():
    a_flat = Tone.parse("Ab")
    german = parse_harmony(a_flat, "German")
    assert names(german, german.pitch_classes) == "Ab C Eb F#"
    french = parse_harmony(a_flat, "French")
    assert names(french, frozenset(french.pitch_classes)) == "C D F# Ab"
    assert str(parse_harmony(Tone.parse("Db"), "Neapolitan")) == "Db/F"


@pytest.mark.parametrize(
    ("root", "kind", "text", "degrees"),
    [
        ("C", "other", "wild", []), ("C", "mystery", "", []), (None, "major", "", []),
        ("C", "none", "", [(6, 0, "add"), (9, 0, "add")]), ("C", "minor", "", [(3, 0, "add")]),
        ("C", "major", "", [(8, 0, "add")]), ("C", "major", "", [(1, 0, "subtract")]),
    ],
)  # fmt: skip
def test_harmonies_that_say_no_chord_are_refused(root, kind, text, degrees):
    with pytest.raises(ChordSymbolError):
        parse_harmony(root and Tone.parse(root), kind, kind_text=text, degrees=degrees)


# C13, C11 and 7alt are not compared: music21 keeps the eleventh and the third that musicians omit
ORACLE = """
C Cm C7 Cm7 Cmaj7 CM7 C6 Cm6 C9 Cm9 CM9 Cdim Cdim7 Co7 C+ Caug C+7 C7+ Cm7b5 Cø7 CmM7 Csus4 Csus2 C7sus4
C9#5 Cm11 C7b9 C7#9 C7#11 C/E F#7/A# B-7 E-m7 B-/D A-maj7 G7/F D-6 F#dim7 Gm6 E7b9 Am9 B-m7 Cadd9 Cm13
"""


@pytest.mark.parametrize("figure", ORACLE.split())
def test_music21_hears_the_same_notes(figure):
    harmony = pytest.importorskip("music21.harmony")
    theirs = {pitch.pitchClass for pitch in harmony.ChordSymbol(figure).pitches}
    symbol = ChordSymbol.parse(figure[0] + figure[1:].replace("-", "b"))
    assert set(symbol.pitch_classes) | {symbol.bass_pitch_class} == theirs


def harmonies(path: Path) -> Iterator[ElementTree.Element]:
    """Yield the <harmony> elements of a compressed MusicXML file."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.startswith("META-INF") and name.endswith(("xml", "musicxml")):
                yield from ElementTree.fromstring(archive.read(name)).iter("harmony")


def read_tone(harmony: ElementTree.Element, what: str) -> Tone | None:
    step = harmony.findtext(f"{what}/{what}-step")
    return step and Tone("CDEFGAB".index(step), int(harmony.findtext(f"{what}/{what}-alter") or 0))


@pytest.mark.skipif(not LEADSHEETS.is_dir(), reason="the lead sheets are not here")
def test_every_harmony_of_the_lead_sheets_is_read_as_its_text_says():
    count: Counter[str] = Counter()
    for path in sorted(LEADSHEETS.glob("*.mxl")):
        for harmony in harmonies(path):
            kind = harmony.find("kind")
            text = kind.get("text", "")
            degrees = [
                (int(d.findtext("degree-value")), int(d.findtext("degree-alter")), d.findtext("degree-type"))
                for d in harmony.findall("degree")
            ]
            root, bass = read_tone(harmony, "root"), read_tone(harmony, "bass")
            symbol = parse_harmony(root, (kind.text or "").strip(), kind_text=text, degrees=degrees, bass=bass)
            assert ChordSymbol.parse(str(symbol)) == symbol
            count["read"] += 1
            if text and symbol.degrees != parse_suffix(text):
                count["text says less"] += 1
                assert degrees, f"{path.name}: {kind.text} {text} was read as {symbol}"
    assert count["read"] == 13977
    # m7, 7 and 9 with a degree that is printed beside the text
    assert count["text says less"] == 3
