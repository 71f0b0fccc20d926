"""Output of a check: lines as each file is checked, or one document at the end, and the files to write."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from arranger.commands.errors import Refusal, refusals
from arranger.commands.streams import write_to
from arranger.formats.reading.sheet import XML_ENDINGS
from arranger.linter.baseline import to_baseline
from arranger.linter.reports import GRADES, STREAMED, WHOLE, json_report
from arranger.linter.tally import Tally
from arranger.linter.verdict import Verdict

_AT_ONCE = {**STREAMED, **GRADES}


class Printer:
    """Prints verdicts in one output format: each when it is ready if the format allows, otherwise all at the end."""

    def __init__(self, form: str, *, single: bool) -> None:
        self.tally = Tally()
        self._form = form
        self._single = single
        self._verdicts: list[Verdict] = []
        self._failures: list[str] = []
        self._waits = sys.stderr.isatty() and not self.is_watched
        self._guesses: Counter[tuple[str, str]] = Counter()  # (profile, reason) -> number of files

    @property
    def is_watched(self) -> bool:
        """Whether results are printed to a terminal as files are checked, where a progress bar would get in the way."""
        return self._form in _AT_ONCE and sys.stdout.isatty()

    def fail(self, failure: str) -> None:
        """Report on stderr that a file could not be read: at once, or after the progress bar if there is one."""
        self._failures.append(failure)
        if not self._waits:
            Refusal(failure).show()

    def add(self, verdict: Verdict) -> None:
        """Count one more verdict and print it, or keep it for the document at the end."""
        self.tally.add(verdict)
        if verdict.why:
            self._guesses[verdict.report.profile, verdict.why if self._single else ""] += 1
        if self._form in _AT_ONCE:
            _print(_AT_ONCE[self._form](verdict))
        elif self._form in WHOLE:
            self._verdicts.append(verdict)

    def close(self) -> None:
        """Print the document or statistics, and on stderr the failures and the guessed profiles."""
        for failure in self._failures if self._waits else ():
            Refusal(failure).show()
        for (profile, why), count in sorted(self._guesses.items()):
            files = "" if self._single else f" for {count} of {self.tally.count} scores"
            click.echo(f"profile {profile}{files}{f', guessed: {why}' if why else ', guessed'}", err=True)
        if self._form == "statistics":
            _print(self.tally.to_text())
        elif self._form == "json" and self._single:
            _print("".join(map(json_report.single, self._verdicts)))
        elif self._form in WHOLE and (self._verdicts or self._form == "sarif"):
            with refusals():
                _print(WHOLE[self._form](self._verdicts, self._failures))


def _print(text: str) -> None:
    if text:
        click.echo(text)


def write_results(verdicts: Sequence[Verdict], baseline: str, annotated: str) -> None:
    """Write the baseline and the marked copy of the score, if they were asked for."""
    if baseline:
        write_to(baseline, to_baseline(verdicts, Path(baseline)))
        click.echo(f"wrote {baseline}", err=True)
    for verdict in verdicts if annotated else ():
        _write_annotated(verdict, Path(annotated))


def _write_annotated(verdict: Verdict, path: Path) -> None:
    from arranger.formats.writing import write_musicxml, write_score
    from arranger.linter.annotation import annotated
    from arranger.linter.source_marks import marked_source, source_bytes

    if path.exists() and Path(verdict.source).exists() and path.samefile(verdict.source):
        raise ValueError(f"{path}: this is the score itself, which is never overwritten; give --annotate another name")
    if verdict.score is None:
        return
    data = source_bytes(verdict.source) if path.suffix.lower() in XML_ENDINGS else None
    marked = marked_source(data, verdict.score, verdict.report.findings) if data else None
    if marked is None:
        written = write_score(annotated(verdict.score, verdict.report.findings), path)
    else:
        written = write_musicxml(marked.musicxml, path)
        if marked.missed:
            click.echo(f"{path}: {marked.missed} notes could not be marked; the report names them by bar", err=True)
    click.echo(f"wrote {written}", err=True)
