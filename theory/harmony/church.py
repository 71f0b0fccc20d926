"""Harmony of the church modes: what differs from major and minor where a key signature names one of them.

The search (`theory.harmony.path`) knows 24 keys. A church mode is searched as the major or minor key on its tonic,
whose chords include those of the mode: bVII and v in G mixolydian, IV and ii in D dorian. Where a mode is named, the
scale is that of the mode, other chords are unlikely, and the usual successions are those of modal tunes: the tonic
alternates with its neighbour, the "double tonic" (P. van der Merwe, *Origins of the Popular Style*, 1989), and a close
comes from the triad on the fifth or seventh degree, in phrygian from that on the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from theory.harmony.evidence import tone_weights
from theory.harmony.graph import Degree, degrees
from theory.harmony.states import AUTHENTIC, KEYS, QUALITIES, UNIT, state_keys
from theory.notation.key import Key
from theory.types import Floats, Ints32, Mask

OUTSIDE, OUTSIDE_VOICES = 5.0, 2.0  # cost in nats per slot of a chord outside the mode: for a tune, in several voices
_TONIC, _NEIGHBOUR, _FOURTH, _FIFTH, _OTHER = 5.0, 3.0, 3.0, 2.0, 1.0  # how usual the triads are as next chords
_SEVENTH_CHORD, _DIMINISHED, _FOREIGN = 0.2, 0.1, 0.03  # how usual other chords are, relative to the triad or at all
_NEIGHBOURS = {"lydian": 2, "phrygian": 1, "locrian": 1}  # semitones above the tonic; in the other modes 10
_HALF_END, _FAR_END = 0.5, 2.5  # costs in nats of a phrase that ends before its close, and elsewhere


def names_church_mode(signature: Sequence[Key]) -> bool:
    """Whether any of the key signatures names a church mode."""
    return any(key.church for key in signature)


def states_of(key: Key) -> Ints32:
    """Return the indices of the states with which the search writes the chords of a church mode."""
    home = KEYS.index((key.tonic.pitch_class, key.mode))
    return np.flatnonzero(state_keys() == home).astype(np.int32)


@lru_cache(maxsize=16)
def chords_inside(key: Key) -> Mask:
    """Return which chords of the vocabulary have tones of a key's scale only, (chord,).

    >>> key = Key.parse("G mixolydian")
    >>> [chord.name for chord, is_in in zip(degrees("major"), chords_inside(key)) if is_in and chord.is_triad]
    ['I', 'ii', 'IV', 'vi', 'bVII', 'v']
    """
    return np.array([set(_members(key, degree)) <= set(key.scale) for degree in degrees(key.mode)])


@lru_cache(maxsize=16)
def log_tones(key: Key, in_scale: float) -> Floats:
    """Return the log-probability of each pitch class given each chord of the vocabulary, (chord, 12)."""
    scale = frozenset(key.scale)
    rows = np.stack([tone_weights(_members(key, degree), scale, in_scale) for degree in degrees(key.mode)])
    return np.asarray(np.log(rows / rows.sum(axis=1, keepdims=True)))


def _members(key: Key, degree: Degree) -> list[int]:
    """Return the pitch classes of a chord, from its root up."""
    return [(key.tonic.pitch_class + degree.offset + step) % 12 for step in QUALITIES[degree.quality]]


@lru_cache(maxsize=16)
def ending_costs(key: Key) -> Floats:
    """Return the cost in nats of each chord at the end of a phrase, (chord,)."""
    closes = chords_inside(key)
    return np.array(
        [
            0.0 if degree.is_tonic and is_in else _HALF_END if is_in and _leads_home(key, degree) else _FAR_END
            for degree, is_in in zip(degrees(key.mode), closes, strict=True)
        ]
    )


@lru_cache(maxsize=16)
def moves_within(key: Key) -> tuple[Ints32, Ints32, Ints32]:
    """Return the costs (to, from) of successions within a church mode: inside a phrase, into its end, after it."""
    opening = opening_costs(key)
    inside = np.tile(opening, (len(opening), 1))
    leads = np.array([_leads_home(key, degree) for degree in degrees(key.mode)]) & chords_inside(key)
    home = np.array([degree.is_tonic for degree in degrees(key.mode)]) & chords_inside(key)
    matrices = inside, inside - AUTHENTIC * np.outer(leads, home), inside
    one, two, three = (np.ascontiguousarray(np.rint(costs.T * UNIT).astype(np.int32)) for costs in matrices)
    return one, two, three


@lru_cache(maxsize=16)
def opening_costs(key: Key) -> Floats:
    """Return the cost in nats of each chord as the first or the next one, (chord,)."""
    usual = [
        _usual(key, degree) if is_in else _FOREIGN
        for degree, is_in in zip(degrees(key.mode), chords_inside(key), strict=True)
    ]
    return np.asarray(-np.log(np.array(usual) / sum(usual)))


def _usual(key: Key, degree: Degree) -> float:
    """Return how usual a chord of the mode is, relative to the others."""
    places = {0: _TONIC, 5: _FOURTH, 7: _FIFTH, _NEIGHBOURS.get(key.church, 10): _NEIGHBOUR}
    usual = places.get(degree.offset, _OTHER)
    if degree.is_triad:
        return usual
    return usual * (_DIMINISHED if degree.quality == "dim" else _SEVENTH_CHORD)


def _leads_home(key: Key, degree: Degree) -> bool:
    """Whether a chord is a triad from which the mode closes."""
    return degree.is_triad and degree.offset in {7, 10, 11, _NEIGHBOURS.get(key.church, 10)}
