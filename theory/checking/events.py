"""Turns the mask of a rule into events: faults with slice, voices and notes, each reported once.

A voice crossing is one event until the voices uncross. What several voices do in unison is one event that names all of
them. If a slice has two predecessors (at a repeat), an event that is found after both is reported once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from theory.notation.pitch import Pitch
from theory.rules.rule import Rule
from theory.slices.facts import Motion, Step, Verticality, voice_pairs
from theory.slices.texture import Texture
from theory.slices.windows import Windows
from theory.types import Mask

# rules that do not apply to unison passages: parallels, overlap, incomplete chords
_NOT_IN_UNISON = frozenset(
    {"VL102", "VL103", "VL105", "VL108", "VL203", "VL204", "VL302", "HA103", "HA104", "HA105", "HA106", "HA107"}
    | {"HA108", "HA201"}
)


@dataclass(frozen=True)
class Event:
    """One thing that a rule marks: the slice, the voices, their notes, and the notes as text."""

    slice_: int  # index
    voices: tuple[int, ...]
    notes: tuple[str, ...]
    text: str
    boundary: bool = False  # a phrase ends between the two slices
    before: int = -1  # index of the earlier slice of a motion

    def earlier(self, slices: int) -> Event:
        """Return the event counted from a later slice: scores that are checked together are joined end to end."""
        return replace(self, slice_=self.slice_ - slices, before=self.before - slices) if slices else self


def events_of(rule: Rule, windows: Windows, skipped: Mask | None = None) -> list[Event]:
    """Return the events of a rule that the search can use; ``skipped`` (T, V) marks voices that only double others."""
    mask = np.asarray(rule(window_of(rule, windows)))
    if skipped is not None:
        mask = _without(mask, rule, windows, skipped)
    if not mask.any():
        return []
    if issubclass(rule.scope, Verticality):
        lasts = rule.per == "pair" and rule.lasts
        found = _of_slices(rule, _first_of_runs(mask, windows.firsts) if lasts else mask, windows.texture)
    elif issubclass(rule.scope, Motion):
        found = _of_motions(rule, mask, windows)
    else:
        found = _of_steps(rule, mask, windows)
    in_unison = windows.verticality.in_unison
    told: dict[tuple[int, tuple[str, ...], bool], Event] = {}
    for event in found:
        if rule.code in _NOT_IN_UNISON and in_unison[event.slice_] and in_unison[event.before]:
            continue
        same = told.setdefault((event.slice_, event.notes, event.boundary), event)
        if same is not event:
            voices = tuple(sorted({*same.voices, *event.voices}))
            told[event.slice_, event.notes, event.boundary] = replace(same, voices=voices)
    return list(told.values())


def window_of(rule: Rule, windows: Windows) -> Verticality | Motion | Step:
    """Return the windows of a rule's scope."""
    if issubclass(rule.scope, Verticality):
        return windows.verticality
    return windows.motion if issubclass(rule.scope, Motion) else windows.step


def _without(mask: Mask, rule: Rule, windows: Windows, skipped: Mask) -> Mask:
    """Return the mask without the voices that only double others."""
    if rule.per == "whole":
        return mask
    voices = skipped if issubclass(rule.scope, Verticality) else skipped[windows.pairs[1]]
    upper, lower = voice_pairs(voices.shape[1])
    return mask & ~(voices if rule.per == "voice" else voices[:, upper] | voices[:, lower])


def _first_of_runs(mask: Mask, firsts: Sequence[int]) -> Mask:
    """Return where runs of marks along the leading axis begin; no run continues into the next score."""
    goes_on = np.zeros_like(mask)
    goes_on[1:] = mask[:-1]
    goes_on[list(firsts)] = False
    return mask & ~goes_on


def _voices(rule: Rule, column: int, texture: Texture, slice_: int) -> tuple[int, ...]:
    if rule.per == "voice":
        return (column,)
    if rule.per == "pair":
        upper, lower = voice_pairs(texture.shape[1])
        return int(upper[column]), int(lower[column])
    return tuple(voice for voice in range(texture.shape[1]) if texture.pitch[slice_, voice] >= 0)


def _name(texture: Texture, slice_: int, voice: int) -> str:
    return _spelled(int(texture.pitch[slice_, voice]), int(texture.fifths[slice_, voice]))


@lru_cache(maxsize=1024)
def _spelled(midi: int, fifths: int) -> str:
    return str(Pitch.spelled(midi, fifths))


def _of_slices(rule: Rule, mask: Mask, texture: Texture) -> Iterator[Event]:
    told: dict[tuple[int, object], set[int]] = {}  # several voices that double one tone are one event
    for slice_, column in np.argwhere(mask).tolist():
        voices = _voices(rule, column, texture, slice_)
        classes = {int(texture.pitch[slice_, voice]) % 12 for voice in voices}
        told.setdefault((slice_, classes.pop() if rule.per == "pair" and len(classes) == 1 else voices), set()).update(
            voices
        )
    for (slice_, _), joined in told.items():
        notes = tuple(_name(texture, slice_, voice) for voice in sorted(joined))
        text = (" over " if rule.per == "pair" else " ").join(notes)
        yield Event(slice_, tuple(sorted(joined)), notes, text, before=slice_)


def _of_motions(rule: Rule, mask: Mask, windows: Windows) -> Iterator[Event]:
    before, after = windows.pairs
    for row, column in np.argwhere(mask).tolist():
        slices = int(before[row]), int(after[row])
        voices = _voices(rule, column, windows.texture, slices[1])
        notes = [[_name(windows.texture, slice_, voice) for slice_ in slices] for voice in voices]
        text = " over ".join("-".join(pair) for pair in notes)
        boundary = bool(windows.boundary[row])
        yield Event(slices[1], voices, tuple(note for pair in notes for note in pair), text, boundary, slices[0])


def _of_steps(rule: Rule, mask: Mask, windows: Windows) -> Iterator[Event]:
    before, after = windows.pairs
    for row, voice in np.argwhere(mask).tolist():
        midi, letter = (values[row, voice] for values in (windows.step.midi, windows.step.letter))
        wanted = range(-2 - rule.back, 0)
        notes = tuple(_pitch_name(int(midi[back]), int(letter[back])) for back in wanted if midi[back] >= 0)
        slice_ = int(after[row])
        if rule.back or not windows.step.attacked[row, voice]:  # the phrase closes on a held note
            slice_ = _attack_at(windows, int(before[row]), voice)
        yield Event(slice_, (voice,), notes, "-".join(notes))


def _attack_at(windows: Windows, slice_: int, voice: int) -> int:
    """Return the slice in which a voice's current note begins."""
    while slice_ not in windows.firsts and not windows.texture.attack[slice_, voice]:
        slice_ -= 1
    return slice_


@lru_cache(maxsize=1024)
def _pitch_name(midi: int, letter: int) -> str:
    return str(Pitch.on_staff(midi, letter))
