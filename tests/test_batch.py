"""Many inputs: what is done, kept and listed, and that nothing is lost or differs after a fault."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq
import pytest

from arranger.arranging.main import Options
from arranger.batch.crews import Bounds, Crew, hired
from arranger.batch.inputs import Input, inputs_of
from arranger.batch.jobs.analysing import AnalyseJob
from arranger.batch.jobs.arranging import ArrangeJob
from arranger.batch.jobs.checking import CheckJob
from arranger.batch.outcome import DONE, FAILED, REFUSED, Job, Outcome, Piece
from arranger.batch.running import KEPT, Run
from arranger.batch.store import StopError, opened
from arranger.cli import batching as cli

pytestmark = pytest.mark.flaky(reruns=2)  # real processes and clocks, on machines that others use too
ROOT = Path(__file__).parents[1]
MANIFEST = "manifest.sqlite"
TUNE = 'X:1\nT:Tune {number}\nM:4/4\nL:1/4\nK:C\n"C" C E G E |"F" F A c A |"G" G B d B |"C" c2 C2 |]\n'
FAULTY = "X:1\nM:4/4\nL:1/1\nK:C\nV:1\nG A |]\nV:2\nC D |]\n"  # parallel fifths


@pytest.fixture
def tunes(tmp_path: Path) -> Path:
    """Six tunes, the later the longer."""
    folder = tmp_path / "tunes"
    folder.mkdir()
    for number in range(1, 7):
        body = TUNE.format(number=number)
        (folder / f"tune{number}.abc").write_text(body[:-4] + body.splitlines()[-1][:-2] * (number - 1) + "|]\n")
    return folder


def batch(command: str, *arguments: object, **popen: Any) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "arranger", "batch", command, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=200, check=False, **popen)


@contextmanager
def begun(command: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A batch at work in a process group of its own, which is gone at the end."""
    words = [sys.executable, "-m", "arranger", "batch", command, *map(str, arguments)]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_for(what: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def content(folder: Path) -> dict[str, bytes]:
    """All that a batch made, but for its manifest."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("manifest"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def quick() -> Options:
    return Options(model=None, beam=2)


class Here:
    """A crew that does each task at once, in this process."""

    breaks_together = False
    capacity = 1

    def submit(self, work: Callable[..., list[Outcome]], *arguments: Any) -> Future[list[Outcome]]:
        future: Future[list[Outcome]] = Future()
        future.set_result(work(*arguments))
        return future

    def renew(self) -> None:
        pass

    def demand_alive(self) -> None:
        pass


def ran(job: Job, sources: list[Path], out: Path, *, jobs: int = 0, watch: Any = None, **bounds: Any) -> dict[str, str]:
    """Run a batch, in this process or in a pool of ``jobs``, and return what became of each input."""
    statuses: dict[str, str] = {}

    def keep(known: Any, status: str) -> None:
        statuses[Path(known.source).stem] = status
        if watch:
            watch()

    with opened(out, job.kind.command, job.settings()) as store, _crew(jobs) as crew:
        store.list(inputs_of(map(str, sources)))
        Run(job, store, out, bounds=Bounds(**bounds), watch=keep).go(crew)
    return statuses


def _crew(jobs: int) -> AbstractContextManager[Crew]:
    return hired("", jobs) if jobs else nullcontext(Here())


def test_inputs_are_files_folders_patterns_and_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a/x.abc", "a/b/y.mxl", "a/.z.abc", "a/note.txt", "c.mid"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "list").write_text("a\n\nc.mid\n")
    monkeypatch.chdir(tmp_path)
    in_a = [Input("a/b/y.mxl", "b/y"), Input("a/x.abc", "x")]
    assert list(inputs_of(["a"])) == in_a
    assert list(inputs_of(["c.mid", "no-such.abc"])) == [Input("c.mid", "c"), Input("no-such.abc", "no-such")]
    assert sorted(inputs_of(["a/**/*"]), key=lambda each: each.source)[0] == in_a[0]
    assert list(inputs_of(["@list"])) == [*in_a, Input("c.mid", "c")]
    with pytest.raises(ValueError, match="match this pattern"):
        list(inputs_of(["a/*.krn"]))


def test_results_of_inputs_with_one_name_are_kept_apart(tmp_path: Path) -> None:
    with opened(tmp_path / "out", "check", {}) as store:
        store.list([Input("a/x.abc", "x"), Input("b/X.mxl", "X"), Input("c/x-2.abc", "x-2")])
        assert sorted(known.name for known in store.listed()) == ["X-2", "x", "x-2-2"]


def test_a_second_run_does_only_what_is_missing_or_changed(tunes: Path, tmp_path: Path) -> None:
    job, out = ArrangeJob(quick()), tmp_path / "out"
    assert set(ran(job, [tunes], out).values()) == {DONE}
    assert set(ran(job, [tunes], out).values()) == {KEPT}
    changed = tunes / "tune2.abc"
    changed.write_text(changed.read_text().replace("C E G E", "E G E C"))
    (out / "scores" / "tune3.musicxml").unlink()
    (out / "scores" / "tune4.musicxml").write_bytes(b"torn")
    found = ran(job, [tunes], out)
    assert {name for name, status in found.items() if status == DONE} == {"tune2", "tune3", "tune4"}
    assert set(ran(ArrangeJob(quick(), ending=".mid"), [tunes], out).values()) == {DONE}
    assert {path.suffix for path in (out / "scores").iterdir()} == {".mid"}


def test_a_sheet_is_done_again_when_its_pins_change(tunes: Path, tmp_path: Path) -> None:
    job, sources = ArrangeJob(quick()), sorted(tunes.iterdir())[:2]
    ran(job, sources, tmp_path / "out")
    pins = tunes / "tune1.pins.toml"
    pins.write_text('pin = ["alto 1.1 = E4"]')
    assert ran(job, sources, tmp_path / "out") == {"tune1": DONE, "tune2": KEPT}
    assert ran(job, sources, tmp_path / "out") == {"tune1": KEPT, "tune2": KEPT}
    pins.unlink()
    assert ran(job, sources, tmp_path / "out") == {"tune1": DONE, "tune2": KEPT}


def test_long_pieces_come_first(tunes: Path, tmp_path: Path) -> None:
    assert list(ran(CheckJob(), [tunes], tmp_path / "out")) == [f"tune{number}" for number in range(6, 0, -1)]


def test_the_command_writes_pages_and_tables_and_exits_like_the_others(tunes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (tunes / "faulty.abc").write_text(FAULTY)
    (tunes / "junk.musicxml").write_text("junk")
    done = batch("check", tunes, tmp_path / "missing.abc", "--out", out, "--jobs", 1, "--profile", "chorale")
    assert done.returncode == 2, done.stderr
    assert "9 inputs: 7 done, 2 refused" in done.stderr
    rows = {row["code"]: row for row in csv.DictReader((out / "rules.csv").read_text().splitlines())}
    assert rows["VL101"]["severity"] == "error"
    assert int(rows["VL101"]["count"]) >= 1
    assert float(rows["VL101"]["bach_per_1000_sonorities"]) == pytest.approx(1.544)
    scores = {Path(row["source"]).stem: row for row in pq.read_table(out / "scores.parquet").to_pylist()}
    assert scores["faulty"]["notes"] == 4
    assert scores["junk"]["reason"].startswith("line 1: not well-formed XML")
    assert "no such file" in scores["missing"]["reason"]
    findings = pq.read_table(out / "findings.parquet").to_pylist()
    assert len(findings) == sum(int(row["count"]) for row in rows.values())
    page = (out / "report.html").read_text()
    assert page.index("parallel-fifths") < page.index("faulty.abc") < page.index("not well-formed XML")
    for name in ("junk.musicxml", "faulty.abc"):
        (tunes / name).unlink()
    assert batch("check", tunes, "--out", out, "--jobs", 1, "--exit-zero").returncode == 0
    assert batch("analyse", tunes, "--out", out, "--jobs", 1).returncode == 2  # the folder belongs to another command


def test_analyses_are_those_of_the_command_for_one_file(tunes: Path, tmp_path: Path) -> None:
    done = batch("analyse", tunes, "--out", tmp_path / "out", "--jobs", 1, "--format", "romantext")
    assert done.returncode == 0, done.stderr
    words = [sys.executable, "-m", "arranger", "analyse", str(tunes / "tune1.abc"), "--format", "romantext"]
    alone = subprocess.run(words, capture_output=True, cwd=ROOT, check=True).stdout
    assert (tmp_path / "out" / "analyses" / "tune1.rntxt").read_bytes() == alone


def test_results_are_equal_to_the_byte_for_any_number_of_workers(tunes: Path, tmp_path: Path) -> None:
    for jobs in (1, 3):
        done = batch("arrange", tunes, "--out", tmp_path / str(jobs), "--jobs", jobs, "--no-model", "--beam", 2)
        assert done.returncode == 0, done.stderr
    assert content(tmp_path / "1") == content(tmp_path / "3")
    single = tmp_path / "single.musicxml"
    words = ["arrange", str(tunes / "tune5.abc"), "--no-model", "--beam", "2", "-o", str(single)]
    subprocess.run([sys.executable, "-m", "arranger", *words], capture_output=True, cwd=ROOT, check=True)
    assert (tmp_path / "1" / "scores" / "tune5.musicxml").read_bytes() == single.read_bytes()


def test_no_two_options_of_a_command_have_one_name() -> None:
    for command in cli.batch.commands.values():
        names = [each.name for each in command.params]
        assert len(names) == len(set(names)), command.name


@dataclass(frozen=True)
class Poisoned:
    """A check that some tunes do not survive."""

    kind = CheckJob.kind

    def settings(self) -> dict[str, Any]:
        return {}

    def outcome(self, piece: Piece) -> Outcome:
        if b"Tune 2" in piece.data:
            os._exit(9)
        if b"Tune 3" in piece.data:
            raise ZeroDivisionError("of the program")
        while b"Tune 4" in piece.data:
            pass
        return CheckJob().outcome(piece)


def test_poison_is_tried_once_more_then_listed_and_costs_the_others_nothing(tunes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = ran(Poisoned(), [tunes], out, jobs=2, seconds=3)
    assert {name for name, status in found.items() if status == DONE} == {"tune1", "tune5", "tune6"}
    with opened(out, "check", {}) as store:
        reasons = {Path(each.known.source).stem: each.known.reason for each in store.finished()}
    assert reasons["tune2"].startswith("its process ended")
    assert "ZeroDivisionError" in reasons["tune3"]
    assert reasons["tune4"] == "took longer than 3 s, the limit for one input"
    assert set(ran(Poisoned(), [tunes / "tune3.abc"], out).values()) == {FAILED}  # the next run tries it again


def test_memory_is_bounded(tunes: Path, tmp_path: Path) -> None:
    found = ran(CheckJob(), [tunes / "tune1.abc"], tmp_path / "out", jobs=1, memory_bytes=1 << 20)
    assert found == {"tune1": FAILED}


def test_a_refused_input_is_not_tried_again_until_it_changes(tmp_path: Path) -> None:
    junk = tmp_path / "junk.abc"
    junk.write_text("no tune")
    assert ran(CheckJob(), [junk], tmp_path / "out") == {"junk": REFUSED}
    assert ran(CheckJob(), [junk], tmp_path / "out") == {"junk": KEPT}
    junk.write_text(FAULTY)
    assert ran(CheckJob(), [junk], tmp_path / "out") == {"junk": DONE}


def test_a_killed_worker_costs_nothing(tunes: Path, tmp_path: Path) -> None:
    job = ArrangeJob(quick())
    ran(job, [tunes], tmp_path / "undisturbed")
    killed: list[int] = []

    def kill_one() -> None:
        if not killed:
            killed.append(multiprocessing.active_children()[0].pid or 0)
            os.kill(killed[0], signal.SIGKILL)

    assert set(ran(job, [tunes], tmp_path / "out", jobs=2, watch=kill_one).values()) == {DONE}
    assert killed
    assert content(tmp_path / "out") == content(tmp_path / "undisturbed")


ARRANGE = ("--no-model", "--beam", 4)


def test_a_killed_batch_is_taken_up_where_it_stopped(tunes: Path, tmp_path: Path) -> None:
    out, undisturbed = tmp_path / "out", tmp_path / "undisturbed"
    assert batch("arrange", tunes, "--out", undisturbed, "--jobs", 1, *ARRANGE).returncode == 0
    with begun("arrange", tunes, "--out", out, "--jobs", 2, *ARRANGE) as process:
        wait_for(lambda: len(list(out.glob("scores/*.musicxml"))) > 2)  # so that the first is in the manifest
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
        wait_for(lambda: not _in_group(process.pid))  # no worker stays behind
    (out / "scores" / ".tune1.musicxml.x.part").write_text("half")
    done = batch("arrange", tunes, "--out", out, "--jobs", 1, *ARRANGE)
    assert done.returncode == 0, done.stderr
    assert " kept" in done.stderr
    assert content(out) == content(undisturbed)


def _in_group(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_ctrl_c_finishes_what_has_begun(tunes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with begun("arrange", tunes, "--out", out, "--jobs", 1, *ARRANGE) as process:
        wait_for(lambda: list(out.glob("scores/*.musicxml")))
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the workers get it too
        _, told = process.communicate(timeout=150)
    assert process.returncode == 130, told
    assert "not done" in told
    assert "not yet done" in (out / "report.html").read_text()
    assert batch("arrange", tunes, "--out", out, "--jobs", 1, *ARRANGE).returncode == 0


def test_a_second_ctrl_c_stops_at_once(tunes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with begun("arrange", tunes, "--out", out, "--jobs", 1, "--no-model", "--beam", 500) as process:
        wait_for(lambda: list(out.glob("manifest.sqlite*")))
        wait_for(lambda: len(psutil.Process(process.pid).children()) > 1)  # the worker, and what tracks its resources
        time.sleep(0.5)
        os.killpg(process.pid, signal.SIGINT)
        assert process.stderr is not None
        wait_for(lambda: "again to stop at once" in process.stderr.readline())
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=150)
    assert process.returncode == 130, told
    assert told.endswith("stopped; run it again to go on\n")
    wait_for(lambda: not _in_group(process.pid))


def test_files_of_the_folder_in_which_it_begins_are_not_run(
    tunes: Path, tmp_path: Path, installed: tuple[list[str], dict[str, str]]
) -> None:
    for name in ("random", "pickle", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a file of the user was run')")
    program, environment = installed
    for words in (["batch", "check", tunes, "--out", "checked"], ["check", *sorted(tunes.iterdir())]):
        command = [*program, *map(str, words), "--jobs", "2", "--exit-zero"]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=200, check=False
        )
        assert (done.returncode, "a file of the user was run" in done.stderr) == (0, False), done.stderr


@pytest.mark.parametrize("damage", [b"garbage" * 1000, b"SQLite format 3\0" + b"\0" * 5000], ids=["garbage", "zeros"])
def test_a_damaged_manifest_is_begun_anew(tunes: Path, tmp_path: Path, damage: bytes) -> None:
    job, out = AnalyseJob(), tmp_path / "out"
    ran(job, [tunes], out)
    before = content(out)
    (out / MANIFEST).write_bytes(damage)
    assert set(ran(job, [tunes], out).values()) == {DONE}
    assert content(out) == before


def test_a_torn_page_of_the_manifest_is_noticed(tunes: Path, tmp_path: Path) -> None:
    job, out = CheckJob(), tmp_path / "out"
    ran(job, [tunes], out)
    with (out / MANIFEST).open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(4096 * 3))
    assert set(ran(job, [tunes], out).values()) == {DONE}


def test_two_batches_do_not_share_a_folder(tmp_path: Path) -> None:
    with (
        opened(tmp_path, "check", {}),
        pytest.raises(StopError, match="another batch is at work"),
        opened(tmp_path, "check", {}),
    ):
        pass


def test_a_full_disk_stops_the_batch_and_the_next_run_completes(tunes: Path, tmp_path: Path) -> None:
    disk, undisturbed = tmp_path / "disk", tmp_path / "undisturbed"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        out = disk / "out"
        (disk / "ballast").write_bytes(b"x" * 80_000)
        done = batch("arrange", tunes, "--out", out, "--jobs", 1, *ARRANGE)
        assert done.returncode == 2
        assert "arranger: " in done.stderr
        assert "Traceback" not in done.stderr
        subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
        done = batch("arrange", tunes, "--out", out, "--jobs", 1, *ARRANGE)
        assert done.returncode == 0, done.stderr
        assert batch("arrange", tunes, "--out", undisturbed, "--jobs", 1, *ARRANGE).returncode == 0
        assert content(out) == content(undisturbed)
    finally:
        subprocess.run(["umount", disk], check=True)


def test_the_manifest_says_what_made_the_results(tunes: Path, tmp_path: Path) -> None:
    job, out = ArrangeJob(quick()), tmp_path / "out"
    ran(job, [tunes / "tune1.abc", tunes / "tune2.abc"], out)
    with sqlite3.connect(out / MANIFEST) as manifest:
        ((command, settings),) = manifest.execute("SELECT command, settings FROM batch")
        hashes = dict(manifest.execute("SELECT source, input_sha256 FROM piece"))
    manifest.close()
    assert command == "arrange"
    assert json.loads(settings)["options"]["beam"] == 2
    assert len(set(hashes.values())) == 2


def test_pages_are_rendered_one_folder_of_pictures_a_score(tunes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = batch(
        "render", tunes / "tune1.abc", tunes / "tune2.abc", "--out", out, "--jobs", 1, "--to", "svg", "--parts"
    )
    assert done.returncode == 0, done.stderr
    assert [path.name for path in sorted(out.glob("rendered/*/1.svg"))] == ["1.svg", "1.svg"]
    assert {row["pages"] for row in pq.read_table(out / "scores.parquet").to_pylist()} == {1}
    assert not (out / "rules.csv").exists()
    assert len(list(out.glob("rendered/tune1/*.pdf"))) == 1  # the only part
