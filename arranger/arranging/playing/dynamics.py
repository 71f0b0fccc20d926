"""Dynamics that follow the form: a plain first statement, a quiet contrast, the fullest sound last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from arranger.arranging.playing.sections import Section
from theory.notation.score import Bar, Direction, Score

LEVELS = ("pp", "p", "mp", "mf", "f", "ff")
LEVEL_OF_PLACE = {"first": "mf", "again": "mf", "contrast": "mp", "return": "mf", "last": "f"}  # of the tune
SOFTER = 1  # levels by which the accompaniment is softer than the tune
RISE_BARS = 2  # a hairpin this long leads to a louder section


def dynamics_of(
    score: Score, sections: Sequence[Section], parts: Sequence[str], holders: Sequence[str]
) -> Iterator[Direction]:
    """Yield the dynamics of each part at the sections where they change, with hairpins to louder sections.

    ``parts`` are the names of all parts, ``holders`` that of the part with the tune in each section.
    """
    for part in parts:
        before = -1
        for section, holder in zip(sections, holders, strict=True):
            level = LEVELS.index(LEVEL_OF_PLACE[section.place]) - (SOFTER if part != holder else 0)
            start = score.bars[section.start_bar]
            if level != before:
                yield Direction(start.onset_quarter, "dynamic", LEVELS[level], LEVELS[level], part=part)
            if 0 <= before < level:
                yield from _hairpin(score.bars, section, part)
            before = level


def _hairpin(bars: Sequence[Bar], section: Section, part: str) -> Iterator[Direction]:
    """Yield a crescendo over the bars before a section, and its end a moment before the new dynamic."""
    first = bars[max(section.start_bar - RISE_BARS, 0)]
    last = bars[section.start_bar - 1]
    if not (last.volta or first.volta):
        yield Direction(first.onset_quarter, "wedge", value="crescendo", part=part)
        yield Direction(last.end_quarter - Fraction(1, 2), "wedge", value="stop", part=part)
