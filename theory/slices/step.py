"""One voice's last four attacks, and how the next slice moves that window on.

The checker walks a score with `advance_steps`, the search its candidates: one definition, any
leading axes.
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
_MORE_THAN_ANY = 512  # semitones that no interval has
MIDI, LETTER, MARKS, HARMONY = range(4)
FOREIGN, MEMBER, AVOIDED = 1, 2, 4  # marks of a note, each one bit; what it was anywhere while it sounds stays
Windows = Ints32  # small numbers: the search moves very many windows on
_SILENCE = np.array([-1, -1, 0, 0], dtype=np.int32)


@dataclass(frozen=True, eq=False, repr=False)
class Step(Value):
    """Each voice's last four attacks, oldest first; a rest or a phrase end counts as one silent attack.

    A rule over Steps is decided where a voice attacks (``attacked``) or a phrase closes.
    """

    notes: Windows  # (..., V, 4, 4) of each attack: MIDI number (-1 is silence), staff position, marks, harmony
    attacked: Mask  # (..., V) the last of the four begins in this slice
    closing: Mask  # (...) a phrase ends with this slice

    @property
    def midi(self) -> Windows:
        """(..., V, 4) MIDI numbers, -1 for silence."""
        return self.notes[..., MIDI, :]

    @property
    def letter(self) -> Windows:
        """(..., V, 4) staff positions."""
        return self.notes[..., LETTER, :]

    @property
    def foreign(self) -> Mask:
        """(..., V, 4) the note was, or was held into, no chord member."""
        return self._marked(FOREIGN)

    @property
    def avoided(self) -> Mask:
        """(..., V, 4) the note began on a beat as one to avoid, and was not held into a chord that has it."""
        return self._marked(AVOIDED) & ~self._marked(MEMBER)

    def _marked(self, mark: int) -> Mask:
        return np.not_equal(self.notes[..., MARKS, :] & mark, 0)

    @property
    def same_harmony(self) -> Mask:
        """(..., V) the last two notes lie in one known harmony."""
        harmony = self.notes[..., HARMONY, :]
        return (harmony[..., -1] == harmony[..., -2]) & (harmony[..., -1] > 0)

    def at(self, index: Any) -> Step:
        """Return the windows at an index of the leading axes."""
        return Step(self.notes[index], self.attacked[index], self.closing[index])

    def known(self, notes: int) -> Mask:
        """Where the last so many attacks are notes and a new one is made."""
        return self.attacked & (self.midi[..., -notes:] >= 0).all(axis=-1)

    def leap(self, back: int = 1) -> Windows:
        """Semitones of the last melodic interval, or of the one so many before it."""
        return self.midi[..., -back] - self.midi[..., -back - 1]

    def stepwise(self, back: int = 1) -> Mask:
        """Where the last melodic interval (or an earlier one) is a second."""
        size = np.abs(self.leap(back))
        return (size >= 1) & (size <= 2) & (self.midi[..., -back] >= 0) & (self.midi[..., -back - 1] >= 0)

    def reached(self, back: int = 1) -> Mask:
        """Where an attack is reached by step, or repeats a chord member: passing tone, neighbour, suspension."""
        repeats = (self.leap(back) == 0) & ~self.foreign[..., -back - 1]
        return self.stepwise(back) | repeats

    def left(self, back: int = 2) -> Mask:
        """Where an earlier attack is left by step, or repeated as a chord member: appoggiatura, anticipation."""
        repeats = (self.leap(back - 1) == 0) & ~self.foreign[..., -back + 1]
        return self.stepwise(back - 1) | repeats

    @property
    def steps_back(self) -> Mask:
        """Where the last move is a step against the direction of the one before it."""
        return self.stepwise() & (np.sign(self.leap()) == -np.sign(self.leap(2)))

    def wider_than(self, semitones: int, back: int = 1) -> Mask:
        """Where the last melodic interval (or an earlier one) spans more than so many semitones."""
        return np.abs(self.leap(back)) > semitones

    def is_interval(self, *names: str, back: int = 1) -> Mask:
        """Where the last melodic interval (or an earlier one) has one of these names, as ``A4``; either direction."""
        steps, semitones = self.letter[..., -back] - self.letter[..., -back - 1], self.leap(back)
        size = np.abs(_in_one(steps, semitones))
        wanted = (Interval.parse(name) for name in names)
        found = [size == _in_one(interval.steps, interval.semitones) for interval in wanted]
        return np.logical_or.reduce(found) & self.known(back + 1)


def _in_one(steps: Any, semitones: Any) -> Any:
    """Return steps and semitones of intervals as one number each; the interval turned round has its negative."""
    return _MORE_THAN_ANY * steps + semitones


def begin_steps(leading: tuple[int, ...], voices: int) -> Step:
    """Return the windows before the first slice: silence."""
    notes = np.broadcast_to(_SILENCE[:, None], (*leading, voices, 4, WINDOW))
    return Step(notes, np.zeros((*leading, voices), dtype=bool), np.zeros(leading, dtype=bool))


def advance_steps(steps: Step, vertical: Verticality, boundary: Mask) -> Step:
    """Return the windows moved on by one slice.

    An attack shifts a voice's window; the marks of a note are those of all slices that hold it;
    a rest, and a phrase end before a new attack, count as one silent attack, so that what follows is
    not joined to what was. ``boundary`` (...) says where a phrase ends before the slice.
    """
    notes, begins = move_on(steps.notes, notes_of(vertical), vertical.attack, boundary)
    return Step(notes, begins, np.broadcast_to(vertical.context.closing, begins.shape[:-1]))


def notes_of(vertical: Verticality) -> Windows:
    """Return what a window keeps of each voice's note, (..., V, 4): MIDI, staff position, marks, harmony."""
    notes = empty_apart(vertical.midi.shape[:-1], vertical.voices, len(_SILENCE), dtype=_SILENCE.dtype)
    notes[..., MIDI], notes[..., LETTER] = vertical.midi, vertical.letter
    notes[..., MARKS] = FOREIGN * vertical.foreign + MEMBER * vertical.member
    if vertical.foreign.any():
        notes[..., MARKS] += AVOIDED * (vertical.avoided & vertical.on_beat)
    notes[..., HARMONY] = vertical.context.harmony[..., None]
    np.copyto(notes, _SILENCE, where=~vertical.sounding[..., None])
    return notes


def move_on(windows: Windows, notes: Windows, attack: Mask, boundary: Mask) -> tuple[Windows, Mask]:
    """Return windows (..., V, 4, 4) moved on by notes (..., V, 4), and which voices begin a note."""
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
    """Return where voices (..., V) begin a note, and where their line breaks off first."""
    sounding = midi >= 0
    begins = sounding & (attack | (before != midi))
    return begins, (before >= 0) & (~sounding | (begins & np.asarray(boundary)[..., None]))


def walk(notes: Windows, attack: Mask, boundary: Mask, before: Ints) -> tuple[Windows, Mask]:
    """Return what `move_on` makes of a whole tree of slices, all at once: windows (T, V, 4, 4) and begun notes.

    Parameters
    ----------
    notes, attack
        Notes (T, V, 4) and attacks (T, V) of the slices.
    boundary
        Where a phrase ends before a slice, (T,).
    before
        The slice that each one follows, (T,); -1 where it is the first. Following it, one comes to a first one.
    """
    slices, voices = attack.shape
    first, voice = (before < 0)[:, None], np.arange(voices)
    midi = np.where(first, -1, notes[before, :, MIDI])
    begins, breaks = _entries(midi, notes[..., MIDI], attack, boundary)
    # cells are counted through: slice * voices + voice
    cells, held = np.arange(slices)[:, None] * voices + voice, before[:, None] * voices + voice
    start, marks = _followed(np.where(begins | breaks | first, cells, held), notes[..., MARKS])
    below = _entries_below(start, breaks & begins, before)
    values = np.full((2 * slices + 1, voices, 4), _SILENCE, dtype=_SILENCE.dtype)
    values[0 : 2 * slices : 2] = notes
    values[0 : 2 * slices : 2, :, MARKS] = marks
    entry = 2 * np.arange(slices)[:, None] * voices + voice
    entries = np.empty((slices, voices, WINDOW), dtype=np.int64)
    for place in reversed(range(WINDOW)):
        entries[..., place] = entry
        entry = below.take(entry)
    return values.reshape(-1, values.shape[-1]).take(entries, axis=0).swapaxes(-1, -2), begins


def _followed(pointer: Ints, marks: Windows) -> tuple[Ints, Windows]:
    """Return the cell where each note began, by pointers to cells before, and its marks from anywhere on the way."""
    while True:
        further = pointer.take(pointer)
        marks = marks | marks.take(pointer)
        if (further == pointer).all():
            return pointer, marks
        pointer = further


def _entries_below(start: Ints, breaks: Mask, before: Ints) -> Ints:
    """Return the cell of the entry under each one.

    Row 2 t of the entries is what slice t has, row 2 t + 1 the break before it, row 2 T silence for ever.
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
