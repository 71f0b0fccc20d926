"""``arranger arrange``: read a lead sheet, arrange it, write the results, and report what was changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from arranger.arranging.ensembles import load_ensemble, resolved
from arranger.arranging.ensembles.layout import default_layout
from arranger.arranging.given.pins import PinError
from arranger.arranging.given.pins_file import all_pins, pins_beside
from arranger.arranging.main import Arrangement, Options, arrange_variants, check_choices, ranked_keys
from arranger.arranging.playing.turns import is_handed
from arranger.arranging.singers.keys import BEST, chosen_text, key_table
from arranger.arranging.wishes import demand_fit, demand_sense, is_sung
from arranger.commands.errors import Refusal, faults, refusals
from arranger.commands.notices import print_notices, source_name
from arranger.commands.rendering import PageOptions, demand_format, is_page, render_score
from arranger.commands.streams import PIPE, numbered, progress, read_from, write_to
from arranger.formats.reading import read_lead_sheet, read_score
from arranger.formats.reduction import with_reduction
from arranger.formats.writing import ENDINGS, proven_musicxml, without_words, write_score
from arranger.formats.writing.files import demand_place
from theory.notation.score import LeadSheet, Notice, Score

if TYPE_CHECKING:
    from arranger.arranging.form.main import WrittenOut

PROJECT = ".arranger"  # ending of a project file


@dataclass(frozen=True)
class Targets:
    """Where the results go; an empty name means that the result is not wanted."""

    score: str
    report: str = ""
    explanation: str = ""
    layout: str = ""  # open or closed; empty: the layout of the style
    reduction: bool = False  # a piano part for rehearsals below an open score
    words: bool | None = None  # whether to print the words; None: only for choirs

    @property
    def files(self) -> tuple[str, str, str]:
        """Where score, report and explanation go."""
        return self.score, self.report, self.explanation


@dataclass(frozen=True)
class Asked:
    """What is asked of a file besides its arrangement."""

    melody_part: str = ""  # where its tune is; empty: the reader decides
    bars: str = ""  # where new notes are written
    only_bars: str = ""  # the bars that are arranged alone
    keep: str = ""  # parts that stay as they are written
    form: str = ""  # who sings each verse
    pins_file: str = ""


def run(source: str, targets: Targets, options: Options, asked: Asked) -> None:
    """Arrange a lead sheet, or some bars of it, or verse by verse; nothing is written before everything is ready."""
    if options.variants > 1 and PIPE in targets.files:
        raise Refusal(
            "several variants cannot go to standard output; give -o, --report and --explain the names of files"
        )
    with refusals():
        options = replace(options, ensemble=resolved(options.ensemble, source))
        check_choices(options)
        demand_sense(options, targets.layout, reduction=targets.reduction)
        endings = (*ENDINGS, PROJECT)
        if targets.score != PIPE and Path(targets.score).suffix.lower() not in endings:
            demand_format(targets.score, endings)
        for file in targets.files:
            if file and file != PIPE:
                demand_place(Path(file))
        options, told = _with_pins(source, options, asked)
        sheet = read_from(source, partial(read_lead_sheet, melody_part=asked.melody_part or None))
    sheet = _only(asked.only_bars, sheet, source) if asked.only_bars else sheet
    _demand_fit(options, sheet, source)
    if options.key == BEST:
        options = _in_best_key(sheet, options, source)
    if asked.form:
        _run_form(asked.form, sheet, source, targets, options)
        return
    every = _around(sheet, source, options, asked) if asked.keep or asked.bars else _arranged(sheet, options)
    with faults(source), _pins_in(source), progress(every, options.variants, "Arranging") as variants:
        found = list(variants)
    print_notices((*told, *found[0].notices), source)
    if asked.bars and not targets.layout:
        targets = replace(targets, layout="open")  # two voices on one staff cannot be told apart where one is all rests
    with refusals():
        write_all(found, completed(targets, options, found[0].score))


def _arranged(sheet: LeadSheet, options: Options) -> Iterator[Arrangement]:
    """Return arrangements; of pins that exclude each other, it is told what they exclude, and one gives way."""
    if not options.pins:
        return arrange_variants(sheet, options)
    from arranger.editing.conflicts.relief import arrange_with_relief

    return arrange_with_relief(sheet, options)


def _with_pins(source: str, options: Options, asked: Asked) -> tuple[Options, tuple[Notice, ...]]:
    """Return the options with the pins in a file, and a notice if one was found beside the source."""
    if asked.pins_file or (source != PIPE and pins_beside(source)):
        pins, told = all_pins(source, asked.pins_file, options.pins)
        return options.with_only_pins(pins), told
    return options, ()


@contextmanager
def _pins_in(source: str) -> Iterator[None]:
    """Turn an error about a pin into a refusal: which bars and parts there are is known only while arranging."""
    try:
        yield
    except PinError as error:
        raise Refusal(f"{source_name(source)}: {error}") from error


def _around(sheet: LeadSheet, source: str, options: Options, asked: Asked) -> Iterator[Arrangement]:
    """Return arrangements around what a file has in other parts. Raises Refusal if that cannot be."""
    from arranger.editing.passages.keeping import Kept, arranged_around

    changes = {"--vary": options.vary, "--ending": options.ending, "--introduction": options.introduction}
    changes |= {"--form": asked.form, "--key": options.key not in ("auto", "keep"), "--only-bars": asked.only_bars}
    changes |= {"--melody": is_handed(options.melody)}
    refused = [name for name, wanted in changes.items() if wanted]
    if refused or source == PIPE:
        what = refused[0] if refused else "standard input"
        raise Refusal(f"--keep and --bars leave a file as it is, which does not go with {what}")
    with refusals():
        score = read_score(Path(source))
    try:
        yield from arranged_around(sheet, score, options, Kept(asked.keep, asked.bars))
    except ValueError as error:
        raise Refusal(f"{source_name(source)}: {error}") from error


def _in_best_key(sheet: LeadSheet, options: Options, source: str) -> Options:
    """Return the options in the key that suits the singers best; the keys and what they cost whom are printed."""
    with faults(source), refusals():
        ranked = ranked_keys(sheet, options)
    click.echo(key_table(ranked), err=True)
    print_notices((Notice(chosen_text(ranked)),), source)
    return replace(options, key=str(ranked[0].key))


def with_range_file(options: Options, file: str, sheet: str) -> Options:
    """Return the options with the limits and missing parts of a choir's file; those of the command line come later."""
    from arranger.arranging.singers.reading import read_singers

    ensemble = load_ensemble(resolved(options.ensemble, sheet))
    limits, missing = read_singers(Path(file), [part.name for part in ensemble.parts])
    return replace(options, range=(*limits, *options.range), without=(*missing, *options.without))


def _run_form(form: str, sheet: LeadSheet, source: str, targets: Targets, options: Options) -> None:
    """Arrange a lead sheet verse by verse, and write it out as one score."""
    from arranger.arranging.form import parse_form, read_form
    from arranger.arranging.form.main import write_out

    if options.variants > 1:
        raise Refusal("--form writes one arrangement; leave out --variants")
    with refusals():
        sections = read_form(Path(form)) if form.endswith(".toml") else parse_form(form)
    with faults(source), refusals():
        found = write_out(sheet, options, sections)
    print_notices(found.notices, source)
    targets = completed(targets, options, found.score)
    explained = _explained(found.arrangements, targets.explanation)
    layout = "open" if len(found.score.parts) > len(load_ensemble(options.ensemble).parts) else targets.layout
    with refusals():
        _write(found, replace(targets, layout=layout), explained)


def completed(targets: Targets, options: Options, score: Score) -> Targets:
    """Return the targets with layout and words filled in from the ensemble, the style and the score."""
    return replace(
        targets,
        layout=targets.layout or ("open" if targets.reduction else default_layout(options, score)),
        words=is_sung(options) if targets.words is None else targets.words,
    )


def _only(bars: str, sheet: LeadSheet, source: str) -> LeadSheet:
    """Return a sheet of only some bars. Raises Refusal if there are no such bars."""
    from arranger.arranging.excerpt import excerpt

    try:
        return excerpt(sheet, bars)
    except ValueError as error:
        raise Refusal(f"{source_name(source)}: {error}") from error


def _demand_fit(options: Options, sheet: LeadSheet, source: str) -> None:
    """Raise Refusal if a pattern, a section or a turn of the tune is wanted that the sheet cannot have."""
    try:
        demand_fit(options, sheet)
    except ValueError as error:
        raise Refusal(f"{source_name(source)}: {error}") from error


def write_all(found: Sequence[Arrangement], targets: Targets) -> None:
    """Write the score, report and explanation of each arrangement; if there are several, file names get numbers."""
    for number, arrangement in enumerate(found, start=1):
        name = partial(numbered, number=number, count=len(found))
        score, report, explanation = (name(file) if file else "" for file in targets.files)
        own = replace(targets, score=score, report=report, explanation=explanation)
        _write(arrangement, own, _explained([arrangement], explanation))


def _explained(arrangements: Sequence[Arrangement], file: str) -> str:
    """Return arrangements explained in the form of a file; nothing if there is no file."""
    if not file:
        return ""
    from arranger.commands.explaining import explain_all, form_of  # imported here because they need the analysis

    return explain_all(arrangements, form_of(file))


def _write(found: Arrangement | WrittenOut, targets: Targets, explanation: str) -> None:
    """Write the score, report and explanation of one arrangement."""
    score = found.score if targets.words else without_words(found.score)
    printed = Path(targets.score).suffix.lower() != ".mid"
    score = with_reduction(score) if targets.reduction and printed else score
    if targets.score == PIPE:
        write_to(PIPE, proven_musicxml(score, layout=targets.layout))
    elif targets.score.endswith(PROJECT):
        _save(found, targets.score)
    elif Path(targets.score).suffix.lower() in ENDINGS:
        written = write_score(score, Path(targets.score), layout=targets.layout)
        click.echo(f"wrote {written}", err=True)
    else:
        render_score(score if is_page(targets.score) else found.score, targets.score, targets.layout, PageOptions())
    if targets.report:
        text = json.dumps(found.report().to_json(), indent=2, ensure_ascii=False)
        write_to(targets.report, f"{text}\n".encode())
    if targets.explanation:
        write_to(targets.explanation, explanation.encode())


def _save(found: Arrangement | WrittenOut, target: str) -> None:
    from arranger.editing.passages.draft import Draft
    from arranger.editing.project.file import save_project

    if not isinstance(found, Arrangement):
        raise Refusal("--form writes several arrangements in one score, which is no project; give -o another ending")
    click.echo(f"wrote {save_project(Draft.of(found), target)}", err=True)
