"""Accompaniment patterns: the attacks of a short waltz and a short march, note by note."""

from __future__ import annotations

from fractions import Fraction

import pytest

from arranger import arrange
from arranger.arranging.main import Arrangement
from arranger.arranging.patterns import PATTERNS, Pattern, Sounding, figured, load_pattern, pattern_for
from theory.notation.score import LeadSheet
from theory.slices.texture import REST

WALTZ = '"C" c2 e | "C" e2 c | "G7" d2 B | "C" c3 |]'
MARCH = '"C" c2 e2 | "G7" d2 B2 | "F" A2 "C" c2 | "C" c4 |]'


def held(sheet: LeadSheet, *pitches: int) -> list[Sounding]:
    """Return a skeleton with one held note per bar, so that its slices are the bars."""
    return [
        Sounding(b.onset_quarter, b.end_quarter, p, b.index) for b, p in zip(sheet.score.bars, pitches, strict=True)
    ]


def struck(sheet: LeadSheet, pattern: str | Pattern, role: str, *pitches: int, lowest: int = 36) -> str:
    """Return the figuration of a skeleton of one note per bar: pitch/length, z for rests, a line between bars."""
    loaded = load_pattern(pattern) if isinstance(pattern, str) else pattern
    line = figured(held(sheet, *pitches), loaded, role, score=sheet.score, lowest=lowest)
    return " | ".join(
        " ".join(
            f"{'z' if each.midi == REST else each.midi}/{each.end_quarter - each.start_quarter}"
            for each in line
            if bar.onset_quarter <= each.start_quarter < bar.end_quarter
        )
        for bar in sheet.score.bars
    )


def test_waltz_strikes_the_bass_on_one_and_turns_to_the_fifth(lead_sheet) -> None:
    sheet = lead_sheet(WALTZ, meter="3/4")
    assert struck(sheet, "waltz", "bass", 48, 48, 43, 48) == "48/1 z/2 | 43/1 z/2 | 43/1 z/2 | 48/3"


def test_waltz_strikes_the_inner_parts_on_two_and_three(lead_sheet) -> None:
    sheet = lead_sheet(WALTZ, meter="3/4")
    assert struck(sheet, "waltz", "inner", 64, 64, 65, 64) == ("z/1 64/1 64/1 | z/1 64/1 64/1 | z/1 65/1 65/1 | 64/3")


def test_the_fifth_lies_above_where_the_part_cannot_go_so_low(lead_sheet) -> None:
    sheet = lead_sheet(WALTZ, meter="3/4")
    assert struck(sheet, "waltz", "bass", 48, 48, 43, 48, lowest=46).split(" | ")[1] == "55/1 z/2"
    assert struck(sheet, "waltz", "bass", 48, 48, 43, 48, lowest=43).split(" | ")[1] == "43/1 z/2"  # its lowest note


def test_an_inverted_bass_does_not_turn(lead_sheet) -> None:
    sheet = lead_sheet(WALTZ.replace('"C"', '"C/E"'), meter="3/4")
    assert struck(sheet, "waltz", "bass", 52, 52, 43, 52).split(" | ")[1] == "52/1 z/2"


def test_a_new_chord_is_struck_at_its_root(lead_sheet) -> None:
    sheet = lead_sheet('"C" c3 | "G7" d3 | "C" e3 | "C" c3 |]', meter="3/4")
    assert struck(sheet, "waltz", "bass", 48, 43, 48, 48) == "48/1 z/2 | 43/1 z/2 | 48/1 z/2 | 48/3"


def test_the_downbeat_after_a_pickup_has_the_root(lead_sheet) -> None:
    sheet = lead_sheet('"C" G | "C" c2 e | "C" e2 c | "C" c2 |]', meter="3/4")
    assert struck(sheet, "waltz", "bass", 48, 48, 48, 48) == "48/1 | 48/1 z/2 | 43/1 z/2 | 48/2"
    assert struck(sheet, "waltz", "inner", 64, 64, 64, 64).split(" | ")[0] == "64/1"


def test_oom_pah_alternates_inside_the_bar(lead_sheet) -> None:
    """At a new symbol the skeleton's own note is attacked, even if it is held."""
    sheet = lead_sheet(MARCH)
    assert struck(sheet, "oom-pah", "bass", 48, 43, 41, 48) == (
        "48/1 z/1 43/1 z/1 | 43/1 z/1 38/1 z/1 | 41/1 z/1 41/1 z/1 | 48/4"
    )
    assert struck(sheet, "oom-pah", "inner", 64, 65, 65, 64).split(" | ")[0] == "z/1 64/1 z/1 64/1"


def test_cut_time_counts_halves(lead_sheet) -> None:
    sheet = lead_sheet('"C" c4 | "C" c4 |]', meter="2/2")
    assert struck(sheet, "oom-pah", "bass", 48, 48).split(" | ")[0] == "48/1 z/1 43/1 z/1"


def test_every_chord_is_heard_also_between_the_strokes(lead_sheet) -> None:
    """With F on the second beat and G on the third, the bass attacks both, as the inner parts already do."""
    sheet = lead_sheet('"C" c "F" A "G" B | "C" c3 |]', meter="3/4")
    assert struck(sheet, "waltz", "bass", 48, 48).split(" | ")[0] == "48/1 48/1 48/1"
    march = lead_sheet('"C" c2 "F" A "G" B | "C" c4 |]')
    assert struck(march, "oom-pah", "bass", 48, 48).split(" | ")[0] == "48/1 z/1 48/1 48/1"
    assert struck(march, "oom-pah", "inner", 64, 64).split(" | ")[0] == "z/1 64/1 64/1 64/1"


def test_a_meter_that_the_pattern_does_not_know_keeps_the_held_chords(lead_sheet) -> None:
    sheet = lead_sheet('"C" c5 | "C" c5 |]', meter="5/4")
    assert struck(sheet, "waltz", "bass", 48, 48) == "48/5 | 48/5"


@pytest.mark.parametrize(
    ("meter", "name"), [("3/4", "waltz"), ("6/8", "waltz"), ("4/4", "oom-pah"), ("2/4", "oom-pah"), ("5/4", "pad")]
)
def test_the_meter_chooses_the_pattern(lead_sheet, meter: str, name: str) -> None:
    assert pattern_for(lead_sheet('"C" c2 |]', meter=meter).score).name == name


def test_the_meter_of_most_bars_counts(lead_sheet) -> None:
    sheet = lead_sheet('"C" c4 | [M:3/4] "C" c3 | "C" c3 |]')
    assert pattern_for(sheet.score).name == "waltz"


@pytest.mark.parametrize("name", PATTERNS.names)
def test_strokes_lie_inside_the_bar_one_after_the_other(name: str) -> None:
    for meter, roles in load_pattern(name).meters.items():
        beats = Fraction(meter.split("/")[0])
        for strokes in roles.values():
            ends = [stroke.beat + stroke.length for stroke in strokes]
            assert all(end <= following.beat for end, following in zip(ends, strokes[1:], strict=False))
            assert strokes[0].beat >= 1
            assert ends[-1] <= beats + 1


def test_an_unknown_pattern_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ValueError, match="waltz"):
        load_pattern("walz")


def onsets(done: Arrangement, part: int) -> list[Fraction]:
    return [note.onset_quarter for note in done.score.parts[part].notes if note.pitch and not note.tie_stop]


def test_a_quartet_plays_a_waltz(lead_sheet) -> None:
    done = arrange(lead_sheet(WALTZ, meter="3/4"), ensemble="string-quartet", key="keep", model=None)
    assert done.plan.pattern == load_pattern("waltz")
    assert onsets(done, 3) == [0, 3, 6, 9]
    assert onsets(done, 1) == onsets(done, 2) == [1, 2, 4, 5, 7, 8, 9]
    cello = [note.pitch for note in done.score.parts[3].notes if note.pitch]
    assert [str(pitch)[:-1] for pitch in cello] == ["C", "G", "G", "C"]


def test_parts_of_a_pattern_fill_every_bar(lead_sheet) -> None:
    done = arrange(lead_sheet(MARCH), ensemble="string-quartet", key="keep", model=None, beam=4)
    for part in done.score.parts:
        ends = [Fraction(0), *(note.end_quarter for note in part.notes)]
        assert [note.onset_quarter for note in part.notes] == ends[:-1], part.name
        assert ends[-1] == done.score.end_quarter
