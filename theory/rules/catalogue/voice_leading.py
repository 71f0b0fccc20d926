"""Voice leading between two successive slices: parallels, direct intervals, crossing, overlap (VL)."""

from __future__ import annotations

from theory.rules.rule import finds, passes, rule
from theory.slices.facts import Motion, Verticality
from theory.types import Mask

_FUX = "J. J. Fux, Gradus ad Parnassum (1725), on motion and perfect consonances"
_ALDWELL = "E. Aldwell and C. Schachter, Harmony and Voice Leading, on parallel, hidden and contrary motion"
_KOSTKA = "S. Kostka and D. Payne, Tonal Harmony, on voice leading in four parts"
_PISTON = "W. Piston, Harmony, on cross relations"


@rule(
    "VL101",
    "parallel-fifths",
    per="pair",
    source=_FUX,
    examples=(
        finds("G4 A4 / C4 D4", "two perfect fifths rising"),
        finds("G4 A5 / C4 D4", "a fifth and a twelfth"),
        passes("G4 A4 / C#4 D4", "a diminished fifth first"),
        passes("G4 G4 / C4 C4", "nothing moves"),
        passes("G4 G5 / C4 C5", "both leap an octave: a re-voicing, no succession"),
        passes("G4 A4 / C4 D3", "contrary motion has a code of its own"),
        passes("G4 . A4 / C4 - D4", "a rest breaks the pair"),
    ),
)
def parallel_fifths(m: Motion) -> Mask:
    """Two voices a perfect fifth apart move in the same direction to another perfect fifth."""
    return m.before.pair.perfect_fifth & m.after.pair.perfect_fifth & m.similar


@rule(
    "VL102",
    "parallel-octaves",
    per="pair",
    source=_FUX,
    examples=(
        finds("C5 D5 / C4 D4", "two octaves rising"),
        finds("C5 D5 / C3 D3", "two fifteenths"),
        finds("C4 D5 / C4 D4", "a unison, then an octave"),
        passes("C5 D5 / C4 E4", "an octave, then a seventh"),
        passes("C4 D4 / C4 D4", "unisons have a code of their own"),
        passes("C5 D5 / C4 D3", "contrary motion has a code of its own"),
    ),
)
def parallel_octaves(m: Motion) -> Mask:
    """Two voices in octaves or unison move in the same direction to an octave, or from an octave to a unison."""
    return m.before.pair.octave_or_unison & m.after.pair.octave_or_unison & m.similar & ~m.stays_unison


@rule(
    "VL103",
    "parallel-unisons",
    per="pair",
    source=_FUX,
    examples=(
        finds("C4 D4 / C4 D4", "two unisons rising"),
        passes("C4 C4 / C4 C4", "a unison repeated"),
        passes("C5 D5 / C4 D4", "octaves have a code of their own"),
    ),
)
def parallel_unisons(m: Motion) -> Mask:
    """Two voices in unison move together to another unison."""
    return m.stays_unison & m.similar


@rule(
    "VL104",
    "contrary-fifths",
    per="pair",
    source=_KOSTKA,
    examples=(
        finds("G4 A4 / C4 D3", "a fifth, then a twelfth"),
        passes("G4 A4 / C4 D4", "parallel fifths have a code of their own"),
        passes("G4 G5 / C4 C3", "both keep their pitch class: no succession"),
    ),
)
def contrary_fifths(m: Motion) -> Mask:
    """Two voices a perfect fifth apart move in opposite directions to another perfect fifth or its compound."""
    return m.before.pair.perfect_fifth & m.after.pair.perfect_fifth & m.contrary


@rule(
    "VL105",
    "contrary-octaves",
    per="pair",
    source=_KOSTKA,
    examples=(
        finds("C5 D5 / C4 D3", "an octave, then a fifteenth"),
        finds("G4 C5 / G3 C3", "octaves by leap in opposite directions"),
        passes("C5 D5 / C4 D4", "parallel octaves have a code of their own"),
    ),
)
def contrary_octaves(m: Motion) -> Mask:
    """Two voices in octaves or unison move in opposite directions to another octave or unison."""
    return m.before.pair.octave_or_unison & m.after.pair.octave_or_unison & m.contrary


@rule(
    "VL106",
    "unequal-fifths",
    per="pair",
    source=_KOSTKA,
    examples=(
        finds("F4 G4 / B3 C4", "a diminished, then a perfect fifth over the bass"),
        passes("G4 F4 / C4 B3", "perfect, then diminished"),
        passes("F4 G4 / B3 C4 / D3 E3", "between upper voices, as over a bass that rises in tenths with the soprano"),
    ),
)
def unequal_fifths(m: Motion) -> Mask:
    """The bass and an upper voice move in the same direction from a diminished to a perfect fifth."""
    return m.before.pair.diminished_fifth & m.after.pair.perfect_fifth & m.similar & m.with_bass


@rule(
    "VL108",
    "all-voices-similar",
    per="whole",
    source=_KOSTKA,
    examples=(
        finds("C5 D5 / G4 A4 / E4 F4 / C4 D4", "all four rise"),
        passes("C5 D5 / G4 A4 / E4 F4 / C4 B3", "the bass falls"),
        passes("C5 D5 / G4 A4 / E4 F4 / C4 C4", "the bass stays"),
        passes("C5 E5 / G4 C5 / E4 G4 / C4 E4", "one harmony, re-voiced", chords="C -"),
        passes("C5 D5 / G4 A4 / E4 F4", "three voices"),
        passes("C5| D5 / G4 A4 / E4 F4 / C4 D4", "the next phrase begins"),
    ),
)
def all_voices_similar(m: Motion) -> Mask:
    """Four voices or more move, all in the same direction, at a new harmony inside a phrase."""
    return (m.all_similar & ~m.same_harmony & ~m.boundary)[..., None]


@rule(
    "VL201",
    "direct-fifth",
    per="pair",
    source=_ALDWELL,
    examples=(
        finds("C5 G5 / A3 C4", "both rise into a fifth, the soprano by leap"),
        passes("F5 G5 / A3 C4", "the soprano moves by step"),
        passes("C5 G5 / E4 E4 / A3 C4 / A2 B2", "an inner voice"),
        passes("C5 G5 / E3 C4", "one harmony, re-voiced", chords="C -"),
    ),
)
def direct_fifth(m: Motion) -> Mask:
    """The outer voices move in the same direction into a perfect fifth, the upper one by leap, at a new harmony."""
    return m.outer & m.after.pair.perfect_fifth & ~m.before.pair.perfect_fifth & m.similar & m.leaps_into_new_harmony


@rule(
    "VL202",
    "direct-octave",
    per="pair",
    source=_ALDWELL,
    examples=(
        finds("G4 D5 / C3 D3", "both rise into an octave, the soprano by leap"),
        passes("B4 C5 / G3 C4", "7-1 over 5-1: the soprano moves by step"),
        passes("G4 C5 / E3 C4", "one harmony, re-voiced", chords="C -"),
    ),
)
def direct_octave(m: Motion) -> Mask:
    """The outer voices move in the same direction into an octave, the upper one by leap, at a new harmony."""
    return m.outer & m.after.pair.octave & ~m.before.pair.octave_or_unison & m.similar & m.leaps_into_new_harmony


@rule(
    "VL203",
    "direct-unison",
    per="pair",
    source=_FUX,
    examples=(
        finds("C5 D5 / A4 D5", "both rise into a unison"),
        finds("G4 E4 / C4 D4 / A4 E4", "an inner voice and the bass"),
        passes("E5 D5 / C5 D5", "contrary motion"),
        passes("D5 D5 / A4 D5", "oblique motion"),
        passes("C4 D4 / C4 D4", "parallel unisons have a code of their own"),
    ),
)
def direct_unison(m: Motion) -> Mask:
    """Two voices move in the same direction into a unison."""
    return m.similar & m.after.pair.unison & ~m.before.pair.octave_or_unison


@rule(
    "VL204",
    "direct-inner-interval",
    per="pair",
    source=_ALDWELL,
    examples=(
        finds("C5 C5 / A4 D5 / F3 G3", "alto and bass rise into a fifth, the alto by leap"),
        passes("C5 C5 / C5 D5 / F3 G3", "the alto moves by step"),
        passes("C5 G5 / A3 C4", "the outer voices have codes of their own"),
        passes("C5 C5 / C4 G4 / A3 C4", "one harmony, re-voiced", chords="C -"),
    ),
)
def direct_inner_interval(m: Motion) -> Mask:
    """A pair with an inner voice moves in one direction into a fifth or octave, the upper by leap, at a new harmony.

    The outer pair has codes of its own.
    """
    arrives = (m.after.pair.perfect_fifth & ~m.before.pair.perfect_fifth) | (
        m.after.pair.octave & ~m.before.pair.octave_or_unison
    )
    return arrives & ~m.outer & m.similar & m.leaps_into_new_harmony


@rule(
    "VL301",
    "voice-crossing",
    per="pair",
    source=_KOSTKA,
    examples=(
        finds("C4 / E4", "the lower part sounds above the upper"),
        passes("C4 / C4", "a unison"),
        passes("E4 / C4", "in order"),
    ),
)
def voice_crossing(v: Verticality) -> Mask:
    """A part sounds above one that stands over it."""
    return v.pair.crossed


@rule(
    "VL302",
    "voice-overlap",
    per="pair",
    source=_KOSTKA,
    examples=(
        finds("E4 A4 / C4 F4", "the lower voice passes the note that the upper leaves"),
        finds("A4 E4 / F4 C4", "and the other way round"),
        passes("E4 G4 / C4 E4", "the lower voice takes over the very note"),
        passes("E4 A4 / C4 F4", "one harmony, re-voiced", chords="F -"),
        passes("G3 A3 / C3 C4", "the bass leaps an octave"),
        passes("C4 E4 / E4 C4", "crossed voices: that has a code of its own"),
    ),
)
def voice_overlap(m: Motion) -> Mask:
    """A voice moves past the note that its neighbour leaves, at a new harmony; a bass that leaps an octave may."""
    uncrossed = ~m.before.pair.crossed & ~m.after.pair.crossed
    return m.adjacent & m.overlap & uncrossed & ~m.bass_octave & ~m.same_harmony[..., None]


@rule(
    "VL406",
    "cross-relation",
    per="pair",
    source=_PISTON,
    examples=(
        finds("G4 E4 / E4 G#4", "G in one voice, G# in the other"),
        passes("G4 G#4 / E4 E4", "one voice makes the chromatic step"),
        passes("G4 E4 / E4 G4", "no alteration"),
        passes("G4 E4 / E4 Ab4", "another letter"),
    ),
)
def cross_relation(m: Motion) -> Mask:
    """A letter sounds in one voice and, altered, next in another; neither of the two makes the chromatic step."""
    return m.cross_relation
