"""Analyses in RomanText files."""

from __future__ import annotations

from pathlib import Path

from arranger.formats import limits
from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.files import decode_text, read_bytes
from theory.analysis import RomanNumeral
from theory.notation.score import Score


def read_analysis(path: Path, score: Score) -> tuple[RomanNumeral, ...]:
    """Return the chords of a RomanText file at their places in a score; ReadError where it does not fit it."""
    from theory.music21_bridge.romantext import from_romantext

    text = decode_text(read_bytes(path))
    if len(text) > limits.MAX_TEXT_CHARACTERS:
        raise ReadError(str(path), f"more than {limits.MAX_TEXT_CHARACTERS} characters; too long for an analysis")
    try:
        return from_romantext(text, score)
    except ValueError as error:
        raise ReadError(str(path), str(error)) from None
