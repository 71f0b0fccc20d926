"""Variety and movement of the voices of a setting, from its notes alone.

A *chord* here is what sounds at an attack of the top voice. An *attack* of a voice is any note that it begins;
tied notes are one. Pieces without what is measured have ``nan``.

``sets_per_10``        different pitch-class sets per 10 chords
``three_commonest``    share of the chords that have one of the three commonest pitch-class sets
``sounding_sevenths``  share of the chords that are a seventh chord, at least root, third and seventh, and nothing else
``alto_commonest``, ``tenor_commonest``  share of the voice's attacks that are on its commonest pitch
``bass_repeats``, ``bass_steps``, ``bass_leaps``  share of the bass's attacks, apart from those after a rest, that
                       repeat the pitch before, are one or two semitones from it, or further
``foreign_notes``      share of the lower voices' attacks outside the seven pitch classes that all voices together
                       attack most often
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np

from theory.slices.texture import Texture

_STEP = 2  # semitones
_COMMONEST_SETS = 3
_SCALE = 7  # pitch classes
_WHOLE = ((0, 4, 7, 10), (0, 3, 7, 10), (0, 4, 7, 11), (0, 3, 7, 11), (0, 3, 6, 10), (0, 3, 6, 9))
_SEVENTHS = {frozenset(tones) for chord in _WHOLE for tones in (chord, (*chord[:2], chord[3]))} - {frozenset((0, 3, 9))}


def voicing_of(texture: Texture) -> dict[str, float]:
    """Return the figures of a four-part texture, by name."""
    sets = pitch_class_sets(texture)
    commonest = sum(count for _, count in Counter(sets).most_common(_COMMONEST_SETS))
    moves = bass_moves(texture)
    return {
        "sets_per_10": 10 * _ratio(len(set(sets)), len(sets)),
        "three_commonest": _ratio(commonest, len(sets)),
        "sounding_sevenths": _ratio(sum(is_seventh(each) for each in sets), len(sets)),
        "alto_commonest": commonest_pitch(texture, 1),
        "tenor_commonest": commonest_pitch(texture, 2),
        "bass_repeats": _ratio(sum(move == 0 for move in moves), len(moves)),
        "bass_steps": _ratio(sum(0 < move <= _STEP for move in moves), len(moves)),
        "bass_leaps": _ratio(sum(move > _STEP for move in moves), len(moves)),
        "foreign_notes": foreign_notes(texture),
    }


def pitch_class_sets(texture: Texture) -> list[frozenset[int]]:
    """Return the pitch classes that sound at each attack of the top voice."""
    rows = texture.pitch[texture.attack[:, 0]]
    return [frozenset((row[row >= 0] % 12).tolist()) for row in rows]


def is_seventh(tones: frozenset[int]) -> bool:
    """Return whether pitch classes are a seventh chord, with or without its fifth.

    >>> is_seventh(frozenset({7, 11, 5})), is_seventh(frozenset({0, 4, 7}))
    (True, False)
    """
    return any(frozenset((tone - root) % 12 for tone in tones) in _SEVENTHS for root in tones)


def commonest_pitch(texture: Texture, voice: int) -> float:
    """Return the share of a voice's attacks that are on the pitch which it attacks most often."""
    counts = Counter(texture.pitch[texture.attack[:, voice], voice].tolist())
    return _ratio(max(counts.values(), default=0), counts.total())


def bass_moves(texture: Texture) -> list[int]:
    """Return the sizes, in semitones, of the moves to each attack of the bass; there is none after a rest."""
    line: list[int] = []  # pitch of each attack, -1 for a rest
    for pitch, attack in zip(texture.pitch[:, -1].tolist(), texture.attack[:, -1].tolist(), strict=True):
        if attack or pitch < 0:
            line.append(max(pitch, -1))
    return [abs(after - before) for before, after in pairwise(line) if before >= 0 and after >= 0]


def foreign_notes(texture: Texture) -> float:
    """Return the share of the lower voices' attacks outside the seven commonest pitch classes of all voices."""
    counts = Counter((texture.pitch[texture.attack] % 12).tolist())
    scale = [pitch_class for pitch_class, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:_SCALE]]
    lower = texture.pitch[:, 1:][texture.attack[:, 1:]] % 12
    return float(np.mean(~np.isin(lower, scale))) if len(lower) else float("nan")


def last_approach(texture: Texture) -> bool:
    """Return whether the bass comes to its last pitch class from the fourth or the fifth degree above it.

    It is the bass of the dominant or subdominant if the last chord has its root in the bass. Repeated notes and
    octaves count as one.
    """
    line = texture.pitch[texture.attack[:, -1], -1] % 12
    before = line[line != line[-1]][-1:] if len(line) else line
    return bool(((before - line[-1:]) % 12 == 5).any() or ((before - line[-1:]) % 12 == 7).any())


def _ratio(count: float, among: int) -> float:
    return count / among if among else float("nan")
