"""The notes of one slice and the intervals between its voices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from theory.slices.context import (
    FIFTH,
    NONE,
    ROOT,
    SEVENTH,
    SIXTH,
    TENSION,
    THIRD,
    Context,
    Ranges,
    Values,
    look_up,
    voice_pairs,
)
from theory.slices.layout import voices_apart
from theory.types import Ints, Mask
from theory.values import Value

BEAT = 0.25  # metrical strength of a beat
FOUR = 4  # voices
UNISON_VOICES = 3
# lowest MIDI number at which the lower note of an interval still sounds clear, indexed by semitones; 0: no limit
LOW_INTERVAL_LIMITS = np.array([0, 52, 51, 48, 46, 46, 46, 34, 41, 41, 41, 41, 0, 40, 39, 0])


@dataclass(frozen=True, eq=False, repr=False)
class Verticality(Value):
    """The notes of one slice, in their context."""

    midi: Ints  # (..., V) MIDI number, negative if the voice is silent
    letter: Ints  # (..., V) staff position
    attack: Mask  # (..., V) a note begins
    context: Context
    ranges: Ranges | None = None

    @property
    def voices(self) -> int:
        """Number of voices."""
        return self.midi.shape[-1]

    def at(self, index: Any) -> Verticality:
        """Return the slices at an index into the leading axes."""
        midi, letter, attack = (voices_apart(each[index]) for each in (self.midi, self.letter, self.attack))
        return Verticality(midi, letter, attack, self.context.at(index), self.ranges)

    @cached_property
    def sounding(self) -> Mask:
        """(..., V) The voice sounds."""
        return self.midi >= 0

    @cached_property
    def pitch_class(self) -> Ints:
        """(..., V) Pitch class of each note; meaningless for a silent voice."""
        return self.midi % 12

    @cached_property
    def role(self) -> Ints:
        """(..., V) Role of each note in the chord; NONE for a non-chord tone, a silent voice or no chord."""
        return np.where(self.sounding, look_up(self.context.role, self.pitch_class), NONE)

    @cached_property
    def foreign(self) -> Mask:
        """(..., V) Non-chord tones."""
        return self.sounding & (self.role == NONE) & self.context.present[..., None]

    @cached_property
    def member(self) -> Mask:
        """(..., V) Chord tones."""
        return np.not_equal(self.role, NONE)

    @cached_property
    def degree(self) -> Ints:
        """(..., V) Semitones of each note above the tonic, 0 to 11."""
        return (self.pitch_class - self.context.tonic[..., None]) % 12

    @cached_property
    def altered(self) -> Mask:
        """(..., V) Major thirds and augmented fifths outside the scale, and both tones of an augmented sixth."""
        above = (self.pitch_class - self.context.root[..., None]) % 12
        raised = (self.plays(THIRD) & (above == 4)) | (self.plays(FIFTH) & (above == 8))
        return (raised & ~look_up(self.context.scale, self.pitch_class)) | self._in_augmented_sixth

    @cached_property
    def _in_augmented_sixth(self) -> Mask:
        found = np.zeros_like(self.sounding)
        for pair, voices in enumerate(zip(*voice_pairs(self.voices), strict=True)):
            for voice in voices:
                found[..., voice] |= self.pair.augmented_sixth[..., pair]
        return found

    @cached_property
    def avoided(self) -> Mask:
        """(..., V) Non-chord tones a semitone above a chord tone, except b9 and b13 of a dominant."""
        harsh = self.context.role != NONE
        stable = (self.context.role == ROOT) | (self.context.role == FIFTH)
        harsh &= ~(stable & self.context.minor_seventh[..., None])
        return self.foreign & look_up(np.roll(harsh, 1, axis=-1), self.pitch_class)

    @cached_property
    def leading(self) -> Mask:
        """(..., V) Notes that are the chord's leading tone."""
        return self.sounding & (self.pitch_class == self.context.leading[..., None])

    @cached_property
    def lowest(self) -> Ints:
        """(...) MIDI number of the lowest sounding note, 999 in silence."""
        return np.where(self.sounding, self.midi, 999).min(axis=-1)

    @cached_property
    def bass_role(self) -> Ints:
        """(...) Role of the lowest sounding note in the chord."""
        return np.where(self.sounding & (self.midi == self.lowest[..., None]), self.role, 0).max(axis=-1)

    @cached_property
    def bass_chosen(self) -> Mask:
        """(...) The lowest note is not the bass of the chord symbol, and the note or the chord begins here."""
        begins = (self.attack & (self.midi == self.lowest[..., None])).any(axis=-1)
        own = self.lowest % 12 == self.context.bass
        return ~own & self.context.present & (begins | self.context.onset)

    @cached_property
    def triad(self) -> Mask:
        """(...) The chord is a triad."""
        more = self.context.has(SEVENTH) | self.context.has(SIXTH) | self.context.has(TENSION)
        return self.context.present & ~more

    @cached_property
    def diminished(self) -> Mask:
        """(...) The chord has a diminished fifth."""
        fifth = look_up(self.context.role, (self.context.root[..., None] + 6) % 12)
        return self.context.present & (fifth[..., 0] == FIFTH)

    @cached_property
    def six_four(self) -> Mask:
        """(...) The fifth of a triad is the lowest note."""
        return self.triad & (self.bass_role == FIFTH)

    @cached_property
    def lacks_usual_doubling(self) -> Mask:
        """(...) A triad in four voices begins without its usual doubling: root, in a six-four fifth, in viio6 third."""
        root = (self.bass_role == ROOT) & ~self.diminished & (self.count(ROOT) < 2)
        third = (self.bass_role == THIRD) & self.diminished & (self.count(THIRD) < 2)
        fifth = self.six_four & (self.count(FIFTH) < 2)
        return self.chord_begins & self.triad & (self.member.sum(axis=-1) == FOUR) & (root | third | fifth)

    @cached_property
    def too_low(self) -> Mask:
        """(..., P) The interval is too low to sound clear."""
        span = np.minimum(np.abs(self.pair.semitones), len(LOW_INTERVAL_LIMITS) - 1)
        lower = np.minimum(self.of_upper(self.midi), self.of_lower(self.midi))
        return self.pair.sounding & (lower < LOW_INTERVAL_LIMITS[span])

    @cached_property
    def chromatic(self) -> Mask:
        """(..., V) Notes that belong neither to the chord nor to the scale."""
        return self.foreign & ~look_up(self.context.scale, self.pitch_class)

    @cached_property
    def inverted(self) -> Mask:
        """(...) The lowest sounding note is not the chord's root."""
        return np.not_equal(self.bass_role, ROOT)

    @cached_property
    def in_unison(self) -> Mask:
        """(...) Three or more voices sound, all in unison or octaves, which is intended and not a fault."""
        classes = np.where(self.sounding, self.pitch_class, -1)
        alike = (classes == classes.max(axis=-1, keepdims=True)) | ~self.sounding
        return alike.all(axis=-1) & (self.sounding.sum(axis=-1) >= UNISON_VOICES)

    @cached_property
    def sounds(self) -> Mask:
        """(..., 12) The pitch class sounds."""
        return _unpacked(self._sounding_classes)

    def among_sounding(self, pitch_class: Ints) -> Mask:
        """(..., n) The given pitch classes (..., n) sound in any voice."""
        return np.not_equal(self._sounding_classes[..., None] >> pitch_class & 1, 0)

    def plays(self, role: int) -> Mask:
        """(..., V) Notes with this role in the chord."""
        return np.equal(self.role, role)

    def count(self, role: int) -> Ints:
        """(...) Number of voices with this role in the chord."""
        return self.plays(role).sum(axis=-1)

    @cached_property
    def absent(self) -> Mask:
        """(..., 12) Pitch classes that do not sound and are not a step away from a non-chord tone.

        Such a non-chord tone may be a suspension or an appoggiatura that stands in for the pitch class.
        """
        foreign = self._classes(self.foreign)
        stood_for = np.bitwise_or.reduce([foreign << step | foreign >> 12 - step for step in (1, 2, 10, 11)])
        return ~_unpacked(self._sounding_classes | stood_for)

    @cached_property
    def _sounding_classes(self) -> Ints:
        return self._classes(self.sounding)

    def _classes(self, notes: Mask) -> Ints:
        """(...) The pitch classes of the marked notes, one bit for each."""
        return np.bitwise_or.reduce(notes << self.pitch_class, axis=-1)

    def lacks(self, role: int) -> Mask:
        """(...) A chord tone with this role is `absent`."""
        return ((self.context.role == role) & self.absent).any(axis=-1)

    @cached_property
    def chord_begins(self) -> Mask:
        """(...) A chord begins here, and at least three voices sound."""
        return self.context.present & self.context.onset & (self.sounding.sum(axis=-1) >= 3)

    @cached_property
    def fresh(self) -> Mask:
        """(..., P) The slice is on a beat, and a note of the pair begins there, or the chord does."""
        begins = self.of_upper(self.attack) | self.of_lower(self.attack) | self.context.onset[..., None]
        return begins & (self.context.strength >= BEAT)[..., None]

    @cached_property
    def on_beat(self) -> Mask:
        """(..., V) Notes that begin on a beat."""
        return self.sounding & self.attack & (self.context.strength >= BEAT)[..., None]

    @cached_property
    def bass_differs(self) -> Mask:
        """(...) The lowest part sounds, and the lowest note is not the bass of the chord symbol."""
        return self.sounding[..., -1] & (self.lowest % 12 != self.context.bass)

    @cached_property
    def subtonic(self) -> Mask:
        """(..., V) Notes a whole tone below the tonic."""
        return self.sounding & (self.pitch_class == (self.context.tonic[..., None] + 10) % 12)

    @cached_property
    def outside_comfort(self) -> Mask:
        """(..., V) Notes that begin here outside the comfortable range."""
        return self._beyond(self.ranges.low, self.ranges.high) if self.ranges else np.zeros_like(self.sounding)

    @cached_property
    def outside_range(self) -> Mask:
        """(..., V) Notes that begin here outside the absolute range."""
        return self._beyond(self.ranges.lowest, self.ranges.highest) if self.ranges else np.zeros_like(self.sounding)

    def _beyond(self, low: Ints, high: Ints) -> Mask:
        return self.sounding & self.attack & ((self.midi < low) | (self.midi > high))

    def of_upper(self, fact: Values) -> Values:
        """Return a fact of voices (..., V) for the upper voice of each pair, shape (..., P)."""
        return fact[..., voice_pairs(self.voices)[0]]

    def of_lower(self, fact: Values) -> Values:
        """Return a fact of voices (..., V) for the lower voice of each pair, shape (..., P)."""
        return fact[..., voice_pairs(self.voices)[1]]

    def both(self, fact: Mask) -> Mask:
        """Return the pairs (..., P) for which a fact (..., V) is true of both voices."""
        return self.of_upper(fact) & self.of_lower(fact)

    @cached_property
    def attack_together(self) -> Mask:
        """(..., P) Both voices begin a note."""
        return self.both(self.attack & self.sounding)

    @cached_property
    def dissonance(self) -> Mask:
        """(..., P) Seconds, sevenths, augmented and diminished intervals; between upper voices no fourth or tritone.

        A fourth counts only above the lowest note. So does a tritone: between upper voices that are both consonant
        with the lowest note it only makes a sixth chord, viio6.
        """
        bare = np.minimum(self.of_upper(self.midi), self.of_lower(self.midi)) > self.lowest[..., None]
        return self.pair.sounding & ~self.pair.consonant & ~((self.pair.fourth | self.pair.tritone) & bare)

    @property
    def in_two_voices(self) -> bool:
        """Whether the texture has exactly two voices."""
        return self.voices == 2

    @property
    def adjacent(self) -> Mask:
        """(P,) Pairs of neighbouring parts."""
        upper, lower = voice_pairs(self.voices)
        return lower == upper + 1

    @property
    def outer(self) -> Mask:
        """(P,) The pair of the highest and the lowest part."""
        return self.with_bass & (voice_pairs(self.voices)[0] == 0)

    @property
    def with_bass(self) -> Mask:
        """(P,) Pairs that include the lowest part."""
        return voice_pairs(self.voices)[1] == self.voices - 1

    @cached_property
    def pair(self) -> Pairs:
        """Intervals of every pair of voices."""
        return Pairs(
            self.of_upper(self.midi) - self.of_lower(self.midi),
            self.of_upper(self.letter) - self.of_lower(self.letter),
            self.both(self.sounding),
        )


def _unpacked(classes: Ints) -> Mask:
    """Return a mask (..., 12) of pitch classes from numbers (...) with one bit for each."""
    # the pitch classes come first in memory: numpy reduces a short last axis slowly
    return np.moveaxis(np.bitwise_and.outer(1 << np.arange(12), classes) > 0, 0, -1)


@dataclass(frozen=True, eq=False, repr=False)
class Pairs(Value):
    """Intervals of every pair of voices, upper minus lower voice; they are negative if the voices cross."""

    semitones: Ints  # (..., P)
    steps: Ints  # (..., P) staff positions
    sounding: Mask  # (..., P) both voices sound

    @cached_property
    def _size(self) -> Ints:
        """(..., P) Staff positions and semitones of the simple interval as one number, -1 if a voice is silent."""
        size = 12 * (np.abs(self.steps) % 7) + np.abs(self.semitones) % 12
        return np.where(self.sounding, size, -1)

    def _is(self, steps: int, semitones: int) -> Mask:
        return np.equal(self._size, 12 * steps + semitones)

    @cached_property
    def perfect_fifth(self) -> Mask:
        """(..., P) Perfect fifths and their compounds."""
        return self._is(4, 7)

    @cached_property
    def diminished_fifth(self) -> Mask:
        """(..., P) Diminished fifths and their compounds."""
        return self._is(4, 6)

    @cached_property
    def tritone(self) -> Mask:
        """(..., P) Augmented fourths, diminished fifths and their compounds."""
        return self._is(3, 6) | self.diminished_fifth

    @cached_property
    def unison(self) -> Mask:
        """(..., P) Unisons."""
        return self.sounding & (self.semitones == 0) & (self.steps == 0)

    @cached_property
    def octave(self) -> Mask:
        """(..., P) Octaves and their compounds, without unisons."""
        return self.octave_or_unison & ~self.unison

    @cached_property
    def octave_or_unison(self) -> Mask:
        """(..., P) Unisons, octaves and their compounds."""
        return self._is(0, 0)

    @cached_property
    def crossed(self) -> Mask:
        """(..., P) Voice crossing: the upper part sounds below the lower one."""
        return self.sounding & (self.semitones < 0)

    @cached_property
    def half_step(self) -> Mask:
        """(..., P) Semitones, minor ninths and their compounds."""
        return self.sounding & (np.abs(self.semitones) % 12 == 1)

    @cached_property
    def altered(self) -> Mask:
        """(..., P) The notes have one letter and differ by a half step, in any octave: F and F#."""
        return self._is(0, 1) | self._is(0, 11)

    @cached_property
    def fourth(self) -> Mask:
        """(..., P) Perfect fourths and their compounds."""
        return self._is(3, 5)

    @cached_property
    def perfect(self) -> Mask:
        """(..., P) Unisons, perfect fifths, octaves and their compounds."""
        return self.octave_or_unison | self.perfect_fifth

    @cached_property
    def third(self) -> Mask:
        """(..., P) Minor and major thirds and their compounds."""
        return self._is(2, 3) | self._is(2, 4)

    @cached_property
    def sixth(self) -> Mask:
        """(..., P) Minor and major sixths and their compounds."""
        return self._is(5, 8) | self._is(5, 9)

    @cached_property
    def consonant(self) -> Mask:
        """(..., P) Perfect consonances, thirds and sixths; the fourth is not included, see `dissonance`."""
        return self.perfect | self.third | self.sixth

    @cached_property
    def augmented_sixth(self) -> Mask:
        """(..., P) Augmented sixths and their compounds, with the raised tone on top; not diminished thirds."""
        return self._is(5, 10) & (self.steps > 0)

    @cached_property
    def minor_ninth(self) -> Mask:
        """(..., P) Minor ninths and their compounds; not minor seconds."""
        return self._is(1, 1) & (np.abs(self.semitones) > 12)
