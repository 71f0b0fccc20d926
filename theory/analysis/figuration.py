"""The non-chord tones of a texture, for rules that treat them more mildly.

Parallels caused by a passing tone, an anticipation or a suspension are milder than those of chord tones. Accepted are
the fifths that arise when one voice anticipates the tonic (re-do) while another moves from the dominant's root to its
seventh (sol-fa) (L. Dahn, *Consecutive 5ths and Octaves in Bach Chorales*, 2016).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from theory.analysis.nonchord import NonChordTone, non_chord_tones
from theory.harmony.estimate import HarmonicSpan
from theory.notation.chord import ChordSymbol
from theory.notation.score import Score
from theory.slices.texture import Texture

SOFTENING = ("anticipation", "passing", "suspension")
_NO_CHORD = ChordSymbol.parse("N.C.")
_SUPERTONIC, _DOMINANT, _SUBDOMINANT = 2, 7, 5  # semitones above the tonic


@dataclass(frozen=True)
class Figuration:
    """The non-chord tones of a score under the chords of its texture."""

    texture: Texture
    tones: tuple[NonChordTone, ...]

    @classmethod
    def of(cls, score: Score, texture: Texture) -> Figuration:
        """Return the figuration of a score; a texture without chords has no non-chord tones."""
        known = any(chord is not None for chord in texture.chord)
        return cls(texture, non_chord_tones(score, _spans(texture)) if known else ())

    def kinds(self, voices: Sequence[int], slices: Sequence[int]) -> tuple[str, ...]:
        """Return the kinds, among `SOFTENING`, of the non-chord tones of some voices in some slices."""
        here = sorted({index for slice_ in slices for index in self._sounding.get(slice_, ())})
        found = (self.tones[index].kind for index in here if self.tones[index].voice in voices)
        return tuple(dict.fromkeys(kind for kind in found if kind in SOFTENING))

    @cached_property
    def _sounding(self) -> dict[int, list[int]]:
        """For each slice, the indices of the non-chord tones that sound at its onset."""
        onsets = self.texture.onset_quarter
        found: dict[int, list[int]] = {}
        for index, tone in enumerate(self.tones):
            for slice_ in range(bisect_left(onsets, tone.onset_quarter), bisect_left(onsets, tone.end_quarter)):
                found.setdefault(slice_, []).append(index)
        return found

    def is_cadential(self, voices: Sequence[int], before: int, after: int) -> bool:
        """Whether one voice anticipates the tonic from above while another moves from degree 5 to degree 4."""
        tonic = self.texture.key[after].tonic.pitch_class
        moves = {
            tuple((int(self.texture.pitch[slice_, voice]) - tonic) % 12 for slice_ in (before, after))
            for voice in voices
        }
        anticipated = "anticipation" in self.kinds(voices, (after,))
        return anticipated and {(_SUPERTONIC, 0), (_DOMINANT, _SUBDOMINANT)} <= moves


def _spans(texture: Texture) -> list[HarmonicSpan]:
    """Return the chords of a texture as spans."""
    changes = [
        slice_
        for slice_, chord in enumerate(texture.chord)
        if not slice_ or chord != texture.chord[slice_ - 1] or texture.chord_onset[slice_]
    ]
    ends = [
        *(texture.onset_quarter[slice_] for slice_ in changes[1:]),
        texture.onset_quarter[-1] + texture.duration_quarter[-1],
    ]
    return [
        HarmonicSpan(texture.onset_quarter[slice_], end, texture.key[slice_], texture.chord[slice_] or _NO_CHORD, "")
        for slice_, end in zip(changes, ends, strict=True)
    ]
