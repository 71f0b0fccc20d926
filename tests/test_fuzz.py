"""Broken files and odd scores give an error message or a report; `benchmarks.faults.fuzz` tries ten thousand."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import given, settings

from benchmarks.faults.fuzz import broken_file, try_file, try_score
from benchmarks.faults.odd_scores import scores
from theory.notation.score import Score


def test_broken_files(tmp_path: Path) -> None:
    results = {try_file(*broken_file(random.Random(f"test {number}")), tmp_path) for number in range(200)}
    assert results == {"refused", "checked"}


def test_a_key_signature_that_there_is_not(tmp_path: Path) -> None:
    track = b"\x00\xff\x59\x02\x31\x00\x00\xff\x2f\x00"
    data = b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x01\xe0MTrk" + len(track).to_bytes(4, "big") + track
    assert try_file(".mid", data, tmp_path) == "refused"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(scores())
def test_odd_scores(score: Score) -> None:
    assert try_score(score) == "checked"
