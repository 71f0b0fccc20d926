"""From masks to events: what a rule marks, told once, with its place, voices and notes.

A crossing is one event until it is uncrossed; what voices in unison do together is one event, which names
all of them; a seam that is entered from two places tells the same thing once.
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

# what unison passages cannot help: parallels, overlap, and chords left incomplete
_NOT_IN_UNISON = frozenset(
    {"VL102", "VL103", "VL105", "VL108", "VL203", "VL204", "VL302", "HA103", "HA104", "HA105", "HA106", "HA107"}
    | {"HA108", "HA201"}
)


@dataclass(frozen=True)
class Event:
    """One thing that a rule marks: the slice, the voices, their notes, and how to say them."""

    slice_: int
    voices: tuple[int, ...]
    notes: tuple[str, ...]
    text: str
    boundary: bool = False  # a phrase ends between the two slices
    before: int = -1  # the earlier slice of a motion


def events_of(rule: Rule, windows: Windows, skipped: Mask | None = None) -> list[Event]:
    """Return what a steering rule finds, in order; ``skipped`` voices, in each slice (T, V), only double others."""
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
    """Return the windows that a rule looks at."""
    if issubclass(rule.scope, Verticality):
        return windows.verticality
    return windows.motion if issubclass(rule.scope, Motion) else windows.step


def _without(mask: Mask, rule: Rule, windows: Windows, skipped: Mask) -> Mask:
    """Return the mask without what concerns voices that only double others."""
    if rule.per == "whole":
        return mask
    voices = skipped if issubclass(rule.scope, Verticality) else skipped[windows.pairs[1]]
    upper, lower = voice_pairs(voices.shape[1])
    return mask & ~(voices if rule.per == "voice" else voices[:, upper] | voices[:, lower])


def _first_of_runs(mask: Mask, firsts: Sequence[int]) -> Mask:
    """Return where marks along the leading axis begin; none goes on from one score to the next."""
    goes_on = np.zeros_like(mask)
    goes_on[1:] = mask[:-1]
    goes_on[list(firsts)] = False
    return mask & ~goes_on


def _voices(rule: Rule, place: int, texture: Texture, slice_: int) -> tuple[int, ...]:
    if rule.per == "voice":
        return (place,)
    if rule.per == "pair":
        upper, lower = voice_pairs(texture.shape[1])
        return int(upper[place]), int(lower[place])
    return tuple(voice for voice in range(texture.shape[1]) if texture.pitch[slice_, voice] >= 0)


def _name(texture: Texture, slice_: int, voice: int) -> str:
    return _spelled(int(texture.pitch[slice_, voice]), int(texture.fifths[slice_, voice]))


@lru_cache(maxsize=1024)
def _spelled(midi: int, fifths: int) -> str:
    return str(Pitch.spelled(midi, fifths))


def _of_slices(rule: Rule, mask: Mask, texture: Texture) -> Iterator[Event]:
    told: dict[tuple[int, object], set[int]] = {}  # what doubles one tone is one event, in however many voices
    for slice_, place in np.argwhere(mask).tolist():
        voices = _voices(rule, place, texture, slice_)
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
    for place_in_time, place in np.argwhere(mask).tolist():
        slices = int(before[place_in_time]), int(after[place_in_time])
        voices = _voices(rule, place, windows.texture, slices[1])
        notes = [[_name(windows.texture, slice_, voice) for slice_ in slices] for voice in voices]
        text = " over ".join("-".join(pair) for pair in notes)
        boundary = bool(windows.boundary[place_in_time])
        yield Event(slices[1], voices, tuple(note for pair in notes for note in pair), text, boundary, slices[0])


def _of_steps(rule: Rule, mask: Mask, windows: Windows) -> Iterator[Event]:
    before, after = windows.pairs
    for place_in_time, voice in np.argwhere(mask).tolist():
        midi, letter = (values[place_in_time, voice] for values in (windows.step.midi, windows.step.letter))
        wanted = range(-2 - rule.back, 0)
        notes = tuple(_pitch_name(int(midi[back]), int(letter[back])) for back in wanted if midi[back] >= 0)
        slice_ = int(after[place_in_time])
        if rule.back or not windows.step.attacked[place_in_time, voice]:  # a phrase closes on a note begun before
            slice_ = _attack_at(windows, int(before[place_in_time]), voice)
        yield Event(slice_, (voice,), notes, "-".join(notes))


def _attack_at(windows: Windows, slice_: int, voice: int) -> int:
    """Return the slice in which the note that a voice sings begins."""
    while slice_ not in windows.firsts and not windows.texture.attack[slice_, voice]:
        slice_ -= 1
    return slice_


@lru_cache(maxsize=1024)
def _pitch_name(midi: int, letter: int) -> str:
    return str(Pitch.on_staff(midi, letter))
