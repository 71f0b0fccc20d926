"""Errands: a job in a worker process, and what becomes of it for the user who waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from arranger.studio.answers import DONE, REFUSED, RefusedError
from arranger.studio.pool import CANCELLED, QUEUED, RUNNING, Job, Pool
from arranger.studio.project import Json, Music

Finish = Callable[[Any], Awaitable[Json]]  # makes of a result what the user gets
SoFar = Callable[[list[Any]], Awaitable[tuple[str, Json]]]  # makes an event of the parts that are ready


class FaultError(Exception):
    """A job failed for a reason that is not the user's; the message says what to do."""


@dataclass(eq=False)
class Errand:
    """A job that a user waits for, and what it came to."""

    job: Job
    pool: Pool  # that does it
    project_id: str = ""
    sketch: tuple[Music, bytes] | None = None  # how the arrangement looks while it is searched
    news: list[tuple[str, Json]] = field(default_factory=list)  # events beside progress, in order
    outcome: asyncio.Future[Json] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def to_json(self) -> Json:
        """Return where the errand stands, as plain data."""
        job, state = self.job, self.job.state
        if state == DONE and not self.outcome.done():
            state = RUNNING  # the project is being saved
        found: Json = {"id": job.id, "kind": job.kind, "state": state, "share": round(job.share, 3), "phase": job.phase}
        if self.project_id:
            found["project"] = self.project_id
        if self.outcome.done() and self.outcome.exception() is not None:
            found |= {
                "state": "cancelled" if job.state == CANCELLED else "failed",
                "error": str(self.outcome.exception()),
            }
        return found

    def cancel(self) -> None:
        """Cancel the job."""
        self.pool.cancel(self.job)

    async def events(self) -> AsyncIterator[tuple[str, Json]]:
        """Yield what happens, to the end: queued, progress, news, and done, failed or cancelled."""
        changed = asyncio.Event()
        listener = _waker(changed)
        self.job.listeners.append(listener)
        self.outcome.add_done_callback(lambda _: changed.set())
        said: Json = {}
        told = 0
        try:
            while not self.outcome.done():
                changed.clear()
                for name, data in self.news[told:]:
                    told += 1
                    yield name, data
                now = self._now
                if now != said:
                    said = now
                    yield ("queued" if self.job.state == QUEUED else "progress"), now
                await changed.wait()
            error = self.outcome.exception()
            if error is None:
                yield "done", self.outcome.result()
            elif self.job.state == CANCELLED:
                yield "cancelled", {}
            else:
                yield "failed", {"error": str(error)}
        finally:
            self.job.listeners.remove(listener)

    @property
    def _now(self) -> Json:
        """How far it is, as an event says it."""
        if self.job.state == QUEUED:
            return {"place": self.pool.place(self.job)}
        return {"share": round(self.job.share, 3), "phase": self.job.phase}

    async def attend(self, finish: Finish, so_far: SoFar | None) -> None:
        """Wait for the job, and make of its result, and of the parts before it, what the user gets."""
        job, told = self.job, 0

        async def tell_parts() -> None:
            nonlocal told
            if so_far is not None and len(job.parts) > told:
                told = len(job.parts)
                self.news.append(await so_far(job.parts[:told]))
                for listener in tuple(job.listeners):
                    listener()

        try:
            outcome = await finish(await result_of(job, tell_parts))
        except Exception as error:  # noqa: BLE001 - told to whoever asks for the outcome
            self.cancel()  # what it would find is not wanted any more
            self.outcome.set_exception(error)
            self.outcome.exception()  # nobody need have asked
        else:
            self.outcome.set_result(outcome)
        finally:
            self.sketch = None
            job.result, job.parts = None, []  # which may be large


async def result_of(job: Job, on_change: Callable[[], Awaitable[None]] | None = None) -> Any:
    """Return the result of a job when it is there. Raises RefusedError or FaultError."""
    changed = asyncio.Event()
    job.listeners.append(_waker(changed))
    while not job.is_finished:
        changed.clear()
        if on_change is not None:
            await on_change()
        if not job.is_finished:
            await changed.wait()
    if job.state == DONE:
        return job.result
    raise RefusedError(job.error) if job.state == REFUSED else FaultError(job.error or "the job was cancelled")


def _waker(event: asyncio.Event) -> Callable[[], None]:
    """Return a function that sets an event from another thread."""
    loop = asyncio.get_running_loop()

    def wake() -> None:
        with suppress(RuntimeError):  # the server has stopped meanwhile
            loop.call_soon_threadsafe(event.set)

    return wake
