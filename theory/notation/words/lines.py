"""The lines of the text of a tune, as a poem has them: *Comin' for to carry me home*.

Lead sheets do not mark them. A line ends where the music stops (a long rest, a fermata, a double bar) between two
words, after a full stop or the like, after a comma before a capital, and after a comma or before a capital where the
line is long enough. A text that is a line once is a line each time it comes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from theory.notation.phrase import phrase_ends
from theory.notation.score import Note, Score
from theory.notation.words.gaps import Gap, gaps_of
from theory.notation.words.languages import bare

SHORT_LINE_QUARTERS = 6  # a comma ends a line of this length, but not a shorter one: "Glory, glory, hallelujah!"
_FEWEST_WORDS = 3  # so many words may be found again within a longer line


@dataclass(frozen=True)
class TextLine:
    """One line of the text."""

    start_quarter: Fraction  # onset of its first syllable
    end_quarter: Fraction  # end of its last note
    words: tuple[str, ...]  # of the first verse, in lower case and without punctuation


def text_lines(score: Score) -> tuple[TextLine, ...]:
    """Return the lines of the text of the top part, in order; none if it has no words."""
    notes = [note for note in score.parts[0].notes if note.grace is None and not note.chord]
    if not any(note.lyrics for note in notes):
        return ()
    words = list(_words(notes))
    gaps = {gap.end_quarter: gap for gap in gaps_of(notes)}
    stops = set(phrase_ends(score))
    lines = list(_first_lines(words, gaps, stops))
    return tuple(_whole(line) for line in _divided_alike(lines))


@dataclass(frozen=True)
class _Word:
    start_quarter: Fraction
    end_quarter: Fraction
    text: str


def _words(notes: Sequence[Note]) -> Iterator[_Word]:
    """Yield the words of the verse that is sung, the first one of each note, with the time that they are sung."""
    text, start, end = "", Fraction(0), Fraction(0)
    is_open = False
    for note in notes:
        if note.pitch is None:
            continue
        if note.lyrics:
            if text and not is_open:
                yield _Word(start, end, bare(text))
                text = ""
            start = start if text else note.onset_quarter
            text += note.lyrics[0].text
            is_open = note.lyrics[0].syllabic in ("begin", "middle")
        end = note.end_quarter
    if text:
        yield _Word(start, end, bare(text))


def _first_lines(words: Sequence[_Word], gaps: dict[Fraction, Gap], stops: set[Fraction]) -> Iterator[list[_Word]]:
    line: list[_Word] = []
    for word, following in itertools.pairwise([*words, None]):
        if word is None:
            continue
        line.append(word)
        gap = gaps.get(word.end_quarter)
        length = word.end_quarter - line[0].start_quarter
        if following is None or (gap and _ends_line(gap, length, stops=word.end_quarter in stops)):
            yield line
            line = []


def _ends_line(gap: Gap, length: Fraction, *, stops: bool) -> bool:
    """Whether a line of this length ends at a gap between two words; the music may stop there."""
    if gap.joined or gap.leans:
        return False
    is_long = length >= SHORT_LINE_QUARTERS
    begins_anew = gap.capital >= 0.5
    if gap.strong >= 0.5:
        return is_long or begins_anew
    if gap.punctuated >= 0.5:
        return begins_anew or (is_long and stops)
    return is_long and (begins_anew or stops)


def _divided_alike(lines: Sequence[list[_Word]]) -> Iterator[list[_Word]]:
    """Yield the lines, those that begin or end with the words of another line divided there."""
    known = {_texts(line) for line in lines if len(line) >= _FEWEST_WORDS}
    for line in lines:
        yield from _divided(line, known)


def _divided(line: list[_Word], known: set[tuple[str, ...]]) -> Iterator[list[_Word]]:
    texts = _texts(line)
    for cut in range(_FEWEST_WORDS, len(line) - _FEWEST_WORDS + 1):
        if texts[:cut] in known or texts[cut:] in known:
            yield from _divided(line[:cut], known)
            yield from _divided(line[cut:], known)
            return
    yield line


def _texts(line: Sequence[_Word]) -> tuple[str, ...]:
    return tuple(word.text for word in line)


def _whole(line: Sequence[_Word]) -> TextLine:
    return TextLine(line[0].start_quarter, line[-1].end_quarter, _texts(line))
