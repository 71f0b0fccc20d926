"""What comes of one piece: files, figures and a table of details, or the reason why there are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, Protocol

from arranger.formats.bounds import BoundError, within
from arranger.formats.limits import LimitError
from arranger.formats.reading import ReadError
from arranger.formats.writing import WriteError

DONE = "done"
REFUSED = "refused"  # the file is at fault; it will be refused again until it changes
FAILED = "failed"  # the program, its process or its time; the next run tries again

Figure = str | int | float | None


@dataclass(frozen=True)
class Piece:
    """The bytes of one input."""

    source: str
    data: bytes


@dataclass(frozen=True)
class Outcome:
    """What came of one piece."""

    status: str = DONE
    reason: str = ""  # of a refusal or failure, without the name of the file
    files: Mapping[str, bytes] = field(default_factory=dict)  # by the end of their names, such as ".musicxml"
    figures: Mapping[str, Figure] = field(default_factory=dict)  # by column of the job
    details: tuple[tuple[Figure, ...], ...] = ()  # rows of the job's table of details


@dataclass(frozen=True)
class Columns:
    """A table of a job: its name, and the types of its columns."""

    name: str
    types: Mapping[str, type]


def _nothing(source: str) -> None:
    """Return no file."""


@dataclass(frozen=True)
class Kind:
    """A kind of job: what its command and its folder are called, and which tables it fills."""

    command: str
    folder: str  # of the files that it makes; empty if it makes none
    figures: Columns  # one row per piece
    details: Columns  # many rows per piece; without a name there are none
    counted: tuple[str, ...]  # columns of the details that name what is counted
    together: int  # pieces that are sent to a worker at a time
    beside: Callable[[str], Path | None] = _nothing  # the file beside an input on which its result depends as well


class Job(Protocol):
    """The work on each piece, with its settings; it can be sent to another process."""

    @property
    def kind(self) -> Kind:
        """What kind of job it is."""
        ...

    def settings(self) -> dict[str, Any]:
        """Return all that the results depend on, beside the input, as plain data."""
        ...

    def outcome(self, piece: Piece) -> Outcome:
        """Return what comes of one piece; may raise."""
        ...


@contextmanager
def wishes_of(piece: Piece) -> Iterator[None]:
    """Turn a ValueError, about something that a piece cannot have, into a refusal of the piece."""
    try:
        yield
    except ReadError:
        raise
    except ValueError as error:
        raise ReadError(piece.source, str(error)) from error


def attempted(work: Callable[[Piece], Outcome], piece: Piece, *, seconds: float, memory_bytes: int) -> Outcome:
    """Return what comes of a piece, with errors and what goes beyond the bounds as outcomes."""
    try:
        with within(seconds, memory_bytes):
            return work(piece)
    except BoundError as error:
        return Outcome(FAILED, str(error))
    except (ReadError, LimitError, WriteError) as error:
        return Outcome(REFUSED, _without_source(str(error), piece.source))
    except Exception as error:  # noqa: BLE001 - an error with one piece must not cost the others their results
        what = " ".join(f"{type(error).__name__}: {error}".split())
        return Outcome(FAILED, f"an error in this program, not in the file ({what}); please report it")


def _without_source(message: str, source: str) -> str:
    """Return an error message without the name of the file at its beginning.

    >>> _without_source("a/song.xml, bar 3: no notes in it", "a/song.xml")
    'bar 3: no notes in it'
    """
    for name in (source, PurePath(source).name):
        if message.startswith(name):
            return message.removeprefix(name).lstrip(",: ")
    return message
