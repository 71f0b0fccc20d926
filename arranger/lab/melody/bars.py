"""Tunes without some of their bars: earlier endings, and bars in which nobody sings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from fractions import Fraction

from theory.notation.phrase import BREATHS
from theory.notation.score import Bar, Harmony, Note, Score


def last_endings(score: Score) -> Score:
    """Return the score with only the last of each group of endings; later bars move forward to close the gaps."""
    earlier = {
        bar.index
        for bar in score.bars
        if bar.volta
        and any(other.volta and min(other.volta) > max(bar.volta) for other in _run(score.bars[bar.index + 1 :]))
    }
    return with_bars(score, {bar.index for bar in score.bars} - earlier, breaths=False)


def with_bars(score: Score, kept: Set[int], *, breaths: bool = True) -> Score:
    """Return the score with the bars of these indices only; later bars move forward to close the gaps.

    The last note before a gap gets a breath mark if ``breaths`` is true. Raises ValueError if no bar is kept.
    """
    if not kept:
        raise ValueError("no bar is left")
    if len(kept) == len(score.bars):
        return score
    bars: list[Bar] = []
    shift: dict[int, Fraction] = {}
    moved = score.bars[0].onset_quarter
    for bar in score.bars:
        if bar.index in kept:
            shift[bar.index] = moved - bar.onset_quarter
            bars.append(replace(bar, index=len(bars), onset_quarter=moved))
            moved += bar.length_quarter
    gaps = {bar.end_quarter for bar in score.bars[:-1] if bar.index in kept and bar.index + 1 not in kept}

    def notes_of(notes: Sequence[Note]) -> tuple[Note, ...]:
        found = []
        for note in notes:
            index = score.bar_at(note.onset_quarter).index
            if index in shift:
                note = _breathing(note) if breaths and note.end_quarter in gaps else note
                found.append(replace(note, onset_quarter=note.onset_quarter + shift[index]))
        return tuple(found)

    parts = tuple(replace(part, notes=notes_of(part.notes)) for part in score.parts)
    return replace(score, bars=tuple(bars), parts=parts, chords=_moved_chords(score, shift))


def _breathing(note: Note) -> Note:
    """Return a note with a breath mark after it."""
    if note.pitch is None or BREATHS & set(note.articulations):
        return note
    return replace(note, articulations=(*note.articulations, "breath-mark"))


def _moved_chords(score: Score, shift: dict[int, Fraction]) -> tuple[Harmony, ...]:
    """Return the chords of the kept bars at their new times."""
    return tuple(
        replace(chord, onset_quarter=chord.onset_quarter + shift[index])
        for chord in score.chords
        if (index := score.bar_at(chord.onset_quarter).index) in shift
    )


def _run(bars: Sequence[Bar]) -> Iterator[Bar]:
    """Yield bars up to the first that belongs to no ending."""
    for bar in bars:
        if not bar.volta:
            return
        yield bar
