"""The spelling of planned chords: the root as the key has it, or as where the chord usually leads asks for."""

from __future__ import annotations

from theory.harmony.states import QUALITIES
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.pitch import Tone

_LEADS_UP = ("dim", "m7b5", "dim7")  # chords whose root is the leading tone of what follows


def chord_of(root: int, quality: str, inversion: int, key: Key) -> ChordSymbol:
    """Return a chord over one of its tones, spelled for a key and for where the chord usually leads.

    >>> C = Key.parse("C")
    >>> str(chord_of(2, "7", 1, C)), str(chord_of(6, "dim7", 0, C)), str(chord_of(0, "", 3, C))
    ('D7/F#', 'F#dim7', 'C')
    """
    tone = Tone.from_fifths(_root_fifths(root, quality, key))
    symbol = ChordSymbol.build(tone, quality)
    return symbol.inverted(inversion) if 0 < inversion < len(QUALITIES[quality]) else symbol


def _root_fifths(root: int, quality: str, key: Key) -> int:
    """Return the root on the line of fifths: a fifth above, or a half step below, the chord that it leads to."""
    if quality in _LEADS_UP:
        return key.spelling[(root + 1) % 12] + 5
    return key.spelling[(root + 5) % 12] + 1 if quality == "7" else key.spelling[root]
