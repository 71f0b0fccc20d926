"""Files and pipes: ``-`` is standard input or standard output."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

import click

from arranger.commands.errors import Refusal

Read = TypeVar("Read")
Item = TypeVar("Item")
PIPE = "-"
# the first bytes that tell the formats of a pipe apart; ABC begins with any field
_SIGNATURES = ((b"PK", ".mxl"), (b"MThd", ".mid"), (b"<", ".musicxml"), (b"**", ".krn"), (b"!!", ".krn"))


def read_from(source: str, read: Callable[[Path], Read]) -> Read:
    """Return what ``read`` makes of a file, or of standard input where the source is ``-``."""
    if source != PIPE:
        return read(Path(source))
    data = sys.stdin.buffer.read()
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    ending = next((ending for signature, ending in _SIGNATURES if start.startswith(signature)), ".abc")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"input{ending}"
        path.write_bytes(data)
        try:
            return read(path)
        except ValueError as error:
            raise Refusal(str(error).replace(str(path), "standard input")) from error


def write_to(target: str, content: bytes) -> None:
    """Write a file whole or not at all, or to standard output where the target is ``-``."""
    from arranger.formats.writing.files import write_bytes

    if target == PIPE:
        sys.stdout.buffer.write(content)
    else:
        write_bytes(Path(target), content)


def numbered(target: str, number: int, count: int) -> str:
    """Return the name of one of several files: its number goes before the ending.

    >>> numbered("out/tune.musicxml", 2, 3), numbered("out/tune.musicxml", 1, 1)
    ('out/tune-2.musicxml', 'out/tune.musicxml')
    """
    path = Path(target)
    return target if count == 1 else str(path.with_name(f"{path.stem}-{number}{path.suffix}"))


def progress(
    items: Iterable[Item], count: int, label: str, *, quiet: bool = False
) -> AbstractContextManager[Iterable[Item]]:
    """Return the items behind a progress bar, which only a terminal and only long work shows."""
    hidden = quiet or count < 2 or not sys.stderr.isatty()
    return click.progressbar(items, length=count, label=label, file=sys.stderr, hidden=hidden)
