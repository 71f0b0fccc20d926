"""Chords that are complete as they are played: no figure leaves the third or the seventh for most of a chord."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from arranger.arranging.figuration.figuring import Sounding
from theory.notation.chord import ChordSymbol
from theory.notation.score import Harmony
from theory.slices.texture import REST

ENOUGH = Fraction(1, 2)  # of the time in which the inner parts sound


def guide_tones(symbol: ChordSymbol) -> frozenset[int]:
    """Return the essential tones of a chord that are no tensions: third or suspension, seventh or sixth, altered fifth.

    >>> sorted(guide_tones(ChordSymbol.parse("C13")))
    [4, 10]
    """
    return frozenset(each for each in symbol.essential if symbol.role_of(each) != "tension")


def completed(
    lines: Sequence[list[Sounding]], chords: Sequence[Harmony], end_quarter: Fraction, *, inner: Sequence[int]
) -> list[list[Sounding]]:
    """Return lines whose inner parts keep to their own notes where a guide tone would sound too short."""
    found = [list(line) for line in lines]
    ends = [*(chord.onset_quarter for chord in chords[1:]), end_quarter]
    for chord, end in zip(chords, ends, strict=True):
        start = chord.onset_quarter
        here = [_over(line, start, end) for line in found]
        played = _length((note for voice in inner for note in here[voice]), start, end)
        for tone in sorted(guide_tones(chord.symbol)):
            sounds = _length((note for line in here for note in line if note.midi % 12 == tone), start, end)
            if sounds < ENOUGH * played:
                for voice in inner:
                    found[voice] = [_kept(note, tone, start, end) for note in found[voice]]
                    here[voice] = _over(found[voice], start, end)
    return found


def _over(line: Sequence[Sounding], start: Fraction, end: Fraction) -> Sequence[Sounding]:
    """Return the notes of a line that sound in a span."""
    first = max(bisect_right(line, start, key=_start) - 1, 0)
    return line[first : bisect_left(line, end, lo=first, key=_start)]


def _start(note: Sounding) -> Fraction:
    return note.start_quarter


def _kept(note: Sounding, tone: int, start: Fraction, end: Fraction) -> Sounding:
    """Return a note under a chord with its own pitch, if that is the tone which is wanted."""
    own = note.own != REST and note.tone[0] in "+-" and note.own % 12 == tone and start <= note.start_quarter < end
    return replace(note, midi=note.own) if own else note


def _length(notes: Iterable[Sounding], start: Fraction, end: Fraction) -> Fraction:
    """Return how many quarters of a span at least one of the notes sounds."""
    total, reached = Fraction(0), start
    inside = (note for note in notes if note.midi != REST and note.start_quarter < end and note.end_quarter > start)
    for note in sorted(inside, key=lambda note: note.start_quarter):
        first, last = max(note.start_quarter, reached), min(note.end_quarter, end)
        if last > first:
            total += last - first
            reached = last
    return total
