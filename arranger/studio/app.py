"""The studio as a web application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from arranger.studio.answers import RefusedError
from arranger.studio.endpoint import API, MOST_BYTES, Endpoint
from arranger.studio.errands import FaultError
from arranger.studio.guard import Guard, TooLargeError
from arranger.studio.pool import BusyError
from arranger.studio.routes import files, jobs, music, projects
from arranger.studio.routes.openapi import document_of
from arranger.studio.routes.page import page_routes
from arranger.studio.schemas import ShapeError
from arranger.studio.service import NotNowError, Studio
from arranger.studio.shelf import MissingError, ShelfError

STATIC = Path(__file__).parent / "static"
ENDPOINTS: tuple[Endpoint, ...] = (*projects.ENDPOINTS, *music.ENDPOINTS, *files.ENDPOINTS, *jobs.ENDPOINTS)
_STATUS: dict[type[Exception], int] = {
    ShapeError: 400,
    RefusedError: 400,
    MissingError: 404,
    NotNowError: 409,
    TooLargeError: 413,
    BusyError: 429,
    ShelfError: 500,
    FaultError: 500,
}
_NO_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>arranger studio</title>
<h1>arranger studio</h1>
<p>The server runs, but the page was not built into this installation.
Its API is described at <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</p>
</html>
"""


def app_of(studio: Studio, *, static: Path = STATIC) -> Starlette:
    """Return the web application of a studio; the studio's workers end with it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        studio.close()

    routes: list[BaseRoute] = [
        Route(endpoint.path, endpoint.answer, methods=[endpoint.method]) for endpoint in ENDPOINTS
    ]
    document = document_of(ENDPOINTS)

    async def describe(request: Request) -> Response:
        return JSONResponse(document)

    routes.append(Route(f"{API}/openapi.json", describe))
    if (static / "index.html").is_file():
        routes.extend(page_routes(static))
    else:
        routes.append(Route("/", _no_page))
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(Guard, most_bytes=MOST_BYTES)],
        exception_handlers={**{kind: _refuse for kind in _STATUS}, HTTPException: _refuse, Exception: _fail},
    )
    app.state.studio = studio
    return app


async def _no_page(request: Request) -> Response:
    return HTMLResponse(_NO_PAGE)


async def _refuse(request: Request, error: Exception) -> Response:
    """Answer with the error's status and its message, in one line."""
    if isinstance(error, HTTPException):
        return JSONResponse({"error": str(error.detail)}, status_code=error.status_code, headers=error.headers)
    status = next(code for kind, code in _STATUS.items() if isinstance(error, kind))
    return JSONResponse({"error": " ".join(str(error).split())}, status_code=status)


async def _fail(request: Request, error: Exception) -> Response:
    text = f"an error in this program ({type(error).__name__}: {error}); please report it"
    return JSONResponse({"error": " ".join(text.split())}, status_code=500)
