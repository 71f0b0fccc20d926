"""Errors as a user sees them: one line, exit code 2, no traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click


class Refusal(click.ClickException):
    """An error of the user, with a message of one line: what is wrong, in which file and where, and what to do."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message on stderr."""
        click.echo(f"arranger: {self.format_message()}", err=True)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn errors about a user's file or option into refusals.

    >>> with refusals():
    ...     raise ValueError("there is no ensemble 'sat'; did you mean satb?")
    Traceback (most recent call last):
    Refusal: there is no ensemble 'sat'; did you mean satb?
    """
    from arranger.formats.writing import WriteError

    try:
        yield
    except (ValueError, WriteError) as error:  # a ReadError is a ValueError
        raise Refusal(" ".join(str(error).split())) from error
    except OSError as error:
        file = f"{error.filename}: " if error.filename else ""
        raise Refusal(f"{file}{error.strerror or error}; check the name and its permissions") from error


@contextmanager
def faults(source: str) -> Iterator[None]:
    """Turn an unexpected exception into a refusal that says that the program is at fault, not the file.

    Refusals, and music that is larger than a limit or takes too much time or memory, are the file's.
    """
    from arranger.formats.bounds import within
    from arranger.formats.limits import LimitError

    try:
        with within():
            yield
    except Refusal:
        raise
    except LimitError as error:
        raise Refusal(f"{source}: {error}") from error
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        raise Refusal(f"{source}: an error in this program, not in the file ({what}); please report it") from error
