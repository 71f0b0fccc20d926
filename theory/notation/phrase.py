"""Phrase ends and places to breathe.

A phrase ends at a fermata, a double or repeat bar line, a breath mark, before a rest in the tune of at least a beat (a
quarter, if the beat is longer), after a syllable with closing punctuation that is held for a beat or more, and at the
end of the piece.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from fractions import Fraction

from theory.notation.score import Bar, Note, Part, Score
from theory.notation.words import languages
from theory.notation.words.gaps import gaps_of

BREATHS = {"breath-mark", "caesura"}
LONGEST_BREATH_QUARTERS = 16  # Bach's longest phrases last 8 to 15
SHORTEST_BREATH_QUARTERS = 6  # shorter phrases need no breath: "Speed, bonnie boat" is sung in one
DOUBLE_LINES = {"light-light", "light-heavy", "heavy-light", "heavy-heavy"}


def phrase_ends(score: Score) -> tuple[Fraction, ...]:
    """Return the times, in quarters and in order, at which phrases of the top part end."""
    if not score.parts:
        return ()
    ends = {score.end_quarter, *_ends_at_bars(score.bars), *_ends_in_line(score, score.parts[0])}
    return tuple(sorted(ends))


def _ends_at_bars(bars: tuple[Bar, ...]) -> Iterator[Fraction]:
    for bar in bars:
        if bar.repeat_end or bar.right_line in DOUBLE_LINES:
            yield bar.end_quarter
        after_pickup = bar.index == 1 and bars[0].implicit
        if bar.repeat_start and bar.index and not after_pickup:
            yield bar.onset_quarter


def _ends_in_line(score: Score, part: Part) -> Iterator[Fraction]:
    """Yield phrase ends inside a line: fermatas, breath marks, long rests, held closing punctuation."""
    rest_start: Fraction | None = None
    punctuated = False
    following = _Following(part)
    sung_from = Fraction(0)
    for note in part.notes:
        if note.grace is not None or note.chord:
            continue
        if note.pitch is None:
            rest_start = note.onset_quarter if rest_start is None else rest_start
            if note.end_quarter - rest_start >= min(_beat_at(score, note), Fraction(1)):
                yield rest_start
            continue
        rest_start = None
        if note.lyrics:
            punctuated, sung_from = closes_with_punctuation(note), note.onset_quarter
        if (
            note.fermata
            or not BREATHS.isdisjoint(note.articulations)
            or (
                punctuated
                and note.end_quarter - sung_from >= _beat_at(score, note)
                and following.begins_anew(note.end_quarter)
            )
        ):
            yield note.end_quarter


def _beat_at(score: Score, note: Note) -> Fraction:
    return score.bar_at(note.onset_quarter).meter.beat_quarters


def closes_with_punctuation(note: Note) -> bool:
    """Whether at least half of the verses that are sung to a note have closing punctuation there."""
    return 2 * sum(bool(languages.punctuation_after(lyric.text)) for lyric in note.lyrics) >= max(1, len(note.lyrics))


class _Following:
    """Finds what follows a note of a part: the first note of the list that begins at its end or later."""

    def __init__(self, part: Part) -> None:
        self._notes = [note for note in part.notes if note.grace is None]
        # the first onset that reaches a time is also the first one at which the latest onset so far reaches it
        self._reached = list(itertools.accumulate((note.onset_quarter for note in self._notes), max))

    def begins_anew(self, end_quarter: Fraction) -> bool:
        """Whether a note that ends here is followed by a new syllable, a rest or nothing."""
        index = bisect_left(self._reached, end_quarter)
        if index == len(self._notes):
            return True
        return self._notes[index].pitch is None or bool(self._notes[index].lyrics)


def breathing_ends(score: Score) -> tuple[Fraction, ...]:
    """Return the times, in quarters and in order, at which the top part starts, stops or breathes.

    These are the start and end of the piece, both ends of rests of a quarter or more, fermatas and breath marks,
    and other phrase ends that do not divide a word. Of phrase ends within ``SHORTEST_BREATH_QUARTERS`` of each
    other the best place is kept: ``Cockles! and mussels, alive, alive oh!`` has four phrase ends but two breaths.
    """
    places = _breathing_places(score)
    certain = _certain_breaths(score)
    kept = sorted(certain)
    others = (set(phrase_ends(score)) & places.keys()) - certain
    for time in sorted(others, key=lambda time: (-places[time], time)):
        first = bisect_left(kept, time - SHORTEST_BREATH_QUARTERS)
        last = bisect_right(kept, time + SHORTEST_BREATH_QUARTERS)
        if not any(_close_together(score, time, other) for other in kept[first:last]):
            insort(kept, time)
    return tuple(kept)


def _close_together(score: Score, time: Fraction, other: Fraction) -> bool:
    """Whether two breaths are too close; those in different endings are not, since no one sings both in a row."""
    first, second = (score.bar_at(each - Fraction(1, 64)).volta for each in (time, other))
    in_a_row = not (first and second) or first == second
    return in_a_row and abs(time - other) < SHORTEST_BREATH_QUARTERS


def _certain_breaths(score: Score) -> set[Fraction]:
    """Return the breaths that are always kept: start, end, rests of a quarter or more, fermatas, breath marks."""
    found = {Fraction(0), score.end_quarter}
    for note in score.parts[0].notes if score.parts else ():
        if note.pitch is None and note.duration_quarter >= 1:
            found |= {note.onset_quarter, note.end_quarter}
        elif note.fermata or BREATHS & set(note.articulations):
            found.add(note.end_quarter)
    return found


def breaths_needed(score: Score, *, longest: Fraction = Fraction(LONGEST_BREATH_QUARTERS)) -> tuple[Fraction, ...]:
    """Return further times to breathe, so that the top part sings at most ``longest`` quarters in one breath.

    A breath comes between two words of every verse, not under a slur, and not after a word that leans on the next
    one, such as an article. The best places are the ends of text lines (closing punctuation, or a capital in the next
    line), bar lines, long notes and the middle of the phrase to be divided. A phrase without such a place is not
    divided.
    """
    ends = breathing_ends(score)
    worth = _breathing_places(score)
    times = sorted(worth)
    found: list[Fraction] = []
    spans = list(zip((Fraction(0), *ends), ends, strict=False))
    while spans:
        start, end = spans.pop()
        inside = times[bisect_left(times, start + 4) : bisect_right(times, end - 4)]
        if end - start <= longest or not inside:
            continue
        middle = (start + end) / 2
        best = max(inside, key=lambda time: worth[time] - abs(time - middle) / (end - start) * 6)
        found.append(best)
        spans += [(start, best), (best, end)]
    return tuple(sorted(found))


def _breathing_places(score: Score) -> dict[Fraction, Fraction]:
    """Return the ends of notes after which one can breathe, each with a score; higher is better.

    The end of a line of text counts most: punctuation, or a capital after it in every verse.
    """
    bars = {bar.onset_quarter for bar in score.bars}
    places: dict[Fraction, Fraction] = {}
    for gap in gaps_of(score.parts[0].notes):
        if gap.breathable:
            text = 4 * Fraction(gap.punctuated) + Fraction(gap.strong) + 2 * (gap.capital == 1)
            places[gap.end_quarter] = min(gap.held_quarter, Fraction(4)) + (gap.end_quarter in bars) + text
    return places


def opens_with_capital(note: Note) -> bool:
    """Whether the syllable of the first verse begins with a capital letter, except the word I."""
    return bool(note.lyrics) and languages.opens_with_capital(note.lyrics[0].text)
