"""Finds the most probable path of keys and chords through the beats of a score (Viterbi algorithm).

The model has four *manners*, sets of parameters for different kinds of music. The set *voices* is used for two or more
voices; chords may change on every beat. If these chords change more slowly than in Bach's chorales and their
successions are more probable in Monteverdi's madrigals (a likelihood ratio), the search is repeated with the set
*modal*, in which minor keys may have a major tonic, a minor dominant and a natural seventh degree. The set *hymn tune*,
for a tune alone that moves in even beats or has fermatas, allows a change of chord on every beat. The set *song* is for
other tunes alone, which do not fix the harmonic rhythm; their chords change as often as in lead sheets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

from theory.harmony import church
from theory.harmony.evidence import Evidence, profiles, symbol_costs
from theory.harmony.graph import Degree, degrees
from theory.harmony.states import (
    KEYS,
    UNIT,
    key_distances,
    opening_costs,
    state_degrees,
    state_keys,
    succession_costs,
    transition_costs,
)
from theory.notation.key import Key
from theory.types import Floats, Ints, Ints32
from theory.values import Value

BASS = 0.5  # extra weight of the bass for a whole beat
HOME = 1.5  # cost in nats of beginning in another key, per step from the signature
FINAL = 6.0  # cost in nats of a last chord that is not a tonic triad
AWAY, AWAY_VOICES = 20.0, 0.3  # cost per slot of another key than a named church mode: in a tune, in several voices
SYMBOL_NOTES = 0.3  # weight of the notes under a chord symbol
_MOST_KEYS, _STRETCH = 7, 16  # keys kept for the whole piece; slots in a stretch that keeps its own best two keys
_NEVER = 2**30


@dataclass(frozen=True, eq=False, repr=False)
class Opinion(Value):
    """What a model of the style adds to the evidence of the notes; costs are in nats."""

    against: Floats  # (slot, state) cost of each state
    change: Floats  # (slot,) cost of a new chord
    stay: Floats  # (slot,) cost of keeping the chord
    notes: float = 1.0  # weight of the notes
    prior: float = 1.0  # weight of the transition costs


@dataclass(frozen=True)
class Manner:
    """Parameters of the model for one kind of music; costs are in nats."""

    counts: str  # table of counted successions: chorale, madrigal or song
    tones: float  # weight of one voice for a whole beat
    in_scale: float  # probability of each scale tone outside the chord
    signature: float  # cost per slot of each step in the key graph from the key signature
    minor: float  # cost per slot of a minor key
    settled: float  # extra cost of a change of key
    # costs of (changing, keeping) the chord: within a beat, on a weak beat, in mid bar, at the bar line
    rhythm: tuple[tuple[float, float], ...]


VOICES = Manner("chorale", 2.8, 0.02, 0.08, 0.0, 0.0, ((0.4, 0.0), (0.2, 0.1), (0.1, 0.2), (0.0, 0.6)))
MODAL = Manner("madrigal", 1.6, 0.02, 0.03, -0.2, 1.5, VOICES.rhythm)
HYMN_TUNE = Manner("chorale", 2.2, 0.03, 0.1, 0.05, 1.0, ((2.0, 0.0), (0.9, 0.0), (0.4, 0.1), (0.1, 0.6)))
# the rhythm is the negative logarithm of how often lead sheets change or keep their chords
SONG = Manner("song", 2.0, 0.05, 0.1, 0.1, 2.0, ((3.5, 0.0), (2.9, 0.05), (1.1, 0.4), (0.3, 1.3)))
_MODAL = 0.05  # nats per change of chord by which the successions must be more probable in madrigals
_RESTLESS = 0.65  # a chorale may change chords in this share of slots or more, no madrigal of book 3 does
_EVEN, _FERMATAS = 0.74, 2  # least evenness, or number of fermatas, of a hymn tune
_SEVERAL = 1.6  # a greater mean number of voices means that more than one is heard


def manner_of(evidence: Evidence) -> Manner:
    """Return the manner for a score: VOICES, HYMN_TUNE or SONG."""
    if evidence.voices > _SEVERAL:
        return VOICES
    return HYMN_TUNE if is_hymn(evidence) else SONG


def is_hymn(evidence: Evidence) -> bool:
    """Whether the top part is a hymn tune: it has fermatas, or moves in even beats."""
    return evidence.fermatas >= _FERMATAS or evidence.evenness >= _EVEN


def best_path(evidence: Evidence, key: tuple[int, str] | None = None, opinion: Opinion | None = None) -> list[int]:
    """Return the best path, the index of a state for each slot; ties go to lower indices.

    If ``key`` is given, as in `theory.harmony.states.KEYS`, all chords are in it. An opinion adds to the evidence
    of the notes and replaces the manner's harmonic rhythm.
    """
    manner = manner_of(evidence)
    if opinion is not None:
        return _path(evidence, manner, key, opinion)
    path = _path(evidence, manner, key)
    return _path(evidence, MODAL, key) if manner is VOICES and is_modal(path) else path


def is_modal(path: Sequence[int]) -> bool:
    """Whether harmonic rhythm and chord successions of a path resemble madrigals more than chorales."""
    changes = [(before, after) for before, after in pairwise(path) if before != after]
    ratio = 0.0
    for (key, one), (other_key, other) in (
        (state_degrees()[before], state_degrees()[after]) for before, after in changes
    ):
        if key == other_key:
            mode = KEYS[key][1]
            pair = degrees(mode).index(one), degrees(mode).index(other)
            ratio += succession_costs(mode, VOICES.counts)[pair] - succession_costs(mode, MODAL.counts)[pair]
    return ratio > _MODAL * len(changes) and not is_restless(path)


def is_restless(path: Sequence[int]) -> bool:
    """Whether chords change as often as in Bach's chorales."""
    return sum(before != after for before, after in pairwise(path)) >= _RESTLESS * len(path)


def _path(evidence: Evidence, manner: Manner, key: tuple[int, str] | None, opinion: Opinion | None = None) -> list[int]:
    prior = 1.0
    if opinion is not None:  # its costs already include signature and mode
        manner = replace(manner, tones=manner.tones * opinion.notes, signature=0.0, minor=0.0)
        prior = opinion.prior
    emission = _emission(evidence, manner) + (0.0 if opinion is None else opinion.against)
    keys = _likely_keys(evidence, emission) if key is None else [KEYS.index(key)]
    states = np.flatnonzero(np.isin(state_keys(), keys))
    state_key = state_keys()[states]
    settled = _integral(manner.settled * (state_key[:, None] != state_key[None, :]))
    moves_of = tuple(matrix + settled for matrix in transition_costs(keys, manner.counts))
    moves = _moves(evidence, moves_of, states, prior)
    start = np.concatenate([opening_costs(mode, manner.counts) for _, mode in KEYS])
    if evidence.signature[0].church:
        start[church.states_of(evidence.signature[0])] = church.opening_costs(evidence.signature[0])
    local = emission[:, states]
    local[0] += start[states] + HOME * steps_from_signature(evidence)[0, state_key]
    rhythm = _rhythm(evidence, manner)
    if opinion is not None:
        rhythm = _integral(opinion.change), _integral(opinion.stay)
    path = _viterbi(_integral(local), moves, rhythm)
    return [int(states[state]) for state in path]


def _moves(evidence: Evidence, moves_of: tuple[Ints32, ...], states: Ints, prior: float) -> list[Ints32]:
    """Return the transition costs (to state, from state) into each slot, with those of a church mode where one holds.

    ``moves_of`` holds inside a phrase, into its last chord, and after its end.
    """
    kept: dict[Key | None, list[Ints32]] = {}
    for key in {key if key.church else None for key in evidence.signature}:
        matrices = [matrix.copy() for matrix in moves_of]
        if key is not None:
            block = np.flatnonzero(np.isin(states, church.states_of(key)))
            for matrix, within in zip(matrices, church.moves_within(key), strict=True):
                matrix[np.ix_(block, block)] = within
        kept[key] = [_scaled(matrix, prior) for matrix in matrices]
        for matrix in kept[key]:
            np.fill_diagonal(matrix, _NEVER)
    return [
        kept[key if key.church else None][2 if opens else 1 if arrives else 0]
        for key, opens, arrives in zip(evidence.signature, evidence.opening, evidence.arrival, strict=True)
    ]


def _viterbi(local: Ints32, moves: list[Ints32], rhythm: tuple[Ints32, Ints32]) -> list[int]:
    """Return the cheapest path through costs (slot, state); ``rhythm`` holds the costs of changing and keeping."""
    change, stay = rhythm
    same = np.arange(local.shape[1])
    back = np.zeros(local.shape, dtype=np.int32)
    cost = local[0]
    for slot in range(1, len(local)):
        reached = moves[slot] + cost[None, :]
        origin = reached.argmin(axis=1)
        moved = reached[same, origin] + change[slot]
        kept = cost + stay[slot]
        back[slot] = np.where(kept <= moved, same, origin)
        cost = np.minimum(kept, moved) + local[slot]
        cost -= cost.min()  # avoids overflow
    path = [int(cost.argmin())]
    for slot in range(len(local) - 1, 0, -1):
        path.append(int(back[slot, path[-1]]))
    return path[::-1]


def _scaled(costs: Ints32, factor: float) -> Ints32:
    return costs if factor == 1.0 else np.rint(costs * factor).astype(np.int32)


def _integral(costs: Floats) -> Ints32:
    return np.rint(costs * UNIT).astype(np.int32)


def _emission(evidence: Evidence, manner: Manner) -> Floats:
    """Return the cost in nats of each state in each slot, (slot, state)."""
    tones, basses = profiles(manner.in_scale)
    costs = -manner.tones * evidence.weight @ tones.T - BASS * evidence.bass @ basses.T
    for slot, symbol in enumerate(evidence.symbols):
        if symbol is not None:
            costs[slot] = SYMBOL_NOTES * costs[slot] + evidence.trust * symbol_costs(symbol)
    costs += manner.signature * steps_from_signature(evidence)[:, state_keys()]
    costs += manner.minor * np.array([mode == "minor" for _, mode in KEYS])[state_keys()]
    costs[evidence.arrival] += endings()
    costs[-1] += FINAL * np.array([not degree.is_tonic for _, degree in state_degrees()])
    if church.names_church_mode(evidence.signature):
        costs += _church_emission(evidence, manner, endings())
    return costs


def _church_emission(evidence: Evidence, manner: Manner, usual: Floats) -> Floats:
    """Return the costs to add to those of `_emission` where a church mode is named, (slot, state).

    ``usual`` are the costs of the chords at the end of a phrase in major and minor, (state,).
    """
    added = np.zeros((len(evidence.signature), len(usual)))
    tones, _ = profiles(manner.in_scale)
    several = evidence.voices > _SEVERAL
    away, outside = (AWAY_VOICES, church.OUTSIDE_VOICES) if several else (AWAY, church.OUTSIDE)
    for slot, key in enumerate(evidence.signature):
        if not key.church:
            continue
        states = church.states_of(key)
        share = SYMBOL_NOTES if evidence.symbols[slot] else 1.0
        own = church.log_tones(key, manner.in_scale) - tones[states]
        added[slot] = away
        added[slot, states] = -share * manner.tones * own @ evidence.weight[slot]
        if not evidence.symbols[slot]:
            added[slot, states] += outside * ~church.chords_inside(key)
        if evidence.arrival[slot]:
            added[slot, states] += church.ending_costs(key) - usual[states]
    return added


def steps_from_signature(evidence: Evidence) -> Floats:
    """Return the distance of each key from the signature's nearer key, major or minor, (slot, key)."""
    return np.minimum(*(key_distances()[[pair[side] for pair in signature_keys(evidence)]] for side in (0, 1)))


def signature_keys(evidence: Evidence) -> list[tuple[int, int]]:
    """Return the indices of the major and the minor key of each slot's signature; of a church mode, twice its own."""
    return [_keys_of(key) for key in evidence.signature]


@lru_cache(maxsize=64)
def _keys_of(key: Key) -> tuple[int, int]:
    if key.church:
        return _number(key), _number(key)
    return _number(Key.from_fifths(key.fifths, "major")), _number(Key.from_fifths(key.fifths, "minor"))


def _number(key: Key) -> int:
    return KEYS.index((key.tonic.pitch_class, key.mode))


@lru_cache(maxsize=1)
def endings() -> Floats:
    """Return the cost in nats of each state at the end of a phrase, (state,)."""
    return np.array([_ending(degree) for _, degree in state_degrees()])


def _ending(degree: Degree) -> float:
    """Return the cost in nats of a chord at the end of a phrase: low for tonic and dominant, high for others."""
    if not degree.is_triad:
        return 2.0 if degree.name == "V7" else 3.0
    if degree.kind != "diatonic":
        return 0.5 if degree.offset == 0 else 3.0
    return {1: 0.0, 5: 0.5, 6: 1.5, 4: 1.8}.get(degree.stem, 2.2)


def likely_keys(evidence: Evidence) -> list[int]:
    """Return the keys, as indices in `KEYS`, that are likely in some stretch of a score in several voices."""
    return _likely_keys(evidence, _emission(evidence, VOICES))


def _likely_keys(evidence: Evidence, emission: Floats) -> list[int]:
    """Return the keys to search: those of the signatures, and the best for the whole piece and for each stretch."""
    best = np.stack([emission[:, state_keys() == key].min(axis=1) for key in range(len(KEYS))], axis=1)
    kept = {number for pair in set(signature_keys(evidence)) for number in pair}
    kept.update(np.argsort(best.sum(axis=0), kind="stable")[:_MOST_KEYS].tolist())
    for start in range(0, len(best), _STRETCH // 2):
        kept.update(np.argsort(best[start : start + _STRETCH].sum(axis=0), kind="stable")[:2].tolist())
    return sorted(kept)


def _rhythm(evidence: Evidence, manner: Manner) -> tuple[Ints32, Ints32]:
    """Return the costs of changing and of keeping the chord at each slot, each (slot,)."""
    grades = np.searchsorted((0.25, 0.5, 1.0), evidence.strength, side="right")
    costs = np.array(manner.rhythm)[grades]
    stay = np.where(evidence.opening, 0.0, costs[:, 1])
    return _integral(costs[:, 0]), _integral(stay)
