"""The command line: output, exit codes, and one-line error messages."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from arranger import Options, read_lead_sheet, read_score
from arranger.arranging.ensembles.layout import default_layout
from arranger.cli import main
from arranger.commands.notices import print_notices
from theory.notation.score import Notice

HEAVY = ("music21", "torch", "numpy", "networkx")


def run(*arguments: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


def refusal(result: Result) -> str:
    """Return the one-line error message of a refused command."""
    assert result.exit_code == 2, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("arranger: ")]
    assert "Traceback" not in result.stderr
    return line


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_answer_without_heavy_imports(argument: str) -> None:
    code = (
        "import sys; sys.argv = ['arranger', sys.argv[1]]\n"
        "from arranger.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print('loaded', [name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, argument], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded []"


def test_importing_the_package_is_cheap_and_its_names_are_the_functions() -> None:
    code = (
        "import sys, arranger\n"
        f"assert not [name for name in {HEAVY} if name in sys.modules]\n"
        "from arranger.arranging.main import Options\n"
        "from arranger import arrange, read_lead_sheet, write_score\n"
        "assert callable(arrange) and callable(read_lead_sheet) and callable(write_score)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_arranging_never_imports_torch(examples: Path, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom arranger.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit as end:\n    assert not end.code\n"
        "assert 'torch' not in sys.modules and 'music21' not in sys.modules"
    )
    out = tmp_path / "out.musicxml"
    arguments = ["arrange", str(examples / "amazing-grace.musicxml"), "-o", str(out), "--beam", "4"]
    subprocess.run([sys.executable, "-c", code, *arguments], check=True)
    assert len(read_score(out).parts) == 4


def test_arrange_writes_score_report_and_explanation(examples: Path, tmp_path: Path) -> None:
    source, out = examples / "amazing-grace.musicxml", tmp_path / "grace.musicxml"
    report, why = tmp_path / "grace.json", tmp_path / "grace.txt"
    result = run("arrange", source, "-o", out, "--key", "keep", "--report", report, "--explain", why, "--beam", 4)
    assert result.exit_code == 0, result.output
    score, sheet = read_score(out), read_lead_sheet(source)
    assert [part.name for part in score.parts] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert [note.pitch for note in score.parts[0].notes] == [note.pitch for note in sheet.melody.notes]
    data = json.loads(report.read_text(encoding="utf-8"))
    assert {"version", "profile", "findings", "notices", "summary"} <= set(data)
    assert data["profile"] == "song"
    explanation = why.read_text(encoding="utf-8")
    assert explanation.startswith("Amazing Grace in style song")
    assert "Bar 16:" in explanation


def test_what_was_changed_is_said_on_stderr(examples: Path, tmp_path: Path) -> None:
    source = examples / "auld-lang-syne.musicxml"
    result = run("arrange", source, "-o", tmp_path / "out.mid", "--key", "D", "--beam", 2)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert any("D major" in line and line.startswith(str(source)) for line in result.stderr.splitlines())


def test_variants_are_numbered_and_differ(examples: Path, tmp_path: Path) -> None:
    out = tmp_path / "tune.musicxml"
    result = run(
        "arrange",
        examples / "amazing-grace.musicxml",
        "-o",
        out,
        "--variants",
        2,
        "--beam",
        4,
        "--report",
        tmp_path / "r.json",
    )
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "r-1.json",
        "r-2.json",
        "tune-1.musicxml",
        "tune-2.musicxml",
    ]
    first, second = (read_score(tmp_path / f"tune-{number}.musicxml") for number in (1, 2))
    assert first.parts[0].notes == second.parts[0].notes
    assert [part.notes for part in first.parts[1:]] != [part.notes for part in second.parts[1:]]


def test_equal_input_gives_equal_bytes(examples: Path, tmp_path: Path) -> None:
    for name in ("one.musicxml", "two.musicxml"):
        assert run("arrange", examples / "amazing-grace.musicxml", "-o", tmp_path / name, "--beam", 4).exit_code == 0
    assert (tmp_path / "one.musicxml").read_bytes() == (tmp_path / "two.musicxml").read_bytes()


def test_a_hymn_is_closed_score_unless_asked_otherwise(examples: Path, tmp_path: Path) -> None:
    source, out = examples / "amazing-grace.musicxml", tmp_path / "hymn.musicxml"
    assert run("arrange", source, "-o", out, "--style", "hymn", "--beam", 2).exit_code == 0
    assert out.read_text(encoding="utf-8").count("<score-part ") == 2
    assert run("arrange", source, "-o", out, "--style", "hymn", "--score", "open", "--beam", 2).exit_code == 0
    assert out.read_text(encoding="utf-8").count("<score-part ") == 4


@pytest.mark.parametrize(
    ("ensemble", "layout"), [("satb", "closed"), ("ssaa", "open"), ("ttbb", "open"), ("string-quartet", "open")]
)
def test_only_mixed_choirs_share_a_treble_and_a_bass_staff(ensemble: str, layout: str, lead_sheet) -> None:
    score = lead_sheet('"C" c4 |]').score
    assert default_layout(Options(ensemble=ensemble, style="hymn"), score) == layout


def test_pipes_in_and_out(examples: Path) -> None:
    data = (examples / "amazing-grace.musicxml").read_bytes()
    result = run("arrange", "-", "-o", "-", "--beam", 2, stdin=data)
    assert result.exit_code == 0, result.output
    assert b"<score-partwise" in result.stdout_bytes
    checked = run("check", "-", "--format", "json", "--exit-zero", stdin=result.stdout_bytes)
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.stdout)["source"] == "-"


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("score.xml", b"<a>" + b" " * 80_000_000 + b"</a>")
    return file.getvalue()


def truncated_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("score.xml", "<score-partwise/>" * 100)
    return file.getvalue()[:200]


EMPTY_PART = (
    '<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Tune</part-name></score-part></part-list>'
    '<part id="P1"><measure number="1"/></part></score-partwise>'
)
ENTITIES = '<!DOCTYPE a [<!ENTITY x "xxxxxxxx"><!ENTITY y "&x;&x;&x;">]><score-partwise>&y;</score-partwise>'
BAD = {
    "empty.musicxml": b"",
    "prose.musicxml": b"This is not music.",
    "picture.mxl": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "truncated.mxl": truncated_zip(),
    "bomb.mxl": bomb(),
    "entities.musicxml": ENTITIES.encode(),
    "no-notes.musicxml": EMPTY_PART.encode(),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    source = tmp_path / name
    source.write_bytes(BAD[name])
    line = refusal(run("arrange", source, "-o", tmp_path / "out.musicxml"))
    assert name in line
    assert list(tmp_path.iterdir()) == [source]
    assert name in refusal(run("check", source))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "nowhere.musicxml" in refusal(run("arrange", tmp_path / "nowhere.musicxml", "-o", tmp_path / "out.mid"))


def test_bad_data_in_a_pipe_is_called_standard_input() -> None:
    assert "standard input" in refusal(run("arrange", "-", "-o", "-", stdin=b"<not-a-score/>"))


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        (("--ensemble", "satbb"), "did you mean satb"),
        (("--style", "hym"), "did you mean hymn"),
        (("--texture", "waltzer"), "waltz"),
        (("--melody", "kazoo"), "soprano"),
        (("--key", "J"), "'J' is not a key"),
        (("--melody-part", "9"), "Melody"),
        (("--ensemble", "string-quartet", "--melody", "flute"), "viola"),
    ],
)
def test_an_unknown_choice_names_the_way_out(
    choice: tuple[str, str], told: str, examples: Path, tmp_path: Path
) -> None:
    line = refusal(run("arrange", examples / "amazing-grace.musicxml", "-o", tmp_path / "out.musicxml", *choice))
    assert told in line
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        (("--texture", "waltz"), "syllables"),
        (("--ensemble", "string-quartet", "--score", "closed"), "--score open"),
        (("--ensemble", "string-quartet", "--texture", "oom-pah"), "--texture pad"),  # in 3/4
    ],
)
def test_choices_that_do_not_go_together_name_the_way_out(
    choices: tuple[str, ...], told: str, examples: Path, tmp_path: Path
) -> None:
    line = refusal(run("arrange", examples / "amazing-grace.musicxml", "-o", tmp_path / "out.musicxml", *choices))
    assert told in line
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ((), True),
        (("--no-words",), False),
        (("--ensemble", "string-quartet"), False),
        (("--ensemble", "string-quartet", "--words", "all"), True),
    ],
)
def test_words_are_for_those_who_sing_unless_asked_otherwise(
    choices: tuple[str, ...], words: bool, examples: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.musicxml"
    result = run("arrange", examples / "amazing-grace.musicxml", "-o", out, "--no-model", "--beam", 1, *choices)
    assert result.exit_code == 0, result.output
    assert any(note.lyrics for part in read_score(out).parts for note in part.notes) is words


def test_equal_notices_are_gathered_with_their_bars(capsys: pytest.CaptureFixture[str]) -> None:
    found = [("'Cm(ma7)' is taken", bar) for bar in ("2", "10", "10")] + [("moved", ""), ("'Cm(ma7)' is taken", "26")]
    print_notices([Notice(message, bar) for message, bar in [*found, ("kept as words", "17")]], "song.mxl")
    assert capsys.readouterr().err.splitlines() == [
        "song.mxl, bars 2, 10, 26: 'Cm(ma7)' is taken",
        "song.mxl: moved",
        "song.mxl, bar 17: kept as words",
    ]


@pytest.mark.parametrize("out", ["missing/out.musicxml", "out.docx", "out"])
def test_an_output_that_cannot_be_written_is_refused(out: str, examples: Path, tmp_path: Path) -> None:
    line = refusal(run("arrange", examples / "amazing-grace.musicxml", "-o", tmp_path / out, "--beam", 1))
    assert out in line
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_refused(examples: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    line = refusal(run("arrange", examples / "amazing-grace.musicxml", "-o", tmp_path / "out.mid", "--beam", 1))
    assert "out.mid" in line


def test_several_variants_do_not_fit_a_pipe(examples: Path) -> None:
    line = refusal(run("arrange", examples / "amazing-grace.musicxml", "-o", "-", "--variants", 2))
    assert "standard output" in line


def parallel_fifths(folder: Path) -> Path:
    """Write a score of one bar in which two voices move in parallel fifths."""
    from arranger import write_score
    from theory.rules.example import example_score
    from theory.rules.rule import finds

    return write_score(example_score(finds("G4 A4 B4 / C4 D4 E4", "fifths")), folder / "fifths.musicxml")


def test_check_tells_what_it_found_and_where(tmp_path: Path) -> None:
    score = parallel_fifths(tmp_path)
    result = run("check", score, "--select", "VL101")
    assert result.exit_code == 1
    found = [line for line in result.stdout.splitlines() if "VL101" in line]
    assert len(found) == 2
    assert all(line.startswith(f"{score}  bar 1 beat") for line in found)


def test_check_exit_codes(tmp_path: Path) -> None:
    score = parallel_fifths(tmp_path)
    assert run("check", score, "--select", "VL101", "--exit-zero").exit_code == 0
    assert run("check", score, "--select", "VL", "--ignore", "VL101").exit_code == 0
    assert run("check", score, tmp_path / "missing.musicxml", "--exit-zero").exit_code == 2
    assert "did you mean" in refusal(run("check", score, "--profile", "chorle"))
    assert "ZZ1" in refusal(run("check", score, "--select", "ZZ1"))


def test_check_json_follows_the_schema(tmp_path: Path) -> None:
    score = parallel_fifths(tmp_path)
    one = json.loads(run("check", score, "--format", "json").stdout)
    assert one["source"] == str(score)
    finding = next(each for each in one["findings"] if each["code"] == "VL101")
    wanted = {"code", "name", "severity", "message", "bar", "measure_index", "beat", "onset_quarter", "voices", "notes"}
    assert wanted <= set(finding)
    assert (finding["bar"], finding["measure_index"], finding["beat"]) == ("1", 0, 2.0)
    several = json.loads(run("check", score, score, "--format", "json").stdout)
    assert [each["source"] for each in several] == [str(score)] * 2


def test_analyse_as_text_data_and_romantext_and_check_by_it(tmp_path: Path) -> None:
    from arranger import write_score
    from theory.rules.example import example_score
    from theory.rules.rule import passes

    music = passes("E5 F5 D5 E5 / C5 C5 B4 C5 / G4 A4 F4 G4 / C3 F3 G3 C3", "")
    score = write_score(example_score(music), tmp_path / "cadence.musicxml")
    assert run("analyse", score).stdout.splitlines()[-1] == "bar 1: C: 1 I  2 IV  3 V7  4 I"
    assert run("analyse", "-", stdin=score.read_bytes()).stdout == run("analyse", score).stdout
    assert "1 IV" in run("analyse", score, "--key", "G").stdout
    told = json.loads(run("analyse", score, "--format", "json").stdout)
    assert [chord["numeral"] for chord in told["chords"]] == ["I", "IV", "V7", "I"]
    file = tmp_path / "cadence.rntxt"
    assert run("analyse", score, "--format", "romantext", "-o", file).exit_code == 0
    assert run("analyse", score, "--analysis", file).stdout == run("analyse", score).stdout
    assert "estimated" in run("check", score, "--profile", "strict").stdout
    assert "estimated" not in run("check", score, "--profile", "strict", "--analysis", file).stdout
    labelled = tmp_path / "labelled.musicxml"
    assert run("analyse", score, "--format", "lyrics", "-o", labelled).exit_code == 0
    lyrics = [[lyric.text for lyric in note.lyrics] for note in read_score(labelled).parts[-1].notes]
    assert lyrics == [["C: I"], ["IV"], ["V7"], ["I"]]


def test_an_analysis_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    score, file = parallel_fifths(tmp_path), tmp_path / "other.rntxt"
    file.write_text("this is no analysis\n")
    assert str(file) in refusal(run("check", score, "--analysis", file))
    file.write_text("Time Signature: 3/4\nm1 C: I\nm9 V\n")
    assert "which the score does not have" in refusal(run("analyse", score, "--analysis", file))
    assert "one score" in refusal(run("check", score, score, "--analysis", file))
    assert "leave --key out" in refusal(run("analyse", score, "--analysis", file, "--key", "C"))
    assert "is not a key" in refusal(run("analyse", score, "--key", "H dur"))


def test_the_catalogues_list_what_there_is() -> None:
    assert "VL101  parallel-fifths" in run("rules").stdout
    assert "satb" in run("ensembles").stdout
    styles = run("styles").stdout
    assert "song" in styles
    assert "waltz" in styles
    by_code, by_name = run("explain", "vl101"), run("explain", "parallel-fifths")
    assert by_code.stdout == by_name.stdout
    assert "Fux" in by_code.stdout
    assert "arranger rules" in refusal(run("explain", "XX999"))


def test_training_without_torch_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "arranger[train]" in refusal(run("train", "--out", "runs/none", "--steps", 1))


def test_training_has_its_own_help() -> None:
    pytest.importorskip("torch")
    done = subprocess.run([sys.executable, "-m", "arranger", "train", "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "--data-hymns" in done.stdout


def test_evaluate_refuses_a_list_that_there_is_not() -> None:
    line = refusal(run("evaluate", "--list", "everything"))
    assert "everything" in line
    assert "valid" in line
