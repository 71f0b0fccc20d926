"""Breath marks where all voices breathe together."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from theory.notation.phrase import BREATHS, breathing_ends, breaths_needed
from theory.notation.score import LeadSheet


def with_breaths(sheet: LeadSheet) -> LeadSheet:
    """Return the sheet with breath marks at phrase ends without a rest, and within phrases too long for one breath."""
    times = {*breathing_ends(sheet.score), *breaths_needed(sheet.score)} - {sheet.score.end_quarter}
    notes = list(sheet.melody.notes)
    for index, (note, following) in enumerate(pairwise(sheet.melody.notes)):
        sounds_on = note.pitch and following.pitch and note.grace is None
        if sounds_on and note.end_quarter in times and not note.fermata and not BREATHS & set(note.articulations):
            notes[index] = replace(note, articulations=(*note.articulations, "breath-mark"))
    parts = (replace(sheet.melody, notes=tuple(notes)), *sheet.score.parts[1:])
    return replace(sheet, score=replace(sheet.score, parts=parts))
