"""``arranger arrange``: read a lead sheet, arrange it, write the results, and report what was changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from arranger.arranging.ensembles import load_ensemble, resolved
from arranger.arranging.ensembles.layout import default_layout
from arranger.arranging.main import Arrangement, Options, arrange_variants, check_choices, melody_voice
from arranger.arranging.patterns import PATTERNS, load_pattern
from arranger.arranging.playing.scheme import scheme_of
from arranger.arranging.playing.turns import is_handed, turns_of
from arranger.arranging.styles import RHYTHMS
from arranger.commands.errors import Refusal, faults, refusals
from arranger.commands.notices import print_notices, source_name
from arranger.commands.rendering import PageOptions, demand_format, is_page, render_score
from arranger.commands.streams import PIPE, numbered, progress, read_from, write_to
from arranger.formats.reading import read_lead_sheet
from arranger.formats.writing import ENDINGS, proven_musicxml, without_words, write_score
from theory.notation.score import LeadSheet, Score

if TYPE_CHECKING:
    from arranger.arranging.form.main import WrittenOut


@dataclass(frozen=True)
class Targets:
    """Where the results go; an empty name means that the result is not wanted."""

    score: str
    report: str = ""
    explanation: str = ""
    layout: str = ""  # open or closed; empty: the layout of the style
    words: bool | None = None  # whether to print the words; None: only for choirs

    @property
    def files(self) -> tuple[str, str, str]:
        """Where score, report and explanation go."""
        return self.score, self.report, self.explanation


def run(source: str, targets: Targets, options: Options, *, melody_part: str | None, bars: str, form: str = "") -> None:
    """Arrange a lead sheet, or some bars of it, or verse by verse; nothing is written before everything is ready."""
    if options.variants > 1 and PIPE in targets.files:
        raise Refusal(
            "several variants cannot go to standard output; give -o, --report and --explain the names of files"
        )
    with refusals():
        options = replace(options, ensemble=resolved(options.ensemble, source))
        check_choices(options)
        _refuse_combinations(targets, options)
        sheet = read_from(source, partial(read_lead_sheet, melody_part=melody_part))
    sheet = _only(bars, sheet, source) if bars else sheet
    _refuse_meter(options.texture, sheet, source)
    _refuse_sections(options, sheet, source)
    if form:
        _run_form(form, sheet, source, targets, options)
        return
    with faults(source), progress(arrange_variants(sheet, options), options.variants, "Arranging") as variants:
        found = list(variants)
    print_notices(found[0].notices, source)
    with refusals():
        write_all(found, completed(targets, options, found[0].score))


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
    sings = _sings(options)
    return replace(
        targets,
        layout=targets.layout or default_layout(options, score),
        words=sings if targets.words is None else targets.words,
    )


def _sings(options: Options) -> bool:
    return load_ensemble(options.ensemble).family == "choir"


def _refuse_combinations(targets: Targets, options: Options) -> None:
    """Raise Refusal for options that exclude each other, and for a format that cannot be written."""
    if targets.score != PIPE and Path(targets.score).suffix.lower() not in ENDINGS:
        demand_format(targets.score, ENDINGS)
    if (options.texture in PATTERNS.names or ":" in options.texture) and _sings(options):
        rhythms = ", ".join(RHYTHMS)
        raise Refusal(f"{options.texture} is a pattern for instruments; for a choir choose --texture from {rhythms}")
    if targets.layout == "closed" and not _sings(options):
        raise Refusal(f"--score closed is for choirs; for {options.ensemble} use --score open, one staff per part")


def _only(bars: str, sheet: LeadSheet, source: str) -> LeadSheet:
    """Return a sheet of only some bars. Raises Refusal if there are no such bars."""
    from arranger.arranging.excerpt import excerpt

    try:
        return excerpt(sheet, bars)
    except ValueError as error:
        raise Refusal(f"{source_name(source)}: {error}") from error


def _refuse_sections(options: Options, sheet: LeadSheet, source: str) -> None:
    """Raise Refusal if a pattern or a turn of the tune is wanted for a section or a part that there is not."""
    try:
        if ":" in options.texture:
            scheme_of(sheet.score, options.texture)
        if is_handed(options.melody):
            ensemble = load_ensemble(options.ensemble)
            turns_of(sheet.score, ensemble, options.melody, melody_voice(ensemble, ""))
    except ValueError as error:
        raise Refusal(f"{source_name(source)}: {error}") from error


def _refuse_meter(texture: str, sheet: LeadSheet, source: str) -> None:
    """Raise Refusal if an accompaniment pattern fits none of the meters of a sheet."""
    if texture not in PATTERNS.names:
        return
    pattern = load_pattern(texture)
    meters = dict.fromkeys(str(bar.meter) for bar in sheet.score.bars)
    if not any(pattern.fits(bar.meter) for bar in sheet.score.bars):
        raise Refusal(
            f"{source_name(source)}: the meter is {', '.join(meters)}, but the pattern {texture} is for "
            f"{', '.join(pattern.meters)}; try --texture pad"
        )


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
    if targets.score == PIPE:
        write_to(PIPE, proven_musicxml(score, layout=targets.layout))
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
