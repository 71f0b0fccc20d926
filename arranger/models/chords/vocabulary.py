"""What the chord model is told of a tune, and how its answers are numbered.

A slot is a beat (`theory.harmony.evidence.slot_onsets`). All pitch classes are counted from the tonic of the
signature taken as major, so that a tune and its transposition are the same to the model.

==========  ==================================================================================
columns     of a slot
==========  ==================================================================================
weight      12: how much of each pitch class sounds in it, passing notes little
beginning   12: the pitch class that sounds where it begins; attacked 1; silent 1
meter       4: how strong its beginning is; compound meter 1
phrase      last note of a phrase begins 1; a phrase begins 1; so many slots of it have gone by 1
place       first slot 1; last, and the three before it 4
whole       12: share of each pitch class in the tune; 12: the tune's last note
evenness    1: how far it goes in even beats, as hymns do
style       4
==========  ==================================================================================

A chord is root x 9 + quality, in the order of `theory.harmony.states.QUALITIES`; a key is tonic, and 12 more in minor.
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
