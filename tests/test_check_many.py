"""Checking many scores together gives the same findings as one by one, whatever the other scores are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from corpora.chorales import CHORALES, read_chorale
from theory.checking.check import Submission, check, check_many, reports_or_errors
from theory.notation.score import LeadSheet, Score

Sheets = Callable[..., LeadSheet]


def voices(lead_sheet: Sheets, *lines: str) -> Score:
    """Return a score whose parts are lines of ABC, the highest first."""
    scores = [lead_sheet(line).score for line in lines]
    parts = (replace(score.parts[0], name=f"voice {place}") for place, score in enumerate(scores))
    return replace(scores[0], parts=tuple(parts), chords=())


@pytest.fixture(scope="module")
def chorales() -> list[Score]:
    """Chorales of the validation list, some of them with repeats."""
    return [read_chorale(name) for name in CHORALES.names("valid")[:6]]


def mixed(lead_sheet: Sheets, chorales: list[Score]) -> list[Score]:
    """Scores in two, three and four parts: faults in the first and last slice, silence, a doubled voice, a repeat."""
    crossed = voices(lead_sheet, "C c d c | d c d C |]", "E E F E | F E F E |]")  # at both ends
    doubled = voices(lead_sheet, "c d e f | g f e d | c4 |]", "E F G A | B A G F | E4 |]", "C D E F | G F E D | C4 |]")
    repeat = voices(lead_sheet, "|: c d e f | g4 :|", "|: C D E F | C4 :|")
    silent = voices(lead_sheet, "z4 |]", "z4 |]")
    return [crossed, crossed, chorales[0], doubled, silent, *chorales[1:], repeat, doubled, crossed]


@pytest.mark.parametrize(("profile", "infer"), [("chorale", False), ("strict", True), ("song", False)])
def test_scores_together_are_found_what_each_is_alone(
    lead_sheet: Sheets, chorales: list[Score], profile: str, infer: bool
) -> None:
    scores = mixed(lead_sheet, chorales)
    together = list(check_many(scores, profile, infer=infer))
    assert together == [check(score, profile, infer=infer) for score in scores]
    assert sum(len(report.findings) for report in together) > 50


def test_a_crossing_of_one_score_does_not_swallow_that_of_the_next(lead_sheet: Sheets, chorales: list[Score]) -> None:
    crossed = mixed(lead_sheet, chorales)[0]
    codes = [[finding.code for finding in report.findings] for report in check_many([crossed, crossed], infer=False)]
    assert codes[0] == codes[1]
    assert codes[1].count("VL301") == 2


def test_each_score_may_have_its_own_profile_and_given_lines(chorales: list[Score]) -> None:
    score = chorales[0]
    given = {score.parts[0].name: score.parts[0]}
    submitted = [Submission(score, "strict", infer=False), Submission(score, given=given, infer=False)]
    alone = [check(score, "strict", infer=False), check(score, given=given, infer=False)]
    assert list(check_many(submitted)) == alone
    assert alone[0].findings != alone[1].findings


def test_what_goes_wrong_with_one_score_is_told_in_its_turn(chorales: list[Score]) -> None:
    wrong = Submission(chorales[1], "no such profile")
    found = list(reports_or_errors([Submission(chorales[0], infer=False), wrong, Submission(chorales[2], infer=False)]))
    assert found[0] == check(chorales[0], infer=False)
    assert isinstance(found[1], ValueError)
    assert found[2] == check(chorales[2], infer=False)
    with pytest.raises(ValueError, match="no such profile"):
        list(check_many([wrong]))
