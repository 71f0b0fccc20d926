"""Notation of melismas: extenders after the last syllable, slurs over its notes (Gould, Behind Bars, ch. 15)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from theory.notation.score import Lyric, Note

VOWELS = frozenset({"oo", "ah", "mm", "hum"})  # sung instead of words
NUMBER_SPACE = "\N{NO-BREAK SPACE}"  # between the number of a verse and its first word
WORDLESS_RUN = 5  # in a song with words, this many notes without words belong to an instrument


def with_extenders(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return one voice with extenders, verse by verse, under the notes that share the last syllable of a word."""
    found = list(notes)
    plain = [index for index, note in enumerate(notes) if note.grace is None and not note.chord]
    for index, after in pairwise(plain):
        if notes[index].lyrics:
            lyrics = tuple(_extended(each, notes[after]) for each in notes[index].lyrics)
            found[index] = replace(notes[index], lyrics=lyrics)
    return tuple(found)


def with_slurs(notes: Sequence[Note], *, number: int) -> tuple[Note, ...]:
    """Return one voice with slurs of this number over the notes that share a syllable of the words."""
    found = list(notes)
    for index, note in enumerate(notes):
        tail = _tail(notes, index) if note.lyrics and note.lyrics[0].text not in VOWELS else []
        if any(not notes[each].tie_stop for each in tail):
            found[index] = replace(found[index], slur_starts=(number,))
            found[tail[-1]] = replace(found[tail[-1]], slur_stops=(number,))
    return tuple(found)


def with_drawn_extenders(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return one voice with its extenders; missing ones are added where they can be drawn.

    A word before an interlude without words gets no extender through the interlude. Notation programs draw an
    extender up to the next syllable of its verse, so it would never end where only other verses go on.
    """
    played = {index for run in wordless_runs(notes) for index in run}
    sung = _next_words(notes)
    found = []
    for index, (note, drawn) in enumerate(zip(notes, with_extenders(notes), strict=True)):
        if not note.lyrics:
            found.append(note)
            continue
        tail = _tail(notes, index)
        adds = played.isdisjoint(tail)
        endless = _other_verses(note, sung[index]) if tail else frozenset()
        lyrics = tuple(
            replace(old, extend=(old.extend or (new.extend and adds)) and old.verse not in endless)
            for old, new in zip(note.lyrics, drawn.lyrics, strict=True)
        )
        found.append(replace(note, lyrics=lyrics) if lyrics != note.lyrics else note)
    return tuple(found)


def with_verse_numbers(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return a voice with the number of each verse before its first word, where several verses begin together.

    A word that begins with a digit has its number already.
    """
    first = next((index for index, note in enumerate(notes) if len(note.lyrics) > 1), None)
    if first is None:
        return tuple(notes)
    found, missing = list(notes), {lyric.verse for note in notes[first:] for lyric in note.lyrics}
    for index in range(first, len(notes)):
        own = missing & {lyric.verse for lyric in notes[index].lyrics}
        if own:
            lyrics = tuple(numbered(each) if each.verse in own else each for each in notes[index].lyrics)
            found[index] = replace(notes[index], lyrics=lyrics)
            missing -= own
    return tuple(found)


def numbered(lyric: Lyric) -> Lyric:
    """Return a syllable with the number of its verse before it: ``2.``, a space that does not break, the syllable."""
    has_number = lyric.text[:1].isdigit() or not lyric.verse.isdigit()
    return lyric if has_number else replace(lyric, text=f"{lyric.verse}.{NUMBER_SPACE}{lyric.text}")


def without_number(lyric: Lyric) -> Lyric:
    """Return a syllable without the number that `numbered` put before it.

    >>> without_number(numbered(Lyric("Sing", "2"))).text
    'Sing'
    """
    return replace(lyric, text=lyric.text.removeprefix(f"{lyric.verse}.{NUMBER_SPACE}"))


def _tail(notes: Sequence[Note], index: int) -> list[int]:
    """Return the indices of the notes after a syllable, up to the next syllable or rest."""
    following = range(index + 1, len(notes))
    return list(takewhile(lambda each: notes[each].pitch is not None and not notes[each].lyrics, following))


def _next_words(notes: Sequence[Note]) -> list[tuple[Lyric, ...]]:
    """Return, for each note, the next syllables under the line after it; none after the last ones."""
    found: list[tuple[Lyric, ...]] = []
    words: tuple[Lyric, ...] = ()
    for note in reversed(notes):
        found.append(words)
        words = note.lyrics or words
    return found[::-1]


def _other_verses(note: Note, next_words: tuple[Lyric, ...]) -> frozenset[str]:
    """Return the verses of the syllables under a note that the next syllables, if there are any, do not continue."""
    return frozenset(each.verse for each in note.lyrics) - {each.verse for each in next_words or note.lyrics}


def _extended(lyric: Lyric, following: Note) -> Lyric:
    """Return a syllable with an extender if it ends its word and the next note continues it.

    If that note has syllables of other verses only, an extender in the source tells a melisma from a finished verse.
    """
    ends_word = lyric.syllabic in ("single", "end") and following.pitch is not None
    verses = {each.verse for each in following.lyrics}
    hums = any(each.text in VOWELS for each in following.lyrics)
    goes_on = not verses or (lyric.extend and lyric.verse not in verses and not hums)
    return replace(lyric, extend=ends_word and goes_on)


def wordless_runs(notes: Sequence[Note]) -> Iterator[list[int]]:
    """Yield the indices of each run of ``WORDLESS_RUN`` or more notes without a syllable or a slur to one."""
    run: list[int] = []
    slurs = 0
    for index, note in enumerate(notes):
        slurs += len(note.slur_starts)
        if note.lyrics or slurs > 0:
            yield from [run] if len(run) >= WORDLESS_RUN else []
            run = []
        elif note.pitch is not None and note.grace is None and not note.tie_stop:
            run.append(index)
        slurs -= len(note.slur_stops)
    yield from [run] if len(run) >= WORDLESS_RUN else []
