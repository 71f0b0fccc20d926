"""Requests made up from the studio's own description: none may be answered with a fault of the program, or not at all.

    python -m benchmarks.faults.studio --examples 200 --seed 0

For each address of the API, requests that fit its schema and requests that do not are drawn (Schemathesis), among them
real projects, scores and names, so that they reach the music. A fault is an answer of 500 or above, an answer that is
later than ten seconds, an error without its one line, and a job that fails because of the program.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from benchmarks.studio_server import OWN, start

SLOW_SECONDS = 10
SCORES = (
    'X:1\nT:t\nM:4/4\nL:1/4\nK:C\n"C"C D E F|"G7"G F E D|"C"C4|]\nw:one two three four five six seven eight nine\n',
    "X:1\nM:6/8\nL:1/8\nK:Am\n%%score A B\nV:A\nV:B\nK:Am\n[V:A]ABc edc|A6|]\n[V:B]A,3 E,3|A,6|]\n",
    "X:1\nK:C\n|]\n",
    "**kern\n*M3/4\n=1\n4c\n4d\n4e\n==\n*-\n",
    "<score-partwise/>",
)
NAMES = (
    "satb", "ssa", "string-quartet", "hymn", "song", "chorale", "jazz", "auto", "keep", "Bb", "1-2", "2", "low", "none",
    "repeats", "v1: unison", "lively, dark", "free", "closed", "soprano", "around", "alto 1.2 = A4", "tune.abc",
)  # fmt: skip
MOMENTS = ("0", "1", "4", "7/2", "8", "100")


@dataclass
class Found:
    """What came of the requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)


def reachable(document: dict[str, Any], project: str) -> dict[str, Any]:
    """Return the description with real values among those that are drawn."""
    found = deepcopy(document)
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == "project":
                    kept = [] if method == "delete" else [project] * 3
                    parameter["schema"] = {"enum": [*dict.fromkeys([*kept, "0" * 16])]}
                else:
                    parameter["schema"] = _with_real(parameter["name"], parameter["schema"])
            for content in operation.get("requestBody", {}).get("content", {}).values():
                content["schema"] = _with_real("", content["schema"])
            assert path
    return found


def _with_real(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    if "properties" in schema:
        return {**schema, "properties": {each: _with_real(each, part) for each, part in schema["properties"].items()}}
    if "items" in schema:
        return {**schema, "items": _with_real(name, schema["items"])}
    if schema.get("type") != "string" or schema.get("format") == "binary" or "enum" in schema:
        return schema
    real = SCORES if name in ("text", "score") else MOMENTS if name == "onset_quarter" else NAMES
    return {"anyOf": [{"enum": list(real)}, schema]}


def fuzz(address: str, *, examples: int, seed_: int, only: str = "") -> Found:
    """Send made-up requests to a studio, and return what came of them."""
    found = Found()
    with httpx.Client(base_url=address, headers=OWN, timeout=60, trust_env=False) as client:
        project = client.post("/api/v1/projects", json={"text": SCORES[1], "what": "score"}).json()["id"]
        document = reachable(client.get("/api/v1/openapi.json").json(), project)
        schema = schemathesis.openapi.from_dict(document)
        schema.config.update(base_url=address)
        for each in schema.get_all_operations():
            operation = each.ok()
            if only in operation.label:
                for mode in GenerationMode:
                    _send(operation.as_strategy(mode), found, operation.label, examples=examples, seed_=seed_)
        found.faults += _failed_jobs(client, found.jobs)
        if client.get(f"/api/v1/projects/{project}").status_code != 200:
            found.faults.append("the project of the requests is gone or damaged")
    return found


def _send(strategy: st.SearchStrategy[Any], found: Found, label: str, *, examples: int, seed_: int) -> None:
    """Draw requests and send them."""

    @seed(seed_)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def send(case: Any) -> None:
        began = time.monotonic()
        try:
            response = case.call(headers=OWN, timeout=60)
        except Exception as error:  # noqa: BLE001 - no answer is a fault, whatever the reason
            found.faults.append(f"{label}: no answer ({type(error).__name__}: {error})"[:300])
            return
        found.statuses[response.status_code] += 1
        found.faults += _faults_of(label, response, time.monotonic() - began)
        if response.status_code == 202:
            found.jobs.append(response.json()["job"])

    with suppress(Unsatisfiable):  # there is nothing to be wrong about where nothing is asked for
        send()


def _faults_of(label: str, response: Any, seconds: float) -> Iterator[str]:
    asked = response.request
    told = f"{label}: {response.status_code} {response.content[:200]!r} for {asked.url} {str(asked.body)[:300]}"
    if response.status_code >= 500:
        yield told
    elif response.status_code >= 400 and set(response.json()) != {"error"}:
        yield f"{told}: not one line that says what is wrong"
    if seconds > SLOW_SECONDS:
        yield f"{told}: answered after {seconds:.1f} seconds"


def _failed_jobs(client: httpx.Client, jobs: list[str]) -> Iterator[str]:
    """Yield the errors of jobs that failed because of the program."""
    for job in jobs:
        end = time.monotonic() + SLOW_SECONDS
        while (now := client.get(f"/api/v1/jobs/{job}").json()).get("state") in ("queued", "running"):
            if time.monotonic() > end:
                client.delete(f"/api/v1/jobs/{job}")
            time.sleep(0.02)
        if "error in this program" in now.get("error", ""):
            yield f"{now['kind']}: {now['error']}"


def main() -> None:
    """Print how often each status was answered, and the faults."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=50, help="requests that fit, and that do not, for each address")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="only addresses with this text, such as POST /api/v1/check")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = start(Path(folder))
        try:
            found = fuzz(server.address, examples=chosen.examples, seed_=chosen.seed, only=chosen.only)
        finally:
            server.stop()
    print(f"{found.statuses.total()} requests, {len(found.jobs)} jobs, {len(found.faults)} faults")
    for status, count in sorted(found.statuses.items()):
        print(f"  {status}: {count}")
    for fault in dict.fromkeys(found.faults):
        print(fault)


if __name__ == "__main__":
    main()
