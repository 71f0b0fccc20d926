"""What the chord model is told of a tune, and how its answers are numbered.

A slot is a beat (`theory.harmony.evidence.slot_onsets`). All pitch classes are counted from the tonic of the
signature taken as major, so that a tune and its transposition are the same to the model.

==========  ==================================================================================
columns     of a slot
==========  ==================================================================================
weight      12: how long each pitch class sounds in it; passing notes have little weight
beginning   12: the pitch class that sounds where it begins; 1: attacked; 1: silent
meter       4: how strong its beginning is; 1: compound meter
phrase      1: last note of a phrase begins; 1: a phrase begins; 1: slots since the phrase began
place       1: first slot; 4: last slot, and the three before it
whole       12: share of each pitch class in the tune; 12: the tune's last note
evenness    1: how evenly the tune moves in beats, as hymns do
style       4
==========  ==================================================================================

The class of a chord is 9 * root + the index of its quality in `theory.harmony.states.QUALITIES`; the class of a key is
its tonic, plus 12 in minor.
"""

from __future__ import annotations

import hashlib

from theory.harmony.states import QUALITIES

STYLES = ("chorale", "hymn", "folk", "song")
QUALITY_NAMES = tuple(QUALITIES)
CHORDS = 12 * len(QUALITY_NAMES)
LOCAL_KEYS = 24
# the numbers that describe a slot, in their order: (name, how many); the table above says what they mean
INPUTS = (
    ("weight", 12),
    ("beginning", 14),
    ("meter", 5),
    ("phrase", 3),
    ("place", 5),
    ("whole", 24),
    ("evenness", 1),
    ("style", len(STYLES)),
)
COLUMNS = sum(count for _, count in INPUTS)
OUTPUTS = CHORDS + LOCAL_KEYS + 1  # chord, key, whether the chord is new
_LAYOUT = 1  # raise it when a column comes to mean something else although its name and number stay
FINGERPRINT = hashlib.sha256(repr((_LAYOUT, INPUTS, STYLES, QUALITY_NAMES)).encode()).hexdigest()[:16]
