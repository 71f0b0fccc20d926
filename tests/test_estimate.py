"""Estimation of keys and chords in short passages."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from theory.harmony import graph
from theory.harmony.estimate import estimate_chords, estimate_keys, succession_cost, with_estimated_chords
from theory.harmony.graph import degrees, harmony_graph, key_graph
from theory.harmony.states import QUALITIES, counts, opening_costs, succession_costs
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.pitch import Interval, Pitch
from theory.notation.score import Bar, Harmony, Meter, Note, Part, Score

SHARED = Path(__file__).parents[1].parent / "shared" / "data"


def line(text: str) -> Part:
    """Return a part from notes ``pitch:quarters`` (one quarter by default), ``-`` for a rest, ``!`` for a fermata."""
    notes, onset = [], Fraction(0)
    for word in text.split():
        name, _, length = word.rstrip("!").partition(":")
        duration = Fraction(length or 1)
        pitch = None if name == "-" else Pitch.parse(name)
        notes.append(Note(onset, duration, pitch, fermata=word.endswith("!")))
        onset += duration
    return Part("", tuple(notes))


def score(*lines: str, key: str = "C", meter: tuple[int, int] = (4, 4), chords: str = "") -> Score:
    parts = tuple(line(text) for text in lines)
    length = Meter(*meter).quarters
    end = max(part.notes[-1].end_quarter for part in parts)
    bars = tuple(
        Bar(index, str(index + 1), index * length, length, Meter(*meter), Key.parse(key))
        for index in range(-(-end // length))
    )
    symbols = tuple(
        Harmony(Fraction(onset), ChordSymbol.parse(name))
        for onset, name in (word.split(":") for word in chords.split())
    )
    return Score(bars, parts, symbols)


def figures(piece: Score) -> list[str]:
    return [span.symbol.figure for span in estimate_chords(piece)]


CADENCE = (
    "E5 F5 D5 C5 D5 D5 C5:2",
    "C5 C5 B4 A4 A4 G4 G4:2",
    "G4 A4 G4 E4 F4 F4 E4:2",
    "C4 F3 G3 A3 D3 G3 C3:2",
)


def test_four_voices_show_their_chords() -> None:
    assert figures(score(*CADENCE)) == ["C", "F", "G", "Am", "Dm", "G7", "C"]
    assert [span.degree for span in estimate_chords(score(*CADENCE))] == ["I", "IV", "V", "vi", "ii", "V7", "I"]


@pytest.mark.parametrize("interval", ["m2", "M2", "-m3", "A4", "-P5"])
def test_transposed_music_has_transposed_chords(interval: str) -> None:
    piece = score(*CADENCE)
    moved = estimate_chords(piece.up(Interval.parse(interval)))
    expected = [span.symbol.up(Interval.parse(interval)).pitch_classes for span in estimate_chords(piece)]
    assert [span.symbol.pitch_classes for span in moved] == expected


def test_minor_cadence_with_its_leading_tone() -> None:
    piece = score("C5 D5 B4 A4:5", "A4 A4 G#4 A4:5", "E4 F4 E4 E4:5", "A3 D3 E3 A2:5", key="A minor")
    spans = estimate_chords(piece)
    assert {str(span.key) for span in spans} == {"A minor"}
    assert [span.symbol.figure for span in spans] == ["Am", "Dm", "E", "Am"]


def test_applied_dominant_is_named() -> None:
    piece = score(
        "C5 C5 B4 B4 C5 C5 B4 C5",
        "G4 F#4 G4 G4 G4 A4 G4 G4",
        "E4 D4 D4 F4 E4 F4 F4 E4",
        "C4 A3 G3 G3 C4 F3 G3 C3",
    )
    spans = {span.start_quarter: span for span in estimate_chords(piece)}
    assert spans[Fraction(1)].symbol.figure == "D7"
    assert spans[Fraction(1)].degree == "V7/V"


def test_passing_notes_and_suspensions_do_not_make_chords() -> None:
    plain = score("C5:2 B4:2 C5:4", "G4:2 G4:2 G4:4", "E4:2 D4:2 E4:4", "C3:2 G3:2 C3:4")
    adorned = score(
        "C5:3 B4:1 C5:4", "G4:2 G4:2 G4:4", "E4:3/2 E4:1/2 D4:3/2 F4:1/2 E4:4", "C3:1 D3:1/2 E3:1/2 G3:2 C3:4"
    )
    assert figures(plain) == ["C", "G", "C"]
    assert [figure[0] for figure in figures(adorned)] == ["C", "G", "C"]


def test_a_modulation_changes_the_key() -> None:
    home = ("E5 F5 D5 E5", "C5 C5 B4 C5", "G4 A4 G4 G4", "C4 F3 G3 C3")
    away = (
        "D5 E5 C#5 D5 F#5 G5 E5 D5",
        "A4 B4 A4 A4 A4 B4 A4 A4",
        "F#4 G4 G4 F#4 D5 D5 C#5 F#4",
        "D4 G3 A3 D3 D4 G3 A3 D3",
    )
    piece = score(*(f"{one} {one} {other} {other}" for one, other in zip(home, away, strict=True)))
    assert [str(region.key) for region in estimate_keys(piece)] == ["C major", "D major"]


def test_two_chords_of_another_key_are_an_excursion() -> None:
    """C F G C, then E minor and D7, which G major would have too, and C F G C again."""
    piece = score(
        "C5:2 C5:2 B4:2 C5:2 B4:2 C5:2 C5:2 C5:2 B4:2 C5:2",
        "E4:2 F4:2 D4:2 E4:2 E4:2 F#4:2 E4:2 F4:2 D4:2 E4:2",
        "G3:2 A3:2 G3:2 G3:2 G3:2 A3:2 G3:2 A3:2 G3:2 G3:2",
        "C3:2 F2:2 G2:2 C3:2 E3:2 D3:2 C3:2 F2:2 G2:2 C3:2",
    )
    spans = estimate_chords(piece)
    assert {str(span.key) for span in spans} == {"C major"}
    assert [span.degree for span in spans] == ["I", "IV", "V", "I", "iii", "V7/V", "I", "IV", "V", "I"]


TWINKLE = "C4 C4 G4 G4 A4 A4 G4:2 F4 F4 E4 E4 D4 D4 C4:2"


def test_a_bare_tune_is_harmonised_with_a_cadence() -> None:
    spans = estimate_chords(score(TWINKLE))
    assert [str(span.key) for span in spans] == ["C major"] * len(spans)
    assert spans[-1].symbol.figure == "C"
    assert spans[-2].degree in {"V", "V7"}
    assert spans[0].symbol.figure == "C"


def test_a_running_tune_does_not_change_chords_with_every_note() -> None:
    run = "C4:1/2 E4:1/2 G4:1/2 E4:1/2 C5:1/2 G4:1/2 E4:1/2 C4:1/2"
    answer = "D4:1/2 F4:1/2 G4:1/2 B4:1/2 D5:1/2 B4:1/2 G4:1/2 F4:1/2"
    spans = estimate_chords(score(f"{run} {answer} {run} C4:4"))
    assert [(span.start_quarter, span.symbol.root and str(span.symbol.root)) for span in spans] == [
        (0, "C"),
        (4, "G"),
        (8, "C"),
    ]


def test_spans_follow_each_other_to_the_end() -> None:
    piece = score(TWINKLE)
    spans = estimate_chords(piece)
    assert spans[0].start_quarter == 0
    assert spans[-1].end_quarter == piece.end_quarter
    assert all(one.end_quarter == other.start_quarter for one, other in pairwise(spans))
    assert estimate_chords(piece) == spans


def test_chord_symbols_dominate() -> None:
    piece = score("C4:4 C4:4 B3:4 C4:4", chords="0:C 4:Fm 8:G7 12:C")
    assert figures(piece) == ["C", "Fm", "G7", "C"]
    assert [str(region.key) for region in estimate_keys(score("- - - -", chords="0:Dm 1:G7 2:C"))] == ["C major"]


def test_written_chords_stay_and_only_the_start_is_filled() -> None:
    piece = score("G4:4 C5:4 B4:4 C5:4", chords="4:C 8:G7 12:Cadd9")
    filled = with_estimated_chords(piece).chords
    assert filled[-3:] == piece.chords
    assert {chord.onset_quarter for chord in filled[:-3]} == {0}
    assert with_estimated_chords(replace(piece, chords=())).chords


def test_rests_and_emptiness_do_not_fail() -> None:
    assert estimate_chords(Score((), ())) == ()
    assert len(estimate_chords(score("-:8"))) >= 1
    assert len(estimate_chords(score(TWINKLE), parts=[])) >= 1


def cost(before: str, after: str, key: str = "C") -> float:
    return succession_cost(Key.parse(key), ChordSymbol.parse(before), ChordSymbol.parse(after))


def test_succession_costs_rank_as_textbooks_do() -> None:
    assert cost("G7", "C") == 0 == cost("C", "C")
    assert cost("G", "C") < cost("G", "Am") < cost("G", "Dm")
    assert cost("D7", "G") < cost("D7", "F")
    assert cost("Dm7", "G7") < cost("Dm7", "Em")
    assert cost("C", "F#m") > cost("C", "Em") > cost("C", "Am")
    assert cost("G13", "C6") < cost("G13", "F")
    assert cost("E7", "Am", "A minor") < cost("E7", "G", "A minor")


@pytest.mark.parametrize("mode", ["major", "minor"])
def test_the_graph_holds_each_chord_once_and_leads_home(mode: str) -> None:
    chords = degrees(mode)
    successions = harmony_graph(mode)
    assert len({(degree.offset, degree.quality) for degree in chords}) == len(chords) == len(successions)
    assert all(degree.quality in QUALITIES for degree in chords)
    tonic = chords[0].name
    assert max(successions["V7"], key=lambda after: successions["V7"][after]["weight"]) == tonic
    assert all(data["source"] for _, _, data in successions.edges(data=True))


@pytest.mark.parametrize("manner", ["chorale", "song"])
@pytest.mark.parametrize("mode", ["major", "minor"])
def test_costs_are_probabilities(mode: str, manner: str) -> None:
    import numpy as np

    probability = np.exp(-succession_costs(mode, manner))
    np.fill_diagonal(probability, 0)
    assert probability.sum(axis=1) == pytest.approx(1)
    assert np.exp(-opening_costs(mode, manner)).sum() == pytest.approx(1)
    names = {degree.name for degree in degrees(mode)}
    assert names.issuperset(counts()[manner][mode])


def test_the_shipped_tables_are_those_of_the_graphs() -> None:
    from benchmarks.make.graph_tables import graph_tables

    path = Path(graph.__file__).with_name("graph_tables.json")
    assert json.loads(path.read_text(encoding="utf-8")) == graph_tables()


def test_key_graph_relates_neighbours() -> None:
    keys = key_graph()
    assert len(keys) == 24
    assert keys[(0, "major")][(9, "minor")]["relation"] == "relative"
    assert keys[(0, "major")][(7, "major")]["relation"] == "fifth"
    assert keys[(0, "major")][(0, "minor")]["relation"] == "parallel"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared splits are not here")
def test_agrees_with_human_analyses() -> None:
    from benchmarks.measure.chord_estimation import agreement, human_spans
    from corpora.chorales import read_chorale
    from corpora.roman_analyses import roman_analyses

    split = json.loads((SHARED / "bach_split.json").read_text())
    name, chords = next(roman_analyses(split, ["valid"]))
    piece = read_chorale(name)
    found = agreement(piece, human_spans(chords, piece), estimate_chords(piece))
    assert found.root > 0.85
    assert found.key > 0.85
