"""Spacing between voices and ranges of each (SP, RA)."""

from __future__ import annotations

from theory.rules.rule import finds, passes, rule
from theory.slices.facts import Verticality
from theory.types import Mask

_KOSTKA = "S. Kostka and D. Payne, Tonal Harmony, on spacing in four parts"
_LOWELL = "R. Lowell and K. Pullig, Arranging for Large Jazz Ensemble, on low interval limits"
_ADLER = "S. Adler, The Study of Orchestration, on instrumental and vocal ranges"


@rule(
    "SP101",
    "wide-spacing",
    per="pair",
    source=_KOSTKA,
    examples=(
        finds("E5 / C4 / G3 / C3", "a tenth between soprano and alto"),
        passes("C5 / C4 / G3 / C3", "an octave"),
        passes("E5 / C5 / G4 / C3", "the bass may lie far below"),
    ),
)
def wide_spacing(v: Verticality) -> Mask:
    """Two neighbouring upper voices lie more than an octave apart."""
    return v.adjacent & ~v.with_bass & v.pair.sounding & (v.pair.semitones > 12)


@rule(
    "SP102",
    "bass-far-below",
    per="pair",
    source=_KOSTKA,
    examples=(
        finds("C5 / G4 / F4 / A2", "an octave and a sixth between tenor and bass"),
        passes("C5 / G4 / E4 / A3", "a fifth"),
        passes("C5 / G4 / E4 / C3", "a tenth"),
        passes("C5 / A2", "two voices alone"),
        passes("C5 / C3 / A2 / E2", "the upper voices have a code of their own"),
    ),
)
def bass_far_below(v: Verticality) -> Mask:
    """Of three voices or more, the lowest lies more than an octave and a fifth below its neighbour."""
    return v.adjacent & v.with_bass & ~v.outer & v.pair.sounding & (v.pair.semitones > 19)


@rule(
    "SP103",
    "low-interval-limit",
    per="pair",
    source=_LOWELL,
    examples=(
        finds("C5 / G4 / E2 / C2", "a third on C2"),
        finds("C5 / D3 / C3", "a second on C3"),
        passes("C5 / G4 / G2 / C2", "a fifth on C2"),
        passes("C5 / E4 / C3 / C2", "an octave is always clear"),
        passes("C5 / E3 / C3", "a third on C3"),
    ),
)
def low_interval_limit(v: Verticality) -> Mask:
    """Two voices form an interval that lies too low to be heard clearly."""
    return v.too_low


@rule(
    "RA101",
    "uncomfortable-range",
    per="voice",
    source=_ADLER,
    examples=(
        finds("A5 / E4 / G3 / C3", "a soprano above G5"),
        finds("E5 / E4 / G3 / D2", "a bass below E2"),
        passes("G5 / E4 / G3 / C3", "G5 is hers"),
        passes("B5 / E4 / G3 / C3", "impossible, which has a code of its own"),
    ),
)
def uncomfortable_range(v: Verticality) -> Mask:
    """A note lies outside the comfortable range of its voice or instrument, though still within what it can sound."""
    return v.outside_comfort & ~v.outside_range


@rule(
    "RA102",
    "out-of-range",
    per="voice",
    source=_ADLER,
    examples=(
        finds("B5 / E4 / G3 / C3", "a soprano above A5"),
        finds("E5 / E4 / G3 / B1", "a bass below C2"),
        passes("A5 / E4 / G3 / C3", "uncomfortable, not impossible"),
    ),
)
def out_of_range(v: Verticality) -> Mask:
    """A note lies outside what its voice or instrument can sound."""
    return v.outside_range
