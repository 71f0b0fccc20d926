"""Bar lines of Humdrum: ``=12``, ``=:|!``, ``=3a||``, ``==`` -> numbers, repeats and styles."""

from __future__ import annotations

import re
from dataclasses import dataclass

from theory.notation.score import BarLine

_NUMBER = re.compile(r"=+(\d{1,6}[a-z]?)")
_ENDS = re.compile(r":[|!\]]")
_STARTS = re.compile(r"[|!\[]:")


@dataclass(frozen=True, slots=True)
class BarMark:
    """What a bar line says."""

    number: str = ""  # of the bar that begins here
    repeat_end: bool = False
    repeat_start: bool = False
    right: BarLine | None = None  # style, on the bar before
    left: BarLine | None = None  # style, on the bar after
    fermata: bool = False

    @property
    def divides(self) -> bool:
        """Whether the line divides a bar even if it has no number."""
        return self.repeat_end or self.repeat_start or self.right is not None or self.left is not None

    def merged(self, other: BarMark) -> BarMark:
        """Return two bar lines at the same time as one."""
        return BarMark(
            self.number or other.number,
            self.repeat_end or other.repeat_end,
            self.repeat_start or other.repeat_start,
            self.right or other.right,
            self.left or other.left,
            self.fermata or other.fermata,
        )


def parse_bar_line(text: str) -> BarMark:
    """Return what a bar line says.

    >>> mark = parse_bar_line("=3:|!|:")
    >>> mark.number, mark.repeat_end, mark.repeat_start
    ('3', True, True)
    >>> parse_bar_line("==").right
    'light-heavy'
    """
    match = _NUMBER.match(text)
    rest = text[match.end() :] if match else text.lstrip("=")
    ends, starts = bool(_ENDS.search(rest)), bool(_STARTS.search(rest))
    both = ":!!:" in rest or "::" in rest
    right = left = None
    if not (ends or starts or both):
        right, left = _styles(text, rest)
    return BarMark(match[1] if match else "", ends or both, starts or both, right, left, ";" in rest)


def _styles(text: str, rest: str) -> tuple[BarLine | None, BarLine | None]:
    """Return the styles of the bar before and the bar after a line without repeats."""
    if "!|" in rest or "[|" in rest:
        return None, "heavy-light"
    if text.startswith("==") or "|!" in rest or "|]" in rest:
        return "light-heavy", None
    if "||" in rest:
        return "light-light", None
    if "'" in rest or "`" in rest:
        return "tick" if "'" in rest else "short", None
    return None, None
