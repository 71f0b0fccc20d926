"""Notes against their key (KE)."""

from __future__ import annotations

from theory.facts import THIRD, Mask, Motion, Succession
from theory.rule import finds, passes, rule

_ALDWELL = "E. Aldwell and C. Schachter, Harmony and Voice Leading, on chromaticism"
_KOSTKA = "S. Kostka and D. Payne, Tonal Harmony, on the minor mode"


@rule(
    "KE101",
    "note-foreign-to-key",
    per="voice",
    source=_ALDWELL,
    needs_chords=True,
    examples=(
        finds("F#4 D4", "F# over F in C major, left by leap", chords="F -"),
        passes("F#4 G4", "it goes on by a half step", chords="F C"),
        passes("F#4 D4", "it belongs to the chord", chords="D -"),
        passes("D4 G4", "D is in the key", chords="F -"),
    ),
)
def note_foreign_to_key(m: Motion) -> Mask:
    """A note of neither the key nor the chord is left otherwise than by a half step."""
    return m.before.chromatic & m.moves & ~m.by_half_step


@rule(
    "KE102",
    "leading-tone-not-raised",
    per="voice",
    source=_KOSTKA,
    needs_chords=True,
    examples=(
        finds("G4 A4 / E3 A3", "G over E before the tonic of A minor", chords="Em Am", key="a"),
        passes("G#4 A4 / E3 A3", "raised", chords="E Am", key="a"),
        passes("G4 A4 / E3 F3", "no cadence", chords="Em F", key="a"),
        passes("B4 C5 / E3 A3", "a major key", chords="Em Am", key="C"),
    ),
)
def leading_tone_not_raised(m: Succession) -> Mask:
    """In a minor key the third of the dominant is not raised before the tonic."""
    return m.before.plays(THIRD) & m.before.subtonic & m.minor_cadence[..., None]
