"""Recognises species counterpoint: one voice with one note per bar, the others all in the same rhythm."""

from __future__ import annotations

from theory.notation.score import Part, Score

_FEWEST_BARS = 6  # a shorter cantus firmus is not recognised
_MOST_VOICES = 4
_SPECIES = {1: "species1", 2: "species2", 4: "species3"}  # by notes per note of the cantus firmus


def species_of(score: Score) -> str:
    """Return the profile of the species of two to four voices with a cantus firmus, empty for other music.

    The first bar, which may begin with a rest, and the last two bars of the other voices are ignored. Of three or more
    voices only one may have another rhythm than the cantus firmus, and must; else any chords would be first species.
    """
    if not 1 < len(score.parts) <= _MOST_VOICES or any(note.lyrics for part in score.parts for note in part.notes):
        return ""
    lines = [_attacks(score, part) for part in score.parts]
    cantus = [all(count == 1 for count in line) and not tied for line, tied in lines]
    others = [line for line, is_cantus in zip(lines, cantus, strict=True) if not is_cantus]
    if not any(cantus) or len(score.bars) < _FEWEST_BARS or len(others) > 1:
        return ""
    if not others and len(lines) > 2:
        return ""
    counts, tied = others[0] if others else lines[0]
    return _named(set(counts[1:-2]), tied=tied)


def _named(inner: set[int], *, tied: bool) -> str:
    """Return the species of a line by the numbers of notes in its bars, and whether any note is tied."""
    if tied and inner <= {1}:
        return "species4"
    if len(inner) == 1 and not tied:
        return _SPECIES.get(min(inner), "species5")
    return "species5" if inner <= set(range(1, 9)) else ""


def _attacks(score: Score, part: Part) -> tuple[list[int], bool]:
    """Return the number of notes that begin in each bar, and whether any note is tied."""
    begun = [0] * len(score.bars)
    for note in part.notes:
        if note.pitch is not None and note.grace is None and not note.tie_stop:
            begun[score.bar_at(note.onset_quarter).index] += 1
    return begun, any(note.tie_start for note in part.notes)
