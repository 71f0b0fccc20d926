"""Breath marks where all voices breathe together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from theory.notation.phrase import BREATHS, breathing_ends, breaths_needed
from theory.notation.score import LeadSheet, Note

CHOICES = {
    "auto": "those of the sheet, at phrase ends without a rest, and within phrases too long for one breath",
    "source": "those of the sheet",
    "none": "no breath marks",
}


def with_breaths(sheet: LeadSheet, choice: str = "auto") -> LeadSheet:
    """Return the sheet with breath marks, for a choice in `CHOICES`.

    Marks are added between two words of every verse only, never under a slur or after a word that leans on the next.
    """
    if choice == "none":
        return _with_notes(sheet, (_unmarked(note) for note in sheet.melody.notes))
    return sheet if choice == "source" else _with_notes(sheet, _marked(sheet))


def _marked(sheet: LeadSheet) -> Iterator[Note]:
    times = {*breathing_ends(sheet.score), *breaths_needed(sheet.score)} - {sheet.score.end_quarter, Fraction(0)}
    notes = sheet.melody.notes
    for note, following in pairwise((*notes, None)):
        if note is not None:
            yield _with_mark(note) if following is not None and _takes_mark(note, following, times) else note


def _takes_mark(note: Note, following: Note, times: set[Fraction]) -> bool:
    sounds_on = note.pitch and following.pitch and note.grace is None
    return bool(sounds_on) and note.end_quarter in times and not note.fermata and not BREATHS & set(note.articulations)


def _with_mark(note: Note) -> Note:
    return replace(note, articulations=(*note.articulations, "breath-mark"))


def _unmarked(note: Note) -> Note:
    return replace(note, articulations=tuple(mark for mark in note.articulations if mark not in BREATHS))


def _with_notes(sheet: LeadSheet, notes: Iterator[Note]) -> LeadSheet:
    parts = (replace(sheet.melody, notes=tuple(notes)), *sheet.score.parts[1:])
    return replace(sheet, score=replace(sheet.score, parts=parts))
