"""The columns of a Humdrum text: which field of a line belongs to which spine and voice.

Source: Huron, The Humdrum Toolkit: Reference Manual (1995), ch. 5. A spine is a column of the text. ``*^`` splits it
in two, also again within a split, ``*v`` joins neighbours, ``*x`` exchanges them, ``*+`` adds a column and ``*-`` ends
one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from arranger.formats import limits
from arranger.formats.reading.errors import ReadError

NULL = "."
_REMARK = "!!"


@dataclass(frozen=True, eq=False)
class Path:
    """One voice of a spine, from where it begins or splits to where it is joined or ends."""

    spine: int  # counted from 0 in the order of columns
    kind: str  # exclusive interpretation without asterisks: kern, text, dynam ...
    voice: int = 1
    origin: tuple[Path, ...] = ()  # the paths that it was split from or joined of


@dataclass(frozen=True)
class Row:
    """A line of the text with its fields, or a global comment, which has no fields."""

    line: int
    text: str
    fields: tuple[tuple[Path, str], ...] = ()

    @property
    def is_data(self) -> bool:
        """Whether the line holds notes, words or other data."""
        return bool(self.fields) and self.text[0] not in "!*="

    @property
    def is_bar_line(self) -> bool:
        """Whether the line is a bar line."""
        return bool(self.fields) and self.text[0] == "="


class Columns:
    """Follows the spines from line to line."""

    def __init__(self, source: str) -> None:
        self.more = False  # another piece follows in the file
        self._source = source
        self._paths: list[Path] = []
        self._count = 0  # spines so far
        self._ended = False

    def rows(self, text: str) -> Iterator[Row]:
        """Yield the lines of a text. Raises ReadError where a line does not fit the spines that are open."""
        for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
            if self._ended and line.startswith("**"):
                self.more = True
                return
            if line.startswith(_REMARK):
                yield Row(number, line)
            elif self._ended or not line.strip():
                continue
            elif not self._paths:
                self._open(line.split("\t"), number)
            else:
                yield self._row(line, number)

    def _open(self, fields: Sequence[str], line: int) -> None:
        if not all(field.startswith("**") for field in fields):
            message = f"the spines are not named, as by **kern, before '{fields[0][:20]}'; correct this line"
            raise ReadError(self._source, message, place=f"line {line}")
        self._paths = [Path(index, field[2:].strip()) for index, field in enumerate(fields)]
        self._count = len(fields)
        self._limit(line)

    def _row(self, line: str, number: int) -> Row:
        fields = line.split("\t")
        while len(fields) > len(self._paths) and not fields[-1].strip():
            fields.pop()
        if len(fields) != len(self._paths):
            message = f"{len(fields)} fields, but {len(self._paths)} spines are open; correct this line"
            raise ReadError(self._source, message, place=f"line {number}")
        texts = [field.strip() or NULL for field in fields]
        row = Row(number, line, tuple(zip(self._paths, texts, strict=True)))
        if line.startswith("*"):
            self._follow(row)
        return row

    def _follow(self, row: Row) -> None:
        """Apply the splits, joins and other changes of the spines in a line."""
        after: list[Path] = []
        index = 0
        while index < len(row.fields):
            path, text = row.fields[index]
            if text in ("*v", "*x"):
                run = _run(row, index)
                after += _joined(run) if text == "*v" else run[::-1]
                index += len(run)
            else:
                after += self._next(path, text, [*self._paths, *after])
                index += 1
        self._paths, self._ended = after, not after
        self._limit(row.line)

    def _next(self, path: Path, text: str, known: Sequence[Path]) -> list[Path]:
        """Return what a path becomes: itself, two paths, itself and a new spine, or nothing."""
        if text == "*^":
            used = {other.voice for other in known if other.spine == path.spine}
            free = next(voice for voice in range(1, len(used) + 2) if voice not in used)
            return [path, Path(path.spine, path.kind, free, (path,))]
        if text == "*+":
            self._count += 1
            return [path, Path(self._count - 1, "")]
        if text.startswith("**") and text[2:] != path.kind:
            if path.kind:  # a spine of another kind begins in this column
                self._count += 1
                return [Path(self._count - 1, text[2:])]
            return [replace(path, kind=text[2:], origin=(path,))]
        return [] if text == "*-" else [path]

    def _limit(self, line: int) -> None:
        if len(self._paths) > limits.MAX_SPINES:
            message = f"more than {limits.MAX_SPINES} columns, too many for a score; is it the right file?"
            raise ReadError(self._source, message, place=f"line {line}")


def _run(row: Row, start: int) -> list[Path]:
    """Return the paths of neighbouring fields with the same text; an exchange has two."""
    text = row.fields[start][1]
    found: list[Path] = []
    for path, other in row.fields[start:]:
        if other != text or (text == "*x" and len(found) == 2):
            break
        found.append(path)
    return found


def _joined(run: Sequence[Path]) -> list[Path]:
    """Return the paths after a join: voices of one spine become one, or if each spine has one only, all become one."""
    groups: dict[int, list[Path]] = {}
    for path in run:
        groups.setdefault(path.spine, []).append(path)
    members = list(groups.values())
    if len(members) > 1 and all(len(group) == 1 for group in members):
        members = [list(run)]
    return [Path(group[0].spine, group[0].kind, min(each.voice for each in group), tuple(group)) for group in members]
