"""The score itself, for rules that look at more than a few slices and so only check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from operator import attrgetter

from theory.instruments import Instrument, player_of
from theory.phrase import BREATHS, phrase_ends
from theory.score import Note, Part, Score
from theory.texture import Texture
from theory.windows import Windows


@dataclass(frozen=True)
class Written:
    """A whole score, its texture (with chords and keys, given or estimated) and the lines it was to keep."""

    score: Score
    texture: Texture
    given: Mapping[str, Part] = field(default_factory=dict)  # part name -> the line that it was given

    @cached_property
    def windows(self) -> Windows:
        """The windows of the texture."""
        return Windows(self.texture)

    @cached_property
    def phrase_ends(self) -> frozenset[Fraction]:
        """The times at which phrases end."""
        return frozenset(phrase_ends(self.score))

    @cached_property
    def players(self) -> tuple[Instrument | None, ...]:
        """Who sings or plays each part, None where that is not known."""
        return tuple(player_of(part) for part in self.score.parts)

    @cached_property
    def lines(self) -> tuple[tuple[Note, ...], ...]:
        """The notes of every part, as `sounding_notes` has them."""
        return tuple(tuple(sounding_notes(part)) for part in self.score.parts)

    @cached_property
    def phrases(self) -> tuple[tuple[int, tuple[Note, ...]], ...]:
        """Index of the part and notes of every sung or played phrase: no rest and no phrase end inside."""
        return tuple((voice, phrase) for voice, line in enumerate(self.lines) for phrase in self._divide(line))

    def _divide(self, line: tuple[Note, ...]) -> Iterator[tuple[Note, ...]]:
        start = 0
        for place in range(1, len(line)):
            if line[place].onset_quarter > line[place - 1].end_quarter or self._closes(line[place - 1]):
                yield line[start:place]
                start = place
        if line:
            yield line[start:]

    def _closes(self, note: Note) -> bool:
        marked = note.fermata or bool(BREATHS & set(note.articulations))
        return marked or note.end_quarter in self.phrase_ends


@dataclass(frozen=True)
class Remark:
    """Something that a Written rule finds: where, in which parts, which notes, and what of it."""

    onset_quarter: Fraction
    voices: tuple[int, ...]  # indices of parts
    notes: tuple[str, ...] = ()
    detail: str = ""


def sounding_notes(part: Part) -> Iterator[Note]:
    """Yield a part's notes without rests, grace notes and the further notes of chords, tied ones as one."""
    joined: Note | None = None
    for note in part.notes:
        if note.pitch is None or note.grace is not None or note.chord:
            continue
        if joined is not None and note.tie_stop and joined.pitch == note.pitch:
            length = note.end_quarter - joined.onset_quarter
            joined = replace(joined, duration_quarter=length, fermata=note.fermata, articulations=note.articulations)
            continue
        if joined is not None:
            yield joined
        joined = note
    if joined is not None:
        yield joined


def simultaneities(part: Part) -> Iterator[tuple[Fraction, tuple[Note, ...]]]:
    """Yield where a part begins a note while it sounds more than one, and all that it then sounds, low to high."""
    sounding = [note for note in part.notes if note.pitch is not None and note.grace is None]
    held: list[Note] = []
    for onset, begun in groupby(sorted(sounding, key=attrgetter("onset_quarter")), attrgetter("onset_quarter")):
        new = list(begun)
        held = [note for note in held if note.end_quarter > onset] + new
        if len(held) > 1 and not all(note.tie_stop for note in new):
            yield onset, tuple(sorted(held, key=midi_of))


def midi_of(note: Note) -> int:
    """Return the MIDI number of a note that sounds."""
    assert note.pitch is not None
    return note.pitch.midi
