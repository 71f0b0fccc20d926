"""What the texture of a score shows about its kind: lines that move together, hands full of octaves, broken chords."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from theory.notation.score import Note, Part, Score

_VOCAL = (38, 79)  # lowest and highest median that a voice can have, as MIDI numbers
_THIRD = 3  # semitones
_OCTAVE = 12
_FEWEST = 8  # notes of a line that is judged as figuration


def attacks(part: Part) -> list[Note]:
    """Return the notes that a part begins, without grace notes and further notes of chords."""
    return [note for note in part.notes if note.pitch and note.grace is None and not note.tie_stop and not note.chord]


def together(parts: Sequence[Part]) -> float:
    """Return the share of onsets at which at least two thirds of the parts begin a note."""
    counts = Counter(note.onset_quarter for part in parts for note in attacks(part))
    return sum(3 * count >= 2 * len(parts) for count in counts.values()) / len(counts) if counts else 0.0


def is_vocal(part: Part) -> bool:
    """Whether a part lies where a voice can sing it, one note at a time."""
    middle = part.columns.middle
    return middle is not None and _VOCAL[0] <= middle <= _VOCAL[1] and not any(note.chord for note in part.notes)


def is_pianistic(parts: Sequence[Part]) -> bool:
    """Whether the parts are free piano texture rather than part writing: octaves, broken chords, full chords."""
    return _octaves(parts) > 1 / 4 or any(_leaps(part) > 1 / 2 for part in parts) or _changes_of_density(parts) > 1 / 4


def _leaps(part: Part) -> float:
    """Return the share of a line's moves that are a third or wider, 0 for a short line."""
    pitches = [note.pitch.midi for note in attacks(part) if note.pitch]
    moves = [abs(after - before) for before, after in pairwise(pitches) if after != before]
    return sum(move >= _THIRD for move in moves) / len(moves) if len(moves) >= _FEWEST else 0.0


def _octaves(parts: Sequence[Part]) -> float:
    """Return the share of moves that another part, or a further note on the stem, makes an octave away."""
    moves: Counter[Fraction] = Counter()
    doubled: Counter[Fraction] = Counter()
    sounding: dict[Fraction, list[int]] = {}
    for part in parts:
        for note in part.notes:
            if note.pitch and note.grace is None and not note.tie_stop:
                sounding.setdefault(note.onset_quarter, []).append(note.pitch.midi)
    for (_, before), (time, after) in pairwise(sorted(sounding.items())):
        octaves = [{pitch for pitch in pitches if pitch + _OCTAVE in pitches} for pitches in (before, after)]
        moves[time] += 1
        doubled[time] += bool(octaves[0] and octaves[1] and octaves[0] != octaves[1])
    return doubled.total() / moves.total() if moves else 0.0


def _changes_of_density(parts: Sequence[Part]) -> float:
    """Return the share of onsets at which another number of notes begins than at the onset before."""
    counts = Counter(note.onset_quarter for part in parts for note in part.notes if note.pitch and note.grace is None)
    sizes = [size for _, size in sorted(counts.items())]
    full = [size for size in sizes if size > 1]
    if len(sizes) < _FEWEST or not full:
        return 0.0
    return float(np.mean([one != other for one, other in pairwise(full)])) if max(full) > 4 else 0.0


def long_values(score: Score) -> bool:
    """Whether the music is written in breves and whole notes, or in bars of two or more whole notes."""
    lengths = [note.duration_quarter for part in score.parts for note in attacks(part)]
    wide = sum(bar.meter.quarters >= 6 or bar.meter.beat_type <= 2 for bar in score.bars)
    return bool(lengths) and 2 * wide > len(score.bars) and sorted(lengths)[len(lengths) // 2] >= 1
