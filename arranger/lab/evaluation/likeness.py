"""Compares an arrangement with the real setting of the same soprano, note by note and chord by chord."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from theory.harmony.estimate import with_estimated_chords
from theory.notation.score import LeadSheet, Score
from theory.slices.texture import texture_of
from theory.types import Ints, Mask
from theory.values import Value

LOWER_VOICES = ("alto", "tenor", "bass")


@dataclass(frozen=True, eq=False, repr=False)
class Likeness(Value):
    """Where two settings agree, at the attacks of their soprano."""

    same: Mask  # (attack, 3) alto, tenor, bass sing the real pitch
    chord: Mask  # (attack,) the same pitch classes sound

    def summary(self) -> dict[str, float]:
        """Return the shares of agreement: of each lower voice, of all three at once, and of chords."""
        table = {voice: float(self.same[:, column].mean()) for column, voice in enumerate(LOWER_VOICES)}
        return {**table, "all three": float(self.same.all(axis=1).mean()), "chord": float(self.chord.mean())}


def sheet_of(score: Score, *, chords: bool) -> LeadSheet:
    """Return the soprano of a four-part score as a lead sheet, with chords estimated from all voices if ``chords``."""
    source = with_estimated_chords(score) if chords else replace(score, chords=())
    return LeadSheet(replace(source, parts=score.parts[:1]))


def likeness(real: Score, ours: Score) -> Likeness:
    """Return where a four-part setting agrees with the real setting of the same soprano."""
    onsets = [note.onset_quarter for note in real.parts[0].notes if note.pitch and not note.tie_stop]
    onsets = [onset for onset in onsets if onset < ours.end_quarter]
    one, other = _pitches(real, onsets), _pitches(ours, onsets)
    chord = [set(a % 12) == set(b % 12) for a, b in zip(one, other, strict=True)]
    return Likeness(same=one[:, 1:] == other[:, 1:], chord=np.array(chord, dtype=bool))


def joined(found: Sequence[Likeness]) -> Likeness:
    """Return the likeness of several pieces together."""
    return Likeness(np.concatenate([each.same for each in found]), np.concatenate([each.chord for each in found]))


def _pitches(score: Score, onsets: Sequence[Fraction]) -> Ints:
    texture = texture_of(score)
    return np.array([texture.pitch[texture.slice_at(onset)] for onset in onsets])
