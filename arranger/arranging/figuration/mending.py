"""Parallels that only the figuration makes: the stroke that makes one takes its own note of the held chord.

The search judges held chords; a stroke on another tone, such as the fifth in the bass, can still move in parallel with
the tune. The rules of the checker find these places.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from arranger.arranging.figuration.figuring import Sounding
from theory.notation.pitch import Pitch
from theory.notation.score import Note, Part, Score
from theory.rules.catalogue import by_code
from theory.slices.facts import voice_pairs
from theory.slices.repeats import seam_predecessors
from theory.slices.texture import REST, slice_onsets, texture_of
from theory.slices.windows import Windows

PARALLELS = ("VL101", "VL102", "VL103")
MOST_ROUNDS = 4
SHORTEST_DETACHED = Fraction(1)  # quarters; a shorter note is not cut
GAP = Fraction(1, 2)  # quarters of silence before the next note

Speller = Callable[[Fraction, int], Pitch]  # (onset in quarters, MIDI number) -> the written pitch


def without_parallels(lines: Sequence[list[Sounding]], score: Score, spell: Speller) -> list[list[Sounding]]:
    """Return lines in which no figure makes parallel fifths, octaves or unisons, as far as plain notes avoid them.

    ``score`` is that of the sheet, with the tune in its first part, which stays as it is; the lines leave it out.
    """
    mended = [list(line) for line in lines]
    for _ in range(MOST_ROUNDS):
        changed = False
        for onsets, voices in _parallels(mended, score, spell):
            changed |= any(_plain(mended[voice], onset) for onset in onsets for voice in voices if voice < len(mended))
        if not changed:
            break
    for (onset, _), voices in list(_parallels(mended, score, spell)):
        any(_detached(mended[voice], onset) for voice in voices if voice < len(mended))
    return mended


def parallel_places(
    lines: Sequence[Sequence[Sounding]], score: Score, spell: Speller
) -> Iterator[tuple[int, Fraction]]:
    """Yield each voice that moves in parallel fifths, octaves or unisons, with the onset at which it arrives."""
    for (onset, _), voices in _parallels(lines, score, spell):
        yield from ((voice, onset) for voice in voices)


def _detached(line: list[Sounding], onset_quarter: Fraction) -> bool:
    """Let the note before a time end early, so that the two notes do not connect; return whether that was possible."""
    index = bisect_right(line, onset_quarter, key=lambda note: note.start_quarter) - 1
    before = line[index - 1] if index else line[index]
    length = before.end_quarter - before.start_quarter
    if line[index].start_quarter != onset_quarter or before.midi == REST or not index or length < SHORTEST_DETACHED:
        return False
    end = before.end_quarter - min(GAP, length / 2)
    touch = "" if before.touch == "slurred" else before.touch
    line[index - 1 : index] = [
        replace(before, end_quarter=end, touch=touch),
        Sounding(end, before.end_quarter, REST),
    ]
    return True


def _plain(line: list[Sounding], onset_quarter: Fraction) -> bool:
    """Give the note that sounds at a time its own pitch; return whether that changed it."""
    index = bisect_right(line, onset_quarter, key=lambda note: note.start_quarter) - 1
    note = line[index]
    if note.midi == REST or note.own in (REST, note.midi):
        return False
    line[index] = replace(note, midi=note.own)
    return True


def _parallels(
    lines: Sequence[Sequence[Sounding]], score: Score, spell: Speller
) -> Iterator[tuple[tuple[Fraction, Fraction], tuple[int, int]]]:
    """Yield the two onsets (the later first) and the voices of each parallel."""
    parts = (*(Part(str(voice), _notes(line, spell)) for voice, line in enumerate(lines)), score.parts[0])
    written = replace(score, parts=parts)
    onsets = slice_onsets(written, parts)
    texture = texture_of(written, onsets=onsets, predecessors=seam_predecessors(written, onsets))
    windows = Windows(texture)
    before, after = windows.pairs
    upper, lower = voice_pairs(len(parts))
    for code in PARALLELS:
        for window, pair in np.argwhere(by_code(code)(windows.motion)).tolist():
            times = onsets[int(after[window])], onsets[int(before[window])]
            yield times, (int(lower[pair]), int(upper[pair]))


def _notes(line: Sequence[Sounding], spell: Speller) -> tuple[Note, ...]:
    return tuple(
        Note(
            note.start_quarter,
            note.end_quarter - note.start_quarter,
            None if note.midi == REST else spell(note.start_quarter, note.midi),
        )
        for note in line
    )
