r"""Words under ABC music: the ``w:`` lines.

Source: the ABC music standard 2.1, section 5.1 (alignment). ``-`` separates syllables, ``_``
extends the last one over another note, ``*`` skips a note, ``~`` is a space within a syllable,
``\-`` a printed hyphen and ``\_`` a printed line, ``|`` moves on to the next bar. Several ``w:``
lines under one line of music are verses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from arranger.formats.reading.abc.text import decode_text, plain_quotes
from theory.notation.score import Lyric, Note

_PIECE = re.compile(r"[-_*|]|\s+|(?:\\\S|[^-_*|\s\\])+|\\")
_SPACE = re.compile(r"(?<!\\)~")


@dataclass(frozen=True)
class Slot:
    """A note that can carry a syllable: an index in a measure's list of notes."""

    notes: list[Note]
    index: int
    bar: int  # index, from 0


@dataclass(frozen=True)
class Syllable:
    """A syllable, and whether hyphens join it to its neighbours."""

    text: str
    joined_before: bool = False
    joined_after: bool = False

    def lyric(self, verse: str) -> Lyric:
        """Return the syllable as a lyric of a verse."""
        kinds = {(False, False): "single", (False, True): "begin", (True, True): "middle", (True, False): "end"}
        return Lyric(self.text, verse, kinds[self.joined_before, self.joined_after])


def align_words(text: str, verse: str, slots: Sequence[Slot]) -> int:
    """Align one ``w:`` line with the notes of its music line; return the number of syllables without a note."""
    index, left_over = 0, 0
    last: Slot | None = None
    for item in parse_words(text):
        if item == "|":
            index = _next_bar(slots, index)
        elif isinstance(item, str):
            if item == "_" and last is not None:
                _extend(last)
            index += 1
        elif index < len(slots):
            last = slots[index]
            last.notes[last.index] = _with_lyric(last.notes[last.index], item.lyric(verse))
            index += 1
        else:
            left_over += 1
    return left_over


def parse_words(text: str) -> list[Syllable | str]:
    """Return the syllables of a ``w:`` line and the signs between them.

    >>> [item if isinstance(item, str) else item.lyric("1").syllabic for item in parse_words("A-ma-zing grace_ how~do")]
    ['begin', 'middle', 'end', 'single', '_', 'single']
    """
    found: list[Syllable | str] = []
    open_at: int | None = None  # index of the syllable that a hyphen may still join to the next one
    joined, before = False, " "
    for piece in _PIECE.findall(plain_quotes(text)):
        if piece == "-":
            if open_at is None or before.isspace() or before == "-":
                found.append("-")  # a hyphen on its own takes a note: the syllable continues
            if open_at is not None:
                found[open_at] = replace(_syllable(found[open_at]), joined_after=True)
                joined = True
        elif piece in ("_", "*", "|"):
            found.append(piece)
        elif not piece.isspace() and piece != "\\":
            found.append(Syllable(decode_text(_SPACE.sub(" ", piece)), joined_before=joined))
            open_at, joined = len(found) - 1, False
        before = piece
    return found


def _syllable(item: Syllable | str) -> Syllable:
    assert isinstance(item, Syllable)
    return item


def _next_bar(slots: Sequence[Slot], start: int) -> int:
    """Return the index of the first slot in the bar after that of the last syllable (or of the line's first note)."""
    if not slots:
        return start
    bar = slots[min(max(start - 1, 0), len(slots) - 1)].bar
    return next((index for index in range(start, len(slots)) if slots[index].bar > bar), len(slots))


def _with_lyric(note: Note, lyric: Lyric) -> Note:
    return replace(note, lyrics=(*note.lyrics, lyric))


def _extend(slot: Slot) -> None:
    note = slot.notes[slot.index]
    if note.lyrics:
        slot.notes[slot.index] = replace(note, lyrics=(*note.lyrics[:-1], replace(note.lyrics[-1], extend=True)))
