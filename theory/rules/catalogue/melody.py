"""Melodic intervals of each voice (ME); rests and phrase ends interrupt the line."""

from __future__ import annotations

from theory.rules.rule import finds, passes, rule
from theory.rules.sources import FUX, KOSTKA_PAYNE, OPEN_MUSIC_THEORY, cite
from theory.slices.facts import Step
from theory.types import Mask

_NOTE_AGAINST_NOTE = (FUX, 'First Part, ch. I, "Note against Note"')
_MELODIC_LINE = (KOSTKA_PAYNE, 'ch. 5, "Principles of Voice Leading", on the melodic line')
_CANTUS = (OPEN_MUSIC_THEORY, '"Composing a cantus firmus"')


@rule(
    "ME101",
    "augmented-interval",
    per="voice",
    source=cite(_NOTE_AGAINST_NOTE, _CANTUS),
    examples=(
        finds("F4 G#4", "an augmented second"),
        finds("F4 B4", "an augmented fourth"),
        passes("F4 Ab4", "a minor third, which only sounds the same"),
        passes("C4 C#4", "a chromatic step"),
        finds("Ab4 B4", "an augmented second, also within a single chord", chords="Bdim7 -"),
        passes("F4 B4", "within a single dominant seventh chord", chords="G7 -"),
        passes("F4| B4", "a new phrase begins"),
    ),
)
def augmented_interval(s: Step) -> Mask:
    """A voice moves by an augmented second, fourth or fifth.

    Fourths and fifths are exempt within a single harmony.
    """
    return s.is_interval("A2") | (s.is_interval("A4", "A5") & ~s.same_harmony)


@rule(
    "ME102",
    "diminished-interval",
    per="voice",
    source=cite(_MELODIC_LINE),
    back=1,
    examples=(
        finds("B3 F4 G4", "a diminished fifth that continues in the same direction"),
        finds("B3 F4 A4", "a diminished fifth followed by a leap"),
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
    source=cite(_MELODIC_LINE),
    examples=(
        finds("C4 B4", "a major seventh"),
        finds("D5 E4", "a minor seventh down"),
        passes("C4 C5", "an octave"),
        passes("G4 F5", "within a single dominant seventh chord", chords="G7 -"),
    ),
)
def seventh_leap(s: Step) -> Mask:
    """A voice leaps by a seventh.

    Exempt within a single harmony.
    """
    return s.is_interval("m7", "M7") & ~s.same_harmony


@rule(
    "ME104",
    "leap-over-octave",
    per="voice",
    source=cite(_NOTE_AGAINST_NOTE, _MELODIC_LINE),
    examples=(
        finds("C4 D5", "a ninth"),
        finds("C3 E4", "a tenth"),
        passes("C4 C5", "an octave"),
        passes("C4| E5", "a new phrase begins"),
        passes("C4 . E5", "a rest in between"),
    ),
)
def leap_over_octave(s: Step) -> Mask:
    """A voice leaps by more than an octave."""
    return s.known(2) & s.wider_than(12)


@rule(
    "ME105",
    "leap-not-recovered",
    per="voice",
    source=cite(_CANTUS, _MELODIC_LINE),
    back=1,
    examples=(
        finds("C4 A4 B4", "a sixth that continues in the same direction"),
        finds("C4 C5 A4", "an octave followed by a leap"),
        passes("C4 A4 G4", "it steps back"),
        passes("C4 A4 A4", "the note is repeated: not judged"),
        passes("C4 A4| B4", "a new phrase begins"),
        passes("C4 G4 A4", "a fifth needs no recovery"),
    ),
)
def leap_not_recovered(s: Step) -> Mask:
    """A voice leaps by a sixth or more and then does not step back in the opposite direction.

    In a score that is checked, an octave leap of the bass after which it turns back is exempt.
    """
    return s.known(3) & s.wider_than(7, back=2) & s.wider_than(0) & ~s.steps_back
