"""Music of a project: engraved pages, times, notes."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from starlette.responses import FileResponse, Response

from arranger.studio.endpoint import API, Asked, Endpoint
from arranger.studio.project import Json, Music
from arranger.studio.routes.drawing import DRAWN, PAGE
from arranger.studio.schemas import Schema
from arranger.studio.service import NotNowError, Studio, music_named

_ONE = f"{API}/projects/{{project}}"
WHAT: Schema = {
    "type": "string",
    "pattern": "^(sheet|arrangement|variant-[0-9]{1,2})$",
    "maxLength": 20,
    "default": "arrangement",
    "description": "sheet, arrangement or variant-0, variant-1 ...",
}


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
    svg, pages = await studio.quick("engrave", about=asked.path["project"], music=music, document=document, **query)
    return Response(svg, media_type="image/svg+xml", headers={**headers, "x-pages": str(pages)})


async def _pages(studio: Studio, asked: Asked) -> Json:
    music, document = await music_in(studio, asked)
    query: Any = {name: asked.query[name] for name in ("width", "layout")}
    return {"pages": await studio.quick("pages", about=asked.path["project"], music=music, document=document, **query)}


async def _timemap(studio: Studio, asked: Asked) -> list[Json]:
    music, document = await music_in(studio, asked)
    found: list[Json] = await studio.quick(
        "timemap", about=asked.path["project"], music=music, document=document, tempo=asked.query["tempo"]
    )
    return found


async def _notes(studio: Studio, asked: Asked) -> list[Json]:
    music, document = await music_in(studio, asked)
    found: list[Json] = await studio.quick("notes", about=asked.path["project"], music=music, document=document)
    return found


async def _stems(studio: Studio, asked: Asked) -> Json:
    project_id, query = asked.path["project"], asked.query
    music = music_named(await studio.get(project_id), query["what"])
    told, _ = await studio.stems(project_id, music, query["tempo"], f".{query['form']}")
    more = urlencode({"what": query["what"], "tempo": query["tempo"], "form": query["form"]})
    address = f"{API}/projects/{project_id}/stems"
    voices = [
        {"voice": voice, "name": name, "url": f"{address}/{voice}?{more}"} for voice, name in enumerate(told["names"])
    ]
    return {
        **{name: value for name, value in told.items() if name != "names"},
        "tempo": query["tempo"],
        "voices": voices,
    }


async def _stem(studio: Studio, asked: Asked) -> Response:
    project_id, query = asked.path["project"], asked.query
    music = music_named(await studio.get(project_id), query["what"])
    _, files = await studio.stems(project_id, music, query["tempo"], f".{query['form']}")
    voice = asked.path["voice"]
    if voice >= len(files):
        raise NotNowError(f"there is no voice {voice}; there are {len(files)}, counted from 0")
    return FileResponse(
        files[voice], media_type=f"audio/{query['form']}", headers={"cache-control": "private, no-cache"}
    )


_TEMPO = {
    "type": "string",
    "pattern": "^([0-9]{1,3}%?)?$",
    "maxLength": 4,
    "default": "",
    "description": "Quarters per minute, or a share of the written tempo such as 80%.",
}
_SOUND = {
    "what": WHAT,
    "tempo": _TEMPO,
    "form": {"type": "string", "enum": ["ogg", "wav", "flac"], "default": "ogg"},
}

ENDPOINTS = (
    Endpoint(
        "GET",
        f"{_ONE}/score.svg",
        "One page of the engraved score; the header X-Pages says how many there are",
        _page,
        query={"what": WHAT, **PAGE},
        answers="image/svg+xml",
    ),
    Endpoint("GET", f"{_ONE}/pages", "Which bars are on which page", _pages, query={"what": WHAT, **DRAWN}),
    Endpoint(
        "GET",
        f"{_ONE}/timemap",
        "When which notes are played, repeats included",
        _timemap,
        query={"what": WHAT, "tempo": _TEMPO},
    ),
    Endpoint("GET", f"{_ONE}/stems", "The voices as sound, and what is heard when", _stems, query=_SOUND),
    Endpoint(
        "GET",
        f"{_ONE}/stems/{{voice}}",
        "The sound of one voice",
        _stem,
        query=_SOUND,
        answers="application/octet-stream",
    ),
    Endpoint("GET", f"{_ONE}/notes", "All notes and rests with their places", _notes, query={"what": WHAT}),
)
