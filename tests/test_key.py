"""Key choice: the transposition of a tune that suits a voice or instrument."""

from __future__ import annotations

import pytest

from arranger import arrange
from arranger.arranging.heard_key import heard_key
from arranger.arranging.key import choose_interval
from theory.notation.instruments import instrument
from theory.notation.pitch import Interval
from theory.notation.score import LeadSheet

COMFORTABLE = '"C" c2 e2 | "G7" d2 B2 | "C" c4 |]'
HIGH = '"F" f2 a2 | "C7" g2 c\'2 | "F" f4 |]'
LOW = '"G" G,2 B,2 | "D7" A,2 D2 | "G" G,4 |]'
MINOR = '"Am" A2 c2 | "E7" B2 E2 | "Am" A4 |]'


def moved(sheet: LeadSheet, part: str = "soprano", **options: object) -> Interval:
    return choose_interval(sheet, instrument(part), **options)  # type: ignore[arg-type]


def highest_and_lowest(sheet: LeadSheet, interval: Interval) -> tuple[int, int]:
    pitches = [note.pitch.midi + interval.semitones for note in sheet.melody.notes if note.pitch]
    return max(pitches), min(pitches)


def test_a_comfortable_tune_stays(lead_sheet) -> None:
    assert moved(lead_sheet(COMFORTABLE)) == Interval.parse("P1")


def test_a_tune_that_is_too_high_comes_down_no_further_than_it_must(lead_sheet) -> None:
    sheet = lead_sheet(HIGH, key="F")
    interval = moved(sheet)
    assert highest_and_lowest(sheet, interval)[0] == 79
    assert interval == -Interval.parse("P4")


def test_a_tune_that_is_too_low_goes_up(lead_sheet) -> None:
    sheet = lead_sheet(LOW, key="G")
    interval = moved(sheet)
    assert interval == Interval.parse("P4")
    assert highest_and_lowest(sheet, interval)[1] == 60


def test_the_key_that_is_found_has_a_readable_signature(lead_sheet) -> None:
    for key in ("C", "Db", "D", "Eb", "E", "F", "F#", "Gb", "G", "Ab", "A", "Bb", "B"):
        sheet = lead_sheet(HIGH, key=key)
        assert abs(sheet.up(moved(sheet)).score.bars[0].key.fifths) <= 6


def test_no_key_has_seven_signs(lead_sheet) -> None:
    """A half step under middle C in B: C sharp would be near enough, D is nearer to the eye."""
    sheet = lead_sheet('"F#7" A,2 C2 | "B" D4 |]', key="B")
    assert str(sheet.up(moved(sheet)).score.bars[0].key) == "D major"


def test_a_wish_for_half_a_step_does_not_leave_c_for_five_flats(lead_sheet) -> None:
    assert moved(lead_sheet(COMFORTABLE), wish=1) == Interval.parse("P1")


def test_a_named_key_comes_an_octave_down_where_the_tune_lies_too_high(lead_sheet) -> None:
    assert moved(lead_sheet('"C" c\'2 e\'2 | "C" c\'4 |]'), key="C") == -Interval.parse("P8")


def test_one_note_that_nobody_has_outweighs_many_that_are_uncomfortable(lead_sheet) -> None:
    """G3 and six times G5: G3 is a whole step under all that a soprano has."""
    sheet = lead_sheet('"G" G, g g g | "G" g g g2 |]', key="G")
    assert moved(sheet) == Interval.parse("M2")


def test_keep_moves_nothing_even_if_it_is_too_high(lead_sheet) -> None:
    assert moved(lead_sheet(HIGH, key="F"), key="keep") == Interval.parse("P1")


def test_keep_moves_by_the_octaves_that_the_part_needs(lead_sheet) -> None:
    assert moved(lead_sheet(COMFORTABLE), "tenor", key="keep", octaves=-1) == -Interval.parse("P8")


@pytest.mark.parametrize(("key", "name"), [("D", "M2"), ("Bb", "-M2"), ("Eb", "m3"), ("A", "-m3"), ("C", "P1")])
def test_a_named_key_is_reached_by_the_near_way(lead_sheet, key: str, name: str) -> None:
    sheet = lead_sheet(COMFORTABLE)
    assert moved(sheet, key=key) == Interval.parse(name)
    assert str(sheet.up(moved(sheet, key=key)).score.bars[0].key) == f"{key} major"


def test_a_named_key_takes_the_octave_that_suits(lead_sheet) -> None:
    assert moved(lead_sheet(LOW, key="G"), key="G") == Interval.parse("P8")


def test_a_minor_tune_goes_to_the_relative_of_a_major_key(lead_sheet) -> None:
    sheet = lead_sheet(MINOR, key="Am")
    assert str(sheet.up(moved(sheet, key="Dm")).score.bars[0].key) == "D minor"
    assert str(sheet.up(moved(sheet, key="F")).score.bars[0].key) == "D minor"
    assert str(sheet.up(moved(sheet, key="C")).score.bars[0].key) == "A minor"


def test_a_key_that_does_not_exist_is_refused(lead_sheet) -> None:
    with pytest.raises(ValueError, match="J"):
        moved(lead_sheet(COMFORTABLE), key="J")


def test_a_sheet_of_rests_stays(lead_sheet) -> None:
    assert moved(lead_sheet('"C" z4 |]')) == Interval.parse("P1")


def test_a_move_is_told_and_takes_the_chords_along(lead_sheet) -> None:
    done = arrange(lead_sheet(HIGH, key="F"), model=None, beam=2)
    assert [str(chord.symbol) for chord in done.score.chords] == ["C", "G7", "C"]
    assert any("from F major to C major, 5 half steps down" in notice.message for notice in done.notices)


@pytest.mark.parametrize("part", ["alto", "tenor", "bass"])
@pytest.mark.parametrize("tune", ['"C" C2 E2 | "G7" G2 B2 | "C" c4 |]', '"C" c c c c | "F" A A A G | "C" E D C2 |]'])
def test_the_octave_brings_the_tune_into_the_comfort_of_a_lower_part(lead_sheet, part: str, tune: str) -> None:
    """Tunes that span an octave, C to C, one of them mostly high, get a key in which the part sings them easily."""
    done = arrange(lead_sheet(tune), melody=part, key="keep", model=None, beam=2)
    comfortable = instrument(part).comfortable
    pitches = [note.pitch.midi for note in done.score.parts[done.plan.given].notes if note.pitch]
    assert comfortable.low.midi <= min(pitches)
    assert max(pitches) <= comfortable.high.midi


# ---------------------------------------------------------------- sheets without their key signature


def test_a_sheet_without_its_signature_is_arranged_in_the_key_that_is_heard(lead_sheet) -> None:
    music = '"G" G2 B2 | "D7" A2 ^F2 | "C" E2 c2 | "D7" ^F2 A2 | "G" G4 |]'
    arrangement = arrange(lead_sheet(music), key="keep", model=None, beam=2)
    assert {str(bar.key) for bar in arrangement.score.bars} == {"G major"}
    (said,) = [notice.message for notice in arrangement.notices if "signature" in notice.message]
    assert "C major" in said
    assert "G major" in said


@pytest.mark.parametrize(
    ("music", "key"),
    [
        pytest.param('"C" c2 e2 | "G7" d2 B2 | "C" c4 |]', "C", id="its own key"),
        pytest.param('"C" c2 e2 | "D7" d2 ^f2 | "G" g2 ^f2 | "C" e4 |]', "C", id="a dominant of the dominant"),
        pytest.param('"Am" A2 c2 | "E7" B2 ^G2 | "Am" A4 |]', "C", id="its relative key"),
    ],
)
def test_a_signature_that_fits_stays(lead_sheet, music: str, key: str) -> None:
    assert heard_key(lead_sheet(music, key=key).score) is None
