"""Jobs: how far they are, what came of them, and how to cancel them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from arranger.studio.endpoint import API, Asked, Endpoint
from arranger.studio.errands import Errand
from arranger.studio.project import Json
from arranger.studio.routes.drawing import PAGE
from arranger.studio.service import NotNowError, Studio
from arranger.studio.shelf import MissingError

_ONE = f"{API}/jobs/{{job}}"


def _found(studio: Studio, asked: Asked) -> Errand:
    errand = studio.find(asked.path["job"])
    if errand is None:
        raise MissingError("there is no such job; jobs are forgotten some time after they are finished")
    return errand


def begun(errand: Errand) -> Json:
    """Return what is answered when an errand was begun: the job to be asked about."""
    return {"job": errand.job.id, **errand.to_json()}


async def _get(studio: Studio, asked: Asked) -> Json:
    return _found(studio, asked).to_json()


async def _result(studio: Studio, asked: Asked) -> Json:
    errand = _found(studio, asked)
    if not errand.outcome.done():
        raise NotNowError("the job is not finished; ask where it stands, or listen to its events")
    if errand.outcome.exception() is not None:
        raise NotNowError(str(errand.outcome.exception()))
    return errand.outcome.result()


async def _sketch(studio: Studio, asked: Asked) -> Response:
    errand = _found(studio, asked)
    if errand.sketch is None:
        raise NotNowError("there is nothing to be seen of this job now")
    music, document = errand.sketch
    query = {name: asked.query[name] for name in ("width", "layout", "page")}
    svg, pages = await studio.quick("engrave", about=errand.project_id, music=music, document=document, **query)
    headers = {"x-pages": str(pages), "cache-control": "no-store"}
    return Response(svg, media_type="image/svg+xml", headers=headers)


async def _cancel(studio: Studio, asked: Asked) -> Json:
    errand = _found(studio, asked)
    errand.cancel()
    return {"cancelled": errand.job.id}


async def _events(studio: Studio, asked: Asked) -> Response:
    errand = _found(studio, asked)

    async def stream() -> AsyncIterator[ServerSentEvent]:
        async for name, data in errand.events():
            yield ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name)

    return EventSourceResponse(stream(), ping=15)


ENDPOINTS = (
    Endpoint("GET", _ONE, "Where a job stands", _get),
    Endpoint("GET", f"{_ONE}/result", "What came of a finished job", _result),
    Endpoint(
        "GET",
        f"{_ONE}/score.svg",
        "The arrangement as far as it is, while it is searched",
        _sketch,
        query=PAGE,
        answers="image/svg+xml",
    ),
    Endpoint("DELETE", _ONE, "Cancel a job", _cancel),
    Endpoint("GET", f"{_ONE}/events", "What happens to a job, to its end", _events, answers="text/event-stream"),
)
