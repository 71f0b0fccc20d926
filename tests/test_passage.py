"""A passage cut from a score says of other pitches what the check of the whole score says of them."""

from __future__ import annotations

import random

import numpy as np
import pytest

from corpora.chorales import CHORALES, read_chorale
from theory.checking.check import Submission, check, opened
from theory.checking.checked_score import CheckedScore
from theory.checking.passage import NewPitch, Passage, Trials, Variant, with_pitches
from theory.checking.report import Finding
from theory.notation.pitch import Pitch
from theory.notation.score import Score
from theory.rules.catalogue import by_code


def case_of(score: Score, profile: str, *, infer: bool = True) -> CheckedScore:
    case = opened(Submission(score, profile, infer=infer))
    assert isinstance(case, CheckedScore)
    return case


def drawn(case: CheckedScore, rng: random.Random, size: int) -> tuple[list[int], Variant]:
    """Return another pitch for a tone or two near each other, and the slices in which these sound."""
    texture = case.texture
    first = rng.randrange(texture.shape[0])
    changes: dict[tuple[int, int], NewPitch] = {}
    for _ in range(size):
        slice_, voice = min(first + rng.randrange(4), texture.shape[0] - 1), rng.randrange(texture.shape[1])
        index = int(texture.note[slice_, voice])
        if index >= 0:
            midi = int(texture.pitch[slice_, voice]) + rng.choice((-12, -7, -5, -4, -2, -1, 1, 2, 3, 5, 7, 12))
            pitch = Pitch.spelled(midi, texture.key[slice_].spelling[midi % 12])
            changes[voice, index] = NewPitch(voice, (index,), pitch)
    rows = {int(row) for voice, index in changes for row in np.flatnonzero(texture.note[:, voice] == index).tolist()}
    return sorted(rows), tuple(changes.values())


def of_steering(findings: tuple[Finding, ...]) -> set[tuple[object, ...]]:
    return {_told(each) for each in findings if by_code(each.code).steers}


def _told(each: Finding) -> tuple[object, ...]:
    return (each.code, each.onset_quarter, each.voices, each.notes, each.severity, each.message)


def whole(case: CheckedScore) -> Passage:
    trials = Trials(case)
    return trials.passage(range(case.texture.shape[0]))


@pytest.mark.parametrize(("profile", "infer"), [("strict", False), ("chorale", True)])
def test_a_passage_is_judged_as_in_the_whole(profile: str, infer: bool) -> None:
    rng = random.Random(0)
    different = tried = 0
    for name in CHORALES.names("valid")[:8]:
        case = case_of(read_chorale(name), profile, infer=infer)
        trials, everything = Trials(case), whole(case)
        before = of_steering(everything.findings([()])[0])
        for _ in range(15):
            rows, variant = drawn(case, rng, rng.choice((1, 1, 2, 3)))
            if not rows:
                continue
            here = trials.passage(rows)
            was, now = (of_steering(found) for found in here.findings([(), variant]))
            after = of_steering(everything.findings([variant])[0])
            assert (before - was) | now == after, (name, variant)
            tried += 1
            different += was != now
    assert tried > 100
    assert different > 60


def test_the_whole_score_as_a_passage_is_the_check_of_it() -> None:
    for name in CHORALES.names("valid")[:4]:
        score = read_chorale(name)
        case = case_of(score, "strict")
        found = whole(case).findings([()])[0]
        assert of_steering(found) == of_steering(check(score, "strict").findings)


def test_a_variant_of_a_checked_score_is_checked_like_the_score_with_these_pitches() -> None:
    rng = random.Random(1)
    score = read_chorale(CHORALES.names("valid")[0])
    case = case_of(score, "strict", infer=False)
    for _ in range(5):
        _, variant = drawn(case, rng, 2)
        changed = with_pitches(case, variant)
        again = case_of(changed.on_paper, "strict", infer=False)
        assert changed.texture == again.texture
        assert changed.on_paper == again.on_paper
        codes = {rule.code for rule in Trials(case).rules if not rule.steers}
        told = {_told(each) for each in Trials(case).remarks(variant, codes)}
        full = check(changed.on_paper, "strict", infer=False).findings
        assert told == {_told(each) for each in full if not by_code(each.code).steers}
