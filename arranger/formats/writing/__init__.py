"""Writing scores to files: MusicXML, compressed MusicXML and MIDI."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from arranger.formats.writing.files import WriteError, write_bytes
from arranger.formats.writing.musicxml import to_musicxml
from theory.notation.score import Score

__all__ = [
    "ENDINGS", "LAYOUTS", "WriteError", "proven_musicxml", "to_bytes", "to_musicxml", "without_words",
    "write_musicxml", "write_score",
]  # fmt: skip

ENDINGS = (".musicxml", ".xml", ".mxl", ".mid")
LAYOUTS = ("open", "closed")


def without_words(score: Score) -> Score:
    """Return a score without words, as for instruments."""
    parts = (replace(part, notes=tuple(replace(note, lyrics=()) for note in part.notes)) for part in score.parts)
    return replace(score, parts=tuple(parts))


def write_score(score: Score, path: str | Path, *, layout: str = "open") -> Path:
    """Write a score to a file in the format given by its ending, and return the path.

    Args:
        score: the score to write.
        path: a name that ends in .musicxml, .xml, .mxl or .mid; the file is written whole or not at all.
        layout: ``open`` (one staff per part) or ``closed`` (two to six voices on two staves); ignored for MIDI.

    Raises
    ------
        WriteError: the ending or layout is unknown, the layout does not fit the score, the music could not be read
            again as it is, or the file cannot be written.
    """
    path = Path(path)
    if layout not in LAYOUTS:
        raise WriteError(f"{path}: there is no layout {layout!r}; choose open or closed")
    try:
        content = to_bytes(score, path.suffix, layout=layout)
    except ValueError as error:
        raise WriteError(f"{path}: {error}") from error
    write_bytes(path, content)
    return path


def write_musicxml(document: bytes, path: Path) -> Path:
    """Write a MusicXML document to a file, compressed if the name ends in .mxl, and return the path.

    Raises WriteError if the file cannot be written.
    """
    if path.suffix.lower() == ".mxl":
        from arranger.formats.writing.mxl import to_mxl

        document = to_mxl(document)
    write_bytes(path, document)
    return path


def proven_musicxml(score: Score, *, layout: str = "open") -> bytes:
    """Return a score as MusicXML that the reader of this program finds whole.

    Raises ValueError, with the bar, if the score holds something that cannot be read again.
    """
    from arranger.formats.writing.proof import prove  # imported here because only files that are kept are proven

    content = to_musicxml(score, layout=layout)
    prove(content, score)
    return content


def to_bytes(score: Score, ending: str, *, layout: str = "open") -> bytes:
    """Return a score in the format of a file's ending, such as ``.mxl``, as `write_score` writes it.

    Raises ValueError for another ending, or if the music could not be read again as it is.
    """
    ending = ending.lower()
    if ending in (".musicxml", ".xml"):
        return proven_musicxml(score, layout=layout)
    if ending == ".mxl":
        from arranger.formats.writing.mxl import to_mxl

        return to_mxl(proven_musicxml(score, layout=layout))
    if ending == ".mid":
        from arranger.formats.writing.midi import to_midi  # imported here because only MIDI needs mido
        from arranger.formats.writing.proof import prove_midi

        content = to_midi(score)
        prove_midi(content, score)
        return content
    raise ValueError(f"cannot write {ending or 'a file without an ending'}; use {', '.join(ENDINGS)}")
