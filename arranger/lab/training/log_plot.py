"""Plots a run's log: ``log.svg``, and one line for the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

_WIDE, _HIGH, _MARGIN = 640, 320, 48
_BLOCKS = "▁▂▃▄▅▆▇█"
_COLOURS = {"loss": "#888888", "objective": "#b03030"}


def plot(run: Path) -> str:
    """Write ``log.svg`` into a run's folder and return the plot as one line; empty if there is no log yet.

    >>> line_of([0.9, 0.7, 0.62, 0.6])
    'objective 0.9 █▃▁▁ 0.6, best 0.6'
    """
    path = run / "log.jsonl"
    if not path.exists():
        return ""
    log = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    (run / "log.svg").write_text(svg_of(log), encoding="utf-8")
    return line_of([entry["objective"] for entry in log])


def line_of(values: list[float]) -> str:
    """Return values as a row of block characters, with the first, last and lowest value as numbers."""
    low, high = min(values), max(values)
    heights = [round((value - low) / ((high - low) or 1) * (len(_BLOCKS) - 1)) for value in values]
    blocks = "".join(_BLOCKS[height] for height in heights)
    return f"objective {values[0]:g} {blocks} {values[-1]:g}, best {low:g}"


def svg_of(log: list[dict[str, Any]]) -> str:
    """Return a plot of loss and objective over the steps as SVG."""
    steps = [entry["step"] for entry in log]
    values = [entry[name] for name in _COLOURS for entry in log]
    low, high, last = min(values), max(values), max(*steps, 1)

    def point(step: int, value: float) -> str:
        across = _MARGIN + step / last * (_WIDE - 2 * _MARGIN)
        down = _HIGH - _MARGIN - (value - low) / ((high - low) or 1) * (_HIGH - 2 * _MARGIN)
        return f"{across:.1f},{down:.1f}"

    rows = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" font-family="sans-serif">']
    for row, (name, colour) in enumerate(_COLOURS.items()):
        points = " ".join(point(entry["step"], entry[name]) for entry in log)
        rows.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{points}"/>')
        rows.append(_text(_WIDE - 200, 20 + 18 * row, f"{name} {log[-1][name]:.4g} nats", colour))
    rows += [_text(4, _HIGH - _MARGIN, f"{low:.3g}"), _text(4, _MARGIN, f"{high:.3g}")]
    rows.append(_text(_WIDE // 2 - 30, _HIGH - 12, f"{last} steps"))
    return "\n".join([*rows, "</svg>\n"])


def _text(across: int, down: int, words: str, colour: str = "black") -> str:
    return f'<text x="{across}" y="{down}" fill="{colour}" font-size="13">{escape(words)}</text>'
