"""The studio without HTTP: projects, the jobs that change them, and the workers that do the work.

Every change of a project happens while its lock is held, from the state on disk to the state on disk. Whatever takes
longer than a moment is an errand: a job in a worker, and what becomes of the project when the job is done.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from arranger.studio.errands import Errand, Finish, SoFar, result_of
from arranger.studio.pool import Pool
from arranger.studio.project import Json, Music, Project, State
from arranger.studio.shelf import Shelf, hash_of
from arranger.studio.work.names import is_project
from arranger.studio.worker import Confines

QUICK_SECONDS, SLOW_SECONDS, LONG_SECONDS = 60.0, 180.0, 900.0  # that a job of each kind may take
_QUICK_WORKERS, _SLOW_WORKERS = 2, 2  # the quick ones are never kept waiting by what takes seconds
_MOST_LONG_WORKERS = 8
_STANDS_BACK = 10  # niceness of the workers that do long jobs; half of it of those that do slow ones
_QUICK_WAITING, _LONG_WAITING = 200, 40
_KEPT_ERRANDS = 100  # finished ones that can still be asked about


class NotNowError(Exception):
    """What is asked for is not possible in the project's present state; the message says why."""


class Studio:
    """Projects in a folder, and workers.

    Parameters
    ----------
    folder
        Where the projects are kept.
    workers
        How many long jobs run side by side; 0: as many as suit the machine.
    """

    def __init__(self, folder: Path, *, workers: int = 0) -> None:
        self.shelf = Shelf(folder)
        folder.mkdir(parents=True, exist_ok=True)
        count = workers or max(1, min(_MOST_LONG_WORKERS, (os.cpu_count() or 2) - 1))
        self._quick = Pool(_QUICK_WORKERS, waiting=_QUICK_WAITING, confines=Confines())
        self._slow = Pool(_SLOW_WORKERS, waiting=_LONG_WAITING, confines=Confines(nice=_STANDS_BACK // 2))
        self._long = Pool(count, waiting=_LONG_WAITING, confines=Confines(nice=_STANDS_BACK))
        self._errands: dict[str, Errand] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()
        self._one_stem = asyncio.Semaphore(1)
        self._choices: Json = {}

    def close(self) -> None:
        """End all workers."""
        for pool in (self._quick, self._slow, self._long):
            pool.close()

    async def quick(self, kind: str, *, about: str = "", **arguments: Any) -> Any:
        """Return the result of a job that takes a moment; ``about`` is the project that it belongs to.

        Raises RefusedError if it cannot be done as asked, BusyError, and FaultError.
        """
        return await result_of(self._quick.submit(kind, arguments, seconds=QUICK_SECONDS, about=about))

    async def slow(self, kind: str, **arguments: Any) -> Any:
        """Return the result of a job that takes some seconds, such as pages to print or sound."""
        return await result_of(self._slow.submit(kind, arguments, seconds=SLOW_SECONDS))

    async def stems(self, project_id: str, music: Music, tempo: str, ending: str) -> tuple[Json, list[Path]]:
        """Return what of some music is heard when, and the files of its voices; they are made when first asked for."""
        name = hash_of(f"{music.document} {music.parts} {tempo} {ending}".encode())[:24]
        files = [self.shelf.sound(project_id, f"{name}-{voice}{ending}") for voice in range(len(music.parts))]
        told = self.shelf.sound(project_id, f"{name}.json")
        async with self._one_stem:
            if not await asyncio.to_thread(_are_files, [told, *files]):
                document = self.shelf.document(project_id, music.document)
                found, contents = await self.slow("stems", music=music, document=document, tempo=tempo, ending=ending)
                kept = zip([told, *files], [json.dumps(found).encode(), *contents], strict=True)
                for path, content in kept:
                    await asyncio.to_thread(self.shelf.keep_sound, project_id, path.name, content)
        return json.loads(await asyncio.to_thread(told.read_text, encoding="utf-8")), files

    async def choices(self) -> Json:
        """Return what a user can choose from."""
        if not self._choices:
            self._choices = await self.quick("choices")
        return self._choices

    # projects

    async def create(self, content: bytes, name: str, *, title: str = "", whole: bool = False) -> Project:
        """Return a new project of an uploaded file: of its tune, or of the whole score as the arrangement.

        A project that was saved is opened with all that was saved.
        """
        if is_project(name):
            return await self._restored(content, name, title)
        music, document = await self.quick("open_sheet", content=content, name=name)
        state, documents = State(sheet=music), {music.document: document}
        if whole:
            score, written = await self.quick("open_score", content=content, name=name)
            state, documents = replace(state, arrangement=score), {**documents, score.document: written}
        title = title or music.title or Path(name).stem
        return await asyncio.to_thread(self.shelf.create, title, name, content, state, documents)

    async def _restored(self, content: bytes, name: str, title: str) -> Project:
        found = await self.quick("open_saved", content=content, name=name)
        kept = [each for each in (found["sheet"], found["arrangement"]) if each is not None]
        state = State(
            choices=found["choices"],
            sheet=found["sheet"][0] if found["sheet"] else None,
            arrangement=found["arrangement"][0],
            pins=tuple(found["pins"]),
        )
        documents = {music.document: document for music, document in kept}
        title = title or found["arrangement"][0].title or Path(name).stem
        return await asyncio.to_thread(self.shelf.create, title, name, content, state, documents)

    async def get(self, project_id: str) -> Project:
        """Return a project. Raises MissingError."""
        return await asyncio.to_thread(self.shelf.load, project_id)

    async def listing(self) -> list[Json]:
        """Return the projects, the last changed one first."""
        return await asyncio.to_thread(self.shelf.listing)

    async def remove(self, project_id: str) -> None:
        """Remove a project, and cancel its jobs."""
        async with self._open(project_id):
            for errand in self.errands_of(project_id):
                errand.cancel()
            await asyncio.to_thread(self.shelf.remove, project_id)

    async def renamed(self, project_id: str, title: str) -> Project:
        """Return the project with another title."""
        async with self._open(project_id) as project:
            return await asyncio.to_thread(self.shelf.renamed, project, title)

    async def moved(self, project_id: str, places: int) -> Project:
        """Return the project after undoing (-1) or redoing (1) a step. Raises NotNowError."""
        async with self._open(project_id) as project:
            try:
                return await asyncio.to_thread(self.shelf.moved, project, places)
            except LookupError as error:
                raise NotNowError(str(error)) from None

    async def edited(self, project_id: str, edits: list[Json]) -> Project:
        """Return the project after a change of notes, checked."""
        async with self._open(project_id) as project:
            music = arrangement_of(project)
            document = self.shelf.document(project_id, music.document)
            changed, written = await self.quick("edit", about=project_id, music=music, document=document, edits=edits)
            state = replace(project.state, arrangement=changed, repair=())
            name = "Edit a note" if len(edits) == 1 else f"Edit {len(edits)} notes"
            return await self._after(project, name, state, {changed.document: written})

    async def pinned(self, project_id: str, pin: Json, *, on: bool) -> Project:
        """Return the project with a note pinned, or no longer."""
        async with self._open(project_id) as project:
            arrangement_of(project)
            where = (pin["voice"], pin["onset_quarter"])
            others = [each for each in project.state.pins if (each["voice"], each["onset_quarter"]) != where]
            pins = (*others, pin) if on else tuple(others)
            return await self._after(project, "Pin a note" if on else "Free a note", replace(project.state, pins=pins))

    async def taken(self, project_id: str, number: int | None) -> Project:
        """Return the project with a variant as its arrangement, or without variants if the number is None."""
        async with self._open(project_id) as project:
            state = project.state
            if number is None:
                return await self._after(project, "Drop the variants", replace(state, variants=(), origin={}))
            if not 0 <= number < len(state.variants):
                raise NotNowError(f"there is no variant {number}; there are {len(state.variants)}, counted from 0")
            return await self._after(
                project, f"Take variant {number + 1}", replace(state, arrangement=state.variants[number])
            )

    # errands

    async def arrange(self, project_id: str, choices: Json) -> Errand:
        """Arrange the project's sheet; the first variant becomes its arrangement."""
        project = await self.get(project_id)
        content = await asyncio.to_thread(self.shelf.source, project_id)

        async def finish(found: list[tuple[Music, bytes]]) -> Json:
            async with self._open(project_id) as now:
                variants = tuple(music for music, _ in found)
                state = replace(
                    now.state,
                    choices=choices,
                    arrangement=variants[0],
                    variants=variants if len(variants) > 1 else (),
                    origin={"made_by": "arrange"} if len(variants) > 1 else {},
                    pins=(),
                    repair=(),
                )
                documents = {music.document: document for music, document in found}
                return view_of(await self._after(now, "Arrange", state, documents))

        async def show(sketches: list[tuple[Music, bytes]]) -> tuple[str, Json]:
            errand.sketch = sketches[-1]
            return "sketch", {"number": len(sketches)}

        arguments = {"content": content, "name": project.source, "choices": choices}
        errand = self.errand("arrange", arguments, finish, project_id, so_far=show)
        return errand

    async def again(self, project_id: str, wish: Mapping[str, Any]) -> Errand:
        """Compose a passage anew; what is found are variants, and the arrangement stays until one is taken."""
        project = await self.get(project_id)
        music = arrangement_of(project)

        origin = {"made_by": "again", "bars": wish["bars"], "voices": wish["voices"], "seed": wish["seed"]}

        async def keep(found: list[tuple[Music, bytes]]) -> Json:
            async with self._open(project_id) as now:
                _demand_same(now, music)
                state = replace(now.state, variants=tuple(each for each, _ in found), origin=origin)
                documents = {each.document: document for each, document in found}
                return view_of(await asyncio.to_thread(self.shelf.amended, now, state, documents))

        async def keep_so_far(found: list[tuple[Music, bytes]]) -> tuple[str, Json]:
            await keep(found)
            return "variant", {"index": len(found) - 1}

        arguments = {
            "music": music,
            "document": self.shelf.document(project_id, music.document),
            "made_from": await self.made_from(project),
            "pins": project.state.pins,
            **wish,
        }
        return self.errand(
            "again", arguments, keep, project_id, pool=self._slow, seconds=SLOW_SECONDS, so_far=keep_so_far
        )

    async def made_from(self, project: Project) -> Json:
        """Return what a project's arrangement was made from; empty if it is not from here."""
        if not project.state.choices:
            return {}
        content = await asyncio.to_thread(self.shelf.source, project.id)
        return {"content": content, "name": project.source, "choices": project.state.choices}

    async def repair(self, project_id: str, wish: Mapping[str, Any]) -> Errand:
        """Change the fewest notes of the arrangement that clear what the rules find; pinned notes stay."""
        project = await self.get(project_id)
        music = arrangement_of(project)
        document = self.shelf.document(project_id, music.document)

        async def finish(found: tuple[Music, bytes, list[Json]]) -> Json:
            repaired, written, changes = found
            async with self._open(project_id) as now:
                _demand_same(now, music)
                state = replace(now.state, arrangement=repaired, repair=tuple(changes))
                return view_of(await self._after(now, "Repair", state, {repaired.document: written}))

        arguments = {"music": music, "document": document, "pins": project.state.pins, **wish}
        return self.errand("repair", arguments, finish, project_id, pool=self._slow, seconds=SLOW_SECONDS)

    def errand(
        self,
        kind: str,
        arguments: Mapping[str, Any],
        finish: Finish,
        project_id: str = "",
        *,
        pool: Pool | None = None,
        seconds: float = LONG_SECONDS,
        so_far: SoFar | None = None,
    ) -> Errand:
        """Start a job, by default a long one.

        ``finish`` makes of its result what the user gets, and ``so_far`` an event of the parts that are ready before.
        """
        pool = pool or self._long
        errand = Errand(pool.submit(kind, arguments, seconds=seconds, about=project_id), pool, project_id)
        self._errands[errand.job.id] = errand
        for old in [name for name, each in self._errands.items() if each.outcome.done()][:-_KEPT_ERRANDS]:
            del self._errands[old]
        task = asyncio.create_task(errand.attend(finish, so_far))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return errand

    def find(self, job_id: str) -> Errand | None:
        """Return an errand that is under way or was finished lately."""
        return self._errands.get(job_id)

    def errands_of(self, project_id: str) -> list[Errand]:
        """Return the errands of a project that are under way."""
        return [e for e in self._errands.values() if e.project_id == project_id and not e.outcome.done()]

    # saving

    @asynccontextmanager
    async def _open(self, project_id: str) -> AsyncIterator[Project]:
        """Hold a project's lock, and give its present state."""
        lock = self._locks.setdefault(project_id, asyncio.Lock())
        async with lock:
            yield await self.get(project_id)

    async def _after(
        self, project: Project, name: str, state: State, documents: Mapping[str, bytes] | None = None
    ) -> Project:
        return await asyncio.to_thread(self.shelf.after, project, name, state, documents or {})


def _are_files(paths: Sequence[Path]) -> bool:
    return all(path.is_file() for path in paths)


def arrangement_of(project: Project) -> Music:
    """Return the arrangement of a project. Raises NotNowError if there is none."""
    if project.state.arrangement is None:
        raise NotNowError("the project has no arrangement yet; arrange its sheet first")
    return project.state.arrangement


def _demand_same(project: Project, music: Music) -> None:
    """Raise NotNowError if the arrangement is no longer the one that a job was begun with."""
    if arrangement_of(project).document != music.document:
        raise NotNowError("the arrangement was changed meanwhile; ask again")


def music_named(project: Project, what: str) -> Music:
    """Return the music of a project that is called sheet, arrangement or variant-K. Raises NotNowError."""
    if what == "sheet" and project.state.sheet is not None:
        return project.state.sheet
    if what.startswith("variant-") and what[8:].isdecimal():
        number = int(what[8:][:6])
        if number < len(project.state.variants):
            return project.state.variants[number]
        raise NotNowError(f"there is no variant {number}; there are {len(project.state.variants)}, counted from 0")
    return arrangement_of(project)


def view_of(project: Project) -> Json:
    """Return a project as the page gets it."""
    state = project.state
    shown = state.arrangement or state.sheet
    parts = shown.parts if shown else ()
    return {
        "id": project.id,
        "title": project.title,
        "source": project.source,
        "revision": project.revision,
        "changed": project.changed,
        "choices": state.choices,
        "sheet": state.sheet is not None,
        "arrangement": state.arrangement is not None,
        "profile": shown.profile if shown else "",
        "layout": shown.layout if shown else "open",
        "parts": [{"voice": voice, **part} for voice, part in enumerate(parts)],
        "tune": sorted({turn["part"] for turn in shown.tune}) if shown else [],  # the voices that have it
        "bars": list(shown.bars) if shown else [],
        "steps": [step.name for step in project.steps],
        "place": project.place,
        "can_undo": project.can_undo,
        "can_redo": project.can_redo,
        "undo_name": project.undo_name,
        "redo_name": project.redo_name,
        "pins": list(state.pins),
        "findings": list(shown.findings) if shown else [],
        "notices": list(shown.notices) if shown else [],
        "sheet_notices": list(state.sheet.notices) if state.sheet else [],
        "variants": [{"index": index, "cost": music.cost} for index, music in enumerate(state.variants)],
        "origin": state.origin,
        "repair": {"changes": list(state.repair)},
    }
