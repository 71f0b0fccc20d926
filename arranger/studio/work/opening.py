"""Opening files: a lead sheet or a whole score as a new project, and the examples that come with the program."""

from __future__ import annotations

from arranger.studio.answers import Say
from arranger.studio.project import Music
from arranger.studio.work.scores import Known, music_of
from arranger.studio.work.uploads import read_score_of, read_sheet_of


def open_sheet(say: Say, *, content: bytes, name: str) -> tuple[Music, bytes]:
    """Return the lead sheet in an uploaded file. Raises RefusedError if it cannot be read."""
    sheet = read_sheet_of(content, name)
    return music_of(sheet.score, Known(notices=sheet.notices))


def open_score(say: Say, *, content: bytes, name: str) -> tuple[Music, bytes]:
    """Return the whole score in an uploaded file. Raises RefusedError if it cannot be read."""
    score, notices = read_score_of(content, name)
    return music_of(score, Known(notices=notices))
