"""The window of each voice's last four attacks, and how the next slice advances it.

The search advances the windows of its candidates slice by slice (`advance_steps`); the checker computes those
of a whole score at once (`walk`), with the same result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from theory.notation.pitch import Interval
from theory.slices.layout import empty_apart
from theory.types import Ints, Ints32, Mask
from theory.values import Value

if TYPE_CHECKING:
    from theory.slices.verticality import Verticality

WINDOW = 4  # attacks that a Step looks at
_MORE_THAN_ANY = 512  # more semitones than any interval has
MIDI, LETTER, MARKS, HARMONY = range(4)
FOREIGN, MEMBER, AVOIDED = 1, 2, 4  # marks of a note, one bit each, collected over all slices that it lasts
Windows = Ints32  # 32 bits to save memory: the search advances many windows
_SILENCE = np.array([-1, -1, 0, 0], dtype=np.int32)


@dataclass(frozen=True, eq=False, repr=False)
class Step(Value):
    """Each voice's last four attacks, oldest first; a rest or a phrase end is stored as one silent entry.

    A Step rule is decided where a voice begins a note (``attacked``) or a phrase ends (``closing``).
    """

    notes: Windows  # (..., V, field, attack); fields: MIDI number (-1 for silence), staff position, marks, harmony
    attacked: Mask  # (..., V) the last attack begins in this slice
    closing: Mask  # (...) a phrase ends with this slice

    @property
    def midi(self) -> Windows:
        """(..., V, 4) MIDI numbers, -1 for silence."""
        return self.notes[..., MIDI, :]

    @property
    def letter(self) -> Windows:
        """(..., V, 4) Staff positions."""
        return self.notes[..., LETTER, :]

    @property
    def foreign(self) -> Mask:
        """(..., V, 4) The note was a non-chord tone in at least one slice."""
        return self._marked(FOREIGN)

    @property
    def avoided(self) -> Mask:
        """(..., V, 4) The note began on a beat as an avoid note and did not become a chord tone while held."""
        return self._marked(AVOIDED) & ~self._marked(MEMBER)

    def _marked(self, mark: int) -> Mask:
        return np.not_equal(self.notes[..., MARKS, :] & mark, 0)

    @property
    def same_harmony(self) -> Mask:
        """(..., V) The last two notes belong to the same known harmony."""
        harmony = self.notes[..., HARMONY, :]
        return (harmony[..., -1] == harmony[..., -2]) & (harmony[..., -1] > 0)

    def at(self, index: Any) -> Step:
        """Return the windows at an index into the leading axes."""
        return Step(self.notes[index], self.attacked[index], self.closing[index])

    def known(self, notes: int) -> Mask:
        """(..., V) A note begins here, and the last ``notes`` attacks are all notes."""
        return self.attacked & (self.midi[..., -notes:] >= 0).all(axis=-1)

    def leap(self, back: int = 1) -> Windows:
        """(..., V) Semitones of the last melodic interval (``back`` = 1) or of an earlier one."""
        return self.midi[..., -back] - self.midi[..., -back - 1]

    def stepwise(self, back: int = 1) -> Mask:
        """(..., V) The last melodic interval, or an earlier one, has one or two semitones."""
        size = np.abs(self.leap(back))
        return (size >= 1) & (size <= 2) & (self.midi[..., -back] >= 0) & (self.midi[..., -back - 1] >= 0)

    def reached(self, back: int = 1) -> Mask:
        """(..., V) An attack is reached by step or repeats a chord tone: passing tone, neighbour, suspension."""
        repeats = (self.leap(back) == 0) & ~self.foreign[..., -back - 1]
        return self.stepwise(back) | repeats

    def left(self, back: int = 2) -> Mask:
        """(..., V) An attack is left by step or repeated as a chord tone: appoggiatura, anticipation."""
        repeats = (self.leap(back - 1) == 0) & ~self.foreign[..., -back + 1]
        return self.stepwise(back - 1) | repeats

    @property
    def steps_back(self) -> Mask:
        """(..., V) The last interval is a step in the direction opposite to the previous interval."""
        return self.stepwise() & (np.sign(self.leap()) == -np.sign(self.leap(2)))

    def wider_than(self, semitones: int, back: int = 1) -> Mask:
        """(..., V) The last melodic interval, or an earlier one, is wider than this many semitones."""
        return np.abs(self.leap(back)) > semitones

    def is_interval(self, *names: str, back: int = 1) -> Mask:
        """(..., V) The last melodic interval, or an earlier one, has one of these names (``A4``), up or down."""
        steps, semitones = self.letter[..., -back] - self.letter[..., -back - 1], self.leap(back)
        size = np.abs(_in_one(steps, semitones))
        wanted = (Interval.parse(name) for name in names)
        found = [size == _in_one(interval.steps, interval.semitones) for interval in wanted]
        return np.logical_or.reduce(found) & self.known(back + 1)


def _in_one(steps: Any, semitones: Any) -> Any:
    """Return steps and semitones of intervals as one number; the opposite direction has the opposite sign."""
    return _MORE_THAN_ANY * steps + semitones


def begin_steps(leading: tuple[int, ...], voices: int) -> Step:
    """Return the windows before the first slice: all attacks are silent."""
    notes = np.broadcast_to(_SILENCE[:, None], (*leading, voices, 4, WINDOW))
    return Step(notes, np.zeros((*leading, voices), dtype=bool), np.zeros(leading, dtype=bool))


def advance_steps(steps: Step, vertical: Verticality, boundary: Mask) -> Step:
    """Return the windows advanced by one slice.

    An attack shifts a voice's window. A held note collects the marks of all its slices. A rest is stored as one silent
    entry, and so is a phrase end before a new attack, so that no interval is measured across them. ``boundary`` (...)
    tells whether a phrase ends before the slice.
    """
    notes, begins = move_on(steps.notes, notes_of(vertical), vertical.attack, boundary)
    return Step(notes, begins, np.broadcast_to(vertical.context.closing, begins.shape[:-1]))


def notes_of(vertical: Verticality) -> Windows:
    """Return the fields of each voice's note, (..., V, field): MIDI number, staff position, marks, harmony."""
    notes = empty_apart(vertical.midi.shape[:-1], vertical.voices, len(_SILENCE), dtype=_SILENCE.dtype)
    notes[..., MIDI], notes[..., LETTER] = vertical.midi, vertical.letter
    notes[..., MARKS] = FOREIGN * vertical.foreign + MEMBER * vertical.member
    if vertical.foreign.any():
        notes[..., MARKS] += AVOIDED * (vertical.avoided & vertical.on_beat)
    notes[..., HARMONY] = vertical.context.harmony[..., None]
    np.copyto(notes, _SILENCE, where=~vertical.sounding[..., None])
    return notes


def move_on(windows: Windows, notes: Windows, attack: Mask, boundary: Mask) -> tuple[Windows, Mask]:
    """Return windows (..., V, field, attack) advanced by notes (..., V, field), and the voices (..., V) that attack."""
    last, sounding = windows[..., -1], notes[..., MIDI] >= 0
    begins, breaks = _entries(last[..., MIDI], notes[..., MIDI], attack, boundary)
    if breaks.any():
        windows = np.where(breaks[..., None, None], _shifted(windows), windows)
    now = notes.copy()
    now[..., MARKS] |= last[..., MARKS] * (sounding & ~begins)
    moved = empty_apart(now.shape[:-2], *now.shape[-2:], WINDOW, dtype=now.dtype)
    moved[..., :-1] = windows[..., :-1]
    np.copyto(moved[..., :-1], windows[..., 1:], where=begins[..., None, None])
    moved[..., -1] = now
    return moved, begins


def _entries(before: Windows, midi: Windows, attack: Mask, boundary: Mask) -> tuple[Mask, Mask]:
    """Return two masks (..., V): the voice begins a note; its line breaks off first (rest or phrase end)."""
    sounding = midi >= 0
    begins = sounding & (attack | (before != midi))
    return begins, (before >= 0) & (~sounding | (begins & np.asarray(boundary)[..., None]))


def walk(notes: Windows, attack: Mask, boundary: Mask, before: Ints) -> tuple[Windows, Mask]:
    """Return what `move_on` gives for a whole tree of slices: windows (T, V, field, attack) and attacks (T, V).

    Parameters
    ----------
    notes, attack
        Notes (T, V, field) and attacks (T, V) of the slices.
    boundary
        (T,) A phrase ends before the slice.
    before
        (T,) Index of the slice that each one follows, -1 for a first slice. Every chain leads to a first slice.
    """
    slices, voices = attack.shape
    first, voice = (before < 0)[:, None], np.arange(voices)
    midi = np.where(first, -1, notes[before, :, MIDI])
    begins, breaks = _entries(midi, notes[..., MIDI], attack, boundary)
    # cells are numbered slice * voices + voice
    cells, held = np.arange(slices)[:, None] * voices + voice, before[:, None] * voices + voice
    start, marks = _followed(np.where(begins | breaks | first, cells, held), notes[..., MARKS])
    below = _entries_below(start, breaks & begins, before)
    values = np.full((2 * slices + 1, voices, 4), _SILENCE, dtype=_SILENCE.dtype)
    values[0 : 2 * slices : 2] = notes
    values[0 : 2 * slices : 2, :, MARKS] = marks
    entry = 2 * np.arange(slices)[:, None] * voices + voice
    entries = np.empty((slices, voices, WINDOW), dtype=np.int64)
    for attack_index in reversed(range(WINDOW)):
        entries[..., attack_index] = entry
        entry = below.take(entry)
    return values.reshape(-1, values.shape[-1]).take(entries, axis=0).swapaxes(-1, -2), begins


def _followed(pointer: Ints, marks: Windows) -> tuple[Ints, Windows]:
    """Return the cell where each note began, by pointers to earlier cells, and its marks from all cells it covers."""
    while True:
        further = pointer.take(pointer)
        marks = marks | marks.take(pointer)
        if (further == pointer).all():
            return pointer, marks
        pointer = further


def _entries_below(start: Ints, breaks: Mask, before: Ints) -> Ints:
    """Return, for each entry of a window, the cell of the previous entry.

    Row 2 t holds the entries of slice t, row 2 t + 1 the break before it, and row 2 T silence.
    """
    slices, voices = start.shape
    voice = np.arange(voices)
    came = np.where(before < 0, 2 * slices, 2 * before)[:, None] * voices + voice
    below = np.full((2 * slices + 1, voices), 2 * slices * voices) + voice
    rows = start // voices
    below[0 : 2 * slices : 2] = np.where(breaks.take(start), (2 * rows + 1) * voices + voice, came.take(start))
    below[1 : 2 * slices : 2] = came
    return below


def _shifted(windows: Windows) -> Windows:
    silence = np.broadcast_to(_SILENCE[:, None], (*windows.shape[:-1], 1))
    return np.concatenate([windows[..., 1:], silence], axis=-1)
