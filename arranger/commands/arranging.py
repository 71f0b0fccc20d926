"""``arranger arrange``: read, arrange, write, and say what was done."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click

from arranger.arranging.ensembles import load_ensemble
from arranger.arranging.excerpt import excerpt
from arranger.arranging.main import Arrangement, Options, arrange_variants, check_choices
from arranger.arranging.patterns import PATTERNS, load_pattern, pattern_for
from arranger.arranging.styles import RHYTHMS, load_style
from arranger.commands.errors import Refusal, faults, refusals
from arranger.commands.explaining import explain
from arranger.commands.streams import PIPE, numbered, progress, read_from, write_to
from arranger.formats.reading import read_lead_sheet
from arranger.formats.writing import to_musicxml, without_words, write_score
from theory.notation.instruments import CLEFS
from theory.notation.score import LeadSheet, Notice


@dataclass(frozen=True)
class Targets:
    """Where the results go; an empty name is a result that nobody asked for."""

    score: str
    report: str = ""
    explanation: str = ""
    layout: str = ""  # open or closed; empty: what the style has
    words: bool | None = None  # under the notes; None: for those who sing


def run(source: str, targets: Targets, options: Options, *, melody_part: str | None, bars: str) -> None:
    """Arrange a lead sheet, or some bars of it, and write what was asked for, once all of it is ready."""
    if options.variants > 1 and PIPE in (targets.score, targets.report, targets.explanation):
        raise Refusal("several variants cannot go to one pipe; give -o, --report and --explain the names of files")
    with refusals():
        check_choices(options)
        _refuse_combinations(targets, options)
        sheet = read_from(source, partial(read_lead_sheet, melody_part=melody_part))
    sheet = _only(bars, sheet, source) if bars else sheet
    _refuse_meter(options.texture, sheet, source)
    with faults(source), progress(arrange_variants(sheet, options), options.variants, "Arranging") as variants:
        found = list(variants)
    tell(found[0].notices, source)
    with refusals():
        write_all(found, completed(targets, options))


def completed(targets: Targets, options: Options) -> Targets:
    """Return targets in which the ensemble and the style have decided what the command line leaves open."""
    sings = _sings(options)
    return replace(
        targets,
        layout=targets.layout or default_layout(options),
        words=sings if targets.words is None else targets.words,
    )


def _sings(options: Options) -> bool:
    return load_ensemble(options.ensemble).family == "choir"


def _refuse_combinations(targets: Targets, options: Options) -> None:
    """Refuse what each choice allows and both together do not."""
    if options.texture in PATTERNS.names and _sings(options):
        rhythms = ", ".join(RHYTHMS)
        raise Refusal(f"{options.texture} is a pattern for instruments; for a choir --texture is one of {rhythms}")
    if targets.layout == "closed" and not _sings(options):
        raise Refusal(f"--score closed is for choirs; the {options.ensemble} has a staff a part (--score open)")


def _only(bars: str, sheet: LeadSheet, source: str) -> LeadSheet:
    """Return some bars of a sheet."""
    try:
        return excerpt(sheet, bars)
    except ValueError as error:
        raise Refusal(f"{named(source)}: {error}") from error


def _refuse_meter(texture: str, sheet: LeadSheet, source: str) -> None:
    """Refuse a pattern that has nothing for any bar of a sheet."""
    if texture not in PATTERNS.names:
        return
    known = load_pattern(texture).meters
    meters = dict.fromkeys(str(bar.meter) for bar in sheet.score.bars)
    if not any(meter in known for meter in meters):
        way_out = pattern_for(sheet.score).name
        raise Refusal(
            f"{named(source)}: in {', '.join(meters)}, and the pattern {texture} knows {', '.join(known)}; "
            f"try --texture {way_out}"
        )


def default_layout(options: Options) -> str:
    """Return the layout that the style has, where the ensemble can use it.

    A closed score has a treble and a bass staff, so it suits a choir of high and low voices; equal voices
    and instruments have a staff each.
    """
    ensemble = load_ensemble(options.ensemble)
    outer = tuple(part.instrument.clef for part in (ensemble.parts[0], ensemble.parts[-1]))
    mixed = ensemble.family == "choir" and outer == (CLEFS["treble"], CLEFS["bass"])
    return load_style(options.style).layout if mixed else "open"


def named(source: str) -> str:
    """Return what a source is called in messages."""
    return "standard input" if source == PIPE else source


def tell(notices: Sequence[Notice], source: str) -> None:
    """Say on stderr, a line each, what was taken, changed or not kept, and in which bars."""
    bars: dict[str, list[str]] = {}
    for notice in notices:
        bars.setdefault(notice.message, []).append(notice.bar)
    for message, places in bars.items():
        click.echo(f"{named(source)}{_in_bars(places)}: {message}", err=True)


def _in_bars(bars: Sequence[str]) -> str:
    """Return where something is, each bar once, as it goes between a file's name and a message.

    >>> _in_bars(["2", "10", "10"]), _in_bars(["7"]), _in_bars([""])
    (', bars 2, 10', ', bar 7', '')
    """
    places = list(dict.fromkeys(bar for bar in bars if bar))
    return f", bar{'s' if len(places) > 1 else ''} {', '.join(places)}" if places else ""


def write_all(found: Sequence[Arrangement], targets: Targets) -> None:
    """Write scores, then reports and explanations; several are numbered before their endings."""
    for number, arrangement in enumerate(found, start=1):
        name = partial(numbered, number=number, count=len(found))
        score = arrangement.score if targets.words else without_words(arrangement.score)
        if targets.score == PIPE:
            write_to(PIPE, to_musicxml(score, layout=targets.layout))
        else:
            written = write_score(score, Path(name(targets.score)), layout=targets.layout)
            click.echo(f"wrote {written}", err=True)
        if targets.report:
            text = json.dumps(arrangement.report().to_json(), indent=2, ensure_ascii=False)
            write_to(name(targets.report), f"{text}\n".encode())
        if targets.explanation:
            write_to(name(targets.explanation), explain(arrangement).encode())
