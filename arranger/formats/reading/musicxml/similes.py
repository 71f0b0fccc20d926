"""Simile signs: bars that repeat the bars before them (<measure-repeat>).

The notes meant should stand in such a bar (MusicXML 4.0 reference, element measure-repeat). Many files write rests
there; these bars get the notes and chord symbols of the bars that the sign repeats, without their words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from arranger.formats.reading.musicxml.notes import number_of
from arranger.formats.reading.staff import Measure
from theory.notation.score import Note


@dataclass
class Similes:
    """The simile sign in force while the measures of a part are read."""

    pattern: int = 0  # how many bars the sign repeats; 0: none is in force
    begun: int = 0  # index of the first bar with the sign

    def read(self, sign: Element, index: int, *, at_start: bool) -> None:
        """Take in one <measure-repeat> in the bar with this index."""
        if sign.get("type") == "start":
            self.pattern, self.begun = max(1, number_of(sign.text, 1)), index
        elif at_start:
            self.pattern = 0

    def source_of(self, index: int) -> int | None:
        """Return the index of the bar that a bar repeats, None if no sign is in force."""
        if not self.pattern:
            return None
        source = self.begun - self.pattern + (index - self.begun) % self.pattern
        return source if 0 <= source < index else None


def repeat_bar(measure: Measure, source: Measure) -> bool:
    """Fill a measure that has only rests with the notes of the bar it repeats; return whether it was filled."""
    if any(note.pitch for notes in measure.notes.values() for note in notes):
        return False
    if measure.length_quarter not in (0, source.length_quarter) or not _sounds(source):
        return False
    length = measure.length_quarter = source.length_quarter
    measure.notes = {staff: [_copied(note, length) for note in notes] for staff, notes in source.notes.items()}
    if not measure.harmonies:
        measure.harmonies = list(source.harmonies)
    return True


def _sounds(measure: Measure) -> bool:
    return any(note.pitch for notes in measure.notes.values() for note in notes)


def _copied(note: Note, length: object) -> Note:
    """Return a note without words and slurs, and without ties to other bars."""
    tie_stop = note.tie_stop and note.onset_quarter > 0
    tie_start = note.tie_start and note.end_quarter != length
    return replace(note, lyrics=(), slur_starts=(), slur_stops=(), tie_stop=tie_stop, tie_start=tie_start)
