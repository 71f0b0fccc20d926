"""Preferences of a style: costs that are a matter of taste, not of right and wrong.

A preference is a function of one window (see `theory.slices.facts`) that returns an unweighted cost of 0 or more over
the leading axes of the window. The file of the style gives its weight in nats. Unlike a rule, a preference never
becomes a finding. A `Taste` is the context of a preference: what it may know besides its window.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from theory.slices.context import look_up
from theory.slices.facts import FIFTH, NONE, ROLES, ROOT, TENSION, THIRD, WINDOW, Motion, Step, Verticality
from theory.types import Costs, Ints, Mask
from theory.values import Value

SPAN_SHARES = (0.52, 0.74)  # of the compass of the outer tessituras: 16 to 23 semitones in a choir
LOW_C = 48  # C3
ON_BEAT = 0.25  # metrical strength


@dataclass(frozen=True, eq=False, repr=False)
class Taste(Value):
    """What a preference may know besides its window."""

    free: Mask  # (V,) voices that are being filled
    duration: float  # of the slice, in quarters


def _free(fact: Mask, taste: Taste) -> Ints:
    """Return the number of free voices for which a fact (..., V) holds."""
    return (fact & taste.free).sum(axis=-1)


def _bass_is(v: Verticality, *roles: int) -> Mask:
    """Where the bass note has one of these roles, is not the bass of the symbol, and the note or its chord begins."""
    wanted = np.zeros(len(ROLES), dtype=bool)
    wanted[list(roles)] = True
    return wanted[v.bass_role] & v.bass_chosen


def bass_inversion(v: Verticality, taste: Taste) -> Costs:
    """The third, sixth, seventh or a tension is in the bass where a chord begins."""
    return (_bass_is(v, THIRD, *range(FIFTH + 1, 8)) & v.context.onset).astype(float)


def planned_bass(v: Verticality, taste: Taste) -> Costs:
    """Another tone than the planned one is in the bass where a chord begins."""
    return (v.bass_differs & v.context.onset).astype(float)


def bass_six_four(v: Verticality, taste: Taste) -> Costs:
    """The fifth is in the bass where a chord begins."""
    return (_bass_is(v, FIFTH) & v.context.onset).astype(float)


def closing_inversion(v: Verticality, taste: Taste) -> Costs:
    """A phrase ends on an inverted chord that its symbol does not ask for."""
    own = (v.lowest % 12) == v.context.bass
    return (v.context.closing & v.context.present & ~own & (v.bass_role != ROOT)).astype(float)


def bass_moves_inside(v: Verticality, taste: Taste) -> Costs:
    """The bass moves to another tone of the same chord; a move to the fifth of the chord counts double."""
    inside = ~v.context.onset
    return (_bass_is(v, *range(1, 8)) & inside).astype(float) + (_bass_is(v, FIFTH) & inside)


def bass_foreign(v: Verticality, taste: Taste) -> Costs:
    """The bass has a non-chord tone."""
    return _bass_is(v, NONE).astype(float)


def foreign(v: Verticality, taste: Taste) -> Costs:
    """Number of free voices that begin a non-chord tone."""
    return _free(v.foreign & v.attack, taste).astype(float)


def foreign_at_onset(v: Verticality, taste: Taste) -> Costs:
    """Number of free voices that begin a non-chord tone just where a chord begins."""
    return np.where(v.context.onset, _free(v.foreign & v.attack, taste), 0).astype(float)


def suspended(v: Verticality, taste: Taste) -> Costs:
    """Number of free voices that hold a note into a chord that it does not belong to."""
    return _free(v.foreign & ~v.attack, taste).astype(float)


def resolution_taken(v: Verticality, taste: Taste) -> Costs:
    """Number of free voices held as a dissonance whose resolution already sounds, other than in a root in the bass."""
    taken = np.zeros(v.midi.shape, dtype=bool)
    for semitones in (1, 2):
        below = (v.pitch_class - semitones) % 12
        ninth = (below == v.lowest[..., None] % 12) & (v.bass_role == ROOT)[..., None]
        taken |= (look_up(v.context.role, below) != NONE) & v.among_sounding(below) & ~ninth
    return _free(v.foreign & ~v.attack & taken, taste).astype(float)


def rub(v: Verticality, taste: Taste) -> Costs:
    """Number of free voices a half step from a given non-chord tone, times the duration in quarters (at most 1)."""
    given = v.foreign & ~taste.free
    pairs = (v.of_upper(given) & v.of_lower(taste.free)) | (v.of_lower(given) & v.of_upper(taste.free))
    return (pairs & v.pair.half_step).sum(axis=-1) * min(1.0, taste.duration)


def tessitura(v: Verticality, taste: Taste) -> Costs:
    """Semitones outside the tessitura, summed over the free voices, times the duration in quarters (at most 1)."""
    if v.ranges is None:
        return np.zeros(v.midi.shape[:-1])
    below = np.maximum(0, v.ranges.tessitura_low - v.midi)
    above = np.maximum(0, v.midi - v.ranges.tessitura_high)
    outside = np.where(v.sounding & taste.free, below + above, 0).sum(axis=-1)
    return outside * min(1.0, taste.duration)


def low_register(v: Verticality, taste: Taste) -> Costs:
    """How low the free voices lie: 0 at the top of the tessitura, 1 at its bottom.

    The mean over the free voices, times the duration in quarters (at most 1).
    """
    if v.ranges is None:
        return np.zeros(v.midi.shape[:-1])
    share = (v.ranges.tessitura_high - v.midi) / (v.ranges.tessitura_high - v.ranges.tessitura_low)
    own = v.sounding & taste.free
    return np.where(own, share, 0).sum(axis=-1) / max(1, int(taste.free.sum())) * min(1.0, taste.duration)


def chromatic(v: Verticality, taste: Taste) -> Costs:
    """Number of free voices that begin a note outside both chord and scale."""
    outside = ~np.take_along_axis(np.broadcast_to(v.context.scale, (*v.midi.shape[:-1], 12)), v.midi % 12, axis=-1)
    return _free(v.foreign & outside & v.attack, taste).astype(float)


def begins(v: Verticality, taste: Taste) -> Costs:
    """Number of free voices that begin a note."""
    return _free(v.attack, taste).astype(float)


def span(v: Verticality, taste: Taste) -> Costs:
    """Semitones by which the outer voices are closer or wider apart than usual in hymns, scaled to their tessituras."""
    if v.ranges is None:
        return np.zeros(v.midi.shape[:-1])
    distance = v.midi[..., 0] - v.midi[..., -1]
    extent = int(v.ranges.tessitura_high[0] - v.ranges.tessitura_low[-1])
    low, high = (round(share * extent) for share in SPAN_SHARES)
    outside = np.maximum(0, low - distance) + np.maximum(0, distance - high)
    return np.where(v.sounding[..., 0] & v.sounding[..., -1], outside, 0).astype(float)


def muddy(v: Verticality, taste: Taste) -> Costs:
    """The two lowest voices are a third or less apart with the bass below C3."""
    gap = v.midi[..., -2] - v.midi[..., -1]
    both = v.sounding[..., -2] & v.sounding[..., -1]
    return (both & (gap > 0) & (gap <= 4) & (v.midi[..., -1] < LOW_C)).astype(float)


def doubled_third(v: Verticality, taste: Taste) -> Costs:
    """Number of voices that double the third."""
    return np.maximum(0, v.count(THIRD) - 1).astype(float)


def missing_essential(v: Verticality, taste: Taste) -> Costs:
    """Number of essential chord tones that do not sound where the chord begins."""
    return np.where(v.chord_begins, (v.context.essential & ~v.sounds).sum(axis=-1), 0).astype(float)


def lost_essential(v: Verticality, taste: Taste) -> Costs:
    """Number of essential chord tones that do not sound later in the chord, times the duration in quarters."""
    inside = v.context.present & ~v.context.onset & (v.sounding.sum(axis=-1) >= 3)
    return np.where(inside, (v.context.essential & ~v.sounds).sum(axis=-1), 0) * taste.duration


def hollow(v: Verticality, taste: Taste) -> Costs:
    """Two voices sound alone, and they form neither a third nor a sixth, times the duration in quarters (at most 1)."""
    alone = v.sounding.sum(axis=-1) == 2
    full = ((v.pair.third | v.pair.sixth) & v.pair.sounding).any(axis=-1)
    return (alone & ~full) * min(1.0, taste.duration)


def missing_guide(v: Verticality, taste: Taste) -> Costs:
    """Number of thirds, sevenths and other essential tones below the tensions that do not sound.

    Times the duration in quarters (at most 2), and at least 1 where the chord begins.
    """
    guide = v.context.essential & (v.context.role != TENSION)
    missing = np.where(v.context.present, (guide & ~v.sounds).sum(axis=-1), 0)
    return missing * np.where(v.context.onset, max(1.0, min(2.0, taste.duration)), min(2.0, taste.duration))


def missing_fifth(v: Verticality, taste: Taste) -> Costs:
    """All voices sound, and none has the fifth of a chord that has one."""
    has = (v.context.role == FIFTH).any(axis=-1)
    return (has & (v.count(FIFTH) == 0) & v.sounding.all(axis=-1)).astype(float)


def idle(v: Verticality, taste: Taste) -> Costs:
    """No voice begins a note in a slice off the beat."""
    return (~_on_beat(v) & ~v.attack.any(axis=-1)).astype(float)


def idle_inside(v: Verticality, taste: Taste) -> Costs:
    """No inner voice begins a note in a slice off the beat."""
    return (~_on_beat(v) & ~v.attack[..., 1:-1].any(axis=-1)).astype(float)


def waiting(v: Verticality, taste: Taste) -> Costs:
    """Number of free voices that hold a note over a beat."""
    return np.where(_on_beat(v), _free(v.sounding & ~v.attack, taste), 0).astype(float)


def _on_beat(v: Verticality) -> Mask:
    return v.context.strength >= ON_BEAT


def _excess(m: Motion, free: int) -> Ints:
    """Return the semitones beyond ``free`` that each voice moves, (..., V)."""
    return np.maximum(0, np.abs(m.semitones) - free)


def leap(m: Motion, taste: Taste) -> Costs:
    """Semitones beyond a major second that the free voices above the bass move, summed."""
    return (_excess(m, 2) * taste.free)[..., :-1].sum(axis=-1).astype(float)


def bass_leap(m: Motion, taste: Taste) -> Costs:
    """Semitones beyond a major third that the bass moves; an octave leap counts as a fourth."""
    size = np.abs(m.semitones[..., -1])
    size = np.where(size == 12, 5, size)
    return (np.maximum(0, size - 4) * taste.free[-1]).astype(float)


def bass_fourths(m: Motion, taste: Taste) -> Costs:
    """The bass moves by a fourth or more."""
    return ((np.abs(m.semitones[..., -1]) >= 5) & taste.free[-1]).astype(float)


def bass_thirds(m: Motion, taste: Taste) -> Costs:
    """The bass moves by a third, which a passing note could fill."""
    size = np.abs(m.semitones[..., -1])
    return (((size == 3) | (size == 4)) & taste.free[-1]).astype(float)


def static(m: Motion, taste: Taste) -> Costs:
    """A given voice moves on a beat while all free voices stay on their notes."""
    given_moves = (m.moves & ~taste.free).any(axis=-1) & _on_beat(m.after)
    free_moves = (m.moves & taste.free).any(axis=-1)
    return (given_moves & ~free_moves).astype(float)


def outer_similar(m: Motion, taste: Taste) -> Costs:
    """The outer voices move in the same direction."""
    return (m.similar & m.outer).any(axis=-1).astype(float)


def top_repeats(m: Motion, taste: Taste) -> Costs:
    """The top voice, if it is being filled, repeats its note with a new attack."""
    return (m.after.attack[..., 0] & m.connected[..., 0] & ~m.moves[..., 0] & taste.free[0]).astype(float)


def top_leap(m: Motion, taste: Taste) -> Costs:
    """Semitones beyond a major third that the top voice moves, if it is being filled."""
    return (_excess(m, 4)[..., 0] * taste.free[0]).astype(float)


def stay(m: Motion, taste: Taste) -> Costs:
    """Number of free inner voices that repeat their note with a new attack while a given voice moves."""
    repeats = m.after.attack & m.connected & ~m.moves & taste.free
    given_moves = (m.moves & ~taste.free).any(axis=-1)
    return np.where(given_moves, repeats[..., 1:-1].sum(axis=-1), 0).astype(float)


def struck_again(m: Motion, taste: Taste) -> Costs:
    """All voices attack, but no free voice moves."""
    free_moves = (m.moves & taste.free).any(axis=-1)
    return (m.after.attack.all(axis=-1) & ~free_moves).astype(float)


def unsuspended(m: Motion, taste: Taste) -> Costs:
    """The chord changes, and no free voice is suspended over the new one."""
    return (m.after.chord_begins & _new_root(m) & ~_suspends(m.after, taste).any(axis=-1)).astype(float)


def unresolved(m: Motion, taste: Taste) -> Costs:
    """Number of free voices suspended over a chord that go on holding their note when it begins again."""
    return np.where(m.after.chord_begins & ~_new_root(m), _suspends(m.after, taste).sum(axis=-1), 0).astype(float)


def _new_root(m: Motion) -> Mask:
    return np.asarray(m.after.context.root != m.before.context.root)


def _suspends(v: Verticality, taste: Taste) -> Mask:
    """Return which free voices hold a note that is foreign to the chord, (..., V)."""
    return v.foreign & ~v.attack & taste.free


def idle_bass(m: Motion, taste: Taste) -> Costs:
    """The bass begins no note in a slice off the beat."""
    return (~_on_beat(m.after) & ~m.after.attack[..., -1] & taste.free[-1]).astype(float)


def bass_repeats(m: Motion, taste: Taste) -> Costs:
    """The bass repeats its note with a new attack."""
    return (m.after.attack[..., -1] & m.connected[..., -1] & ~m.moves[..., -1] & taste.free[-1]).astype(float)


def stuck(s: Step, taste: Taste) -> Costs:
    """Number of free inner voices that begin the same note for the fourth time or more, while the tune moves."""
    same = (s.midi == s.midi[..., -1:]).all(axis=-1) & s.known(WINDOW)
    repeats = (s.leap() == 0) & s.attacked & ~taste.free
    stays = repeats.any(axis=-1)[..., None]
    return (same & taste.free & ~stays)[..., 1:-1].sum(axis=-1).astype(float)


def turns_back(s: Step, taste: Taste) -> Costs:
    """Number of free voices that return by step to the note before the last one."""
    return _turns(s, taste).sum(axis=-1).astype(float)


def bass_turns_back(s: Step, taste: Taste) -> Costs:
    """The bass returns by step to the note before the last one."""
    return _turns(s, taste)[..., -1].astype(float)


def _turns(s: Step, taste: Taste) -> Mask:
    return (s.midi[..., -1] == s.midi[..., -3]) & s.stepwise() & s.known(3) & taste.free


VERTICAL: dict[str, Callable[[Verticality, Taste], Costs]] = {
    each.__name__: each
    for each in (
        bass_inversion,
        planned_bass,
        bass_six_four,
        closing_inversion,
        bass_moves_inside,
        bass_foreign,
        foreign,
        foreign_at_onset,
        suspended,
        resolution_taken,
        rub,
        tessitura,
        low_register,
        chromatic,
        begins,
        span,
        muddy,
        doubled_third,
        missing_essential,
        lost_essential,
        hollow,
        missing_guide,
        missing_fifth,
        idle,
        idle_inside,
        waiting,
    )
}
MOTION: dict[str, Callable[[Motion, Taste], Costs]] = {
    each.__name__: each
    for each in (
        leap,
        bass_leap,
        bass_fourths,
        bass_thirds,
        static,
        struck_again,
        unsuspended,
        unresolved,
        idle_bass,
        outer_similar,
        bass_repeats,
        top_repeats,
        top_leap,
        stay,
    )
}
STEP: dict[str, Callable[[Step, Taste], Costs]] = {each.__name__: each for each in (stuck, turns_back, bass_turns_back)}
