"""Notes and their chord: wrong, missing and doubled tones, and clashes (HA)."""

from __future__ import annotations

from theory.rules.rule import finds, passes, rule
from theory.rules.sources import (
    ALDWELL_SCHACHTER,
    AP,
    INQUIRY_BASED,
    NETTLES_GRAF,
    OPEN_MUSIC_THEORY,
    OUR_CHOICE,
    cite,
)
from theory.slices.facts import FIFTH, ROOT, SEVENTH, THIRD, Motion, Step, Verticality
from theory.types import Mask

_FIGURATION = cite((ALDWELL_SCHACHTER, 'ch. 21, "Melodic Figuration"'), (OPEN_MUSIC_THEORY, '"Embellishing tones"'))
_OMISSION = cite((AP, "question 6, I.A.2 to I.A.4"))
_TENDENCY_DOUBLED = cite((AP, "question 6, I.C.1"), (INQUIRY_BASED, 'ch. 10, lesson 10b "Part-writing Errors"'))
_FOUR_VOICES = (OPEN_MUSIC_THEORY, '"Composing in basso-continuo style"')
_ALTERED = cite(_FOUR_VOICES, (OPEN_MUSIC_THEORY, '"Chromatically altered subdominant chords"'))
_DOUBLING = cite(_FOUR_VOICES, (OPEN_MUSIC_THEORY, '"Keyboard-style voice-leading schemata"'))
_SYMBOLS = cite((NETTLES_GRAF, "on chord symbols"))
_TENSIONS = cite((NETTLES_GRAF, "on available tensions and avoid notes"))
_CLASH = cite((OUR_CHOICE, "a half step or minor ninth is harsh unless one of its notes is prepared"))


@rule(
    "HA101",
    "wrong-note",
    per="voice",
    source=_FIGURATION,
    needs_chords=True,
    back=1,
    examples=(
        finds("C5 F5 C5", "F over a C major chord, approached and left by leap", chords="C - -"),
        passes("E5 F5 E5", "a neighbour", chords="C - -"),
        passes("E5 F5 G5", "a passing tone", chords="C - -"),
        passes("F5 - E5", "a suspension", chords="F C -"),
        passes("C5 F5 E5", "an appoggiatura", chords="C - -"),
        passes("C5 F5 F5", "an anticipation", chords="C - F"),
    ),
)
def wrong_note(s: Step) -> Mask:
    """A non-chord tone is neither approached nor left by step.

    Exempt if it repeats the chord tone before it (suspension) or is repeated as a chord tone (anticipation). Where
    chords are estimated, a note is exempt if all notes that sound with it make a chord of their own.
    """
    return s.known(2) & s.foreign[..., -2] & ~s.reached(2) & ~s.left(2)


@rule(
    "HA102",
    "wrong-slash-bass",
    per="whole",
    source=_SYMBOLS,
    asks_symbols=True,
    examples=(
        finds("E5 / G4 / C4 / C3", "the symbol asks for E in the bass", chords="C/E"),
        passes("C5 / G4 / C4 / E3", "E is in the bass", chords="C/E"),
        passes("E5 / G4 / C4 / G3", "the symbol names no bass note", chords="C"),
    ),
)
def wrong_slash_bass(v: Verticality) -> Mask:
    """A chord begins with another bass note than its symbol names after the slash.

    In a score that is checked, a bass that steps to that note under the same chord is exempt (a 2-3 suspension).
    """
    return (v.chord_begins & v.context.slash & v.bass_differs)[..., None]


@rule(
    "HA103",
    "missing-third",
    per="whole",
    source=_OMISSION,
    needs_chords=True,
    examples=(
        finds("C5 / G4 / C4 / C3", "an open fifth", chords="C"),
        passes("C5 / E4 / G3 / C3", "the third sounds", chords="C"),
        passes("C5 / F4 / G3 / C3", "a suspended fourth takes its place", chords="C"),
        passes("C5 / F4 / G3 / C3", "the symbol asks for the fourth", chords="Csus4"),
    ),
)
def missing_third(v: Verticality) -> Mask:
    """A chord begins without its third, and without a suspension or appoggiatura in its place."""
    return (v.chord_begins & v.lacks(THIRD))[..., None]


@rule(
    "HA104",
    "incomplete-chord",
    per="whole",
    source=_OMISSION,
    needs_chords=True,
    examples=(
        finds("D5 / B4 / G4 / G3", "no seventh", chords="G7"),
        finds("G4 / E4 / G3 / E3", "no root", chords="C"),
        finds("C5 / C5 / C4 / E3", "a first inversion without its fifth", chords="C/E"),
        passes("E5 / C5 / C4 / C3", "in root position the fifth may be omitted", chords="C"),
        passes("F5 / B4 / G4 / G3", "also in a seventh chord", chords="G7"),
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
    source=_TENDENCY_DOUBLED,
    needs_chords=True,
    examples=(
        finds("B4 / D4 / B3 / G3", "two Bs over G in C major", chords="G"),
        finds("C#5 / C#4 / A3", "the leading tone of an applied dominant", chords="A7"),
        passes("B4 / D4 / G3 / G3", "one B", chords="G"),
        passes("E5 / G4 / E4 / C4", "the third of the tonic", chords="C"),
        passes("B4 / F4 / D4 / B3", "the root of ii in a minor key", chords="Bm7b5", key="a"),
    ),
)
def doubled_leading_tone(v: Verticality) -> Mask:
    """The leading tone of a dominant or diminished chord is doubled on a beat."""
    return v.both(v.leading) & v.fresh


@rule(
    "HA106",
    "doubled-seventh",
    per="pair",
    source=_TENDENCY_DOUBLED,
    needs_chords=True,
    examples=(
        finds("F5 / B4 / F4 / G3", "two Fs in G7", chords="G7"),
        passes("F5 / B4 / D4 / G3", "one F", chords="G7"),
    ),
)
def doubled_seventh(v: Verticality) -> Mask:
    """The seventh of a chord is doubled on a beat."""
    return v.both(v.plays(SEVENTH)) & v.fresh


@rule(
    "HA107",
    "doubled-altered-tone",
    per="pair",
    source=_ALTERED,
    needs_chords=True,
    examples=(
        finds("F#5 / A4 / F#4 / D4", "the raised fourth degree, third of a D major chord", chords="D"),
        finds("F#5 / C5 / Ab4 / Ab3", "the lowered sixth degree in an augmented sixth", chords="Ab7"),
        passes("F#5 / A4 / D4 / D4", "the root is doubled", chords="D"),
        passes("F5 / Ab4 / F4 / Db4", "the third of the Neapolitan", chords="Db"),
        passes("C5 / Ab4 / Ab3 / F3", "a third borrowed from the parallel minor", chords="Fm"),
        passes("F#5 / C5 / F#4 / D4", "an applied leading tone: HA105", chords="D7"),
    ),
)
def doubled_altered_tone(v: Verticality) -> Mask:
    """A chromatically raised chord tone, or one of the two notes that form an augmented sixth, is doubled on a beat."""
    return v.both(v.altered & ~v.leading) & v.pair.octave_or_unison & v.fresh


@rule(
    "HA108",
    "unusual-doubling",
    per="whole",
    source=_DOUBLING,
    needs_chords=True,
    examples=(
        finds("D5 E5 / B4 G4 / G4 E4 / G3 C4", "root position with two thirds", chords="G C"),
        finds("E5 F5 / C5 B4 / G4 F4 / C4 D4", "viio6 with two fifths", chords="C Bdim"),
        finds("A4 E5 / F4 E5 / C4 C5 / F3 G3", "a six-four with two thirds", chords="F C"),
        passes("D5 E5 / B4 C5 / G4 G4 / G3 C4", "two roots", chords="G C"),
        passes("D5 C5 / B4 C5 / G4 E4 / G3 A3", "after V, vi may double its third", chords="G Am"),
        passes("B4 A4 / G#4 A4 / E4 C4 / E3 F3", "after V in minor, so may VI", chords="E F", key="A minor"),
        passes("E5 D5 / C5 B4 / G4 F4 / C4 D4", "viio6 with two thirds", chords="C Bdim"),
        passes("D5 E5 / B4 C5 / G4 E4 / G3 E4", "a first inversion is not judged", chords="G C"),
        passes("D5 E5 / G4 G4 / G3 C4", "three voices are not judged", chords="G C"),
    ),
)
def unusual_doubling(m: Motion) -> Mask:
    """In four voices, the root of a root-position triad, the fifth of a six-four, or the third of viio6 is not doubled.

    Other first inversions are not judged; after the dominant, the submediant may double its third.
    """
    return (m.after.lacks_usual_doubling & ~(m.deceptive & (m.after.count(THIRD) > 1)))[..., None]


@rule(
    "HA113",
    "foreign-close",
    per="voice",
    source=_FIGURATION,
    needs_chords=True,
    examples=(
        finds("C5 F5", "the phrase ends on F over C, approached by leap", chords="C -"),
        passes("C5 G5", "a chord tone", chords="C -"),
        passes("E5 F5", "approached by step", chords="C -"),
        passes("C5 F5 E5", "not the end of the phrase", chords="C - -"),
    ),
)
def foreign_close(s: Step) -> Mask:
    """A phrase ends on a non-chord tone that is not approached by step.

    A repetition of a chord tone (suspension) is exempt.
    """
    return s.closing[..., None] & s.foreign[..., -1] & ~s.reached()


@rule(
    "HA201",
    "missing-essential-tone",
    per="whole",
    source=_SYMBOLS,
    asks_symbols=True,
    examples=(
        finds("C5 / G4 / E4 / C3", "no seventh", chords="C7"),
        finds("Bb4 / G4 / C4 / C3", "no third", chords="C7"),
        passes("Bb4 / E4 / C4 / C3", "the fifth may be omitted", chords="C7"),
        passes("C5 / A4 / E4 / C3", "third and sixth sound", chords="C6"),
    ),
)
def missing_essential_tone(v: Verticality) -> Mask:
    """A chord begins without a tone that its symbol requires: third or suspension, seventh or sixth, altered tones."""
    return (v.chord_begins & (v.context.essential & v.absent).any(axis=-1))[..., None]


@rule(
    "HA202",
    "bass-not-root",
    per="whole",
    source=_SYMBOLS,
    asks_symbols=True,
    examples=(
        finds("C5 / G4 / C4 / E3", "a first inversion under a symbol without a slash", chords="C"),
        passes("E5 / G4 / C4 / C3", "the root", chords="C"),
        passes("C5 / G4 / C4 / C3", "a slash bass: HA102", chords="C/E"),
    ),
)
def bass_not_root(v: Verticality) -> Mask:
    """A chord whose symbol has no slash begins with another bass note than its root.

    In a score that is checked, a bass that steps to the root under the same chord is exempt, and so is every
    estimated chord.
    """
    return (v.chord_begins & ~v.context.slash & v.bass_differs)[..., None]


@rule(
    "HA203",
    "avoid-note",
    per="voice",
    source=_TENSIONS,
    asks_symbols=True,
    back=1,
    examples=(
        finds("F5 D5 / E4 E4 / B3 B3 / C3 C3", "F over Cmaj7, left by leap", chords="Cmaj7 -"),
        finds("F5 - D5 / E4 F4 E4 / B3 C4 B3 / C3 - -", "it is held, then leaps", chords="Cmaj7 - -"),
        passes("F5 - A5 / E4 F4 - / B3 A3 - / C3 D3 -", "it is held into a chord with this tone", chords="Cmaj7 Dm7 -"),
        passes("F5 . D5 / E4 - E4 / B3 - B3 / C3 - C3", "a rest follows", chords="Cmaj7 - -"),
        passes("F5 E5 / E4 E4 / B3 B3 / C3 C3", "it steps down", chords="Cmaj7 -"),
        passes("Db5 Bb4 / E4 E4 / Bb3 Bb3 / C3 C3", "the flat ninth of a dominant is a tension", chords="C7 -"),
        passes("Ab5 E5 / E4 E4 / Bb3 Bb3 / C3 C3", "so is its flat thirteenth", chords="C7 -"),
        passes("D5 G4 / E4 E4 / B3 B3 / C3 C3", "a ninth is available", chords="Cmaj7 -"),
    ),
)
def avoid_note(s: Step) -> Mask:
    """An avoid note (a half step above a chord tone) begins on a beat and is left by leap.

    Exempt are the flat ninth and flat thirteenth of a dominant, and notes held into a chord that contains them.
    """
    return s.known(2) & s.avoided[..., -2] & s.wider_than(2)


@rule(
    "HA204",
    "minor-ninth-clash",
    per="pair",
    source=_TENSIONS,
    needs_chords=True,
    examples=(
        finds("C5 / G4 / E4 / B3", "the root a minor ninth above the seventh", chords="Cmaj7"),
        passes("B4 / G4 / E4 / C4", "a major seventh", chords="Cmaj7"),
        passes("Db5 / Bb4 / E4 / C4", "the flat ninth over the root of a dominant", chords="C7b9"),
        passes("C5 / B4 / E4", "a half step, not a ninth", chords="Cmaj7"),
    ),
)
def minor_ninth_clash(v: Verticality) -> Mask:
    """Two chord tones are a minor ninth apart.

    The flat ninth above the root of a dominant is exempt.
    """
    flat_ninth = v.of_lower(v.plays(ROOT)) & v.context.minor_seventh[..., None]
    return v.pair.minor_ninth & v.both(v.member) & ~flat_ninth


@rule(
    "HA207",
    "unprepared-half-step-clash",
    per="pair",
    source=_CLASH,
    examples=(
        finds("G4 C5 / D4 E4 / E3 B3", "B and C a minor ninth apart, both approached by leap"),
        passes("C5 C5 / E4 E4 / E3 B3", "C was held"),
        passes("D5 C5 / E4 E4 / E3 B3", "C is approached by step"),
        passes("G4 C5 / D4 E4 / E3 G3", "no clash"),
    ),
)
def unprepared_half_step_clash(m: Motion) -> Mask:
    """Two voices meet a half step or minor ninth apart, and neither note is held, repeated or approached by step."""
    return m.after.pair.half_step & ~m.of_upper(m.prepared) & ~m.of_lower(m.prepared)


@rule(
    "HA208",
    "chromatic-clash",
    per="pair",
    source=cite((OUR_CHOICE, "a note and its chromatic alteration at once sound like a mistake of one of the voices")),
    examples=(
        finds("A4 / F4 / F#3 / D3", "F against F#", chords="D"),
        finds("F#5 / C5 / F4 / D3", "in another octave", chords="Dm7"),
        passes("F5 / B4 / F4 / G3", "two Fs", chords="G7"),
        passes("D#5 / Bb4 / E4 / C3", "the sharp ninth over the third", chords="C7#9"),
        passes("C5 / G4 / E4 / B3", "a half step between different letters", chords="Cmaj7"),
        passes("G4 / Eb4 / E3 / C3", "both belong to the chord", chords="C7#9"),
    ),
)
def chromatic_clash(v: Verticality) -> Mask:
    """A note and its chromatic alteration sound at once, in any octave: F against F#.

    Two tones of the chord are exempt.
    """
    return v.pair.altered & ~v.both(v.member)


@rule(
    "HA209",
    "doubled-diminished-fifth",
    per="pair",
    source=_DOUBLING,
    needs_chords=True,
    examples=(
        finds("F5 / D4 / F4 / B3", "two Fs in a diminished triad", chords="Bdim"),
        finds("F5 / A4 / F4 / B3", "a half-diminished seventh chord", chords="Bm7b5"),
        passes("D5 / F4 / D4 / B3", "the third is doubled", chords="Bdim"),
        passes("F5 / B4 / F4 / D4", "the seventh of a dominant: HA106", chords="G7"),
        passes("G5 / E4 / G4 / C4", "a perfect fifth", chords="C"),
    ),
)
def doubled_diminished_fifth(v: Verticality) -> Mask:
    """The diminished fifth of a chord is doubled on a beat."""
    return v.both(v.plays(FIFTH) & v.diminished[..., None]) & v.fresh
