"""Whether a batch over very many inputs keeps its memory and its pace, and whether it survives being killed.

    python -m benchmarks.measure.soak INPUTS [--jobs 2] [--kill-at 0] [--out FOLDER] [--command check]

The command runs as a user sees it, on a terminal of its own; the number of inputs that are done is read from what it
shows there. Printed are, for each tenth of the inputs, the rate and the most memory of the command and of a worker,
then the time and memory of the tables and the page at the end, the processor time, and the sizes of the files.

``--kill-at 0.4`` kills the command (signal 9) when it has done so large a share, and runs it again to the end.
The last line is a hash of all results, which must be the same with and without that. (The page has links to the
inputs, so folders given with ``--out`` must lie side by side.)
"""

from __future__ import annotations

import os
import pty
import re
import select
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
import psutil

from benchmarks.measure.batches import fingerprint

_SECONDS = 2.0  # between two samples
_SHOWN = re.compile(rb"(\d+) of (\d+)")
_TOLD = re.compile(rb"\d+ inputs: [^\r\n]*")


@dataclass(frozen=True)
class Sample:
    """The state of a run at one moment."""

    seconds: float
    done: int
    command_bytes: int
    worker_bytes: int  # of the largest
    processor_seconds: float  # of all so far


@dataclass
class Watched:
    """What was seen of a run."""

    samples: list[Sample] = field(default_factory=list)
    count: int = 0
    told: str = ""  # its last line
    status: int = 0

    def share(self, first: float, last: float) -> list[Sample]:
        """Return the samples between two shares of the inputs."""
        return [each for each in self.samples if first * self.count <= each.done <= last * self.count]


def watched(words: Sequence[str], kill_at: float = 0.0) -> Watched:
    """Run a command on a terminal of its own and watch it; kill it at a share of the inputs, 0: never."""
    found, started, shown = Watched(), time.monotonic(), b""
    ours, its = pty.openpty()
    process = psutil.Popen(words, stderr=its)
    os.close(its)
    done, following = 0, 0.0
    while True:
        ready, _, _ = select.select([ours], [], [], _SECONDS)
        try:
            shown = (shown + os.read(ours, 1 << 16))[-4096:] if ready else shown
        except OSError:  # the terminal is closed
            break
        if counted := _SHOWN.findall(shown):
            done, found.count = map(int, counted[-1])
        if (now := time.monotonic() - started) >= following:
            following = now + _SECONDS
            found.samples += _sampled(process, now, done)
        if kill_at and found.count and done >= kill_at * found.count:
            process.kill()
            break
    found.status = process.wait()
    found.told = (_TOLD.findall(shown) or [b""])[-1].decode()
    found.samples.append(Sample(time.monotonic() - started, done, 0, 0, 0.0))
    os.close(ours)
    return found


def _sampled(process: psutil.Process, seconds: float, done: int) -> list[Sample]:
    try:
        workers = process.children()
        memory = [each.memory_info().rss for each in workers]
        times = [sum(each.cpu_times()[:2]) for each in (process, *workers)]
        return [Sample(seconds, done, process.memory_info().rss, max(memory, default=0), sum(times))]
    except psutil.NoSuchProcess:
        return []


def tell(found: Watched) -> None:
    """Print a run by tenths of its inputs."""
    click.echo("inputs done    a second   command MB   worker MB")
    for tenth in range(10):
        inside = found.share(tenth / 10, (tenth + 1) / 10)
        if len(inside) < 2 or inside[-1].done == inside[0].done:
            continue
        rate = (inside[-1].done - inside[0].done) / (inside[-1].seconds - inside[0].seconds)
        memory = [max(getattr(each, name) for each in inside) / 1e6 for name in ("command_bytes", "worker_bytes")]
        click.echo(f"{inside[-1].done:11} {rate:11.1f} {memory[0]:12.1f} {memory[1]:11.1f}")
    last = found.share(1, 1)
    whole = found.samples[-1].seconds
    spent = max(each.processor_seconds for each in found.samples)
    each_ms = 1000 * spent / max(1, found.samples[-1].done)
    click.echo(
        f"whole command {whole:.1f} s; processor {spent:.1f} s, {each_ms:.2f} ms an "
        f"input; from the last input to the end {whole - last[0].seconds if last else 0:.1f} s, command at most "
        f"{max((each.command_bytes for each in last), default=0) / 1e6:.1f} MB; exit code {found.status}"
    )
    click.echo(found.told)


@click.command()
@click.argument("inputs", nargs=-1, required=True)
@click.option("--command", default="check")
@click.option("--jobs", default=2)
@click.option("--kill-at", default=0.0)
@click.option("--out", default="", help="folder of the results; empty: one that is removed")
def main(inputs: tuple[str, ...], command: str, jobs: int, kill_at: float, out: str) -> None:
    """Watch a batch."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(out or name)
        words = [sys.executable, "-m", "arranger", "batch", command, *inputs, "--out", str(folder), "--jobs", str(jobs)]
        click.echo(f"load of the machine {os.getloadavg()[0]:.1f}")
        if kill_at:
            tell(killed := watched(words, kill_at))
            click.echo(f"killed at {killed.samples[-1].done} of {killed.count}; again:")
        tell(watched(words))
        for path in sorted(each for each in folder.iterdir() if each.is_file()):
            click.echo(f"{path.stat().st_size:12,} bytes  {path.name}")
        click.echo(f"load of the machine {os.getloadavg()[0]:.1f}; results {fingerprint(folder)[:16]}")


if __name__ == "__main__":
    main()
