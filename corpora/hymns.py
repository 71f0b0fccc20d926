"""The four-part hymns of the Open Hymnal Project, read from a folder of MusicXML files."""

from __future__ import annotations

from pathlib import Path

from corpora.corpus import Corpus, read_four_parts
from theory.notation.score import Score

HYMNS = Corpus(
    name="hymns",
    title="Four-part hymns with words, Open Hymnal Project",
    citation="Open Hymnal Project (openhymnal.org), edited by B. J. Dumont and others",
    licence="public domain, as each score states",
    quirks=("The splits leave out settings by J. S. Bach.",),
    files=187,
    location="a folder that is given; not part of this package",
    suffixes=(".mxl",),
    style="hymn",
    split_file="hymn_split.json",
)


def read_hymn(folder: Path, name: str) -> Score:
    """Return a hymn. Raises FileNotFoundError if the folder lacks it, ValueError if it does not have four parts."""
    path = folder / f"{name}.mxl"
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such hymn; give the folder that holds the hymns' .mxl files")
    return read_four_parts(path)
