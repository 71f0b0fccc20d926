"""Tokens of the progression model.

The tune is encoded as for the chord model (`arranger.models.chords.features`), with styles of its own: one slot per
beat, pitch classes relative to the tonic of the signature, taken as major. A token is a chord with its bass, in three
parts:

=========  ==========================================================
root       12: semitones above the reference
quality    9: in the order of `theory.harmony.states.QUALITIES`
inversion  4: which chord tone is in the bass (root, third, fifth, seventh)
=========  ==========================================================
"""

from __future__ import annotations

import hashlib

import numpy as np

from arranger.models.chords.vocabulary import INPUTS as TUNE_INPUTS
from arranger.models.chords.vocabulary import QUALITY_NAMES
from theory.harmony.states import QUALITIES

__all__ = ["COLUMNS", "FINGERPRINT", "PARTS", "QUALITY_NAMES", "STEPS", "STYLES", "TOKEN_WIDTH"]

STYLES = ("chorale", "hymn", "renaissance", "part-song")
INPUTS = (*((name, count) for name, count in TUNE_INPUTS if name != "style"), ("style", len(STYLES)))
COLUMNS = sum(count for _, count in INPUTS)
PARTS = (12, len(QUALITY_NAMES), 4)  # sizes of root, quality and inversion
# (9, 4) semitones of the bass above the root, by quality and inversion; a triad has no seventh, its root is there
STEPS = np.array([(*QUALITIES[name], 0)[: PARTS[2]] for name in QUALITY_NAMES])
TOKEN_WIDTH = sum(PARTS)  # columns of a token as the network reads it: three indicators
_LAYOUT = 2  # raise it when a column comes to mean something else although its name and number stay
FINGERPRINT = hashlib.sha256(repr((_LAYOUT, INPUTS, STYLES, QUALITY_NAMES, PARTS)).encode()).hexdigest()[:16]
