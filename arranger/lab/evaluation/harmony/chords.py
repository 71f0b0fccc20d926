"""The chords of a setting as an analysis names them: types, sevenths, applied dominants and suspensions.

A *chord* here is a Roman numeral with its inversion (``V65/V``); as long as it lasts, it counts once. The figures
are relative to the key of the passage, so that V-I counts alike in all keys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby, pairwise

from theory.analysis import Analysis, RomanNumeral
from theory.analysis.numeral import degree_of

_SEVENTH_TONES = 4


def chord_types(analysis: Analysis) -> int:
    """Return the number of different Roman numerals with inversions."""
    return len({chord.figure for chord in analysis.chords})


def seventh_share(analysis: Analysis) -> float:
    """Return the share of chords that have four different tones."""
    sevenths = sum(len(chord.symbol.pitch_classes) == _SEVENTH_TONES for chord in analysis.chords)
    return sevenths / len(analysis.chords) if analysis.chords else float("nan")


def applied_dominants(analysis: Analysis) -> int:
    """Return the number of dominants or leading-tone chords of another degree than the tonic.

    Those of one degree in a row (V/V V65/V) count once. The dominant of a key that the analysis hears as a new key
    is not applied: `key_changes` counts these.
    """
    targets = [degree_of(chord).target for chord in analysis.chords]
    return sum(bool(target) for target, _ in groupby(targets))


def key_changes(analysis: Analysis) -> int:
    """Return how often the analysis hears a new key."""
    return max(0, len(analysis.keys) - 1)


def suspensions(analysis: Analysis) -> int:
    """Return the number of suspensions in any voice: 9-8, 7-6, 6-5 and 4-3 above the bass, 2-3 in it.

    They are chord tones that are held or repeated into the next chord and resolved down by step.
    """
    return sum(tone.kind == "suspension" and bool(tone.figures) for tone in analysis.non_chord_tones)


def unigrams(chords: Sequence[RomanNumeral]) -> Counter[str]:
    """Return how often each Roman numeral occurs."""
    return Counter(chord.figure for chord in chords)


def bigrams(chords: Sequence[RomanNumeral]) -> Counter[str]:
    """Return how often each pair of successive Roman numerals occurs; there is none across a change of key.

    >>> from theory.analysis import analyse
    >>> from theory.rules.example import example_score
    >>> from theory.rules.rule import passes
    >>> bigrams(analyse(example_score(passes("D5 C5 / B4 C5 / G4 E4 / G3 C3", ""))).chords)
    Counter({'V I': 1})
    """
    pairs = ((one, other) for one, other in pairwise(chords) if one.key == other.key)
    return Counter(f"{one.figure} {other.figure}" for one, other in pairs)
