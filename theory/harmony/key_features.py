"""Features for deciding the keys once the chords are known, used by `theory.harmony.key_regions`.

All features are relative to the tonic, so transposition does not change them. *Local* features describe how well
a slot fits a key: the degree of its chord, the chord at a phrase end, and the distance of the key from the
signature and from *home* (the key of the last chord). The others describe a change of key: its *moment* (start of
a phrase, bar line, cadence), the chords on both sides (whether the new chord is diatonic in the old key, whether
the new key begins on its tonic) and the relation of the two keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from theory.harmony.evidence import Evidence
from theory.harmony.graph import degrees
from theory.harmony.path import signature_keys, steps_from_signature
from theory.harmony.states import KEYS, MODES, QUALITIES, key_distances, state_degrees, state_keys
from theory.types import Floats, Ints, Mask
from theory.values import Value

HELD = 0.25  # weight of a slot in which the chord is held, relative to the slot in which it begins
FARTHEST = 4.0  # steps in the key graph; greater distances are counted as this

CHORDS = tuple(f"{mode} {degree.name}" for mode in MODES for degree in degrees(mode))
ENDINGS = tuple(f"phrase ends, {mode}: {end}" for mode in MODES for end in ("tonic", "dominant", "other", "authentic"))
WHOLE = (
    "foreign chord",
    "major of the signature",
    "minor of the signature",
    "steps from the signature",
    "beyond the signature's neighbours",
    "home",
    "steps from home",
    "dominant of home",
    "relative of home",
    "minor",
    "last chord no tonic",
    "home at the beginning",
)
LOCAL = (*CHORDS, *ENDINGS, *WHOLE)
MOMENTS = (
    "change",
    "change at the beginning of a phrase",
    "change at the bar line",
    "change on a strong beat",
    "change at the last chord of a phrase",
    "change under a held chord",
    "change after the last chord of a phrase began",
)
ARRIVING = ("the chord before is diatonic in the new key", "the new key begins on its tonic")
LEAVING = ("the chord after is diatonic in the old key", "the old key ends on its tonic")
RELATIONS = ("relative", "dominant", "subdominant", "parallel", "another near key", "a far key")
PAIRS = (*(f"to {relation}" for relation in RELATIONS), "to home", "from home")
NAMES = (*LOCAL, *MOMENTS, *ARRIVING, *LEAVING, *PAIRS)


@dataclass(frozen=True, eq=False, repr=False)
class KeyFeatures(Value):
    """The features of a score; the axis ``key`` is in the order of `theory.harmony.states.KEYS`."""

    local: Floats  # (slot, key, LOCAL)
    moment: Floats  # (slot - 1, MOMENTS) of the change into each slot but the first
    arriving: Floats  # (slot - 1, new key, ARRIVING)
    leaving: Floats  # (slot - 1, old key, LEAVING)
    pair: Floats  # (old key, new key, PAIRS)


@dataclass(frozen=True)
class _Hearing:
    """The chords of the Viterbi path, and their function in each key."""

    begins: Mask  # (slot,) a chord begins
    index: Ints  # (slot, key) index of the chord among the key's degrees, -1 if it has none
    diatonic: Mask  # (slot, key) diatonic chord
    tonic: Mask  # (slot, key) tonic triad
    dominant: Mask  # (slot, key) dominant or leading-tone chord of the key
    fifth: Mask  # (slot, key) diatonic chord on the fifth degree


def key_features(evidence: Evidence, path: Sequence[int]) -> KeyFeatures:
    """Return the features of a score, from its evidence and the states of the Viterbi path (one per slot)."""
    heard = _hearing(path)
    home = _home(evidence, path)
    local = np.concatenate([_chords(heard), _endings(evidence, heard), _whole(evidence, heard, home)], axis=2)
    return KeyFeatures(
        local=local,
        moment=_moments(evidence, heard)[1:],
        arriving=np.stack([heard.diatonic[:-1], heard.tonic[1:]], axis=2).astype(np.float64),
        leaving=np.stack([heard.diatonic[1:], heard.tonic[:-1]], axis=2).astype(np.float64),
        pair=_pairs(home),
    )


@lru_cache(maxsize=1)
def same_chords() -> tuple[Ints, Ints]:
    """Return which state is the chord of a state in another key, (state, key), and a number per chord, (state,).

    -1 means that the key does not contain the chord. The number encodes root and quality.
    """
    qualities = list(QUALITIES)
    chords = [((KEYS[key][0] + degree.offset) % 12, degree.quality) for key, degree in state_degrees()]
    states = {(key, chord): state for state, (key, chord) in enumerate(zip(state_keys().tolist(), chords, strict=True))}
    named = [[states.get((key, chord), -1) for key in range(len(KEYS))] for chord in chords]
    return np.array(named), np.array([root * len(qualities) + qualities.index(kind) for root, kind in chords])


@lru_cache(maxsize=1)
def _roles() -> Mask:
    """Return which degrees are diatonic, tonic triads, dominants, on the fifth degree: (role, mode, degree)."""
    most = max(len(degrees(mode)) for mode in MODES)
    roles = np.zeros((4, 2, most + 1), dtype=bool)  # the last column, index -1, has no role
    for number, mode in enumerate(MODES):
        for index, degree in enumerate(degrees(mode)):
            diatonic = degree.kind == "diatonic"
            roles[:, number, index] = (diatonic, degree.is_tonic, degree.is_dominant, diatonic and degree.stem == 5)
    return roles


def _first_states() -> Ints:
    """Return the index of each key's first state, shape (key,)."""
    return np.searchsorted(state_keys(), np.arange(len(KEYS)))


def _modes() -> Ints:
    """Return the index of each key's mode in `MODES`, shape (key,)."""
    return np.array([MODES.index(mode) for _, mode in KEYS])


def _hearing(path: Sequence[int]) -> _Hearing:
    named, chords = same_chords()
    states = named[list(path)]
    index = np.where(states >= 0, states - _first_states(), -1)
    diatonic, tonic, dominant, fifth = _roles()[:, _modes()[None, :], index]
    begins = np.diff(chords[list(path)], prepend=-1) != 0
    return _Hearing(begins, index, diatonic, tonic, dominant, fifth)


def _home(evidence: Evidence, path: Sequence[int]) -> int:
    """Return the index of the key on the last chord's root; the signature, then the chord's third, decides its mode."""
    key, degree = state_degrees()[path[-1]]
    root = (KEYS[key][0] + degree.offset) % 12
    mode = "minor" if degree.quality.startswith(("m7", "dim")) or degree.quality == "m" else "major"
    near = steps_from_signature(evidence)[-1]
    return min(
        (number for number, (tonic, _) in enumerate(KEYS) if tonic == root),
        key=lambda number: (near[number], KEYS[number][1] != mode),
    )


def _chords(heard: _Hearing) -> Floats:
    """Return the chord of each slot in each key, one-hot, (slot, key, CHORDS); held chords weigh HELD."""
    found = np.zeros((*heard.index.shape, len(CHORDS)))
    slot, key = np.nonzero(heard.index >= 0)
    column = heard.index[slot, key] + len(degrees(MODES[0])) * _modes()[key]
    found[slot, key, column] = np.where(heard.begins, 1.0, HELD)[slot]
    return found


def _endings(evidence: Evidence, heard: _Hearing) -> Floats:
    """Return the kind of chord on which a phrase ends in each key, (slot, key, ENDINGS)."""
    onset = np.maximum.accumulate(np.where(heard.begins, np.arange(len(heard.begins)), 0))
    after_dominant = heard.dominant[np.maximum(onset - 1, 0)] & (onset > 0)[:, None]
    other = ~heard.tonic & ~heard.fifth
    kinds = np.stack([heard.tonic, heard.fifth & ~heard.tonic, other, heard.tonic & after_dominant], axis=2)
    ends = (kinds & evidence.arrival[:, None, None]).astype(np.float64)
    is_minor = _modes()[None, :, None]
    return np.concatenate([ends * (1 - is_minor), ends * is_minor], axis=2)


def _whole(evidence: Evidence, heard: _Hearing, home: int) -> Floats:
    """Return the features from signature, home and the function of the chord, (slot, key, WHOLE)."""
    slots, keys = np.arange(len(heard.begins)), np.arange(len(KEYS))
    signature, away = np.array(signature_keys(evidence)), steps_from_signature(evidence)
    from_home = key_distances()[home]
    dominant, relative = (_related()[home, :, RELATIONS.index(name)] for name in ("dominant", "relative"))
    last, first = slots == len(slots) - 1, slots == 0
    on_tonic = np.array([tonic == KEYS[home][0] for tonic, _ in KEYS])
    columns = (
        heard.index < 0,
        keys == signature[:, :1],
        keys == signature[:, 1:],
        np.minimum(away, FARTHEST),
        away > 1,
        (keys == home)[None, :],
        np.minimum(from_home, FARTHEST)[None, :],
        dominant[None, :],
        relative[None, :],
        (_modes() == 1)[None, :],
        last[:, None] & ~((heard.index >= 0) & on_tonic),
        first[:, None] & (keys == home),
    )
    return np.stack([np.broadcast_to(column, away.shape).astype(np.float64) for column in columns], axis=2)


def _moments(evidence: Evidence, heard: _Hearing) -> Floats:
    """Return the features of a change of key into each slot, (slot, MOMENTS)."""
    columns = (
        np.ones(len(heard.begins)),
        evidence.opening,
        evidence.strength >= 1,
        evidence.strength >= 0.5,
        evidence.arrival,
        ~heard.begins,
        np.concatenate([[False], evidence.arrival[:-1]]),
    )
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)


@lru_cache(maxsize=1)
def _related() -> Floats:
    """Return the relations between keys, (old key, new key, PAIRS), without those to and from home."""
    related = np.zeros((len(KEYS), len(KEYS), len(PAIRS)))
    for one, (tonic, mode) in enumerate(KEYS):
        for other, (new_tonic, new_mode) in enumerate(KEYS):
            if one != other:
                interval, same = (new_tonic - tonic) % 12, mode == new_mode
                relative = not same and interval == (9 if mode == "major" else 3)
                kinds = (relative, same and interval == 7, same and interval == 5, not same and interval == 0)
                near = key_distances()[one, other] <= 2
                related[one, other, (*kinds, near, True).index(True)] = 1
    return related


def _pairs(home: int) -> Floats:
    pairs = _related().copy()
    pairs[:, home, PAIRS.index("to home")] = 1
    pairs[home, :, PAIRS.index("from home")] = 1
    pairs[home, home] = 0
    return pairs
