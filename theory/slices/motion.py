"""How two successive slices follow each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from theory.slices.context import FIFTH, SEVENTH, THIRD, Values
from theory.slices.verticality import FOUR, Verticality
from theory.types import Ints, Mask
from theory.values import Value


@dataclass(frozen=True, eq=False, repr=False)
class Motion(Value):
    """Two successive slices."""

    before: Verticality
    after: Verticality
    boundary: Mask  # (...) a phrase ends between them

    def at(self, index: Any) -> Motion:
        """Return the motions at an index of the leading axes."""
        return Motion(self.before.at(index), self.after.at(index), self.boundary[index])

    @cached_property
    def connected(self) -> Mask:
        """Voices that sound in both slices."""
        return self.before.sounding & self.after.sounding

    @cached_property
    def semitones(self) -> Ints:
        """(..., V) how far each voice moves; 0 where it rests in either slice."""
        return np.where(self.connected, self.after.midi - self.before.midi, 0)

    @cached_property
    def steps(self) -> Ints:
        """(..., V) how many staff positions each voice moves."""
        return np.where(self.connected, self.after.letter - self.before.letter, 0)

    @cached_property
    def moves(self) -> Mask:
        """Voices whose pitch changes."""
        return self.semitones != 0

    @cached_property
    def by_step(self) -> Mask:
        """Voices that move by a second."""
        return self.moves & (np.abs(self.semitones) <= 2)

    @cached_property
    def by_half_step(self) -> Mask:
        """Voices that move by a half step, up or down."""
        return np.abs(self.semitones) == 1

    @cached_property
    def direction(self) -> Ints:
        """(..., V) 1 up, -1 down, 0 stays."""
        return np.sign(self.semitones)

    @cached_property
    def both_move(self) -> Mask:
        """(..., P) both voices move, and not both only by octaves (that is no succession)."""
        return self.both(self.moves) & ~self.both(self.semitones % 12 == 0)

    @cached_property
    def similar(self) -> Mask:
        """(..., P) both voices move in the same direction."""
        return self.both_move & (self.of_upper(self.direction) == self.of_lower(self.direction))

    @cached_property
    def contrary(self) -> Mask:
        """(..., P) the voices move in opposite directions."""
        return self.both_move & (self.of_upper(self.direction) != self.of_lower(self.direction))

    @cached_property
    def leaps(self) -> Mask:
        """Voices that move by more than a second."""
        return self.moves & ~self.by_step

    @cached_property
    def all_similar(self) -> Mask:
        """(...) Four voices or more sound, and all of them move in one direction."""
        rise, fall = (self.direction > 0).all(axis=-1), (self.direction < 0).all(axis=-1)
        return np.logical_and(rise | fall, self.after.voices >= FOUR)

    @cached_property
    def falls_by_step(self) -> Mask:
        """Voices that move down by a second."""
        return self.by_step & (self.direction < 0)

    @cached_property
    def falls_by_leap(self) -> Mask:
        """Voices that move down by more than a second."""
        return self.leaps & (self.direction < 0)

    @cached_property
    def falls_covered_to_fifth(self) -> Mask:
        """Voices under another one that fall a third to the fifth of the next chord."""
        third = (self.semitones == -3) | (self.semitones == -4)
        covered = self.before.midi < self.before.midi.max(axis=-1, keepdims=True)
        return third & covered & self.after.plays(FIFTH)

    @cached_property
    def augmented_sixth_strays(self) -> Mask:
        """(..., P) at a new harmony a tone of an augmented sixth moves otherwise than outwards by a half step.

        The upper one may also slide down chromatically, into the seventh of a dominant.
        """
        rises = (self.semitones == 1) | ((self.semitones == -1) & (self.steps == 0))
        strays = self.of_upper(self.moves & ~rises) | self.of_lower(self.moves & (self.semitones != -1))
        return self.before.pair.augmented_sixth & strays & ~self.same_harmony[..., None]

    @cached_property
    def cadential_six_four(self) -> Mask:
        """(...) a six-four chord of the tonic goes to the dominant over a held bass."""
        dominant = (self.before.context.tonic + 7) % 12
        goes = (self.before.context.root == self.before.context.tonic) & (self.after.context.root == dominant)
        return self.before.six_four & goes & (self.before.lowest % 12 == self.after.lowest % 12)

    def strays_from(self, role: int) -> Mask:
        """(..., V) voices with this chord role that move, where neither they nor another one with it fall by step."""
        tones = self.before.plays(role)
        resolved = (tones & self.falls_by_step).any(axis=-1, keepdims=True)
        return tones & self.moves & ~resolved

    @cached_property
    def deceptive(self) -> Mask:
        """(...) the dominant goes to the chord a step above it."""
        dominant = self.before.context.root == (self.before.context.tonic + 7) % 12
        return dominant & (self.root_rises(1) | self.root_rises(2))

    @cached_property
    def retrogression(self) -> Mask:
        """(...) V or viio goes to ii or IV, or ii to I; not where a bass passes by step through a first inversion."""
        before, after = ((side.context.root - self.before.context.tonic) % 12 for side in (self.before, self.after))
        turns_back = np.isin(before, (7, 11)) & np.isin(after, (2, 5)) | ((before == 2) & (after == 0))
        passing = (self.after.bass_role == THIRD) & self.by_step[..., -1]
        return self.root_changes & turns_back & ~passing & ~self.after.six_four & ~self.boundary

    @cached_property
    def natural_rise(self) -> Mask:
        """Voices that in a minor key rise by step to the natural seventh degree, which the chord does not have."""
        seventh = self.after.foreign & (self.after.degree == 10)
        return self.by_step & (self.direction > 0) & seventh & self.before.context.minor_key[..., None]

    @cached_property
    def raised_fall(self) -> Mask:
        """Voices that in a minor key fall by step from a seventh to the raised sixth degree, neither in the chord."""
        sixth = self.after.foreign & (self.after.degree == 9) & ~self.before.member
        return self.falls_by_step & sixth & self.before.context.minor_key[..., None]

    @cached_property
    def stays_unison(self) -> Mask:
        """(..., P) unisons before and after."""
        return self.before.pair.unison & self.after.pair.unison

    @cached_property
    def leaps_into_new_harmony(self) -> Mask:
        """(..., P) the upper voice leaps, and not within one harmony."""
        return self.of_upper(self.leaps) & ~self.same_harmony[..., None]

    @cached_property
    def minor_cadence(self) -> Mask:
        """(...) in a minor key a chord on the dominant goes to the tonic."""
        key = self.before.context
        return key.minor_key & (key.root == (key.tonic + 7) % 12) & (self.after.context.root == key.tonic)

    @cached_property
    def prepared(self) -> Mask:
        """Notes that are held, repeated or reached by step."""
        return self.connected & (np.abs(self.semitones) <= 2)

    @cached_property
    def same_harmony(self) -> Mask:
        """(...) no new chord begins with the second slice, or it has the same tones."""
        return self.after.context.present & (self.before.context.harmony == self.after.context.harmony)

    @cached_property
    def root_changes(self) -> Mask:
        """(...) a chord on another root begins with the second slice."""
        known = self.before.context.present & self.after.context.present
        return known & (self.before.context.root != self.after.context.root)

    def root_rises(self, semitones: int) -> Mask:
        """(...) whether the second chord's root lies so many half steps above the first one's, in any octave."""
        return self.root_changes & ((self.after.context.root - self.before.context.root) % 12 == semitones)

    @cached_property
    def tonicises(self) -> Mask:
        """(...) the first chord's leading tone finds its tonic, or the submediant that stands for it, as root."""
        above = (self.after.context.root - self.before.context.leading) % 12
        goal = (above == 1) | (above == 9) | (above == 10)
        return self.root_changes & (self.before.context.leading >= 0) & goal

    @cached_property
    def stays_as_member(self) -> Mask:
        """(..., V) the voice's pitch class still sounds after the change, in any voice."""
        return self.connected & self.after.among_sounding(self.before.pitch_class)

    @cached_property
    def owes_descent(self) -> Mask:
        """(..., V) chordal sevenths that move, at a change of root, neither down by step nor to another voice.

        In V4/3-I6 the seventh may rise by step in tenths with the bass.
        """
        falls = self.by_step & (self.direction < 0)
        tenths = (self.before.bass_role == FIFTH) & (self.after.bass_role == THIRD)
        rises = self.by_step & (self.direction > 0) & tenths[..., None]
        seventh = (self.before.role == SEVENTH) & self.moves & self.root_changes[..., None]
        return seventh & ~falls & ~rises & ~self.stays_as_member

    @cached_property
    def overlap(self) -> Mask:
        """(..., P) one voice of the pair passes the place that the other leaves."""
        upper_before, lower_before = self.of_upper(self.before.midi), self.of_lower(self.before.midi)
        passes = (self.of_lower(self.after.midi) > upper_before) | (self.of_upper(self.after.midi) < lower_before)
        return passes & self.of_upper(self.connected) & self.of_lower(self.connected)

    @cached_property
    def bass_octave(self) -> Mask:
        """(..., P) pairs with the lowest part where that leaps an octave."""
        return self.with_bass & (np.abs(self.semitones[..., -1:]) == 12)

    @cached_property
    def cross_relation(self) -> Mask:
        """(..., P) a letter sounds altered in the other voice, and neither voice makes the chromatic step."""
        letter, other = self.before.letter % 7, self.after.letter % 7
        before, after = self.before.pitch_class, self.after.pitch_class
        chromatic = (letter == other) & (before != after)
        down = (self.of_upper(letter) == self.of_lower(other)) & (self.of_upper(before) != self.of_lower(after))
        up = (self.of_lower(letter) == self.of_upper(other)) & (self.of_lower(before) != self.of_upper(after))
        found = (down & self.of_lower(self.moves)) | (up & self.of_upper(self.moves))
        return found & ~self.of_upper(chromatic) & ~self.of_lower(chromatic) & self.both(self.connected)

    @property
    def outer(self) -> Mask:
        """(P,) the pair of the highest and the lowest part."""
        return self.after.outer

    @property
    def with_bass(self) -> Mask:
        """(P,) pairs with the lowest part."""
        return self.after.with_bass

    @property
    def adjacent(self) -> Mask:
        """(P,) pairs of neighbouring parts."""
        return self.after.adjacent

    @property
    def outer_voices(self) -> Mask:
        """(V,) the highest and the lowest part."""
        voice = np.arange(self.after.voices)
        return (voice == 0) | (voice == self.after.voices - 1)

    def of_upper(self, fact: Values) -> Values:
        """Return a fact of voices (..., V) for the upper voice of each pair."""
        return self.after.of_upper(fact)

    def of_lower(self, fact: Values) -> Values:
        """Return a fact of voices (..., V) for the lower voice of each pair."""
        return self.after.of_lower(fact)

    def both(self, fact: Mask) -> Mask:
        """Return the pairs of which both voices have a fact."""
        return self.after.both(fact)


class Succession(Motion):
    """The last slice of one chord and the first of the next: a Motion where the chord changes."""
