"""The hymns of the Open Hymnal Project, each in four parts, from a folder of MusicXML files."""

from __future__ import annotations

from pathlib import Path

from theory.music21_bridge.reading import from_music21
from theory.notation.score import Score


def read_hymn(folder: Path, name: str) -> Score:
    """Return a hymn; FileNotFoundError where the folder lacks it, ValueError where it has not four parts."""
    from music21 import converter

    path = folder / f"{name}.mxl"
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such hymn; give the folder that holds the hymns' .mxl files")
    score = from_music21(converter.parse(path))
    if len(score.parts) != 4:
        raise ValueError(f"{path}: {len(score.parts)} parts, not four")
    return score
