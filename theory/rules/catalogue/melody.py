"""Melodic intervals of each voice (ME); a rest or a phrase end interrupts the line."""

from __future__ import annotations

from theory.rules.rule import finds, passes, rule
from theory.slices.facts import Step
from theory.types import Mask

_KOSTKA = "S. Kostka and D. Payne, Tonal Harmony, on melody in part writing"
_FUX = "J. J. Fux, Gradus ad Parnassum (1725), on the permitted melodic intervals"


@rule(
    "ME101",
    "augmented-interval",
    per="voice",
    source=_FUX,
    examples=(
        finds("F4 G#4", "an augmented second"),
        finds("F4 B4", "an augmented fourth"),
        passes("F4 Ab4", "a minor third sounds the same"),
        passes("C4 C#4", "a chromatic step"),
        passes("F4 B4", "within one dominant seventh", chords="G7 -"),
        passes("F4| B4", "the next phrase begins"),
    ),
)
def augmented_interval(s: Step) -> Mask:
    """A voice moves by an augmented second, fourth or fifth that is no arpeggio of one harmony."""
    return s.is_interval("A2", "A4", "A5") & ~s.same_harmony


@rule(
    "ME102",
    "diminished-interval",
    per="voice",
    source=_KOSTKA,
    back=1,
    examples=(
        finds("B3 F4 G4", "a diminished fifth, and on in the same direction"),
        finds("B3 F4 A4", "and a leap after it"),
        passes("B3 F4 E4", "it steps back inside"),
        passes("C4 F4 G4", "a perfect fourth"),
    ),
)
def diminished_interval(s: Step) -> Mask:
    """A voice leaps by a diminished interval and does not step back inside it."""
    return s.is_interval("d3", "d4", "d5", "d6", "d7", back=2) & ~s.steps_back


@rule(
    "ME103",
    "seventh-leap",
    per="voice",
    source=_KOSTKA,
    examples=(
        finds("C4 B4", "a major seventh"),
        finds("D5 E4", "a minor seventh down"),
        passes("C4 C5", "an octave"),
        passes("G4 F5", "within one dominant seventh", chords="G7 -"),
    ),
)
def seventh_leap(s: Step) -> Mask:
    """A voice leaps by a seventh that is no arpeggio of one harmony."""
    return s.is_interval("m7", "M7") & ~s.same_harmony


@rule(
    "ME104",
    "leap-over-octave",
    per="voice",
    source=_FUX,
    examples=(
        finds("C4 D5", "a ninth"),
        finds("C3 E4", "a tenth"),
        passes("C4 C5", "an octave"),
        passes("C4| E5", "the next phrase begins"),
        passes("C4 . E5", "a rest between"),
    ),
)
def leap_over_octave(s: Step) -> Mask:
    """A voice leaps by more than an octave."""
    return s.known(2) & s.wider_than(12)


@rule(
    "ME105",
    "leap-not-recovered",
    per="voice",
    source=_FUX,
    back=1,
    examples=(
        finds("C4 A4 B4", "a sixth, and on in the same direction"),
        finds("C4 C5 A4", "an octave, and a leap after it"),
        passes("C4 A4 G4", "it steps back"),
        passes("C4 A4 A4", "the note is repeated: still open"),
        passes("C4 A4| B4", "the next phrase begins"),
        passes("C4 G4 A4", "a fifth needs no recovery"),
    ),
)
def leap_not_recovered(s: Step) -> Mask:
    """A voice leaps by a sixth or more and then does not step back."""
    return s.known(3) & s.wider_than(7, back=2) & s.wider_than(0) & ~s.steps_back
