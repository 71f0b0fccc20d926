"""Notices on stderr: what was read with doubt, changed, or could not be kept."""

from __future__ import annotations

from collections.abc import Sequence

import click

from arranger.commands.streams import PIPE
from theory.notation.score import Notice


def source_name(source: str) -> str:
    """Return the name of a source for messages."""
    return "standard input" if source == PIPE else source


def print_notices(notices: Sequence[Notice], source: str) -> None:
    """Print notices to stderr, one line per message, with the bars that it concerns."""
    bars: dict[str, list[str]] = {}
    for notice in notices:
        bars.setdefault(notice.message, []).append(notice.bar)
    for message, numbers in bars.items():
        click.echo(f"{source_name(source)}{_in_bars(numbers)}: {message}", err=True)


def _in_bars(bars: Sequence[str]) -> str:
    """Return the bars that a message concerns, each once, as text to follow the name of the file.

    >>> _in_bars(["2", "10", "10"]), _in_bars(["7"]), _in_bars([""])
    (', bars 2, 10', ', bar 7', '')
    """
    shown = list(dict.fromkeys(bar for bar in bars if bar))
    return f", bar{'s' if len(shown) > 1 else ''} {', '.join(shown)}" if shown else ""
