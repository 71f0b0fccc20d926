"""The page of a batch: how many, what was found how often, how figures are spread, the worst, and what failed.

The page is one file, needs no network and runs no script. It says nothing of time or of the number of workers, so that
equal inputs give an equal page.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from arranger.batch.outcome import DONE, FAILED, REFUSED, Figure
from arranger.batch.store import Finished
from arranger.batch.summary import SEVERITIES, WORST, Row, Summary, result_of
from arranger.linter.reports.html import HEAD, STYLE

_BINS = 20
_SHOWN_FINDINGS = 12
_STYLE = """
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.bars { display: flex; align-items: flex-end; height: 4rem; gap: 1px; border-bottom: 1px solid #888 }
.bars span { flex: 1; background: #4a78a8; min-height: 1px }
.bars span.none { background: none }
.axis { display: flex; justify-content: space-between; color: #666; font-size: .8rem }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 1rem 2rem }
.figures h3 { margin: .5rem 0; font-size: 1rem }
.share { display: inline-block; height: .7rem; background: #4a78a8 }
details { margin: .2rem 0 }
"""
_WORDS = {DONE: "done", REFUSED: "refused, because of the file", FAILED: "failed; the next run tries again"}


def page(summary: Summary, expected: int, folder: Path) -> str:
    """Return the page; ``expected`` is the number of inputs, of which a stopped run has done only some."""
    title = f"arranger batch {summary.job.kind.command}"
    return "\n".join(
        [
            f'<!DOCTYPE html>\n<html lang="en"><head>{HEAD}',
            f"<title>{title}</title><style>{STYLE}{_STYLE}</style></head><body>",
            f"<h1>{title}</h1>",
            *_how_many(summary, expected),
            *_frequencies(summary),
            *_distributions(summary),
            *_worst(summary, folder),
            *_failures(summary),
            "</body></html>\n",
        ]
    )


def _how_many(summary: Summary, expected: int) -> Iterator[str]:
    rows: list[list[Figure]] = [[_WORDS[status], summary.statuses[status]] for status in (DONE, REFUSED, FAILED)]
    waiting = expected - summary.statuses.total()
    rows += [["not yet done", waiting]] if waiting else []
    yield _table(["Inputs", f"{expected:,}"], rows)


def _frequencies(summary: Summary) -> Iterator[str]:
    rows = summary.frequencies()
    if not summary.job.kind.counted:
        return
    if not rows:
        yield "<p>Nothing was found.</p>"
        return
    if "code" not in rows[0]:
        yield "<h2>Numerals</h2>"
        yield _table(
            ["Numeral", "Times", "Scores", "Per 1,000 sonorities"],
            [[row["numeral"], row["count"], row["scores"], row["per_1000_sonorities"]] for row in rows],
        )
        return
    yield "<h2>Rules</h2><p>A sonority is a moment at which a note begins. Bach: the chorales of Riemenschneider's list"
    yield "(<code>arranger explain CODE</code>); there is no rate for rules that could not be counted in them.</p>"
    heads = ["Rule", "", "At worst", "Findings", "Scores", "Per 1,000 sonorities", "Bach", "Times Bach"]
    names = ("code", "name", "severity", "count", "scores")
    names += ("per_1000_sonorities", "bach_per_1000_sonorities", "times_bach")  # type: ignore[assignment]
    yield _table(heads, [[row[name] for name in names] for row in rows], classes=[str(row["severity"]) for row in rows])


def _distributions(summary: Summary) -> Iterator[str]:
    if not summary.spread:
        return
    yield '<h2>Distributions</h2><div class="figures">'
    for row in summary.distributions():
        name = str(row["figure"])
        heading = f"{name.replace('_', ' ')}: median {_text(row['median'])}, mean {_text(row['mean'])}"
        yield f"<div><h3>{escape(heading)}</h3>{_histogram(summary.spread[name])}</div>"
    yield "</div>"


def _histogram(counts: Counter[float]) -> str:
    """Return bars of equal width in value; the highest has the full height."""
    least, most = min(counts), max(counts)
    width = (most - least) / _BINS or 1.0
    heights = [0] * _BINS
    for value, count in counts.items():
        heights[min(_BINS - 1, int((value - least) / width))] += count
    bars = "".join(
        f'<span style="height:{100 * height / max(heights):.1f}%" title="{height}"></span>'
        if height
        else '<span class="none"></span>'
        for height in heights
    )
    axis = f'<div class="axis"><span>{_text(least)}</span><span>{_text(most)}</span></div>'
    return f'<div class="bars">{bars}</div>{axis}'


def _worst(summary: Summary, folder: Path) -> Iterator[str]:
    shown = [each for badness, each in summary.bad if badness[0] or badness[1]]
    if not shown:
        return
    yield f"<h2>The worst {min(WORST, len(shown))}</h2>"
    yield "<p>Most errors, then most warnings, for their number of notes.</p>"
    for each in shown:
        result = result_of(each, summary.job)
        source = each.known.source
        links = [f'<a href="{_link(source, folder)}">{escape(source)}</a>']
        links += [f'<a href="{quote(result)}">{escape(result)}</a>'] if result else []
        numbers = ", ".join(f"{each.figures[name]} {name}" for name in ("errors", "warnings", "notes"))
        yield f"<details><summary>{' → '.join(links)}: {numbers}</summary>{_findings(each, summary)}</details>"


def _findings(each: Finished, summary: Summary) -> str:
    names = list(summary.job.kind.details.types)
    rows = [dict(zip(names, row, strict=True)) for row in each.details]
    worst = sorted(rows, key=lambda row: SEVERITIES.index(str(row["severity"])))[:_SHOWN_FINDINGS]
    cells = [[row["bar"], row["beat"], row["voices"], row["code"], row["message"]] for row in worst]
    more = len(rows) - len(worst)
    rest = f"<p>and {more} more</p>" if more else ""
    classes = [str(row["severity"]) for row in worst]
    return _table(["Bar", "Beat", "Voices", "Rule", "Finding"], cells, classes=classes) + rest


def _failures(summary: Summary) -> Iterator[str]:
    rows = summary.failures()
    if rows:
        yield "<h2>Refused and failed</h2>"
        yield _table(["", "Cause", "Inputs", "For example"], [list(row.values()) for row in _reordered(rows)])


def _reordered(rows: Sequence[Row]) -> list[Row]:
    return [{name: row[name] for name in ("status", "cause", "count", "examples")} for row in rows]


def _link(source: str, folder: Path) -> str:
    """Return the way from the folder of the page to a file."""
    return quote(Path(os.path.relpath(source, folder)).as_posix())


def _table(heads: Sequence[str], rows: Sequence[Sequence[Figure]], *, classes: Sequence[str] = ()) -> str:
    """Return a table; a column whose first cell is a number is aligned to the right."""
    numbers = [not isinstance(value, str) for value in rows[0]] if rows else []
    head = "".join(
        f"<th{_CLASS if is_number else ''}>{escape(text)}</th>"
        for text, is_number in zip(heads, numbers or [False] * len(heads), strict=True)
    )
    body = "".join(
        f'<tr class="{escape(classes[index])}">{_cells(row, numbers)}</tr>\n'
        if classes
        else f"<tr>{_cells(row, numbers)}</tr>\n"
        for index, row in enumerate(rows)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


_CLASS = ' class="number"'


def _cells(row: Sequence[Figure], numbers: Sequence[bool]) -> str:
    return "".join(
        f"<td{_CLASS if is_number else ''}>{escape(_text(value))}</td>"
        for value, is_number in zip(row, numbers, strict=True)
    )


def _text(value: Figure) -> str:
    """Return a figure for people: no more digits than they read.

    >>> _text(12345), _text(0.1234567), _text(3.0), _text(None)
    ('12,345', '0.123', '3', '')
    """
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
