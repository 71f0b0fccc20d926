"""Where faults can be planted in a score, and functions that change its notes.

A slice is clean if none of the planted rules has a finding in its bar or in the bars before and after it, so that
any finding after planting is due to the planted fault. Nothing here depends on how rules are defined.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from theory.notation.pitch import Interval, Pitch
from theory.notation.score import Harmony, Note, Part, Score
from theory.slices.texture import Texture, texture_of


@dataclass(frozen=True)
class Fault:
    """A score with one planted fault, and the onset and voices that the checker must report."""

    score: Score
    onset_quarter: object
    voices: tuple[int, ...]
    given: Mapping[str, Part] | None = None


@dataclass(frozen=True)
class Scene:
    """A score in which faults can be planted; indices are (slice, voice)."""

    score: Score
    dirty_bars: Collection[int]
    rng: random.Random

    @cached_property
    def texture(self) -> Texture:
        """The score as slices and voices."""
        return texture_of(self.score)

    def pitch(self, slice_: int, voice: int) -> Pitch:
        """Return the pitch that a voice sounds in a slice."""
        note = self.note(slice_, voice)
        assert note.pitch is not None
        return note.pitch

    def note(self, slice_: int, voice: int) -> Note:
        """Return the note that a voice sounds in a slice."""
        return self.score.parts[voice].notes[self.texture.note[slice_, voice]]

    def begins(self, slice_: int, voice: int) -> bool:
        """Return whether a note begins here that can be changed by itself: not tied, not part of a chord."""
        if not self.texture.attack[slice_, voice]:
            return False
        note = self.note(slice_, voice)
        return not (note.tie_start or note.tie_stop or note.chord)

    def is_clean(self, slice_: int) -> bool:
        """Return whether the bar of a slice and its neighbours have no findings."""
        bar = int(self.texture.bar[slice_])
        return not self.dirty_bars.__contains__(bar) and not {bar - 1, bar + 1} & set(self.dirty_bars)

    def slices(self) -> Iterator[int]:
        """Yield the clean slices in random order."""
        clean = [slice_ for slice_ in range(self.texture.shape[0]) if self.is_clean(slice_)]
        self.rng.shuffle(clean)
        yield from clean

    def moves(self, *voices: int) -> Iterator[int]:
        """Yield the clean slices in which all of these voices move from one note to the next within a phrase."""
        texture = self.texture
        for after in self.slices():
            inside = after > 0 and not texture.phrase_end[after - 1] and self.is_clean(after - 1)
            if inside and all(self.begins(after, voice) and self._alone(after - 1, voice) for voice in voices):
                yield after

    def _alone(self, slice_: int, voice: int) -> bool:
        if self.texture.pitch[slice_, voice] < 0:
            return False
        note = self.note(slice_, voice)
        return not (note.tie_start or note.tie_stop or note.chord or note.fermata)

    def pairs(self) -> list[tuple[int, int]]:
        """Return all pairs of voices (upper, lower) in random order."""
        count = self.texture.shape[1]
        found = [(upper, lower) for upper in range(count) for lower in range(upper + 1, count)]
        self.rng.shuffle(found)
        return found

    def voices(self) -> list[int]:
        """Return all voices in random order."""
        return self.rng.sample(range(self.texture.shape[1]), self.texture.shape[1])

    def sounding(self, slice_: int) -> tuple[int, ...]:
        """Return the voices that sound in a slice."""
        return tuple(voice for voice in range(self.texture.shape[1]) if self.texture.pitch[slice_, voice] >= 0)

    def planted(self, slice_: int, voices: tuple[int, ...], changes: Mapping[tuple[int, int], Pitch]) -> Fault:
        """Return the fault made by new pitches at (slice, voice)."""
        score = self.score
        for (at, voice), pitch in changes.items():
            index = int(self.texture.note[at, voice])
            score = changed(score, voice, index, replace(score.parts[voice].notes[index], pitch=pitch))
        return Fault(score, self.texture.onset_quarter[slice_], voices)

    def with_chord(self, slice_: int, symbol: object) -> Scene:
        """Return the scene with another symbol in place of the current chord of a slice."""
        onset = max(
            each.onset_quarter for each in self.score.chords if each.onset_quarter <= self.texture.onset_quarter[slice_]
        )
        chords = tuple(
            Harmony(onset, symbol) if each.onset_quarter == onset else each  # type: ignore[arg-type]
            for each in self.score.chords
        )
        return Scene(replace(self.score, chords=chords), self.dirty_bars, self.rng)


def changed(score: Score, voice: int, place: int, *notes: Note) -> Score:
    """Return the score with the note of index ``place`` replaced by other notes, or removed."""
    part = score.parts[voice]
    line = (*part.notes[:place], *notes, *part.notes[place + 1 :])
    parts = (*score.parts[:voice], replace(part, notes=line), *score.parts[voice + 1 :])
    return replace(score, parts=parts)


def up(pitch: Pitch, *names: str) -> Pitch:
    """Return the pitch transposed by the named intervals in turn.

    >>> str(up(Pitch.parse("C4"), "P5", "-P8"))
    'G3'
    """
    for name in names:
        pitch = pitch.up(Interval.parse(name))
    return pitch


def near(pitch: Pitch, other: Pitch) -> Pitch:
    """Return a pitch moved by octaves as near as possible to another pitch."""
    octaves = round((other.midi - pitch.midi) / 12)
    return replace(pitch, octave=pitch.octave + octaves)


def under(pitch: Pitch, other: Pitch) -> Pitch:
    """Return a pitch moved by octaves to the highest position below another pitch."""
    octaves = (other.midi - 1 - pitch.midi) // 12
    return replace(pitch, octave=pitch.octave + octaves)
