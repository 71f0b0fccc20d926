r"""Words under ABC music: the ``w:`` lines.

Source: the ABC music standard 2.1, section 5.1 (alignment). ``-`` parts syllables, ``_`` holds
the last one for another note, ``*`` skips a note, ``~`` is a space within a syllable, ``\-`` a
hyphen that is printed, ``|`` goes on to the next bar. Several ``w:`` lines under one line of
music are verses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from theory.notation.score import Lyric, Note

_PIECE = re.compile(r"[-_*|]|\s+|(?:\\-|[^-_*|\s])+")


@dataclass(frozen=True)
class Slot:
    """A place for a syllable: a note in a measure's list of notes."""

    notes: list[Note]
    index: int
    bar: int  # counts from 0


@dataclass(frozen=True)
class Syllable:
    """A syllable, with the hyphens that join it to its neighbours."""

    text: str
    joined_before: bool = False
    joined_after: bool = False

    def lyric(self, verse: str) -> Lyric:
        """Return it as a lyric of a verse."""
        kinds = {(False, False): "single", (False, True): "begin", (True, True): "middle", (True, False): "end"}
        return Lyric(self.text, verse, kinds[self.joined_before, self.joined_after])


def align_words(text: str, verse: str, slots: Sequence[Slot]) -> int:
    """Put one ``w:`` line under the notes of its line of music; return how many syllables found no note."""
    place, left_over = 0, 0
    last: Slot | None = None
    for item in parse_words(text):
        if item == "|":
            place = _next_bar(slots, place)
        elif isinstance(item, str):
            if item == "_" and last is not None:
                _extend(last)
            place += 1
        elif place < len(slots):
            last = slots[place]
            last.notes[last.index] = _with_lyric(last.notes[last.index], item.lyric(verse))
            place += 1
        else:
            left_over += 1
    return left_over


def parse_words(text: str) -> list[Syllable | str]:
    """Return the syllables of a ``w:`` line and the signs between them.

    >>> [item if isinstance(item, str) else item.lyric("1").syllabic for item in parse_words("A-ma-zing grace_ how~do")]
    ['begin', 'middle', 'end', 'single', '_', 'single']
    """
    found: list[Syllable | str] = []
    open_at: int | None = None  # the syllable that a hyphen may still join to the next one
    joined, before = False, " "
    for piece in _PIECE.findall(text):
        if piece == "-":
            if open_at is None or before.isspace() or before == "-":
                found.append("-")  # standing alone it takes a note: the syllable goes on
            if open_at is not None:
                found[open_at] = replace(_syllable(found[open_at]), joined_after=True)
                joined = True
        elif piece in ("_", "*", "|"):
            found.append(piece)
        elif not piece.isspace():
            found.append(Syllable(piece.replace("\\-", "-").replace("~", " "), joined_before=joined))
            open_at, joined = len(found) - 1, False
        before = piece
    return found


def _syllable(item: Syllable | str) -> Syllable:
    assert isinstance(item, Syllable)
    return item


def _next_bar(slots: Sequence[Slot], place: int) -> int:
    """Return the first slot of the bar after the one that was sung last (or stands next, at a line's beginning)."""
    if not slots:
        return place
    bar = slots[min(max(place - 1, 0), len(slots) - 1)].bar
    return next((index for index in range(place, len(slots)) if slots[index].bar > bar), len(slots))


def _with_lyric(note: Note, lyric: Lyric) -> Note:
    return replace(note, lyrics=(*note.lyrics, lyric))


def _extend(slot: Slot) -> None:
    note = slot.notes[slot.index]
    if note.lyrics:
        slot.notes[slot.index] = replace(note, lyrics=(*note.lyrics[:-1], replace(note.lyrics[-1], extend=True)))
