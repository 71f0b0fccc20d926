"""The motion of the voices between two successive slices."""

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
    """Two successive slices and the motion between them."""

    before: Verticality
    after: Verticality
    boundary: Mask  # (...) a phrase ends between the slices

    def at(self, index: Any) -> Motion:
        """Return the motions at an index into the leading axes."""
        return Motion(self.before.at(index), self.after.at(index), self.boundary[index])

    @cached_property
    def connected(self) -> Mask:
        """(..., V) Voices that sound in both slices."""
        return self.before.sounding & self.after.sounding

    @cached_property
    def semitones(self) -> Ints:
        """(..., V) Semitones that each voice moves; 0 if it rests in either slice."""
        return np.where(self.connected, self.after.midi - self.before.midi, 0)

    @cached_property
    def steps(self) -> Ints:
        """(..., V) Staff positions that each voice moves; 0 if it rests in either slice."""
        return np.where(self.connected, self.after.letter - self.before.letter, 0)

    @cached_property
    def moves(self) -> Mask:
        """(..., V) Voices whose pitch changes."""
        return self.semitones != 0

    @cached_property
    def by_step(self) -> Mask:
        """(..., V) Voices that move by one or two semitones."""
        return self.moves & (np.abs(self.semitones) <= 2)

    @cached_property
    def by_half_step(self) -> Mask:
        """(..., V) Voices that move by a semitone, up or down."""
        return np.abs(self.semitones) == 1

    @cached_property
    def direction(self) -> Ints:
        """(..., V) Direction of each voice: 1 up, -1 down, 0 for no motion."""
        return np.sign(self.semitones)

    @cached_property
    def both_move(self) -> Mask:
        """(..., P) Both voices move, and not both by octaves, which would only repeat the interval."""
        return self.both(self.moves) & ~self.both(self.semitones % 12 == 0)

    @cached_property
    def similar(self) -> Mask:
        """(..., P) Both voices move in the same direction."""
        return self.both_move & (self.of_upper(self.direction) == self.of_lower(self.direction))

    @cached_property
    def contrary(self) -> Mask:
        """(..., P) The voices move in opposite directions."""
        return self.both_move & (self.of_upper(self.direction) != self.of_lower(self.direction))

    @cached_property
    def leaps(self) -> Mask:
        """(..., V) Voices that move by more than two semitones."""
        return self.moves & ~self.by_step

    @cached_property
    def all_similar(self) -> Mask:
        """(...) There are four or more voices, and all of them move in the same direction."""
        rise, fall = (self.direction > 0).all(axis=-1), (self.direction < 0).all(axis=-1)
        return np.logical_and(rise | fall, self.after.voices >= FOUR)

    @cached_property
    def falls_by_step(self) -> Mask:
        """(..., V) Voices that move down by one or two semitones."""
        return self.by_step & (self.direction < 0)

    @cached_property
    def falls_by_leap(self) -> Mask:
        """(..., V) Voices that move down by more than two semitones."""
        return self.leaps & (self.direction < 0)

    @cached_property
    def falls_covered_to_fifth(self) -> Mask:
        """(..., V) Voices, other than the highest, that fall a third to the fifth of the next chord."""
        third = (self.semitones == -3) | (self.semitones == -4)
        covered = self.before.midi < self.before.midi.max(axis=-1, keepdims=True)
        return third & covered & self.after.plays(FIFTH)

    @cached_property
    def augmented_sixth_strays(self) -> Mask:
        """(..., P) At a change of harmony, a tone of an augmented sixth moves in any way but outwards by a semitone.

        The upper tone may also fall by a chromatic semitone to the seventh of a dominant.
        """
        rises = (self.semitones == 1) | ((self.semitones == -1) & (self.steps == 0))
        strays = self.of_upper(self.moves & ~rises) | self.of_lower(self.moves & (self.semitones != -1))
        return self.before.pair.augmented_sixth & strays & ~self.same_harmony[..., None]

    @cached_property
    def cadential_six_four(self) -> Mask:
        """(...) A tonic six-four chord moves to the dominant over the same bass."""
        dominant = (self.before.context.tonic + 7) % 12
        goes = (self.before.context.root == self.before.context.tonic) & (self.after.context.root == dominant)
        return self.before.six_four & goes & (self.before.lowest % 12 == self.after.lowest % 12)

    def strays_from(self, role: int) -> Mask:
        """(..., V) Voices with this chord role that move, while no voice with this role falls by step."""
        tones = self.before.plays(role)
        resolved = (tones & self.falls_by_step).any(axis=-1, keepdims=True)
        return tones & self.moves & ~resolved

    @cached_property
    def deceptive(self) -> Mask:
        """(...) The dominant moves to a chord whose root is a step higher."""
        dominant = self.before.context.root == (self.before.context.tonic + 7) % 12
        return dominant & (self.root_rises(1) | self.root_rises(2))

    @cached_property
    def retrogression(self) -> Mask:
        """(...) V or viio moves to ii or IV, or ii to I, within a phrase.

        Six-four chords and sixth chords that the bass reaches by step are exempt.
        """
        before, after = ((side.context.root - self.before.context.tonic) % 12 for side in (self.before, self.after))
        turns_back = np.isin(before, (7, 11)) & np.isin(after, (2, 5)) | ((before == 2) & (after == 0))
        passing = (self.after.bass_role == THIRD) & self.by_step[..., -1]
        return self.root_changes & turns_back & ~passing & ~self.after.six_four & ~self.boundary

    @cached_property
    def natural_rise(self) -> Mask:
        """(..., V) Voices in minor that rise by step to the natural seventh degree as a non-chord tone."""
        seventh = self.after.foreign & (self.after.degree == 10)
        return self.by_step & (self.direction > 0) & seventh & self.before.context.minor_key[..., None]

    @cached_property
    def raised_fall(self) -> Mask:
        """(..., V) Voices in minor that fall by step to the raised sixth degree, both notes being non-chord tones."""
        sixth = self.after.foreign & (self.after.degree == 9) & ~self.before.member
        return self.falls_by_step & sixth & self.before.context.minor_key[..., None]

    @cached_property
    def stays_unison(self) -> Mask:
        """(..., P) The pair is in unison before and after."""
        return self.before.pair.unison & self.after.pair.unison

    @cached_property
    def leaps_into_new_harmony(self) -> Mask:
        """(..., P) The upper voice leaps to a new harmony."""
        return self.of_upper(self.leaps) & ~self.same_harmony[..., None]

    @cached_property
    def minor_cadence(self) -> Mask:
        """(...) A chord on the dominant moves to the tonic in minor."""
        key = self.before.context
        return key.minor_key & (key.root == (key.tonic + 7) % 12) & (self.after.context.root == key.tonic)

    @cached_property
    def prepared(self) -> Mask:
        """(..., V) Notes that are held, repeated or reached by step."""
        return self.connected & (np.abs(self.semitones) <= 2)

    @cached_property
    def same_harmony(self) -> Mask:
        """(...) The second slice has the same root and chord tones as the first."""
        return self.after.context.present & (self.before.context.harmony == self.after.context.harmony)

    @cached_property
    def root_changes(self) -> Mask:
        """(...) The second slice has a chord with another root."""
        known = self.before.context.present & self.after.context.present
        return known & (self.before.context.root != self.after.context.root)

    def root_rises(self, semitones: int) -> Mask:
        """(...) The root rises by this many semitones, modulo the octave."""
        return self.root_changes & ((self.after.context.root - self.before.context.root) % 12 == semitones)

    @cached_property
    def tonicises(self) -> Mask:
        """(...) The first chord has a leading tone, and the next root is the tonic of that tone or its submediant."""
        above = (self.after.context.root - self.before.context.leading) % 12
        goal = (above == 1) | (above == 9) | (above == 10)
        return self.root_changes & (self.before.context.leading >= 0) & goal

    @cached_property
    def stays_as_member(self) -> Mask:
        """(..., V) The voice's pitch class still sounds in the second slice, in any voice."""
        return self.connected & self.after.among_sounding(self.before.pitch_class)

    @cached_property
    def owes_descent(self) -> Mask:
        """(..., V) Sevenths of chords that, at a change of root, neither stay nor move down by step.

        Sevenths whose pitch class another voice takes over are exempt, and so is the seventh in V43-I6 that rises
        by step in tenths with the bass.
        """
        falls = self.by_step & (self.direction < 0)
        tenths = (self.before.bass_role == FIFTH) & (self.after.bass_role == THIRD)
        rises = self.by_step & (self.direction > 0) & tenths[..., None]
        seventh = (self.before.role == SEVENTH) & self.moves & self.root_changes[..., None]
        return seventh & ~falls & ~rises & ~self.stays_as_member

    @cached_property
    def overlap(self) -> Mask:
        """(..., P) Voice overlap: one voice moves beyond the pitch that the other voice has just left."""
        upper_before, lower_before = self.of_upper(self.before.midi), self.of_lower(self.before.midi)
        passes = (self.of_lower(self.after.midi) > upper_before) | (self.of_upper(self.after.midi) < lower_before)
        return passes & self.of_upper(self.connected) & self.of_lower(self.connected)

    @cached_property
    def bass_octave(self) -> Mask:
        """(..., P) Pairs that include the lowest part, if it leaps an octave."""
        return self.with_bass & (np.abs(self.semitones[..., -1:]) == 12)

    @cached_property
    def cross_relation(self) -> Mask:
        """(..., P) Cross relation: a note is followed by its chromatic alteration in the other voice.

        Neither voice makes the chromatic step itself.
        """
        letter, other = self.before.letter % 7, self.after.letter % 7
        before, after = self.before.pitch_class, self.after.pitch_class
        chromatic = (letter == other) & (before != after)
        down = (self.of_upper(letter) == self.of_lower(other)) & (self.of_upper(before) != self.of_lower(after))
        up = (self.of_lower(letter) == self.of_upper(other)) & (self.of_lower(before) != self.of_upper(after))
        found = (down & self.of_lower(self.moves)) | (up & self.of_upper(self.moves))
        return found & ~self.of_upper(chromatic) & ~self.of_lower(chromatic) & self.both(self.connected)

    @property
    def outer(self) -> Mask:
        """(P,) The pair of the highest and the lowest part."""
        return self.after.outer

    @property
    def with_bass(self) -> Mask:
        """(P,) Pairs that include the lowest part."""
        return self.after.with_bass

    @property
    def adjacent(self) -> Mask:
        """(P,) Pairs of neighbouring parts."""
        return self.after.adjacent

    @property
    def outer_voices(self) -> Mask:
        """(V,) The highest and the lowest part."""
        voice = np.arange(self.after.voices)
        return (voice == 0) | (voice == self.after.voices - 1)

    def of_upper(self, fact: Values) -> Values:
        """Return a fact of voices (..., V) for the upper voice of each pair, shape (..., P)."""
        return self.after.of_upper(fact)

    def of_lower(self, fact: Values) -> Values:
        """Return a fact of voices (..., V) for the lower voice of each pair, shape (..., P)."""
        return self.after.of_lower(fact)

    def both(self, fact: Mask) -> Mask:
        """Return the pairs (..., P) for which a fact (..., V) is true of both voices."""
        return self.after.both(fact)


class Succession(Motion):
    """A Motion at a chord change: the last slice of one chord and the first slice of the next."""
