"""Musical facts, as arrays over any leading shape.

What a rule may look at is one bounded window, decided at its last slice:

``Verticality``  what sounds now
``Motion``       two successive slices (``Succession`` where the chord changes between them)
``Step``         one voice's last four attacks

Each window computes its facts once, lazily, as arrays. Leading axes are free: all transitions of a
score when checking, (beam, candidate) when searching; so one definition of a rule serves both. The
last axis is ``V`` voices (high to low, by identity, never sorted by pitch) or ``P`` pairs of voices
in the order of `voice_pairs`. A voice *moves* where its pitch differs; *similar* is the same
direction; an interval class is judged by letter and by semitones, so that G#-C is no third.
"""

from __future__ import annotations

from theory.slices.context import (
    BASS,
    FIFTH,
    NONE,
    ROLES,
    ROOT,
    SEVENTH,
    SIXTH,
    TENSION,
    THIRD,
    Context,
    Ranges,
    Values,
    chord_facts,
    leading_tone_of,
    letters,
    look_up,
    voice_pairs,
)
from theory.slices.motion import Motion, Succession
from theory.slices.step import WINDOW, Step, advance_steps, begin_steps
from theory.slices.verticality import Pairs, Verticality

__all__ = [
    "BASS",
    "FIFTH",
    "NONE",
    "ROLES",
    "ROOT",
    "SEVENTH",
    "SIXTH",
    "TENSION",
    "THIRD",
    "WINDOW",
    "Context",
    "Motion",
    "Pairs",
    "Ranges",
    "Step",
    "Succession",
    "Values",
    "Verticality",
    "advance_steps",
    "begin_steps",
    "chord_facts",
    "leading_tone_of",
    "letters",
    "look_up",
    "voice_pairs",
]
