r"""The lines of an ABC tune.

Source: the ABC music standard 2.1, sections 2.2.3 (an empty line ends a tune), 3.3 (``+:``) and 6.1.1 (line breaks): a
line of music that ends in ``\`` goes on in the next line of music, also over fields between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from arranger.formats import limits

FIELD = re.compile(r"^([A-Za-z+]):(.*)$")
# a line of music may begin with a note and a bar line (d:|, C::D), which is no field
_NOTE_AT_BAR = re.compile(r"^[A-Ga-gzx]:[:|\]]")
_BLOCK, _BLOCK_END = "%%begin", "%%end"
_COMMENT = re.compile(r"(?<!\\)%.*")


@dataclass(frozen=True)
class Line:
    """A line of a tune: its number in the file, its text, and whether it goes on from the line of music before."""

    number: int
    text: str
    goes_on: bool = False

    @property
    def field(self) -> tuple[str, str] | None:
        """The letter and the text of a field; None for a line of music."""
        match = FIELD.match(self.text)
        return None if match is None or _NOTE_AT_BAR.match(self.text) else (match[1], match[2].strip())


def lines_of(lines: list[str]) -> list[Line]:
    r"""Return the lines without comments, with continued lines of music and text (``+:``) joined.

    >>> [(line.number, line.text) for line in lines_of(["A B \\", "c d % end", "w: one", "+: two", "G \\", "K:D", "A"])]
    [(1, 'A B c d'), (3, 'w: one two'), (5, 'G'), (6, 'K:D'), (7, 'A')]
    """
    found: list[Line] = []
    goes_on = ""  # what the line before goes on as: music, words or nothing
    for number, line in _without_comments(lines):
        text = line.removesuffix("\\").rstrip()
        new = Line(number, text, goes_on=goes_on == "music")
        kind = "music" if new.field is None else "words" if line.startswith(("w:", "+:")) else "field"
        joins_words = goes_on == "words" and (kind == "music" or line.startswith("w:"))
        joins_music = goes_on == kind == "music" and found[-1].field is None
        if found and (line.startswith("+:") or joins_words or joins_music):
            before = found[-1]
            added = text[2:] if kind == "words" else text
            _limit(before.text, number)
            found[-1] = Line(before.number, f"{before.text} {added.strip()}".strip(), before.goes_on)
            kind = "words" if joins_words else kind
        else:
            found.append(new)
        if kind != "field":
            goes_on = kind if line.endswith("\\") else ""
        elif line.startswith("V:"):
            goes_on = ""
    return found


def _without_comments(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield (line number, text) of the lines that are not empty, without comments and blocks of printed text."""
    block = False
    for number, raw in enumerate(lines, start=1):
        block = block or raw.startswith(_BLOCK)
        line = "" if block else _COMMENT.sub("", raw).strip()
        block = block and not raw.startswith(_BLOCK_END)
        _limit(line, number)
        if line:
            yield number, line


def _limit(text: str, number: int) -> None:
    """Raise ValueError if a line, or the lines joined so far, are too long."""
    if len(text) > limits.MAX_LINE_CHARACTERS:
        raise ValueError(
            f"line {number} is longer than {limits.MAX_LINE_CHARACTERS} characters with those that it goes on; "
            "write the tune in several lines"
        )


def tune_end(lines: list[str], start: int) -> int:
    """Return the index of the empty line that ends the tune, or the number of lines if there is none.

    The tune begins at index ``start``. An empty line before its first line of music ends nothing.
    """
    has_key = has_music = False
    for index in range(start, len(lines)):
        text = _COMMENT.sub("", lines[index]).strip()
        if has_music and not lines[index].strip():
            return index
        if text:
            is_field = Line(0, text).field is not None
            has_music = has_music or (has_key and not is_field)
            has_key = has_key or text.startswith("K:")
    return len(lines)
