"""The output of `check`: formats, selection of rules, baselines, suppressions, marks in the score."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from arranger import read_score, write_score
from arranger.cli import main
from arranger.linter import judging
from arranger.linter.reports.html import document
from arranger.linter.verdict import Verdict
from theory.checking.check import check
from theory.checking.suitable_profile import estimate_profile
from theory.notation.score import Lyric, Score
from theory.rules.example import example_score
from theory.rules.rule import finds

FIFTHS = "G4 A4 B4 / C4 D4 E4"
CLEAN = "E4 F4 G4 E4 / C4 A3 G3 C4"


def run(*arguments: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


def score_of(music: str, *, chords: str = "") -> Score:
    return example_score(finds(music, "", chords=chords))


def written(folder: Path, music: str = FIFTHS, name: str = "fifths.musicxml", title: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return write_score(replace(score_of(music), title=title), folder / name)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_concise_is_a_line_a_finding(tmp_path: Path) -> None:
    score = written(tmp_path)
    lines = run("check", score, "--format", "concise", "--select", "VL101").stdout.splitlines()
    assert lines == [
        f"{score}:1:2: VL101 error Part 1-Part 2 parallel fifths G4-A4 over C4-D4",
        f"{score}:1:3: VL101 error Part 1-Part 2 parallel fifths A4-B4 over D4-E4",
    ]


def test_github_commands_escape_what_ends_a_field(tmp_path: Path) -> None:
    score = written(tmp_path, name="a, b.musicxml")
    line, _ = run("check", score.name, "--format", "github", "--select", "VL101").stdout.splitlines()
    assert line.startswith(
        "::error file=a%2C b.musicxml,line=46,title=VL101 parallel-fifths::bar 1 beat 2 Part 1-Part 2: "
    )


def test_statistics_rank_the_rules(tmp_path: Path) -> None:
    scores = [written(tmp_path), written(tmp_path, CLEAN, "clean.musicxml")]
    result = run("check", *scores, "--statistics", "--select", "VL101")
    assert result.stdout == "2  in 1 of 2 files  VL101  parallel-fifths\n"
    assert result.exit_code == 1
    assert run("check", scores[1], "--statistics", "--select", "VL101").stdout == ""


def test_max_warnings_forgive_warnings_but_no_error(tmp_path: Path) -> None:
    score = written(tmp_path, "F5 G#5 / D4 B3 / A3 E3 / D3 E2")
    found = json.loads(run("check", score, "--format", "json", "--profile", "chorale").stdout)["findings"]
    only = ",".join({finding["code"] for finding in found if finding["severity"] == "warning"})
    count = sum(finding["severity"] == "warning" for finding in found)
    assert count
    wanted = ("check", score, "--profile", "chorale", "--select", only)
    errors = any(finding["severity"] == "error" and finding["code"] in only for finding in found)
    assert not errors
    assert [run(*wanted, "--max-warnings", limit).exit_code for limit in (count - 1, count)] == [1, 0]
    assert run("check", written(tmp_path), "--select", "VL101", "--max-warnings", 99).exit_code == 1


def test_extended_selection_adds_to_the_profile(tmp_path: Path) -> None:
    def found(*choices: str) -> set[str]:
        data = json.loads(run("check", written(tmp_path), "--format", "json", *choices).stdout)
        return {finding["code"] for finding in data["findings"]}

    assert "VL101" in found("--extend-select", "VL101", "--ignore", "VL")
    assert found("--select", "SP", "--extend-select", "VL101") >= {"VL101"}
    assert "VL101" not in found("--select", "SP")


def test_a_folder_is_all_its_scores_and_a_bad_one_is_a_line(tmp_path: Path) -> None:
    folder = tmp_path / "songs"
    written(folder / "deeper")
    written(folder, CLEAN, "clean.musicxml")
    written(folder / ".hidden")
    (folder / "bad.mxl").write_bytes(b"PKnonsense")
    (folder / "notes.txt").write_text("not a score")
    result = run("check", folder, "--format", "jsonl", "--select", "VL101")
    assert result.exit_code == 2
    assert [Path(json.loads(line)["source"]).name for line in result.stdout.splitlines()] == [
        "clean.musicxml",
        "fifths.musicxml",
    ]
    (told,) = [line for line in result.stderr.splitlines() if line.startswith("arranger: ")]
    assert "bad.mxl" in told
    assert run("check", tmp_path / "songs" / ".hidden" / "nothing").exit_code == 2


def test_an_empty_folder_and_no_scores_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for arguments in (["check", "empty"], ["check"], ["check", "--files-from", "-"]):
        result = run(*arguments, stdin=b"")
        assert result.exit_code == 2
        assert "scores" in result.stderr


def test_a_fault_of_the_program_is_a_line_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails_for_one(score: Score) -> tuple[str, str]:
        if score.title == "bad":
            raise RuntimeError("no such voice")
        return estimated(score)

    estimated = judging.estimate_profile
    monkeypatch.setattr(judging, "estimate_profile", fails_for_one)
    scores = [written(tmp_path, name=f"{title}.musicxml", title=title) for title in ("bad", "good")]
    result = run("check", *scores, "--format", "jsonl")
    assert result.exit_code == 2
    assert [json.loads(line)["source"] for line in result.stdout.splitlines()] == [str(scores[1])]
    (told,) = [line for line in result.stderr.splitlines() if line.startswith("arranger: ")]
    assert "bad.musicxml: an error in this program" in told


def test_a_list_of_files_comes_through_a_pipe(tmp_path: Path) -> None:
    scores = [written(tmp_path, name=f"{number}.musicxml") for number in (1, 2)]
    listed = "\n".join(map(str, scores)).encode()
    result = run("check", "--files-from", "-", "--format", "jsonl", stdin=listed)
    assert [json.loads(line)["source"] for line in result.stdout.splitlines()] == list(map(str, scores))


def test_several_processes_say_what_one_says(tmp_path: Path) -> None:
    for number in range(3):
        written(tmp_path / "many", name=f"{number}.musicxml")
    (tmp_path / "many" / "bad.abc").write_text("")
    one, two = (run("check", "many", "--format", "jsonl", "--jobs", jobs) for jobs in (1, 2))
    assert one.stdout == two.stdout
    assert one.stderr == two.stderr
    assert (one.exit_code, two.exit_code) == (2, 2)


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_only_a_terminal_shows_a_progress_bar(tmp_path: Path) -> None:
    scores = [written(tmp_path, name=f"{number}.musicxml") for number in (1, 2)]
    command = [sys.executable, "-m", "arranger", "check", *map(str, scores), "missing.mxl", "--statistics"]
    ours, theirs = os.openpty()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, check=False)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert "Checking" in shown
    assert "\narranger: missing.mxl" in shown
    assert b"Checking" not in done.stdout
    piped = subprocess.run(command, capture_output=True, check=False)
    assert b"Checking" not in piped.stderr
    assert done.stdout == piped.stdout


def test_the_guessed_profile_is_told_on_stderr(tmp_path: Path) -> None:
    result = run("check", written(tmp_path), "--format", "json")
    assert result.stderr == "profile chorale, guessed: 2 parts without chord symbols\n"
    assert json.loads(result.stdout)["profile"] == "chorale"
    several = run("check", written(tmp_path), written(tmp_path), "--format", "jsonl")
    assert several.stderr == "profile chorale for 2 of 2 scores, guessed\n"
    named = run("check", written(tmp_path), "--profile", "song")
    assert named.stderr == ""


def test_players_words_and_symbols_tell_the_profile() -> None:
    choir = score_of("C5 / G4 / E4 / C3")
    verses = (Lyric("one", "1"), Lyric("two", "2"))
    sung = replace(choir.parts[0], notes=tuple(replace(note, lyrics=verses) for note in choir.parts[0].notes))
    bowed = ("violin", "violin", "viola", "cello")
    strings = tuple(replace(part, instrument=name) for part, name in zip(choir.parts, bowed, strict=True))
    found = [
        estimate_profile(score)[0]
        for score in (
            choir,
            score_of("C5 / G4 / E4 / C3", chords="C"),
            replace(choir, parts=(sung, *choir.parts[1:])),
            replace(choir, parts=strings),
        )
    ]
    assert found == ["chorale", "song", "hymn", "string-quartet"]


def sarif(*arguments: object) -> dict[str, object]:
    document = json.loads(run("check", *arguments, "--format", "sarif").stdout)
    check_sarif(document)
    return document["runs"][0]


def check_sarif(document: dict[str, object]) -> None:
    """Assert that a document's objects have the properties that SARIF 2.1.0 requires (sections 3.13 to 3.52)."""
    assert document["version"] == "2.1.0"
    assert str(document["$schema"]).endswith("sarif-schema-2.1.0.json")
    for each in document["runs"]:
        driver = each["tool"]["driver"]
        assert driver["name"]
        ids = [rule["id"] for rule in driver["rules"]]
        assert len(ids) == len(set(ids))
        for result in each["results"]:
            assert ids[result["ruleIndex"]] == result["ruleId"]
            assert result["level"] in ("none", "note", "warning", "error")
            assert result["message"]["text"]
            assert result.get("baselineState", "new") in ("new", "unchanged", "updated", "absent")
            assert {aside["kind"] for aside in result.get("suppressions", [])} <= {"inSource", "external"}
            for location in result["locations"]:
                uri = location["physicalLocation"]["artifactLocation"]["uri"]
                assert re.fullmatch(r"[A-Za-z0-9._~%/:-]+", uri)
                for logical in location.get("logicalLocations", []):
                    assert logical["fullyQualifiedName"].endswith(logical["name"])
        for invocation in each["invocations"]:
            assert isinstance(invocation["executionSuccessful"], bool)


def test_sarif_has_rules_places_and_failures(tmp_path: Path) -> None:
    score = written(tmp_path, name="two fifths.musicxml")
    found = sarif(score.name, tmp_path / "missing.mxl", "--select", "VL101")
    first, _ = found["results"]
    assert (first["ruleId"], first["level"]) == ("VL101", "error")
    (location,) = first["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "two%20fifths.musicxml"
    assert [(each["kind"], each["name"]) for each in location["logicalLocations"]] == [
        ("part", "Part 1"),
        ("part", "Part 2"),
        ("measure", "1"),
        ("beat", "2"),
    ]
    (rule,) = found["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"].startswith("Two voices a perfect fifth apart")
    (invocation,) = found["invocations"]
    assert not invocation["executionSuccessful"]
    assert "missing.mxl" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_an_annotated_copy_has_colours_and_codes(tmp_path: Path) -> None:
    score = written(tmp_path, "G4 A4 G4 / C4 D4 G3")
    before = score.read_bytes()
    run("check", score, "--select", "VL101", "--annotate", "marked.musicxml")
    assert score.read_bytes() == before
    marked = read_score("marked.musicxml")
    colours = [[bool(note.colour) for note in part.notes] for part in marked.parts]
    assert colours == [[True, True, False]] * 2
    (words,) = [direction for direction in marked.directions if direction.kind == "words"]
    assert (words.onset_quarter, words.text) == (1, "VL101 Part 1-Part 2")


def test_the_score_itself_is_never_annotated(tmp_path: Path) -> None:
    score = written(tmp_path)
    before = score.read_bytes()
    for arguments in ((score, "--annotate", score), (score, score, "--annotate", "out.musicxml")):
        assert run("check", *arguments).exit_code == 2
    assert score.read_bytes() == before


def test_the_unused_suppression_is_explained() -> None:
    assert run("explain", "lt101").stdout == run("explain", "unused-suppression").stdout
    assert "LT101  unused-suppression" in run("rules").stdout


def test_colours_are_read_and_written(tmp_path: Path) -> None:
    score = score_of("C5 - - - - D5")
    long, short = score.parts[0].notes
    coloured = replace(score.parts[0], notes=(replace(long, colour="#C00000"), short))
    first = read_score(write_score(replace(score, parts=(coloured,)), tmp_path / "one.musicxml"))
    again = read_score(write_score(first, tmp_path / "two.musicxml"))
    assert {note.colour for note in first.parts[0].notes if str(note.pitch) == "C5"} == {"#C00000"}
    assert again.parts == first.parts


def test_html_has_the_score_the_findings_and_the_reasons(tmp_path: Path) -> None:
    pytest.importorskip("verovio")
    score = written(tmp_path, name="a<b.musicxml")
    result = run("check", score.name, "--format", "html", "--select", "VL101")
    assert result.exit_code == 1
    page = result.stdout
    assert page.startswith("<!DOCTYPE html>")
    assert "<h1>a&lt;b.musicxml</h1>" in page
    assert page.count('<tr class="error">') == 2
    target = re.search(r'<a href="#([^"]+)">parallel fifths G4-A4', page)
    assert target
    note = re.search(rf'<g id="{target[1]}" class="note"[^>]*><title>([^<]+)</title>', page)
    assert note
    assert note[1].startswith("VL101 error: parallel fifths G4-A4 over C4-D4")
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="http', page)
    assert run("check", score.name, "--format", "html", "--select", "VL101").stdout == page


def test_html_without_an_engraver_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arranger.linter.reports.engraving.find_spec", lambda name: None)
    result = run("check", written(tmp_path), "--format", "html")
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert "arranger[engrave]" in line


def test_a_score_that_cannot_be_drawn_leaves_the_page_to_the_others() -> None:
    pytest.importorskip("verovio")
    empty, good = Score((), ()), score_of(FIFTHS)
    verdicts = [Verdict(name, check(score), score=score) for name, score in (("empty", empty), ("good", good))]
    page = document(verdicts, ["bad.mxl: not a score"])
    assert "<h1>empty</h1>" in page
    assert "the score is empty" in page
    assert page.count("<svg") >= 1
    assert "<li>bad.mxl: not a score</li>" in page
