"""Scores on the screen: one page at a time as SVG, as wide as the window, and where every note is."""

from __future__ import annotations

import re
from collections import OrderedDict
from xml.etree.ElementTree import tostring

from arranger.engraving.document import parse_document
from arranger.engraving.engraver import Engraver
from arranger.formats.writing import to_musicxml
from arranger.studio.answers import RefusedError, Say
from arranger.studio.project import Json, Music
from arranger.studio.work.scores import score_of
from theory.notation.score import Score

_SCALE = 40  # per cent; Verovio's units are a tenth of a millimetre at 100
_TALL = 1.5  # height of a page, for each unit of its width
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)  # the page has a style sheet; its policy allows no other
_CLOSED_PARTS = 4  # that share two staves
_MARGIN = 50  # in Verovio's units
_KEPT = 4  # engraved scores, to be asked for another page
_loaded: OrderedDict[tuple[object, ...], Engraver] = OrderedDict()


def engrave(say: Say, *, music: Music, document: bytes, width: int, layout: str, page: int) -> tuple[str, int]:
    """Return a page of a score as SVG, and how many pages there are.

    Args:
        say: is told nothing; a page takes a moment.
        music: the score.
        document: its MusicXML.
        width: of the page in pixels.
        layout: ``open``, ``closed``, or ``auto`` for what suits the score.
        page: counted from 1.

    Raises RefusedError if there is no such page, or Verovio is missing.
    """
    engraver = _engraved(music, document, width, layout)
    if not 1 <= page <= engraver.page_count:
        raise RefusedError(f"there is no page {page}; the score has {engraver.page_count}")
    return _STYLE.sub("", engraver.drawing(page)), engraver.page_count


def pages(say: Say, *, music: Music, document: bytes, width: int, layout: str) -> list[Json]:
    """Return for each page its number and the indices of its first and last bar."""
    engraver = _engraved(music, document, width, layout)
    score = score_of(music, document)
    found = [{"page": page + 1, "first_bar": None, "last_bar": None} for page in range(engraver.page_count)]
    heads = {score.bar_at(note.onset_quarter).index: note.id for note in reversed(score.parts[0].notes)}
    for index in range(len(score.bars)):
        page = engraver.page_with(heads[index]) if index in heads else 0
        entry = found[page - 1] if page else next((e for e in reversed(found) if e["first_bar"] is not None), found[0])
        entry["first_bar"] = index if entry["first_bar"] is None else entry["first_bar"]
        entry["last_bar"] = index
    return found


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


def _engraved(music: Music, document: bytes, width: int, layout: str) -> Engraver:
    """Return a score that Verovio has loaded; the last few are kept."""
    key = (music.document, str(music.parts), width, layout_of(music, layout))
    if key in _loaded:
        _loaded.move_to_end(key)
        return _loaded[key]
    text = _closed(score_of(music, document)) if key[-1] == "closed" else document
    across = round(width * 100 / _SCALE)
    found = _loaded[key] = Engraver(
        tostring(parse_document(text), encoding="unicode"),
        breaks="auto",
        pageWidth=across,
        pageHeight=round(across * _TALL),
        scale=_SCALE,
        svgRemoveXlink=True,
        lyricWordSpace=2.4,
        **dict.fromkeys(("pageMarginTop", "pageMarginBottom", "pageMarginLeft", "pageMarginRight"), _MARGIN),
    )
    if len(_loaded) > _KEPT:
        _loaded.popitem(last=False)
    return found
