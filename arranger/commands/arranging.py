"""``arranger arrange``: read, arrange, write, and say what was done."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from arranger.arranging import Arrangement, Options, arrange_variants, check_choices
from arranger.commands.errors import Refusal, faults, refusals
from arranger.commands.explaining import explain
from arranger.commands.streams import PIPE, numbered, progress, read_from, write_to
from arranger.ensembles import load_ensemble
from arranger.reading import read_lead_sheet
from arranger.styles import load_style
from arranger.writing import to_musicxml, write_score
from theory.instruments import CLEFS
from theory.score import Notice


@dataclass(frozen=True)
class Targets:
    """Where the results go; an empty name is a result that nobody asked for."""

    score: str
    report: str = ""
    explanation: str = ""
    layout: str = ""  # open or closed; empty: what the style has


def run(source: str, targets: Targets, options: Options, melody_part: str | None) -> None:
    """Arrange a lead sheet and write what was asked for, once all of it is ready."""
    if options.variants > 1 and PIPE in (targets.score, targets.report, targets.explanation):
        raise Refusal("several variants cannot go to one pipe; give -o, --report and --explain the names of files")
    with refusals():
        check_choices(options)
        layout = targets.layout or default_layout(options)
        sheet = read_from(source, partial(read_lead_sheet, melody_part=melody_part))
    with faults(source), progress(arrange_variants(sheet, options), options.variants, "Arranging") as variants:
        found = list(variants)
    tell(found[0].notices, source)
    with refusals():
        write_all(found, targets, layout)


def default_layout(options: Options) -> str:
    """Return the layout that the style has, where the ensemble can use it.

    A closed score has a treble and a bass staff, so it suits a choir of high and low voices; equal voices
    and instruments have a staff each.
    """
    ensemble = load_ensemble(options.ensemble)
    outer = tuple(part.instrument.clef for part in (ensemble.parts[0], ensemble.parts[-1]))
    mixed = ensemble.family == "choir" and outer == (CLEFS["treble"], CLEFS["bass"])
    return load_style(options.style).layout if mixed else "open"


def tell(notices: Sequence[Notice], source: str) -> None:
    """Say on stderr, a line each, what was taken, changed or not kept."""
    name = "standard input" if source == PIPE else source
    for notice in notices:
        click.echo(f"{name}{f', bar {notice.bar}' if notice.bar else ''}: {notice.message}", err=True)


def write_all(found: Sequence[Arrangement], targets: Targets, layout: str) -> None:
    """Write scores, then reports and explanations; several are numbered before their endings."""
    for number, arrangement in enumerate(found, start=1):
        name = partial(numbered, number=number, count=len(found))
        if targets.score == PIPE:
            write_to(PIPE, to_musicxml(arrangement.score, layout=layout))
        else:
            written = write_score(arrangement.score, Path(name(targets.score)), layout=layout)
            click.echo(f"wrote {written}", err=True)
        if targets.report:
            text = json.dumps(arrangement.report().to_json(), indent=2, ensure_ascii=False)
            write_to(name(targets.report), f"{text}\n".encode())
        if targets.explanation:
            write_to(name(targets.explanation), explain(arrangement).encode())
