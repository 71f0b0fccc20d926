"""Half closes: a phrase that ends on the dominant has not left its key.

A last chord is expected to be a tonic, so a short phrase that stops on the dominant is heard in the key of that
chord: I-IV-V in C major as IV-bVII-I in G major. The notes tell the two apart. In G major an F# must sound sooner or
later; where it never does, and the key signature has none, the music has stayed in C.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from theory.harmony.evidence import Evidence
from theory.harmony.key_features import same_chords
from theory.harmony.states import KEYS, state_degrees, state_keys
from theory.notation.key import Key

_FEW = 2  # chords, too few for a new key that does not show its leading tone
_FOURTH, _RAISED_FOURTH, _DOMINANT = 5, 6, 7  # semitones above the tonic


def without_false_dominants(evidence: Evidence, path: Sequence[int]) -> list[int]:
    """Return a path with regions in the signature's dominant key renamed in its own if no raised fourth sounds there.

    The fourth degree itself must sound instead, or the region must begin the piece on the tonic or have only two
    chords.
    """
    result = list(path)
    for first, stop in _regions(path):
        home = Key.from_fifths(evidence.signature[first].fifths).tonic.pitch_class
        if KEYS[state_keys()[path[first]]] != ((home + _DOMINANT) % 12, "major"):
            continue
        sounds = evidence.weight[first:stop].sum(axis=0) > 0
        begins = first == 0 and _root(path[0]) == home
        passing = len(set(path[first:stop])) <= _FEW
        renamed = _renamed(path[first:stop], KEYS.index((home, "major")))
        if (
            renamed
            and not sounds[(home + _RAISED_FOURTH) % 12]
            and (sounds[(home + _FOURTH) % 12] or begins or passing)
        ):
            result[first:stop] = renamed
    return result


def _regions(path: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first slot of each key region and the first slot after it."""
    first = 0
    for _, run in groupby(path, key=lambda state: state_keys()[state]):
        stop = first + len(list(run))
        yield first, stop
        first = stop


def _root(state: int) -> int:
    number, degree = state_degrees()[state]
    return (KEYS[number][0] + degree.offset) % 12


def _renamed(states: Sequence[int], key: int) -> list[int]:
    """Return the states of the same chords in another key, empty if it has no name for one of them."""
    named, _ = same_chords()
    found = [int(named[state, key]) for state in states]
    return found if min(found) >= 0 else []
