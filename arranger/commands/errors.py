"""What a user sees when something cannot be done: one line, exit code 2, no traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click


class Refusal(click.ClickException):
    """A job that could not be done, with the file, the place and the way out in one line."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line on stderr."""
        click.echo(f"arranger: {self.format_message()}", err=True)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn the errors that name a user's file or choice into refusals.

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
    """Turn what must not happen, once input and choices are known to be good, into one line that says so."""
    try:
        yield
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        raise Refusal(f"{source}: a fault of this program, not of the file ({what}); please report it") from error
