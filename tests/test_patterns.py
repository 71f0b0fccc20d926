"""Accompaniment patterns: the attacks of a short waltz and a short march, note by note."""

from __future__ import annotations

from fractions import Fraction

import pytest

from arranger import arrange
from arranger.arranging.figuration.figuring import Figure, Player, Sounding, figured
from arranger.arranging.main import Arrangement
from arranger.arranging.patterns import PATTERNS, Stroke, load_pattern
from theory.notation.score import LeadSheet
from theory.slices.symbols import spread_symbols
from theory.slices.texture import REST

WALTZ = '"C" c2 e | "C" e2 c | "G7" d2 B | "C" c3 |]'
MARCH = '"C" c2 e2 | "G7" d2 B2 | "F" A2 "C" c2 | "C" c4 |]'


def held(sheet: LeadSheet, *pitches: int) -> list[Sounding]:
    """Return a skeleton with one held note per bar, so that its slices are the bars."""
    return [
        Sounding(b.onset_quarter, b.end_quarter, p, b.index) for b, p in zip(sheet.score.bars, pitches, strict=True)
    ]


def struck(sheet: LeadSheet, strokes: str, role: str, *pitches: int, lowest: int = 36, highest: int = 96) -> str:
    """Return the figuration of a skeleton of one note per bar: pitch/length, z for rests, a line between bars."""
    unit = Fraction(4, sheet.score.bars[0].meter.beat_type)
    line = tuple(Stroke.parse(each, unit) for each in strokes.split(","))
    figures = [Figure(bar, () if bar is sheet.score.bars[-1] else line) for bar in sheet.score.bars]
    player = Player(role, lowest, highest)
    played = figured(held(sheet, *pitches), figures, player, spread_symbols(sheet.score))
    return " | ".join(
        " ".join(
            f"{'z' if each.midi == REST else each.midi}/{each.end_quarter - each.start_quarter}"
            for each in played
            if bar.onset_quarter <= each.start_quarter < bar.end_quarter
        )
        for bar in sheet.score.bars
    )


def test_the_bass_turns_to_the_fifth_as_long_as_the_chord_stays(lead_sheet) -> None:
    sheet = lead_sheet(WALTZ, meter="3/4")
    assert struck(sheet, "1:1 turn", "bass", 48, 48, 43, 48) == "48/1 z/2 | 43/1 z/2 | 43/1 z/2 | 48/3"


def test_inner_parts_strike_after_the_bass(lead_sheet) -> None:
    sheet = lead_sheet(WALTZ, meter="3/4")
    found = struck(sheet, "2:1, 3:1", "inner1", 64, 64, 65, 64)
    assert found == "z/1 64/1 64/1 | z/1 64/1 64/1 | z/1 65/1 65/1 | 64/3"


def test_the_fifth_lies_above_where_the_part_cannot_go_so_low(lead_sheet) -> None:
    sheet = lead_sheet(WALTZ, meter="3/4")
    assert struck(sheet, "1:1 turn", "bass", 48, 48, 43, 48, lowest=46).split(" | ")[1] == "55/1 z/2"
    assert struck(sheet, "1:1 turn", "bass", 48, 48, 43, 48, lowest=43).split(" | ")[1] == "43/1 z/2"  # its lowest note


def test_an_inverted_bass_does_not_turn(lead_sheet) -> None:
    sheet = lead_sheet(WALTZ.replace('"C"', '"C/E"'), meter="3/4")
    assert struck(sheet, "1:1 turn", "bass", 52, 52, 43, 52).split(" | ")[1] == "52/1 z/2"


def test_the_downbeat_after_a_pickup_has_the_root(lead_sheet) -> None:
    sheet = lead_sheet('"C" G | "C" c2 e | "C" e2 c | "C" c2 |]', meter="3/4")
    assert struck(sheet, "1:1 turn", "bass", 48, 48, 48, 48) == "48/1 | 48/1 z/2 | 43/1 z/2 | 48/2"


def test_every_chord_is_heard_also_between_the_strokes(lead_sheet) -> None:
    """With F on the second beat and G on the third, the bass attacks both, as the inner parts already do."""
    sheet = lead_sheet('"C" c "F" A "G" B | "C" c3 |]', meter="3/4")
    assert struck(sheet, "1:1 turn", "bass", 48, 48).split(" | ")[0] == "48/1 48/1 48/1"
    march = lead_sheet('"C" c2 "F" A "G" B | "C" c4 |]')
    assert struck(march, "1:1 turn, 3:1 turn", "bass", 48, 48).split(" | ")[0] == "48/1 z/1 48/1 48/1"
    assert struck(march, "2:1, 4:1", "inner1", 64, 64).split(" | ")[0] == "z/1 64/1 64/1 64/1"


def test_chord_tones_lie_above_and_below_the_own_note(lead_sheet) -> None:
    sheet = lead_sheet('"C7" c4 | "C7" c4 |]')
    assert struck(sheet, "1:1, 2:1 +1, 3:1 +2, 4:1 -1", "inner1", 64, 64).split(" | ")[0] == "64/1 67/1 70/1 60/1"
    assert struck(sheet, "1:2, 3:2 +2", "inner1", 64, 64, highest=69).split(" | ")[0] == "64/2 64/2"  # out of reach


def test_a_stroke_without_a_length_lasts_to_the_next_one(lead_sheet) -> None:
    sheet = lead_sheet('"C" c4 | "C" c4 |]')
    assert struck(sheet, "1, 4", "inner1", 64, 64).split(" | ")[0] == "64/3 64/1"


def test_cut_time_has_the_strokes_of_common_time(lead_sheet) -> None:
    two = load_pattern("two-beat")
    common, cut = (lead_sheet('"C" c4 |]', meter=meter).score.bars[0] for meter in ("4/4", "2/2"))
    assert two.strokes(common, "bass") == two.strokes(cut, "bass") != None  # noqa: E711


def test_a_meter_that_the_pattern_does_not_know_has_no_strokes(lead_sheet) -> None:
    five = lead_sheet('"C" c5 |]', meter="5/4").score.bars[0]
    assert load_pattern("waltz").strokes(five, "bass") is None
    assert load_pattern("pad").strokes(five, "bass") == (Stroke(Fraction(0)),)


@pytest.mark.parametrize("name", PATTERNS.names)
def test_strokes_lie_inside_the_bar_one_after_the_other(name: str) -> None:
    for meter, moments in load_pattern(name).meters.items():
        if meter == "any":
            continue
        beats, beat_type = map(int, meter.split("/"))
        for line in (strokes for lines in moments.values() for strokes in lines.values()):
            ends = [stroke.onset_quarter + (stroke.length_quarter or 0) for stroke in line]
            assert all(end <= following.onset_quarter for end, following in zip(ends, line[1:], strict=False)), line
            assert line[0].onset_quarter >= 0
            assert ends[-1] <= Fraction(4 * beats, beat_type)


def test_an_unknown_word_in_a_stroke_is_named() -> None:
    with pytest.raises(ValueError, match="stacato is neither a tone nor a touch"):
        Stroke.parse("2:1 stacato", Fraction(1))


def test_an_unknown_pattern_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ValueError, match="waltz"):
        load_pattern("walz")


def onsets(done: Arrangement, part: int) -> list[Fraction]:
    return [note.onset_quarter for note in done.score.parts[part].notes if note.pitch and not note.tie_stop]


def test_a_quartet_plays_a_waltz(lead_sheet) -> None:
    sheet = lead_sheet(WALTZ, meter="3/4")
    done = arrange(sheet, ensemble="string-quartet", texture="waltz", key="keep", model=None)
    assert str(done.plan.scheme) == "A: waltz"
    assert onsets(done, 3) == [0, 3, 6, 9]
    assert onsets(done, 1)[:4] == onsets(done, 2)[:4] == [1, 2, 4, 5]
    cello = [note.pitch for note in done.score.parts[3].notes if note.pitch]
    assert [str(pitch)[:-1] for pitch in cello] == ["C", "G", "G", "C"]


def test_parts_of_a_pattern_fill_every_bar(lead_sheet) -> None:
    done = arrange(lead_sheet(MARCH), ensemble="string-quartet", key="keep", model=None, beam=4)
    for part in done.score.parts:
        ends = [Fraction(0), *(note.end_quarter for note in part.notes)]
        assert [note.onset_quarter for note in part.notes] == ends[:-1], part.name
        assert ends[-1] == done.score.end_quarter
