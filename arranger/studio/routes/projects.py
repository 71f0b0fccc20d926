"""Projects: open, list, edit, undo, arrange."""

from __future__ import annotations

from arranger.studio.endpoint import API, Asked, Endpoint, Upload
from arranger.studio.examples import EXAMPLES, example
from arranger.studio.project import Json
from arranger.studio.routes.jobs import begun
from arranger.studio.schemas import CHOICES, MOMENT, VOICE, WISH, ShapeError, many, text, thing, whole
from arranger.studio.service import Studio, arrangement_of, view_of
from arranger.studio.work.names import TYPED, safe_name

_ONE = f"{API}/projects/{{project}}"
_NEW = thing(
    {
        "text": text(2_000_000, description="A score as text: ABC, MusicXML or Humdrum."),
        "example": {"type": "string", "enum": sorted(EXAMPLES)},
        "name": text(200, description="Name of the file that the text is from."),
        "title": text(200),
        "what": {"type": "string", "enum": ["sheet", "score"]},
    },
    description="One of text and example. `what` is sheet for a tune to be arranged (the default), score for a whole "
    "score to be edited.",
)
_PIN = thing({"voice": VOICE, "onset_quarter": MOMENT, "on": {"type": "boolean"}}, required=("voice", "onset_quarter"))


async def _choices(studio: Studio, asked: Asked) -> Json:
    examples = [{"name": name, "title": title} for name, (title, _) in EXAMPLES.items()]
    return {**await studio.choices(), "examples": examples}


async def _list(studio: Studio, asked: Asked) -> list[Json]:
    return await studio.listing()


async def _create(studio: Studio, asked: Asked) -> Json:
    file = _given(asked)
    whole_score = asked.body.get("what") == "score"
    title = asked.body.get("title", "")
    return view_of(await studio.create(file.content, file.name, title=title, whole=whole_score))


def _given(asked: Asked) -> Upload:
    if asked.files:
        return asked.files[0]
    if "example" in asked.body:
        return Upload(*example(asked.body["example"]))
    if asked.body.get("text", "").strip():
        return Upload(safe_name(asked.body.get("name") or TYPED), asked.body["text"].encode())
    raise ShapeError("send a file, a text or the name of an example")


async def _get(studio: Studio, asked: Asked) -> Json:
    found = view_of(await studio.get(asked.path["project"]))
    return {**found, "jobs": [errand.to_json() for errand in studio.errands_of(asked.path["project"])]}


async def _remove(studio: Studio, asked: Asked) -> Json:
    await studio.remove(asked.path["project"])
    return {"removed": asked.path["project"]}


async def _rename(studio: Studio, asked: Asked) -> Json:
    return view_of(await studio.renamed(asked.path["project"], asked.body["title"]))


async def _undo(studio: Studio, asked: Asked) -> Json:
    return view_of(await studio.moved(asked.path["project"], -1))


async def _redo(studio: Studio, asked: Asked) -> Json:
    return view_of(await studio.moved(asked.path["project"], 1))


async def _edit(studio: Studio, asked: Asked) -> Json:
    return view_of(await studio.edited(asked.path["project"], asked.body.get("edits") or [_only(asked.body)]))


def _only(body: Json) -> Json:
    for name in WISH["required"]:
        if name not in body:
            raise ShapeError(f"the request lacks {name!r}")
    return body


async def _pin(studio: Studio, asked: Asked) -> Json:
    pin = {"voice": asked.body["voice"], "onset_quarter": asked.body["onset_quarter"]}
    return view_of(await studio.pinned(asked.path["project"], pin, on=asked.body.get("on", True)))


async def _take(studio: Studio, asked: Asked) -> Json:
    return view_of(await studio.taken(asked.path["project"], asked.body["variant"]))


async def _arrange(studio: Studio, asked: Asked) -> Json:
    return begun(await studio.arrange(asked.path["project"], asked.body.get("choices", {})))


async def _again(studio: Studio, asked: Asked) -> Json:
    default = {"voices": [], "variants": 3, "seed": 0}
    return begun(await studio.again(asked.path["project"], {**default, **asked.body}))


async def _repair(studio: Studio, asked: Asked) -> Json:
    return begun(await studio.repair(asked.path["project"], {"select": [], "bars": [], **asked.body}))


async def _why(studio: Studio, asked: Asked) -> Json:
    project = await studio.get(asked.path["project"])
    music = arrangement_of(project)
    found: Json = await studio.quick(
        "why",
        about=project.id,
        music=music,
        document=studio.shelf.document(project.id, music.document),
        style=project.state.choices.get("style", ""),
        voice=asked.query["voice"],
        onset_quarter=asked.query["onset_quarter"],
    )
    return found


_EDIT = thing(
    {**WISH["properties"], "edits": many(WISH, least=1, most=500)}, description="One note, or several at once."
)

_BARS = many(whole(0, 100_000), least=2, most=2)  # indices of the first and last one
_AGAIN = thing(
    {
        "bars": _BARS,
        "voices": many(VOICE, most=64),
        "variants": whole(1, 8),
        "seed": whole(0, 2**31 - 1),
    },
    required=("bars",),
    description="Indices of the first and last bar, and of the voices; without voices all but the tune.",
)

ENDPOINTS = (
    Endpoint("GET", f"{API}/choices", "What can be chosen: ensembles, styles, keys, examples", _choices),
    Endpoint("GET", f"{API}/projects", "All projects, the last changed one first", _list),
    Endpoint(
        "POST", f"{API}/projects", "A new project of a file, a text or an example", _create, body=_NEW, takes_files=True
    ),
    Endpoint("GET", _ONE, "A project, with findings and what can be undone", _get),
    Endpoint("DELETE", _ONE, "Remove a project", _remove),
    Endpoint("PATCH", _ONE, "Rename a project", _rename, body=thing({"title": text(200)}, required=("title",))),
    Endpoint("POST", f"{_ONE}/undo", "Take the last step back", _undo),
    Endpoint("POST", f"{_ONE}/redo", "Take the step again that was undone", _redo),
    Endpoint("POST", f"{_ONE}/edit", "Change notes, and check the result; one step", _edit, body=_EDIT),
    Endpoint("POST", f"{_ONE}/pin", "Keep a note in what is done again, or no longer", _pin, body=_PIN),
    Endpoint(
        "POST",
        f"{_ONE}/take",
        "Take a variant as the arrangement, or drop all variants (null)",
        _take,
        body=thing({"variant": whole(0, 63, nullable=True)}, required=("variant",)),
    ),
    Endpoint(
        "POST",
        f"{_ONE}/arrange",
        "Arrange the sheet; a job",
        _arrange,
        body=thing({"choices": CHOICES}),
        status=202,
    ),
    Endpoint(
        "POST",
        f"{_ONE}/again",
        "Compose some bars of some voices anew; a job that finds variants",
        _again,
        body=_AGAIN,
        status=202,
    ),
    Endpoint(
        "POST",
        f"{_ONE}/repair",
        "Change the fewest notes that clear what the rules find; a job",
        _repair,
        body=thing({"select": many(text(20), most=50), "bars": _BARS}),
        status=202,
    ),
    Endpoint(
        "GET",
        f"{_ONE}/why",
        "Why a note stands where it stands, and what others would cost",
        _why,
        query={"voice": {**VOICE, "needed": True}, "onset_quarter": {**MOMENT, "needed": True}},
    ),
)
