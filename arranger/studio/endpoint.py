"""What an endpoint of the HTTP API is: one declaration from which it is routed, checked and documented."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from arranger.formats import limits
from arranger.studio.project import Json
from arranger.studio.schemas import Schema, ShapeError, checked, from_query, text, whole
from arranger.studio.service import Studio
from arranger.studio.work.names import safe_name

API = "/api/v1"
MOST_FILES = 64  # in one request
MOST_BYTES = 2 * limits.MAX_FILE_BYTES  # of one request
PATH = {
    "project": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
    "job": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
    "voice": whole(0, 63),
    "file": text(40),
}


@dataclass(frozen=True)
class Upload:
    """A file that was uploaded, or a text that was typed."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Asked:
    """A request after its shape was checked."""

    path: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Json
    files: tuple[Upload, ...]
    request: Request


Work = Callable[[Studio, Asked], Awaitable[Response | Json | list[Json]]]


@dataclass(frozen=True)
class Endpoint:
    """One address of the API and what it does."""

    method: str
    path: str
    summary: str
    work: Work
    body: Schema | None = None  # of JSON; None: there is none
    query: Mapping[str, Schema] = field(default_factory=dict)
    takes_files: bool = False  # multipart, with the body's properties as fields beside the files
    status: int = 200
    answers: str = "application/json"  # media type

    async def answer(self, request: Request) -> Response:
        """Return the answer to a request. Raises ShapeError if it has the wrong shape."""
        asked = Asked(
            path={name: _path(request, name) for name in request.path_params},
            query=self._query(request),
            **await self._content(request),
            request=request,
        )
        found = await self.work(request.app.state.studio, asked)
        return found if isinstance(found, Response) else JSONResponse(found, status_code=self.status)

    def _query(self, request: Request) -> Json:
        for name in request.query_params:
            if name not in self.query:
                raise ShapeError(f"there is no parameter {name[:40]!r}; known are {', '.join(self.query) or 'none'}")
        given = request.query_params
        for name, schema in self.query.items():
            if schema.get("needed") and name not in given:
                raise ShapeError(f"the parameter {name!r} is needed")
        return {
            name: from_query(given[name], schema, name) if name in given else schema.get("default")
            for name, schema in self.query.items()
        }

    async def _content(self, request: Request) -> Json:
        if self.body is None and not self.takes_files:
            return {"body": {}, "files": ()}
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if self.takes_files and kind == "multipart/form-data":
            return await self._form(request)
        if kind != "application/json":
            wanted = "multipart/form-data or application/json" if self.takes_files else "application/json"
            raise ShapeError(f"send {wanted}, not {kind[:60] or 'nothing'}")
        return {"body": checked(_parsed(await request.body()), self.body or {}), "files": ()}

    async def _form(self, request: Request) -> Json:
        async with request.form(
            max_files=MOST_FILES, max_fields=MOST_FILES, max_part_size=limits.MAX_TEXT_CHARACTERS
        ) as form:
            files, fields = [], {}
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files.append(Upload(safe_name(value.filename or ""), await value.read()))
                else:
                    fields[name] = _field(value, (self.body or {}).get("properties", {}).get(name, {}), name)
        if not files:
            raise ShapeError("there is no file in the request")
        for file in files:
            if len(file.content) > limits.MAX_FILE_BYTES:
                raise ShapeError(f"{file.name}: larger than {limits.MAX_FILE_BYTES >> 20} MB, too large for a score")
        shape = {**(self.body or {}), "required": []}
        return {"body": checked(fields, shape) if fields else {}, "files": tuple(files)}


def _path(request: Request, name: str) -> Any:
    return from_query(request.path_params[name], PATH[name], name)


def _field(value: str, schema: Schema, name: str) -> Any:
    """Return the field of a form, which is text, as its schema has it; objects and lists are written as JSON."""
    if schema.get("type") in ("object", "array"):
        return _parsed(value.encode("utf-8", "surrogatepass"))
    return from_query(value, schema, name) if schema.get("type") in ("integer", "boolean") else value


def _parsed(content: bytes) -> Any:
    def refuse(name: str) -> None:
        raise ShapeError(f"{name} is no number")

    try:
        return json.loads(content, parse_constant=refuse)
    except ShapeError:
        raise
    except (ValueError, RecursionError):
        raise ShapeError("the request is not JSON in UTF-8") from None
