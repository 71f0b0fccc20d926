"""Finds chords and harmonic rhythm together: each chord is a segment of the score (semi-Markov model).

The states are those of `theory.harmony.states`, a key and a chord in it. A small network hears a whole segment
(`theory.harmony.segments`) from each root and says how well it is explained by a chord of each quality; transposition
changes nothing. The costs of successions and changes of key come from the harmony graph and the counted successions,
the costs of a chord that begins on a weak beat, or is held over a strong one, were learned with the network
(``weights/segments-v1``, made by ``benchmarks/make/fit_chord_segments.py``). The best path is found by dynamic
programming over moments; its cost grows in proportion to the length of the piece (Sarawagi & Cohen, Semi-Markov
conditional random fields for information extraction, NIPS 2004).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from theory.harmony.evidence import Evidence, evidence_at, profiles
from theory.harmony.path import FINAL, HOME, VOICES, endings, likely_keys, steps_from_signature
from theory.harmony.segments import LONGEST, Moments, Segments, levels, moments_of, rotated, segments_of
from theory.harmony.states import KEYS, QUALITIES, UNIT, opening_costs, state_degrees, state_keys, transition_costs
from theory.notation.score import Score
from theory.types import Floats, Floats32, Ints, Ints32
from theory.values import Value

MODEL = "segments-v1"
_CHUNK = 2048  # segments heard at once, which bounds the memory
_WIDTH = 64  # states from which a new chord may come: the best ones so far
_IN_SCALE = 0.02  # probability of a scale tone outside the chord, as in `theory.harmony.path.VOICES`
_NEVER = 2**28


@dataclass(frozen=True, eq=False, repr=False)
class Weights(Value):
    """The weights of the network and of the harmonic rhythm; L classes of metrical strength."""

    first: Floats32  # (FEATURES, hidden)
    first_bias: Floats32  # (hidden,)
    second: Floats32  # (hidden, quality)
    second_bias: Floats32  # (quality,)
    direct: Floats32  # (FEATURES, quality) past the hidden layer
    profiles: (
        Floats32  # (2,) weights of the fixed profiles of chords (`theory.harmony.evidence`), of all notes and bass
    )
    scale: Floats32  # (mode, semitones above the tonic) a pulse of each tone in a key
    change: Floats32  # (L,) cost of a new chord
    stay: Floats32  # (L,) cost of keeping the chord
    signature: Floats32  # (1,) cost per pulse of each step from the key signature
    settled: Floats32  # (1,) extra cost of a change of key
    ending: Floats32  # (1,) weight of the costs of chords at the end of a phrase


@lru_cache(maxsize=1)
def weights() -> Weights:
    """Return the fitted weights."""
    with np.load(Path(__file__).with_name("weights") / MODEL / "weights.npz", allow_pickle=False) as file:
        return Weights(**{name: file[name] for name in file.files})


@lru_cache(maxsize=1)
def state_chords() -> tuple[Ints, Ints]:
    """Return root and quality (an index in `QUALITIES`) of each state, each (state,)."""
    qualities = list(QUALITIES)
    chords = [((KEYS[key][0] + degree.offset) % 12, qualities.index(degree.quality)) for key, degree in state_degrees()]
    found = np.array(chords)
    return found[:, 0], found[:, 1]


def heard(segments: Segments, weights: Weights) -> Floats32:
    """Return how well each chord explains each segment, (segment, root, quality), in nats."""
    found = np.empty((len(segments.start), 12, len(QUALITIES)), dtype=np.float32)
    for start in range(0, len(found), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        inputs = inputs_of(segments.shares[chunk], segments.other[chunk])
        hidden = np.maximum(inputs @ weights.first + weights.first_bias, 0)
        found[chunk] = hidden @ weights.second + inputs @ weights.direct + weights.second_bias
    return found


def inputs_of(shares: Floats, other: Floats) -> Floats32:
    """Return the inputs of the network, (segment, root, FEATURES)."""
    turned = rotated(shares.astype(np.float32)).reshape(len(shares), 12, -1)
    repeated = np.broadcast_to(other.astype(np.float32)[:, None], (len(other), 12, other.shape[1]))
    return np.concatenate([turned, repeated], axis=2)


def explained(moments: Moments, weights: Floats32, states: Ints) -> tuple[Floats, Floats]:
    """Return two matrices whose product says how well the fixed profiles of chords explain each moment.

    They have the shapes (moment, 24) and (24, state); the product is in nats.
    """
    tones, basses = profiles(_IN_SCALE)
    return np.hstack([moments.tones, moments.bass]), np.vstack([
        weights[0] * tones[states].T, weights[1] * basses[states].T
    ])  # fmt: skip


def chord_path(score: Score, beats: Evidence) -> tuple[Evidence, list[int]]:
    """Return the chords of a score as states, one for each slot of the evidence that is returned with them.

    The slots are the beats and all times within beats at which a chord begins.

    Parameters
    ----------
    beats
        The evidence of the score in its beats.
    """
    moments = moments_of(score)
    times, on_beats = moments.onset_quarter, set(beats.onset_quarter)
    search = _Search(moments, segments_of(moments), evidence_at(score, times, moments.tones))
    path = _with_late_sevenths(search.best_path(likely_keys(beats)), moments.bar)
    kept = [slot for slot, time in enumerate(times) if time in on_beats or path[slot] != path[slot - 1]]
    return search.evidence.joined(kept), [path[slot] for slot in kept]


def _with_late_sevenths(path: Sequence[int], bar: Ints) -> list[int]:
    """Return a path in which a triad that gains a seventh within the bar has it from the beginning."""
    found = list(path)
    for moment in range(len(found) - 2, -1, -1):
        if bar[moment] == bar[moment + 1] and _gains_seventh(found[moment], found[moment + 1]):
            found[moment] = found[moment + 1]
    return found


@lru_cache(maxsize=1024)
def _gains_seventh(state: int, after: int) -> bool:
    (key, triad), (other_key, seventh) = (state_degrees()[each] for each in (state, after))
    tones = QUALITIES[triad.quality]
    same = key == other_key and triad.offset == seventh.offset
    return same and triad.quality != seventh.quality and QUALITIES[seventh.quality][: len(tones)] == tones


class _Search:
    """The dynamic program over the moments of a score; costs are in units of 1 / `UNIT` nat."""

    def __init__(self, moments: Moments, segments: Segments, evidence: Evidence) -> None:
        self.segments, self.evidence, self.weights = segments, evidence, weights()
        self.level = levels(moments.strength)
        self.kind = np.where(evidence.opening, 2, np.where(evidence.arrival, 1, 0))
        self.heard = heard(segments, self.weights)
        self.by_key, self.moments = self._by_key(moments), moments

    def best_path(self, keys: Sequence[int]) -> list[int]:
        """Return the state of each moment on the cheapest path; ties go to lower indices."""
        states = np.flatnonzero(np.isin(state_keys(), keys))
        count, same = len(self.level), np.arange(len(states))
        moves, costs = self._moves(keys, states), self._costs(states)
        change, stay = _integral(self.weights.change), _integral(self.weights.stay)
        origin = np.zeros((count + 1, len(states)), dtype=np.int16)  # state before, where a segment begins
        begun = np.zeros((count + 1, len(states)), dtype=np.int8)  # moments in the segment that ends
        # costs of the best paths into each state at the last moments
        arrive = deque([self._opening(states).astype(np.int64)], maxlen=LONGEST)
        for moment in range(1, count + 1):
            first, cost = costs(moment)
            before = np.stack(list(arrive)[first - moment :]) + cost
            nearest = before.argmin(axis=0)
            end, begun[moment] = before[nearest, same], moment - first - nearest
            if moment == count:
                break
            level = self.level[moment]
            best = np.sort(np.argpartition(end, _WIDTH)[:_WIDTH]) if len(end) > _WIDTH else same
            reached = moves[self.kind[moment]][best] + end[best, None]
            nearest = reached.argmin(axis=0)
            moved, kept = reached[nearest, same] + change[level], end + stay[level]
            origin[moment] = np.where(kept <= moved, same, best[nearest])
            arrive.append(np.minimum(kept, moved))
        return [int(states[state]) for state in _traced(origin, begun, int(end.argmin()))]

    def _by_key(self, moments: Moments) -> Floats:
        """Return how well the tones of each segment fit each key, (segment, key)."""
        turned = np.stack([np.roll(self.weights.scale[int(mode == "minor")], tonic) for tonic, mode in KEYS])
        steps = float(self.weights.signature[0]) * steps_from_signature(self.evidence) * moments.pulses[:, None]
        running = np.concatenate([np.zeros((1, len(KEYS))), np.cumsum(moments.tones @ turned.T - steps, axis=0)])
        return np.asarray(running[self.segments.stop] - running[self.segments.start])

    def _costs(self, states: Ints) -> Callable[[int], tuple[int, Ints32]]:
        """Return a function that returns the first moment and the costs, (segment, state), of segments with one end."""
        roots, qualities = (values[states] for values in state_chords())
        keys, count = state_keys()[states], len(self.level)
        notes, chords = explained(self.moments, self.weights.profiles, states)
        ending = float(self.weights.ending[0]) * endings()[states]
        final = FINAL * np.array([not state_degrees()[state][1].is_tonic for state in states])
        bounds = np.searchsorted(self.segments.stop, np.arange(count + 2))

        def costs(moment: int) -> tuple[int, Ints32]:
            chosen = slice(int(bounds[moment]), int(bounds[moment + 1]))
            first = int(self.segments.start[chosen][0])
            score = self.heard[chosen][:, roots, qualities] + self.by_key[chosen][:, keys]
            score += np.cumsum((notes[first:moment] @ chords)[::-1], axis=0)[::-1]
            arrives = (self.kind == 1)[first:moment]
            return first, _integral(ending * arrives[:, None] - score + final * (moment == count))

        return costs

    def _opening(self, states: Ints) -> Ints32:
        """Return the cost of beginning with each state."""
        costs = np.concatenate([opening_costs(mode, VOICES.counts) for _, mode in KEYS])[states]
        return _integral(costs + HOME * steps_from_signature(self.evidence)[0, state_keys()[states]])

    def _moves(self, keys: Sequence[int], states: Ints) -> tuple[Ints32, ...]:
        """Return the costs of transitions (from, to) inside a phrase, into its last chord, and into its first."""
        state_key = state_keys()[states]
        settled = _integral(self.weights.settled * (state_key[:, None] != state_key[None, :]))
        matrices = tuple(np.ascontiguousarray((matrix + settled).T) for matrix in transition_costs(keys, VOICES.counts))
        for matrix in matrices:
            np.fill_diagonal(matrix, _NEVER)
        return matrices


def _traced(origin: NDArray[np.int16], begun: NDArray[np.int8], state: int) -> list[int]:
    """Return the state of each moment, going back from the last one."""
    path = np.zeros(len(origin) - 1, dtype=np.int64)
    moment = len(path)
    while moment > 0:
        first = moment - int(begun[moment, state])
        path[first:moment] = state
        state, moment = int(origin[first, state]), first
    return [int(each) for each in path]


def _integral(costs: Floats | Floats32) -> Ints32:
    return np.rint(np.asarray(costs, dtype=np.float64) * UNIT).astype(np.int32)
