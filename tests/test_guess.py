"""Guessing the profile from a score's texture."""

from __future__ import annotations

import pytest

from theory.checking.suitable_profile import estimate_profile
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
