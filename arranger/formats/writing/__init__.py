"""Scores to files: MusicXML, compressed MusicXML and MIDI."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from arranger.formats.writing.files import WriteError, write_bytes
from arranger.formats.writing.musicxml import to_musicxml
from arranger.formats.writing.mxl import to_mxl
from theory.notation.score import Score

__all__ = ["ENDINGS", "LAYOUTS", "WriteError", "to_musicxml", "to_mxl", "without_words", "write_score"]

ENDINGS = (".musicxml", ".xml", ".mxl", ".mid")
LAYOUTS = ("open", "closed")


def without_words(score: Score) -> Score:
    """Return a score without the syllables under its notes, as instruments read it."""
    parts = (replace(part, notes=tuple(replace(note, lyrics=()) for note in part.notes)) for part in score.parts)
    return replace(score, parts=tuple(parts))


def write_score(score: Score, path: str | Path, *, layout: str = "open") -> Path:
    """Write a score to a file whose ending says in which form; return the path.

    Args:
        score: what to write.
        path: ends in .musicxml, .xml, .mxl or .mid; the file is written whole or not at all.
        layout: ``open`` (a staff for each part) or ``closed`` (four voices on two staves); MIDI has none.

    Raises
    ------
        WriteError: the ending is unknown, the layout does not fit, or the place cannot be written to.
    """
    path = Path(path)
    if layout not in LAYOUTS:
        raise WriteError(f"{path}: the layout is open or closed, not {layout!r}")
    try:
        content = _content(score, path, layout)
    except ValueError as error:
        raise WriteError(f"{path}: {error}") from error
    write_bytes(path, content)
    return path


def _content(score: Score, path: Path, layout: str) -> bytes:
    ending = path.suffix.lower()
    if ending in (".musicxml", ".xml"):
        return to_musicxml(score, layout=layout)
    if ending == ".mxl":
        return to_mxl(to_musicxml(score, layout=layout))
    if ending == ".mid":
        from arranger.formats.writing.midi import to_midi  # brings mido, which MIDI alone needs

        return to_midi(score)
    raise ValueError(f"cannot write {ending or 'a file without an ending'}; use {', '.join(ENDINGS)}")
