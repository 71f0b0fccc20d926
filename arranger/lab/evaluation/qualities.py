"""The chord quality of a set of spelled tones: major, dominant-seventh, ... or unidentifiable.

The root is the tone above which all others can be stacked in thirds; if there is none, it is the tone with
the most thirds, fifths, sevenths ... above it, where the smaller intervals count more. The quality is the largest
kind of chord whose tones all sound above that root. Roots and kinds follow music21, which *Bach or Mock* uses, so
that the distributions can be compared with the published ones.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

UNIDENTIFIABLE = "unidentifiable"
_STACK = (3, 5, 7, 2, 4, 6)  # degrees above a root, stacked in thirds
# degree above the root: semitones; degree 2 also stands for the ninth, and ninth chords may lack their fifth
_KINDS: dict[str, dict[int, int]] = {
    "major": {3: 4, 5: 7},
    "minor": {3: 3, 5: 7},
    "augmented": {3: 4, 5: 8},
    "diminished": {3: 3, 5: 6},
    "dominant-seventh": {3: 4, 5: 7, 7: 10},
    "major-seventh": {3: 4, 5: 7, 7: 11},
    "minor-major-seventh": {3: 3, 5: 7, 7: 11},
    "minor-seventh": {3: 3, 5: 7, 7: 10},
    "augmented-major-seventh": {3: 4, 5: 8, 7: 11},
    "augmented-seventh": {3: 4, 5: 8, 7: 10},
    "half-diminished-seventh": {3: 3, 5: 6, 7: 10},
    "diminished-seventh": {3: 3, 5: 6, 7: 9},
    "seventh-flat-five": {3: 4, 5: 6, 7: 10},
    "major-sixth": {3: 4, 5: 7, 6: 9},
    "minor-sixth": {3: 3, 5: 7, 6: 9},
    "major-ninth": {3: 4, 7: 11, 2: 2},
    "dominant-ninth": {3: 4, 7: 10, 2: 2},
    "minor-major-ninth": {3: 3, 7: 11, 2: 2},
    "minor-ninth": {3: 3, 7: 10, 2: 2},
    "suspended-second": {2: 2, 5: 7},
    "suspended-fourth": {4: 5, 5: 7},
    "suspended-fourth-seventh": {4: 5, 5: 7, 7: 10},
    "Neapolitan": {2: 1, 3: 4, 5: 6},
    "Italian": {4: 6, 6: 8},
    "French": {2: 2, 4: 6, 6: 8},
    "German": {3: 3, 4: 6, 6: 8},
    "power": {5: 7},
}


def quality_of(fifths: Collection[int]) -> str:
    """Return the quality of spelled tones, given as positions on the line of fifths (C is 0, G 1, F -1).

    >>> quality_of({0, 4, 1}), quality_of({0, 1, -2, 4}), quality_of({5, 0})
    ('major', 'dominant-seventh', 'unidentifiable')
    """
    return _quality(frozenset(tone - min(fifths) for tone in fifths))


@lru_cache(maxsize=65536)
def _quality(fifths: frozenset[int]) -> str:
    tones = sorted(fifths)
    if len(tones) == 1:
        return "pedal"
    letters = {4 * tone % 7 for tone in tones}
    root = max(tones, key=lambda tone: _rootness(tone, letters))
    above: dict[int, int] = {}
    for tone in tones:
        above.setdefault((4 * (tone - root)) % 7 + 1, 7 * (tone - root) % 12)
    found = [kind for kind, degrees in _KINDS.items() if degrees.items() <= above.items()]
    return max(found, key=lambda kind: len(_KINDS[kind]), default=UNIDENTIFIABLE)


def _rootness(tone: int, letters: set[int]) -> tuple[bool, float]:
    """Return how well a tone serves as root: whether the others stack above it in thirds, and a weighted count."""
    over = [(4 * tone + degree - 1) % 7 in letters for degree in _STACK]
    stacked = all(over[: len(letters) - 1])
    return stacked, sum(1 / (rank + 6) for rank, there in enumerate(over) if there)
