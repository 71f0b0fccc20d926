"""What shows that notes share a syllable: extenders under its word, slurs over them (Gould, Behind Bars, ch. 15)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from theory.notation.score import Lyric, Note

HELD_SYLLABLE = "oo"
WORDLESS_RUN = 5  # so many notes without words, in a song with words, are an instrument's


def with_extenders(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return one voice whose words are drawn out, verse by verse, under the notes that share their last syllable."""
    found = list(notes)
    plain = [place for place, note in enumerate(notes) if note.grace is None and not note.chord]
    for place, after in pairwise(plain):
        if notes[place].lyrics:
            lyrics = tuple(_extended(each, notes[after]) for each in notes[place].lyrics)
            found[place] = replace(notes[place], lyrics=lyrics)
    return tuple(found)


def with_slurs(notes: Sequence[Note], *, number: int) -> tuple[Note, ...]:
    """Return one voice with a slur, of this number, over the notes that share a syllable of the words."""
    found = list(notes)
    for place, note in enumerate(notes):
        tail = _tail(notes, place) if note.lyrics and note.lyrics[0].text != HELD_SYLLABLE else []
        if any(not notes[each].tie_stop for each in tail):
            found[place] = replace(found[place], slur_starts=(number,))
            found[tail[-1]] = replace(found[tail[-1]], slur_stops=(number,))
    return tuple(found)


def with_drawn_extenders(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return one voice with the extenders that it has and those that it lacks, as far as they can be drawn.

    A word before an interlude without words is not drawn out through it. Notation programs draw an
    extender up to the next syllable of its verse: where other verses go on alone, it would never end.
    """
    played = {place for run in wordless_runs(notes) for place in run}
    found = []
    for place, (note, drawn) in enumerate(zip(notes, with_extenders(notes), strict=True)):
        tail = _tail(notes, place)
        adds = played.isdisjoint(tail)
        endless = _other_verses(notes, place) if tail else frozenset()
        lyrics = tuple(
            replace(old, extend=(old.extend or (new.extend and adds)) and old.verse not in endless)
            for old, new in zip(note.lyrics, drawn.lyrics, strict=True)
        )
        found.append(replace(note, lyrics=lyrics) if lyrics != note.lyrics else note)
    return tuple(found)


def _tail(notes: Sequence[Note], place: int) -> list[int]:
    """Return the places of the notes after a syllable, up to the next one or a rest."""
    following = range(place + 1, len(notes))
    return list(takewhile(lambda each: notes[each].pitch is not None and not notes[each].lyrics, following))


def _other_verses(notes: Sequence[Note], place: int) -> frozenset[str]:
    """Return the verses of a note's words that the next words under the line do not go on with."""
    next_words = next((note.lyrics for note in notes[place + 1 :] if note.lyrics), notes[place].lyrics)
    return frozenset(each.verse for each in notes[place].lyrics) - {each.verse for each in next_words}


def _extended(lyric: Lyric, following: Note) -> Lyric:
    """Return a syllable with a melisma line if it ends its word and goes on under the next note.

    Where that note has words of other verses only, the tune's own line tells a melisma from a verse that is over.
    """
    ends_word = lyric.syllabic in ("single", "end") and following.pitch is not None
    verses = {each.verse for each in following.lyrics}
    hums = any(each.text == HELD_SYLLABLE for each in following.lyrics)
    goes_on = not verses or (lyric.extend and lyric.verse not in verses and not hums)
    return replace(lyric, extend=ends_word and goes_on)


def wordless_runs(notes: Sequence[Note]) -> Iterator[list[int]]:
    """Yield the places of notes that no word belongs to: ``WORDLESS_RUN`` or more that no slur joins to a syllable."""
    run: list[int] = []
    slurs = 0
    for place, note in enumerate(notes):
        slurs += len(note.slur_starts)
        if note.lyrics or slurs > 0:
            yield from [run] if len(run) >= WORDLESS_RUN else []
            run = []
        elif note.pitch is not None and note.grace is None and not note.tie_stop:
            run.append(place)
        slurs -= len(note.slur_stops)
    yield from [run] if len(run) >= WORDLESS_RUN else []
