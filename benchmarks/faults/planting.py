"""Where faults are planted: a score's clean places, and the means to change its notes.

A place is clean where none of the planted rules finds anything in its bar and in the bars beside it, so that
what is found after planting was planted. Nothing here knows how rules are defined.
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
    """A score with one fault in it, and what a checker must say of it."""

    score: Score
    onset_quarter: object
    voices: tuple[int, ...]
    given: Mapping[str, Part] | None = None


@dataclass(frozen=True)
class Scene:
    """A score in which something may be planted."""

    score: Score
    dirty_bars: Collection[int]
    rng: random.Random

    @cached_property
    def texture(self) -> Texture:
        """The score as slices and voices."""
        return texture_of(self.score)

    def pitch(self, slice_: int, voice: int) -> Pitch:
        """Return what a voice sounds in a slice."""
        note = self.note(slice_, voice)
        assert note.pitch is not None
        return note.pitch

    def note(self, slice_: int, voice: int) -> Note:
        """Return the note that a voice sounds in a slice."""
        return self.score.parts[voice].notes[self.texture.note[slice_, voice]]

    def begins(self, slice_: int, voice: int) -> bool:
        """Whether a voice begins a plain note here, which can be changed without another one."""
        if not self.texture.attack[slice_, voice]:
            return False
        note = self.note(slice_, voice)
        return not (note.tie_start or note.tie_stop or note.chord)

    def is_clean(self, slice_: int) -> bool:
        """Whether nothing is found in the bar of a slice and beside it."""
        bar = int(self.texture.bar[slice_])
        return not self.dirty_bars.__contains__(bar) and not {bar - 1, bar + 1} & set(self.dirty_bars)

    def slices(self) -> Iterator[int]:
        """Yield the clean slices in any order."""
        places = [place for place in range(self.texture.shape[0]) if self.is_clean(place)]
        self.rng.shuffle(places)
        yield from places

    def moves(self, *voices: int) -> Iterator[int]:
        """Yield the clean slices at which these voices all begin a note after another one, inside a phrase."""
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
        """Return all pairs of voices in any order."""
        count = self.texture.shape[1]
        found = [(upper, lower) for upper in range(count) for lower in range(upper + 1, count)]
        self.rng.shuffle(found)
        return found

    def voices(self) -> list[int]:
        """Return all voices in any order."""
        return self.rng.sample(range(self.texture.shape[1]), self.texture.shape[1])

    def sounding(self, slice_: int) -> tuple[int, ...]:
        """Return the voices that sound in a slice."""
        return tuple(voice for voice in range(self.texture.shape[1]) if self.texture.pitch[slice_, voice] >= 0)

    def planted(self, slice_: int, voices: tuple[int, ...], changes: Mapping[tuple[int, int], Pitch]) -> Fault:
        """Return the fault that comes of new pitches at (slice, voice)."""
        score = self.score
        for (at, voice), pitch in changes.items():
            place = int(self.texture.note[at, voice])
            score = changed(score, voice, place, replace(score.parts[voice].notes[place], pitch=pitch))
        return Fault(score, self.texture.onset_quarter[slice_], voices)

    def with_chord(self, slice_: int, symbol: object) -> Scene:
        """Return the scene with another symbol for the chord that holds in a slice."""
        onset = max(
            each.onset_quarter for each in self.score.chords if each.onset_quarter <= self.texture.onset_quarter[slice_]
        )
        chords = tuple(
            Harmony(onset, symbol) if each.onset_quarter == onset else each  # type: ignore[arg-type]
            for each in self.score.chords
        )
        return Scene(replace(self.score, chords=chords), self.dirty_bars, self.rng)


def changed(score: Score, voice: int, place: int, *notes: Note) -> Score:
    """Return the score with other notes in the place of one."""
    part = score.parts[voice]
    line = (*part.notes[:place], *notes, *part.notes[place + 1 :])
    parts = (*score.parts[:voice], replace(part, notes=line), *score.parts[voice + 1 :])
    return replace(score, parts=parts)


def up(pitch: Pitch, *names: str) -> Pitch:
    """Return the pitch some intervals higher, one after another.

    >>> str(up(Pitch.parse("C4"), "P5", "-P8"))
    'G3'
    """
    for name in names:
        pitch = pitch.up(Interval.parse(name))
    return pitch


def near(pitch: Pitch, other: Pitch) -> Pitch:
    """Return the tone of a pitch in the octave in which it lies nearest to another pitch."""
    octaves = round((other.midi - pitch.midi) / 12)
    return replace(pitch, octave=pitch.octave + octaves)


def under(pitch: Pitch, other: Pitch) -> Pitch:
    """Return the tone of a pitch in the highest octave that lies under another pitch."""
    octaves = (other.midi - 1 - pitch.midi) // 12
    return replace(pitch, octave=pitch.octave + octaves)
