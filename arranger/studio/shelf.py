"""The shelf: projects on disk, each in a folder of its own.

A change is written before it is answered: first the scores and the state, which have new names, then the head, which
replaces the old one in a single step. So a server that is killed at any moment leaves either the project before the
change or the one after it. What no head names any more is removed when the project is next changed.

::

    ID/head.json             steps, present place, title
    ID/source                the file as it was uploaded
    ID/states/12.json        the state after step 12
    ID/scores/HASH.musicxml  a score
    ID/sounds/               what was heard lately
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from arranger.studio.project import FORMAT, Json, Project, State, Step

MOST_STEPS = 400  # steps that can be undone
MOST_SOUNDS = 60  # files of sound of one project
_ID = re.compile(r"[0-9a-f]{16}")
_HEAD = "head.json"


class ShelfError(Exception):
    """A project that cannot be read or written; the message is one line and says what to do."""


class MissingError(ShelfError):
    """There is nothing of this name."""


def hash_of(document: bytes) -> str:
    """Return the name under which a score is kept."""
    return sha256(document).hexdigest()


@dataclass(frozen=True)
class Shelf:
    """Projects in a folder."""

    folder: Path

    def create(self, title: str, source: str, content: bytes, state: State, documents: Mapping[str, bytes]) -> Project:
        """Return a new project of an uploaded file."""
        project = Project(secrets.token_hex(8), title, source, (Step(0, "Open"),), 0, 0, _now(), state)
        folder = self.folder / project.id
        (folder / "states").mkdir(parents=True)
        (folder / "scores").mkdir()
        _write(folder / "source", content)
        self._save(project, documents)
        return project

    def load(self, project_id: str) -> Project:
        """Return a project as it was last saved. Raises MissingError, or ShelfError if its files are damaged."""
        folder = self._folder(project_id)
        try:
            head = json.loads((folder / _HEAD).read_text(encoding="utf-8"))
            if head["format"] != FORMAT:
                raise ShelfError(f"project {project_id} is of format {head['format']}; this program reads {FORMAT}")
            step = head["steps"][head["place"]]
            return Project.from_head(head, self._state(folder, step["number"]))
        except FileNotFoundError:
            raise MissingError(f"there is no project {project_id}; the list shows those that there are") from None
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise ShelfError(f"project {project_id} cannot be read ({error}); is its folder damaged?") from error

    def after(self, project: Project, name: str, state: State, documents: Mapping[str, bytes]) -> Project:
        """Return the project after one more step, saved."""
        found = project.after(name, state, now=_now())
        if len(found.steps) > MOST_STEPS:
            found = replace(found, steps=found.steps[-MOST_STEPS:], place=MOST_STEPS - 1)
        self._save(found, documents)
        return found

    def amended(self, project: Project, state: State, documents: Mapping[str, bytes]) -> Project:
        """Return the project with another state at its present step, saved; for what is not an action to be undone."""
        number = max(step.number for step in project.steps) + 1
        here = replace(project.steps[project.place], number=number)
        steps = (*project.steps[: project.place], here, *project.steps[project.place + 1 :])
        found = replace(project, steps=steps, state=state, revision=project.revision + 1, changed=_now())
        self._save(found, documents)
        return found

    def moved(self, project: Project, places: int) -> Project:
        """Return the project some steps further or back, saved. Raises LookupError if there are no such steps."""
        if not 0 <= project.place + places < len(project.steps):
            raise LookupError("there is nothing to undo" if places < 0 else "there is nothing to redo")
        step = project.steps[project.place + places]
        found = project.moved(places, self._state(self._folder(project.id), step.number), now=_now())
        self._save(found, {}, is_new=False)
        return found

    def renamed(self, project: Project, title: str) -> Project:
        """Return the project with another title, saved."""
        found = replace(project, title=title, revision=project.revision + 1, changed=_now())
        self._save(found, {}, is_new=False)
        return found

    def remove(self, project_id: str) -> None:
        """Remove a project with all its files. Raises MissingError."""
        folder = self._folder(project_id)
        if not (folder / _HEAD).is_file():
            raise MissingError(f"there is no project {project_id}")
        (folder / _HEAD).unlink()
        shutil.rmtree(folder, ignore_errors=True)

    def listing(self) -> list[Json]:
        """Return id, title and time of the last change of each project, the last changed one first."""
        found = []
        for path in self.folder.glob(f"*/{_HEAD}"):
            try:
                head = json.loads(path.read_text(encoding="utf-8"))
                found.append({name: head[name] for name in ("id", "title", "source", "changed")})
            except (OSError, ValueError, LookupError):
                continue  # a damaged project is named when it is opened
        return sorted(found, key=lambda each: (each["changed"], each["id"]), reverse=True)

    def document(self, project_id: str, name: str) -> bytes:
        """Return a score of a project as MusicXML."""
        return (self._folder(project_id) / "scores" / f"{name}.musicxml").read_bytes()

    def sound(self, project_id: str, name: str) -> Path:
        """Return where a sound of a project is kept, whether it is there already or not."""
        return self._folder(project_id) / "sounds" / name

    def keep_sound(self, project_id: str, name: str, content: bytes) -> None:
        """Keep a sound until the project is removed, or others take its place."""
        path = self.sound(project_id, name)
        path.parent.mkdir(exist_ok=True)
        kept = sorted(path.parent.iterdir(), key=lambda each: each.stat().st_mtime)
        for old in kept[: max(0, len(kept) - MOST_SOUNDS)]:
            old.unlink(missing_ok=True)
        _write(path, content)

    def source(self, project_id: str) -> bytes:
        """Return the file that was uploaded."""
        return (self._folder(project_id) / "source").read_bytes()

    def _folder(self, project_id: str) -> Path:
        if not _ID.fullmatch(project_id):
            raise MissingError("there is no such project; the list shows those that there are")
        return self.folder / project_id

    @staticmethod
    def _state(folder: Path, number: int) -> State:
        return State.from_json(json.loads((folder / "states" / f"{number}.json").read_text(encoding="utf-8")))

    def _save(self, project: Project, documents: Mapping[str, bytes], *, is_new: bool = True) -> None:
        """Write scores, a new state and the head, in this order, and remove what the head no longer names."""
        folder = self.folder / project.id
        state = folder / "states" / f"{project.steps[project.place].number}.json"
        try:
            for name, document in documents.items():
                path = folder / "scores" / f"{name}.musicxml"
                if not path.exists():
                    _write(path, document)
            if is_new:  # a file of this name is from a write that was cut short
                _write(state, json.dumps(project.state.to_json(), ensure_ascii=False).encode())
            _write(folder / _HEAD, json.dumps(project.head(), ensure_ascii=False).encode())
        except OSError as error:
            raise ShelfError(
                f"the project could not be saved ({error.strerror or error}); is the disk full?"
            ) from error
        self._tidy(folder, {step.number for step in project.steps})

    def _tidy(self, folder: Path, numbers: Iterable[int]) -> None:
        """Remove the states that no step has."""
        named = {f"{number}.json" for number in numbers}
        for path in (folder / "states").iterdir():
            if path.name not in named:
                path.unlink(missing_ok=True)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, also if the machine stops in the middle."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
