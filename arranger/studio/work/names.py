"""Names of uploaded files: which of them are safe to show and to keep."""

from __future__ import annotations

from pathlib import PurePosixPath

PROJECT = ".arranger"  # of a project file
ENDINGS = (".musicxml", ".mxl", ".xml", ".abc", ".mid", ".midi", ".krn", PROJECT)  # of the formats that can be read
TYPED = "typed.abc"  # name of what was typed into the page
_LONGEST = 120


def safe_name(name: str) -> str:
    r"""Return the last part of a file name, printable and not too long; never empty.

    >>> safe_name("../../etc/passwd"), safe_name("C:\\\\tunes\\\\a.abc"), safe_name("")
    ('passwd', 'a.abc', 'untitled')
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    printable = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    ending = ending_of(printable)
    stem = printable.removesuffix(ending) if ending else printable
    return f"{stem[: _LONGEST - len(ending)]}{ending}" or "untitled"


def ending_of(name: str) -> str:
    """Return the ending of a file name, if it is one of a format that can be read; else nothing."""
    suffix = PurePosixPath(name).suffix
    return suffix if suffix.lower() in ENDINGS else ""


def is_project(name: str) -> bool:
    """Whether a file is a project, by its name."""
    return ending_of(name) == PROJECT
