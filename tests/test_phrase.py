"""Where phrases end, and where singers can breathe within long ones."""

from fractions import Fraction

import pytest

from theory.notation.phrase import breathing_ends, breaths_needed, phrase_ends


def ends(lead_sheet, tune: str) -> list[int]:
    """Return the phrase ends of a tune, in quarters from its beginning, without the end of the piece."""
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
        pytest.param("c2 d2 | e4 |\nw: one “two three.”\nf4 |]\nw: four", [8], id="a full stop inside quotes"),
        pytest.param(
            "c2 d2 | e4 | f4 |]\nw: one two three four\nw: one two three, four", [8], id="a comma in a later verse"
        ),
        pytest.param(
            "c2 d2 | e4 | f4 |]\nw: one two three four\nw: one two three, four\nw: one two three four",
            [],
            id="a comma in one of three verses",
        ),
        pytest.param("c2 d2 | e4 |\nw: 平 安 夜，\nf4 |]\nw: 聖", [8], id="a full-width comma"),
        pytest.param("G |: c2 d2 | e4 | f3 :|", [], id="a repeat after the pickup"),
        pytest.param("c4 |: d4 | f4 :|", [4], id="a repeat later on"),
    ],
)
def test_phrases_end_where_the_sheet_says_so(lead_sheet, tune: str, expected: list[float]) -> None:
    assert ends(lead_sheet, tune) == expected


@pytest.mark.parametrize(("meter", "rest"), [("2/2", "z"), ("6/8", "z"), ("3/8", "z/")])
def test_a_rest_of_a_beat_or_of_a_quarter_ends_a_phrase(lead_sheet, meter: str, rest: str) -> None:
    score = lead_sheet(f"c {rest} c | c |]", meter=meter).score
    assert phrase_ends(score)[0] == 1


LONG = "c2 d2 | e2 f2 | g2 f2 | e2 d2 | c2 d2 | e2 f2 |]"


def test_a_phrase_longer_than_a_breath_is_divided(lead_sheet) -> None:
    (breath,) = breaths_needed(lead_sheet(LONG).score)
    assert breath == 12  # the bar line in the middle


def test_a_breath_falls_where_a_line_of_the_text_ends(lead_sheet) -> None:
    words = "w: one two three four five six sev-en Then we go on"
    (breath,) = breaths_needed(lead_sheet(f"{LONG}\n{words}").score)
    assert breath == 16


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("one two three four five the bells are ring-ing so", "an article"),
        ("one two three four Loch Lo-mond lies far a-way", "a name"),
        ("eins zwei drei und durch den Wald ging Hans so froh", "German"),
        ("one two three four five six sev-en eight nine ten\nw: O come all ye five so-lem-ni-ty is here", "verse two"),
    ],
)
def test_no_breath_within_what_belongs_together(lead_sheet, words: str, why: str) -> None:
    (breath,) = breaths_needed(lead_sheet(f"{LONG}\nw: {words}").score)
    assert breath != 12, why


def test_no_breath_under_a_slur(lead_sheet) -> None:
    score = lead_sheet("c2 d2 | e2 f2 | g2 (f2 | e2) d2 | c2 d2 | e2 f2 |]\nw: " + "la " * 12).score
    assert 12 not in breaths_needed(score)


def test_punctuation_of_a_later_verse_shows_where_to_breathe(lead_sheet) -> None:
    words = (
        "w: one two three four five six sev-en eight nine ten el-even\n" * 2 + "w: la la la la la la la la, la la la la"
    )
    (breath,) = breaths_needed(lead_sheet(f"{LONG}\n{words}").score)
    assert breath == 16


def test_i_begins_no_line(lead_sheet) -> None:
    words = "w: one two three four five six sev en I’m well and on"
    (breath,) = breaths_needed(lead_sheet(f"{LONG}\n{words}").score)
    assert breath == 12


def test_no_breath_inside_a_word(lead_sheet) -> None:
    words = "w: one two three four five so-lem-ni-ty is what we"
    (breath,) = breaths_needed(lead_sheet(f"{LONG}\n{words}").score)
    assert breath not in {Fraction(12), Fraction(14), Fraction(16)}


def test_a_long_phrase_with_no_place_but_near_its_edges_stays_whole(lead_sheet) -> None:
    word = "-".join(["la"] * 10)
    assert breaths_needed(lead_sheet(f"{LONG}\nw: O {word} O").score) == ()


def test_a_short_phrase_needs_none(lead_sheet) -> None:
    assert breaths_needed(lead_sheet("c2 d2 | e2 f2 |]").score) == ()


# ---------------------------------------------------------------- who breathes too often


def breathing(lead_sheet, tune: str) -> list[float]:
    """Return the breaths of a tune, in quarters, without its beginning and end."""
    return [float(end) for end in breathing_ends(lead_sheet(tune).score)[1:-1]]


def test_of_phrase_ends_close_together_the_better_place_is_a_breath(lead_sheet) -> None:
    tune = "c2 d2 | e2 f2 | g4 | c2 d2 | e2 f2 | g4 |]\nw: one, two, three, four, five, six seven eight nine ten"
    assert breathing(lead_sheet, tune) == [6, 12]  # of five commas the one after a held note, and one halfway to it


def test_a_breath_is_taken_at_a_rest_and_not_soon_after_it(lead_sheet) -> None:
    assert breathing(lead_sheet, "c2 d2 | e2 z2 | f4 | g4 | c4 |]\nw: one two three four, five six") == [6, 8]


def test_endings_breathe_alike(lead_sheet) -> None:
    tune = "|: c2 d2 | e2 f2 |1 g2 e2 :|2 g2 e2 || c2 d2 | c4 |]\nw: one two three four oh, She oh, She went a-way"
    assert {10.0, 14.0} <= set(breathing(lead_sheet, tune))


def test_no_breath_in_a_word_that_a_double_bar_divides(lead_sheet) -> None:
    assert breathing(lead_sheet, "c2 d2 | e2 f2 || g2 f2 | e4 |]\nw: one two three so-lem-ni-ty") == []


def test_the_end_of_a_tied_note_is_as_good_as_the_note_is_long(lead_sheet) -> None:
    tune = "c2 d2 | e2 f2 | g4- | g c B A | G2 F2 | E2 D2 |]\nw: one two three four love _ let me lin-ger long with you"
    (breath,) = breaths_needed(lead_sheet(tune).score)
    assert breath == 13  # after "love", not after "let me"
