"""``arranger again``: bars of a finished score composed anew."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from arranger.arranging.ensembles import resolved
from arranger.arranging.given.pins import Pins
from arranger.arranging.given.pins_file import all_pins
from arranger.arranging.main import Options
from arranger.commands.editing.into_source import changed_file
from arranger.commands.errors import Refusal, faults, refusals
from arranger.commands.notices import print_notices, source_name
from arranger.commands.rendering import PageOptions, demand_format, render_score
from arranger.commands.streams import PIPE, numbered, progress, read_from, write_to
from arranger.editing.passages.again import Wish
from arranger.editing.passages.draft import Draft
from arranger.editing.passages.opening import opened
from arranger.editing.project.file import ENDING, open_project, save_project
from arranger.formats.reading import read_score_and_notices
from arranger.formats.writing import ENDINGS, proven_musicxml, write_musicxml, write_score
from theory.notation.score import Notice, Score

_CLOSED = ("P1-1", "P1-2", "P2-1", "P2-2")  # ids that the reader gives to two voices on each of two staves


@dataclass(frozen=True)
class AgainRequest:
    """The options of the command line."""

    output: str
    bars: str = ""
    voices: str = ""
    variants: int = 1
    seed: int = 0
    best: bool = False
    also_repeats: bool = False
    ensemble: str = ""
    style: str = ""
    melody: str = ""
    rhythm: str = "auto"
    pin: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    chord: tuple[str, ...] = ()
    pins_file: str = ""
    no_model: bool = False
    report: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The voices that are wanted."""
        return tuple(name.strip() for name in self.voices.split(",") if name.strip())


def run(source: str, request: AgainRequest) -> None:
    """Compose bars of a score anew, and write the score; nothing is written before everything is ready."""
    _refuse_combinations(source, request)
    with refusals():
        pins, told = all_pins(source, request.pins_file, Pins(request.pin, request.forbid, request.chord))
        draft, notices = _opened(source, request)
    print_notices((*notices, *told), source)
    try:
        pinned = draft.with_pins(*pins.notes, forbid=pins.forbidden, chords=pins.chords) if pins else draft
        found = [pinned] if pins and not request.bars else list(_variants(source, pinned, request))
    except ValueError as error:
        raise Refusal(f"{source_name(source)}: {error}") from error
    print_notices(found[0].notices[len(draft.notices) :], source)
    with refusals():
        for number, each in enumerate(found, start=1):
            _write(source, draft, each, _numbered(request, number))


def _variants(source: str, draft: Draft, request: AgainRequest) -> Iterator[Draft]:
    region = draft.region(request.bars, request.names)
    wish = Wish(request.variants, request.seed, differs=not request.best)
    every = draft.variants_of(region, wish, also_repeats=request.also_repeats)
    with progress(every, request.variants, "Composing") as shown:
        yield from shown


def _refuse_combinations(source: str, request: AgainRequest) -> None:
    """Raise Refusal for options that exclude each other, and for a format that cannot be written."""
    if request.variants > 1 and PIPE in (request.output, request.report):
        raise Refusal("several variants cannot go to standard output; give -o and --report the names of files")
    if request.output != PIPE and Path(request.output).suffix.lower() not in (*ENDINGS, ENDING):
        demand_format(request.output, (*ENDINGS, ENDING))
    given = [name for name in ("ensemble", "style", "melody") if getattr(request, name)]
    if source.endswith(ENDING) and given:
        raise Refusal(f"a project has its own {given[0]}; leave out --{given[0]}")


def _opened(source: str, request: AgainRequest) -> tuple[Draft, Sequence[Notice]]:
    """Return a score or project as a draft, with what its reader said."""
    if source.endswith(ENDING):
        return open_project(source), ()
    score, notices = read_from(source, read_score_and_notices)
    options = Options(
        ensemble=resolved(request.ensemble, source) if request.ensemble else "",
        style=request.style,
        melody=request.melody,
        model=None if request.no_model else "default",
    )
    try:
        with faults(source):
            return opened(score, options, rhythm=request.rhythm), notices
    except ValueError as error:
        raise ValueError(f"{source_name(source)}: {error}") from error


def _numbered(request: AgainRequest, number: int) -> AgainRequest:
    output, report = (
        numbered(file, number, request.variants) if file else "" for file in (request.output, request.report)
    )
    return replace(request, output=output, report=report)


def _write(source: str, before: Draft, found: Draft, request: AgainRequest) -> None:
    """Write a result: into a copy of the source if only pitches differ from it, else as the program writes scores."""
    output = request.output
    if output.endswith(ENDING):
        click.echo(f"wrote {save_project(found, output)}", err=True)
    elif output == PIPE or Path(output).suffix.lower() in ENDINGS:
        _write_score(source, before, found, output)
    else:
        render_score(found.score, output, _layout(found.score), PageOptions())
    if request.report:
        text = json.dumps(found.report().to_json(), indent=2, ensure_ascii=False)
        write_to(request.report, f"{text}\n".encode())


def _write_score(source: str, before: Draft, found: Draft, output: str) -> None:
    score = _with_instruments(found)
    document = None if source.endswith(ENDING) else changed_file(source, output, before.score, score)
    if output == PIPE:
        write_to(PIPE, document or proven_musicxml(score, layout=_layout(score)))
    elif document is not None:
        click.echo(f"wrote {write_musicxml(document, Path(output))}", err=True)
    else:
        click.echo(f"wrote {write_score(score, Path(output), layout=_layout(score))}", err=True)


def _with_instruments(draft: Draft) -> Score:
    """Return the score with the instruments of the ensemble, which the names of parts in a file only suggest."""
    own = draft.ensemble.parts
    parts = tuple(
        replace(part, instrument=part.instrument or own[voice].instrument.name) if voice < len(own) else part
        for voice, part in enumerate(draft.score.parts)
    )
    return replace(draft.score, parts=parts)


def _layout(score: Score) -> str:
    """Return the layout of the file that a score was read from."""
    return "closed" if tuple(part.id for part in score.parts) == _CLOSED else "open"
