"""Augmented sixth chords, recognised by their spelling.

Chord symbols, analyses and estimates name an augmented sixth as the dominant seventh that sounds the same: F7 for
F-A-C-D#. A dominant has a leading tone and a seventh that falls; an augmented sixth has neither, its two outer tones
move outwards. So the checker looks at the spelling of the notes and calls the chord by its own name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby

from theory.notation.chord import ChordSymbol
from theory.notation.chord_kinds import QUALITY_NAMES, parse_degrees
from theory.slices.texture import Texture

_DOMINANTS = (QUALITY_NAMES["7"], parse_degrees("1 3 b5 b7"))
_ON_FIFTHS = 10  # position of an augmented sixth above the root on the line of fifths: F-D#
_SEVENTH, _FIFTH, _TRITONE = 10, 7, 6  # semitones above the root
_FOURTH = 5  # semitones from a dominant up to its tonic


def spelled_sixths(texture: Texture) -> Texture:
    """Return the texture with those dominant sevenths renamed whose seventh is spelled as an augmented sixth.

    A chord that resolves like a dominant, a fourth up, keeps its name: there the spelling is a slip.
    """
    spans = [(chord, list(run)) for chord, run in groupby(range(len(texture.chord)), key=texture.chord.__getitem__)]
    chords: list[ChordSymbol | None] = []
    for place, (chord, slices) in enumerate(spans):
        after = spans[place + 1][0] if place + 1 < len(spans) else None
        name = "" if chord is None or _rises_by_fourth(chord, after) else _name(texture, chord, slices)
        chords += [_renamed(chord, name) if chord and name else chord] * len(slices)
    return replace(texture, chord=tuple(chords)) if tuple(chords) != texture.chord else texture


def _name(texture: Texture, chord: ChordSymbol, slices: Sequence[int]) -> str:
    """Return the quality of an augmented sixth chord, empty if the seventh does not sound, or ever sounds as one."""
    if chord.root is None or chord.degrees not in _DOMINANTS:
        return ""
    sounding = texture.pitch[slices] >= 0
    above = (texture.pitch[slices][sounding] - chord.root.pitch_class) % 12
    spelled = texture.fifths[slices][sounding][above == _SEVENTH] - chord.root.fifths
    if not len(spelled) or (spelled != _ON_FIFTHS).any():
        return ""
    return "Ger+6" if (above == _FIFTH).any() else "Fr+6" if (above == _TRITONE).any() else "It+6"


def _rises_by_fourth(chord: ChordSymbol, after: ChordSymbol | None) -> bool:
    if chord.root is None or after is None or after.root is None:
        return False
    return (after.root.pitch_class - chord.root.pitch_class) % 12 == _FOURTH


@lru_cache(maxsize=256)
def _renamed(chord: ChordSymbol, quality: str) -> ChordSymbol:
    assert chord.root is not None
    return ChordSymbol.of_degrees(chord.root, QUALITY_NAMES[quality], bass=chord.bass)
