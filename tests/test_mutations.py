"""A small sample of the faults that `benchmarks.faults.mutations` plants."""

from __future__ import annotations

from itertools import islice

import pytest

from benchmarks.faults.mutations import HARMONIC, MELODIC, Trial, analysed, trials

pytest.importorskip("music21")
SAMPLE = 3


@pytest.fixture(scope="module")
def pieces() -> list:
    from benchmarks.make.bach_counts import read_four_part

    return list(read_four_part(12))


def missed(found: list[Trial]) -> list[tuple[str, str, object]]:
    return [(trial.code, trial.piece, trial.fault.onset_quarter) for trial in found if not trial.found]


def test_faults_of_lines_and_intervals_are_found(pieces: list) -> None:
    found = list(trials(pieces[:SAMPLE], MELODIC, seed=1, each=2))
    assert not missed(found)
    assert {trial.code for trial in found} == set(MELODIC)


def test_faults_against_given_chords_are_found() -> None:
    from benchmarks.make.bach_counts import read_four_part

    named = [(name, score) for name, score in read_four_part() if name in ("bwv267.mxl", "bwv281.mxl", "bwv17.7.mxl")]
    found = list(trials(islice(analysed(named), SAMPLE), HARMONIC, seed=1, each=3))
    assert not missed(found)
    assert len({trial.code for trial in found}) >= len(HARMONIC) // 2
