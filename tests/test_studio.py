"""The studio as a page or another program meets it: a real server on a free port, with the real model."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from arranger import arrange, read_lead_sheet, read_score
from arranger.formats.writing import to_musicxml
from benchmarks.studio_server import ROOT, Server, arranged, events, start

pytestmark = pytest.mark.flaky(reruns=2)  # real processes and clocks, on machines that others use too
TUNE = 'X:1\nT:Little Tune\nM:4/4\nL:1/4\nK:C\n"C"C D E F|"G7"G F E D|"C"C4|]\nw:Sing a lit-tle song to-day, friends.\n'
# soprano and alto in thirds, tenor and bass a fifth apart; the last chord has the bass on C
FIFTHS = """X:1
T:Two Fifths
M:4/4
L:1/2
%%score (S) (A) (T) (B)
V:S clef=treble name="Soprano"
V:A clef=treble name="Alto"
V:T clef=treble-8 name="Tenor"
V:B clef=bass name="Bass"
K:C
[V:S] c d|c2|]
[V:A] G G|G2|]
[V:T] E, G,|E,2|]
[V:B] C, B,,|C,2|]
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = start(tmp_path_factory.mktemp("studio"))
    yield found
    found.stop()


@pytest.fixture(scope="module")
def studio(server: Server) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


def opened(studio: httpx.Client, text: str = TUNE, **more: str) -> dict[str, Any]:
    answer = studio.post("/projects", json={"text": text, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def edited(studio: httpx.Client, project: str, **wish: object) -> dict[str, Any]:
    answer = studio.post(f"/projects/{project}/edit", json=wish)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def codes(project: dict[str, Any]) -> list[str]:
    return [finding["code"] for finding in project["findings"]]


def test_a_typed_tune_is_a_project_that_is_engraved_at_once(studio: httpx.Client) -> None:
    project = opened(studio)
    assert (project["title"], project["sheet"], project["arrangement"]) == ("Little Tune", True, False)
    assert [bar["onset_quarter"] for bar in project["bars"]] == ["0", "4", "8"]
    page = studio.get(f"/projects/{project['id']}/score.svg", params={"what": "sheet", "width": 800})
    assert page.headers["x-pages"] == "1"
    assert re.findall(r'id="(n-0-[\d-]+)"', page.text) == [f"n-0-{onset}-1" for onset in range(9)]
    assert "<style" not in page.text  # the policy of the page allows none


def test_every_format_opens(studio: httpx.Client, examples: Path) -> None:
    for path in sorted(examples.glob("*.*")):
        if path.suffix in (".abc", ".musicxml"):
            answer = studio.post("/projects", files={"file": (path.name, path.read_bytes())})
            assert answer.json()["source"] == path.name
    kern = "**kern\n*M4/4\n=1\n4c\n4d\n4e\n4f\n==\n*-\n"
    assert opened(studio, kern, name="scale.krn")["bars"][0]["number"] == "1"


def test_an_arrangement_is_that_of_the_library_and_says_how_far_it_is(
    studio: httpx.Client, examples: Path, tmp_path: Path
) -> None:
    sheet = examples / "amazing-grace.musicxml"
    project = studio.post("/projects", files={"file": (sheet.name, sheet.read_bytes())}).json()["id"]
    job = studio.post(f"/projects/{project}/arrange", json={"choices": {"style": "hymn", "effort": "low"}}).json()[
        "job"
    ]
    *before, (last, found) = events(studio, job)
    shares = [data["share"] for name, data in before if name == "progress"]
    assert last == "done"
    assert shares == sorted(shares)
    assert len(set(shares)) > 5
    assert [part["name"] for part in found["parts"]] == ["Soprano", "Alto", "Tenor", "Bass"]

    expected = arrange(read_lead_sheet(sheet), style="hymn", effort="low")
    assert codes(found) == [finding.code for finding in expected.report().findings]
    taken = studio.get(f"/projects/{project}/download/musicxml").content
    assert taken == to_musicxml(expected.score, layout="closed")

    midi = studio.get(f"/projects/{project}/download/mid").content
    (tmp_path / "song.mid").write_bytes(midi)
    assert len(read_score(tmp_path / "song.mid").parts) == 4
    report = studio.get(f"/projects/{project}/download/report.json").json()
    assert [finding["code"] for finding in report["findings"]] == codes(found)


def test_an_edit_is_judged_and_its_findings_name_the_notes_on_the_page(studio: httpx.Client) -> None:
    project = opened(studio, FIFTHS, name="fifths.abc", what="score")
    assert "VL101" not in codes(project)
    worse = edited(studio, project["id"], voice=3, onset_quarter="2", pitch="E3")  # under the tenor's B: C-G to E-B
    worse = edited(studio, project["id"], voice=2, onset_quarter="2", pitch="B3")
    worse = edited(studio, project["id"], voice=2, onset_quarter="0", pitch="G3")
    (fifths,) = (finding for finding in worse["findings"] if finding["code"] == "VL101")
    assert fifths["onset_quarter"] == "2"
    page = studio.get(f"/projects/{project['id']}/score.svg").text
    assert set(fifths["note_ids"]) == {"n-2-2-1", "n-3-2-1"}  # where the second fifth is
    assert all(f'id="{name}"' in page for name in fifths["note_ids"])


def test_each_action_is_one_step_back_and_forth(studio: httpx.Client) -> None:
    project = opened(studio, FIFTHS, what="score")["id"]
    before = studio.get(f"/projects/{project}").json()
    page = studio.get(f"/projects/{project}/score.svg").text
    several = [{"voice": voice, "onset_quarter": "0", "steps": 2} for voice in (0, 1, 2)]
    after = edited(studio, project, edits=several)
    assert (after["can_undo"], after["undo_name"]) == (True, "Edit 3 notes")

    undone = studio.post(f"/projects/{project}/undo").json()
    changing = ("revision", "changed", "steps", "place", "can_redo", "redo_name", "jobs")
    assert {k: v for k, v in undone.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }
    assert studio.get(f"/projects/{project}/score.svg").text == page
    assert studio.post(f"/projects/{project}/undo").status_code == 409

    redone = studio.post(f"/projects/{project}/redo").json()
    assert redone["findings"] == after["findings"]
    studio.post(f"/projects/{project}/undo")
    assert edited(studio, project, voice=0, onset_quarter="0", rest=True)["can_redo"] is False


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"steps": 1}, "D5"),
        ({"steps": -7}, "C4"),
        ({"semitones": 1}, "C#5"),
        ({"semitones": -2}, "Bb4"),
        ({"pitch": "Bb4"}, "Bb4"),
        ({"rest": True}, None),
    ],
)
def test_a_note_is_moved_by_steps_or_semitones_named_or_silenced(
    studio: httpx.Client, wish: dict[str, object], expected: str | None
) -> None:
    project = opened(studio, FIFTHS, what="score")["id"]
    edited(studio, project, voice=0, onset_quarter="0", **wish)
    notes = studio.get(f"/projects/{project}/notes").json()
    assert next(each["pitch"] for each in notes if each["voice"] == 0) == expected


def test_a_tied_note_moves_as_one(studio: httpx.Client) -> None:
    project = opened(studio, "X:1\nM:4/4\nL:1/4\nK:G\nG2 F2-|F4|]\n", what="score")["id"]
    edited(studio, project, voice=0, onset_quarter="4", steps=1)
    notes = studio.get(f"/projects/{project}/notes").json()
    assert [each["pitch"] for each in notes] == ["G4", "G4", "G4"]


@pytest.mark.parametrize(
    ("wish", "status", "reason"),
    [
        ({"voice": 7, "onset_quarter": "0", "steps": 1}, 400, "there is no voice 7"),
        ({"voice": 0, "onset_quarter": "1/3", "steps": 1}, 400, "Soprano has no note in bar 1"),
        ({"voice": 0, "onset_quarter": "0", "pitch": "H4"}, 400, "'H4' is not a pitch"),
        ({"voice": 0, "onset_quarter": "0", "semitones": 120}, 400, "higher or lower"),
        ({"voice": 0, "onset_quarter": "1e9", "steps": 1}, 400, "onset_quarter"),
        ({"voice": 0, "steps": 1}, 400, "lacks 'onset_quarter'"),
        ({"voice": True, "onset_quarter": "0"}, 400, "voice must be a number"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_in_one_line(
    studio: httpx.Client, wish: dict[str, object], status: int, reason: str
) -> None:
    project = opened(studio, FIFTHS, what="score")
    answer = studio.post(f"/projects/{project['id']}/edit", json=wish)
    assert answer.status_code == status
    assert reason in answer.json()["error"]
    assert studio.get(f"/projects/{project['id']}").json()["revision"] == project["revision"]


def test_variants_are_shown_and_taken(studio: httpx.Client) -> None:
    project = opened(studio)["id"]
    found = arranged(studio, project, variants=2, effort="low", model=False)
    assert [each["index"] for each in found["variants"]] == [0, 1]
    one, two = (studio.get(f"/projects/{project}/score.svg", params={"what": f"variant-{n}"}).text for n in (0, 1))
    assert studio.get(f"/projects/{project}/score.svg").text == one != two
    studio.post(f"/projects/{project}/take", json={"variant": 1})
    assert studio.get(f"/projects/{project}/score.svg").text == two
    studio.post(f"/projects/{project}/undo")
    assert studio.get(f"/projects/{project}/score.svg").text == one
    assert studio.post(f"/projects/{project}/take", json={"variant": None}).json()["variants"] == []


def test_the_times_of_the_page_are_those_of_the_notes(studio: httpx.Client) -> None:
    project = opened(studio, "X:1\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\nC D2 E|F4|]\n", what="score")["id"]
    times = studio.get(f"/projects/{project}/timemap").json()
    assert [(each["onset_quarter"], each["seconds"]) for each in times] == [("0", 0), ("1", 1), ("3", 3), ("4", 4)]


def test_a_job_is_cancelled_and_the_next_one_runs(studio: httpx.Client, examples: Path) -> None:
    sheet = examples / "amazing-grace.musicxml"
    project = studio.post("/projects", files={"file": (sheet.name, sheet.read_bytes())}).json()["id"]
    long = studio.post(f"/projects/{project}/arrange", json={"choices": {"effort": "64"}}).json()["job"]
    waiting = studio.post(f"/projects/{project}/arrange", json={"choices": {"effort": "low", "beam": 2}}).json()["job"]
    names = []
    for name, _ in events(studio, long):
        names.append(name)
        if names.count("progress") == 2:
            began = time.monotonic()
            studio.delete(f"/jobs/{long}")
    assert names[-1] == "cancelled"
    assert time.monotonic() - began < 5
    assert studio.get(f"/jobs/{long}").json()["state"] == "cancelled"
    *_, (last, _) = events(studio, waiting)
    assert last == "done"


def test_the_score_appears_while_it_is_searched(studio: httpx.Client, examples: Path) -> None:
    sheet = examples / "auld-lang-syne.musicxml"
    project = studio.post("/projects", files={"file": (sheet.name, sheet.read_bytes())}).json()["id"]
    job = studio.post(f"/projects/{project}/arrange", json={"choices": {"effort": "high", "beam": 64}}).json()["job"]
    seen = []
    for name, _ in events(studio, job):
        if name == "sketch":
            seen.append(studio.get(f"/jobs/{job}/score.svg", params={"layout": "open"}))
            if len(seen) == 2:
                studio.delete(f"/jobs/{job}")
    first, second = (set(re.findall(r'id="(n-[0-3]-[\d-]+)"', each.text)) for each in seen[:2])
    tune = {each["id"] for each in studio.get(f"/projects/{project}/notes", params={"what": "sheet"}).json()}
    assert {name for name in first if name.startswith("n-0-")} == tune
    alto = [sum(name.startswith("n-1-") for name in each) for each in (first, second)]
    assert alto[0] < alto[1] < len(tune) + 20
    assert studio.get(f"/jobs/{job}/score.svg").status_code == 409


def test_what_is_wrong_with_choices_is_said_as_on_the_command_line(studio: httpx.Client) -> None:
    project = opened(studio)["id"]
    for choices, reason in (
        ({"ensemble": "sat"}, "did you mean satb?"),
        ({"ensemble": "../../etc/passwd"}, "there is no ensemble"),
        ({"key": "H#"}, "is not a key"),
        ({"only_bars": "99"}, "there is no bar 99"),
        ({"texture": "waltz"}, "is a pattern for instruments"),
        ({"ensemble": "string-quartet", "texture": "waltz"}, "is for 3/4"),
    ):
        job = studio.post(f"/projects/{project}/arrange", json={"choices": choices}).json()["job"]
        *_, (name, data) = events(studio, job)
        assert name == "failed"
        assert reason in data["error"]


def test_many_files_are_checked_and_the_unreadable_one_is_named(studio: httpx.Client, examples: Path) -> None:
    homework = sorted((examples / "homework").rglob("*.musicxml"))[:3]
    files = [("file", (path.name, path.read_bytes())) for path in homework]
    files.append(("file", ("broken.mid", b"MThd\0")))
    found = studio.post("/check", files=files, data={"profile": "strict"}).json()
    assert [each["name"] for each in found["files"]] == [*(path.name for path in homework), "broken.mid"]
    assert found["files"][-1]["error"].startswith("broken.mid: ")
    counted = sum(len(each.get("findings", ())) for each in found["files"])
    assert sum(rule["count"] for rule in found["summary"]["rules"]) == counted > 0
    assert found["summary"]["unreadable"] == 1
    page = studio.post("/check", files=files, data={"form": "html"})
    assert all(f"<h1>{path.name}</h1>" in page.text for path in homework)
    assert "broken.mid: " in page.text
    assert "/tmp" not in page.text


def test_other_programs_arrange_harmonize_analyse_and_render_without_a_project(studio: httpx.Client) -> None:
    job = studio.post("/arrange", json={"score": TUNE, "choices": {"ensemble": "ssa", "effort": "low"}}).json()["job"]
    while studio.get(f"/jobs/{job}").json()["state"] in ("queued", "running"):
        time.sleep(0.05)
    (found,) = studio.get(f"/jobs/{job}/result").json()["arrangements"]
    assert found["musicxml"].count("<score-part ") == 3

    bare = TUNE.replace('"C"', "").replace('"G7"', "")
    chords = studio.post("/harmonize", json={"score": bare, "style": "folk"}).json()["chords"]
    assert chords[0]["symbol"] == "C"
    numerals = studio.post("/analyse", json={"score": FIFTHS}).json()["chords"]
    assert "I" in json.dumps(numerals)
    midi = studio.post("/render", json={"score": TUNE, "form": "mid"})
    assert midi.content.startswith(b"MThd")
    svg = studio.post("/render", files={"file": ("tune.abc", io.BytesIO(TUNE.encode()))}, data={"width": "500"})
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.text.startswith("<svg")


def test_a_server_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    server = start(tmp_path)
    with server.client() as studio:
        project = opened(studio)["id"]
        arranged(studio, project, effort="low", model=False)
        edited(studio, project, voice=1, onset_quarter="0", steps=1)
        edited(studio, project, voice=2, onset_quarter="0", steps=-1)
        studio.post(f"/projects/{project}/pin", json={"voice": 1, "onset_quarter": "0"})
        before = studio.post(f"/projects/{project}/undo").json()
        page = studio.get(f"/projects/{project}/score.svg").text
    server.kill()

    again = start(tmp_path)
    try:
        with again.client() as studio:
            assert [each["id"] for each in studio.get("/projects").json()] == [project]
            after = studio.get(f"/projects/{project}").json()
            assert {**after, "jobs": []} == {**before, "jobs": []}
            assert studio.get(f"/projects/{project}/score.svg").text == page
            assert studio.post(f"/projects/{project}/redo").json()["pins"] == [{"voice": 1, "onset_quarter": "0"}]
            checked = edited(studio, project, voice=2, onset_quarter="0", steps=1)
            assert checked["parts"] == before["parts"]
    finally:
        again.stop()


def test_a_removed_project_is_gone(studio: httpx.Client) -> None:
    project = opened(studio)["id"]
    assert studio.delete(f"/projects/{project}").status_code == 200
    assert studio.get(f"/projects/{project}").status_code == 404
    assert studio.delete(f"/projects/{project}").status_code == 404


def test_the_description_names_every_address_and_an_unknown_one_is_not_found(studio: httpx.Client) -> None:
    document = studio.get("/openapi.json").json()
    for path, operations in document["paths"].items():
        for method in operations:
            address = path.removeprefix("/api/v1")
            for name in ("project", "job"):
                address = address.replace(f"{{{name}}}", "0" * 16)
            address = address.replace("{file}", "mid").replace("{voice}", "0")
            answer = studio.request(method, address, json={} if method in ("post", "patch") else None)
            assert answer.status_code in (200, 400, 404, 409), (method, path, answer.text)
    assert studio.get("/nothing").status_code == 404


def test_ctrl_c_ends_the_server_while_a_page_listens(tmp_path: Path) -> None:
    server = start(tmp_path)
    with server.client() as studio:
        project = opened(studio)["id"]
        job = studio.post(f"/projects/{project}/arrange", json={"choices": {"effort": "64"}}).json()["job"]
        with studio.stream("GET", f"/jobs/{job}/events") as stream:
            next(stream.iter_lines())
            server.stop()
    assert server.process.returncode is not None


def test_a_port_that_is_taken_and_a_folder_that_is_a_file_are_refused(server: Server, tmp_path: Path) -> None:
    import subprocess

    port = server.address.rpartition(":")[2]
    (tmp_path / "file").write_text("")
    for options, reason in ((["--port", port], f"port {port} cannot be used"), (["--folder", "file/x"], "file/x")):
        command = [sys.executable, "-m", "arranger", "serve", "--no-browser", "--port", "0", *options]
        environment = {"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 2
        assert done.stderr.startswith(f"arranger: {reason}")


def test_a_passage_is_done_again_and_all_else_stays(studio: httpx.Client) -> None:
    project = opened(studio, TUNE.replace("|]", "|C D E F|G4|]"))["id"]
    arranged(studio, project, style="hymn", effort="low")
    before = studio.get(f"/projects/{project}/notes").json()
    pin = next(each for each in before if each["voice"] == 2 and each["bar"] == 1)
    studio.post(f"/projects/{project}/pin", json={"voice": 2, "onset_quarter": pin["onset_quarter"]})
    wish = {"bars": [1, 2], "voices": [1, 2], "variants": 2, "seed": 1}
    job = studio.post(f"/projects/{project}/again", json=wish).json()["job"]
    *during, (name, found) = events(studio, job)
    assert name == "done", found
    assert {"index": 0} in [
        data for kind, data in during if kind == "variant"
    ]  # the first one is there before the rest
    assert studio.get(f"/projects/{project}/notes").json() == before  # nothing is taken yet
    others = [studio.get(f"/projects/{project}/notes", params={"what": f"variant-{n}"}).json() for n in (0, 1)]
    for notes in others:
        outside = [each for each in before if each["voice"] in (0, 3) or each["bar"] not in (1, 2)]
        assert [each for each in notes if each["voice"] in (0, 3) or each["bar"] not in (1, 2)] == outside
        assert pin in notes
    assert before != others[0] != others[1]
    taken = studio.post(f"/projects/{project}/take", json={"variant": 1}).json()
    assert taken["undo_name"] == "Take variant 2"
    assert studio.get(f"/projects/{project}/notes").json() == others[1]
    assert studio.post(f"/projects/{project}/again", json={"bars": [9, 12]}).status_code == 202


def test_a_score_of_others_is_done_again_too(studio: httpx.Client) -> None:
    project = opened(studio, FIFTHS.replace("|]", "|]", 1), what="score")["id"]
    job = studio.post(f"/projects/{project}/again", json={"bars": [0, 0], "variants": 1}).json()["job"]
    *_, (name, found) = events(studio, job)
    assert name == "done", found
    assert len(found["variants"]) == 1


def test_a_repair_clears_what_an_edit_broke_but_never_a_pinned_note(studio: httpx.Client) -> None:
    project = opened(studio, FIFTHS, what="score")["id"]
    for voice, onset, pitch in ((2, "0", "G3"), (2, "2", "B3"), (3, "2", "E3")):
        broken = edited(studio, project, voice=voice, onset_quarter=onset, pitch=pitch)
    assert "VL101" in codes(broken)
    job = studio.post(f"/projects/{project}/repair", json={"select": ["VL101"], "bars": [1, 1]}).json()["job"]
    *_, (_, found) = events(studio, job)
    assert found["repair"]["changes"] == []  # the fifths are in the first bar
    studio.post(f"/projects/{project}/undo")
    job = studio.post(f"/projects/{project}/repair", json={"select": ["VL101"]}).json()["job"]
    *_, (_, found) = events(studio, job)
    assert "VL101" not in codes(found)
    (change,) = found["repair"]["changes"]
    assert "VL101" in change["clears"]
    assert found["undo_name"] == "Repair"

    assert "VL101" in codes(studio.post(f"/projects/{project}/undo").json())
    where = {"voice": change["voice"], "onset_quarter": change["onset_quarter"]}
    studio.post(f"/projects/{project}/pin", json=where)
    job = studio.post(f"/projects/{project}/repair", json={"select": ["VL101"]}).json()["job"]
    *_, (_, found) = events(studio, job)
    assert where not in [{"voice": c["voice"], "onset_quarter": c["onset_quarter"]} for c in found["repair"]["changes"]]


def test_a_note_says_why_it_stands_there_and_an_alternative_can_be_taken(studio: httpx.Client) -> None:
    project = opened(studio, FIFTHS, what="score")["id"]
    reason = studio.get(f"/projects/{project}/why", params={"voice": 1, "onset_quarter": "2"}).json()
    assert (reason["pitch"], reason["bar"], reason["given"]) == ("G4", "1", False)
    assert reason["text"].startswith("Bar 1, beat 3, Alto: G4")
    other = reason["alternatives"][0]["pitch"]
    edited(studio, project, voice=1, onset_quarter="2", pitch=other)
    assert studio.get(f"/projects/{project}/why", params={"voice": 1, "onset_quarter": "2"}).json()["pitch"] == other


def test_every_voice_is_heard_and_the_page_knows_when(studio: httpx.Client) -> None:
    import soundfile

    project = opened(
        studio, "X:1\nM:2/4\nL:1/4\nQ:1/4=120\n%%score A B\nV:A\nV:B\nK:C\n[V:A]C D|]\n[V:B]E G|]\n", what="score"
    )["id"]
    told = studio.get(f"/projects/{project}/stems", params={"form": "wav"}).json()
    assert [note["seconds"] for note in told["notes"]] == [0, 0.5]
    assert told["notes"][1]["note_ids"] == ["n-0-1-1", "n-1-1-1"]
    total = 0
    for voice in told["voices"]:
        answer = studio.get(voice["url"].removeprefix("/api/v1"))
        sound, rate = soundfile.read(io.BytesIO(answer.content))
        assert abs(len(sound) / rate - told["duration_seconds"]) < 0.01
        assert (sound**2).mean() > 1e-6
        total = total + sound
    assert abs(total).max() <= 1
    half = studio.get(f"/projects/{project}/stems", params={"tempo": "50%"}).json()
    assert [note["seconds"] for note in half["notes"]] == [0, 1]


def test_a_project_file_opens_to_the_same_state_and_goes_on_from_there(studio: httpx.Client) -> None:
    one = opened(studio, TUNE.replace("|]", "|C D E F|G4|]"))["id"]
    arranged(studio, one, style="hymn", effort="low")
    edited(studio, one, voice=1, onset_quarter="0", steps=1)
    before = studio.post(f"/projects/{one}/pin", json={"voice": 2, "onset_quarter": "8"}).json()
    saved = studio.get(f"/projects/{one}/download/arranger").content
    after = studio.post("/projects", files={"file": ("song.arranger", saved)}).json()
    for name in ("pins", "findings", "bars", "parts", "profile"):
        assert after[name] == before[name]
    notes = [studio.get(f"/projects/{each}/notes").json() for each in (one, after["id"])]
    assert notes[0] == notes[1]
    found = []
    for project in (one, after["id"]):
        job = studio.post(f"/projects/{project}/again", json={"bars": [1, 2], "variants": 1, "seed": 2}).json()["job"]
        assert [name for name, _ in events(studio, job)][-1] == "done"
        found.append(studio.get(f"/projects/{project}/notes", params={"what": "variant-0"}).json())
    assert found[0] == found[1] != notes[0]


def test_files_of_the_folder_in_which_it_begins_are_not_run(
    tmp_path: Path, installed: tuple[list[str], dict[str, str]]
) -> None:
    (tmp_path / "pickle.py").write_text("raise SystemExit('a file of the user was run')")
    (tmp_path / "projects").mkdir()
    program, environment = installed
    command = [*program, "serve", "--port", "0", "--no-browser", "--folder", "projects"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert process.stdout is not None
        address = re.search(r"http://[\d.:]+", process.stdout.readline())
        assert address is not None
        assert httpx.get(f"{address[0]}/api/v1/choices", timeout=60).status_code == 200
    finally:
        process.kill()
        process.communicate()
