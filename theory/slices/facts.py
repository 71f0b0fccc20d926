"""Musical facts as arrays, the vocabulary of the rules.

A rule looks at one bounded window and is decided at the last slice of that window:

``Verticality``  the notes of one slice
``Motion``       two successive slices (``Succession`` if the chord changes between them)
``Step``         one voice's last four attacks

Each window computes its facts lazily, once, as arrays. The leading axes, written ``...``, are free: all
transitions of a score in the checker, (beam, candidate) in the search. So one definition of a rule serves
both. The last axis is ``V`` voices (from high to low by part, never sorted by pitch) or ``P`` pairs of
voices in the order of `voice_pairs`. A voice *moves* if its pitch changes; motion is *similar* if two voices
move in the same direction. Intervals are recognised by letters and semitones, so G#-C is not a third.
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
