"""``arranger pin``: pins written beside a sheet, listed, taken away, and read by what arranges the sheet."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from arranger.arranging.given.pins import Pins
from arranger.arranging.given.pins_text import changed_text
from arranger.arranging.main import Options
from arranger.batch.jobs.arranging import ArrangeJob
from arranger.batch.outcome import Piece
from arranger.cli import main
from arranger.formats.reading import read_score

EXAMPLE = Path(__file__).parent.parent / "examples" / "amazing-grace.musicxml"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return Path(shutil.copy(EXAMPLE, tmp_path / "song.musicxml"))


def pin(*words: object) -> Result:
    return CliRunner().invoke(main, ["pin", *map(str, words)])


def pins_of(sheet: Path) -> str:
    return sheet.with_name("song.pins.toml").read_text()


def test_pins_are_written_listed_and_taken_away(sheet: Path) -> None:
    done = pin(sheet, "alto 3.1 = B4", "bass 5 = G3", "--chord", "4.1 = D7")
    assert done.exit_code == 0, done.output
    assert pins_of(sheet) == 'pin = ["alto 3.1 = B4", "bass 5 = G3"]\nchord = ["4.1 = D7"]\n'
    assert pin(sheet).stdout.splitlines() == ["1  alto 3.1 = B4", "2  bass 5 = G3", "3  chord 4.1 = D7"]
    assert pin(sheet, "--remove", 1, "--forbid", "tenor = G4").exit_code == 0
    assert pins_of(sheet) == 'pin = ["bass 5 = G3"]\nchord = ["4.1 = D7"]\nforbid = ["tenor = G4"]\n'


def test_a_pin_takes_the_place_of_the_one_before(sheet: Path) -> None:
    pin(sheet, "alto 3.1 = B4")
    pin(sheet, "alto 3.1 = G4")
    assert pins_of(sheet) == 'pin = ["alto 3.1 = G4"]\n'


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["alto 300 = G4"], "there is no bar 300"),
        (["cello 3 = G4"], "there is no part 'cello'"),
        (["alto 3 = H4"], "pin 'alto 3 = H4'"),
        (["--chord", "300 = G"], "chord '300 = G'"),
        (["--remove", "2"], "there is no pin 2; it has 1"),
    ],
)
def test_what_has_no_place_is_refused_and_nothing_is_written(sheet: Path, words: list[str], message: str) -> None:
    pin(sheet, "alto 3.1 = B4")
    before = pins_of(sheet)
    refused = pin(sheet, "bass 5 = G3", *words)
    assert refused.exit_code == 2
    assert message in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert pins_of(sheet) == before


LAID_OUT = """\
# for Sunday
pin = [
    "alto 3.1 = B4", # the high one
    "bass 5 = G3" # low
]
# end
"""


def test_comments_and_layout_stay() -> None:
    old = Pins(("alto 3.1 = B4", "bass 5 = G3"))
    more = changed_text(LAID_OUT, old, old + Pins(("tenor 6 = D4",)))
    assert more == LAID_OUT.replace('"bass 5 = G3" # low\n', '"bass 5 = G3", # low\n    "tenor 6 = D4",\n')
    fewer = changed_text(LAID_OUT, old, Pins(("bass 5 = G3",)))
    assert fewer == LAID_OUT.replace('    "alto 3.1 = B4", # the high one\n', "")


def test_a_layout_that_cannot_be_changed_in_place_is_written_anew() -> None:
    odd = '"pin" = ["alto 3.1 = B4"]'
    wanted = Pins(("alto 3.1 = B4", "bass 5 = G3"))
    assert changed_text(odd, Pins(("alto 3.1 = B4",)), wanted) == 'pin = ["alto 3.1 = B4", "bass 5 = G3"]\n'


def test_a_batch_reads_the_pins_beside_each_sheet(sheet: Path, tmp_path: Path) -> None:
    pin(sheet, "alto 5.1 = D4")
    job = ArrangeJob(Options(key="keep", model=None, beam=2))
    made = job.outcome(Piece(str(sheet), sheet.read_bytes()))
    (tmp_path / "out.musicxml").write_bytes(made.files[".musicxml"])
    alto = read_score(tmp_path / "out.musicxml").parts[1]
    assert [str(note.pitch) for note in alto.notes if note.onset_quarter == 13] == ["D4"]
    assert "song.pins.toml" in made.figures["notices"]
