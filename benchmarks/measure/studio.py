"""How quickly the studio answers: an edit judged, a passage done again, and the page while ten arrangements are made.

    python -m benchmarks.measure.studio [--bars 32] [--edits 30]

The server is a real one on a free port, with its real workers. Times are seconds on the wall between a request and its
answer; in brackets is the processor time that all of the server's processes took for it, which says what the wall clock
would say on a machine that has nothing else to do. The last line says how busy the machine was.

- *edit*: a note is moved and the findings are there; *and its page*: the first page of the score is there as well.
- *again*: four bars of three voices, until the first of the alternatives asked for (1) or all of them (3) are found.
- *ten arrangements*: they are begun at once; until the last is finished, the project, the first page of the score and
  an edit are asked for, over and over.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from benchmarks.studio_server import Server, arranged, events, start

PHRASE = '"F"A A B c|"C7"c B A G|"F"F F G A|"C7"A3/2 G/ G2|'
_TICKS = os.sysconf("SC_CLK_TCK")


def tune(bars: int) -> str:
    """Return a hymn tune of so many bars, a multiple of four, in ABC."""
    return "X:1\nT:Measured\nM:4/4\nL:1/4\nK:F\n" + f"{PHRASE}\n" * (bars // 4)


def processes(first: int) -> Iterator[int]:
    """Yield the ids of a process and of all that it has started."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    waiting = [first]
    while waiting:
        process = waiting.pop()
        yield process
        waiting += parents.get(process, ())


def processor_seconds(first: int) -> float:
    """Return the processor time that a process and all that it has started have taken."""
    total = 0
    for process in processes(first):
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def timed(server: Server, count: int, work: Callable[[int], Any]) -> tuple[list[float], float]:
    """Return how long each call took on the wall, and the processor time of one."""
    before, found = processor_seconds(server.process.pid), []
    for number in range(count):
        began = time.perf_counter()
        work(number)
        found.append(time.perf_counter() - began)
    return found, (processor_seconds(server.process.pid) - before) / count


def told(name: str, seconds: list[float], processor: float) -> str:
    """Return one line: median, 95th percentile and processor time."""
    ordered = sorted(seconds)
    late = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    own = f" ({processor:.3f})" if processor else ""
    return (
        f"{name:34} median {statistics.median(seconds):.3f} s{own}   95th percentile {late:.3f} s   of {len(seconds)}"
    )


def measure(server: Server, *, bars: int, edits: int, arrangements: int) -> Iterator[str]:
    """Yield a line for each question."""
    with server.client() as studio:
        project = studio.post("/projects", json={"text": tune(bars)}).json()["id"]
        found = arranged(studio, project, style="hymn")
        yield f"{len(found['bars'])} bars, {len(found['parts'])} parts, {len(found['findings'])} findings"

        def edit(number: int) -> None:
            wish = {"voice": 1, "onset_quarter": str(4 * (number % bars)), "steps": 1 if number % 2 else -1}
            answer = studio.post(f"/projects/{project}/edit", json=wish)
            assert answer.status_code == 200, answer.text

        def edit_and_page(number: int) -> None:
            edit(number)
            assert studio.get(f"/projects/{project}/score.svg", params={"width": 1200}).status_code == 200

        def again(number: int, variants: int) -> None:
            wish = {"bars": [8, 11], "variants": variants, "seed": number}
            job = studio.post(f"/projects/{project}/again", json=wish).json()["job"]
            *_, (name, data) = events(studio, job)
            assert name == "done", data

        edit_and_page(0)
        yield told("edit", *timed(server, edits, edit))
        yield told("edit and its page", *timed(server, edits, edit_and_page))
        again(0, 1)
        yield told("again, 1 alternative", *timed(server, 5, lambda number: again(number, 1)))
        yield told("again, 3 alternatives", *timed(server, 5, lambda number: again(number, 3)))
        yield from _ten(server, studio, edit, count=arrangements, bars=bars)


def _ten(server: Server, studio: httpx.Client, edit: Callable[[int], None], *, count: int, bars: int) -> Iterator[str]:
    """Yield how quickly the page is answered while arrangements are made."""
    finished = threading.Event()
    began = time.perf_counter()

    def wait_for_all() -> None:
        with server.client() as other:
            projects = [other.post("/projects", json={"text": tune(bars)}).json()["id"] for _ in range(count)]
            ask = {"choices": {"style": "hymn"}}
            jobs = [other.post(f"/projects/{each}/arrange", json=ask).json()["job"] for each in projects]
            for job in jobs:
                *_, (name, data) = events(other, job)
                assert name == "done", data
        finished.set()

    waiting = threading.Thread(target=wait_for_all)
    waiting.start()
    project = studio.get("/projects").json()[-1]["id"]
    looks: dict[str, list[float]] = {"the project": [], "a page": [], "an edit": []}
    asked: tuple[tuple[str, Callable[[int], Any]], ...] = (
        ("the project", lambda number: studio.get(f"/projects/{project}")),
        ("a page", lambda number: studio.get(f"/projects/{project}/score.svg", params={"width": 1200})),
        ("an edit", edit),
    )
    number = 0
    while not finished.is_set():
        for name, ask in asked:
            since = time.perf_counter()
            ask(number)
            looks[name].append(time.perf_counter() - since)
        number += 1
        time.sleep(0.2)
    waiting.join()
    yield f"{count} arrangements at once took {time.perf_counter() - began:.1f} s; meanwhile"
    for name, seconds in looks.items():
        yield told(f"  {name}", seconds, 0)
    yield told("  all answers", [each for seconds in looks.values() for each in seconds], 0)


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bars", type=int, default=32, help="of the hymn, a multiple of four")
    parser.add_argument("--edits", type=int, default=30)
    parser.add_argument("--arrangements", type=int, default=10, help="made at once")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = start(Path(folder))
        try:
            for line in measure(server, bars=chosen.bars, edits=chosen.edits, arrangements=chosen.arrangements):
                print(line, flush=True)
        finally:
            server.stop()
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{os.cpu_count()} processors, load {load} over the last 1, 5 and 15 minutes")


if __name__ == "__main__":
    main()
