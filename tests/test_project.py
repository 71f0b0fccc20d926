"""Project files: they open in the state in which they were saved, and hostile ones are refused in one line."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from arranger import Draft, arrange, draft, read_lead_sheet, read_score
from arranger.editing.project import open_project, save_project
from arranger.editing.project.values import MalformedError, from_plain, to_plain
from arranger.formats.reading import ReadError
from theory.notation.score import LeadSheet, Score

EXAMPLES = Path(__file__).parents[1] / "examples"
QUICK: dict[str, Any] = {"style": "hymn", "beam": 4}


@pytest.fixture(scope="module")
def song() -> Draft:
    return arrange(read_lead_sheet(EXAMPLES / "amazing-grace.musicxml"), **QUICK, model=None)


@pytest.mark.parametrize("name", ["amazing-grace.musicxml", "greensleeves.abc"])
def test_a_sheet_is_the_same_after_json(name: str) -> None:
    sheet = read_lead_sheet(EXAMPLES / name)
    assert from_plain(LeadSheet, json.loads(json.dumps(to_plain(sheet)))) == sheet


@pytest.mark.parametrize("ensemble", ["satb", "string-quartet", "sab", "string-orchestra"])
def test_a_project_opens_as_it_was_saved(tmp_path: Path, ensemble: str) -> None:
    song = arrange(read_lead_sheet(EXAMPLES / "amazing-grace.musicxml"), ensemble=ensemble, beam=4)
    for number, each in enumerate((song, song.again("5-6"), song.with_pins(f"{song.score.parts[1].name} 5.1 = D4"))):
        found = open_project(save_project(each, tmp_path / f"{number}.arranger"))
        assert found == each
        assert found.options == each.options
        assert found.again("9-10", seed=3).score == each.again("9-10", seed=3).score


def test_a_draft_of_any_score_opens_as_it_was_saved(tmp_path: Path, song: Draft) -> None:
    each = draft(song.score, model=None).with_pins("alto 5.1 = D4").again("7-8")
    assert open_project(save_project(each, tmp_path / "a.arranger")) == each


def test_equal_drafts_give_equal_files_with_the_result_for_other_programs(tmp_path: Path, song: Draft) -> None:
    one, other = (save_project(song, tmp_path / f"{name}.arranger").read_bytes() for name in "ab")
    assert one == other
    with zipfile.ZipFile(tmp_path / "a.arranger") as archive:
        assert sorted(archive.namelist()) == ["manifest.json", "score.musicxml", "state.json"]
        (tmp_path / "score.musicxml").write_bytes(archive.read("score.musicxml"))
    assert len(read_score(tmp_path / "score.musicxml").parts) == 4


def repacked(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    path.write_bytes(packed.getvalue())
    return path


def edited(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(entries: dict[str, bytes]) -> None:
        assert old in entries[name]
        entries[name] = entries[name].replace(old, new, 1)

    return change


HOSTILE = {
    "another version": (
        edited("manifest.json", b'"version":1', b'"version":2'),
        "a project of version 2, made by arranger",
    ),
    "another kind": (edited("manifest.json", b"arranger-project", b"my-project"), "not a project of arranger"),
    "no state": (lambda entries: entries.pop("state.json"), "not a project of arranger"),
    "no json": (lambda entries: entries.update({"state.json": b"{"}), "damaged"),
    "deep json": (lambda entries: entries.update({"state.json": b"[" * 100_000}), "damaged"),
    "a bomb": (lambda entries: entries.update({"state.json": b" " * (80 << 20)}), "unpacks to far more data"),
    "many entries": (lambda entries: entries.update({f"{n}": b"" for n in range(40)}), "a zip archive of 43 files"),
    "another field": (edited("state.json", b'"rhythm":', b'"rhyme":'), "has no ['rhyme']"),
    "a huge fraction": (
        edited("state.json", b'"duration_quarter":"1"', b'"duration_quarter":"1e999999"'),
        "is no Fraction",
    ),
    "a wrong cell": (edited("state.json", b'"midi":[[', b'"midi":[[500,'), "damaged"),
    "another style": (edited("state.json", b'"style":"hymn"', b'"style":"hmn"'), "there is no style 'hmn'"),
    "a path as model": (edited("state.json", b'"model":null', b'"model":"/etc"'), "damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_project_is_refused_in_one_line(tmp_path: Path, song: Draft, name: str) -> None:
    change, message = HOSTILE[name]
    path = repacked(save_project(song, tmp_path / "song.arranger"), change)
    with pytest.raises(ReadError) as refused:
        open_project(path)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith(str(path))


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.arranger").write_text("hello")
    with pytest.raises(ReadError, match="damaged"):
        open_project(tmp_path / "a.arranger")


def test_another_model_is_told(tmp_path: Path) -> None:
    song = arrange(read_lead_sheet(EXAMPLES / "amazing-grace.musicxml"), **QUICK)
    path = repacked(
        save_project(song, tmp_path / "song.arranger"), edited("state.json", b'"model":"part-v4', b'"model":"part-v0')
    )
    found = open_project(path)
    assert found.notices[-1].message.startswith("made with the model part-v0")
    assert found.score == song.score


@pytest.mark.parametrize(
    ("kind", "data"), [(int, True), (int, 10**12), (str, 3), (bool, 1), (Fraction, "1/0"), (Score, [])]
)
def test_values_of_another_type_are_refused(kind: Any, data: Any) -> None:
    with pytest.raises(MalformedError):
        from_plain(kind, data)


def test_defaults_are_left_out(song: Draft) -> None:
    assert "colour" not in to_plain(song.score.parts[0].notes[0])
    assert to_plain(replace(song.score.parts[0].notes[0], colour="#FF0000"))["colour"] == "#FF0000"
