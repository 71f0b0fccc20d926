"""Which lines of the text the lower voices sing, and on which vowel they sing the others.

The lower voices sing a whole line of text or none of it, and a text that comes again they sing in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

WORDS = {
    "auto": "all the words if enough lines are slow, otherwise the slow lines",
    "all": "all the words, with the tune",
    "lines": "the lines that are slow enough for all voices, the others on a vowel",
    "none": "vowels only",
}
MOST = 0.4  # if slow lines take this share of the time, the others are sung as well
FEW = 0.15  # if slow lines take less than this share, they are not sung either
HIGH_SEMITONES = 1.5  # a line that lies this much above the whole tune has the vowel for high lines
_FEWEST_WORDS = 3  # so many words in a row make two lines the same text


@dataclass(frozen=True)
class Line:
    """One line of a text, or a phrase of a tune without words."""

    words: tuple[str, ...]  # in lower case; none if the tune has no words
    syllables: tuple[float, ...]  # the length of each syllable in quarters
    pace_quarters: float  # all voices sing it if its median syllable is at least this long
    height: float  # mean MIDI number
    is_silent: bool = False  # the lower voices are silent under a part of it

    @property
    def length(self) -> float:
        """Quarters that are sung."""
        return sum(self.syllables)


def lines_sung(lines: Sequence[Line], words: str = "auto") -> list[bool]:
    """Return whether all voices sing each line, for a choice in `WORDS`."""
    if words in ("all", "none"):
        return [words == "all" and bool(line.syllables) for line in lines]
    sung = [False] * len(lines)
    for own in _same_texts(lines):
        slow = _are_slow([lines[index] for index in own])
        for index in own:
            sung[index] = slow
    share = sum(line.length for line in compress(lines, sung)) / max(1.0, sum(line.length for line in lines))
    if words == "auto" and share >= MOST:
        return [bool(line.syllables) and not line.is_silent for line in lines]
    if words == "auto" and share < FEW:
        return [False] * len(lines)
    return sung


def _are_slow(same: Sequence[Line]) -> bool:
    """Whether lines of the same text are slow enough for all voices."""
    lengths = [length for line in same for length in line.syllables]
    pace = float(np.mean([line.pace_quarters for line in same]))
    return bool(lengths) and float(np.median(lengths)) >= pace and not any(line.is_silent for line in same)


def vowels_of(lines: Sequence[Line], vowels: Mapping[str, str]) -> list[str]:
    """Return the vowel for each line: that of ``high`` where the tune lies high, that of ``low`` where it lies low.

    >>> high, low = (Line((), (1.0,), 1.0, height) for height in (72, 60))
    >>> vowels_of([low, low, high], {"middle": "oo", "high": "ah"})
    ['oo', 'oo', 'ah']
    """
    total = sum(line.length for line in lines)
    middle = sum(line.height * line.length for line in lines) / total if total else 0.0
    found = [vowels["middle"]] * len(lines)
    for own in _same_texts(lines):
        above = np.mean([lines[index].height for index in own]) - middle
        register = "high" if above >= HIGH_SEMITONES else "low" if above <= -HIGH_SEMITONES else "middle"
        for index in own:
            found[index] = vowels.get(register, vowels["middle"]) if lines[index].syllables else vowels["middle"]
    return found


def _same_texts(lines: Sequence[Line]) -> list[list[int]]:
    """Return the indices of the lines in groups, a line together with those that contain its words or lie in it."""
    groups: list[list[int]] = []
    for index, line in enumerate(lines):
        alike = [own for own in groups if any(_is_same(line.words, lines[other].words) for other in own)]
        groups = [own for own in groups if own not in alike]
        groups.append([*(each for own in alike for each in own), index])
    return groups


def _is_same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) < _FEWEST_WORDS:
        return bool(short) and short == long
    return any(long[start : start + len(short)] == short for start in range(len(long) - len(short) + 1))
