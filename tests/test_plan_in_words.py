"""The harmony of an arrangement in words: closes, what prepares them, the bass, suspensions and added chords."""

from __future__ import annotations

from arranger import arrange
from arranger.commands.explaining import explain
from arranger.commands.explaining.plan_in_words import phrases_in_words, plan_in_words
from theory.rules.example import example_score
from theory.rules.rule import passes

TUNE = '"C" E2 "F" F2 | "Dm" F2 "G" !fermata!G2 | "F" A2 "G7" G2 | "C" !fermata!G4 |]'


def test_each_phrase_is_told_by_its_close(lead_sheet) -> None:
    lines = plan_in_words(arrange(lead_sheet(TUNE), style="hymn", key="keep", harmony="follow"))
    assert [line.split(":")[0] for line in lines] == ["Phrase 1, bars 1-2", "Phrase 2, bars 3-4"]
    assert "half close in C major on V, prepared by ii" in lines[0]
    assert "authentic close in C major on I, prepared by IV" in lines[1]


def test_a_scale_in_the_bass_is_told_with_its_size_and_direction() -> None:
    falls = example_score(passes("C5 A4 G4 G4 A4 / G4 F4 E4 D4 E4 / C4 D4 C4 B3 C4 / E3 D3 C3 B2 A2", ""))
    assert "the bass descends a fifth by step" in phrases_in_words(falls)[0]
    leaps = example_score(passes("C5 A4 G4 G4 A4 / G4 F4 E4 D4 E4 / C4 D4 C4 B3 C4 / C3 D3 E3 G3 A2", ""))
    assert "by step" not in phrases_in_words(leaps)[0]


def test_a_suspension_is_told_with_its_figures_and_its_voice() -> None:
    score = example_score(passes("E5 - D5 - C5 - / C5 - - B4 C5 - / G4 - G4 - E4 - / C4 - G3 - C4 -", ""))
    assert "suspension 4-3 in the alto" in phrases_in_words(score)[0]


def test_the_harmony_stands_before_the_notes(lead_sheet) -> None:
    text = explain(arrange(lead_sheet(TUNE), style="hymn", key="keep", beam=4))
    assert text.index("Harmony") < text.index("Phrase 1") < text.index("had to accept") < text.index("Bar 1:")


def test_added_chords_are_named_in_their_phrase(lead_sheet) -> None:
    arrangement = arrange(lead_sheet('"C" E E E A | "G" G G "G7" F D | "C" C4 |]'), style="hymn", key="keep", beam=4)
    added = {str(each.symbol) for each in arrangement.plan.score.chords if each.symbol.root.step not in (0, 4)}
    line = plan_in_words(arrangement)[0]
    assert bool(added) == any(name in line for name in added)
