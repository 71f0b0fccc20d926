"""Extenders: the lines under the notes that share the last syllable of a word (Gould, Behind Bars, ch. 15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from arranger.rhythm import wordless_runs
from theory.score import Lyric, Note

HELD_SYLLABLE = "oo"


def with_extenders(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return one voice whose words are drawn out, verse by verse, under the notes that share their last syllable."""
    found = list(notes)
    plain = [place for place, note in enumerate(notes) if note.grace is None and not note.chord]
    for place, after in pairwise(plain):
        if notes[place].lyrics:
            lyrics = tuple(_extended(each, notes[after]) for each in notes[place].lyrics)
            found[place] = replace(notes[place], lyrics=lyrics)
    return tuple(found)


def with_missing_extenders(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return one voice with the extenders that it has, and those that it lacks.

    A word before an interlude without words is not drawn out through it.
    """
    played = {place for run in wordless_runs(notes) for place in run}
    found = []
    for place, (note, drawn) in enumerate(zip(notes, with_extenders(notes), strict=True)):
        if note.lyrics and drawn != note and played.isdisjoint(_tail(notes, place)):
            pairs = zip(note.lyrics, drawn.lyrics, strict=True)
            note = replace(note, lyrics=tuple(replace(old, extend=old.extend or new.extend) for old, new in pairs))
        found.append(note)
    return tuple(found)


def _tail(notes: Sequence[Note], place: int) -> list[int]:
    """Return the places of the notes after a syllable, up to the next one or a rest."""
    following = range(place + 1, len(notes))
    return list(takewhile(lambda each: notes[each].pitch is not None and not notes[each].lyrics, following))


def _extended(lyric: Lyric, following: Note) -> Lyric:
    """Return a syllable with a melisma line if it ends its word and goes on under the next note.

    Where that note has words of other verses only, the tune's own line tells a melisma from a verse that is over.
    """
    ends_word = lyric.syllabic in ("single", "end") and following.pitch is not None
    verses = {each.verse for each in following.lyrics}
    hums = any(each.text == HELD_SYLLABLE for each in following.lyrics)
    goes_on = not verses or (lyric.extend and lyric.verse not in verses and not hums)
    return replace(lyric, extend=ends_word and goes_on)
