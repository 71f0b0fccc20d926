"""One verse of a lead sheet as a sheet of its own."""

from __future__ import annotations

from dataclasses import replace

from theory.notation.score import LeadSheet, Note, Score
from theory.notation.unfold import ROADMAP

_REFRAIN = 4  # so many notes in a row with words of the first verse only are sung in every verse


def verses_of(score: Score) -> tuple[str, ...]:
    """Return the numbers of the verses under the tune, in order."""
    found = {lyric.verse for note in score.parts[0].notes for lyric in note.lyrics}
    return tuple(sorted(found, key=lambda verse: (len(verse), verse)))


def stanza(sheet: LeadSheet, verse: str) -> LeadSheet:
    """Return a sheet with the words of one verse, and of the refrains that only the first verse has.

    A repeat of the whole piece is left out, since each verse is written out. Raises ValueError if the sheet has no
    such verse, or goes back by D.C. or D.S.
    """
    known = verses_of(sheet.score)
    if verse not in known:
        raise ValueError(f"v{verse}: the sheet has {'the verses ' + ', '.join(known) if known else 'no words'}")
    if {each.kind for each in sheet.score.directions} & (ROADMAP - {"segno"}):
        raise ValueError("a sheet with D.C., D.S., Fine or Coda is not written out verse by verse; leave out --form")
    notes = _with_verse(sheet.melody.notes, verse, first=known[0])
    score = replace(sheet.score, parts=(replace(sheet.melody, notes=notes), *sheet.score.parts[1:]))
    return replace(sheet, score=_once(score))


def _with_verse(notes: tuple[Note, ...], verse: str, *, first: str) -> tuple[Note, ...]:
    refrain = _refrains(notes, verse)
    found = []
    for index, note in enumerate(notes):
        wanted = first if index in refrain else verse
        own = tuple(replace(lyric, verse="1") for lyric in note.lyrics if lyric.verse == wanted)
        found.append(replace(note, lyrics=own))
    return tuple(found)


def _refrains(notes: tuple[Note, ...], verse: str) -> set[int]:
    """Return the indices of the notes of refrains, which have no words of this verse."""
    found: set[int] = set()
    run: list[int] = []
    for index, note in enumerate((*notes, Note(notes[-1].end_quarter, notes[-1].duration_quarter, None))):
        if any(lyric.verse == verse for lyric in note.lyrics) or index == len(notes):
            found |= set(run) if sum(bool(notes[each].lyrics) for each in run) >= _REFRAIN else set()
            run = []
        else:
            run.append(index)
    return found


def _once(score: Score) -> Score:
    """Return a score without the repeat of the whole piece, if that is its only repeat."""
    bars = score.bars
    repeats = [bar.index for bar in bars if bar.repeat_end]
    begins_inside = any(bar.repeat_start and bar.index > 1 for bar in bars)
    if repeats != [bars[-1].index] or begins_inside or any(bar.volta for bar in bars):
        return score
    return replace(score, bars=tuple(replace(bar, repeat_end=0, repeat_start=False) for bar in bars))


def unison(note: Note, octaves: int) -> Note:
    """Return a note of the tune, octaves higher or lower, for another part that sings it."""
    pitch = replace(note.pitch, octave=note.pitch.octave + octaves) if note.pitch else None
    return replace(note, pitch=pitch)
