"""Findings that do not count: those in a baseline, and those that are suppressed."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from arranger import write_score
from arranger.cli import main
from arranger.linter.configuration import find_configuration, read_configuration
from theory.notation.score import Bar, Direction, Score
from theory.rules.example import example_score
from theory.rules.rule import finds

FIFTHS = "G4 A4 B4 / C4 D4 E4"
CLEAN = "E4 F4 G4 E4 / C4 A3 G3 C4"


def run(*arguments: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


def score_of(music: str, *, chords: str = "") -> Score:
    return example_score(finds(music, "", chords=chords))


def written(folder: Path, music: str = FIFTHS, name: str = "fifths.musicxml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return write_score(score_of(music), folder / name)


def with_words(score: Score, *words: tuple[int, str]) -> Score:
    return replace(score, directions=tuple(Direction(Fraction(onset), "words", text) for onset, text in words))


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def sarif_results(*arguments: object) -> list[dict[str, object]]:
    return json.loads(run("check", *arguments, "--format", "sarif").stdout)["runs"][0]["results"]


def bar_before(score: Score, quarters: int = 3) -> Score:
    """Return the score with a bar of rests inserted at the beginning."""
    first = score.bars[0]
    shift = Fraction(quarters)
    late = [
        replace(part, notes=tuple(replace(note, onset_quarter=note.onset_quarter + shift) for note in part.notes))
        for part in score.parts
    ]
    bars = (
        Bar(0, "1", Fraction(0), shift, first.meter, first.key),
        replace(first, index=1, number="2", onset_quarter=shift),
    )
    return replace(score, bars=bars, parts=tuple(late))


def test_a_baseline_survives_a_bar_put_in_before(tmp_path: Path) -> None:
    score = written(tmp_path)
    run("check", score, "--write-baseline", "old.json")
    assert run("check", score, "--baseline", "old.json").exit_code == 0
    write_score(bar_before(score_of(FIFTHS)), score)
    later = run("check", score, "--baseline", "old.json", "--format", "json")
    assert [finding["code"] for finding in json.loads(later.stdout)["findings"] if finding["code"] == "VL101"] == []
    assert {aside["kind"] for aside in json.loads(later.stdout)["set_aside"]} == {"baseline"}
    assert {result["baselineState"] for result in sarif_results(score, "--baseline", "old.json")} == {"unchanged"}


def test_a_new_fault_and_a_second_one_like_it_are_no_part_of_a_baseline(tmp_path: Path) -> None:
    score = written(tmp_path, "G4 A4 G4 / C4 D4 G3")
    wanted = ("check", score, "--select", "VL101")
    run(*wanted, "--write-baseline", "old.json")
    write_score(score_of("G4 A4 B4 / C4 D4 E4"), score)
    result = run(*wanted, "--baseline", "old.json")
    assert result.exit_code == 1
    assert "B4" in result.stdout


def test_what_is_no_baseline_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text('{"findings": 3}')
    result = run("check", written(tmp_path), "--baseline", "old.json")
    assert result.exit_code == 2
    assert "--write-baseline" in result.stderr


def checked(score: Score, folder: Path, *arguments: object) -> dict[str, object]:
    path = write_score(score, folder / "suppressed.musicxml")
    return json.loads(run("check", path, "--format", "json", *arguments).stdout)


def test_words_in_the_score_suppress_from_off_to_on(tmp_path: Path) -> None:
    words = ((0, "lint: off VL101 - organum on purpose"), (2, "lint: on"))
    data = checked(with_words(score_of(FIFTHS), *words), tmp_path, "--select", "VL101")
    assert [finding["beat"] for finding in data["findings"]] == [3.0]
    (aside,) = data["set_aside"]
    assert (aside["beat"], aside["kind"], aside["reason"]) == (2.0, "inSource", "organum on purpose")


def test_words_without_codes_suppress_all(tmp_path: Path) -> None:
    data = checked(with_words(score_of(FIFTHS), (0, "lint: off")), tmp_path)
    assert data["findings"] == []
    assert data["set_aside"]


def test_an_unused_suppression_is_a_finding(tmp_path: Path) -> None:
    score = with_words(score_of(CLEAN), (0, "lint: off VL101"))
    (finding,) = [found for found in checked(score, tmp_path)["findings"] if found["code"] == "LT101"]
    assert (finding["severity"], finding["bar"], finding["name"]) == ("warning", "1", "unused-suppression")
    assert "LT101" not in str(checked(score, tmp_path, "--select", "SP")["findings"])
    assert "LT101" not in str(checked(score, tmp_path, "--ignore", "LT")["findings"])


@pytest.mark.parametrize("text", ["lint: off ZZ", "lint: of VL101", "Lint : off the record", "lint: off VL101 because"])
def test_words_that_are_not_understood_are_a_finding(text: str, tmp_path: Path) -> None:
    found = checked(with_words(score_of(CLEAN), (1, text)), tmp_path)["findings"]
    (finding,) = [each for each in found if each["code"].startswith("LT")]
    assert (finding["code"], finding["beat"]) == ("LT102", 2.0)
    assert text in finding["message"]


def test_small_letters_and_several_codes_do(tmp_path: Path) -> None:
    data = checked(with_words(score_of(FIFTHS), (0, "lint: off vl, sp (an exercise)")), tmp_path)
    assert not [each for each in data["findings"] if each["code"][:2] in ("VL", "SP", "LT")]
    assert {aside["reason"] for aside in data["set_aside"]} == {"an exercise"}


def test_the_documented_configuration_is_read(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "docs" / "checker.md").read_text(encoding="utf-8")
    (tmp_path / ".arranger.toml").write_text(text.split("```toml\n")[1].split("```")[0])
    configured = find_configuration(tmp_path / "below" / "it")
    assert (configured.profile, configured.max_warnings, configured.jobs) == ("hymn", 10, 0)
    assert configured.baseline == str(tmp_path / "baseline.json")
    (entry,) = configured.suppress
    assert entry.names("songs/tune.mxl")
    assert not entry.names("hymns/tune.mxl")


def test_a_pyproject_without_a_table_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".arranger.toml").write_text('profile = "song"')
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "pyproject.toml").write_text("[tool.other]\nline = 1\n")
    assert find_configuration(tmp_path / "below").profile == "song"
    with pytest.raises(ValueError, match=r"no \[tool\.arranger\]"):
        read_configuration(tmp_path / "below" / "pyproject.toml")


CONFIGURED = """
select = ["VL101"]

[[suppress]]
rules = ["VL101"]
files = ["fifths.musicxml"]
bars = "1-2"
voices = ["Part 2"]
reason = "a quotation"
"""


def test_the_configuration_selects_and_suppresses(tmp_path: Path) -> None:
    score = written(tmp_path)
    (tmp_path / ".arranger.toml").write_text(CONFIGURED)
    result = run("check", score, "--format", "json")
    data = json.loads(result.stdout)
    assert result.exit_code == 0
    assert data["findings"] == []
    assert {(aside["kind"], aside["reason"]) for aside in data["set_aside"]} == {("external", "a quotation")}
    justified = sarif_results(score)[0]["suppressions"]
    assert justified == [{"kind": "external", "justification": "a quotation"}]


def test_an_unused_entry_is_told_of_the_configuration(tmp_path: Path) -> None:
    written(tmp_path, CLEAN)
    (tmp_path / ".arranger.toml").write_text(CONFIGURED)
    result = run("check", "fifths.musicxml", "--format", "concise", "--extend-select", "LT")
    assert result.exit_code == 1
    assert "a quotation" in result.stdout
    written(tmp_path)
    assert run("check", "fifths.musicxml", "--extend-select", "LT").exit_code == 0


def test_pyproject_is_read_and_the_command_line_goes_first(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.arranger]\nprofile = "song"\nignore = ["VL101"]\nmax-warnings = 0\n'
    )
    score = written(tmp_path / "deeper")
    data = json.loads(run("check", score, "--format", "json").stdout)
    assert data["profile"] == "song"
    assert "VL101" not in {finding["code"] for finding in data["findings"]}
    assert json.loads(run("check", score, "--format", "json", "--profile", "hymn").stdout)["profile"] == "hymn"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('profil = "song"', "did you mean profile?"),
        ("jobs = true", "whole number"),
        ("max-warnings = -1", "negative"),
        ("select = 'VL'", "list"),
        ("select = [", "not TOML"),
        ('select = ["ZZ"]', "ZZ"),
        ('[[suppress]]\nrules = ["VL"]', "say why"),
        ('[[suppress]]\nreason = "so"', "no rules"),
    ],
)
def test_a_bad_configuration_is_one_line(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / ".arranger.toml").write_text(text)
    result = run("check", written(tmp_path))
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert told in result.stderr
