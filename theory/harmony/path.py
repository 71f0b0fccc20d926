"""The cheapest path of keys and chords through the beats of a score (Viterbi).

Four manners of hearing differ in what the notes show. *Voices* (two or more) show their chords, beat by
beat; where these last longer than in Bach's chorales and follow each other more as in Monteverdi's
madrigals (a likelihood ratio over the successions heard), they are heard again as *modal*: with the major
tonic, minor dominant and natural seventh degree of such minor keys. A *hymn tune* alone, which goes in even
beats or ends its lines with fermatas, may change chords with every beat; a *song* tune alone leaves the
harmonic rhythm open, and its chords change as often as those of lead sheets do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

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
from theory.types import Floats, Ints32
from theory.values import Value

BASS = 0.5  # how much a whole beat of the bass counts, besides its weight as a voice
HOME = 1.5  # nats against beginning in another key, for each step from the signature
FINAL = 6.0  # nats against a last chord that is not a tonic triad
SYMBOL_NOTES = 0.3  # how much notes count where a chord symbol stands
_MOST_KEYS, _STRETCH = 7, 16  # keys kept over the whole, slots of a stretch that keeps its own best two
_NEVER = 2**30


@dataclass(frozen=True, eq=False, repr=False)
class Opinion(Value):
    """What someone who knows the style makes of a score, beside its notes; all but ``notes`` and ``prior`` are nats."""

    against: Floats  # (slots, states) against each state
    change: Floats  # (slots,) against a new chord
    stay: Floats  # (slots,) against the chord that was
    notes: float = 1.0  # how much the notes count
    prior: float = 1.0  # how much the successions of the harmony graph count


@dataclass(frozen=True)
class Manner:
    """How the notes of a texture are heard; all but ``tones`` and ``in_scale`` are nats."""

    counts: str  # the counted successions: chorale, madrigal or song
    tones: float  # how much a whole beat of one voice counts
    in_scale: float  # probability of each tone of the scale outside the chord
    signature: float  # against each step in the key graph away from the signature, a slot
    minor: float  # against minor keys, a slot
    settled: float  # more for a change of key
    # changing and keeping the chord: within a beat, on a weak beat, in mid bar, at the bar line
    rhythm: tuple[tuple[float, float], ...]


VOICES = Manner("chorale", 2.8, 0.02, 0.08, 0.0, 0.0, ((0.4, 0.0), (0.2, 0.1), (0.1, 0.2), (0.0, 0.6)))
MODAL = Manner("madrigal", 1.6, 0.02, 0.03, -0.2, 1.5, VOICES.rhythm)
HYMN_TUNE = Manner("chorale", 2.2, 0.03, 0.1, 0.05, 1.0, ((2.0, 0.0), (0.9, 0.0), (0.4, 0.1), (0.1, 0.6)))
# its rhythm: minus the logarithms of how often lead sheets change their chords
SONG = Manner("song", 2.0, 0.05, 0.1, 0.1, 2.0, ((3.5, 0.0), (2.9, 0.05), (1.1, 0.4), (0.3, 1.3)))
_RESTLESS = 0.65  # share of slots in which a chorale changes its chord, and more; no madrigal of book 3 does so
_EVEN, _FERMATAS = 0.74, 2  # a hymn tune is as even, or has as many fermatas
_SEVERAL = 1.6  # mean weight of a slot where more than one voice is heard


def manner_of(evidence: Evidence) -> Manner:
    """Return how a score is to be heard."""
    if evidence.voices > _SEVERAL:
        return VOICES
    is_hymn = evidence.fermatas >= _FERMATAS or evidence.evenness >= _EVEN
    return HYMN_TUNE if is_hymn else SONG


def best_path(evidence: Evidence, key: tuple[int, str] | None = None, opinion: Opinion | None = None) -> list[int]:
    """Return the number of the best state for each slot; of equally good paths the one of lower numbers.

    Where a key is named, as `theory.harmony.states.KEYS` has it, the chords are all in it. An opinion counts
    beside the notes, and says when chords change instead of the manner.
    """
    manner = manner_of(evidence)
    if opinion is not None:
        return _path(evidence, manner, key, opinion)
    path = _path(evidence, manner, key)
    return _path(evidence, MODAL, key) if manner is VOICES and is_modal(path) else path


def is_modal(path: Sequence[int]) -> bool:
    """Whether chords last, and follow each other, as in madrigals more than as in chorales."""
    changes = [(before, after) for before, after in pairwise(path) if before != after]
    ratio = 0.0
    for (key, one), (other_key, other) in (
        (state_degrees()[before], state_degrees()[after]) for before, after in changes
    ):
        if key == other_key:
            mode = KEYS[key][1]
            places = degrees(mode).index(one), degrees(mode).index(other)
            ratio += succession_costs(mode, VOICES.counts)[places] - succession_costs(mode, MODAL.counts)[places]
    return ratio > 0 and len(changes) < _RESTLESS * len(path)


def _path(evidence: Evidence, manner: Manner, key: tuple[int, str] | None, opinion: Opinion | None = None) -> list[int]:
    prior = 1.0
    if opinion is not None:  # it has heard the signature and the mode
        manner = replace(manner, tones=manner.tones * opinion.notes, signature=0.0, minor=0.0)
        prior = opinion.prior
    emission = _emission(evidence, manner) + (0.0 if opinion is None else opinion.against)
    keys = _likely_keys(evidence, emission) if key is None else [KEYS.index(key)]
    states = np.flatnonzero(np.isin(state_keys(), keys))
    state_key = state_keys()[states]
    settled = _integral(manner.settled * (state_key[:, None] != state_key[None, :]))
    moves_of = transition_costs(keys, manner.counts)
    inside, cadence, fresh = (_scaled(matrix + settled, prior) for matrix in moves_of)
    for matrix in (inside, cadence, fresh):
        np.fill_diagonal(matrix, _NEVER)
    moves = [
        fresh if opens else cadence if arrives else inside
        for opens, arrives in zip(evidence.opening, evidence.arrival, strict=True)
    ]
    start = np.concatenate([opening_costs(mode, manner.counts) for _, mode in KEYS])
    local = emission[:, states]
    local[0] += start[states] + HOME * steps_from_signature(evidence)[0, state_key]
    rhythm = _rhythm(evidence, manner)
    if opinion is not None:
        rhythm = _integral(opinion.change), _integral(opinion.stay)
    path = _viterbi(_integral(local), moves, rhythm)
    return [int(states[state]) for state in path]


def _viterbi(local: Ints32, moves: list[Ints32], rhythm: tuple[Ints32, Ints32]) -> list[int]:
    """Return the cheapest path through costs (slots, states); a state is kept or left at its own price."""
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
        cost -= cost.min()  # keeps the numbers small
    path = [int(cost.argmin())]
    for slot in range(len(local) - 1, 0, -1):
        path.append(int(back[slot, path[-1]]))
    return path[::-1]


def _scaled(costs: Ints32, factor: float) -> Ints32:
    return costs if factor == 1.0 else np.rint(costs * factor).astype(np.int32)


def _integral(costs: Floats) -> Ints32:
    return np.rint(costs * UNIT).astype(np.int32)


def _emission(evidence: Evidence, manner: Manner) -> Floats:
    """Return the nats against each state in each slot, shape (slots, states)."""
    tones, basses = profiles(manner.in_scale)
    costs = -manner.tones * evidence.weight @ tones.T - BASS * evidence.bass @ basses.T
    for slot, symbol in enumerate(evidence.symbols):
        if symbol is not None:
            costs[slot] = SYMBOL_NOTES * costs[slot] + evidence.trust * symbol_costs(symbol)
    costs += manner.signature * steps_from_signature(evidence)[:, state_keys()]
    costs += manner.minor * np.array([mode == "minor" for _, mode in KEYS])[state_keys()]
    chords = [degree for _, degree in state_degrees()]
    costs[evidence.arrival] += np.array([_ending(degree) for degree in chords])
    costs[-1] += FINAL * np.array([not degree.is_tonic for degree in chords])
    return costs


def steps_from_signature(evidence: Evidence) -> Floats:
    """Return how far each key is from the signature, taken as major or minor, shape (slots, 24)."""
    return np.minimum(*(key_distances()[[pair[side] for pair in signature_keys(evidence)]] for side in (0, 1)))


def signature_keys(evidence: Evidence) -> list[tuple[int, int]]:
    """Return the numbers of the two keys that the signature of each slot may mean."""
    return [_keys_of(key.fifths) for key in evidence.signature]


@lru_cache(maxsize=64)
def _keys_of(fifths: int) -> tuple[int, int]:
    return _number(Key.from_fifths(fifths, "major")), _number(Key.from_fifths(fifths, "minor"))


def _number(key: Key) -> int:
    return KEYS.index((key.tonic.pitch_class, key.mode))


def _ending(degree: Degree) -> float:
    """Return the nats against a chord as the last of a phrase: tonic and dominant close, others do so rarely."""
    if not degree.is_triad:
        return 2.0 if degree.name == "V7" else 3.0
    if degree.kind != "diatonic":
        return 0.5 if degree.offset == 0 else 3.0
    return {1: 0.0, 5: 0.5, 6: 1.5, 4: 1.8}.get(degree.stem, 2.2)


def _likely_keys(evidence: Evidence, emission: Floats) -> list[int]:
    """Return the keys worth searching: the signature's, and the best over the whole and over stretches."""
    best = np.stack([emission[:, state_keys() == key].min(axis=1) for key in range(len(KEYS))], axis=1)
    kept = {number for pair in set(signature_keys(evidence)) for number in pair}
    kept.update(np.argsort(best.sum(axis=0), kind="stable")[:_MOST_KEYS].tolist())
    for start in range(0, len(best), _STRETCH // 2):
        kept.update(np.argsort(best[start : start + _STRETCH].sum(axis=0), kind="stable")[:2].tolist())
    return sorted(kept)


def _rhythm(evidence: Evidence, manner: Manner) -> tuple[Ints32, Ints32]:
    """Return what it costs to change the chord, and to keep it, at each slot."""
    grades = np.searchsorted((0.25, 0.5, 1.0), evidence.strength, side="right")
    costs = np.array(manner.rhythm)[grades]
    stay = np.where(evidence.opening, 0.0, costs[:, 1])
    return _integral(costs[:, 0]), _integral(stay)
