"""Lines of text: where they end, which of them the lower voices sing, and on which vowel they sing the others."""

from __future__ import annotations

import pytest

from arranger import arrange
from arranger.arranging.text import Line, lines_sung, vowels_of
from theory.notation.score import LeadSheet
from theory.notation.words.lines import text_lines

SLOW = "c2 d2 | e2 f2 |"
QUICK = "c/c/c/c/ d/d/d/d/ | e4 |"


def line(text: str, *lengths: float, height: float = 65.0) -> Line:
    return Line(tuple(text.split()), lengths, 0.75, height)


def found(sheet: LeadSheet) -> list[str]:
    return [" ".join(each.words) for each in text_lines(sheet.score)]


def sung(sheet: LeadSheet, **choices: str) -> list[list[str]]:
    """Return the words of each lower voice."""
    score = arrange(sheet, model=None, beam=2, key="keep", **choices).score
    return [[lyric.text for note in part.notes for lyric in note.lyrics] for part in score.parts[1:]]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("Swing low, sweet home, Sing to me now.", ["swing low sweet home", "sing to me now"]),  # a comma, a capital
        ("Glo-ry, glo-ry hal-le-lu-jah.", ["glory glory hallelujah"]),  # a short clause
        ("down by Loch Lo-mond we go home", ["down by loch lomond we go home"]),  # a name
        ("bells ring out now. the sky is blue", ["bells ring out now", "the sky is blue"]),  # a full stop
    ],
)
def test_lines_end_where_the_text_says_so(lead_sheet, words: str, lines: list[str]) -> None:
    assert found(lead_sheet(f"{SLOW} {SLOW}\nw: {words}")) == lines


def test_a_text_that_comes_again_is_sung_in_the_same_way() -> None:
    lines = [
        line("for auld lang syne", 0.5, 0.5, 0.5, 0.5),
        line("we sing", 0.5, 0.5),
        line("for auld lang syne", 1, 1, 1, 1),
    ]
    assert lines_sung(lines, "lines") == [True, False, True]  # by the median of all its syllables


@pytest.mark.parametrize(
    ("slow", "quick", "auto"),
    [(4, 1, [True, True]), (1, 3, [True, False]), (1, 12, [False, False])],
)
def test_auto_sings_all_or_nothing_if_nearly_all_lines_are_alike(slow: int, quick: int, auto: list[bool]) -> None:
    lines = [line("one two three", *[1.0] * slow), line("four five six", *[0.5] * 2 * quick)]
    assert lines_sung(lines) == auto
    assert lines_sung(lines, "all") == [True, True]
    assert lines_sung(lines, "none") == [False, False]


def test_a_high_line_has_the_open_vowel_each_time() -> None:
    lines = [line("low we sing", 1, height=60), line("high we sing", 1, height=70), line("low we sing", 1, height=60)]
    assert vowels_of(lines, {"middle": "oo", "high": "ah"}) == ["oo", "ah", "oo"]


def test_the_choice_of_words_is_heard_in_every_voice(lead_sheet) -> None:
    text = "w: now we run so ve-ry fast and home we rest here now."
    sheet = lead_sheet(f'"C" {QUICK} "C" {SLOW}\n{text}')
    assert (
        sung(sheet, words="all")
        == [["now", "we", "run", "so", "ve", "ry", "fast", "and", "home", "we", "rest", "here", "now."]] * 3
    )
    assert sung(sheet, words="none") == [["oo"]] * 3


def test_words_under_held_chords_are_refused(lead_sheet) -> None:
    with pytest.raises(ValueError, match="held chords have no words"):
        sung(lead_sheet(f'"C" {SLOW}\nw: one two three four'), style="sustained", words="all")
