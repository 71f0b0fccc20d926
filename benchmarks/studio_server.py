"""A studio on a free port for tests and benchmarks, in a process of its own, as a user starts it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
OWN = {"X-Arranger": "1"}


@dataclass
class Server:
    """A running studio."""

    process: subprocess.Popen[str]
    address: str

    def client(self) -> httpx.Client:
        """Return a client that asks it."""
        return httpx.Client(base_url=f"{self.address}/api/v1", headers=OWN, timeout=120, trust_env=False)

    def kill(self) -> None:
        """End the server as a power cut would: it can write nothing more."""
        self.process.send_signal(signal.SIGKILL)
        self._wait()

    def stop(self) -> None:
        """End the server as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        self._wait()

    def _wait(self) -> None:
        self.process.wait(timeout=20)
        if self.process.stderr:
            self.process.stderr.close()


def start(folder: Path, *options: str) -> Server:
    """Start a studio whose projects are in a folder."""
    command = [sys.executable, "-m", "arranger", "serve", "--port", "0", "--no-browser", "--folder", str(folder)]
    process = subprocess.Popen(
        [*command, "--workers", "1", *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = process.stderr.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found, said + process.stderr.read()
    return Server(process, found[0])


def events(client: httpx.Client, job: str) -> Iterator[tuple[str, Any]]:
    """Yield the events of a job, to its end."""
    with client.stream("GET", f"/jobs/{job}/events") as stream:
        name = ""
        for line in stream.iter_lines():
            kind, _, value = line.partition(": ")
            if kind == "event":
                name = value
            elif kind == "data":
                yield name, json.loads(value)


def arranged(client: httpx.Client, project: str, **choices: object) -> dict[str, Any]:
    """Return a project after its sheet was arranged."""
    job = client.post(f"/projects/{project}/arrange", json={"choices": choices}).json()["job"]
    *_, (name, found) = events(client, job)
    assert name == "done", found
    result: dict[str, Any] = found
    return result
