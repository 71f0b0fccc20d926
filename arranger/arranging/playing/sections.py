"""The sections of a tune: where it begins something new, and where it returns.

A section begins at a rehearsal mark, a double bar, a repeat, an ending, or a heading such as *Chorus*; longer stretches
are divided every eight bars, as songs of 32 bars are built. Sections whose tunes are alike have the same letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from theory.notation.phrase import DOUBLE_LINES
from theory.notation.score import Direction, Note, Score

PERIOD_BARS = 8
_PHRASE_BARS = 4
SHORTEST_BARS = 3  # a shorter stretch joins the one before
HEADINGS = ("verse", "chorus", "refrain", "bridge", "interlude", "coda", "trio", "vamp", "intro")
INTRODUCTION = "intro"  # the letter of a section with this heading at the beginning
ALIKE = 0.6  # share of equal notes from which two sections have the same letter
COMPARED_BARS = (1, 4)  # beginnings are compared, both must be alike: endings differ


@dataclass(frozen=True, slots=True)
class Section:
    """Consecutive bars of a tune with one letter."""

    letter: str  # A, B ... or the rehearsal mark
    start_bar: int  # indices of bars; the end is the index after the last bar
    end_bar: int
    time: int  # how many sections of this letter come before
    place: str  # first, again, contrast, return or last: see `place_of`

    def __contains__(self, bar: int) -> bool:
        return self.start_bar <= bar < self.end_bar


def sections_of(score: Score) -> tuple[Section, ...]:
    """Return the sections of a score, in order, without gaps."""
    spans = list(_spans(score))
    letters = _letters(score, spans)
    found = []
    introduced = int(letters[0] == INTRODUCTION and len(letters) > 1)
    for number, (start, end) in enumerate(spans):
        before = letters[:number]
        place = place_of(letters[introduced:], max(number - introduced, 0))
        found.append(Section(letters[number], start, end, before.count(letters[number]), place))
    return tuple(found)


def place_of(letters: Sequence[str], number: int) -> str:
    """Return the place of a section in the form.

    ``last`` is the last section, ``first`` the first one; a letter is ``again`` directly after itself and ``return``
    after others; a new letter is a ``contrast``.

    >>> [place_of("AABA", number) for number in range(4)]
    ['first', 'again', 'contrast', 'last']
    """
    if number == 0:
        return "first"
    if number == len(letters) - 1:
        return "last"
    if letters[number] == letters[number - 1]:
        return "again"
    return "return" if letters[number] in letters[:number] else "contrast"


def upbeat_bars(score: Score) -> int:
    """Return 1 if the first bar is only an upbeat, also where rests fill it up to a whole bar, else 0.

    Such a bar begins with a rest, and the tune enters in its second half, or the phrases of four bars begin after it.
    """
    first = score.bars[0]
    enters = next((note.onset_quarter for note in score.parts[0].notes if note.pitch), first.onset_quarter)
    late = first.onset_quarter < enters < first.end_quarter
    half = enters - first.onset_quarter >= first.length_quarter / 2
    return int(first.implicit or (late and (half or len(score.bars) % _PHRASE_BARS == 1)))


def _spans(score: Score) -> Iterator[tuple[int, int]]:
    """Yield the first bar of each section and the bar after its last."""
    count = len(score.bars)
    starts = [0]
    for start in sorted({*_marked(score), count} - {0}):
        if start - starts[-1] >= SHORTEST_BARS or start == count:
            starts.append(start)
    if len(starts) > 2 and count - starts[-2] < SHORTEST_BARS:
        del starts[-2]
    for start, end in pairwise(starts):
        yield from _periods(score, start, end)


def _periods(score: Score, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a stretch divided every eight bars; a pickup belongs to the first of them."""
    pickup = 0 if start else upbeat_bars(score)
    at = start
    while end - at - pickup >= PERIOD_BARS + PERIOD_BARS // 2:
        yield at, at + pickup + PERIOD_BARS
        at, pickup = at + pickup + PERIOD_BARS, 0
    yield at, end


def _marked(score: Score) -> Iterator[int]:
    """Yield the indices of bars at which the sheet itself says that something begins."""
    for bar in score.bars:
        if bar.repeat_start or (bar.volta_start and bar.volta == (2,)):
            yield bar.index
        if bar.repeat_end or bar.right_line in DOUBLE_LINES:
            yield bar.index + 1
    for mark in score.directions:
        if mark.kind in ("rehearsal", "coda") or (mark.kind == "words" and _heading(mark) in HEADINGS):
            yield score.bar_at(mark.onset_quarter).index


def _heading(mark: Direction) -> str:
    return mark.text.strip(" :.()[]0123456789").lower()


def _letters(score: Score, spans: Sequence[tuple[int, int]]) -> list[str]:
    """Return the letter of each span: its rehearsal mark, or that of the first earlier span that begins alike."""
    marks = {score.bar_at(each.onset_quarter).index: each.text for each in score.directions if each.kind == "rehearsal"}
    tunes = [[_beginning(score, start, end, bars) for bars in COMPARED_BARS] for start, end in spans]
    introduced = int(any(_heading(each) == INTRODUCTION for each in score.directions if not each.onset_quarter))
    letters: list[str] = []
    for number, (start, _) in enumerate(spans):
        alike = (letters[other] for other in range(introduced, number) if _alike(tunes[other], tunes[number]))
        fresh = next(letter for letter in _alphabet() if letter not in letters)
        letters.append(INTRODUCTION if start == 0 and introduced else marks.get(start) or next(alike, fresh))
    return letters


def _alphabet() -> Iterator[str]:
    number = 0
    while True:
        yield chr(ord("A") + number % 26) + (str(number // 26 + 1) if number >= 26 else "")
        number += 1


def _beginning(score: Score, start: int, end: int, bars: int) -> dict[Fraction, int]:
    """Return the attacks of the tune in the first full bars of a span: times from its start, and MIDI numbers."""
    upbeat = int(score.bars[start].implicit) if start else upbeat_bars(score)
    first = start + min(upbeat, end - start - 1)
    origin = score.bars[first].onset_quarter
    until = score.bars[min(first + bars, end) - 1].end_quarter
    return {
        note.onset_quarter - origin: note.pitch.midi
        for note in score.parts[0].notes
        if _attacks(note) and note.pitch and origin <= note.onset_quarter < until
    }


def _attacks(note: Note) -> bool:
    return note.pitch is not None and not note.tie_stop and note.grace is None


def _alike(one: Sequence[dict[Fraction, int]], other: Sequence[dict[Fraction, int]]) -> bool:
    return all(_share(a, b) >= ALIKE for a, b in zip(one, other, strict=True))


def _share(one: dict[Fraction, int], other: dict[Fraction, int]) -> float:
    """Return the share of attacks that two tunes have in common."""
    same = sum(other.get(time) == midi for time, midi in one.items())
    return same / max(len(one), len(other), 1)
