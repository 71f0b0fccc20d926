"""Tokens of the progression model.

The tune is encoded as for the chord model (`arranger.models.chords.features`): one slot per beat, pitch classes
relative to the tonic of the signature, taken as major. A token is a chord with its bass, in three parts:

=========  ==========================================================
root       12: semitones above the reference
quality    9: in the order of `theory.harmony.states.QUALITIES`
inversion  4: which chord tone is in the bass (root, third, fifth, seventh)
=========  ==========================================================
"""

from __future__ import annotations

import hashlib

from arranger.models.chords.vocabulary import COLUMNS, INPUTS, QUALITY_NAMES, STYLES

__all__ = ["COLUMNS", "FINGERPRINT", "PARTS", "QUALITY_NAMES", "STYLES", "TOKEN_WIDTH"]

PARTS = (12, len(QUALITY_NAMES), 4)  # sizes of root, quality and inversion
TOKEN_WIDTH = sum(PARTS)  # columns of a token as the network reads it: three indicators
_LAYOUT = 1  # raise it when a column comes to mean something else although its name and number stay
FINGERPRINT = hashlib.sha256(repr((_LAYOUT, INPUTS, STYLES, QUALITY_NAMES, PARTS)).encode()).hexdigest()[:16]
