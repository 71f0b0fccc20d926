"""Files: a project's score to take away, and work on single files without a project."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from urllib.parse import quote

from starlette.responses import Response

from arranger.studio.answers import RefusedError
from arranger.studio.endpoint import API, Asked, Endpoint, Upload
from arranger.studio.project import Json
from arranger.studio.routes.drawing import NARROWEST, WIDEST
from arranger.studio.routes.jobs import begun
from arranger.studio.routes.music import WHAT, music_in
from arranger.studio.schemas import CHOICES, Schema, ShapeError, number, text, thing, whole
from arranger.studio.service import Studio
from arranger.studio.work.names import PROJECT, TYPED, safe_name

_SEVERITIES = ("error", "warning", "info")
_READ_ONLY = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; font-src data:; sandbox"}
_SCORE = text(2_000_000, description="A score as text: MusicXML, ABC or Humdrum.")
_NAME = text(200, description="Name of the file that the text is from; its ending says the format.")


def _with_score(**more: Schema) -> Schema:
    return thing({"score": _SCORE, "name": _NAME, **more}, required=("score",))


def _score_in(asked: Asked) -> Upload:
    if asked.files:
        return asked.files[0]
    if not asked.body.get("score", "").strip():
        raise ShapeError("the score is empty; send it as a file or as text")
    return Upload(safe_name(asked.body.get("name") or TYPED), asked.body["score"].encode())


async def _download(studio: Studio, asked: Asked) -> Response:
    music, document = await music_in(studio, asked)
    form = asked.path["file"]
    if form == PROJECT.removeprefix("."):
        project = await studio.get(asked.path["project"])
        made_from = await studio.made_from(project)
        saved = await studio.slow(
            "project_file", music=music, document=document, made_from=made_from, pins=project.state.pins
        )
        return attached(saved, "application/zip", f"{project.title}{PROJECT}")
    content, media = await studio.slow("take_away", music=music, document=document, form=form)
    return attached(content, media, f"{music.title or 'score'}{'-' if form.startswith('report') else '.'}{form}")


def attached(content: bytes | str, media: str, name: str, more: Mapping[str, str] | None = None) -> Response:
    """Return a file that the browser saves under a name."""
    disposition = f"attachment; filename*=UTF-8''{quote(safe_name(name))}"
    return Response(content, media_type=media, headers={"content-disposition": disposition, **(more or {})})


async def _check(studio: Studio, asked: Asked) -> Response | Json:
    files = asked.files or (_score_in(asked),)
    profile = asked.body.get("profile", "auto")
    if asked.body.get("form") == "html":
        entries = [(file.name, file.content) for file in files]
        page = await studio.slow("report_page", files=entries, profile=profile)
        return attached(page, "text/html; charset=utf-8", "marked.html", _READ_ONLY)
    found = await asyncio.gather(*(_checked(studio, file, profile) for file in files))
    return {"files": found, "summary": _summary(found)}


async def _checked(studio: Studio, file: Upload, profile: str) -> Json:
    try:
        found: Json = await studio.quick("check_file", name=file.name, content=file.content, profile=profile)
    except RefusedError as error:
        return {"name": file.name, "error": str(error)}
    return found


def _summary(found: list[Json]) -> Json:
    """Return how many findings there are by severity and by rule, and how many files have each."""
    severities: Counter[str] = Counter()
    rules: Counter[tuple[str, str]] = Counter()
    in_files: Counter[str] = Counter()
    for file in found:
        findings = file.get("findings", ())
        severities.update(each["severity"] for each in findings)
        rules.update((each["code"], each["name"]) for each in findings)
        in_files.update({each["code"] for each in findings})
    return {
        "files": len(found),
        "unreadable": sum("error" in file for file in found),
        "counts": {severity: severities[severity] for severity in _SEVERITIES},
        "rules": [
            {"code": code, "name": name, "count": count, "files": in_files[code]}
            for (code, name), count in sorted(rules.items(), key=lambda item: (-item[1], item[0]))
        ],
    }


async def _arrange(studio: Studio, asked: Asked) -> Json:
    file = _score_in(asked)
    arguments = {"content": file.content, "name": file.name, "choices": asked.body.get("choices", {})}

    async def finish(found: list[Json]) -> Json:
        return {"arrangements": found}

    return begun(studio.errand("arrange_once", arguments, finish))


async def _harmonize(studio: Studio, asked: Asked) -> Json:
    file, body = _score_in(asked), asked.body
    found: Json = await studio.slow(
        "harmonize",
        content=file.content,
        name=file.name,
        style=body.get("style", "song"),
        temperature=body.get("temperature", 0.0),
        seed=body.get("seed", 0),
        replace=body.get("replace", False),
    )
    return found


async def _analyse(studio: Studio, asked: Asked) -> Json:
    file = _score_in(asked)
    found: Json = await studio.slow("analyse", content=file.content, name=file.name)
    return found


async def _render(studio: Studio, asked: Asked) -> Response:
    file, body = _score_in(asked), asked.body
    form = body.get("form", "svg")
    width, page = body.get("width", 1000), body.get("page", 1)
    content, media = await studio.slow(
        "render", content=file.content, name=file.name, form=form, width=width, page=page
    )
    return attached(content, media, f"{file.name}.{form}")


ENDPOINTS = (
    Endpoint(
        "GET",
        f"{API}/projects/{{project}}/download/{{file}}",
        "The score as a file: arranger (the project), musicxml, mxl, mid, pdf, parts.zip, wav, ogg, rehearsal.zip, "
        "report.json, report.html",
        _download,
        query={"what": WHAT},
        answers="application/octet-stream",
    ),
    Endpoint(
        "POST",
        f"{API}/check",
        "What the rules find in one or more files; form html gives a page to print",
        _check,
        body=_with_score(profile=text(60), form={"type": "string", "enum": ["json", "html"]}),
        takes_files=True,
    ),
    Endpoint(
        "POST",
        f"{API}/arrange",
        "Arrange a sheet without a project; a job",
        _arrange,
        body=_with_score(choices=CHOICES),
        takes_files=True,
        status=202,
    ),
    Endpoint(
        "POST",
        f"{API}/harmonize",
        "Chord symbols for a tune",
        _harmonize,
        body=_with_score(
            style=text(60), temperature=number(0, 5), seed=whole(0, 2**31 - 1), replace={"type": "boolean"}
        ),
        takes_files=True,
    ),
    Endpoint(
        "POST",
        f"{API}/analyse",
        "Roman numerals, keys and non-chord tones of a score",
        _analyse,
        body=_with_score(),
        takes_files=True,
    ),
    Endpoint(
        "POST",
        f"{API}/render",
        "A score as a file of another form: svg, musicxml, mxl, mid, pdf, report.json, report.html",
        _render,
        body=_with_score(form=text(20), width=whole(NARROWEST, WIDEST), page=whole(1, 10_000)),
        takes_files=True,
        answers="application/octet-stream",
    ),
)
