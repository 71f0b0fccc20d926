"""Spacing between voices, and the range of each voice (SP, RA)."""

from __future__ import annotations

from theory.rules.rule import finds, passes, rule
from theory.rules.sources import ADLER, AP, INQUIRY_BASED, KOSTKA_PAYNE, LOWELL_PULLIG, OUR_CHOICE, cite
from theory.slices.facts import Verticality
from theory.types import Mask

_SPACING = cite((INQUIRY_BASED, 'ch. 10, lesson 10b "Part-writing Errors"'), (AP, "question 6, I.C.2"))
_BASS = cite((KOSTKA_PAYNE, 'ch. 5, "Principles of Voice Leading"'), (OUR_CHOICE, "the limit of a twelfth"))
_RANGES = cite(
    (ADLER, "the chapters on individual instruments"),
    (OUR_CHOICE, "the figures of instruments.toml, where each entry says what they rest on"),
)


@rule(
    "SP101",
    "wide-spacing",
    per="pair",
    source=_SPACING,
    examples=(
        finds("E5 / C4 / G3 / C3", "a tenth between soprano and alto"),
        passes("C5 / C4 / G3 / C3", "an octave"),
        passes("E5 / C5 / G4 / C3", "a twelfth between tenor and bass: not for this rule"),
    ),
)
def wide_spacing(v: Verticality) -> Mask:
    """Two neighbouring upper voices are more than an octave apart."""
    return v.adjacent & ~v.with_bass & v.pair.sounding & (v.pair.semitones > 12)


@rule(
    "SP102",
    "bass-far-below",
    per="pair",
    source=_BASS,
    examples=(
        finds("C5 / G4 / F4 / A2", "an octave and a sixth between tenor and bass"),
        passes("C5 / G4 / E4 / A3", "a fifth"),
        passes("C5 / G4 / E4 / C3", "a tenth"),
        passes("C5 / A2", "only two voices"),
        passes("C5 / C3 / A2 / E2", "the upper voices: SP101"),
    ),
)
def bass_far_below(v: Verticality) -> Mask:
    """In three or more voices, the bass is more than an octave and a fifth below the next voice."""
    return v.adjacent & v.with_bass & ~v.outer & v.pair.sounding & (v.pair.semitones > 19)


@rule(
    "SP103",
    "low-interval-limit",
    per="pair",
    source=cite((LOWELL_PULLIG, "on low interval limits")),
    examples=(
        finds("C5 / G4 / E2 / C2", "a third on C2"),
        finds("C5 / D3 / C3", "a second on C3"),
        passes("C5 / G4 / G2 / C2", "a fifth on C2"),
        passes("C5 / E4 / C3 / C2", "octaves are always clear"),
        passes("C5 / E3 / C3", "a third on C3"),
    ),
)
def low_interval_limit(v: Verticality) -> Mask:
    """Two voices form an interval too low to be heard clearly (low interval limit)."""
    return v.too_low


@rule(
    "RA101",
    "uncomfortable-range",
    per="voice",
    source=_RANGES,
    examples=(
        finds("A5 / E4 / G3 / C3", "a soprano above G5"),
        finds("E5 / E4 / G3 / D2", "a bass below E2"),
        passes("G5 / E4 / G3 / C3", "G5 is still comfortable"),
        passes("B5 / E4 / G3 / C3", "outside the absolute range: RA102"),
    ),
)
def uncomfortable_range(v: Verticality) -> Mask:
    """A note lies outside the comfortable range of its voice or instrument, but within the absolute one."""
    return v.outside_comfort & ~v.outside_range


@rule(
    "RA102",
    "out-of-range",
    per="voice",
    source=_RANGES,
    examples=(
        finds("B5 / E4 / G3 / C3", "a soprano above A5"),
        finds("E5 / E4 / G3 / B1", "a bass below C2"),
        passes("A5 / E4 / G3 / C3", "uncomfortable: RA101"),
    ),
)
def out_of_range(v: Verticality) -> Mask:
    """A note lies outside the absolute range of its voice or instrument."""
    return v.outside_range
