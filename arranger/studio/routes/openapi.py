"""The description of the API in OpenAPI 3.1, from the declarations of its endpoints."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arranger.studio.endpoint import PATH, Endpoint
from arranger.studio.guard import OWN_HEADER
from arranger.studio.project import Json
from arranger.studio.schemas import Schema
from theory.version import program_version

_ERROR = {
    "type": "object",
    "properties": {"error": {"type": "string", "description": "One line: what is wrong, and what to do."}},
    "required": ["error"],
}
_REFUSALS = {
    "400": "The request or the file is not right.",
    "403": "The request comes from elsewhere, or lacks the header X-Arranger.",
    "404": "There is no such project or job.",
    "409": "This is not possible now.",
    "413": "The request is too large.",
    "429": "Too many jobs are waiting.",
}


def document_of(endpoints: Sequence[Endpoint]) -> Json:
    """Return the OpenAPI document of some endpoints."""
    paths: Json = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "arranger studio",
            "version": program_version(),
            "description": "Arranges lead sheets, and checks and edits scores. It answers on this computer alone.",
        },
        "paths": paths,
        "components": {"schemas": {"Error": _ERROR}},
    }


def _operation(endpoint: Endpoint) -> Json:
    found: Json = {"summary": endpoint.summary, "operationId": _name(endpoint), "responses": _responses(endpoint)}
    parameters = [
        *({"name": n, "in": "path", "required": True, "schema": PATH[n]} for n in re.findall(r"{(\w+)", endpoint.path)),
        *(
            {"name": n, "in": "query", "required": bool(s.get("needed")), "schema": _published(s)}
            for n, s in endpoint.query.items()
        ),
    ]
    if endpoint.method != "GET":
        parameters.append({"name": OWN_HEADER, "in": "header", "required": True, "schema": {"const": "1"}})
    if endpoint.body is not None or endpoint.takes_files:
        found["requestBody"] = {"required": True, "content": _content(endpoint)}
    return {**found, "parameters": parameters} if parameters else found


def _content(endpoint: Endpoint) -> Json:
    content: Json = {}
    if endpoint.body is not None:
        content["application/json"] = {"schema": _published(endpoint.body)}
    if endpoint.takes_files:
        fields = {name: _published(each) for name, each in (endpoint.body or {}).get("properties", {}).items()}
        files = {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}
        schema = {"type": "object", "properties": {**fields, "file": files}, "required": ["file"]}
        content["multipart/form-data"] = {"schema": schema}
    return content


def _responses(endpoint: Endpoint) -> Json:
    error = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    found: Json = {str(endpoint.status): {"description": "Done.", "content": {endpoint.answers: {}}}}
    return found | {status: {"description": text, **error} for status, text in _REFUSALS.items()}


def _published(schema: Schema) -> Schema:
    """Return a schema without what only this program knows."""
    found = {name: value for name, value in schema.items() if name not in ("nullable", "needed")}
    if "properties" in found:
        found["properties"] = {name: _published(each) for name, each in found["properties"].items()}
    if "items" in found:
        found["items"] = _published(found["items"])
    return {"anyOf": [found, {"type": "null"}]} if schema.get("nullable") else found


def _name(endpoint: Endpoint) -> str:
    """Return the name of an operation, such as ``post_projects_edit``."""
    words = re.findall(r"[a-z.]+", re.sub(r"{\w+(:\w+)?}", "", endpoint.path.removeprefix("/api/v1")))
    return "_".join(
        [
            endpoint.method.lower(),
            *(word.replace(".", "_") for word in words),
            *(["one"] if endpoint.path.endswith("}") else []),
        ]
    )
