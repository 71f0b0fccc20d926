"""Where all breathe together."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from theory.notation.phrase import BREATHS, breathing_ends, breaths_needed
from theory.notation.score import LeadSheet


def with_breaths(sheet: LeadSheet) -> LeadSheet:
    """Return the sheet with breath marks where its phrases end without a rest, and where one breath would not do."""
    times = {*breathing_ends(sheet.score), *breaths_needed(sheet.score)} - {sheet.score.end_quarter}
    notes = list(sheet.melody.notes)
    for place, (note, following) in enumerate(pairwise(sheet.melody.notes)):
        sounds_on = note.pitch and following.pitch and note.grace is None
        if sounds_on and note.end_quarter in times and not note.fermata and not BREATHS & set(note.articulations):
            notes[place] = replace(note, articulations=(*note.articulations, "breath-mark"))
    parts = (replace(sheet.melody, notes=tuple(notes)), *sheet.score.parts[1:])
    return replace(sheet, score=replace(sheet.score, parts=parts))
