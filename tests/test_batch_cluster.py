"""A batch on a Dask cluster of this machine: one scheduler and two workers, which are killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.flaky(reruns=2)  # real processes and clocks, on machines that others use too
ROOT = Path(__file__).parents[1]
TUNE = 'X:1\nT:Tune {number}\nM:4/4\nL:1/4\nK:C\n"C" C E G E |"F" F A c A |"G" G B d B |"C" c2 C2 |]\n'
ARRANGE = ("--no-model", "--beam", "16")


class Cluster:
    """A scheduler and two workers, each a process."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "scheduler.json"
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        self.begin()

    def begin(self) -> None:
        """Start scheduler and workers."""
        self._file.unlink(missing_ok=True)
        common = ("--scheduler-file", str(self._file), "--no-dashboard", "--host", "127.0.0.1")
        self.scheduler = self._started("scheduler", *common, "--port", "0")
        wait_for(self._file.exists)
        self.nanny = self._started("worker", *common, "--nworkers", "2", "--nthreads", "1")

    def _started(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *words]
        with (self._folder / f"{what}.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT)
        self._processes.append(process)
        return process

    @property
    def address(self) -> str:
        """Where the scheduler listens."""
        return str(json.loads(self._file.read_text())["address"])

    def workers(self) -> list[psutil.Process]:
        """The processes of the workers."""
        children = psutil.Process(self.nanny.pid).children(recursive=True)
        return [each for each in children if "multiprocessing.spawn" in " ".join(each.cmdline())]

    def end(self) -> None:
        """End all processes."""
        for process in self._processes:
            for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else ():
                child.kill()
            process.kill()
            process.wait(10)


def wait_for(what: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    found = Cluster(tmp_path)
    try:
        yield found
    finally:
        found.end()


@pytest.fixture
def tunes(tmp_path: Path) -> Path:
    folder = tmp_path / "tunes"
    folder.mkdir()
    for number in range(1, 9):
        (folder / f"tune{number}.abc").write_text(TUNE.format(number=number))
    return folder


def begun(tunes: Path, out: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "arranger", "batch", "arrange", str(tunes), "--out", str(out), *ARRANGE, *words]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, told = process.communicate(timeout=200)
    return process.returncode, told


def content(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("manifest"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_killed_workers_and_schedulers_cost_nothing(cluster: Cluster, tunes: Path, tmp_path: Path) -> None:
    alone, worker_killed, scheduler_killed = tmp_path / "alone", tmp_path / "worker", tmp_path / "scheduler"
    code, told = finished(begun(tunes, alone, "--jobs", "1"))
    assert code == 0, told

    wait_for(cluster.workers)
    process = begun(tunes, worker_killed, "--scheduler", cluster.address)
    wait_for(lambda: list(worker_killed.glob("scores/*.musicxml")))
    os.kill(cluster.workers()[0].pid, signal.SIGKILL)
    code, told = finished(process)
    assert code == 0, told
    assert content(worker_killed) == content(alone)

    process = begun(tunes, scheduler_killed, "--scheduler", cluster.address)
    wait_for(lambda: list(scheduler_killed.glob("scores/*.musicxml")))
    cluster.scheduler.kill()
    code, told = finished(process)
    assert code == 2
    assert told.splitlines()[-1].startswith("arranger: the scheduler at "), told
    assert "Traceback" not in told, told
    cluster.end()
    cluster.begin()
    code, told = finished(begun(tunes, scheduler_killed, "--scheduler", cluster.address))
    assert code == 0, told
    assert " kept" in told
    assert content(scheduler_killed) == content(alone)


def test_a_scheduler_that_does_not_answer_is_named(tunes: Path, tmp_path: Path) -> None:
    code, told = finished(begun(tunes, tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9"))
    assert code == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in told
    assert "Traceback" not in told, told
