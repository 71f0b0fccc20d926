"""Guessing the profile from a score's texture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from arranger.formats.reading import read_score
from theory.checking.check import check
from theory.checking.suitable_profile import LEAST_CERTAIN, estimate_profile
from theory.notation.score import Lyric, Score
from theory.rules.example import example_score
from theory.rules.rule import finds

CANTUS = "D4 - F4 - E4 - D4 - G4 - F4 - A4 - G4 -"


@pytest.mark.parametrize(
    ("music", "setting", "profile"),
    [
        ("C5 / G4 / E4 / C3", {"players": "violin violin viola cello"}, "string-quartet"),
        ("C5+E5 / C3", {"players": "piano piano"}, "keyboard"),
        ("E5 F5 G5 C5 / C3 D3 G2 C3", {"chords": "Cmaj7 Dm7 G7 C6"}, "jazz"),
        ("E5 F5 G5 C5 / C3 D3 G2 C3", {"chords": "C Dm G7 C"}, "song"),
        (f"A4 - A4 - C5 - B4 - B4 - A4 - E5 - G4 - / {CANTUS}", {"bar_quarters": 2}, "species1"),
        (f"A4 B4 A4 G4 C5 A4 B4 C5 B4 G4 A4 B4 E5 - G4 - / {CANTUS}", {"bar_quarters": 2}, "species2"),
        ("E5 D5 C5 / G4 G4 G4 / C4 B3 C4 / C3 G2 C3", {}, "chorale"),
    ],
)
def test_guess(music: str, setting: dict, profile: str) -> None:
    assert estimate_profile(example_score(finds(music, "", **setting)))[0] == profile


CHOIR = "E5 D5 C5 D5 / G4 G4 G4 G4 / C4 B3 C4 B3 / C3 G2 C3 G2"
FUGUE = "C5 - D5 E5 F5 - / . . G4 - A4 B4 / . . . . C4 - / F3 E3 D3 - . ."


def named(music: str, names: str, *, words: int = 0, **setting: object) -> Score:
    """Return a score whose parts have these names, with so many verses of words under its first part."""
    score = example_score(finds(music, "", **setting))
    lyrics = tuple(Lyric("la", str(verse + 1)) for verse in range(words))
    parts = [
        replace(part, name=name.strip(), instrument="", id=f"P{place}")
        for place, (part, name) in enumerate(zip(score.parts, names.split(","), strict=True))
    ]
    parts[0] = replace(parts[0], notes=tuple(replace(note, lyrics=lyrics) for note in parts[0].notes))
    return replace(score, parts=tuple(parts))


@pytest.mark.parametrize(
    ("score", "profile"),
    [
        pytest.param(named(CHOIR, "1st Violin,2nd Violin,Viola,Cello"), "string-quartet", id="numbers first"),
        pytest.param(named(CHOIR, "Violine 1,Violine 2,Bratsche,Violoncello"), "string-quartet", id="German"),
        pytest.param(named(CHOIR, "Premier violon,Second violon,Alto,Violoncelle"), "string-quartet", id="French"),
        pytest.param(named(CHOIR, "Vln. I,Vln. II,Vla.,Vc."), "string-quartet", id="abbreviations"),
        pytest.param(named(CHOIR, "Violino I,Violino II,Viola,Basso"), "string-quartet", id="basso as cello"),
        pytest.param(named(CHOIR, "Sopran,Alt,Tenor,Bass"), "chorale", id="German voices"),
        pytest.param(named(CHOIR, "S,A,T,B"), "chorale", id="letters"),
        pytest.param(named(CHOIR, "Piano,Piano,Piano,Piano"), "chorale", id="every staff is called Piano"),
        pytest.param(named(CHOIR, "Piano,Piano,Piano,Piano", words=3), "hymn", id="and three verses are sung"),
        pytest.param(named(CHOIR, "Sopran,Alt,Tenor,Bass", words=2), "hymn", id="verses"),
        pytest.param(
            named("G4 A4 / E4 C4 / C4 F3", "Singstimme,Klavier,Klavier", words=1), "accompanied-song", id="Lied"
        ),
        pytest.param(
            named("G4 A4 / E4 C4", "Voice,Acoustic Guitar", words=1, chords="C F"), "accompanied-song", id="guitar"
        ),
        pytest.param(named("G4 A4 / E4 C4 / C3 F3", "Canto,Chitarra,Bass", words=1), "accompanied-song", id="a band"),
        pytest.param(named("A4 C#5 E5 A5", "Fiddle"), "single-line", id="a reel"),
        pytest.param(named("A4 C#5 E5 A5", ""), "single-line", id="a tune without a name"),
        pytest.param(
            named("E5 F5 D5 E5 / E4 F4 D4 E4 / C3 F3 G3 C3 / C2 F2 G2 C2", "Piano 1,Piano 2,Piano 3,Piano 4"),
            "chorale",
            id="four staves of their own called Piano",
        ),
        pytest.param(named("E5 F5 D5 E5 / C3 F3 G3 C3", "Piano,Piano"), "keyboard", id="two hands in two voices"),
        pytest.param(named(FUGUE, "Manual I,Manual I,Manual II,Pedal"), "keyboard", id="an organ by its manuals"),
        pytest.param(named("E5+E4 F5+F4 D5+D4 / C3 F3 G3", "Klavier,Klavier"), "piano", id="octaves"),
        pytest.param(
            named("E5 - - - F5 - - - D5 - - - / C3 G3 E3 G3 D3 A3 F3 A3 G3 D4 B3 D4", "Pianoforte,Pianoforte"),
            "piano",
            id="Alberti bass",
        ),
        pytest.param(
            named(
                "C6 D6 / C5 D5 / E5 F5 / G4 A4 / C5 D5 / G3 F3 / C3 D3",
                "Flauto,Oboe,Clarinetto,Corno,Violino I,Viola,Contrabbasso",
            ),
            "orchestra",
            id="orchestra",
        ),
        pytest.param(named(FUGUE, "Cantus,Altus,Tenor,Bassus", words=1, token_quarters=4), "renaissance", id="motet"),
        pytest.param(named(FUGUE, "Superius,Quintus,Tenor,Bassus", words=1), "renaissance", id="part books"),
        pytest.param(named("C6 . E6 . / . C2 . B1 / G5 A5 . F5", "Glass,Tape,Siren"), "any", id="nothing known"),
        pytest.param(named("C5 . E5 . / . C3 . B2 / G4 A4 . F4", "Flute,Clarinet,Bassoon"), "any", id="a wind trio"),
    ],
)
def test_names_words_and_texture_tell_the_profile(score: Score, profile: str) -> None:
    assert estimate_profile(score).profile == profile


def test_a_guess_below_the_least_certainty_says_what_came_nearest() -> None:
    guess = estimate_profile(named("C6 . E6 . / . C2 . B1 / G5 A5 . F5", "Glass,Tape,Siren"))
    assert guess.certainty < LEAST_CERTAIN
    assert "no profile suits with certainty; the nearest is chorale" in guess.reason


def test_species_in_three_voices() -> None:
    cantus = "D4 - F4 - E4 - D4 - G4 - F4 - A4 - G4 -"
    florid = "A4 B4 A4 G4 C5 A4 B4 C5 B4 G4 A4 B4 E5 - G4 -"
    assert (
        estimate_profile(example_score(finds(f"{florid} / {cantus} / {cantus}", "", bar_quarters=2)))[0] == "species2"
    )


def test_a_piano_with_four_voices_is_no_choir() -> None:
    score = read_score(Path(__file__).parent / "cases" / "f06-piano-octaves.musicxml")
    guess = estimate_profile(score)
    assert guess.profile == "piano"
    assert not check(score, guess.profile).at_least("warning")


@pytest.mark.parametrize("name", ["f07-single-melody.abc", "f11-pop-tab.musicxml"])
def test_a_reel_and_a_song_have_no_warnings_about_harmony(name: str) -> None:
    score = read_score(Path(__file__).parent / "cases" / name)
    assert not check(score, estimate_profile(score).profile).at_least("warning")
