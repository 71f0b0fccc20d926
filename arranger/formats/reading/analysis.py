"""Reading harmonic analyses from RomanText files."""

from __future__ import annotations

from pathlib import Path

from arranger.formats import limits
from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.files import decode_text, read_bytes
from theory.analysis import RomanNumeral
from theory.notation.score import Score


def read_analysis(path: Path, score: Score) -> tuple[RomanNumeral, ...]:
    """Return the chords of a RomanText file with their onsets in a score.

    Raises ReadError if the file cannot be read or does not fit the score.
    """
    from theory.music21_bridge.romantext import from_romantext

    text = decode_text(read_bytes(path))
    if len(text) > limits.MAX_TEXT_CHARACTERS:
        raise ReadError(
            str(path),
            f"more than {limits.MAX_TEXT_CHARACTERS} characters, too long for an analysis; is it the right file?",
        )
    try:
        return from_romantext(text, score)
    except ValueError as error:
        raise ReadError(str(path), str(error)) from None
