"""The gaps between the notes of a tune, as the words of all its verses see them.

A gap at which one can breathe lies between two words in every verse, is under no slur or tie, and follows no word
that leans on the next one: no article, preposition, pronoun or conjunction, and no first part of a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from theory.notation.score import Lyric, Note
from theory.notation.words.languages import STRONG, bare, leaning_words, opens_with_capital, punctuation_after


@dataclass(frozen=True, slots=True)
class Gap:
    """The place after a note of a tune; shares are of the verses that are sung there."""

    end_quarter: Fraction  # end of the note
    onset_quarter: Fraction  # of the next note
    held_quarter: Fraction  # how long the last syllable has lasted
    joined: bool  # within a word, a syllable, a slur or a tie of any verse
    leans: bool  # a verse goes on after a function word or within a name
    punctuated: float  # share of the verses with closing punctuation
    strong: float  # share of the verses with more than a comma
    capital: float  # share of the verses whose next word begins with a capital

    @property
    def breathable(self) -> bool:
        """Whether a singer can breathe here without dividing what belongs together."""
        return not (self.joined or self.leans)


def gaps_of(notes: Sequence[Note]) -> Iterator[Gap]:
    """Yield the gap after each sounding note of a tune but the last, grace notes and lower notes of chords left out.

    In a tune without words every note but a tied one ends a word.
    """
    line = [note for note in notes if note.grace is None and not note.chord]
    verses = _Verses(leaning_words(_words(line)), mostly_capitals=_mostly_capitals(line))
    has_words = any(note.lyrics for note in line)
    slurs = 0
    sung_from = line[0].onset_quarter if line else Fraction(0)
    for note, following in pairwise(line):
        slurs += len(note.slur_starts) - len(note.slur_stops)
        if note.lyrics or not (has_words or note.tie_stop):
            sung_from = note.onset_quarter
        verses.sing(note.lyrics)
        if note.pitch is None:
            continue
        rests = following.pitch is None
        bound = not rests and (note.tie_start or slurs > 0)
        yield Gap(
            end_quarter=note.end_quarter,
            onset_quarter=following.onset_quarter,
            held_quarter=note.end_quarter - sung_from,
            joined=bound or (has_words and verses.are_joined(following)),
            leans=verses.lean_on(following.lyrics),
            punctuated=verses.share(bool),
            strong=verses.share(lambda mark: mark != "" and mark in STRONG),
            capital=_capitals(following.lyrics),
        )


def _words(line: Iterable[Note]) -> Iterator[str]:
    """Yield the whole words of all verses."""
    open_words: dict[str, str] = {}
    for note in line:
        for lyric in note.lyrics:
            word = open_words.pop(lyric.verse, "") + lyric.text
            if lyric.syllabic in ("begin", "middle"):
                open_words[lyric.verse] = word
            else:
                yield from (bare(each) for each in word.split())


def _mostly_capitals(line: Iterable[Note]) -> bool:
    """Whether most words begin with a capital, so that a capital says nothing."""
    first = [lyric.text for note in line for lyric in note.lyrics if lyric.syllabic in ("single", "begin")]
    return bool(first) and sum(map(opens_with_capital, first)) > len(first) / 2


def _capitals(lyrics: Sequence[Lyric]) -> float:
    return sum(opens_with_capital(each.text) for each in lyrics) / len(lyrics) if lyrics else 0.0


@dataclass
class _Verses:
    """The word that each verse is at."""

    leaning: frozenset[str]  # function words
    mostly_capitals: bool
    words: dict[str, str] = field(default_factory=dict)  # verse: its word so far
    latest: dict[str, Lyric] = field(default_factory=dict)  # verse: its last syllable
    current: tuple[str, ...] = ()  # the verses that are sung at the last syllable

    def sing(self, lyrics: Sequence[Lyric]) -> None:
        """Take in the syllables of a note."""
        for lyric in lyrics:
            before = self.latest.get(lyric.verse)
            goes_on = before is not None and before.syllabic in ("begin", "middle")
            self.words[lyric.verse] = (self.words[lyric.verse] if goes_on else "") + lyric.text
            self.latest[lyric.verse] = lyric
        if lyrics:
            self.current = tuple(lyric.verse for lyric in lyrics)

    def are_joined(self, following: Note) -> bool:
        """Whether the next note, if it is no rest, goes on with a syllable or a word of any verse."""
        if any(self.latest[verse].syllabic in ("begin", "middle") for verse in self.current):
            return True
        if following.pitch is None:
            return False
        new = {lyric.verse for lyric in following.lyrics}
        return not new or any(self.latest[verse].extend and verse not in new for verse in self.current)

    def lean_on(self, following: Sequence[Lyric]) -> bool:
        """Whether a verse goes on without punctuation after a function word, or within a name."""
        capitals = {lyric.verse for lyric in following if opens_with_capital(lyric.text)}
        return any(self._leans(verse, capital=verse in capitals) for verse in self.current)

    def _leans(self, verse: str, *, capital: bool) -> bool:
        word = self.words[verse]
        if punctuation_after(word):
            return False
        in_name = capital and not self.mostly_capitals and opens_with_capital((word.split() or [""])[-1])
        return in_name or bare(word) in self.leaning

    def share(self, counts: Callable[[str], bool]) -> float:
        """Return the share of the verses whose closing punctuation, empty if there is none, counts."""
        marks = [punctuation_after(self.words[verse]) for verse in self.current]
        return sum(map(counts, marks)) / len(marks) if marks else 0.0
