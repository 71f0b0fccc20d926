"""The shapes of requests, as JSON Schema: one definition that is published, and by which every request is checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

Schema = dict[str, Any]


class ShapeError(ValueError):
    """A request of the wrong shape; the message says where and what is expected."""


def text(most: int = 200, **more: Any) -> Schema:
    """Return the schema of a text."""
    return {"type": "string", "maxLength": most, **more}


def whole(least: int, most: int, **more: Any) -> Schema:
    """Return the schema of a whole number."""
    return {"type": "integer", "minimum": least, "maximum": most, **more}


def number(least: float, most: float, **more: Any) -> Schema:
    """Return the schema of a number."""
    return {"type": "number", "minimum": least, "maximum": most, **more}


def thing(properties: Mapping[str, Schema], *, required: tuple[str, ...] = (), **more: Any) -> Schema:
    """Return the schema of an object with these properties and no others."""
    found: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False, **more}
    return {**found, "required": list(required)} if required else found


def many(items: Schema, *, least: int = 0, most: int = 1000) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


MOMENT = {
    "description": "A time in quarters from the first bar, as an exact fraction: 4 or 7/2.",
    "type": "string",
    "pattern": r"^[0-9]{1,6}(/[1-9][0-9]{0,5})?$",
}
VOICE = whole(0, 63, description="Index of the part; 0 is the top one.")

_BOOLEAN = {"type": "boolean"}
CHOICES = thing(
    {
        "ensemble": text(60),
        "style": text(60),
        "texture": text(),
        "melody": text(),
        "melody_part": text(),
        "key": text(30),
        "only_bars": text(30),
        "form": text(400),
        "harmony": text(30),
        "vary": text(30),
        "words": text(30),
        "breaths": text(30),
        "print_words": _BOOLEAN,
        "ending": _BOOLEAN,
        "introduction": _BOOLEAN,
        "level": text(30),
        "layout": text(30),
        "character": text(),
        "temperature": number(0, 5),
        "top_p": number(0.01, 1),
        "variants": whole(1, 8),
        "seed": whole(0, 2**31 - 1),
        **{name: many(text(60), most=200) for name in ("range", "without", "pin", "forbid", "chord")},
        "effort": text(30),
        "beam": whole(0, 64),
        "model": _BOOLEAN,
    },
    description="As the options of `arranger arrange`; what is left out is chosen by default.",
)
_WISH = {
    "voice": VOICE,
    "onset_quarter": MOMENT,
    "pitch": text(8, description="A name such as F#4 or Bb3."),
    "steps": whole(-60, 60, description="Steps of the scale, up or down."),
    "semitones": whole(-120, 120),
    "rest": _BOOLEAN,
}
WISH = thing(
    _WISH, required=("voice", "onset_quarter"), description="A note, and one of: pitch, steps, semitones, rest."
)


def checked(value: Any, schema: Schema, where: str = "the request") -> Any:
    """Return a value that has the shape of a schema. Raises ShapeError otherwise.

    >>> checked({"on": True}, thing({"on": {"type": "boolean"}}))
    {'on': True}
    >>> checked({"on": 1}, thing({"on": {"type": "boolean"}}))
    Traceback (most recent call last):
    ShapeError: on must be true or false
    """
    if value is None and schema.get("nullable"):
        return None
    if "enum" in schema and value not in schema["enum"]:
        raise ShapeError(f"{where} must be one of {', '.join(map(str, schema['enum']))}")
    return _CHECKS[schema["type"]](value, schema, where)


def _object(value: Any, schema: Schema, where: str) -> Any:
    if not isinstance(value, dict):
        raise ShapeError(f"{where} must be an object")
    known = schema["properties"]
    for name in value:
        if name not in known:
            raise ShapeError(f"{where} has no {str(name)[:40]!r}; known are {', '.join(known)}")
    for name in schema.get("required", ()):
        if name not in value:
            raise ShapeError(f"{where} lacks {name!r}")
    return {name: checked(each, known[name], name) for name, each in value.items()}


def _array(value: Any, schema: Schema, where: str) -> Any:
    if not isinstance(value, list):
        raise ShapeError(f"{where} must be a list")
    least, most = schema.get("minItems", 0), schema["maxItems"]
    if not least <= len(value) <= most:
        raise ShapeError(f"{where} must have from {least} to {most} entries")
    return [checked(each, schema["items"], where) for each in value]


def _string(value: Any, schema: Schema, where: str) -> str:
    if not isinstance(value, str):
        raise ShapeError(f"{where} must be a text")
    if len(value) > schema.get("maxLength", 100) or any(
        "\ud800" <= letter <= "\udfff" or not letter for letter in value
    ):
        raise ShapeError(f"{where} is too long or is no text; at most {schema.get('maxLength', 100)} letters")
    if "pattern" in schema and not re.fullmatch(schema["pattern"].strip("^$"), value, re.ASCII):
        raise ShapeError(f"{where} is not of the form that is expected: {schema.get('description', schema['pattern'])}")
    return value


def _number(value: Any, schema: Schema, where: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ShapeError(f"{where} must be a number")
    if schema["type"] == "integer" and isinstance(value, float):
        if not value.is_integer():
            raise ShapeError(f"{where} must be a whole number")
        value = int(value)
    if not schema["minimum"] <= value <= schema["maximum"]:
        raise ShapeError(f"{where} must be from {schema['minimum']} to {schema['maximum']}")
    return value


def _boolean(value: Any, schema: Schema, where: str) -> bool:
    if not isinstance(value, bool):
        raise ShapeError(f"{where} must be true or false")
    return value


_CHECKS = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
}


def from_query(value: str, schema: Schema, where: str) -> Any:
    """Return a parameter of a query as its schema has it. Raises ShapeError."""
    if schema["type"] == "integer":
        if not re.fullmatch(r"-?[0-9]{1,9}", value, re.ASCII):
            raise ShapeError(f"{where} must be a whole number")
        return checked(int(value), schema, where)
    if schema["type"] == "boolean":
        if value not in ("true", "false"):
            raise ShapeError(f"{where} must be true or false")
        return value == "true"
    return checked(value, schema, where)


def moment(text_: str) -> Fraction:
    """Return a time that has the shape of `MOMENT`."""
    return Fraction(text_)
