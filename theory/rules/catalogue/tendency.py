"""Resolution of tendency tones at a change of chord: leading tones, sevenths, six-fours, augmented sixths (VL4)."""

from __future__ import annotations

from theory.rules.rule import finds, passes, rule
from theory.rules.sources import ALDWELL_SCHACHTER, AP, OPEN_MUSIC_THEORY, PISTON, cite
from theory.slices.facts import ROOT, SEVENTH, THIRD, Motion, Succession
from theory.types import Mask

_DOMINANT = (ALDWELL_SCHACHTER, 'ch. 7, "I, V, and V7"')
_TENDENCY = (OPEN_MUSIC_THEORY, '"Tendency tones and functional harmonic dissonances"')
_CADENCES = (OPEN_MUSIC_THEORY, '"Classical cadence types"')
_TENTHS = (OPEN_MUSIC_THEORY, '"Keyboard-style voice-leading schemata"')


@rule(
    "VL401",
    "leading-tone-unresolved",
    per="voice",
    source=cite(_DOMINANT, _TENDENCY),
    needs_chords=True,
    examples=(
        finds("B4 G4 / D4 E4 / G3 C4 / G3 C3", "the leading tone of V falls in the soprano", chords="G C"),
        finds("C#5 A4 / A3 D3", "the leading tone of an applied dominant", chords="A7 Dm"),
        passes("B4 C5 / D4 E4 / G3 G3 / G3 C3", "it rises", chords="G C"),
        passes("D5 C5 / B4 G4 / G4 E4 / G3 C4", "it falls in an inner voice", chords="G C"),
        passes("B4 G4 / D4 D4 / G3 B3 / G3 G3", "the dominant continues", chords="G G7"),
        passes("C#5 C5 / A3 D3", "it slides down into the seventh of the next chord", chords="A7 D7"),
    ),
)
def leading_tone_unresolved(m: Succession) -> Mask:
    """In an outer voice the leading tone does not rise when its chord goes to the tonic or the submediant.

    A chromatic slide down by a half step, to the seventh of the next chord, is exempt. In a score that is checked, so
    are a dominant that goes to a six-four chord over the same bass, and a rise by a whole tone to the leading tone of
    the next chord (6 to 7 in melodic minor).
    """
    return m.before.leading & m.outer_voices & m.tonicises[..., None] & m.moves & ~m.by_half_step


@rule(
    "VL402",
    "inner-leading-tone-unresolved",
    per="voice",
    source=cite(_DOMINANT, _TENDENCY),
    needs_chords=True,
    examples=(
        finds("D5 C5 / B4 F4 / G4 C4 / G3 C4", "the leading tone leaps by a tritone", chords="G C"),
        passes("D5 C5 / B4 C5 / G4 E4 / G3 C4", "it rises", chords="G C"),
        passes("D5 C5 / B4 G4 / G4 E4 / G3 C4", "below a higher voice it falls to the fifth", chords="G C"),
        passes("B4 F4 / D4 C4 / G3 C4", "in an outer voice: VL401", chords="G C"),
        passes("D5 D5 / B4 G4 / G4 D4 / G3 G3", "the dominant continues", chords="G G7"),
    ),
)
def inner_leading_tone_unresolved(m: Succession) -> Mask:
    """In an inner voice the leading tone neither rises to the tonic nor falls a third to the fifth of the next chord.

    Judged when its chord goes to the tonic or the submediant; a chromatic slide down by a half step is exempt. In a
    score that is checked, the exemptions of VL401 hold too.
    """
    stays_open = m.moves & ~m.by_half_step & ~m.falls_covered_to_fifth
    return m.before.leading & ~m.outer_voices & m.tonicises[..., None] & stays_open


@rule(
    "VL403",
    "dominant-seventh-unresolved",
    per="voice",
    source=cite(_DOMINANT, _TENDENCY, _TENTHS),
    needs_chords=True,
    examples=(
        finds("F5 G5 / B4 C5 / G3 C4", "the seventh of V7 rises", chords="G7 C"),
        finds("F5 C5 / B4 E5 / G3 C4", "it leaps", chords="G7 C"),
        passes("F5 E5 / B4 C5 / G3 C4", "it resolves down by step", chords="G7 C"),
        passes("F5 G5 / B4 C5 / D4 E4", "V4/3-I6: it rises in tenths with the bass", chords="G7 C"),
        passes("F5 F5 / B4 A4 / G3 D4", "it stays as a common tone", chords="G7 Dm"),
        passes("F5 D5 / B4 F5 / G4 B3", "another voice takes it over", chords="G7 Bdim"),
        passes("B4 C5 / E4 F4 / G4 A4 / C4 F3", "the seventh of a major seventh chord: VL408", chords="Cmaj7 F"),
    ),
)
def dominant_seventh_unresolved(m: Succession) -> Mask:
    """The seventh of a dominant or diminished seventh chord does not resolve down by step at a change of root.

    Exempt if it stays, if another voice takes the note over, or if it rises by step in V4/3-I6.
    """
    return m.owes_descent & m.before.context.minor_seventh[..., None]


@rule(
    "VL404",
    "seventh-approached-by-falling-leap",
    per="voice",
    source=cite((PISTON, "on the dominant seventh chord"), (AP, "question 6, II.C")),
    needs_chords=True,
    examples=(
        finds("C5 F4 / A4 B3 / F3 G3", "a fall of a fifth to the seventh of G7", chords="F G7"),
        passes("C5 F5 / A4 B4 / F3 G3", "it leaps up", chords="F G7"),
        passes("G4 F4 / C4 B3 / C3 G3", "it steps down", chords="C G7"),
        passes("F4 F4 / A3 B3 / F3 G3", "it is prepared", chords="F G7"),
        passes("B4 F4 / G3 G3", "within one harmony", chords="G7 -"),
    ),
)
def seventh_approached_by_falling_leap(m: Motion) -> Mask:
    """The seventh of a new chord is approached by a descending leap."""
    return m.after.plays(SEVENTH) & m.falls_by_leap & ~m.same_harmony[..., None]


@rule(
    "VL405",
    "augmented-sixth-unresolved",
    per="pair",
    source=cite((ALDWELL_SCHACHTER, 'ch. 30, "Augmented Sixth Chords"')),
    examples=(
        finds("F#5 A5 / C5 C5 / Ab4 G4", "the raised tone leaps"),
        finds("F#5 G5 / C5 C5 / Ab4 F4", "the lowered tone leaps"),
        passes("F#5 G5 / C5 B4 / Ab4 G4", "both resolve outwards, to an octave"),
        passes("F#5 G5 / Eb5 Eb5 / C5 C5 / Ab4 G4", "the German sixth goes to a cadential six-four"),
        passes("Ab4 A4 / C4 C4 / F#3 G3", "the inversion, a diminished third, is not judged"),
        passes("F#5 F5 / C5 B4 / Ab4 G4", "the raised tone slides down into the seventh of the dominant"),
        passes("Gb5 Ab5 / C5 C5 / Ab4 Db4", "a minor seventh, which only sounds the same"),
    ),
)
def augmented_sixth_unresolved(m: Motion) -> Mask:
    """An augmented sixth does not resolve outwards by half steps at a change of harmony.

    Exempt if the upper tone slides down by a chromatic half step, to the seventh of a dominant.
    """
    return m.augmented_sixth_strays


@rule(
    "VL407",
    "cadential-six-four-unresolved",
    per="voice",
    source=cite((ALDWELL_SCHACHTER, 'ch. 11, "The Cadential 6/4"'), _CADENCES),
    needs_chords=True,
    examples=(
        finds("E5 G5 / C5 B4 / G4 D5 / G3 G3", "the sixth leaps up", chords="C/G G"),
        finds("E5 D5 / C5 D5 / G4 B4 / G3 G3", "the fourth rises", chords="C/G G"),
        passes("E5 D5 / C5 B4 / G4 G4 / G3 G3", "6 to 5, 4 to 3", chords="C/G G"),
        passes("E5 D5 / C5 B4 / C4 D4 / G3 G3", "the fourth is doubled and one of the two resolves", chords="C/G G"),
        passes("E5 F5 / C5 A4 / G4 C4 / G3 F3", "the bass moves: not a cadential six-four", chords="C/G F"),
    ),
)
def cadential_six_four_unresolved(m: Succession) -> Mask:
    """The sixth or the fourth of a cadential six-four does not resolve down by step to the dominant.

    If the tone is doubled, the resolution of one voice is enough.
    """
    return m.cadential_six_four[..., None] & (m.strays_from(THIRD) | m.strays_from(ROOT))


@rule(
    "VL408",
    "seventh-unresolved",
    per="voice",
    source=cite((ALDWELL_SCHACHTER, "chs. 13 and 25, on seventh chords"), _TENDENCY),
    needs_chords=True,
    examples=(
        finds("B4 C5 / E4 F4 / G4 A4 / C4 F3", "the seventh of a major seventh chord rises", chords="Cmaj7 F"),
        passes("C5 B4 / A4 G4 / F4 D4 / D4 G3", "the seventh of ii7 resolves", chords="Dm7 G"),
        passes("F5 G5 / B4 C5 / G3 C4", "the seventh of a dominant: VL403", chords="G7 C"),
    ),
)
def seventh_unresolved(m: Succession) -> Mask:
    """The seventh of any other seventh chord (not dominant or diminished) does not resolve down by step.

    Judged at a change of root. Exempt if it stays, if another voice takes the note over, or if it rises by step while
    the bass steps from the fifth of the chord to the third of the next.
    """
    return m.owes_descent & ~m.before.context.minor_seventh[..., None]
