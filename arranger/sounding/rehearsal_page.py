"""The page that lists rehearsal tracks and plays them: one HTML file that asks nothing of the network."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from string import Template

from arranger.sounding.stems import Stems
from theory.notation.score import Score


def rehearsal_page(score: Score, heard: Stems, tracks: Mapping[str, str], *, before_second: float) -> str:
    """Return the page for tracks that lie beside it.

    Args:
        score: for its title, its authors and the numbers of its bars.
        heard: for the times of the bars.
        tracks: the title and the file of each track, in this order.
        before_second: how long the count-in is.
    """
    template = files("arranger.sounding").joinpath("rehearsal_page.html").read_text(encoding="utf-8")
    title = escape(score.title or "Untitled")
    numbered = zip(_names(score, heard), heard.timing.bars, strict=True)
    bars = [[name, round(before_second + bar.start_second, 3)] for name, bar in numbered]
    return Template(template).substitute(
        title=title,
        credits=escape(", ".join(name for _, name in score.creators)),
        rows="\n".join(_row(name, file) for name, file in tracks.items()),
        notes=escape(score.rights),
        bars=json.dumps(bars).replace("<", "\\u003c"),
        end=round(before_second + heard.timing.end_second, 3),
    )


def _row(title: str, file: str) -> str:
    title, file = escape(title), escape(file)
    return (
        f'<li data-file="{file}"><button type="button">{title}</button>'
        f'<a href="{file}" download>Download</a><audio controls preload="none" src="{file}"></audio></li>'
    )


def _names(score: Score, heard: Stems) -> list[str]:
    """Return the number of each bar as it is played; from the second time on with the time: 5 (2nd time)."""
    names, times = [], Counter[int]()
    for bar in heard.timing.bars:
        times[bar.index] += 1
        number = score.bars[bar.index].number
        names.append(number if times[bar.index] == 1 else f"{number} (time {times[bar.index]})")
    return names
