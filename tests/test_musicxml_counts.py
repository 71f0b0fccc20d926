"""The count of what MusicXML holds agrees with what is read, and names what does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from arranger.formats.reading import read_lead_sheet, read_score
from benchmarks.measure.musicxml_counts import compared, compared_with, counts_in_text
from tests.test_reading import HYMNS, SHEETS

CASES = Path(__file__).parent / "cases"
COUNTED = ("02-", "04-", "04b", "06", "07", "09", "54a", "01a", "02b")


@pytest.mark.parametrize("name", COUNTED)
def test_all_is_read(name: str) -> None:
    found = compared(next(CASES.glob(f"{name}*")))
    assert not found.differences
    assert found.same == found.among
    assert found.among["attacks"]


def test_what_is_lost_is_named() -> None:
    path = next(CASES.glob("09*"))
    score, sheet = read_score(path), read_lead_sheet(path)
    part = score.parts[0]
    without = replace(score, parts=(replace(part, notes=part.notes[1:]),))
    found = compared_with(counts_in_text(path), without, sheet, "song")
    assert found.differences == [
        "song, part P1, bar 1: attacks 64 (1) is not read",
        "song, part P1, bar 1: words Come (1) is not read",
    ]


@pytest.mark.skipif(not SHEETS, reason="the shared lead sheets are not here")
@pytest.mark.parametrize("path", [*SHEETS[::30], *HYMNS[::40]], ids=lambda path: path.stem[:40])
def test_real_sheets_are_read_whole(path: Path) -> None:
    assert not compared(path).differences
