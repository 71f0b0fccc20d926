"""Files and pipes; ``-`` stands for standard input or standard output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

import click

from arranger.commands.errors import Refusal
from arranger.formats.contents import as_file, ending_of_content

Read = TypeVar("Read")
Item = TypeVar("Item")
PIPE = "-"


def read_from(source: str, read: Callable[[Path], Read]) -> Read:
    """Return the result of ``read`` for a file, or for standard input if the source is ``-``."""
    if source != PIPE:
        return read(Path(source))
    data = sys.stdin.buffer.read()
    with as_file(data, f"input{ending_of_content(data) or '.abc'}") as path:
        try:
            return read(path)
        except ValueError as error:
            raise Refusal(str(error).replace(str(path), "standard input")) from error


def write_to(target: str, content: bytes) -> None:
    """Write to a file, whole or not at all, or to standard output if the target is ``-``."""
    from arranger.formats.writing.files import write_bytes

    if target == PIPE:
        sys.stdout.buffer.write(content)
    else:
        write_bytes(Path(target), content)


def numbered(target: str, number: int, count: int) -> str:
    """Return the name of one of several files, with its number before the ending.

    >>> numbered("out/tune.musicxml", 2, 3), numbered("out/tune.musicxml", 1, 1)
    ('out/tune-2.musicxml', 'out/tune.musicxml')
    """
    path = Path(target)
    return target if count == 1 else str(path.with_name(f"{path.stem}-{number}{path.suffix}"))


def progress(
    items: Iterable[Item], count: int, label: str, *, quiet: bool = False
) -> AbstractContextManager[Iterable[Item]]:
    """Return the items in a progress bar on stderr, which is shown only on a terminal and for 2 items or more."""
    hidden = quiet or count < 2 or not sys.stderr.isatty()
    return click.progressbar(items, length=count, label=label, file=sys.stderr, hidden=hidden)
