"""Where a phrase ends for the checker: in the music and, if there are words, in the text too.

`theory.notation.phrase` finds every place at which a singer might breathe, and any comma on a long note counts. That
is right for breathing but too generous for a verdict: parallels in the middle of a line stay faults, whatever
punctuation stands there. Here a phrase ends only at a double bar line, a repeat sign, a breath mark, a fermata of
all voices or a rest of the top part. If the top part has words, a word must also end there, and except at double bars
and repeats with closing punctuation or before a capital letter.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from theory.notation.phrase import BREATHS, DOUBLE_LINES, closes_with_punctuation, opens_with_capital
from theory.notation.score import Note, Score
from theory.slices.texture import Texture
from theory.types import Mask

FERMATA, DOUBLE_BAR, REST = "fermata", "double bar", "rest"  # what can soften a fault; see `Profile.softened_by`


@dataclass(frozen=True)
class PhraseEnds:
    """The slices of a texture with which a phrase ends, and what marks each end in the music."""

    marks: Mapping[int, frozenset[str]]  # index of the slice -> fermata, double bar, rest
    slices: int

    @classmethod
    def of(cls, score: Score, texture: Texture) -> PhraseEnds:
        """Return the phrase ends of a score; the end of the piece is one, whatever stands there."""
        sung = [note for note in score.parts[0].notes if note.lyrics]
        onsets = [note.onset_quarter for note in sung]
        last = len(texture.onset_quarter) - 1
        marks: dict[int, frozenset[str]] = {last: frozenset({DOUBLE_BAR})}
        for time, kind in _in_music(score, texture):
            place = bisect_left(onsets, time)
            if _text_ends(sung[:place][-1:], sung[place : place + 1], at_double_bar=kind == DOUBLE_BAR):
                slice_ = _before(texture, time)
                marks[slice_] = marks.get(slice_, frozenset()) | {kind}
        return cls(marks, last + 1)

    @property
    def mask(self) -> Mask:
        """(T,) A phrase ends with the slice."""
        found = np.zeros(self.slices, dtype=bool)
        found[list(self.marks)] = True
        return found

    def softens(self, slice_: int, softened_by: Collection[str]) -> bool:
        """Whether a phrase ends with a slice in a way that softens faults across it."""
        return not self.marks.get(slice_, frozenset()).isdisjoint(softened_by)


def _before(texture: Texture, time: Fraction) -> int:
    """Return the index of the last slice that begins before a time."""
    return max(0, bisect_left(texture.onset_quarter, time) - 1)


def _in_music(score: Score, texture: Texture) -> Iterator[tuple[Fraction, str]]:
    """Yield (time in quarters, kind) of the places at which the music closes a phrase."""
    for bar in score.bars:
        if bar.repeat_end or bar.right_line in DOUBLE_LINES:
            yield bar.end_quarter, DOUBLE_BAR
        if bar.repeat_start and bar.index > 1:
            yield bar.onset_quarter, DOUBLE_BAR
    for note in score.parts[0].notes:
        if note.pitch is None:
            if note.duration_quarter >= min(score.bar_at(note.onset_quarter).meter.beat_quarters, Fraction(1)):
                yield note.onset_quarter, REST
        elif not BREATHS.isdisjoint(note.articulations):
            yield note.end_quarter, REST
        elif note.fermata and _all_wait(score, texture, _before(texture, note.end_quarter)):
            yield note.end_quarter, FERMATA


def _all_wait(score: Score, texture: Texture, slice_: int) -> bool:
    """Whether every voice that sounds in a slice has a fermata there."""
    notes = (
        part.notes[index] for part, index in zip(score.parts, texture.note[slice_].tolist(), strict=True) if index >= 0
    )
    return all(note.fermata for note in notes)


def _text_ends(before: Sequence[Note], after: Sequence[Note], *, at_double_bar: bool) -> bool:
    """Whether the text allows a phrase to end: there is none on one side, or a word ends a line or a sentence.

    At a double bar line or repeat sign any word may end: the words that are sung next may stand elsewhere.
    """
    if not before or not after:
        return True
    word_ends = before[0].lyrics[0].syllabic not in ("begin", "middle")
    return word_ends and (at_double_bar or closes_with_punctuation(before[0]) or opens_with_capital(after[0]))
