"""Music of a project: engraved pages, times, notes."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from starlette.responses import Response

from arranger.studio.endpoint import API, Asked, Endpoint
from arranger.studio.project import Json, Music
from arranger.studio.schemas import Schema, whole
from arranger.studio.service import Studio, music_named
from arranger.studio.work.limits import NARROWEST, WIDEST

_ONE = f"{API}/projects/{{project}}"
WHAT: Schema = {
    "type": "string",
    "pattern": "^(sheet|arrangement|variant-[0-9]{1,2})$",
    "maxLength": 20,
    "default": "arrangement",
    "description": "sheet, arrangement or variant-0, variant-1 ...",
}
_WIDTH = whole(NARROWEST, WIDEST, default=1000, description="Width of the page in pixels.")
_LAYOUT = {"type": "string", "enum": ["auto", "open", "closed"], "default": "auto"}


async def music_in(studio: Studio, asked: Asked) -> tuple[Music, bytes]:
    """Return the music that is asked for and its MusicXML."""
    project = await studio.get(asked.path["project"])
    music = music_named(project, asked.query["what"])
    return music, studio.shelf.document(project.id, music.document)


async def _page(studio: Studio, asked: Asked) -> Response:
    music, document = await music_in(studio, asked)
    query: Any = {name: asked.query[name] for name in ("width", "layout", "page")}
    tag = f'"{sha256(f"{music.document} {music.parts} {music.layout} {query}".encode()).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if asked.request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    svg, pages = await studio.quick("engrave", music=music, document=document, **query)
    return Response(svg, media_type="image/svg+xml", headers={**headers, "x-pages": str(pages)})


async def _pages(studio: Studio, asked: Asked) -> Json:
    music, document = await music_in(studio, asked)
    query: Any = {name: asked.query[name] for name in ("width", "layout")}
    return {"pages": await studio.quick("pages", music=music, document=document, **query)}


async def _timemap(studio: Studio, asked: Asked) -> list[Json]:
    music, document = await music_in(studio, asked)
    found: list[Json] = await studio.quick("timemap", music=music, document=document)
    return found


async def _notes(studio: Studio, asked: Asked) -> list[Json]:
    music, document = await music_in(studio, asked)
    found: list[Json] = await studio.quick("notes", music=music, document=document)
    return found


_DRAWN = {"what": WHAT, "width": _WIDTH, "layout": _LAYOUT}

ENDPOINTS = (
    Endpoint(
        "GET",
        f"{_ONE}/score.svg",
        "One page of the engraved score; the header X-Pages says how many there are",
        _page,
        query={**_DRAWN, "page": whole(1, 10_000, default=1)},
        answers="image/svg+xml",
    ),
    Endpoint("GET", f"{_ONE}/pages", "Which bars are on which page", _pages, query=_DRAWN),
    Endpoint("GET", f"{_ONE}/timemap", "When which notes are played, repeats included", _timemap, query={"what": WHAT}),
    Endpoint("GET", f"{_ONE}/notes", "All notes and rests with their places", _notes, query={"what": WHAT}),
)
