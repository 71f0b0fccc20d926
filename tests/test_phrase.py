"""Where phrases end, and where a long one can be breathed."""

from fractions import Fraction

import pytest

from theory.phrase import breaths_needed, phrase_ends


def ends(lead_sheet, tune: str) -> list[int]:
    """Return the phrase ends of a tune in quarters, without the end of the piece."""
    return [float(end) for end in phrase_ends(lead_sheet(tune).score)[:-1]]


@pytest.mark.parametrize(
    ("tune", "expected"),
    [
        pytest.param("c2 d2 | e4 | f4 |]", [], id="nothing says so"),
        pytest.param("c2 d2 | He4 | f4 |]", [8], id="a fermata"),
        pytest.param("c2 d2 | e2 z2 | f4 |]", [6], id="a rest"),
        pytest.param("c2 d2 | e4 || f4 |]", [8], id="a double bar"),
        pytest.param("c2 d2 | e4 |\nw: one two three,\nf4 |]\nw: four", [8], id="a comma that is held"),
        pytest.param("c2 d2 | e4 |\nw: one two three\nf4 |]\nw: four", [], id="no comma"),
    ],
)
def test_phrases_end_where_the_sheet_says_so(lead_sheet, tune: str, expected: list[float]) -> None:
    assert ends(lead_sheet, tune) == expected


LONG = "c2 d2 | e2 f2 | g2 f2 | e2 d2 | c2 d2 | e2 f2 |]"


def test_a_phrase_longer_than_a_breath_is_divided(lead_sheet) -> None:
    (breath,) = breaths_needed(lead_sheet(LONG).score)
    assert breath == 12  # the bar line in the middle


def test_a_breath_falls_where_a_line_of_the_text_ends(lead_sheet) -> None:
    words = "w: one two three four five six sev en Then I go on"
    (breath,) = breaths_needed(lead_sheet(f"{LONG}\n{words}").score)
    assert breath == 16


def test_no_breath_inside_a_word(lead_sheet) -> None:
    words = "w: one two three four five so-lem-ni-ty is what we"
    (breath,) = breaths_needed(lead_sheet(f"{LONG}\n{words}").score)
    assert breath not in {Fraction(12), Fraction(14), Fraction(16)}


def test_a_short_phrase_needs_none(lead_sheet) -> None:
    assert breaths_needed(lead_sheet("c2 d2 | e2 f2 |]").score) == ()
