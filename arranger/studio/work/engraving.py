"""Scores on the screen: one page at a time as SVG, as wide as the window, and where every note is."""

from __future__ import annotations

import re
from collections import OrderedDict

from arranger.engraving.screen import Screen
from arranger.formats.writing import to_musicxml
from arranger.studio.answers import RefusedError, Say
from arranger.studio.project import Json, Music
from arranger.studio.work.scores import score_of
from theory.notation.score import Score

_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)  # the page has a style sheet; its policy allows no other
_CLOSED_PARTS = 4  # that share two staves
_KEPT = 4  # scores that were laid out, to be asked for another page
_screens: OrderedDict[tuple[object, ...], Screen] = OrderedDict()


def engrave(say: Say, *, music: Music, document: bytes, width: int, layout: str, page: int) -> tuple[str, int]:
    """Return a page of a score as SVG, and how many pages there are.

    Args:
        say: is told nothing; a page takes a moment.
        music: the score.
        document: its MusicXML.
        width: of the page in pixels.
        layout: ``open``, ``closed``, or ``auto`` for what suits the score.
        page: counted from 1.

    Raises ValueError if there is no such page, or Verovio is missing.
    """
    screen = _screen(music, document, width, layout)
    return _STYLE.sub("", screen.page(page)), screen.page_count


def pages(say: Say, *, music: Music, document: bytes, width: int, layout: str) -> list[Json]:
    """Return for each page its number and the indices of its first and last bar."""
    screen = _screen(music, document, width, layout)
    score = score_of(music, document)
    heads = {score.bar_at(note.onset_quarter).index: note.id for note in reversed(score.parts[0].notes)}
    found: dict[int, list[int]] = {number: [] for number in range(1, screen.page_count + 1)}
    page = 1
    for index in range(len(score.bars)):
        page = _page_of(screen, heads.get(index, "")) or page
        found[page].append(index)
    return [{"page": page, "first_bar": bars[0], "last_bar": bars[-1]} for page, bars in found.items() if bars]


def _page_of(screen: Screen, note: str) -> int:
    """Return the page of a note; 0 if it is not printed, such as a rest of a whole bar in some layouts."""
    try:
        return screen.page_of(note)
    except ValueError:
        return 0


def notes(say: Say, *, music: Music, document: bytes) -> list[Json]:
    """Return every note and rest with its place, for those who move through the score by keys."""
    score = score_of(music, document)
    return [
        {
            "id": note.id,
            "voice": voice,
            "onset_quarter": str(note.onset_quarter),
            "duration_quarter": str(note.duration_quarter),
            "pitch": str(note.pitch) if note.pitch else None,
            "bar": score.bar_at(note.onset_quarter).index,
            "beat": str(score.bar_at(note.onset_quarter).beat_at(note.onset_quarter)),
            "tied": note.tie_stop,
            "grace": bool(note.grace),
        }
        for voice, part in enumerate(score.parts)
        for note in part.notes
    ]


def layout_of(music: Music, layout: str) -> str:
    """Return open or closed for what is asked for, which may be auto."""
    wanted = music.layout if layout == "auto" else layout
    return wanted if len(music.parts) == _CLOSED_PARTS else "open"


def _closed(score: Score) -> bytes:
    """Return MusicXML on two staves, or one staff per part if the music does not fit on two."""
    try:
        return to_musicxml(score, layout="closed")
    except ValueError:
        return to_musicxml(score)


def _screen(music: Music, document: bytes, width: int, layout: str) -> Screen:
    """Return a score laid out for a width; the last few are kept."""
    key = (music.document, str(music.parts), width, layout_of(music, layout))
    if key in _screens:
        _screens.move_to_end(key)
        return _screens[key]
    try:
        text = _closed(score_of(music, document)) if key[-1] == "closed" else document
        found = _screens[key] = Screen(text, width=width)
    except ImportError:
        raise RefusedError("engraving needs verovio; pip install 'arranger[studio]'") from None
    if len(_screens) > _KEPT:
        _screens.popitem(last=False)
    return found
