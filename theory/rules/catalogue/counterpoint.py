"""Species counterpoint: openings and closes, perfect intervals, dissonances and suspensions (CP, VL107)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from theory.notation.pitch import Pitch
from theory.rules.accented_parallels import (
    AccentedPair,
    accented_parallels,
    afterbeat_parallels,
    delayed_parallels,
    harmonic_parallels,
)
from theory.rules.dissonance import Dissonance, dissonances
from theory.rules.rule import finds, passes, rule
from theory.rules.sources import FUX, GAULDIN, JEPPESEN, OPEN_MUSIC_THEORY, OUR_CHOICE, cite
from theory.slices.facts import Motion, Verticality, voice_pairs
from theory.slices.verticality import BEAT
from theory.slices.written import Remark, Written
from theory.types import Mask

_FIRST = (OPEN_MUSIC_THEORY, '"Composing a first-species counterpoint"')
_SECOND = (OPEN_MUSIC_THEORY, '"Composing a second-species counterpoint"')
_THIRD = (OPEN_MUSIC_THEORY, '"Composing a third-species counterpoint"')
_FOURTH = (OPEN_MUSIC_THEORY, '"Composing a fourth-species counterpoint"')
_FIRST_SPECIES = cite((FUX, 'First Part, ch. I, "Note against Note"'), _FIRST)
_SECOND_SPECIES = cite(
    (FUX, 'First Part, ch. II, "The Second Species of Counterpoint"'),
    _SECOND,
    (OUR_CHOICE, "a leap excuses fifths, as in Fux, but not octaves, which he excuses too"),
)
_FOURTH_SPECIES = cite((FUX, 'First Part, ch. IV, "The Fourth Species of Counterpoint"'), _FOURTH)
_IMPERFECT_RUNS = cite(_FIRST, (GAULDIN, 'ch. 3, "Two-Voice Texture with White Notes"'))
_WEAK_DISSONANCES = cite((JEPPESEN, "Part II, on two-part counterpoint"), _SECOND, _THIRD)
_DOWNBEAT = 1.0  # metrical strength
_MOST_ALIKE = 3  # parallel motions of thirds or sixths in a row
_EIGHTH = Fraction(1, 2)


@rule(
    "VL107",
    "accented-parallels",
    per="pair",
    source=_SECOND_SPECIES,
    examples=(
        finds("G4 F4 A4 / C4 - D4", "fifths on two beats, a note in between", token_quarters=_EIGHTH, bar_quarters=2),
        finds("C5 E5 D5 / C4 - D4", "octaves: a leap does not excuse them", token_quarters=_EIGHTH, bar_quarters=2),
        passes(
            "G4 D4 A4 / C4 - D4", "a leap of more than a third excuses fifths", token_quarters=_EIGHTH, bar_quarters=2
        ),
        passes(
            "G4 A4 - / C4 - D4", "so does a sixth before the second beat (5-6)", token_quarters=_EIGHTH, bar_quarters=2
        ),
        passes(
            "G4 - A4 / C4 - D4",
            "without a note in between: VL101",
            token_quarters=_EIGHTH,
            bar_quarters=2,
        ),
        passes("G4 F4| A4 / C4 -| D4", "a new phrase begins", token_quarters=_EIGHTH, bar_quarters=2),
        finds("G4 F4 A4 - / C4 - D4 - / E4 - F4 -", "the harmony moves in halves", chords="C - Dm -", bar_quarters=4),
        finds("E4 G4 F4 A4 / C4 C4 D4 D4", "on two weak beats", token_quarters=_EIGHTH, bar_quarters=2),
        finds("G4 G4 A4 / C4 D4 D4", "delayed by a syncopation", token_quarters=_EIGHTH, bar_quarters=2),
        finds("C5 C5 B4 / C4 B3 B3", "octaves delayed by a suspension", token_quarters=_EIGHTH, bar_quarters=2),
        passes("G4 A4 A4 / C4 C4 D4", "5-6-5: a sixth comes in between", token_quarters=_EIGHTH, bar_quarters=2),
    ),
)
def accented_parallel(w: Written) -> Iterator[Remark]:
    """Two voices form parallel fifths or octaves that other notes hide.

    They stand on two successive beats, chords or weak beats, or a syncopation delays one voice.

    Fifths are exempt if a voice leaps by more than a third in between, or if a sixth comes just before the second
    beat. Parallels without notes in between are left to VL101 to VL103.
    """
    told: set[tuple[int, int]] = set()  # (slice, pair)
    for series in (
        accented_parallels(w.windows, BEAT),
        harmonic_parallels(w.windows),
        afterbeat_parallels(w.windows, BEAT),
        delayed_parallels(w.windows),
    ):
        for found in series:
            pairs = tuple(pair for pair in found.pairs if (found.after, pair) not in told)
            told.update((found.after, pair) for pair in pairs)
            yield from _accented(w, replace(found, pairs=pairs))


@rule(
    "CP101",
    "opening-and-close",
    per="whole",
    source=_FIRST_SPECIES,
    examples=(
        finds("E4 D4 B3 C4 / C4 B3 D4 C4", "it opens on a third"),
        finds("C5 D5 B4 C5 / F4 D4 D4 C4", "it opens on a fifth, but the lower note is not the final"),
        finds("G4 A4 B4 G4 / C4 F4 D4 C4", "it closes on a fifth"),
        finds("C5 A4 B4 C5 / C4 F4 G4 C4", "the lower voice leaps to its last note"),
        finds("C5 A4 Bb4 C5 / C4 F4 D4 C4", "the leading tone is not raised"),
        passes("G4 A4 B4 C5 / C4 F4 D4 C4", "it opens on a fifth over the final; a sixth expands to an octave"),
        passes("C4 D4 C#4 D4 / D3 F3 E3 D3 / D3 D3 A2 D2", "three voices are not judged"),
        passes("D5 C5 C#5 D5 / D4 F4 E4 D4", "in the Dorian mode"),
        passes("E5 F5 D5 E5 / E4 A4 F4 E4", "a Phrygian close: the lower voice falls by a half step"),
    ),
)
def opening_and_close(w: Written) -> Iterator[Remark]:
    """In two voices, the first interval is no unison, fifth or octave above the final, or the close is not stepwise.

    The final is the last note of the lower voice. At the close both voices step in contrary motion, one of them by a
    half step, to a unison or octave.
    """
    vertical = w.windows.verticality
    both = np.flatnonzero(vertical.pair.sounding.all(axis=-1))
    moves = np.flatnonzero(w.windows.motion.moves.any(axis=-1))
    if not vertical.in_two_voices or not len(both) or not len(moves):
        return
    first, close = int(both[0]), int(moves[-1])
    final = vertical.midi[-1, 1] % 12
    if not vertical.pair.perfect[first, 0] or vertical.midi[first, 1] % 12 != final:
        yield _remark(w, first, (0, 1), "at the opening")
    if not _closes(w.windows.motion.at([close])):
        yield _remark(w, int(w.windows.pairs[1][close]), (0, 1), "at the close")


def _closes(m: Motion) -> bool:
    stepwise = m.by_step.all() and m.contrary.all() and m.by_half_step.any()
    return bool(stepwise and m.after.pair.octave_or_unison.all())


@rule(
    "CP102",
    "dissonance-note-against-note",
    per="pair",
    lasts=False,
    source=_FIRST_SPECIES,
    examples=(
        finds("D4 C4 / C4 C4", "a second"),
        finds("F4 E4 / C4 C4", "a fourth above the lowest voice"),
        finds("D4 F4 / C4 C4", "each dissonance is flagged"),
        passes("E4 C4 / C4 C4", "a third"),
        passes("C5 C5 / G4 G4 / E4 E4", "a fourth between upper voices"),
        passes("C5 B4 C5 / E4 F4 E4 / C4 D4 C4", "a tritone between the upper voices of viio6"),
        finds("C5 B4 C5 / A4 G4 G4 / E4 F4 E4", "a tritone above the lowest voice"),
        passes("E4 D4 C4 / C4 - -", "the other voice holds: CP106 and CP107"),
    ),
)
def dissonance_note_against_note(v: Verticality) -> Mask:
    """Two notes that begin together form a dissonance.

    A fourth or a tritone counts as a dissonance only above the lowest voice.
    """
    return v.dissonance & v.attack_together


@rule(
    "CP103",
    "direct-perfect",
    per="pair",
    source=_FIRST_SPECIES,
    examples=(
        finds("E4 A4 / C4 D4", "both rise to a fifth"),
        finds("A4 D5 / C4 D4", "both rise to an octave, the upper voice by leap"),
        finds("F4 G4 / A3 C4", "even if the upper voice steps"),
        passes("B4 A4 / C4 D4", "contrary motion"),
        passes("A4 A4 / C4 D4", "oblique motion"),
        passes("G4 A4 / C4 D4", "parallel fifths: VL101"),
        passes("E4 A4 / C4 D4 / A3 A3", "three voices are not judged"),
    ),
)
def direct_perfect(m: Motion) -> Mask:
    """In two voices, both move in the same direction into a unison, fifth or octave from another interval."""
    alike = (m.before.pair.perfect_fifth & m.after.pair.perfect_fifth) | (
        m.before.pair.octave_or_unison & m.after.pair.octave_or_unison
    )
    return m.similar & m.after.pair.perfect & ~alike & m.after.in_two_voices


@rule(
    "CP104",
    "interior-unison",
    per="pair",
    source=_FIRST_SPECIES,
    examples=(
        finds("G4 E4 G4 / C4 E4 C4", "a unison in the middle"),
        passes("C4 E4 C4 / C4 C4 C4", "at the beginning and the end"),
        passes("G4 E4 C4 D4 E4 / C4 - - - -", "on a weak beat against a held note"),
        passes("G4 E4 G4 / C4 E4 C4 / C4 C4 C4", "three voices are not judged"),
    ),
)
def interior_unison(m: Motion) -> Mask:
    """In two voices, a unison occurs elsewhere than at the beginning or at the end of a phrase.

    A unison on a weak beat against a held note is exempt.
    """
    accented = m.after.attack_together | (m.after.context.strength == _DOWNBEAT)[..., None]
    inside = m.after.pair.unison & accented & ~m.before.pair.unison & ~m.after.context.closing[..., None]
    return inside & m.after.in_two_voices


@rule(
    "CP105",
    "parallel-imperfect-run",
    per="pair",
    source=_IMPERFECT_RUNS,
    examples=(
        finds("E4 F4 G4 A4 / C4 D4 E4 F4", "four thirds in a row"),
        passes("E4 F4 G4 A4 / C4 D4 E4 C4", "three thirds and a sixth"),
        passes("E4 E4 E4 E4 / C4 C4 C4 C4", "nothing moves"),
        passes("E4 F4 G4 A4 / C4 D4 E4 F4 / A3 A3 A3 A3", "three voices are not judged"),
    ),
)
def parallel_imperfect_run(w: Written) -> Iterator[Remark]:
    """In two voices, more than three parallel thirds, or more than three parallel sixths, follow in a row."""
    motion = w.windows.motion
    if not motion.after.in_two_voices:
        return
    alike = (motion.before.pair.third & motion.after.pair.third) | (motion.before.pair.sixth & motion.after.pair.sixth)
    run = 0
    for place in range(len(alike)):
        run = run + 1 if alike[place, 0] and motion.similar[place, 0] else 0
        if run == _MOST_ALIKE:
            yield _remark(w, int(w.windows.pairs[1][place]), (0, 1))


@rule(
    "CP106",
    "unlicensed-dissonance",
    per="pair",
    source=_WEAK_DISSONANCES,
    examples=(
        finds("C5 B4 G4 - / C4 - B3 -", "a seventh left by leap", bar_quarters=2),
        finds("C5 B4 C5 - / C4 - C4 -", "a neighbour in two notes against one", bar_quarters=2),
        passes("C5 B4 A4 - / C4 - C4 -", "a passing tone", bar_quarters=2),
        passes("C5 B4 C5 E5 C5 - - - / C4 - - - C4 - - -", "a neighbour among four notes", bar_quarters=4),
        passes("C5 B4 G4 A4 G4 - - - / C4 - - - E4 - - -", "a cambiata", bar_quarters=4),
        passes("C5 D5 B4 C5 G4 - - - / C4 - - - E4 - - -", "a double neighbour", bar_quarters=4),
        passes("C5 G4 E4 - / C4 - C4 -", "consonances may leap", bar_quarters=2),
    ),
)
def unlicensed_dissonance(w: Written) -> Iterator[Remark]:
    """A dissonance against a held note is neither a suspension nor a passing tone or ornament that the species allows.

    Passing tones are always allowed; as ornaments, neighbours, double neighbours and cambiatas, but only with three or
    more notes against one.
    """
    for found in dissonances(w.windows):
        if not found.is_suspension and not (found.is_passing or (found.is_short and _ornaments(found))):
            yield _remark(w, found.slice_, tuple(sorted((found.moving, found.held))))


def _ornaments(found: Dissonance) -> bool:
    return found.is_neighbour or found.is_cambiata or found.is_double_neighbour


@rule(
    "CP107",
    "suspension-unresolved",
    per="pair",
    source=_FOURTH_SPECIES,
    examples=(
        finds("G4 C5 - E5 / E4 - D4 -", "the seventh rises", bar_quarters=2),
        finds("G4 B4 - A4 / C4 - C4 -", "it is not prepared: it is dissonant from the start", bar_quarters=2),
        finds("G4 C5 - - / E4 - D4 -", "the seventh stays", bar_quarters=2),
        passes("G4 C5 - B4 / E4 - D4 -", "7-6", bar_quarters=2),
        passes("A4 - B4 - / G4 G4 - -", "not a suspension: the upper voice moves", bar_quarters=4),
        passes("E4 - F4 - / G3 E4 - D4", "2-3 in the lower voice", bar_quarters=2),
    ),
)
def suspension_unresolved(w: Written) -> Iterator[Remark]:
    """A suspension is not prepared as a consonance, or does not resolve down by step to a consonance."""
    for found in dissonances(w.windows):
        if found.is_suspension and not found.is_resolved_suspension:
            yield _remark(w, found.slice_, tuple(sorted((found.moving, found.held))))


@rule(
    "CP108",
    "downbeat-perfects",
    per="pair",
    source=_SECOND_SPECIES,
    examples=(
        finds("G4 F4 A4 - / C4 - D4 -", "fifths on two downbeats", bar_quarters=2),
        finds("C5 G5 D5 - / C4 - D4 -", "octaves: a leap does not excuse them", bar_quarters=2),
        passes("G4 D4 A4 - / C4 - D4 -", "a leap of more than a third excuses fifths", bar_quarters=2),
        passes("G4 F4 E4 - / C4 - D4 -", "another interval", bar_quarters=2),
        passes("G4 B4 A4 - / C4 - D3 -", "contrary motion", bar_quarters=2),
    ),
)
def downbeat_perfects(w: Written) -> Iterator[Remark]:
    """Two voices form parallel fifths or octaves on two successive downbeats, with notes in between.

    Fifths are exempt if a voice leaps by more than a third in between, or if a sixth comes just before the second
    downbeat.
    """
    for found in accented_parallels(w.windows, _DOWNBEAT):
        yield from _accented(w, found)


def _accented(w: Written, found: AccentedPair) -> Iterator[Remark]:
    upper, lower = voice_pairs(w.texture.shape[1])
    for pair in found.pairs:
        voices = int(upper[pair]), int(lower[pair])
        notes = tuple(_name(w, slice_, voice) for voice in voices for slice_ in (found.before, found.after))
        yield Remark(w.texture.onset_quarter[found.after], voices, notes)


def _remark(w: Written, slice_: int, voices: tuple[int, ...], detail: str = "") -> Remark:
    notes = tuple(_name(w, slice_, voice) for voice in voices)
    return Remark(w.texture.onset_quarter[slice_], voices, notes, detail)


def _name(w: Written, slice_: int, voice: int) -> str:
    return str(Pitch.spelled(int(w.texture.pitch[slice_, voice]), int(w.texture.fifths[slice_, voice])))
