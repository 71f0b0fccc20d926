"""``arranger evaluate``: arrange the sopranos of Bach's chorales and compare the results with his settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from arranger.arranging.main import Options, check_choices
from arranger.commands.errors import refusals
from arranger.commands.streams import progress, write_to
from arranger.lab.evaluation.reports import EvaluationRequest, Table, evaluate
from corpora.chorales import CHORALES

_SHOWN = (
    *("parallels", "crossings", "wide gaps", "attacks of alto", "attacks of tenor", "attacks of bass"),
    *("span of alto", "span of tenor", "span of bass", "bass_fourths", "outer_contrary", "tune_alone"),
    *("alto_steps", "tenor_steps", "bass_root", "bass_third", "clash", "span", "muddy", "longest_stay"),
)


def run(request: EvaluationRequest, options: Options, target: str) -> None:
    """Evaluate, print the table, and write all figures as JSON if ``target`` names a file."""
    with refusals():
        check_choices(options)
        _check_lists(request.lists)
        table = evaluate(request, options, progress)
    for name, figures in table.items():
        click.echo("\n".join(_lines(name, figures)))
    if target:
        with refusals():
            write_to(target, f"{json.dumps(table, indent=2)}\n".encode())


def _check_lists(lists: tuple[str, ...]) -> None:
    """Raise ValueError, with the known names, for an unknown list."""
    for name in lists:
        try:
            CHORALES.names(name)
        except KeyError as error:
            raise ValueError(error.args[0]) from error


def _lines(name: str, figures: Table) -> Iterator[str]:
    """Yield the table of a list."""
    yield f"{name}: {figures['pieces']} chorales; left: arrangements of their sopranos, right: Bach's settings"
    yield from _pairs("Bach or Mock grade, median", *(figures["grade"][who]["median"] for who in ("ours", "real")))
    ours, real = (figures["grade"][who]["terms"] for who in ("ours", "real"))
    for term in ours:
        yield from _pairs(f"  {term}", ours[term], real[term])
    ours, real = (figures["voice leading"][who] for who in ("ours", "real"))
    for figure in _SHOWN:
        yield from _pairs(figure, ours[figure], real[figure])
    for figure, share in figures["likeness"].items():
        yield f"{f'same as Bach: {figure}':32}{100 * share:9.1f} %"
    yield from _further(figures)


def _pairs(name: str, ours: float, real: float) -> Iterator[str]:
    yield f"{name:32}{ours:9.2f}{real:9.2f}"


def _further(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the optional measures: variants, detector, networks."""
    if "variants" in figures:
        found = figures["variants"]
        yield f"{'variants differ by':32}{100 * found['median difference']:9.1f} % (least {100 * found['least']:.1f} %)"
    if "detector" in figures:
        yield from _pairs(
            "detector AUC; halves of Bach", figures["detector"]["auc"], figures["detector"]["real against real"]
        )
        for token, weight in figures["detector"]["strongest"]:
            yield f"  {weight:8.3f}  {token}"
    yield from _predicted(figures.get("networks", {}))


def _predicted(figures: Table) -> Iterator[str]:
    """Yield the lines of the evaluation of the networks alone."""
    for hidden, found in figures.get("reconstruction", {}).items():
        shares = (100 * found[unit] for unit in ("sixteenths", "notes", "tokens"))
        yield f"{hidden:32}{'{:9.1f} % of sixteenths, {:.1f} % of notes, {:.1f} % of tokens'.format(*shares)}"
    for kind, found in figures.get("predicted", {}).items():
        yield f"{f'predicted, {kind}':32}{found if isinstance(found, float) else json.dumps(found)}"
    if "sixteenths" in figures:
        token, frame = (figures["sixteenths"][f"nats_per_{unit}"] for unit in ("note_token", "frame"))
        yield f"{'sixteenths, chronological':32}{token:9.4f} nats per note token, {frame:.4f} per frame"
