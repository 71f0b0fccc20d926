"""Characters: how they are parsed, and that their effect is audible."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from arranger import arrange
from arranger.arranging.main import Arrangement
from arranger.characters import AXES, Character, axes, shaded
from arranger.cli import main
from arranger.composing.compose import TuneRequest, compose
from arranger.composing.logit_bias import leads_up
from theory.notation.score import LeadSheet, Score
from theory.slices.facts import NONE

TUNE = (
    '"C" c4 | "F" A4 | "G7" G4 | "C" e4 | "Am" c3 B | "Dm" A4 | "G7" B4 | "C" c4 | '
    '"F" f4 | "C" e4 | "Dm" d4 | "G7" B4 | "C" c4 | "F" A4 | "G7" G4 | "C" c4 |]'
)
PARALLELS = {"VL101", "VL102", "VL103"}


def arranged(sheet: LeadSheet, **choices: object) -> Arrangement:
    return arrange(sheet, **{"model": None, "style": "hymn", **choices})


def attacks(arrangement: Arrangement, bars: tuple[int, int] = (1, 99)) -> int:
    """Return the number of attacks of the added voices in some bars."""
    plan = arrangement.plan
    own = (plan.texture.bar >= bars[0]) & (plan.texture.bar <= bars[1])
    return int(arrangement.hypothesis.attack[own][:, list(plan.free)].sum())


def mean_pitch(arrangement: Arrangement) -> float:
    return float(arrangement.hypothesis.midi[:, list(arrangement.plan.free)].mean())


def foreign(arrangement: Arrangement) -> int:
    plan, midi = arrangement.plan, arrangement.hypothesis.midi[:, list(arrangement.plan.free)]
    return int((plan.context.role[np.arange(len(midi))[:, None], midi % 12] == NONE).sum())


# ---------------------------------------------------------------- what is read


def test_words_values_and_curves() -> None:
    assert Character.parse("") == Character()
    assert Character.parse("lively").activity == (1.0,)
    assert Character.parse("plain=0.25, dark=1..0..1") == Character((), (-0.25,), (-1.0, 0.0, -1.0))


def test_a_curve_is_straight_between_its_points() -> None:
    along = Character.parse("lively=0..1..0").along([0, 0.25, 0.5, 1])
    assert along[:, AXES.index("activity")].tolist() == [0, 0.5, 1, 0]
    assert (along[:, 1:] == 0).all()


@pytest.mark.parametrize("text", ["merry", "lively=2", "lively=0..", "lively, calm", "dark=-1", "rich=x"])
def test_what_is_no_character_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(ValueError, match=r"calm, lively|between 0 and 1|one of them"):
        Character.parse(text)


def test_the_ends_of_an_axis_undo_each_other() -> None:
    style = {"foreign": 0.8, "suspended": 3.0, "leap": 0.1}
    there = shaded(style, (0.5, 1.0, 0.3))
    back = shaded(there, (-0.5, -1.0, -0.3))
    assert {name: back[name] for name in style} == pytest.approx(style)
    assert there["leap"] == style["leap"]
    assert shaded(style, (0.0, 0.0, 0.0)) == style


# ---------------------------------------------------------------- what is heard


def test_lively_begins_more_notes_and_calm_no_more(lead_sheet) -> None:
    sheet = lead_sheet(TUNE)
    calm, usual, lively = (attacks(arranged(sheet, character=word)) for word in ("calm", "", "lively"))
    assert calm <= usual
    assert lively > 1.3 * usual


def test_a_curve_is_heard_where_it_is_high(lead_sheet) -> None:
    sheet = lead_sheet(TUNE)
    usual, rising = arranged(sheet), arranged(sheet, character="lively=0..0..1")
    assert abs(attacks(rising, (1, 8)) - attacks(usual, (1, 8))) <= 2
    assert attacks(rising, (9, 16)) > 1.2 * attacks(usual, (9, 16))


def test_rich_has_more_foreign_notes_than_plain(lead_sheet) -> None:
    sheet = lead_sheet(TUNE)
    plain, rich = (foreign(arranged(sheet, character=f"{word}, lively")) for word in ("plain", "rich"))
    assert rich > plain


def test_bright_lies_higher_than_dark(lead_sheet) -> None:
    sheet = lead_sheet(TUNE)
    dark, bright = (arranged(sheet, character=word, key="keep") for word in ("dark", "bright"))
    assert mean_pitch(bright) > mean_pitch(dark) + 1


def test_a_bright_key_is_higher_where_the_tune_allows(lead_sheet) -> None:
    sheet = lead_sheet('"C" G A B c | "F" A2 "C" G2 |]')
    dark, bright = (arranged(sheet, character=word).score for word in ("dark", "bright"))
    assert bright.parts[0].notes[0].pitch.midi > dark.parts[0].notes[0].pitch.midi


def test_a_wish_for_brightness_gives_way_to_a_readable_signature(lead_sheet) -> None:
    sheet = lead_sheet('"F" F2 A2 | "C7" G2 E2 | "F" F4 |]', key="F")  # a semitone up has six flats
    chosen = arranged(sheet, character="bright=0.5").score.bars[0].key
    assert chosen.fifths in range(-4, 5)


@pytest.mark.parametrize("character", ["calm", "lively", "plain", "rich", "dark", "bright", "lively, rich"])
def test_no_character_writes_parallels_or_touches_the_tune(lead_sheet, character: str) -> None:
    sheet = lead_sheet(TUNE)
    found = arranged(sheet, character=character, key="keep")
    assert not PARALLELS & {finding.code for finding in found.report().findings}
    tune = [(note.onset_quarter, note.pitch) for note in sheet.melody.notes]
    assert [(note.onset_quarter, note.pitch) for note in found.score.parts[0].notes] == tune


def test_chance_changes_the_arrangement_and_the_seed_brings_it_back(lead_sheet) -> None:
    sheet = lead_sheet(TUNE)
    best = arranged(sheet).hypothesis
    one, same, other = (arranged(sheet, temperature=0.8, seed=seed).hypothesis for seed in (3, 3, 4))
    assert (one.midi == same.midi).all()
    assert (one.midi != other.midi).any()
    assert (one.midi != best.midi).any()


# ---------------------------------------------------------------- tunes


def tunes(character: str) -> list[Score]:
    requests = (
        TuneRequest(key="C", bars=8, character=character, seed=seed, chords="C F G C Am Dm G C") for seed in range(3)
    )
    return [compose(request).score for request in requests]


def pitches(scores: list[Score]) -> list[int]:
    return [note.pitch.midi for score in scores for note in score.parts[0].notes if note.pitch]


def test_tunes_have_characters_too() -> None:
    calm, lively = tunes("calm, dark"), tunes("lively, bright")
    assert len(pitches(lively)) > len(pitches(calm))
    assert np.mean(pitches(lively)) > np.mean(pitches(calm)) + 1


def test_a_dark_tune_is_in_minor_unless_a_key_is_named() -> None:
    assert compose(TuneRequest(bars=2, character="dark")).score.bars[0].key.is_minor
    assert not compose(TuneRequest(bars=2, character="dark", key="C")).score.bars[0].key.is_minor


def test_the_raised_fourth_leads_to_the_fifth_alone() -> None:
    assert leads_up(7, 6, minor=True)
    assert not leads_up(3, 6, minor=True)
    assert not leads_up(6, 5, minor=False)


# ---------------------------------------------------------------- the command line


def test_the_command_line_names_the_characters_and_refuses_others(tmp_path) -> None:
    listed = CliRunner().invoke(main, ["styles"]).output
    assert all(axis.low in listed and axis.high in listed for axis in axes())
    (tmp_path / "tune.abc").write_text(f"X:1\nM:4/4\nL:1/4\nK:C\n{TUNE}\n")
    asked = ["arrange", str(tmp_path / "tune.abc"), "-o", str(tmp_path / "out.musicxml"), "--character", "merry"]
    refused = CliRunner().invoke(main, asked)
    assert refused.exit_code == 2
    assert "there is no character 'merry'" in refused.stderr
