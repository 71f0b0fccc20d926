"""Notes against their chord: wrong, missing and doubled tones, and clashes (HA)."""

from __future__ import annotations

from theory.facts import FIFTH, ROOT, SEVENTH, THIRD, Mask, Motion, Step, Verticality
from theory.rule import finds, passes, rule

_ALDWELL = "E. Aldwell and C. Schachter, Harmony and Voice Leading, on tones of figuration"
_KOSTKA = "S. Kostka and D. Payne, Tonal Harmony, on doubling and omission"
_NETTLES = "B. Nettles and R. Graf, The Chord Scale Theory and Jazz Harmony, on chord symbols and available tensions"


@rule(
    "HA101",
    "wrong-note",
    per="voice",
    source=_ALDWELL,
    needs_chords=True,
    back=1,
    examples=(
        finds("C5 F5 C5", "a fourth above C, reached and left by leap", chords="C - -"),
        passes("E5 F5 E5", "a neighbour", chords="C - -"),
        passes("E5 F5 G5", "a passing tone", chords="C - -"),
        passes("F5 - E5", "a suspension", chords="F C -"),
        passes("C5 F5 E5", "an appoggiatura", chords="C - -"),
        passes("C5 F5 F5", "an anticipation", chords="C - F"),
    ),
)
def wrong_note(s: Step) -> Mask:
    """A note foreign to the chord is neither reached nor left by step, and neither held over nor anticipated."""
    return s.known(2) & s.foreign[..., -2] & ~s.reached(2) & ~s.left(2)


@rule(
    "HA102",
    "wrong-slash-bass",
    per="whole",
    source=_NETTLES,
    needs_chords=True,
    examples=(
        finds("E5 / G4 / C4 / C3", "the symbol asks for E in the bass", chords="C/E"),
        passes("C5 / G4 / C4 / E3", "it is there", chords="C/E"),
        passes("E5 / G4 / C4 / G3", "the symbol names no bass", chords="C"),
    ),
)
def wrong_slash_bass(v: Verticality) -> Mask:
    """A chord begins on another bass than the one that its symbol names after the slash."""
    return (v.chord_begins & v.context.slash & v.bass_differs)[..., None]


@rule(
    "HA103",
    "missing-third",
    per="whole",
    source=_KOSTKA,
    needs_chords=True,
    examples=(
        finds("C5 / G4 / C4 / C3", "an open fifth", chords="C"),
        passes("C5 / E4 / G3 / C3", "the third is there", chords="C"),
        passes("C5 / F4 / G3 / C3", "a fourth stands for it: a suspension", chords="C"),
        passes("C5 / F4 / G3 / C3", "the symbol asks for the fourth", chords="Csus4"),
    ),
)
def missing_third(v: Verticality) -> Mask:
    """A chord begins without its third, or the suspension that stands for it."""
    return (v.chord_begins & v.lacks(THIRD))[..., None]


@rule(
    "HA104",
    "incomplete-chord",
    per="whole",
    source=_KOSTKA,
    needs_chords=True,
    examples=(
        finds("D5 / B4 / G4 / G3", "no seventh", chords="G7"),
        finds("G4 / E4 / G3 / E3", "no root", chords="C"),
        finds("C5 / C5 / C4 / E3", "a first inversion without its fifth", chords="C/E"),
        passes("E5 / C5 / C4 / C3", "a root position may go without its fifth", chords="C"),
        passes("F5 / B4 / G4 / G3", "so may a seventh chord", chords="G7"),
    ),
)
def incomplete_chord(v: Verticality) -> Mask:
    """A chord begins without its root or seventh, or in inversion without its fifth."""
    missing = v.lacks(ROOT) | v.lacks(SEVENTH) | (v.inverted & v.lacks(FIFTH))
    return (v.chord_begins & missing)[..., None]


@rule(
    "HA105",
    "doubled-leading-tone",
    per="pair",
    source=_KOSTKA,
    needs_chords=True,
    examples=(
        finds("B4 / D4 / B3 / G3", "two Bs over G in C major", chords="G"),
        finds("C#5 / C#4 / A3", "in an applied dominant", chords="A7"),
        passes("B4 / D4 / G3 / G3", "one B", chords="G"),
        passes("E5 / G4 / E4 / C4", "the third of the tonic", chords="C"),
        passes("B4 / F4 / D4 / B3", "the supertonic of a minor key", chords="Bm7b5", key="a"),
    ),
)
def doubled_leading_tone(v: Verticality) -> Mask:
    """Two voices double the leading tone of a dominant or diminished chord on a beat."""
    return v.both(v.leading) & v.fresh


@rule(
    "HA106",
    "doubled-seventh",
    per="pair",
    source=_KOSTKA,
    needs_chords=True,
    examples=(
        finds("F5 / B4 / F4 / G3", "two Fs in G7", chords="G7"),
        passes("F5 / B4 / D4 / G3", "one F", chords="G7"),
    ),
)
def doubled_seventh(v: Verticality) -> Mask:
    """Two voices double the seventh of a chord on a beat."""
    return v.both(v.plays(SEVENTH)) & v.fresh


@rule(
    "HA107",
    "doubled-altered-tone",
    per="pair",
    source=_KOSTKA,
    needs_chords=True,
    examples=(
        finds("F#5 / A4 / F#4 / D4", "the raised fourth degree as third of D", chords="D"),
        finds("F#5 / C5 / Ab4 / Ab3", "the lowered sixth degree under an augmented sixth", chords="Ab7"),
        passes("F#5 / A4 / D4 / D4", "the root is doubled", chords="D"),
        passes("F5 / Ab4 / F4 / Db4", "the third of the Neapolitan", chords="Db"),
        passes("C5 / Ab4 / Ab3 / F3", "a minor third from the parallel key", chords="Fm"),
        passes("F#5 / C5 / F#4 / D4", "an applied leading tone has a code of its own", chords="D7"),
    ),
)
def doubled_altered_tone(v: Verticality) -> Mask:
    """Two voices double a tone that the chord raises out of the key, or one of an augmented sixth, on a beat."""
    return v.both(v.altered & ~v.leading) & v.pair.octave_or_unison & v.fresh


@rule(
    "HA108",
    "unusual-doubling",
    per="whole",
    source=_KOSTKA,
    needs_chords=True,
    examples=(
        finds("D5 E5 / B4 G4 / G4 E4 / G3 C4", "root position with two thirds", chords="G C"),
        finds("E5 F5 / C5 B4 / G4 F4 / C4 D4", "viio6 with two fifths", chords="C Bdim"),
        finds("A4 E5 / F4 E5 / C4 C5 / F3 G3", "a six-four with two thirds", chords="F C"),
        passes("D5 E5 / B4 C5 / G4 G4 / G3 C4", "two roots", chords="G C"),
        passes("D5 C5 / B4 C5 / G4 E4 / G3 A3", "V to vi may double the third", chords="G Am"),
        passes("B4 A4 / G#4 A4 / E4 C4 / E3 F3", "so may V to VI in minor", chords="E F", key="A minor"),
        passes("E5 D5 / C5 B4 / G4 F4 / C4 D4", "viio6 with two thirds", chords="C Bdim"),
        passes("D5 E5 / B4 C5 / G4 E4 / G3 E4", "a first inversion is free", chords="G C"),
        passes("D5 E5 / G4 G4 / G3 C4", "three voices", chords="G C"),
    ),
)
def unusual_doubling(m: Motion) -> Mask:
    """In four voices a triad does not double its root, in a six-four chord its fifth, in viio6 its third.

    After the dominant the submediant may double its third instead.
    """
    return (m.after.lacks_usual_doubling & ~(m.deceptive & (m.after.count(THIRD) > 1)))[..., None]


@rule(
    "HA113",
    "foreign-close",
    per="voice",
    source=_ALDWELL,
    needs_chords=True,
    examples=(
        finds("C5 F5", "the phrase ends on a fourth that is leapt to", chords="C -"),
        passes("C5 G5", "a chord tone", chords="C -"),
        passes("E5 F5", "reached by step", chords="C -"),
        passes("C5 F5 E5", "no end yet", chords="C - -"),
    ),
)
def foreign_close(s: Step) -> Mask:
    """A phrase closes on a note that is foreign to the chord and neither reached by step nor held over."""
    return s.closing[..., None] & s.foreign[..., -1] & ~s.reached()


@rule(
    "HA201",
    "missing-essential-tone",
    per="whole",
    source=_NETTLES,
    needs_chords=True,
    examples=(
        finds("C5 / G4 / E4 / C3", "no seventh", chords="C7"),
        finds("Bb4 / G4 / C4 / C3", "no third", chords="C7"),
        passes("Bb4 / E4 / C4 / C3", "the fifth may go", chords="C7"),
        passes("C5 / A4 / E4 / C3", "the sixth is there", chords="C6"),
    ),
)
def missing_essential_tone(v: Verticality) -> Mask:
    """A chord begins without a tone that its symbol cannot do without: third or suspension, seventh, sixth."""
    return (v.chord_begins & (v.context.essential & v.absent).any(axis=-1))[..., None]


@rule(
    "HA202",
    "bass-not-root",
    per="whole",
    source=_NETTLES,
    needs_chords=True,
    examples=(
        finds("C5 / G4 / C4 / E3", "a first inversion where the symbol is plain", chords="C"),
        passes("E5 / G4 / C4 / C3", "the root", chords="C"),
        passes("C5 / G4 / C4 / C3", "a slash bass has a code of its own", chords="C/E"),
    ),
)
def bass_not_root(v: Verticality) -> Mask:
    """A chord whose symbol names no other bass begins on another note than its root."""
    return (v.chord_begins & ~v.context.slash & v.bass_differs)[..., None]


@rule(
    "HA203",
    "avoid-note",
    per="voice",
    source=_NETTLES,
    needs_chords=True,
    back=1,
    examples=(
        finds("F5 D5 / E4 E4 / B3 B3 / C3 C3", "F over Cmaj7, left by leap", chords="Cmaj7 -"),
        finds("F5 - D5 / E4 F4 E4 / B3 C4 B3 / C3 - -", "it is held before it leaps", chords="Cmaj7 - -"),
        passes("F5 - A5 / E4 F4 - / B3 A3 - / C3 D3 -", "it is held into a chord that has it", chords="Cmaj7 Dm7 -"),
        passes("F5 . D5 / E4 - E4 / B3 - B3 / C3 - C3", "a rest follows", chords="Cmaj7 - -"),
        passes("F5 E5 / E4 E4 / B3 B3 / C3 C3", "it steps down", chords="Cmaj7 -"),
        passes("Db5 Bb4 / E4 E4 / Bb3 Bb3 / C3 C3", "the flat ninth of a dominant is a tension", chords="C7 -"),
        passes("Ab5 E5 / E4 E4 / Bb3 Bb3 / C3 C3", "so is its flat thirteenth", chords="C7 -"),
        passes("D5 G4 / E4 E4 / B3 B3 / C3 C3", "a ninth is available", chords="Cmaj7 -"),
    ),
)
def avoid_note(s: Step) -> Mask:
    """A note a half step above a chord tone, no tension of a dominant, begins on a beat and is left by leap.

    One that is held into a chord of which it is a member may leap.
    """
    return s.known(2) & s.avoided[..., -2] & s.wider_than(2)


@rule(
    "HA204",
    "minor-ninth-clash",
    per="pair",
    source=_NETTLES,
    needs_chords=True,
    examples=(
        finds("C5 / G4 / E4 / B3", "the root a minor ninth above the seventh", chords="Cmaj7"),
        passes("B4 / G4 / E4 / C4", "a major seventh", chords="Cmaj7"),
        passes("Db5 / Bb4 / E4 / C4", "the flat ninth over the root of a dominant", chords="C7b9"),
        passes("C5 / B4 / E4", "a half step is no ninth", chords="Cmaj7"),
    ),
)
def minor_ninth_clash(v: Verticality) -> Mask:
    """Two chord tones lie a minor ninth apart; a dominant's flat ninth over its root may."""
    flat_ninth = v.of_lower(v.plays(ROOT)) & v.context.minor_seventh[..., None]
    return v.pair.minor_ninth & v.both(v.member) & ~flat_ninth


@rule(
    "HA207",
    "unprepared-half-step-clash",
    per="pair",
    source=_NETTLES,
    examples=(
        finds("G4 C5 / D4 E4 / E3 B3", "B and C a minor ninth apart, both reached by leap"),
        passes("C5 C5 / E4 E4 / E3 B3", "C was held"),
        passes("D5 C5 / E4 E4 / E3 B3", "C is reached by step"),
        passes("G4 C5 / D4 E4 / E3 G3", "no clash"),
    ),
)
def unprepared_half_step_clash(m: Motion) -> Mask:
    """Two voices meet a half step or minor ninth apart, and neither note is held, repeated or reached by step."""
    return m.after.pair.half_step & ~m.of_upper(m.prepared) & ~m.of_lower(m.prepared)
