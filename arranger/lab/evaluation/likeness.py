"""An arrangement beside the real setting of the same soprano: note for note, chord for chord."""

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
    """What is the same in two settings, at the attacks of their soprano."""

    same: Mask  # (attacks, 3) alto, tenor, bass sing the real pitch
    chord: Mask  # (attacks,) the same pitch classes sound

    def summary(self) -> dict[str, float]:
        """Return the shares: of each voice, of all three at once, and of chords."""
        table = {voice: float(self.same[:, place].mean()) for place, voice in enumerate(LOWER_VOICES)}
        return {**table, "all three": float(self.same.all(axis=1).mean()), "chord": float(self.chord.mean())}


def sheet_of(score: Score, *, chords: bool) -> LeadSheet:
    """Return the soprano of a four-part score as a lead sheet, with the chords estimated of all voices or none."""
    source = with_estimated_chords(score) if chords else replace(score, chords=())
    return LeadSheet(replace(source, parts=score.parts[:1]))


def likeness(real: Score, ours: Score) -> Likeness:
    """Return how near a setting in four voices comes to the real one of its soprano."""
    onsets = [note.onset_quarter for note in real.parts[0].notes if note.pitch and not note.tie_stop]
    onsets = [onset for onset in onsets if onset < ours.end_quarter]
    one, other = _pitches(real, onsets), _pitches(ours, onsets)
    chord = [set(a % 12) == set(b % 12) for a, b in zip(one, other, strict=True)]
    return Likeness(same=one[:, 1:] == other[:, 1:], chord=np.array(chord, dtype=bool))


def joined(found: Sequence[Likeness]) -> Likeness:
    """Return the likeness over all pieces."""
    return Likeness(np.concatenate([each.same for each in found]), np.concatenate([each.chord for each in found]))


def _pitches(score: Score, onsets: Sequence[Fraction]) -> Ints:
    texture = texture_of(score)
    return np.array([texture.pitch[texture.slice_at(onset)] for onset in onsets])
