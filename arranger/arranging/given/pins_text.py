r"""The text of a file of pins, changed so that its comments and its layout stay.

>>> text = 'pin = ["alto 1 = A4"]  # the alto begins here'
>>> changed_text(text, Pins(("alto 1 = A4",)), Pins(("alto 1 = A4", "bass 2 = C3")))
'pin = ["alto 1 = A4", "bass 2 = C3"]  # the alto begins here\n'
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from arranger.arranging.given.pins import Pins
from arranger.arranging.given.pins_file import LISTS, parse_pins

_TOKEN = re.compile(r"""#[^\n]*|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[\],]""")


@dataclass(frozen=True)
class _Array:
    """Where the entries of an array, the commas behind them and its end stand in a text."""

    start: int  # behind the opening bracket
    entries: tuple[tuple[int, int], ...]
    commas: tuple[int, ...]
    end: int  # the closing bracket


def changed_text(text: str, old: Pins, new: Pins) -> str:
    """Return the text of a file with the pins ``old`` with the pins ``new`` in their stead.

    Comments stay, but for those in the line of a pin that is taken away. A layout that cannot be changed in place is
    written anew.
    """
    changed = text if not text or text.endswith("\n") else f"{text}\n"
    for name, before, after in zip(LISTS, astuple(old), astuple(new), strict=True):
        for entry in before:
            changed = changed if entry in after else _removed(changed, name, entry)
        for entry in after:
            changed = changed if entry in before else _added(changed, name, entry)
    return changed if _has(changed, new) else _afresh(new)


def _afresh(pins: Pins) -> str:
    lists = zip(LISTS, astuple(pins), strict=True)
    return "".join(f"{name} = [{', '.join(map(_quoted, texts))}]\n" for name, texts in lists if texts)


def _has(text: str, pins: Pins) -> bool:
    try:
        return parse_pins(text) == pins
    except ValueError:
        return False


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _array(text: str, name: str) -> _Array | None:
    head = re.search(rf"^[ \t]*{name}[ \t]*=[ \t]*\[", text, re.MULTILINE)
    if head is None:
        return None
    entries: list[tuple[int, int]] = []
    commas: list[int] = []
    for token in _TOKEN.finditer(text, head.end()):
        if token[0] == "]":
            return _Array(head.end(), tuple(entries), tuple(commas), token.start())
        if token[0] == ",":
            commas.append(token.start())
        elif token[0][0] != "#":
            entries.append(token.span())
    return None


def _added(text: str, name: str, entry: str) -> str:
    array = _array(text, name)
    if array is None:
        return f"{text}{name} = [{_quoted(entry)}]\n"
    if not array.entries:
        return f"{text[: array.start]}{_quoted(entry)}{text[array.start :]}"
    start, end = array.entries[-1]
    line_end = text.find("\n", end)
    indent = text[text.rfind("\n", 0, start) + 1 : start]
    if line_end < 0 or line_end > array.end or indent.strip():  # all in one line
        return f"{text[:end]}, {_quoted(entry)}{text[end:]}"
    comma = "" if any(end <= each < array.end for each in array.commas) else ","
    return f"{text[:end]}{comma}{text[end:line_end]}\n{indent}{_quoted(entry)},{text[line_end:]}"


def _removed(text: str, name: str, entry: str) -> str:
    array = _array(text, name)
    if array is None:
        return text
    for start, end in array.entries:
        if _value(text[start:end]) == entry:
            return _cut(text, array.commas, start, end)
    return text


def _value(quoted: str) -> object:
    try:
        return tomllib.loads(f"it = {quoted}")["it"]
    except tomllib.TOMLDecodeError:
        return None


def _cut(text: str, commas: Sequence[int], start: int, end: int) -> str:
    """Return a text without an entry and a comma beside it; a line that it has for itself goes with its comment."""
    behind = next((each for each in commas if each >= end and not text[end:each].strip()), None)
    before = next((each for each in reversed(commas) if each < start), None)
    last = end if behind is None else behind + 1
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", last)
    rest = text[last:line_end].strip() if line_end >= 0 else "]"
    if not text[line_start:start].strip() and (not rest or rest[0] == "#"):
        return text[:line_start] + text[line_end + 1 :]
    if behind is not None:
        return text[:start] + text[last:].removeprefix(" ")
    return text[: start if before is None else before] + text[last:]
