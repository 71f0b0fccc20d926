"""Workers, the guard and the shelf of the studio: what goes wrong stays where it went wrong."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from arranger import arrange, read_lead_sheet
from arranger.formats import limits
from arranger.formats.writing import to_musicxml, without_words
from arranger.studio.answers import SILENT
from arranger.studio.app import app_of
from arranger.studio.pool import BusyError, Job, Pool
from arranger.studio.project import Music, State
from arranger.studio.service import Studio
from arranger.studio.shelf import MissingError, Shelf, ShelfError
from arranger.studio.work import scores
from arranger.studio.work.arranging import arrange as arrange_task
from arranger.studio.worker import Confines

pytestmark = pytest.mark.flaky(reruns=2)  # real processes and clocks, on machines that others use too
TUNE = b'X:1\nM:4/4\nL:1/4\nK:C\n"C"C D E F|"G7"G F E D|"C"C4|]\n'
LONG_TUNE = b"X:1\nM:4/4\nL:1/4\nK:C\n" + b'"C"C D E F|"G7"G F E D|\n' * 32
ENDLESS = {"content": LONG_TUNE, "name": "tune.abc", "choices": {"effort": "low", "beam": 64}}


def finished(job: Job, seconds: float = 60) -> Job:
    """Return a job when it is finished; fail if it takes longer."""
    end = time.monotonic() + seconds
    while not job.is_finished:
        assert time.monotonic() < end, job.state
        time.sleep(0.01)
    return job


def began(job: Job) -> None:
    while job.share == 0:
        assert not job.is_finished, job.error
        time.sleep(0.01)


@pytest.fixture
def pool() -> Iterator[Pool]:
    found = Pool(1, waiting=3, confines=Confines())
    yield found
    found.close()


def test_a_worker_that_dies_fails_its_own_job_only(pool: Pool) -> None:
    doomed = pool.submit("arrange", ENDLESS, seconds=60)
    following = pool.submit("choices", {}, seconds=60)
    began(doomed)
    os.kill(doomed.process, signal.SIGKILL)
    assert finished(doomed).state == "failed"
    assert "ended unexpectedly" in doomed.error
    assert finished(following).result["ensembles"]


def test_a_job_that_takes_too_long_is_ended(pool: Pool) -> None:
    finished(pool.submit("choices", {}, seconds=60))  # so that a worker is there
    slow = finished(pool.submit("arrange", ENDLESS, seconds=0.3))
    assert (slow.state, slow.error) == ("refused", "this took more than 0.3 seconds and was ended; try fewer bars")
    assert finished(pool.submit("choices", {}, seconds=60)).state == "done"


def test_a_job_that_needs_too_much_memory_fails_alone() -> None:
    pool = Pool(1, waiting=3, confines=Confines(memory_bytes=700 << 20))
    try:
        bars = b"|".join([b"CDEF GABc"] * 10_000)
        many = b"X:1\nM:4/4\nL:1/8\nK:C\n" + b"".join(b"[V:%d] " % voice + bars[:60_000] + b"\n" for voice in range(12))
        hungry = finished(pool.submit("open_score", {"content": many, "name": "many.abc"}, seconds=60))
        assert hungry.state in ("failed", "refused")
        assert finished(pool.submit("choices", {}, seconds=60)).state == "done"
    finally:
        pool.close()


def test_the_queue_has_an_end_and_jobs_in_it_can_be_cancelled(pool: Pool) -> None:
    running = pool.submit("arrange", ENDLESS, seconds=60)
    began(running)
    waiting = [pool.submit("choices", {}, seconds=60) for _ in range(3)]
    assert [pool.place(job) for job in waiting] == [0, 1, 2]
    with pytest.raises(BusyError, match="3 jobs are waiting already"):
        pool.submit("choices", {}, seconds=60)
    pool.cancel(waiting[0])
    pool.cancel(running)
    assert finished(running, 5).state == "cancelled"
    assert [finished(job).state for job in waiting] == ["cancelled", "done", "done"]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("studio")
    studio = Studio(folder, workers=1)
    yield app_of(studio, static=folder / "none")
    studio.close()


def ask(app: Any, method: str, path: str, **more: Any) -> httpx.Response:
    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1234") as client:
            return await client.request(method, path, **more)

    return asyncio.run(answer())


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 200),
        ("GET", {"host": "localhost:1234"}, 200),
        ("GET", {"host": "evil.example"}, 421),
        ("GET", {"host": "127.0.0.1.evil.example:1234"}, 421),
        ("GET", {"host": ""}, 421),
        ("GET", {"origin": "http://127.0.0.1:1234"}, 200),
        ("GET", {"origin": "http://evil.example"}, 403),
        ("GET", {"origin": "http://127.0.0.1:4321"}, 403),
        ("GET", {"origin": "null"}, 403),
        ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, 403),
        ("GET", {"sec-fetch-site": "same-origin"}, 200),
        ("POST", {"content-type": "text/plain"}, 403),
        ("POST", {"content-type": "application/x-www-form-urlencoded"}, 403),
        ("POST", {"x-arranger": "1", "content-length": str(1 << 40)}, 413),
        ("POST", {"x-arranger": "1", "content-length": "many"}, 400),
    ],
)
def test_only_this_computers_own_pages_are_answered(
    app: Any, method: str, headers: dict[str, str], status: int
) -> None:
    answer = ask(app, method, "/api/v1/projects", headers=headers)
    assert answer.status_code == status, answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert status == 200 or set(answer.json()) == {"error"}


def test_a_body_that_grows_beyond_what_it_may_is_cut_off(app: Any) -> None:
    async def endless() -> Any:
        for _ in range(2 * (limits.MAX_FILE_BYTES >> 20) + 2):
            yield bytes(1 << 20)

    headers = {"content-type": "application/json"}
    answer = ask(app, "POST", "/api/v1/projects", content=endless(), headers=headers)
    assert answer.status_code == 413


HOSTILE = {
    "nothing": b"",
    "zeros": bytes(100_000),
    "half a zip": b"PK\x03\x04" + bytes(200),
    "no music": b"<score-partwise/>",
    "a billion laughs": b'<!DOCTYPE a [<!ENTITY b "c">]><score-partwise>&b;</score-partwise>',
    "a file of this computer": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><score-partwise>&b;</score-partwise>',
    "deep": b"<a>" * 5000,
    "half a midi": b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x00\x60MTrk\xff\xff\xff\xff",
    "words": "Lorem ipsum dolor sit amet".encode("utf-16"),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "a page": b"<html><script>alert(1)</script></html>",
    "an endless line": b"X:1\nK:C\n" + b"C" * 3_000_000,
}


NAMES = ("file.musicxml", "../../file.mxl", "file.mid", "file.abc", "file.krn", "file\x00.exe", "blob")


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_refused_in_one_line_whatever_their_name(app: Any, kind: str) -> None:
    for name in NAMES:
        files = {"file": (name, HOSTILE[kind])}
        answer = ask(app, "POST", "/api/v1/projects", files=files, headers={"x-arranger": "1"})
        assert answer.status_code == 400
        error = answer.json()["error"]
        assert error
        assert not [part for part in ("\n", "/tmp", "error in this program") if part in error]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"text"', b"[" * 100_000, b'{"text": NaN}', b'{"text": "\\ud800"}', b'{"text": 1}',
     b'{"text": "", "example": ""}', b'{"nonsense": 1}', b'{"text": "' + b"9" * 5000 + b'"}', b"9" * 5000, b"\xff\xfe"],
)  # fmt: skip
def test_requests_of_the_wrong_shape_are_refused(app: Any, body: bytes) -> None:
    answer = ask(app, "POST", "/api/v1/projects", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


def test_the_page_is_missing_in_words(app: Any) -> None:
    assert "the page was not built" in ask(app, "GET", "/").text


def test_a_fault_of_the_program_is_told_and_the_server_goes_on(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Shelf) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(Shelf, "listing", broken)
    answer = ask(app, "GET", "/api/v1/projects")
    assert answer.status_code == 500
    assert answer.json()["error"].startswith("an error in this program (ZeroDivisionError")
    assert ask(app, "GET", "/api/v1/openapi.json").status_code == 200


def music(name: str) -> Music:
    return Music(document=name, title=name)


def test_a_shelf_gives_back_what_it_was_given(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    project = shelf.create("Title", "tune.abc", TUNE, State(sheet=music("a")), {"a": b"<a/>"})
    after = shelf.after(project, "Arrange", State(sheet=music("a"), arrangement=music("b")), {"b": b"<b/>"})
    assert shelf.load(project.id) == after
    assert (shelf.source(project.id), shelf.document(project.id, "b")) == (TUNE, b"<b/>")
    undone = shelf.moved(after, -1)
    assert shelf.load(project.id) == undone
    assert undone.state == project.state
    with pytest.raises(LookupError, match="nothing to undo"):
        shelf.moved(undone, -1)
    assert shelf.moved(undone, 1).state == after.state


def test_a_write_that_was_cut_short_leaves_the_project_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(tmp_path)
    project = shelf.create("Title", "tune.abc", TUNE, State(), {})
    written = Path.replace

    def cut(self: Path, target: Path) -> Path:
        if Path(target).name == "head.json":
            raise OSError(28, "No space left on device")
        return written(self, target)

    monkeypatch.setattr(Path, "replace", cut)
    with pytest.raises(ShelfError, match="No space left on device"):
        shelf.after(project, "Arrange", State(arrangement=music("b")), {"b": b"<b/>"})
    monkeypatch.undo()
    assert shelf.load(project.id) == project
    assert not list(tmp_path.rglob("*.part"))
    assert shelf.load(shelf.after(project, "Again", State(choices={"seed": 1}), {}).id).state.choices == {"seed": 1}


@pytest.mark.parametrize("name", ["../../etc", "0" * 15, "Z" * 16, "", "0" * 16])
def test_an_id_that_is_none_leads_nowhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(MissingError):
        Shelf(tmp_path).load(name)


def test_a_damaged_project_is_named_and_the_others_are_listed(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    one, two = (shelf.create(title, "tune.abc", TUNE, State(), {}) for title in ("One", "Two"))
    (tmp_path / one.id / "head.json").write_text("{")
    assert [each["title"] for each in shelf.listing()] == ["Two"]
    with pytest.raises(ShelfError, match="is its folder damaged"):
        shelf.load(one.id)
    (tmp_path / two.id / "head.json").write_text(json.dumps({**two.head(), "format": 99}))
    with pytest.raises(ShelfError, match="of format 99"):
        shelf.load(two.id)


def test_requests_made_up_from_the_description_find_no_fault(tmp_path: Path) -> None:
    from benchmarks.faults.studio import fuzz
    from benchmarks.studio_server import start

    server = start(tmp_path)
    try:
        found = fuzz(server.address, examples=3, seed_=1)
    finally:
        server.stop()
    assert found.faults == []
    assert found.statuses[200] > 5
    assert found.statuses[400] > 20


@pytest.mark.parametrize("ensemble", ["satb", "string-quartet"])
def test_what_a_project_keeps_is_the_arrangement_to_the_byte(examples: Path, ensemble: str) -> None:
    sheet = examples / "auld-lang-syne.musicxml"
    choices = {"ensemble": ensemble, "effort": "low", "model": False}
    ((music, document), *_) = arrange_task(SILENT, content=sheet.read_bytes(), name=sheet.name, choices=choices)
    meant = arrange(read_lead_sheet(sheet), ensemble=ensemble, effort="low", model=None).score
    meant = meant if ensemble == "satb" else without_words(meant)
    scores._kept.clear()  # as after a new start, when all that there is is what was kept
    read_again = scores.score_of(Music.from_json(json.loads(json.dumps(music.to_json()))), document)
    assert to_musicxml(scores.without_ids(read_again)) == to_musicxml(meant)


@pytest.mark.parametrize(
    ("choice", "value"),
    [("ensemble", "/etc/own.toml"), ("ensemble", "../own"), ("model", "/etc"), ("ensemble", ["satb"])],
)
def test_a_project_file_leads_to_no_other_file(app: Any, examples: Path, choice: str, value: object) -> None:
    import io
    import zipfile

    from arranger.editing.passages.draft import Draft
    from arranger.editing.project.file import save_project

    with tempfile.TemporaryDirectory() as folder:
        song = arrange(read_lead_sheet(examples / "amazing-grace.musicxml"), effort="low", model=None)
        path = save_project(Draft.of(song), Path(folder) / "song.arranger")
        with zipfile.ZipFile(path) as archive:
            entries = {name: archive.read(name) for name in archive.namelist()}
    state = json.loads(entries["state.json"])
    state["options"][choice] = value
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in {**entries, "state.json": json.dumps(state).encode()}.items():
            archive.writestr(name, content)
    files = {"file": ("song.arranger", packed.getvalue())}
    answer = ask(app, "POST", "/api/v1/projects", files=files, headers={"x-arranger": "1"})
    assert answer.status_code == 400
    assert "song.arranger: it names files of another computer" in answer.json()["error"]
