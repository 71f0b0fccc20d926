"""Project files: a zip with the sheet, the choices and pins, the notes, and what the search needs to go on.

The entries are ``manifest.json`` (kind and version), ``state.json`` (see `State`) and ``score.musicxml``, the result
for other programs. Equal drafts give equal bytes. `docs/project-file.md` describes the format.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from dataclasses import dataclass, replace
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from arranger.arranging.main import Options, prepare, search_for
from arranger.arranging.search.beam import Hypothesis
from arranger.editing.passages.draft import Draft
from arranger.editing.passages.opening import planned_as
from arranger.editing.project.values import from_plain, to_plain
from arranger.formats import limits
from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.files import read_bytes, unpacked
from arranger.formats.writing import to_musicxml
from arranger.formats.writing.files import write_bytes
from arranger.models.part.runtime import WEIGHTS
from theory.notation.score import Harmony, LeadSheet, Notice, Score
from theory.version import program_version

ENDING = ".arranger"
FORMAT, VERSION = "arranger-project", 1
MOST_ENTRIES = 16
_MANIFEST, _STATE, _RESULT = "manifest.json", "state.json", "score.musicxml"
_THE_BEGINNING = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class State:
    """What a project holds."""

    options: Options  # choices, pins and seed
    rhythm: str  # of new notes: plan or written
    score: Score  # the arrangement as it is
    source: LeadSheet | None  # the sheet that it was made from; None: the score was opened as it was
    chords: tuple[Harmony, ...]  # those that it follows
    onsets: tuple[Fraction, ...]  # (T,) of the slices
    midi: tuple[tuple[int, ...], ...]  # (T, V) notes before patterns are applied; -1: a rest
    attack: tuple[tuple[bool, ...], ...]  # (T, V)
    cost: float = 0.0
    harmony_cost: float = 0.0
    notices: tuple[Notice, ...] = ()
    model: str = ""  # fingerprint of the weights; empty: arranged by rules alone


def save_project(draft: Draft, path: str | Path) -> Path:
    """Write a draft to a project file, whole or not at all, and return the path.

    Raises WriteError if the file cannot be written.
    """
    path, found = Path(path), draft.hypothesis
    state = State(
        options=draft.options,
        rhythm=draft.rhythm,
        score=draft.score,
        source=draft.source,
        chords=draft.plan.score.chords,
        onsets=draft.plan.texture.onset_quarter,
        midi=tuple(map(tuple, found.midi.tolist())),
        attack=tuple(map(tuple, found.attack.tolist())),
        cost=found.cost,
        harmony_cost=draft.harmony_cost,
        notices=draft.notices,
        model=fingerprint(draft.options.model),
    )
    manifest = {"format": FORMAT, "version": VERSION, "program": program_version()}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in (
            (_MANIFEST, _json(manifest)),
            (_STATE, _json(to_plain(state))),
            (_RESULT, to_musicxml(draft.score)),
        ):
            entry = zipfile.ZipInfo(name, _THE_BEGINNING)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    write_bytes(path, packed.getvalue())
    return path


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def fingerprint(model: str | None) -> str:
    """Return a text that changes if the weights of a model change, such as ``part-v4 1f2e3d4c``; empty for None.

    >>> fingerprint(None)
    ''
    """
    if model is None:
        return ""
    folder = WEIGHTS if model == "default" else Path(model)
    content = b"".join(file.read_bytes() for file in sorted(folder.glob("weights.*")))
    return f"{folder.name} {hashlib.sha256(content).hexdigest()[:16]}"


def open_project(path: str | Path) -> Draft:
    """Return the draft in a project file, in the state in which it was saved.

    Raises ReadError, in one line, if the file is no project, is of another version, or is damaged or too large.
    """
    source = str(path)
    manifest, state = _entries(read_bytes(Path(path)), source)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ReadError(source, "not a project of arranger; give a file that it saved")
    if manifest.get("version") != VERSION:
        by = f"made by arranger {str(manifest.get('program', '?'))[:20]}"
        raise ReadError(
            source, f"a project of version {str(manifest.get('version'))[:20]}, {by}; this one opens version {VERSION}"
        )
    try:
        return _draft(from_plain(State, state))
    except (
        ValueError,
        OSError,
        TypeError,
        KeyError,
        IndexError,
        OverflowError,
        ArithmeticError,
        RecursionError,
    ) as error:
        raise ReadError(source, f"the project is damaged ({error})") from error


def _entries(data: bytes, source: str) -> tuple[Any, Any]:
    """Return manifest and state, within the limits for files from others."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            if len(names) > MOST_ENTRIES or len(set(names)) < len(names):
                raise ReadError(source, f"a zip archive of {len(names)} files, not a project")
            if _MANIFEST not in names or _STATE not in names:
                raise ReadError(source, "not a project of arranger; give a file that it saved")
            first, second = (json.loads(unpacked(archive, name, source)) for name in (_MANIFEST, _STATE))
            return first, second
    except ReadError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, KeyError, OSError, NotImplementedError):
        raise ReadError(source, "the project is damaged; open a copy of it") from None


def _draft(state: State) -> Draft:
    _check_sizes(state)
    found = Hypothesis(np.array(state.midi, dtype=np.int64), np.array(state.attack, dtype=bool), state.cost)
    if state.source is not None:
        ready = replace(prepare(state.source, state.options), moments=state.onsets)
        plan = ready.plan(state.chords)
    else:
        ready, plan = planned_as(replace(state.score, chords=state.chords), state.options, state.rhythm)
    if plan.texture.onset_quarter != state.onsets or found.midi.shape != plan.texture.shape:
        raise ValueError("its notes do not fit its sheet and choices")
    notices = state.notices
    if state.model and state.model != fingerprint(state.options.model):
        notices += (Notice(f"made with the model {state.model}; this program has {fingerprint(state.options.model)}"),)
    search = search_for(plan, state.options)
    return Draft(
        state.score, plan, found, search, notices, state.harmony_cost, ready, state.source, rhythm=state.rhythm
    )


def _check_sizes(state: State) -> None:
    """Raise LimitError if a project holds more than a score can."""
    for score in (state.score, *([state.source.score] if state.source else [])):
        notes = sum(len(part.notes) for part in score.parts)
        if len(score.bars) > limits.MAX_BARS or notes > limits.MAX_NOTES or len(score.parts) > limits.MAX_PARTS:
            raise limits.LimitError("it holds far more than a score has")
        if not score.bars or not score.parts:
            raise ValueError("its score is empty")
    if any(not -1 <= midi <= limits.MAX_MIDI_NUMBER for row in state.midi for midi in row):
        raise ValueError("a note beyond the range of all instruments")
