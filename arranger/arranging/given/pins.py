"""Pins: notes and chords that an arrangement must have, and notes that it must not have.

A pin is one line of text. ``alto 12.3 = A4`` says which note the alto has in bar 12 on beat 3, ``tenor 9-12 = F#4`` as
a forbidden note that the tenor does not have it in these bars (without a place: nowhere), and ``14.1 = Am7`` as a
chord that Am7 begins in bar 14. Pitches are as they sound, in the key of the arrangement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from arranger.arranging.given.places import Span, parse_spans, place
from arranger.arranging.plan import Plan
from arranger.arranging.rhythm import GIVEN, HOLD, MAY, MUST, REST_MODE
from theory.notation.chord import ChordSymbol
from theory.notation.pitch import Pitch
from theory.notation.score import Harmony, Score
from theory.tables import matches, nearest
from theory.types import Floats, Ints

UNPINNED = 1000.0  # nats for a note against a pin, more than all rules together cost
_VOICE = re.compile(r"\s*(?P<part>[^=]*?)(?:\s+(?P<place>[\w.]+(?:\s*-\s*[\w.]+)?))?\s*=\s*(?P<value>.+?)\s*")
_CHORD = re.compile(r"\s*(?P<place>\w+(?:\.[\d.]+)?)\s*=\s*(?P<value>.+?)\s*")


class PinError(ValueError):
    """A pin that cannot be read or has no place; the message quotes it."""


@dataclass(frozen=True, slots=True)
class Pins:
    """The pins of an arrangement, as text."""

    notes: tuple[str, ...] = ()  # "alto 12.3 = A4"
    forbidden: tuple[str, ...] = ()  # "tenor 9-12 = F#4", "tenor = F#4"
    chords: tuple[str, ...] = ()  # "14.1 = Am7"

    def __bool__(self) -> bool:
        return bool(self.notes or self.forbidden or self.chords)

    def __add__(self, other: Pins) -> Pins:
        """Return both; of two pins for one place, the one of ``other`` is kept."""
        return Pins(
            _latest((*self.notes, *other.notes)),
            tuple(dict.fromkeys((*self.forbidden, *other.forbidden))),
            _latest((*self.chords, *other.chords)),
        )


@dataclass(frozen=True, slots=True)
class PinnedNote:
    """A pin of one voice, found in a score."""

    text: str
    voice: int
    span: Span
    pitch: Pitch


def _latest(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the texts, of those for one place only the last."""
    return tuple({" ".join(text.partition("=")[0].lower().split()): text for text in texts}.values())


def pinned_notes(texts: Sequence[str], score: Score, voices: Sequence[str]) -> Iterator[PinnedNote]:
    """Yield the pins of notes, or forbidden notes, of the named voices; one without a place is for the whole score.

    Raises ValueError, which quotes the pin, if it cannot be read or has no place in the score.
    """
    for text in texts:
        match = _VOICE.fullmatch(text)
        if match is None or not match["part"]:
            raise PinError(f"pin {text!r}: write part, place and pitch, such as 'alto 12.3 = A4'")
        try:
            voice = voice_named(match["part"], voices)
            whole = (Span(Fraction(0), score.end_quarter),)
            spans = parse_spans(match["place"], score) if match["place"] else whole
            pitches = [Pitch.parse(each) for each in match["value"].replace(",", " ").split()]
        except ValueError as error:
            raise PinError(f"pin {text!r}: {error}") from error
        for span in spans:
            for pitch in pitches:
                yield PinnedNote(text, voice, span, pitch)


def voice_named(name: str, voices: Sequence[str]) -> int:
    """Return the index of the voice with a name or its beginning. Raises ValueError if there is none, or several."""
    wanted, names = name.strip().lower(), [voice.lower() for voice in voices]
    found = matches(wanted, names)
    if len(found) != 1:
        several = f"; {' or '.join(voices[index] for index in found)}?" if found else f"; {nearest(wanted, names)}"
        raise ValueError(f"there is {'more than one' if found else 'no'} part {name.strip()!r}{several}")
    return found[0]


def pinned_times(pins: Pins, score: Score, voices: Sequence[str]) -> tuple[Fraction, ...]:
    """Return the times, in quarters, at which pinned notes and chords begin."""
    notes = [note.span.start_quarter for note in pinned_notes(pins.notes, score, voices)]
    return tuple(sorted({*notes, *(chord.onset_quarter for chord in pinned_chords(pins, score))}))


def pinned_chords(pins: Pins, score: Score) -> tuple[Harmony, ...]:
    """Return the pinned chords in order. Raises ValueError, which quotes the pin, if one cannot be read."""
    found = []
    for text in pins.chords:
        match = _CHORD.fullmatch(text)
        if match is None:
            raise PinError(f"chord {text!r}: write place and symbol, such as '14.1 = Am7'")
        try:
            found.append(Harmony(place(match["place"], score).start_quarter, ChordSymbol.parse(match["value"])))
        except ValueError as error:
            raise PinError(f"chord {text!r}: {error}") from error
    return tuple(sorted(found, key=lambda chord: chord.onset_quarter))


def with_pinned_chords(chords: Sequence[Harmony], pins: Pins, score: Score) -> tuple[Harmony, ...]:
    """Return chords with the pinned ones in place of those that begin at the same time."""
    pinned = pinned_chords(pins, score)
    taken = {chord.onset_quarter for chord in pinned}
    others = (chord for chord in chords if chord.onset_quarter not in taken)
    return tuple(sorted((*others, *pinned), key=lambda chord: chord.onset_quarter))


def with_pins(plan: Plan, pins: Pins) -> Plan:
    """Return a plan whose cells take the pinned notes only, and none of the forbidden ones.

    A pinned note begins where it is pinned, unless its voice has held it since before. Raises ValueError if a pin is
    for the tune, or for a voice that has two different pins at once.
    """
    if not (pins.notes or pins.forbidden):
        return plan
    mode, pinned, forbidden = plan.mode.copy(), dict(plan.pinned), dict(plan.forbidden)
    for note in pinned_notes(pins.notes, plan.score, plan.texture.voices):
        t = plan.texture.slice_at(note.span.start_quarter)
        cell = t, note.voice
        if mode[cell] == GIVEN and plan.texture.pitch[cell] != note.pitch.midi:
            raise PinError(f"pin {note.text!r}: this note of {plan.texture.voices[note.voice]} is given already")
        if pinned.get(cell, (note.pitch.midi,)) != (note.pitch.midi,):
            raise PinError(f"pin {note.text!r}: another pin asks for another note in the same place")
        if mode[cell] != GIVEN:
            mode[cell] = {HOLD: MAY, REST_MODE: MUST}.get(int(mode[cell]), int(mode[cell]))
            pinned[cell] = (note.pitch.midi,)
    for note in pinned_notes(pins.forbidden, plan.score, plan.texture.voices):
        for t, onset in enumerate(plan.texture.onset_quarter):
            if note.span.holds(onset):
                forbidden[t, note.voice] = (*forbidden.get((t, note.voice), ()), note.pitch.midi)
    return replace(plan, mode=mode, pinned=pinned, forbidden=forbidden)


def pin_costs(plan: Plan) -> Callable[[int, Ints], Floats]:
    """Return the cost (...) of verticalities (..., V) in a slice against pins, for notes that are held into it."""
    limited: dict[int, list[tuple[int, tuple[int, ...], bool]]] = {}
    for wanted, table in ((True, plan.pinned), (False, plan.forbidden)):
        for (t, voice), pitches in table.items():
            if plan.mode[t, voice] != GIVEN:
                limited.setdefault(t, []).append((voice, pitches, wanted))

    def pins(t: int, midi: Ints) -> Floats:
        cost = np.zeros(midi.shape[:-1])
        for voice, pitches, wanted in limited.get(t, ()):
            cost += UNPINNED * (np.isin(midi[..., voice], pitches) != wanted)
        return cost

    return pins
