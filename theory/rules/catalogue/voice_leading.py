"""Voice leading between two successive slices: parallels, direct intervals, crossing, overlap, cross-relation (VL)."""

from __future__ import annotations

from theory.rules.rule import finds, passes, rule
from theory.rules.sources import (
    ALDWELL_SCHACHTER,
    FUX,
    INQUIRY_BASED,
    KOSTKA_PAYNE,
    OPEN_MUSIC_THEORY,
    PISTON,
    cite,
)
from theory.slices.facts import Motion, Verticality
from theory.types import Mask

_ERRORS = (INQUIRY_BASED, 'ch. 10, lesson 10b "Part-writing Errors"')
_FIRST_SPECIES = (OPEN_MUSIC_THEORY, '"Composing a first-species counterpoint"')
_FOUR_PARTS = (ALDWELL_SCHACHTER, 'ch. 6, "Procedures of Four-Part Writing"')
_VOICE_LEADING = (KOSTKA_PAYNE, 'ch. 5, "Principles of Voice Leading"')
_MOTION = (PISTON, 'ch. 3, "Harmonic Progression in the Major Mode: Principles of Voice Leading"')
_STRICT = cite((FUX, "The Dialogue, the rules of motion"), _FIRST_SPECIES)
_CONTRARY = cite(_VOICE_LEADING, _ERRORS)
_DIRECT = cite(_FOUR_PARTS, _ERRORS)


@rule(
    "VL101",
    "parallel-fifths",
    per="pair",
    source=_STRICT,
    examples=(
        finds("G4 A4 / C4 D4", "two perfect fifths rising"),
        finds("G4 A5 / C4 D4", "a fifth and a twelfth"),
        passes("G4 A4 / C#4 D4", "a diminished fifth first"),
        passes("G4 G4 / C4 C4", "nothing moves"),
        passes("G4 G5 / C4 C5", "both leap an octave: only a re-voicing"),
        passes("G4 A4 / C4 D3", "contrary motion: VL104"),
        passes("G4 . A4 / C4 - D4", "a rest in between"),
    ),
)
def parallel_fifths(m: Motion) -> Mask:
    """Two voices a perfect fifth apart move in the same direction to another perfect fifth.

    Compound fifths count too. Exempt if both voices leap by an octave, since the chord is only re-voiced.
    """
    return m.before.pair.perfect_fifth & m.after.pair.perfect_fifth & m.similar


@rule(
    "VL102",
    "parallel-octaves",
    per="pair",
    source=_STRICT,
    examples=(
        finds("C5 D5 / C4 D4", "two octaves rising"),
        finds("C5 D5 / C3 D3", "two fifteenths"),
        finds("C4 D5 / C4 D4", "a unison, then an octave"),
        passes("C5 D5 / C4 E4", "an octave, then a seventh"),
        passes("C4 D4 / C4 D4", "parallel unisons: VL103"),
        passes("C5 D5 / C4 D3", "contrary motion: VL105"),
    ),
)
def parallel_octaves(m: Motion) -> Mask:
    """Two voices an octave or unison apart move in the same direction to another octave or unison.

    Parallel unisons are left to VL103.
    """
    return m.before.pair.octave_or_unison & m.after.pair.octave_or_unison & m.similar & ~m.stays_unison


@rule(
    "VL103",
    "parallel-unisons",
    per="pair",
    source=_STRICT,
    examples=(
        finds("C4 D4 / C4 D4", "two unisons rising"),
        passes("C4 C4 / C4 C4", "a repeated unison"),
        passes("C5 D5 / C4 D4", "parallel octaves: VL102"),
    ),
)
def parallel_unisons(m: Motion) -> Mask:
    """Two voices in unison move in the same direction to another unison."""
    return m.stays_unison & m.similar


@rule(
    "VL104",
    "contrary-fifths",
    per="pair",
    source=_CONTRARY,
    examples=(
        finds("G4 A4 / C4 D3", "a fifth, then a twelfth"),
        passes("G4 A4 / C4 D4", "parallel fifths: VL101"),
        passes("G4 G5 / C4 C3", "both keep their pitch class: only a re-voicing"),
    ),
)
def contrary_fifths(m: Motion) -> Mask:
    """Two voices a perfect fifth apart move in contrary motion to another perfect fifth, such as a twelfth."""
    return m.before.pair.perfect_fifth & m.after.pair.perfect_fifth & m.contrary


@rule(
    "VL105",
    "contrary-octaves",
    per="pair",
    source=_CONTRARY,
    examples=(
        finds("C5 D5 / C4 D3", "an octave, then a fifteenth"),
        finds("G4 C5 / G3 C3", "octaves by leap in opposite directions"),
        passes("C5 D5 / C4 D4", "parallel octaves: VL102"),
    ),
)
def contrary_octaves(m: Motion) -> Mask:
    """Two voices an octave or unison apart move in contrary motion to another octave or unison."""
    return m.before.pair.octave_or_unison & m.after.pair.octave_or_unison & m.contrary


@rule(
    "VL106",
    "unequal-fifths",
    per="pair",
    source=_CONTRARY,
    examples=(
        finds("F4 G4 / B3 C4", "a diminished, then a perfect fifth above the bass"),
        passes("G4 F4 / C4 B3", "perfect, then diminished"),
        passes("F4 G4 / B3 C4 / D3 E3", "between upper voices, while the bass rises in tenths with the soprano"),
    ),
)
def unequal_fifths(m: Motion) -> Mask:
    """The bass and an upper voice move in the same direction from a diminished to a perfect fifth (unequal fifths)."""
    return m.before.pair.diminished_fifth & m.after.pair.perfect_fifth & m.similar & m.with_bass


@rule(
    "VL108",
    "all-voices-similar",
    per="whole",
    source=cite(_MOTION),
    examples=(
        finds("C5 D5 / G4 A4 / E4 F4 / C4 D4", "all four rise"),
        passes("C5 D5 / G4 A4 / E4 F4 / C4 B3", "the bass falls"),
        passes("C5 D5 / G4 A4 / E4 F4 / C4 C4", "the bass stays"),
        passes("C5 E5 / G4 C5 / E4 G4 / C4 E4", "one chord re-voiced", chords="C -"),
        passes("C5 D5 / G4 A4 / E4 F4", "three voices"),
        passes("C5| D5 / G4 A4 / E4 F4 / C4 D4", "a new phrase begins"),
    ),
)
def all_voices_similar(m: Motion) -> Mask:
    """Four or more voices all move in the same direction within a phrase.

    Re-voicing a single chord is exempt.
    """
    return (m.all_similar & ~m.same_harmony & ~m.boundary)[..., None]


@rule(
    "VL201",
    "direct-fifth",
    per="pair",
    source=_DIRECT,
    examples=(
        finds("C5 G5 / A3 C4", "both rise to a fifth, the soprano by leap"),
        passes("F5 G5 / A3 C4", "the soprano moves by step"),
        passes("C5 G5 / E4 E4 / A3 C4 / A2 B2", "with an inner voice: VL204"),
        passes("C5 G5 / E3 C4", "one chord re-voiced", chords="C -"),
    ),
)
def direct_fifth(m: Motion) -> Mask:
    """The outer voices move in the same direction into a perfect fifth, the upper one by leap (direct fifth).

    Re-voicing a single chord is exempt.
    """
    return m.outer & m.after.pair.perfect_fifth & ~m.before.pair.perfect_fifth & m.similar & m.leaps_into_new_harmony


@rule(
    "VL202",
    "direct-octave",
    per="pair",
    source=_DIRECT,
    examples=(
        finds("G4 D5 / C3 D3", "both rise to an octave, the soprano by leap"),
        passes("B4 C5 / G3 C4", "7-1 over 5-1: the soprano moves by step"),
        passes("G4 C5 / E3 C4", "one chord re-voiced", chords="C -"),
    ),
)
def direct_octave(m: Motion) -> Mask:
    """The outer voices move in the same direction into an octave, the upper one by leap (direct octave).

    Re-voicing a single chord is exempt.
    """
    return m.outer & m.after.pair.octave & ~m.before.pair.octave_or_unison & m.similar & m.leaps_into_new_harmony


@rule(
    "VL203",
    "direct-unison",
    per="pair",
    source=_STRICT,
    examples=(
        finds("C5 D5 / A4 D5", "both rise to a unison"),
        finds("G4 E4 / C4 D4 / A4 E4", "an inner voice and the bass"),
        passes("E5 D5 / C5 D5", "contrary motion"),
        passes("D5 D5 / A4 D5", "oblique motion"),
        passes("C4 D4 / C4 D4", "parallel unisons: VL103"),
    ),
)
def direct_unison(m: Motion) -> Mask:
    """Two voices move in the same direction into a unison (direct unison)."""
    return m.similar & m.after.pair.unison & ~m.before.pair.octave_or_unison


@rule(
    "VL204",
    "direct-inner-interval",
    per="pair",
    source=cite(_FOUR_PARTS),
    examples=(
        finds("C5 C5 / A4 D5 / F3 G3", "alto and bass rise to a fifth, the alto by leap"),
        passes("C5 C5 / C5 D5 / F3 G3", "the alto moves by step"),
        passes("C5 G5 / A3 C4", "the outer voices: VL201"),
        passes("C5 C5 / C4 G4 / A3 C4", "one chord re-voiced", chords="C -"),
    ),
)
def direct_inner_interval(m: Motion) -> Mask:
    """An inner voice and another voice move in the same direction into a fifth or octave, the upper one by leap.

    Re-voicing a single chord is exempt. The outer voices are left to VL201 and VL202.
    """
    arrives = (m.after.pair.perfect_fifth & ~m.before.pair.perfect_fifth) | (
        m.after.pair.octave & ~m.before.pair.octave_or_unison
    )
    return arrives & ~m.outer & m.similar & m.leaps_into_new_harmony


@rule(
    "VL301",
    "voice-crossing",
    per="pair",
    source=cite(_MOTION, _ERRORS),
    examples=(
        finds("C4 / E4", "the lower part sounds above the upper one"),
        passes("C4 / C4", "a unison"),
        passes("E4 / C4", "in order"),
    ),
)
def voice_crossing(v: Verticality) -> Mask:
    """A lower part sounds above a higher one (voice crossing)."""
    return v.pair.crossed


@rule(
    "VL302",
    "voice-overlap",
    per="pair",
    source=cite(_MOTION, _FIRST_SPECIES),
    examples=(
        finds("E4 A4 / C4 F4", "the lower voice moves above the previous note of the upper one"),
        finds("A4 E4 / F4 C4", "and the other way round"),
        passes("E4 G4 / C4 E4", "the lower voice takes over the same note"),
        passes("E4 A4 / C4 F4", "one chord re-voiced", chords="F -"),
        passes("G3 A3 / C3 C4", "the bass leaps an octave"),
        passes("C4 E4 / E4 C4", "crossed voices: VL301"),
    ),
)
def voice_overlap(m: Motion) -> Mask:
    """A voice moves past the previous note of its neighbour (voice overlap).

    Octave leaps in the bass are exempt, and so are re-voicing a single chord and voices that are or become crossed.
    """
    uncrossed = ~m.before.pair.crossed & ~m.after.pair.crossed
    return m.adjacent & m.overlap & uncrossed & ~m.bass_octave & ~m.same_harmony[..., None]


@rule(
    "VL406",
    "cross-relation",
    per="pair",
    source=cite((PISTON, "on cross-relations")),
    examples=(
        finds("G4 E4 / E4 G#4", "G in one voice, G# in the other"),
        passes("G4 G#4 / E4 E4", "one voice makes the chromatic step"),
        passes("G4 E4 / E4 G4", "no alteration"),
        passes("G4 E4 / E4 Ab4", "another letter"),
    ),
)
def cross_relation(m: Motion) -> Mask:
    """A note in one voice is followed by its chromatic alteration in another voice (cross-relation).

    Exempt if one of the two voices makes the chromatic step itself. In a score that is checked, a Neapolitan that goes
    to the dominant is exempt too.
    """
    return m.cross_relation
