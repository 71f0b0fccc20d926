"""Counts of what a reader could not keep, by kind, with the bars and the texts, for one notice per kind."""

from __future__ import annotations

from dataclasses import dataclass, field

_SHOWN = 6  # bars or texts that a notice names before it only counts


@dataclass
class Tally:
    """How often something occurred, in which bars, and the words at it."""

    count: int = 0
    bars: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def add(self, bar: str, *texts: str) -> None:
        """Count one more occurrence in a bar."""
        self.count += 1
        if bar not in self.bars[-1:]:
            self.bars.append(bar)
        self.texts += texts

    @property
    def where(self) -> str:
        """The bars, as ``bar 3`` or ``bars 3, 4``."""
        return bars_named(self.bars)

    @property
    def quoted(self) -> str:
        """The words, in quotes and separated by spaces."""
        more = " ..." if len(self.texts) > 2 * _SHOWN else ""
        return f"'{' '.join(self.texts[: 2 * _SHOWN])}{more}'"


def bars_named(bars: list[str]) -> str:
    """Return bar numbers as text.

    >>> bars_named(["3"]), bars_named(["3", "4", "9"])
    ('bar 3', 'bars 3, 4, 9')
    """
    different = list(dict.fromkeys(bars))
    if len(different) == 1:
        return f"bar {different[0]}"
    more = f" and {len(different) - _SHOWN} more" if len(different) > _SHOWN else ""
    return f"bars {', '.join(different[:_SHOWN])}{more}"
