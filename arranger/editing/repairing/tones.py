"""The tones of a checked score: what a voice sings from one attack to the next, tied notes as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from theory.checking.checked_score import CheckedScore
from theory.checking.passage import NewPitch
from theory.notation.pitch import Pitch
from theory.notation.score import Part


@dataclass(frozen=True)
class Tone:
    """One tone of a voice."""

    voice: int  # index of the part
    place: int  # number of the tone in its voice
    notes: tuple[int, ...]  # indices of its notes in the part
    slices: tuple[int, ...]  # in which it sounds
    pitch: Pitch
    above: int = 0  # MIDI number of the highest other note that its part sounds meanwhile; it stays above that

    def to(self, pitch: Pitch) -> NewPitch:
        """Return the change of this tone to another pitch."""
        return NewPitch(self.voice, self.notes, pitch)


@dataclass(frozen=True, eq=False)
class Tones:
    """All tones of a checked score."""

    case: CheckedScore

    @cached_property
    def lines(self) -> tuple[tuple[Tone, ...], ...]:
        """The tones of each voice in order."""
        return tuple(self._line(voice) for voice in range(self.case.texture.shape[1]))

    @cached_property
    def _at(self) -> dict[tuple[int, int], Tone]:
        return {(slice_, tone.voice): tone for line in self.lines for tone in line for slice_ in tone.slices}

    def at(self, slice_: int, voice: int) -> Tone | None:
        """Return the tone that a voice sounds in a slice, None in a rest."""
        return self._at.get((slice_, voice))

    def onset(self, tone: Tone) -> Fraction:
        """Return the onset of a tone in quarters."""
        return self.case.score.parts[tone.voice].notes[tone.notes[0]].onset_quarter

    def of(self, change: NewPitch) -> Tone:
        """Return the tone that a change is about."""
        return self._with_note[change.voice, change.notes[0]]

    @cached_property
    def _with_note(self) -> dict[tuple[int, int], Tone]:
        return {(tone.voice, note): tone for line in self.lines for tone in line for note in tone.notes}

    def beside(self, tone: Tone, step: int) -> Tone | None:
        """Return the tone before (``step`` -1) or after (1) a tone in its voice, None at the ends of the line."""
        place = tone.place + step
        return self.lines[tone.voice][place] if 0 <= place < len(self.lines[tone.voice]) else None

    def near(self, slice_: int, voice: int) -> list[Tone]:
        """Return the tone that a voice sounds in a slice, and those before and after it; in a rest those around it."""
        line = self.lines[voice]
        here = self.at(slice_, voice)
        if here is not None:
            found = [self.beside(here, step) for step in (0, -1, 1)]
            return [tone for tone in found if tone is not None]
        earlier = [tone for tone in line if tone.slices[-1] < slice_][-1:]
        return earlier + [tone for tone in line if tone.slices[0] > slice_][:1]

    def _line(self, voice: int) -> tuple[Tone, ...]:
        texture, part = self.case.texture, self.case.score.parts[voice]
        notes, attacks = texture.note[:, voice].tolist(), texture.attack[:, voice].tolist()
        groups: list[list[int]] = []
        sounding = False
        for slice_, (note, attack) in enumerate(zip(notes, attacks, strict=True)):
            if note >= 0 and (attack or not sounding):
                groups.append([])
            if note >= 0:
                groups[-1].append(slice_)
            sounding = note >= 0
        return tuple(self._tone(part, voice, place, slices) for place, slices in enumerate(groups))

    def _tone(self, part: Part, voice: int, place: int, slices: Sequence[int]) -> Tone:
        notes = tuple(dict.fromkeys(int(self.case.texture.note[slice_, voice]) for slice_ in slices))
        pitch = part.notes[notes[0]].pitch
        assert pitch is not None
        return Tone(voice, place, notes, tuple(slices), pitch, self._highest_beside(voice, notes))

    def _highest_beside(self, voice: int, notes: tuple[int, ...]) -> int:
        """Return the highest MIDI number that a part sounds together with some of its notes, 0 if it is one line."""
        if voice not in self._several:
            return 0
        part = self.case.score.parts[voice]
        start, end = part.notes[notes[0]].onset_quarter, part.notes[notes[-1]].end_quarter
        beside = [
            other.pitch.midi
            for index, other in enumerate(part.notes)
            if other.pitch and index not in notes and other.onset_quarter < end and other.end_quarter > start
        ]
        return max(beside, default=0)

    @cached_property
    def _several(self) -> frozenset[int]:
        """The parts that sound several notes at a time."""
        return frozenset(
            voice
            for voice, part in enumerate(self.case.score.parts)
            if any(note.chord for note in part.notes) or len({note.voice for note in part.notes}) > 1
        )
