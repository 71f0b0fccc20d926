"""The pitches that may take the place of a tone: chord tones, tones of the scale, half steps, octaves, other names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from arranger.editing.repairing.tones import Tone, Tones
from theory.notation.instruments import player_of
from theory.notation.pitch import Pitch

_OCTAVE = 12
_WIDE = 9  # semitones from its own pitch to which a tone may move ...
_NEAR = 5  # ... or from the notes beside it
_SIXTH, _SEVENTH = 9, 11  # semitones of the raised degrees of minor above the tonic


@dataclass(frozen=True, eq=False)
class Replacements:
    """Finds pitches that may take the place of the tones of a score, within the ranges of its parts."""

    tones: Tones

    def of(self, tone: Tone) -> list[Pitch]:
        """Return the other pitches that a tone may have, from low to high."""
        found = {pitch for midi in self._heights(tone) for pitch in self._names(tone, midi)}
        return sorted(found - {tone.pitch}, key=lambda pitch: (pitch.midi, pitch.diatonic))

    def _heights(self, tone: Tone) -> list[int]:
        """Return the MIDI numbers within reach: near its own pitch, near the notes beside it, octaves away."""
        own = tone.pitch.midi
        beside = [other.pitch.midi for step in (-1, 1) if (other := self.tones.beside(tone, step)) is not None]
        reach = set(range(own - _WIDE, own + _WIDE + 1)) | {own - _OCTAVE, own + _OCTAVE}
        for height in beside:
            reach |= set(range(height - _NEAR, height + _NEAR + 1))
        low, high = self._limits[tone.voice]
        return sorted(midi for midi in reach if max(low, tone.above + 1) <= midi <= high)

    @cached_property
    def _limits(self) -> list[tuple[int, int]]:
        """Lowest and highest MIDI number of each part: of its range or, if it is not known, of its notes."""
        limits = []
        for part, line in zip(self.tones.case.score.parts, self.tones.lines, strict=True):
            player = player_of(part)
            heights = [tone.pitch.midi for tone in line] or [0]
            if player is None:
                limits.append((min(heights) - _NEAR, max(heights) + _NEAR))
            else:
                limits.append((player.absolute.low.midi, player.absolute.high.midi))
        return limits

    def _names(self, tone: Tone, midi: int) -> Iterator[Pitch]:
        """Yield the names that a height may have for a tone, none if it belongs neither to its chord nor to its key."""
        texture, slice_ = self.tones.case.texture, tone.slices[0]
        chord, key = texture.chord[slice_], texture.key[slice_]
        pitch_class = midi % _OCTAVE
        in_chord = None if chord is None else chord.spelling(pitch_class)
        raised = {(key.tonic.pitch_class + step) % _OCTAVE for step in (_SIXTH, _SEVENTH)} if key.is_minor else set()
        if in_chord is not None:
            yield Pitch.spelled(midi, in_chord)
        if pitch_class in key.scale or pitch_class in raised or abs(midi - tone.pitch.midi) <= 1:
            yield Pitch.spelled(midi, key.spelling[pitch_class])
