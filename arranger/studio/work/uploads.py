"""Reading what a user uploads or types: every format of the command line, by its first bytes or its name's ending."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from arranger.arranging.ensembles import ENSEMBLES
from arranger.editing.passages.draft import Draft
from arranger.editing.project.file import open_project
from arranger.formats import limits
from arranger.formats.contents import as_file, ending_of_content
from arranger.formats.reading import read_lead_sheet
from arranger.formats.reading.sheet import read_score_and_notices
from arranger.studio.answers import RefusedError
from arranger.studio.work.names import PROJECT, ending_of, is_project
from theory.notation.score import LeadSheet, Notice, Score

Made = TypeVar("Made")


def read_project_of(content: bytes, name: str) -> Draft:
    """Return the draft in a project file. Raises RefusedError if it is none, or if it names other files to be read."""
    options = _options_in(content)
    named = (options.get("ensemble") or "", options.get("model") or "default")
    if named[0] not in ("", *ENSEMBLES.names) or named[1] != "default":
        raise RefusedError(
            f"{name}: it names files of another computer ({', '.join(map(str, named))[:80]}), not read here"
        )
    return _read(content, name, open_project)


def _options_in(content: bytes) -> Mapping[str, object]:
    """Return the choices in a project file as they stand there; nothing if it is damaged, which its reader says."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("state.json") as state:
            found = json.loads(state.read(limits.MAX_FILE_BYTES))
    except (zipfile.BadZipFile, zlib.error, ValueError, LookupError, OSError, RuntimeError, EOFError):
        return {}
    options = found.get("options") if isinstance(found, dict) else None
    return options if isinstance(options, dict) else {}


def read_sheet_of(content: bytes, name: str, *, melody_part: str = "") -> LeadSheet:
    """Return the tune in an uploaded file. Raises RefusedError, whose message names the file as the user knows it."""
    if is_project(name):
        sheet = read_project_of(content, name).source
        if sheet is None:
            raise RefusedError(f"{name}: it was made from a finished score, and has no sheet to arrange")
        return sheet
    return _read(content, name, partial(read_lead_sheet, melody_part=melody_part or None))


def read_score_of(content: bytes, name: str) -> tuple[Score, tuple[Notice, ...]]:
    """Return the whole score in an uploaded file and what was read with doubt. Raises RefusedError."""
    if is_project(name):
        draft = read_project_of(content, name)
        return draft.score, draft.notices
    return _read(content, name, read_score_and_notices)


def read_document(document: bytes) -> Score:
    """Return a score from MusicXML that this program has written."""
    return read_score_of(document, "score.musicxml")[0]


def _read(content: bytes, name: str, read: Callable[[Path], Made]) -> Made:
    """Return the result of reading some bytes as a file, whose path no message shows."""
    signed = ending_of_content(content)
    ending = ending_of(name).lower()
    if signed and ending not in (".abc", ".krn", PROJECT):
        ending = signed
    with as_file(content, f"file{ending or '.abc'}") as path:
        try:
            return read(path)
        except ValueError as error:
            raise RefusedError(str(error).replace(str(path), name)) from error
