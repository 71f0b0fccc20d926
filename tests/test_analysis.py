"""Harmonic analysis: textbook progressions, and each kind of non-chord tone."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby

import pytest

from corpora.chorales import read_chorale
from theory.analysis import Analysis, analyse
from theory.analysis.forms import to_json, to_text
from theory.analysis.lyrics import with_numerals
from theory.analysis.nonchord import non_chord_tones
from theory.analysis.numeral import figure_of
from theory.analysis.romantext import to_romantext
from theory.checking.check import check, texture_for
from theory.checking.events import events_of
from theory.harmony.estimate import HarmonicSpan
from theory.harmony.graph import degrees
from theory.harmony.states import QUALITIES
from theory.music21_bridge.romantext import from_romantext
from theory.notation.beats import printed_bars
from theory.notation.instruments import instrument
from theory.notation.key import Key
from theory.notation.pitch import Interval
from theory.notation.score import Bar, Meter, Score
from theory.rules.catalogue import ALL
from theory.rules.example import example_score
from theory.rules.rule import passes
from theory.slices.texture import texture_of
from theory.slices.windows import Windows, ranges_of

RANGES = ranges_of([instrument(name) for name in ("soprano", "alto", "tenor", "bass")])
PROGRESSIONS = {
    "ii6 and the dominant seventh": ("E4 D4 D4 E4 / C4 A3 B3 C4 / G3 D3 F3 G3 / C3 F2 G2 C2", "C", "I ii6 V7 I"),
    "cadential six-four": (
        "E5 F5 E5 D5 C5 / C5 C5 C5 B4 C5 / G4 A4 G4 G4 E4 / C4 F3 G3 G3 C3", "C", "I IV I64 V I"
    ),
    "applied dominant": (
        "E5 E5 F#5 G5 G5 G5 / C5 C5 C5 B4 B4 C5 / G4 A4 A4 G4 F4 E4 / C3 A3 D3 G3 G3 C3", "C", "I vi V7/V V V7 I"
    ),
    "applied diminished seventh": (
        "E5 D5 C5 B4 C5 / C5 B4 A4 F4 E4 / G4 F4 E4 D4 G4 / C4 G#3 A3 G3 C3", "C", "I viio7/vi vi V7 I"
    ),
    "German sixth": ("C5 C5 C5 B4 C5 / G4 G4 F#4 G4 G4 / Eb4 Eb4 Eb4 D4 Eb4 / C3 C3 Ab2 G2 C3", "c", "i Ger65 V i"),
    "Italian sixth": ("C5 C5 C5 B4 C5 / G4 G4 F#4 G4 G4 / Eb4 Eb4 C4 D4 Eb4 / C3 C3 Ab2 G2 C3", "c", "i It6 V i"),
    "French sixth": ("C5 C5 C5 B4 C5 / G4 G4 F#4 G4 G4 / Eb4 Eb4 D4 D4 Eb4 / C3 C3 Ab2 G2 C3", "c", "i Fr43 V i"),
    "Neapolitan sixth": ("C5 Db5 B4 C5 / G4 Ab4 G4 G4 / Eb4 F4 D4 Eb4 / C3 F3 G3 C3", "c", "i N6 V i"),
    "flat submediant in major": ("E5 Eb5 D5 E5 / C5 C5 B4 C5 / G4 C5 G4 G4 / C3 Ab3 G3 C3", "C", "I bVI V I"),
    "minor subdominant in major": ("E5 F5 F5 E5 / C5 C5 C5 C5 / G4 A4 Ab4 G4 / C3 F3 F3 C3", "C", "I IV iv I"),
    "passing viio6": ("E5 F5 G5 / C5 D5 E5 / G4 B4 C5 / C4 D4 E4", "C", "I viio6 I6"),
    "deceptive": (
        "G4 G4 F4 E4 D4 E4 / E4 D4 D4 C4 B3 C4 / C4 B3 B3 A3 G3 G3 / C3 G2 G2 A2 G2 C3", "C", "I V V7 vi V I"
    ),
}  # fmt: skip


def score_of(music: str, key: str = "C", **setting: object) -> Score:
    return example_score(passes(music, "", key=key, **setting))


def numerals(score: Score, **options: object) -> str:
    return " ".join(chord.figure for chord in analyse(score, **options).chords)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", PROGRESSIONS)
@pytest.mark.parametrize("up", ["P1", "M2", "-m3", "A4"])
def test_textbook_progressions_in_any_key(name: str, up: str) -> None:
    music, key, expected = PROGRESSIONS[name]
    assert numerals(score_of(music, key).up(Interval.parse(up))) == expected


def test_a_modulation_goes_through_a_chord_of_both_keys() -> None:
    score = score_of(
        "E4 F4 D4 E4 E4 D4 D4 D4 C4 B3 / C4 C4 B3 C4 C4 A3 G3 F#3 E3 D3 / G3 A3 G3 G3 A3 D4 B3 A3 G3 G3"
        " / C3 F3 G3 C3 A2 D3 G3 D3 C3 G2"
    )
    analysis = analyse(score)
    assert [str(region.key) for region in analysis.keys] == ["C major", "G major"]
    assert analysis.keys[1].start_quarter in (4, 5)  # with A minor, vi and ii, or with the dominant after it


def test_an_applied_chord_is_no_modulation() -> None:
    assert len(analyse(score_of(*PROGRESSIONS["applied dominant"][:2])).keys) == 1


def test_two_chords_of_another_key_are_applied_where_the_old_key_goes_on() -> None:
    chords = [chord.figure for chord in analyse(read_chorale("bwv269")).chords if 39 <= chord.start_quarter < 43]
    assert chords == ["V7/IV", "IV", "I"]


def test_a_key_that_is_given_names_all_chords() -> None:
    assert (
        numerals(score_of("E5 F5 D5 E5 / C5 C5 B4 C5 / G4 A4 G4 G4 / C3 F3 G3 C3"), key=Key.parse("G"))
        == "IV bVII I IV"
    )


def test_chord_symbols_say_what_the_chords_are() -> None:
    """In Amazing Grace a seventh that sounds like a neighbour note is a chord tone, because the symbol has it."""
    music = "G4 - - - A4 G4 / E4 - - - F4 E4 / C4 C4 Bb3 C4 C4 C4 / C3 - - - F3 C3"
    assert numerals(score_of(music)) == "I IV I"
    assert numerals(score_of(music, chords="C C7 - - F C")) == "I V7/IV IV I"


def test_the_lowest_voice_is_the_bass_whoever_sings_it() -> None:
    crossed = score_of("E5 D5 C5 / C5 B4 C5 / E3 G3 C3 / G3 B3 E3")
    assert numerals(crossed) == "I6 V I"


FIGURED = {
    "Alberti bass": (
        "E5 - - - - - - - F5 - - - D5 - - - E5 - - - - - - - "
        "/ C4 G4 E4 G4 C4 G4 E4 G4 C4 A4 F4 A4 B3 G4 D4 G4 C4 G4 E4 G4 C4 G4 E4 G4"
    ),
    "chords after a low bass": (
        "C4+E4+G4 . C4+E4+G4 . C4+F4+A4 . C4+F4+A4 . B3+D4+G4 . B3+D4+G4 . C4+E4+G4 - - - "
        "/ C3 . C3 . C3 . C3 . B2 . B2 . C3 - - -"
    ),
    "arpeggio upwards": (
        "G5 - - - - - - - F5 - - - G5 - - - G5 - - - - - - - "
        "/ C3 G3 E4 G4 C5 G4 E4 G3 C3 F3 A3 F4 B2 D3 G3 F4 C3 G3 E4 G4 C5 - - -"
    ),
    "octaves": "E4 - E4 - F4 - F4 - D4 - D4 - E4 - - - / C2 C3 C2 C3 C2 C3 C2 C3 B1 B2 B1 B2 C2 C3 C2 - "
    "/ G3 - - - A3 - - - G3 - - - G3 - - -",
}


@pytest.mark.parametrize("name", FIGURED)
def test_figuration_above_the_bass_changes_no_inversion(name: str) -> None:
    music = score_of(FIGURED[name], token_quarters=Fraction(1, 2), bar_quarters=4)
    assert numerals(music).replace("65", "6") == "I IV64 V6 I"


def test_a_bass_that_leaves_for_another_chord_tone_for_a_beat_changes_the_inversion() -> None:
    assert numerals(score_of("G4 G4 G4 A4 / E4 C4 B3 C4 / C3 E3 G3 F3")) == "I I6 V IV"


def test_a_bare_tune_is_named_without_inversions() -> None:
    assert all(not chord.inversion for chord in analyse(score_of("C4 D4 E4 F4 G4 B4 C5 -")).chords)


def test_a_score_without_notes_has_no_harmony() -> None:
    assert analyse(Score((), ())) == Analysis((), ())


# ---------------------------------------------------------------- non-chord tones

TONES = {
    "passing": ("E4 D4 C4 / C3 - -", "C - -", "E4 G4 C4 / C3 - -"),
    "passing, chromatic": ("F4 F#4 G4 / F3 - C3", "F - C", "F4 A4 G4 / F3 - C3"),
    "passing, two of them": ("G4 F#4 E4 D4 / B3 - - - / G3 - - -", "G - - -", "G4 B4 G4 D4 / B3 - - - / G3 - - -"),
    "neighbour": ("E4 F4 E4 / C3 - -", "C - -", "E4 G4 E4 / C3 - -"),
    "neighbour, lower": ("E4 D#4 E4 / C3 - -", "C - -", "E4 C4 E4 / C3 - -"),
    "suspension, held": ("C5 - B4 / F3 G3 -", "F G -", "C5 B4 - / F3 G3 -"),
    "suspension, repeated": ("C5 C5 B4 / F3 G3 -", "F G -", "C5 D5 B4 / F3 G3 -"),
    "retardation": ("B4 - C5 / G3 C3 -", "G C -", "B4 C5 - / G3 C3 -"),
    "anticipation": ("D5 C5 C5 / G3 - C3", "G - C", "D5 B4 C5 / G3 - C3"),
    "anticipation, held": ("D5 C5 - / G3 - C3", "G - C", "D5 - C5 / G3 - C3"),
    "appoggiatura": ("E4 A4 G4 / C3 - -", "C - -", "E4 C4 G4 / C3 - -"),
    "escape": ("B4 C5 A4 / G3 - D3", "G - Dm", "B4 D5 A4 / G3 - D3"),
    "escape, by an augmented second": ("G4 Ab4 B4 / C3 - G3", "C - G", "G4 G4 B4 / C3 - G3"),
    "pedal": ("G4 A4 G4 / E4 F4 E4 / C4 C4 C4 / G3 - -", "C F C", "G4 A4 G4 / E4 F4 E4 / C4 C4 C4 / C3 F3 C3"),
    "free": ("E4 A4 C4 / C3 - -", "C - -", "E4 G4 C4 / C3 - -"),
}


def kinds(music: str, chords: str) -> list[str]:
    score = score_of(music, chords=chords)
    return [tone.kind for tone in non_chord_tones(score, spans_of(score))]


def spans_of(score: Score) -> list[HarmonicSpan]:
    ends = [*(chord.onset_quarter for chord in score.chords[1:]), score.end_quarter]
    return [
        HarmonicSpan(chord.onset_quarter, end, Key.parse("C"), chord.symbol, "")
        for chord, end in zip(score.chords, ends, strict=True)
    ]


@pytest.mark.parametrize("name", TONES)
def test_each_kind_of_non_chord_tone_and_chord_tones_in_its_place(name: str) -> None:
    music, chords, without = TONES[name]
    kind = name.split(",")[0]
    assert [one for one, _ in groupby(kinds(music, chords))] == [kind]
    assert kinds(without, chords) == []


@pytest.mark.parametrize(
    ("music", "chords", "figures"),
    [
        ("C5 - B4 / F3 G3 -", "F G -", "4-3"),
        ("C5 - B4 / A3 D3 -", "Am G/D -", "7-6"),
        ("D5 - C5 / G3 C3 -", "G C -", "9-8"),
        ("G4 A4 D5 / C4 - B3", "C D G/B", "2-3"),
    ],
)
def test_suspensions_are_figured_above_the_bass(music: str, chords: str, figures: str) -> None:
    score = score_of(music, chords=chords)
    found = [tone for tone in non_chord_tones(score, spans_of(score)) if tone.kind == "suspension"]
    assert [tone.figures for tone in found] == [figures]
    assert found[0].onset_quarter == 1


def test_after_a_rest_nothing_is_prepared() -> None:
    assert kinds("C5 . C5 B4 / F3 - G3 -", "F - G -") == ["free"]


def test_transposing_changes_no_kind() -> None:
    score = score_of("E5 D5 C5 C5 B4 C5 / G4 A4 G4 F4 - E4 / C3 - F3 G3 - C3")
    found = [(tone.kind, tone.onset_quarter, tone.voice) for tone in analyse(score).non_chord_tones]
    higher = analyse(score.up(Interval.parse("m3"))).non_chord_tones
    assert found
    assert found == [(tone.kind, tone.onset_quarter, tone.voice) for tone in higher]


# ---------------------------------------------------------------- forms


@pytest.mark.parametrize("mode", ["major", "minor"])
def test_every_numeral_means_to_music21_what_it_means_here(mode: str) -> None:
    from music21 import key, roman

    home = key.Key("C" if mode == "major" else "c")
    for degree in degrees(mode):
        tones = [(degree.offset + above) % 12 for above in QUALITIES[degree.quality]]
        for inversion, lowest in enumerate(tones):
            numeral = roman.RomanNumeral(figure_of(degree.name, mode, inversion, seventh=len(tones) == 4), home)
            assert set(numeral.pitchClasses) == set(tones), numeral.figure
            assert numeral.bass().pitchClass == lowest, numeral.figure


@pytest.mark.parametrize("name", PROGRESSIONS)
def test_romantext_comes_back_as_it_was(name: str) -> None:
    music, key, _ = PROGRESSIONS[name]
    score = score_of(music, key, bar_quarters=3)
    chords = analyse(score).chords
    read = from_romantext(to_romantext(score, chords), score)
    assert [(chord.start_quarter, chord.key, chord.figure) for chord in read] == [
        (chord.start_quarter, chord.key, chord.figure) for chord in chords
    ]
    for ours, theirs in zip(chords, read, strict=True):
        if ours.figure != "It6":  # its symbol is the seventh chord that it sounds like, with or without the fifth
            assert set(ours.symbol.pitch_classes) == set(theirs.symbol.pitch_classes)


def test_the_romantext_of_a_chorale_comes_back_with_its_pickup_and_repeats() -> None:
    score = read_chorale("bwv269")
    chords = analyse(score).chords
    read = from_romantext(to_romantext(score, chords), score)
    joined = [next(group) for _, group in groupby(chords, key=lambda chord: (chord.key, chord.figure))]
    assert [(chord.start_quarter, chord.figure) for chord in read] == [(c.start_quarter, c.figure) for c in joined]


def test_an_analysis_of_another_piece_is_refused() -> None:
    score = score_of("C5 B4 C5 / C4 G3 C3")
    with pytest.raises(ValueError, match="bar 2, which the score does not have"):
        from_romantext("Time Signature: 3/4\nm1 C: I b2 V\nm9 I\n", score)


def test_text_and_json_tell_the_same() -> None:
    score = score_of("E5 D5 C5 / C5 B4 C5 / G4 F4 E4 / C3 G3 C3")
    analysis = analyse(score)
    assert to_text(score, analysis).splitlines()[1] == "bar 1: C: 1 I  2 V7  3 I"
    told = to_json(score, analysis)
    assert [(chord["beat"], chord["numeral"]) for chord in told["chords"]] == [(1, "I"), (2, "V7"), (3, "I")]
    assert told["keys"] == [{"bar": "1", "beat": 1.0, "onset_quarter": 0.0, "end_quarter": 3.0, "key": "C major"}]


def test_numerals_stand_under_the_lowest_staff_where_the_chords_begin() -> None:
    score = score_of("E5 F5 E5 / C5 - - / G4 A4 G4 / C3 - -")
    chords = analyse(score).chords
    *upper, bass = with_numerals(score, chords).parts
    assert upper == list(score.parts[:-1])
    assert [[lyric.text for lyric in note.lyrics] for note in bass.notes] == [["C: I"], ["IV64"], ["I"]]
    assert [(note.tie_stop, note.tie_start) for note in bass.notes] == [(False, True), (True, True), (True, False)]
    assert sum(note.duration_quarter for note in bass.notes) == 3


# ---------------------------------------------------------------- a given analysis


def test_findings_on_a_given_analysis_are_neither_inferred_nor_capped() -> None:
    score = score_of("B4 C5 / B3 E4 / D4 G4 / G3 C3")
    strict = [one for one in check(score, "strict").findings if one.code == "HA105"]
    given = [one for one in check(score, "strict", harmony=analyse(score).chords).findings if one.code == "HA105"]
    assert [(one.severity, one.inferred) for one in strict] == [("warning", True)]
    assert [(one.severity, one.inferred) for one in given] == [("error", False)]


def test_a_given_analysis_brings_its_keys() -> None:
    score = score_of("D5 D5 / B4 C5 / G4 F#4 / G3 A3")
    chords = from_romantext("Time Signature: 2/4\nm1 G: I b2 V43\n", score)
    assert [str(chord.symbol) for chord in chords] == ["G", "D7/A"]
    assert [str(chord.key) for chord in chords] == ["G major", "G major"]
    assert chords[1].start_quarter == Fraction(1)


# ---------------------------------------------------------------- the checker


@pytest.mark.parametrize("name", ["bwv269", "bwv17.7"])
def test_only_rules_that_say_so_find_more_because_of_an_estimated_harmony(name: str) -> None:
    score = read_chorale(name)
    known = texture_for(score)
    bare = texture_of(score, onsets=known.onset_quarter, predecessors=known.predecessors)
    assert all(chord is None for chord in bare.chord)
    for rule in (rule for rule in ALL if rule.steers and not rule.needs_chords):
        with_chords, without = (
            {(event.slice_, event.voices) for event in events_of(rule, Windows(texture, RANGES))}
            for texture in (known, bare)
        )
        assert with_chords <= without, rule.code


def parallels(music: str, chords: str, quarters: str = "1/2") -> list[tuple[str, tuple[str, ...]]]:
    score = score_of(music, chords=chords, token_quarters=Fraction(quarters))
    return [(one.severity, one.non_chord_tones) for one in check(score, "strict").findings if one.code == "VL101"]


def test_parallels_of_chord_tones_keep_their_severity() -> None:
    assert parallels("G4 - A4 - / C4 - D4 - / E3 - F3 -", "C - Dm -") == [("error", ())]


def test_parallels_that_a_passing_note_makes_are_a_grade_milder() -> None:
    found = parallels("E5 D5 C5 - / A4 G4 G4 - / C4 - C4 - / A3 - E3 -", "Am - C -")
    assert found == [("warning", ("passing", "anticipation"))]  # D in passing, G before its chord


def test_a_tonic_anticipated_over_the_falling_seventh_is_info() -> None:
    cadence = "D5 - - C5 C5 - - - / G4 - - F4 E4 - - - / B3 - - B3 C4 - - - / G3 - - G3 C3 - - -"
    assert parallels(cadence, "G - - G7 C - - -") == [("info", ("anticipation",))]


def test_an_implicit_bar_without_a_number_belongs_to_the_bar_before_it() -> None:
    key, meter = Key.parse("C"), Meter(4, 4)
    lengths = (("1", 4, False), ("2", 3, False), ("X1", 1, True), ("3", 4, False), ("4", 4, False), ("", 1, True))
    bars: list[Bar] = []
    for number, length, implicit in lengths:
        onset = bars[-1].end_quarter if bars else Fraction(0)
        bars.append(Bar(len(bars), number, onset, Fraction(length), meter, key, implicit=implicit))
    printed = printed_bars(Score(tuple(bars), ())).items()
    found = {name: [(bar.index, offset) for bar, offset in parts] for name, parts in printed}
    assert found == {"1": [(0, 0)], "2": [(1, 0), (2, 3)], "3": [(3, 0)], "4": [(4, 0)], "4a": [(5, 0)]}
