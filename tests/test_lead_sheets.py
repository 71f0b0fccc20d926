"""Twenty real lead sheets, arranged, written and read back: faithfulness and voice leading."""

import random
from pathlib import Path

import pytest

from arranger import arrange, read_lead_sheet
from arranger.arranging.ensembles import load_ensemble
from benchmarks.measure.fidelity import KEPT, Figures, figures_of, summed

SHEETS, SEED = 20, 2
BEAM = 6  # narrower than usual, for speed; nothing here may depend on a wide one


@pytest.fixture(scope="module")
def songs(shared_data: Path) -> list[Path]:
    """A random sample of lead sheets, with a fixed seed."""
    return random.Random(SEED).sample(sorted((shared_data / "leadsheets").glob("*.mxl")), SHEETS)


@pytest.fixture(scope="module")
def figures(songs: list[Path]) -> Figures:
    """The figures of all sheets together; any traceback is an error."""
    satb = load_ensemble("satb")
    sheets = [read_lead_sheet(path) for path in songs]
    return summed(figures_of(sheet, arrange(sheet, beam=BEAM), satb) for sheet in sheets)


def of_kind(figures: Figures, *names: str) -> list[str]:
    """Return the problems of some kinds, for the message of a failing test."""
    return [problem for problem in figures.problems if problem.startswith(names)]


@pytest.mark.parametrize("name", KEPT)
def test_the_sheet_is_kept(figures: Figures, name: str) -> None:
    assert figures.kept[name][1] > 20
    assert figures.share(name) == 1.0, of_kind(figures, name)


def test_the_bass_has_what_the_symbols_say(figures: Figures) -> None:
    assert figures.share("plain_root") >= 0.95
    assert figures.share("slash_bass") >= 0.98, of_kind(figures, "slash_bass")


def test_essential_tones_sound(figures: Figures) -> None:
    assert figures.share("essential") >= 0.95, of_kind(figures, "essential")


def test_parallels_are_rare(figures: Figures) -> None:
    assert figures.per_thousand_notes("parallels") < 1, of_kind(figures, "VL1")


def test_no_part_but_the_tune_leaves_its_range(figures: Figures) -> None:
    assert figures.counts["outside"] == figures.counts["outside_given"]


def test_parts_cross_only_where_the_tune_makes_them(figures: Figures) -> None:
    assert figures.counts["crossings"] == figures.counts["crossings_given"]


@pytest.mark.parametrize("melody", ["alto", "tenor", "bass"])
def test_the_tune_of_a_lower_part_is_kept_to_the_octave(songs: list[Path], melody: str) -> None:
    sheet = read_lead_sheet(songs[0])
    found = figures_of(sheet, arrange(sheet, melody=melody, key="keep", beam=2), load_ensemble("satb"))
    assert found.counts["half_steps"] % 12 == 0
    assert {name: found.share(name) for name in KEPT} == dict.fromkeys(KEPT, 1.0)
