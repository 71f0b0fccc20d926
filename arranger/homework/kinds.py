"""The homework's own kinds of fault."""

from __future__ import annotations

OWN_RULES = {  # code -> name, kind whose points it costs, definition
    "HW101": ("given-line-transposed", "transposed", "A given line stands in another octave or key throughout."),
    "HW102": ("given-line-elsewhere", "given", "A given line stands in another voice."),
    "HW103": ("given-line-not-found", "given", "No part of the score has the given line."),
    "HW104": ("missing-bar", "bars", "A bar of the assignment is missing."),
    "HW105": ("additional-bar", "bars", "The score has a bar that the assignment does not have."),
    "HW106": ("bar-of-other-length", "bars", "A bar is shorter or longer than in the assignment."),
    "HW107": ("incomplete-bar", "complete", "Fewer voices sound than the assignment asks for."),
    "HW108": (
        "given-notes-missing",
        "given",
        "Notes of a given line are lost, because their bar is missing or too short.",
    ),
    "HW201": ("numeral-not-realised", "numerals", "The chord that a Roman numeral asks for does not sound."),
    "HW202": ("figures-not-realised", "figures", "The chord that the figures ask for does not sound over the bass."),
    "HW301": ("wrong-analysis", "analysis", "A numeral under the staff does not name the chord."),
    "HW302": ("missing-analysis", "analysis", "No numeral is typed under a chord that has one in the assignment."),
}
