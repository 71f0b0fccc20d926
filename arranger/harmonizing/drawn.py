"""Progressions drawn under a tune, side by side, with the facts that a musician hears in them.

Shapes: N progressions, T slots (beats).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from arranger.models.progression.runtime import Progressions
from arranger.models.progression.vocabulary import QUALITY_NAMES, STEPS
from theory.harmony.evidence import Evidence
from theory.notation.score import Score
from theory.types import Floats, Ints, Mask
from theory.values import Value

LEADS_UP = tuple(QUALITY_NAMES.index(name) for name in ("dim", "m7b5", "dim7"))
DOMINANT, MAJOR, MINOR = (QUALITY_NAMES.index(name) for name in ("7", "", "m"))
TRIAD = 3  # number of tones
TRITONE = 6  # semitones: the widest interval of pitch classes
RELATIVE_MINOR = 9  # semitones above the reference
_SCALE, _RAISED_SEVENTH = (0, 2, 4, 5, 7, 9, 11), 8  # semitones above the reference


@dataclass(frozen=True, eq=False, repr=False)
class Drawn(Value):
    """Progressions under a tune, or under its beginning, with what the terms ask."""

    root: Ints  # (N, T) pitch class
    quality: Ints  # (N, T)
    inversion: Ints  # (N, T)
    bass: Ints  # (N, T) pitch class
    tones: Mask  # (N, T, 12) pitch classes of the chord
    nats: Floats  # (N, T) negative log-probabilities
    tune: Ints  # (T,) pitch class that sounds where the slot begins, -1 in rests
    attack: Mask  # (T,) the tune begins a note there
    resolves: Mask  # (T,) the note that begins there goes on by step
    arrival: Mask  # (T,) the last note of a phrase begins
    opening: Mask  # (T,) the slot follows a phrase end
    strength: Floats  # (T,) metrical strength
    weight: Floats  # (T, 12) how much of the slot each pitch class of the tune takes; passing notes weigh little
    reference: Ints  # (T,) pitch class

    @classmethod
    def of(cls, found: Progressions, references: Ints, evidence: Evidence, tune: Score) -> Drawn:
        """Return progressions with the facts of the tune and of the chords; they may break off before the tune ends."""
        slots = found.tokens.shape[1]
        references = references[:slots]
        root = (found.tokens[..., 0] + references) % 12
        quality, inversion = found.tokens[..., 1], found.tokens[..., 2]
        steps = STEPS[quality, inversion]
        tones = np.zeros((*root.shape, 12), dtype=bool)
        for step in range(4):
            above = STEPS[quality, step]
            np.put_along_axis(tones, ((root + above) % 12)[..., None], values=True, axis=-1)
        pitch, attack, resolves = tune_at(tune, evidence)
        return cls(
            root, quality, inversion, (root + steps) % 12, tones, -found.log_probs,
            pitch[:slots], attack[:slots], resolves[:slots],
            evidence.arrival[:slots], evidence.opening[:slots], evidence.strength[:slots], evidence.weight[:slots],
            references,
        )  # fmt: skip

    @cached_property
    def outside_scale(self) -> Mask:
        """(N, T) The chord has a tone outside the scale; in minor the raised seventh belongs to it."""
        above = (np.arange(12) - self.reference[:, None]) % 12  # (T, 12)
        minor = (self.root[:, -1] - self.reference[-1]) % 12 == RELATIVE_MINOR
        inside = np.isin(above, _SCALE) | ((above == _RAISED_SEVENTH) & minor[:, None, None])
        return np.asarray((self.tones & ~inside).any(axis=2))

    @cached_property
    def ends(self) -> Ints:
        """(E,) Slots after the first in which the last note of a phrase begins."""
        return np.flatnonzero(self.arrival[1:]) + 1


def tune_at(tune: Score, evidence: Evidence) -> tuple[Ints, Mask, Mask]:
    """Return the tune's pitch class at each slot, whether a note begins there, and whether it goes on by step."""
    notes = [note for note in tune.parts[0].notes if note.grace is None]
    starts = [note.onset_quarter for note in notes]
    slots = len(evidence.onset_quarter)
    pitch, attack, resolves = np.full(slots, -1), np.zeros(slots, dtype=bool), np.zeros(slots, dtype=bool)
    for slot, time in enumerate(evidence.onset_quarter):
        index = bisect_right(starts, time) - 1
        note = notes[index] if index >= 0 else None
        if note is None or note.pitch is None or note.end_quarter <= time:
            continue
        pitch[slot] = note.pitch.midi % 12
        attack[slot] = note.onset_quarter == time and not note.tie_stop
        following = notes[index + 1].pitch if index + 1 < len(notes) else None
        resolves[slot] = following is not None and abs(following.midi - note.pitch.midi) in (1, 2)
    return pitch, attack, resolves


def distance(one: Ints, other: Ints) -> Ints:
    """Return the semitones between pitch classes by the shorter way."""
    up = (other - one) % 12
    return np.minimum(up, 12 - up)


def direction(one: Ints, other: Ints) -> Ints:
    """Return whether the shorter way between pitch classes goes up (1) or down (-1), 0 for repeats and tritones."""
    up = (other - one) % 12
    return np.where((up > 0) & (up < TRITONE), 1, np.where(up > TRITONE, -1, 0))
