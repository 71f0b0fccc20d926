"""The words of a term of the objective: what another note would do, and what a note does.

The words are in ``phrases.toml``, one entry for each rule that steers and each preference. What stands in braces there
is filled in from the score, so that a phrase never says more than the term does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from arranger.arranging.search.preferences import SPAN_SHARES
from arranger.editing.grounds import Grounds, Tone
from theory.notation.chord import ChordSymbol
from theory.notation.pitch import Interval, Pitch
from theory.slices.facts import NONE

_SIZES = (
    "unison", "second", "third", "fourth", "fifth", "sixth", "seventh", "octave", "ninth", "tenth", "eleventh",
    "twelfth",
)  # fmt: skip
_DEGREES = {1: "root", 2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh", 9: "ninth"} | {
    11: "eleventh", 13: "thirteenth"
}  # fmt: skip


_TRIAD = 3  # tones
_PASSING = {
    "": (0, 4, 7), "m": (0, 3, 7), "dim": (0, 3, 6), "7": (0, 4, 7, 10), "m7": (0, 3, 7, 10), "m7b5": (0, 3, 6, 10),
}  # fmt: skip  # chords that pass within another, in semitones above their roots


@dataclass(frozen=True)
class Phrase:
    """A term in words: after "would", as a thing, and the name of those that say the same."""

    would: str
    thing: str
    kin: str


@cache
def phrases() -> dict[str, Phrase]:
    """Return the phrases by code of a rule or name of a preference."""
    table = tomllib.loads((files(__package__) / "phrases.toml").read_text(encoding="utf-8"))
    entries = {name: texts for group in table.values() for name, texts in group.items()}
    return {name: Phrase(texts[0], texts[1], texts[2] if len(texts) > 2 else name) for name, texts in entries.items()}


def phrase_of(source: str) -> Phrase:
    """Return the words of a term.

    >>> phrase_of("doubled_third").thing
    'a doubled third'
    """
    return phrases()[source]


_GENERAL = {
    "other": "another voice",
    "chord": "a chord",
    "over": "",
    "leap": "of an upper voice",
    "missing": "a tone that it needs",
    "height": "high or low",
    "voice": "its voice",
    "role": "another tone",
    "apart": "closer together or farther apart",
    "before": "",
}


def in_general(source: str) -> str:
    """Return a term as a thing, without a place.

    >>> in_general("VL101"), in_general("leap")
    ('parallel fifths with another voice', 'the leap of an upper voice')
    """
    own = {"leap": "of the bass"} if source.startswith("bass") else {}
    return phrase_of(source).thing.format(**(_GENERAL | own))


@dataclass(frozen=True)
class Place:
    """A term at its place: a tone or another pitch in its stead, the slice, and the voices that a rule names."""

    grounds: Grounds
    tone: Tone
    pitch: Pitch  # that the voice has there
    slice: int
    voices: Sequence[int] = ()

    def filled(self, text: str) -> str:
        """Return a phrase with all that stands in braces."""
        slots: dict[str, Callable[[], str]] = {
            "other": self._other,
            "chord": self._chord,
            "over": self._over,
            "leap": self._leap,
            "missing": self._missing,
            "height": self._height,
            "apart": self._apart,
            "twin": lambda: self.twin,
            "before": lambda: "" if self.slice >= self.tone.end else " before it",
            "voice": lambda: self.grounds.name(self.tone.voice),
            "role": lambda: _without_article(role_of(self.grounds, self.pitch, self._t)),
        }
        for name, make in slots.items():
            if f"{{{name}}}" in text:
                text = text.replace(f"{{{name}}}", make())
        return text

    @property
    def _t(self) -> int:
        """The slice of the tone that is nearest to the place."""
        return min(max(self.slice, self.tone.first), self.tone.end - 1)

    def _other(self) -> str:
        others = [voice for voice in self.voices if voice != self.tone.voice]
        return " and ".join(self.grounds.name(voice) for voice in others) or "another voice"

    def _chord(self) -> str:
        chord = self.grounds.texture.chord[self.slice]
        return str(chord) if chord and not chord.is_no_chord else "the chord"

    def _over(self) -> str:
        return above_bass(self.grounds, self.tone.voice, self.pitch, self._t)

    def _leap(self) -> str:
        """Return the interval into the note, or out of it if the place lies behind it."""
        leaves = self.slice >= self.tone.end
        beside = self.grounds.after(self.tone) if leaves else self.grounds.before(self.tone)
        if beside is None:
            return "away"
        if leaves:
            return f"{moved(self.pitch, beside.pitch)} to {beside.pitch}"
        return f"{moved(beside.pitch, self.pitch)} from {beside.pitch}"

    def _missing(self) -> str:
        context = self.grounds.verticality.context
        chord = self.grounds.texture.chord[self.slice]
        midi = self.grounds.texture.pitch[self.slice].copy()
        if self.tone.first <= self.slice < self.tone.end:
            midi[self.tone.voice] = self.pitch.midi
        sounds = {int(each) % 12 for each in midi if each >= 0}
        lacks = [pc for pc in np.flatnonzero(context.essential[self.slice]).tolist() if pc not in sounds]
        if chord is None or not lacks:
            return "a tone that it needs"
        return " and ".join(f"its {degree_name(self.grounds, pc, self.slice)}" for pc in lacks)

    def _apart(self) -> str:
        midi, ranges = self.grounds.texture.pitch[self.slice].copy(), self.grounds.ranges
        if self.tone.first <= self.slice < self.tone.end:
            midi[self.tone.voice] = self.pitch.midi
        compass = int(ranges.tessitura_high[0] - ranges.tessitura_low[-1])
        return "closer together" if midi[0] - midi[-1] < SPAN_SHARES[0] * compass else "farther apart"

    @property
    def twin(self) -> str:
        """The printed number of the earlier bar that is the same as that of the place; empty if there is none."""
        opinion = self.grounds.opinion
        earlier = int(opinion.search.plan.recurs[self.slice]) if opinion else -1
        return self.grounds.score.bars[int(self.grounds.texture.bar[earlier])].number if earlier >= 0 else ""

    def _height(self) -> str:
        voice, ranges = self.tone.voice, self.grounds.ranges
        middle = (int(ranges.tessitura_low[voice]) + int(ranges.tessitura_high[voice])) / 2
        return "high" if self.pitch.midi > middle else "low"


def _without_article(role: str) -> str:
    return role.split(" of ")[0]


def degree_name(grounds: Grounds, pitch_class: int, t: int) -> str:
    """Return what a pitch class is in the chord of a slice: root, third, fourth of a sus4, ninth; empty if foreign."""
    chord = grounds.texture.chord[t]
    if chord is None or chord.is_no_chord or chord.root is None:
        return ""
    for tone in chord.tones:
        if (chord.root.pitch_class + tone.interval.semitones) % 12 == pitch_class:
            return _DEGREES.get(tone.interval.steps + 1, tone.role)
    return "bass" if chord.role_of(pitch_class) == "bass" else ""


def passing_chord(grounds: Grounds, t: int) -> ChordSymbol | None:
    """Return the triad or seventh chord that the voices form within another chord, None if they do not."""
    chord, midi, fifths = grounds.texture.chord[t], grounds.texture.pitch[t], grounds.texture.fifths[t]
    sounds = {int(m) % 12: Pitch.spelled(int(m), int(f)).tone for m, f in zip(midi, fifths, strict=True) if m >= 0}
    if chord is None or chord.root is None or len(sounds) < _TRIAD or all(chord.role_of(pc) for pc in sounds):
        return None
    for root in sounds:
        for quality, tones in _PASSING.items():
            if {(root + each) % 12 for each in tones} == set(sounds):
                return ChordSymbol.build(sounds[root], quality)
    return None


def role_of(grounds: Grounds, pitch: Pitch, t: int) -> str:
    """Return a note's role in the chord of a slice, such as ``the fifth of G7``; empty for a non-chord tone."""
    name = degree_name(grounds, pitch.midi % 12, t)
    chord = grounds.texture.chord[t]
    return f"the {name} of {chord}" if name else ""


def is_member(grounds: Grounds, pitch: Pitch, t: int) -> bool:
    """Whether a note belongs to the chord of a slice."""
    return bool(grounds.verticality.context.role[t][pitch.midi % 12] != NONE)


def above_bass(grounds: Grounds, voice: int, pitch: Pitch, t: int) -> str:
    """Return the interval of a note above the lowest other voice, such as ``a seventh above the bass``."""
    texture = grounds.texture
    others = [each for each in range(texture.shape[1]) if each != voice and texture.pitch[t, each] >= 0]
    if not others:
        return "alone"
    lowest = min(others, key=lambda each: int(texture.pitch[t, each]))
    bass = Pitch.spelled(int(texture.pitch[t, lowest]), int(texture.fifths[t, lowest]))
    side = "below" if pitch.midi < bass.midi else "above"
    return f"{sized(Interval.between(bass, pitch))} {side} {grounds.name(lowest)}"


def sized(interval: Interval) -> str:
    """Return an interval as a musician calls it; compounds beyond a twelfth are reduced.

    >>> [sized(Interval.parse(name)) for name in ("m7", "A4", "P8", "M10")]
    ['a seventh', 'an augmented fourth', 'an octave', 'a tenth']
    """
    steps = abs(interval.steps)
    while steps >= len(_SIZES):
        steps -= 7
    name = interval.name.lstrip("-")
    quality = {"A": "augmented ", "d": "diminished "}.get(name[0], "")
    word = f"{quality}{_SIZES[steps]}"
    return f"{'an' if word[0] in 'aeio' else 'a'} {word}"


def moved(start: Pitch, end: Pitch) -> str:
    """Return a motion in words.

    >>> moved(Pitch.parse("D4"), Pitch.parse("A4")), moved(Pitch.parse("E4"), Pitch.parse("C4"))
    ('up a fifth', 'down a third')
    """
    return f"{'up' if end.midi > start.midi else 'down'} {sized(Interval.between(start, end))}"
