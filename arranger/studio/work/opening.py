"""Opening files as a new project: a lead sheet, a whole score, or a project that was saved."""

from __future__ import annotations

from dataclasses import asdict, replace

from arranger.arranging.ensembles import ENSEMBLES
from arranger.arranging.ensembles.layout import default_layout
from arranger.arranging.given.pins import pinned_notes
from arranger.arranging.main import Options
from arranger.studio.answers import Say
from arranger.studio.project import Json, Music
from arranger.studio.work.arranging import known_of
from arranger.studio.work.scores import Known, music_of
from arranger.studio.work.uploads import read_project_of, read_score_of, read_sheet_of


def open_sheet(say: Say, *, content: bytes, name: str) -> tuple[Music, bytes]:
    """Return the lead sheet in an uploaded file. Raises RefusedError if it cannot be read."""
    sheet = read_sheet_of(content, name)
    return music_of(sheet.score, Known(notices=sheet.notices))


def open_score(say: Say, *, content: bytes, name: str) -> tuple[Music, bytes]:
    """Return the whole score in an uploaded file. Raises RefusedError if it cannot be read."""
    score, notices = read_score_of(content, name)
    return music_of(score, Known(notices=notices))


def open_saved(say: Say, *, content: bytes, name: str) -> Json:
    """Return what is in a project file: its sheet, if it has one, arrangement, choices and pinned notes.

    Raises RefusedError if it is no project file.
    """
    draft = read_project_of(content, name)
    own = replace(draft.score, parts=draft.score.parts[: draft.plan.texture.shape[1]])
    layout = default_layout(draft.options, draft.score) if draft.options.ensemble in ENSEMBLES.names else "open"
    pins = pinned_notes(draft.options.pin, own, [part.name for part in own.parts])
    return {
        "sheet": None if draft.source is None else music_of(draft.source.score, Known(notices=draft.source.notices)),
        "arrangement": music_of(draft.score, known_of(draft, Known(layout=layout, notices=draft.notices))),
        "choices": _choices_of(draft.options) if draft.source is not None else {},
        "pins": [{"voice": pin.voice, "onset_quarter": str(pin.span.start_quarter)} for pin in pins],
    }


def _choices_of(options: Options) -> Json:
    """Return options as choices, without those that are as usual; notes are pinned in the score."""
    usual, found = asdict(Options()), asdict(options)
    changed = {name: value for name, value in found.items() if value != usual[name] and name not in ("model", "pin")}
    return {
        **{name: list(value) if isinstance(value, tuple) else value for name, value in changed.items()},
        "model": options.model is not None,
    }
