"""Values of this program as JSON and back: frozen dataclasses by their fields, fractions as text.

What is read is checked against the types of the fields, so that a file that somebody has changed cannot bring in other
things than such values. A field with its default value is left out.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, fields, is_dataclass
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

_FRACTION = re.compile(r"-?\d{1,12}(?:/\d{1,9})?")
_MOST = 10**9  # of a whole number
_LONGEST = 20_000  # characters of a text


class MalformedError(ValueError):
    """Data that is not a value of the wanted type."""


def to_plain(value: Any) -> Any:
    """Return a value as JSON knows it.

    >>> to_plain((Fraction(3, 2), None, "A"))
    ['3/2', None, 'A']
    """
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, tuple):
        return [to_plain(each) for each in value]
    if is_dataclass(value):
        own = ((each, getattr(value, each.name)) for each in fields(value) if each.init)
        return {each.name: to_plain(held) for each, held in own if held != _default(each)}
    return value


def from_plain(kind: Any, data: Any) -> Any:
    """Return the value of a type that JSON data stands for. Raises MalformedError if it is none.

    >>> from_plain(tuple[Fraction, ...], ["3/2", "2"])
    (Fraction(3, 2), Fraction(2, 1))
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _either(arguments, data)
    if origin is Literal:
        return _checked(data, data in arguments, kind)
    if origin is tuple:
        return _tuple(arguments, data, kind)
    if kind is Fraction:
        matches = isinstance(data, str) and _FRACTION.fullmatch(data) and not data.endswith("/0")
        return Fraction(_checked(data, bool(matches), kind))
    if is_dataclass(kind) and isinstance(kind, type):
        return _object(kind, data)
    return _simple(kind, data)


def _simple(kind: Any, data: Any) -> Any:
    if kind is float and type(data) in (int, float):
        return float(_checked(data, abs(data) < _MOST, kind))
    if kind is int:
        return _checked(data, type(data) is int and abs(data) < _MOST, kind)
    if kind is str:
        return _checked(data, isinstance(data, str) and len(data) <= _LONGEST, kind)
    return _checked(data, kind in (bool, NoneType) and type(data) is kind, kind)


def _checked(data: Any, is_right: bool, kind: Any) -> Any:
    if not is_right:
        raise MalformedError(f"{str(data)[:40]!r} is no {getattr(kind, '__name__', kind)}")
    return data


def _either(kinds: tuple[Any, ...], data: Any) -> Any:
    if data is None and NoneType in kinds:
        return None
    (kind,) = (each for each in kinds if each is not NoneType)  # no field of ours has two types that are not None
    return from_plain(kind, data)


def _tuple(kinds: tuple[Any, ...], data: Any, kind: Any) -> tuple[Any, ...]:
    items = _checked(data, isinstance(data, list), kind)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(from_plain(kinds[0], each) for each in items)
    _checked(data, len(items) == len(kinds), kind)
    return tuple(from_plain(own, each) for own, each in zip(kinds, items, strict=True))


def _object(kind: Any, data: Any) -> Any:
    known, needed = _fields(kind)
    _checked(data, isinstance(data, dict), kind)
    unknown, missing = set(data) - set(known), needed - set(data)
    if unknown or missing:
        raise MalformedError(
            f"a {kind.__name__} has no {sorted(unknown)}" if unknown else f"a {kind.__name__} without {sorted(missing)}"
        )
    return kind(**{name: from_plain(known[name], each) for name, each in data.items()})


@cache
def _fields(kind: Any) -> tuple[dict[str, Any], set[str]]:
    """Return the types of the fields of a dataclass, and the names of those without a default."""
    hints = get_type_hints(kind)
    own = [each for each in fields(kind) if each.init]
    return {each.name: hints[each.name] for each in own}, {each.name for each in own if _default(each) is MISSING}


def _default(field: Any) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default
