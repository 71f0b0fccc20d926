"""JUnit output, marks in scores, configured severities, line numbers, and parts that share a staff."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from arranger.formats.reading import read_score
from arranger.formats.writing import to_musicxml
from arranger.linter.judging import ScoreFile, judge
from arranger.linter.reports import github, junit
from arranger.linter.reports.grading import grade
from arranger.linter.settings import Selection, Settings
from theory.checking.check import check
from theory.rules.example import example_score
from theory.rules.rule import finds

PARALLELS = "G4 A4 / C4 D4"


def written(music: str, folder: Path, *, layout: str = "open") -> ScoreFile:
    path = folder / "score.musicxml"
    path.write_bytes(to_musicxml(example_score(finds(music, "")), layout=layout))
    return ScoreFile(str(path), read_score(path))


def test_junit_has_a_case_for_each_finding(tmp_path: Path) -> None:
    verdict = judge(written(PARALLELS, tmp_path), Settings(Selection("chorale", ("VL101",))))
    root = ElementTree.fromstring(junit.document([verdict], ["lost.mxl: no such file"]))
    assert [suite.attrib["failures"] for suite in root] == ["1", "0"]
    assert root[0][0].find("failure").attrib["type"] == "error"
    assert root[1][0].find("error") is not None


def test_github_says_the_line_of_the_bar(tmp_path: Path) -> None:
    file = written(PARALLELS, tmp_path)
    verdict = judge(file, Settings(Selection("chorale", ("VL101",)), lines=True))
    lines = Path(file.source).read_text(encoding="utf-8").splitlines()
    line = verdict.line_of(verdict.report.findings[0])
    assert lines[line - 1].lstrip().startswith("<measure")
    assert f",line={line}," in github.lines(verdict)


def test_configured_severity_is_the_longest_that_fits() -> None:
    profile = Selection("chorale", severities=(("VL", "info"), ("VL101", "warning"), ("RA", "off"))).of("chorale")
    assert [profile.of(code).severity for code in ("VL101", "VL102", "RA101", "HA105")] == [
        "warning",
        "info",
        "off",
        "error",
    ]


@pytest.mark.parametrize(
    ("music", "connections"),
    [("G4 A4 / C4 D4", 0), ("G4 F4 / C4 D4", 2)],
)
def test_parallels_cost_a_connection(music: str, connections: int) -> None:
    score = example_score(finds(music, "", bar_quarters=2))
    mark = grade(score, check(score, "strict", infer=False).findings)
    assert (mark.of_chords, mark.of_connections, mark.connections) == (2, 2, connections)


def test_closed_score_has_four_voices_and_says_so(tmp_path: Path) -> None:
    file = written("C5 D5 E5 / G4 A4 G4 / E4 F4 C4 / C4 D4 C3", tmp_path, layout="closed")
    assert [part.name for part in file.score.parts] == ["Soprano", "Alto", "Tenor", "Bass"]
    verdict = judge(file, Settings(Selection("chorale", ("VL102",))))
    assert [finding.voices for finding in verdict.report.findings] == [("Soprano", "Bass")]
    assert sum("share a staff" in notice.message for notice in verdict.report.notices) == 2
