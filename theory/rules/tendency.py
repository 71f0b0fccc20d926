"""Tendency tones at a change of chord: leading tones and sevenths (VL4)."""

from __future__ import annotations

from theory.facts import Mask, Succession
from theory.rule import finds, passes, rule

_ALDWELL = "E. Aldwell and C. Schachter, Harmony and Voice Leading, on the leading tone and on seventh chords"
_KOSTKA = "S. Kostka and D. Payne, Tonal Harmony, on the resolution of sevenths"


@rule(
    "VL401",
    "leading-tone-unresolved",
    per="voice",
    source=_ALDWELL,
    needs_chords=True,
    examples=(
        finds("B4 G4 / D4 E4 / G3 C4 / G3 C3", "the leading tone of V falls in the soprano", chords="G C"),
        finds("C#5 A4 / A3 D3", "that of an applied dominant", chords="A7 Dm"),
        passes("B4 C5 / D4 E4 / G3 G3 / G3 C3", "it rises", chords="G C"),
        passes("D5 C5 / B4 G4 / G4 E4 / G3 C4", "it falls in an inner voice", chords="G C"),
        passes("B4 G4 / D4 D4 / G3 B3 / G3 G3", "the dominant goes on", chords="G G7"),
        passes("C#5 C5 / A3 D3", "it slides down into the seventh of the next chord", chords="A7 D7"),
    ),
)
def leading_tone_unresolved(m: Succession) -> Mask:
    """In an outer voice the leading tone does not rise when its chord goes to the tonic or the submediant."""
    return m.before.leading & m.outer_voices & m.tonicises[..., None] & m.moves & ~m.by_half_step


@rule(
    "VL403",
    "dominant-seventh-unresolved",
    per="voice",
    source=_ALDWELL,
    needs_chords=True,
    examples=(
        finds("F5 G5 / B4 C5 / G3 C4", "the seventh of V7 rises", chords="G7 C"),
        finds("F5 C5 / B4 E5 / G3 C4", "it leaps", chords="G7 C"),
        passes("F5 E5 / B4 C5 / G3 C4", "it falls by step", chords="G7 C"),
        passes("F5 G5 / B4 C5 / D4 E4", "V4/3-I6: it rises in tenths with the bass", chords="G7 C"),
        passes("F5 F5 / B4 A4 / G3 D4", "it stays as a common tone", chords="G7 Dm"),
        passes("F5 D5 / B4 F5 / G4 B3", "another voice takes it over", chords="G7 Bdim"),
        passes(
            "B4 C5 / E4 F4 / G4 A4 / C4 F3", "the seventh of a major-seventh chord has another code", chords="Cmaj7 F"
        ),
    ),
)
def dominant_seventh_unresolved(m: Succession) -> Mask:
    """The seventh of a dominant or diminished chord moves, but not down by step, at a change of root."""
    return m.owes_descent & m.before.context.minor_seventh[..., None]


@rule(
    "VL408",
    "seventh-unresolved",
    per="voice",
    source=_KOSTKA,
    needs_chords=True,
    examples=(
        finds("B4 C5 / E4 F4 / G4 A4 / C4 F3", "the seventh of a major-seventh chord rises", chords="Cmaj7 F"),
        passes("C5 B4 / A4 G4 / F4 D4 / D4 G3", "the seventh of ii7 falls", chords="Dm7 G"),
        passes("F5 G5 / B4 C5 / G3 C4", "that of a dominant has another code", chords="G7 C"),
    ),
)
def seventh_unresolved(m: Succession) -> Mask:
    """The seventh of a major- or minor-seventh chord moves, but not down by step, at a change of root."""
    return m.owes_descent & ~m.before.context.minor_seventh[..., None]
